"""A headless Chromium that is told what to do by its own protocol: screenshots, and what runs in a page."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

NAMES = ("chromium", "chromium-browser", "google-chrome")


def program() -> str:
    """Return the browser's program; raise RuntimeError, which says what to install, if there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    raise RuntimeError("Chromium is missing. Debian and Ubuntu: apt-get install chromium")


class Page:
    """One page of the browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._requests: dict[str, str] = {}
        self.complaints: list[str] = []
        """What the browser has found wrong with it, violations of its policy included."""

    @property
    def requests(self) -> list[str]:
        """What the page has asked for, itself included, and was not kept from by its policy."""
        return [*self._requests.values()]

    async def asks(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return what comes of it."""
        id = next(self._ids)
        await self._socket.send_json({"id": id, "method": method, "params": parameters})
        async with asyncio.timeout(60):
            while (message := await self._next()).get("id") != id:
                pass
        assert "error" not in message, message
        return dict(message["result"])

    async def opens(self, file: Path, width: int, *, script: bool = True, dark: bool = False, media: str = "") -> None:
        """Show *file* on a screen *width* pixels wide."""
        self._requests, self.complaints = {}, []
        for domain in ("Page", "Network", "Log", "Runtime"):
            await self.asks(f"{domain}.enable")
        await self.asks("Emulation.setScriptExecutionDisabled", value=not script)
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        await self.asks("Emulation.setEmulatedMedia", media=media, features=features)
        await self.asks(
            "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 600
        )
        await self.asks("Page.navigate", url=file.as_uri())
        async with asyncio.timeout(30):
            while (await self._next()).get("method") != "Page.loadEventFired":
                pass

    async def evaluates(self, expression: str) -> Any:
        """Return the value of *expression* in the page, as JSON."""
        found = await self.asks("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    async def screenshot(self, most: int = 0) -> bytes:
        """Return the whole page as a WebP picture, its first *most* pixels from above if that is given."""
        size = (await self.asks("Page.getLayoutMetrics"))["cssContentSize"]
        high = min(size["height"], most or size["height"])
        clip = {"x": 0, "y": 0, "width": size["width"], "height": high, "scale": 1}
        found = await self.asks(
            "Page.captureScreenshot", format="webp", quality=60, captureBeyondViewport=True, clip=clip
        )
        return base64.b64decode(found["data"])

    async def _next(self) -> dict[str, Any]:
        message = json.loads(await self._socket.receive_str())
        match message.get("method"):
            case "Network.requestWillBeSent":
                self._requests[message["params"]["requestId"]] = message["params"]["request"]["url"]
            case "Network.loadingFailed" if message["params"].get("blockedReason") == "csp":
                self._requests.pop(message["params"]["requestId"], None)
            case "Log.entryAdded":
                self.complaints.append(message["params"]["entry"]["text"])
            case "Runtime.exceptionThrown":
                self.complaints.append(str(message["params"]["exceptionDetails"]))
        return dict(message)


@asynccontextmanager
async def browser(folder: Path) -> AsyncIterator[Page]:
    """Yield a page of a browser of its own, whose files are in *folder*."""
    process = await asyncio.create_subprocess_exec(
        program(), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
        "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with aiohttp.ClientSession() as session:
            port = await _port(folder)
            async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                address = next(one for one in await answer.json() if one["type"] == "page")["webSocketDebuggerUrl"]
            async with session.ws_connect(address, max_msg_size=0) as socket:
                yield Page(socket)
    finally:
        process.terminate()
        await process.wait()


async def _port(folder: Path) -> int:
    """Return the port that the browser listens on, once it does."""
    async with asyncio.timeout(30):
        while True:
            file = folder / "DevToolsActivePort"
            if file.exists() and (lines := file.read_text().splitlines()):
                return int(lines[0])
            await asyncio.sleep(0.05)
