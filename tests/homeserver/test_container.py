"""The image, built by Debian's Podman and run as the guide says: nobody's rights, one volume, one way out."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.demo.homeserver import Homeserver
from bot.demo.liaison import toml

from .. import guide
from . import container
from .conftest import PASSWORD, OfficerFactory, localpart, tables
from .container import OUTSIDE, PODMAN, PodmanDebian, done
from .rooms import asks, joined

pytestmark = pytest.mark.soak

NOBODY = 65532
PORT = 8008


@pytest.mark.timeout(1500)
async def test_the_image_is_built_and_serves_with_no_rights(
    homeserver: Homeserver, officer: OfficerFactory, tmp_path: Path
) -> None:
    debian = PodmanDebian(tmp_path / "debian")
    debian.make("bookworm")
    debian.give_checkout()
    (debian.folder / "root" / "liaison" / "secret-of-the-operator").write_text(PASSWORD, "utf-8")
    debian.give_wheels(tmp_path / "wheels", "/root/liaison/deploy/wheels")
    build, run = (
        next(" ".join(words[2:]) for words in guide.calls("podman") if words[1] == verb) for verb in ("build", "run")
    )
    # Without cgroups of its own, and with no network but the machine's while it is built.
    debian.podman(f"cd /root/liaison; {PODMAN} build --layers=false --isolation=chroot --network=host {build}", 600)
    inside = debian.podman(
        f"{PODMAN} run --rm --cgroups=disabled --network=none --entrypoint /bin/ls liaison -A / /opt/liaison/bin", 120
    )
    assert "secret-of-the-operator" not in inside and "liaison" in inside

    ana, bot = await officer("ana", "PRT-GNR"), localpart("liaison")
    await homeserver.register(bot, PASSWORD)
    _configure(debian, homeserver.user_id(bot), ana.user_id)
    options = re.sub(r"--network=\S+", "--network=host --cgroups=disabled", run)
    async with AsyncExitStack() as stack:
        container.lay_cable()
        stack.callback(container.remove_cable)
        await stack.enter_async_context(await _way_to(urlsplit(homeserver.url).port or 0))
        running = await debian.start(f"exec {PODMAN} run {options}")
        stack.callback(lambda: running.returncode is None and running.kill())
        log = debian.folder / "console.log"
        stack.callback(lambda: sys.stdout.write(log.read_text("utf-8", "replace")[-3000:]))

        room = await ana.create_room("Border North", [homeserver.user_id(bot)])
        await joined(ana, room, homeserver.user_id(bot), 90)
        assert (await asks(ana, room, "!status")).error is None

        pid = container.process_of(NOBODY)
        _has_no_rights(pid)
        os.kill(pid, signal.SIGTERM)
        assert await asyncio.wait_for(running.wait(), 30) == 0


def _configure(debian: PodmanDebian, bot: str, lead: str) -> None:
    """Write /etc/liaison, readable for the image's user and nobody else."""
    etc = debian.folder / "etc" / "liaison"
    (etc / "secrets").mkdir(parents=True, mode=0o700)
    filled = tables(
        matrix={
            "homeserver": f"http://{OUTSIDE}:{PORT}",
            "user_id": bot,
            "password_file": "secrets/password",
            "recovery_key_file": "/var/lib/liaison/recovery-key",
        },
        storage={"directory": "/var/lib/liaison", "key_file": "secrets/storage-key"},
        roles={"lead": [lead]},
    )
    (etc / "liaison.toml").write_text(toml(filled), "utf-8")
    for name, secret in (("password", PASSWORD), ("storage-key", "5e" * 32)):
        (etc / "secrets" / name).write_text(secret, "utf-8")
        (etc / "secrets" / name).chmod(0o600)
    done(["chown", "-R", f"{NOBODY}:{NOBODY}", str(etc)], 10)


async def _way_to(port: int) -> asyncio.Server:
    """Return a server at the near end of the cable that passes everything on to the homeserver's *port*."""

    async def passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_copied(reader, far_writer), _copied(far_reader, writer))

    return await asyncio.start_server(passed, OUTSIDE, PORT)


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


def _has_no_rights(pid: int) -> None:
    """Check what the process may do, as itself: no capability, nothing written but its data, nobody reached."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    assert re.search(rf"^Uid:(\s+{NOBODY}){{4}}$", status, re.MULTILINE)
    for kind in ("Prm", "Eff", "Bnd", "Amb"):
        assert re.search(rf"^Cap{kind}:\s+0+$", status, re.MULTILINE), status
    assert re.search(r"^NoNewPrivs:\s+1$", status, re.MULTILINE)
    assert re.search(r"^\S+ \S+ \S+ / / ro,", Path(f"/proc/{pid}/mountinfo").read_text("ascii"), re.MULTILINE)
    beside = ["nsenter", f"--target={pid}", "--all", f"--setuid={NOBODY}", f"--setgid={NOBODY}", "/bin/sh", "-c"]
    places = "/ /usr/x /opt/liaison/x /etc/x /etc/liaison/x /home/x /var/lib/x"
    tried = f"for place in {places}; do (: > $place/x || : > $place) 2>/dev/null && echo written $place; done; true"
    assert done([*beside, tried], 20) == ""
    done([*beside, ": > /var/lib/liaison/x; rm /var/lib/liaison/x; : > /tmp/x; rm /tmp/x"], 20)
    reach = (
        "import socket\nfor place in (('192.0.2.1', 443), ('1.1.1.1', 53)):\n"
        " try: socket.create_connection(place, 3); print('reached', place)\n except OSError as e: print(e.strerror)"
    )
    assert done([*beside, f'/opt/liaison/bin/python -c "{reach}"'], 20) == "Network is unreachable\n" * 2
