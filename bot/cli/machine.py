"""What the machine must give the bot: a folder to write to, a free port, secrets that nobody else reads."""

from __future__ import annotations

import fcntl
import os
import shlex
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.config import Config, Section

_OTHERS = stat.S_IRGRP | stat.S_IWGRP | stat.S_IROTH | stat.S_IWOTH


def unwritable(folder: Path) -> str | None:
    """Return why *folder* cannot be made or written to, or None; a temporary folder is made and removed."""
    nearest = next(parent for parent in (folder, *folder.parents) if os.path.exists(parent))
    if not nearest.is_dir():
        return f"storage.directory: {nearest} is not a folder"
    try:
        with tempfile.TemporaryDirectory(prefix=".liaison-check-", dir=nearest):
            return None
    except OSError as error:
        return f"storage.directory: {folder} cannot be made or written to: {error.strerror}"


def unbound(config: Config) -> str | None:
    """Return why the health endpoints cannot be served, or None; the bot that runs there already is no reason."""
    if config.health.address is None:
        return None
    host, port = config.health.address
    try:
        for family, _, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            _bind(family, address)
    except OSError as error:
        if not _runs(config.storage.directory):
            return f"health.listen: {config.health.listen} cannot be bound: {error.strerror}"
    return None


def _bind(family: int, address: tuple[object, ...]) -> None:
    """Bind *address* as asyncio does when the bot listens, and let it go; OSError when it is taken."""
    try:
        new = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        return  # a family that this machine does not speak; asyncio passes over it too
    with new as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind(address)


def _runs(folder: Path) -> bool:
    """Return whether a bot runs on the data folder."""
    try:
        with (folder / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def exposed(config: Config) -> Iterator[str]:
    """Yield a warning for each file with a secret that others than its owner may read or write."""
    for name, section in config:
        for key, path in section if isinstance(section, Section) else ():
            if not (key.endswith("_file") and isinstance(path, Path) and path.is_file()):
                continue
            if path.stat().st_mode & _OTHERS:
                mode = stat.S_IMODE(path.stat().st_mode)
                yield f"{name}.{key}: others can read {path} (mode {mode:04o}): chmod 600 {shlex.quote(str(path))}"
