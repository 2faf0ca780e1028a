"""A clean Debian in a folder, where the program is installed as an operator does it, and systemd runs it as a service.

Needs root, and of Debian's packages mmdebstrap, systemd and util-linux; the network to make the folder, never in it.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
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


class CleanDebian:
    """A folder that holds a Debian of its own; commands in it have no network but the loop."""

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

    def give_checkout(self) -> None:
        """Copy what stands in version control to /root/liaison."""
        listed = done(["git", "-C", str(CHECKOUT), "ls-files", "--cached", "--others", "--exclude-standard"], 30)
        for name in listed.splitlines():
            self.give(CHECKOUT / name, f"/root/liaison/{name}")

    def give_wheels(self, folder: Path, to: str) -> None:
        """Fetch into *folder* all that set-up needs, and copy it to the path *to*."""
        done(["make", "-sC", str(CHECKOUT), "wheels", f"TO={folder}"], 300)
        self.give(folder, to)

    def run(self, script: str, seconds: float = 60.0) -> str:
        """Run a shell *script* in it, without a network; return what it said. AssertionError if it fails."""
        inside = f"mount -t proc proc {self.folder}/proc; exec chroot {self.folder} sh -euc '{script}'"
        return done(["unshare", "--net", "--mount", "--pid", "--fork", "sh", "-euc", inside], seconds)

    async def boot(self) -> None:
        """Start systemd with the service; it shares the network with the machine, for a homeserver on the loop."""
        with (self.folder / "console.log").open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                *["unshare", "--fork", "--kill-child", "--pid", "--mount", "--uts", "--ipc", "--cgroup"],
                *["--propagation", "private", "bash", "-c", _MOUNTS, "boot", str(self.folder)],
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def inside(self, script: str, seconds: float = 60.0) -> str:
        """Run a shell *script* beside the service, as root there."""
        assert self._running
        children = Path(f"/proc/{self._running.pid}/task/{self._running.pid}/children").read_text("ascii").split()
        entering = ["nsenter", "--target", children[0], "--all", "sh", "-euc", f"cd /; {script}"]
        return await asyncio.to_thread(done, entering, seconds)

    async def halt(self) -> None:
        """Stop the service, and systemd."""
        if self._running and self._running.returncode is None:
            await self.inside("systemctl stop liaison.service; systemctl exit")
            await asyncio.wait_for(self._running.wait(), 60)

    async def kill(self) -> None:
        """End all of it at once."""
        if self._running and self._running.returncode is None:
            self._running.kill()
            await self._running.wait()


def done(command: Sequence[str], seconds: float) -> str:
    """Run a command and return what it said; AssertionError, with all of that, if it fails."""
    ended = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    assert ended.returncode == 0, f"{command[-1]}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout
