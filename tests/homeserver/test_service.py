"""The operator's guide, followed on a clean Debian without a network: systemd runs the bot, and it answers."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.demo.homeserver import Homeserver
from bot.demo.liaison import toml
from bot.demo.process import free_port

from .. import guide
from .conftest import PASSWORD, OfficerFactory, localpart, tables
from .rooms import SPANISH, asks, joined, translation
from .service import CHECKOUT, CleanDebian

pytestmark = pytest.mark.soak

UNIT = CHECKOUT / "deploy" / "liaison.service"


def test_the_unit_is_sound_and_hardened() -> None:
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(UNIT)], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"Overall exposure level for liaison.service: ([\d.]+)", said)
    stated = re.search(r"`systemd-analyze security liaison` gives the unit ([\d.]+)", guide.TEXT)
    assert found and stated
    assert float(found[1]) == float(stated[1])


@pytest.mark.timeout(1200)
async def test_an_operator_installs_it_without_a_network(
    homeserver: Homeserver, officer: OfficerFactory, tmp_path: Path
) -> None:
    debian = CleanDebian(tmp_path / "debian")
    debian.make("bookworm")
    debian.give_checkout()
    debian.give_wheels(tmp_path / "wheels", "/media/stick/wheels")
    debian.run(
        "cd /root/liaison; make install OFFLINE=/media/stick/wheels PYTHON=python3;"
        " install -m 644 deploy/liaison.service /etc/systemd/system/; install -m 755 deploy/liaison /usr/local/bin/;"
        " install -D -m 644 deploy/liaison.sysusers /etc/sysusers.d/liaison.conf; systemd-sysusers;"
        " install -d -m 700 /etc/liaison/secrets; chmod 755 /etc/liaison; systemctl enable liaison",
        300,
    )
    bot, port = localpart("liaison"), free_port()
    await homeserver.register(bot, PASSWORD)
    ana = await officer("ana", "PRT-GNR")
    filled = tables(
        matrix={
            "homeserver": homeserver.url,
            "user_id": homeserver.user_id(bot),
            "password_file": "secrets/password",
            "recovery_key_file": "/var/lib/liaison/recovery-key",
        },
        storage={"directory": "/var/lib/liaison", "key_file": "secrets/storage-key"},
        health={"listen": f"127.0.0.1:{port}"},
        roles={"lead": [ana.user_id]},
    )
    etc = debian.folder / "etc" / "liaison"
    (etc / "liaison.toml").write_text(toml(filled), "utf-8")
    for name, secret in (("password", PASSWORD), ("storage-key", "5e" * 32)):
        (etc / "secrets" / name).touch(mode=0o600)
        (etc / "secrets" / name).write_text(secret, "utf-8")
    for package in SPANISH:
        debian.give(package, f"/media/stick/{package.name}")
    await debian.boot()
    try:
        await _ready(port)
        # By hand as the service runs it; the service itself hears of new models when it starts.
        packages = " ".join(f"/media/stick/{package.name}" for package in SPANISH)
        await debian.inside(f"liaison models install {packages} --config /etc/liaison/liaison.toml")
        assert "recovery-key" in await debian.inside("ls /var/lib/liaison")
        await debian.inside(
            "mv /var/lib/liaison/recovery-key /etc/liaison/secrets/; chown -R root: /etc/liaison/secrets;"
            " mkdir -p /etc/systemd/system/liaison.service.d;"
            " printf '[Service]\\nLoadCredential=recovery-key:/etc/liaison/secrets/recovery-key\\n'"
            " > /etc/systemd/system/liaison.service.d/secrets.conf; systemctl daemon-reload; systemctl restart liaison"
        )
        await _ready(port)
        said = await debian.inside("liaison check --config /etc/liaison/liaison.toml 2>&1")
        assert "answers" in said and "missing" not in said, said

        kate, diego = await officer("kate", "GBR-BF"), await officer("diego", "ESP-GC")
        room = await ana.create_room("Border North", [homeserver.user_id(bot), kate.user_id, diego.user_id])
        for other in (kate, diego):
            await other.join(room)
        await joined(ana, room, homeserver.user_id(bot))
        await asks(ana, room, "!status")
        # Both engines under the filter of system calls and without memory that is written and run.
        said = (await translation(kate, await ana.say(room, "O condutor não tem armas."))).body
        assert "driver" in said and "conductor" in said, said

        shown = await debian.inside("systemctl show liaison -p NRestarts -p StatusErrno; ls -l /etc/liaison/secrets")
        assert "NRestarts=0" in shown and shown.count("-rw------- 1 root root") == 3, shown
        await debian.inside("echo wrong > /etc/liaison/liaison.toml; systemctl kill -s KILL liaison; sleep 14")
        ended = await debian.inside("systemctl show liaison -p ExecMainStatus -p ActiveState -p NRestarts")
        # Killed: started again; refused: left alone.
        assert {"ExecMainStatus=2", "ActiveState=failed", "NRestarts=1"} <= set(ended.split()), ended
        await debian.inside("systemctl exit")
    finally:
        sys.stdout.write((debian.folder / "console.log").read_text("utf-8", "replace")[-3000:])
        await debian.kill()


async def _ready(port: int) -> None:
    async with asyncio.timeout(60), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.5)
