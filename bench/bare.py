"""Our end of `bench.bare_nio`: a bare nio client in a process of its own."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

_PATIENCE = 120.0


class Bare:
    """The process: give it tasks, one after the other."""

    def __init__(self, process: asyncio.subprocess.Process, user_id: str) -> None:
        """Keep the process; `started` makes one."""
        self._process = process
        self.user_id = user_id

    @classmethod
    @asynccontextmanager
    async def started(cls, homeserver: str, user_id: str, password: Path, folder: Path) -> AsyncIterator[Self]:
        """Give a client that is logged in; it ends with the block."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.bare_nio", homeserver, user_id, str(password), str(folder)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=1024 * 1024,
        )
        try:
            bare = cls(process, user_id)
            await bare._answer()
            yield bare
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def do(self, task: str, **arguments: Any) -> dict[str, Any]:
        """Return what the client answers to *task*; RuntimeError if it ended."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"task": task, **arguments}).encode() + b"\n")
        await self._process.stdin.drain()
        return await self._answer()

    async def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        async with asyncio.timeout(_PATIENCE):
            line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the bare nio client ended")
        answer: dict[str, Any] = json.loads(line)
        return answer
