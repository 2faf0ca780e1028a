"""A clean Debian in a folder, where the program is installed as an operator does it, and systemd runs it as a service.

Needs root, and of Debian's packages mmdebstrap, systemd and util-linux; the network to make the folder, never in it.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
PACKAGES = "systemd,systemd-sysv,python3,python3-venv,ca-certificates,dbus,make"
_MOUNTS = """
set -eu
mount --bind "$1" "$1"; cd "$1"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs tmpfs sys/fs/cgroup; mkdir sys/fs/cgroup/systemd
mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
mount -t tmpfs tmpfs run; mount -t tmpfs tmpfs tmp; mount -t tmpfs tmpfs dev
for node in null:3 zero:5 full:7 random:8 urandom:9; do mknod -m 666 dev/${node%:*} c 1 ${node#*:}; done
mknod -m 666 dev/tty c 5 0; mkdir dev/shm dev/pts; ln -s /proc/self/fd dev/fd; ln -s pts/ptmx dev/ptmx
mount --bind proc/sys proc/sys; mount -o remount,ro,bind proc/sys
pivot_root . .; umount -l .; mount --make-rshared /
exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system \
	--unit=multi-user.target --show-status=no --log-target=console
"""
"""What the first process of namespaces of its own does: nothing of the machine can be changed from in there."""


_OF_ROOT = ["env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"]
"""What root finds at a login; nothing of the environment that the tests run in."""


class CleanDebian:
    """A folder that holds a Debian of its own; commands in it have no network."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: asyncio.subprocess.Process | None = None

    def make(self, suite: str) -> None:
        """Fill the folder with the smallest Debian *suite* and what an operator adds first."""
        done(["mmdebstrap", "--variant=minbase", f"--include={PACKAGES}", suite, str(self.folder)], 300)

    def give(self, source: Path, to: str) -> Path:
        """Copy a file or a folder to the path *to*; return where it is."""
        place = self.folder / to.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, place) if source.is_dir() else shutil.copy(source, place)
        return place

    def copy(self, folder: Path) -> CleanDebian:
        """Return a copy of it in another *folder*: a second host. It must not run."""
        done(["cp", "-a", "--reflink=auto", str(self.folder), str(folder)], 120)
        return CleanDebian(folder)

    def give_checkout(self) -> None:
        """Copy what stands in version control to /root/liaison."""
        listed = done(["git", "-C", str(CHECKOUT), "ls-files", "--cached", "--others", "--exclude-standard"], 30)
        for name in listed.splitlines():
            self.give(CHECKOUT / name, f"/root/liaison/{name}")

    def give_older_checkout(self, commit: str) -> Path:
        """Put what stood in version control at *commit* to /root/liaison.older; return where it is."""
        place = self.folder / "root" / "liaison.older"
        place.mkdir()
        done(["bash", "-euo", "pipefail", "-c", f"git -C {CHECKOUT} archive {commit} | tar -xC {place}"], 60)
        # Before 29 November 2026 the program was installed from a wheel of its own, which is not carried over any more.
        shutil.copy(CHECKOUT / "Makefile", place)
        return place

    def give_wheels(self, folder: Path, to: str, older: Path = CHECKOUT) -> None:
        """Fetch into *folder* all that set-up needs, also that of the *older* checkout; copy it to the path *to*."""
        done(["make", "-sC", str(CHECKOUT), "wheels", f"TO={folder}"], 300)
        lock = older / "requirements-dev.lock"
        if lock.read_bytes() != (CHECKOUT / lock.name).read_bytes():
            fetching = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes", "-d", str(folder)]
            done([*fetching, "-r", str(lock)], 300)
        self.give(folder, to)

    async def boot(self) -> None:
        """Start systemd, and return once it is up. Its services have the machine's network, to reach a homeserver."""
        with (self.folder / "console.log").open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                *["unshare", "--fork", "--kill-child", "--pid", "--mount", "--uts", "--ipc", "--cgroup"],
                *["--propagation", "private", "bash", "-c", _MOUNTS, "boot", str(self.folder)],
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

        async with asyncio.timeout(30):
            while not await self._up():
                await asyncio.sleep(0.2)

    async def inside(self, script: str, seconds: float = 60.0, typed: str = "") -> str:
        """Run a shell *script* as root in its home beside the service, without a network; return what it said.

        *typed* is what it reads. AssertionError if the script fails.
        """
        init = self._init()
        assert init, "it does not run"
        entering = ["nsenter", "--target", str(init), "--all", "unshare", "--net", *_OF_ROOT]
        return await asyncio.to_thread(done, [*entering, "sh", "-euc", f"cd /root\n{script}"], seconds, typed)

    async def _up(self) -> bool:
        if not self._init():
            return False
        return "active" in (await self.inside("systemctl is-active multi-user.target || true")).split()

    def _init(self) -> int | None:
        """Return the process id of its systemd; None before there is one, when its root is still the machine's."""
        assert self._running
        children = Path(f"/proc/{self._running.pid}/task/{self._running.pid}/children").read_text("ascii").split()
        started = [int(child) for child in children if Path(f"/proc/{child}/comm").read_text("utf-8") == "systemd\n"]
        return started[0] if started else None

    async def kill(self) -> None:
        """End all of it at once."""
        if self._running and self._running.returncode is None:
            self._running.kill()
            await self._running.wait()


def done(command: Sequence[str], seconds: float, typed: str = "") -> str:
    """Run a command that reads *typed*, return what it said; AssertionError, with all of that, if it fails."""
    ended = subprocess.run(command, input=typed, capture_output=True, text=True, timeout=seconds, check=False)
    assert ended.returncode == 0, f"{command[-1]}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout
