"""A real LibreTranslate on this machine, with the Argos packages of the tests and no way to any network."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sqlite3
import sys
import zipfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-libretranslate" / "bin" / "python"
READY_SECONDS = 120.0
NOWHERE = "http://127.0.0.1:9"
"""A proxy that nobody is: what would be downloaded fails at once."""


@dataclass
class Server:
    """One server: its address and its process."""

    url: str
    process: asyncio.subprocess.Process

    async def kill(self) -> None:
        """End it in the midst of whatever it does."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


def installed(packages: Sequence[Path], data: Path) -> None:
    """Put Argos *packages* where Argos Translate looks for them under the data folder *data*."""
    for package in packages:
        with zipfile.ZipFile(package) as archive:
            archive.extractall(data / "argos-translate" / "packages")


@asynccontextmanager
async def libretranslate(
    folder: Path, packages: Sequence[Path], key: str | None = None, port: int = 0
) -> AsyncIterator[Server]:
    """Yield a server that works in the new *folder*; with a *key*, it is the only one that it takes.

    Without a *port* it gets one that is free.
    """
    installed(packages, folder)
    port = port or _free_port()
    options = ["--host", "127.0.0.1", "--port", str(port), "--load-only", "en,es", "--disable-web-ui"]
    if key:
        keys = folder / "keys.db"
        with sqlite3.connect(keys) as database:
            database.execute(
                "CREATE TABLE api_keys (api_key TEXT NOT NULL PRIMARY KEY, req_limit INTEGER NOT NULL,"
                ' "char_limit" INTEGER DEFAULT NULL)'
            )
            database.execute("INSERT INTO api_keys VALUES (?, 1000000, NULL)", (key,))
        options += ["--api-keys", "--api-keys-db-path", str(keys), "--require-api-key-origin", "https://nobody.invalid"]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "XDG_CACHE_HOME": str(folder),
        "OMP_NUM_THREADS": "1",
        **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), NOWHERE),
    }
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            PYTHON, Path(__file__).with_name("launch.py"), *options,
            cwd=folder, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    server = Server(f"http://127.0.0.1:{port}", process)
    try:
        await _ready(server, folder / "log")
        yield server
    finally:
        await server.kill()


async def _ready(server: Server, log: Path) -> None:
    """Wait until *server* answers; raises AssertionError with the end of its *log* if it does not."""
    try:
        async with asyncio.timeout(READY_SECONDS), aiohttp.ClientSession() as session:
            while server.process.returncode is None:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"{server.url}/languages") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.2)
    except TimeoutError:
        pass
    sys.stderr.write(log.read_text(errors="replace")[-2000:])
    raise AssertionError("LibreTranslate did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
