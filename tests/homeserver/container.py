"""Debian's own Podman in a clean Debian, as an operator builds the image with it and runs it.

Needs root, and of Debian's packages mmdebstrap, iproute2 and util-linux. The image's base is made by mmdebstrap too: no
registry of images is asked. The containers' network is one of its own: a cable to this machine, and no way on.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .service import CleanDebian, done

PACKAGES = "podman,buildah,crun,netavark,iptables,ca-certificates"
NAMESPACE = "liaison-test"
OUTSIDE, INSIDE = "10.89.169.1", "10.89.169.2"
PODMAN = "podman --storage-driver=overlay --cgroup-manager=cgroupfs --runtime=crun"
_MOUNTS = """
set -eu
mount --bind "$1" "$1"; cd "$1"
mount -t proc proc proc; mount -t sysfs sysfs sys; mount -t tmpfs tmpfs sys/fs/cgroup
mount -t cgroup2 none sys/fs/cgroup
mount -t tmpfs tmpfs tmp; mount -t tmpfs tmpfs run; mount --rbind /dev dev
pivot_root . .; umount -l .
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root sh -euc "$2"
"""


class PodmanDebian(CleanDebian):
    """A folder with a Debian in which Podman builds and runs; cgroups stay the machine's."""

    def make(self, suite: str) -> None:
        """Fill the folder, and make the base of the image."""
        done(["mmdebstrap", "--variant=minbase", f"--include={PACKAGES}", suite, str(self.folder)], 300)
        done(["mmdebstrap", "--variant=minbase", suite, str(self.folder / "base.tar")], 300)
        self.give(Path("/etc/resolv.conf"), "/etc/resolv.conf")
        self.podman(f"{PODMAN} import /base.tar debian:{suite}-slim", 120)

    def podman(self, script: str, seconds: float) -> str:
        """Run a shell *script* in it, with the machine's network; return what it said. AssertionError if it fails."""
        return done([*_entered(), str(self.folder), script], seconds)

    async def start(self, script: str) -> asyncio.subprocess.Process:
        """Start a shell *script* in it, in the network of its own."""
        joining = ["nsenter", f"--net=/run/netns/{NAMESPACE}"]
        with (self.folder / "console.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *joining,
                *_entered(),
                str(self.folder),
                script,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


def _entered() -> Sequence[str]:
    spaces = ["--mount", "--pid", "--uts", "--ipc", "--cgroup", "--propagation", "private"]
    return ["unshare", "--fork", "--kill-child", *spaces, "bash", "-c", _MOUNTS, "enter"]


def lay_cable() -> None:
    """Make the network of its own: one cable to this machine, no route to anywhere else."""
    remove_cable()
    for line in (
        f"netns add {NAMESPACE}",
        f"link add {NAMESPACE[:8]}-0 type veth peer name eth0 netns {NAMESPACE}",
        f"address add {OUTSIDE}/30 dev {NAMESPACE[:8]}-0",
        f"link set {NAMESPACE[:8]}-0 up",
        f"-netns {NAMESPACE} address add {INSIDE}/30 dev eth0",
        f"-netns {NAMESPACE} link set eth0 up",
        f"-netns {NAMESPACE} link set lo up",
    ):
        done(["ip", *line.split()], 10)


def remove_cable() -> None:
    """Take the network of its own away, if there is one."""
    subprocess.run(["ip", "netns", "delete", NAMESPACE], capture_output=True, timeout=10, check=False)
    subprocess.run(["ip", "link", "delete", f"{NAMESPACE[:8]}-0"], capture_output=True, timeout=10, check=False)


def process_of(user: int) -> int:
    """Return the id of the one process of *user*; AssertionError if there is none or another."""
    found = [int(path.name) for path in Path("/proc").glob("[0-9]*") if _owner(path) == user]
    assert found, f"no process of {user}"
    return min(found)


def _owner(path: Path) -> int:
    try:
        return path.stat().st_uid
    except FileNotFoundError:
        return -1
