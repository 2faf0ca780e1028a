"""A child program in a process group of its own, which never outlives us."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from pathlib import Path

import aiohttp

# Runs in the child before the real program: asks the kernel to kill it when its parent ends, even by SIGKILL.
# The question is put again afterwards, because the parent may have ended in between. Elsewhere than on Linux
# the child is only ended by `stop` and `kill`.
_LEASH = """
import ctypes, os, signal, sys
parent = int(sys.argv[1])
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)
os.execv(sys.argv[2], sys.argv[2:])
"""


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class NotReady(RuntimeError):
    """A program ended or stayed silent instead of becoming ready; the message holds the end of its log."""


class Program:
    """One program that can be started again and again, with its output in a log file.

    An async task starts it and ends it; `log_file` grows across starts.
    """

    def __init__(self, arguments: list[str], log_file: Path, environment: dict[str, str] | None = None) -> None:
        """Keep how to start it; the environment is ours when none is given."""
        self.arguments = arguments
        self.log_file = log_file
        self.environment = environment
        self._process: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> bool:
        """Whether the program was started and has not ended."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """The process id while the program runs, else None."""
        return self._process.pid if self._process is not None and self.running else None

    @property
    def log(self) -> str:
        """All that the program has written so far, standard output and standard error together."""
        return self.log_file.read_text("utf-8", "replace") if self.log_file.exists() else ""

    async def start(self) -> None:
        """Start the program; RuntimeError when it already runs."""
        if self.running:
            raise RuntimeError(f"{self.arguments[0]} already runs")
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", "-c", _LEASH, str(os.getpid())),
                *self.arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                process_group=0,
            )

    async def ready(self, url: str, seconds: float) -> None:
        """Wait until GET `url` answers 200; NotReady when `seconds` pass or the program ends before."""
        deadline = asyncio.get_running_loop().time() + seconds
        timeout = aiohttp.ClientTimeout(total=2)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            while asyncio.get_running_loop().time() < deadline:
                if not self.running:
                    raise NotReady(f"{url}: the program ended with {self.returncode}\n{self._tail()}")
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with http.get(url) as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.05)
        raise NotReady(f"{url}: not ready within {seconds:g} s\n{self._tail()}")

    @property
    def returncode(self) -> int | None:
        """The exit code of the last run (negative: ended by that signal), or None."""
        return self._process.returncode if self._process is not None else None

    async def ends(self, seconds: float) -> int:
        """Wait until the program ends by itself and return its exit code; TimeoutError after `seconds`."""
        if self._process is None:
            raise RuntimeError(f"{self.arguments[0]} was never started")
        return await asyncio.wait_for(self._process.wait(), seconds)

    async def stop(self, seconds: float = 5.0) -> int | None:
        """End the program by SIGTERM, after `seconds` by SIGKILL; return its exit code."""
        if self._process is None:
            return None
        if self.running:
            self._process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), seconds)
        return await self.kill()

    async def kill(self) -> int | None:
        """End the program and whatever it started by SIGKILL; return its exit code."""
        if self._process is None:
            return None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        return await asyncio.wait_for(self._process.wait(), 10)

    def _tail(self, lines: int = 30) -> str:
        return "\n".join(self.log.splitlines()[-lines:])
