"""The real program in a process of its own, with a folder and a configuration made for it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.demo.process import Program, free_port

Table = Mapping[str, Any]

_LIAISON = [sys.executable, "-m", "bot"]


class Liaison:
    """One bot: its folder holds `liaison.toml`, `secrets/`, `data/` and `liaison.log`.

    `tables` are the configuration's tables, given to `toml`; `[matrix]` and `[health]` are filled in here.
    """

    def __init__(self, folder: Path, homeserver: str, user_id: str, password: str, tables: Table) -> None:
        """Write the configuration and the secrets into `folder`; nothing is started."""
        self.folder = folder
        self.user_id = user_id
        self.config = folder / "liaison.toml"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        secret = folder / "secrets" / "password"
        secret.parent.mkdir(parents=True, exist_ok=True)
        secret.touch(mode=0o600)
        secret.write_text(password, "utf-8")
        matrix = {"homeserver": homeserver, "user_id": user_id}
        if "access_token_file" not in tables.get("matrix", {}):
            matrix["password_file"] = "secrets/password"
        filled = {
            "matrix": matrix | tables.get("matrix", {}),
            "health": {"listen": f"127.0.0.1:{self.port}"} | tables.get("health", {}),
        }
        self.config.write_text(toml({**tables, **filled}), "utf-8")
        self._program = Program(
            [*_LIAISON, "run", "--config", str(self.config)], folder / "liaison.log", _environment()
        )

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._program.running

    @property
    def pid(self) -> int | None:
        """The process id, or None when it does not run."""
        return self._program.pid

    @property
    def returncode(self) -> int | None:
        """The exit code of the last run (negative: ended by that signal), or None."""
        return self._program.returncode

    @property
    def log(self) -> str:
        """All that the program has written since the first start."""
        return self._program.log

    async def start(self, seconds: float = 60.0) -> None:
        """Start, and return once GET /readyz is 200; NotReady when that takes longer than `seconds`."""
        await self._program.start()
        await self._program.ready(f"{self.url}/readyz", seconds)

    async def launch(self) -> None:
        """Start without waiting for anything."""
        await self._program.start()

    async def ends(self, seconds: float = 30.0) -> int:
        """Wait until the program ends by itself and return its exit code; TimeoutError after `seconds`."""
        return await self._program.ends(seconds)

    async def stop(self) -> int | None:
        """End the program by SIGTERM, after 10 s by SIGKILL; return its exit code."""
        return await self._program.stop(10)

    async def kill(self) -> None:
        """End the program at once, by SIGKILL."""
        await self._program.kill()

    async def command(self, *arguments: str, seconds: float = 60.0) -> tuple[int, str]:
        """Run another of the program's commands; return its exit code and all that it wrote."""
        process = await asyncio.create_subprocess_exec(
            *_LIAISON,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=_environment(),
        )
        try:
            output, _ = await asyncio.wait_for(process.communicate(), seconds)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
        assert process.returncode is not None
        return process.returncode, output.decode("utf-8", "replace")


def _environment() -> dict[str, str]:
    """Return our environment without the settings of a bot that is really in service."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LIAISON_")}


def toml(tables: Table) -> str:
    """Return the tables as TOML; a list of tables becomes `[[name]]` entries."""
    parts = []
    for name, value in tables.items():
        many = isinstance(value, list)
        heading = f"[[{name}]]" if many else f"[{name}]"
        for entry in value if many else [value]:
            lines = [f"{key} = {_value(item)}" for key, item in entry.items()]
            parts.append("\n".join([heading, *lines]))
    return "\n\n".join(parts) + "\n"


def _value(value: str | bool | int | list[str]) -> str:
    # Strings, booleans, numbers and lists of strings are written alike in JSON and TOML.
    return json.dumps(value, ensure_ascii=False)
