"""The operator's guide, followed on a clean Debian without a network: systemd runs the bot, and it answers."""

from __future__ import annotations

import asyncio
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.demo.heard import Heard
from bot.demo.homeserver import Homeserver
from bot.demo.liaison import toml
from bot.demo.officer import Officer
from bot.demo.process import free_port
from bot.store.opening import connect
from bot.store.schema import MIGRATIONS

from .. import guide
from .conftest import PASSWORD, OfficerFactory, localpart, tables
from .operating import INSTALL, STICK, Operator, configured
from .rooms import SPANISH, asks, joined, of_kind, record, translation
from .service import CHECKOUT, CleanDebian, done

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


@pytest.mark.timeout(2400)
async def test_an_operator_follows_the_guide_from_one_host_to_another(
    homeserver: Homeserver, officer: OfficerFactory, tmp_path: Path
) -> None:
    """Without a network: install, upgrade, restore a lost host, rotate keys, move, go back to the older program."""
    first = CleanDebian(tmp_path / "first")
    first.make("bookworm")
    first.give_checkout()
    older = first.give_older_checkout(_older_program())
    first.give_wheels(tmp_path / "wheels", f"{STICK}/wheels", older)
    for package in SPANISH:
        first.give(package, f"{STICK}/{package.name}")
    second = first.copy(tmp_path / "second")
    service = Service(homeserver, await officer("ana", "PRT-GNR"), tmp_path / "safe")
    await homeserver.register(service.user, PASSWORD)
    async with AsyncExitStack() as stack:
        for host in (first, second):
            stack.callback(lambda host=host: sys.stdout.write(f"{host.folder}:\n{_console(host)}\n"))
            stack.push_async_callback(host.kill)
        await first.boot()
        await service.is_installed(first, checkout="liaison.older")
        await service.is_started(first, checkout="liaison.older")
        kate, diego = await officer("kate", "GBR-BF"), await officer("diego", "ESP-GC")
        await service.comes_into_a_room(kate, diego)
        before = await service.declares("Boat at the beach")
        await service.makes_a_backup_key(first, "key-of-before")
        steps = _schema_of(first)
        await service.is_upgraded(first)
        assert steps < _schema_of(first) == len(MIGRATIONS)
        # Both engines under the filter of system calls and without memory that is written and run.
        said = (await translation(kate, await service.ana.say(service.room, "O condutor não está armado."))).body
        assert "driver" in said and "El conductor no lleva armas" in said, said

        after = await service.declares("Lorry on the bridge")
        await service.makes_a_backup_key(first, "key-of-after")
        backup = await service.is_backed_up(first)
        lost = await service.declares("Not in the backup")
        await first.kill()

        await second.boot()
        await second.inside("useradd --system who-came-first")  # so that numbers of users differ
        await service.is_installed(second)
        _put_back(first, second)
        device = await service.is_restored(second, backup, "key-of-after")
        assert await service.finds(before) and await service.finds(after) and not await service.finds(lost)
        await service.signs_out(device)
        await service.changes_its_password(second)
        await service.survives_a_crash_and_refuses_a_wrong_file(second)

        _empty(first)
        await first.boot()
        await service.moves(second, first)
        assert await service.finds(after)
        said = (await translation(kate, await service.ana.say(service.room, "O homem não está armado."))).body
        assert "El hombre no lleva armas" in said, said
        await second.kill()

        await service.goes_back(first)
        assert await service.finds(before) and not await service.finds(after)
        log = await first.inside("journalctl --unit=liaison --output=cat")
        assert '"event": "restored' in log and "armado" not in log, log[-3000:]
        assert service.operator.left_out(INSTALL, "Upgrade", "Back up", "Restore", "Move to another host") == []


class Service:
    """The bot as a service, now on this host and then on that, and the officer who talks to it."""

    def __init__(self, homeserver: Homeserver, ana: Officer, safe: Path) -> None:
        self.operator = Operator()
        self.ana = ana
        self.room = ""
        self.user = localpart("liaison")
        self._homeserver = homeserver
        self._user_id = homeserver.user_id(self.user)
        self._safe = safe
        self._port = free_port()
        self._password = PASSWORD
        self._token = ""
        plain = tables(
            matrix={"homeserver": homeserver.url, "user_id": self._user_id},
            health={"listen": f"127.0.0.1:{self._port}"},
            roles={"lead": [ana.user_id]},
        )
        self._tables = configured(plain)
        safe.mkdir()

    async def is_installed(self, host: CleanDebian, checkout: str = "liaison") -> None:
        """Install it there as far as the configuration."""
        await self.operator.follows(host, INSTALL, "cd liaison", checkout=checkout, seconds=300)

    async def is_started(self, host: CleanDebian, checkout: str = "liaison") -> None:
        """Configure it there, and start it for the first time."""
        begins = "install -d -m 755 /etc/liaison"
        await self.operator.follows(host, INSTALL, begins, at=f"/root/{checkout}", reads=self._password)
        self._configure(host)
        said = await self.operator.follows(host, INSTALL, "liaison models install")
        assert "answers" in said and "missing" not in said, said
        await self.serves(host)

    async def serves(self, host: CleanDebian) -> None:
        """Wait until it serves; see that nothing restarted it, and that the secrets are root's alone."""
        await _ready(self._port)
        shown = await host.inside("systemctl show liaison -p NRestarts; ls -l /etc/liaison/secrets")
        assert "NRestarts=0" in shown and shown.count("-rw------- 1 root root") == 3, shown
        owners = set((await host.inside("stat -c %U /var/lib/liaison /var/lib/liaison/*")).split())
        assert owners == {"liaison"}, owners

    async def comes_into_a_room(self, *others: Officer) -> None:
        """Have it, and *others*, in a room of the officer's."""
        self.room = await self.ana.create_room("Border North", [self._user_id, *(other.user_id for other in others)])
        for other in others:
            await other.join(self.room)
        await joined(self.ana, self.room, self._user_id)
        await self.answers()

    async def answers(self) -> None:
        """See that it answers, from a device that its owner has signed."""
        heard = await asks(self.ana, self.room, "!status")
        assert record(heard)["ok"] and heard.trust == "cross-signed-tofu", heard

    async def declares(self, title: str) -> str:
        """Declare an incident, and return its reference."""
        return str(record(await asks(self.ana, self.room, f"!incident declare {title}"))["ref"])

    async def finds(self, ref: str) -> bool:
        """Return whether it knows the incident."""
        return bool(record(await asks(self.ana, self.room, f"!incident show {ref}"))["ok"])

    async def makes_a_backup_key(self, host: CleanDebian, name: str) -> None:
        """Have backups encrypted to a new key, whose private half is kept under *name*."""
        begins = "/opt/liaison/bin/liaison backup --new-key"
        said = await self.operator.follows(host, "Back up", begins)
        (host.folder / "media/stick/backup-key").rename(self._safe / name)
        self._tables["storage"] |= tomllib.loads(said)
        self._configure(host)

    async def is_backed_up(self, host: CleanDebian) -> Path:
        """Reload the configuration and take a backup; return the file, which is no longer on the host."""
        await self.operator.follows(host, "Back up", "systemctl reload liaison")
        [made] = (host.folder / "var/lib/liaison").glob("backup-*")
        return made.rename(self._safe / made.name)

    async def is_upgraded(self, host: CleanDebian) -> None:
        """Upgrade it; the backup of before is no longer on the host."""
        await self.operator.follows(host, "Upgrade", "liaison backup", seconds=300)
        (host.folder / "var/lib/liaison/before-upgrade").rename(self._safe / "before-upgrade")
        await self.serves(host)
        await self.answers()

    async def is_restored(self, host: CleanDebian, backup: Path, key: str) -> str:
        """Restore it there from a *backup* by the private *key*, and hear of it; return the device that is lost."""
        told = len(self._restorings())
        said = await self._restore(host, backup, key)
        await self.ana.hears(lambda _heard: len(self._restorings()) > told)
        [device] = re.findall(r"Sign the lost device (\S+) out", said)
        return str(device)

    async def _restore(self, host: CleanDebian, backup: Path, key: str) -> str:
        shutil.copy(backup, host.folder / "media/stick/before-upgrade")
        (self._safe / key).rename(host.folder / "media/stick/backup-key")
        said = await self.operator.follows(host, "Restore")
        await self.serves(host)
        await self.answers()
        return said

    def _restorings(self) -> list[Heard]:
        return [heard for heard in of_kind(self.ana, "notice") if "I was restored from a backup of" in heard.body]

    async def signs_out(self, device: str) -> None:
        """Sign a device of its account out, from elsewhere."""
        await self._administer("DELETE", f"devices/{device}")

    async def changes_its_password(self, host: CleanDebian) -> None:
        """Change the account's password without signing devices out; it serves on, and after a restart."""
        self._password = "another-password-of-tests"
        await self._administer("PUT", "", {"password": self._password, "logout_devices": False})
        (host.folder / "etc/liaison/secrets/password").write_text(self._password, "utf-8")
        await self.answers()
        await host.inside("systemctl restart liaison")
        await self.serves(host)
        await self.answers()

    async def _administer(self, method: str, what: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        if not self._token:
            administrator = localpart("administrator")
            await self._homeserver.register(administrator, PASSWORD, admin=True)
            self._token = (await self._homeserver.login(administrator, PASSWORD)).access_token
        path = f"/_synapse/admin/v2/users/{self._user_id}/{what}".rstrip("/")
        return await self._homeserver.request(method, path, token=self._token, body=body)

    async def survives_a_crash_and_refuses_a_wrong_file(self, host: CleanDebian) -> None:
        """Kill it with a wrong configuration in its place: it is started again, refuses, and is left alone."""
        await host.inside("echo wrong > /etc/liaison/liaison.toml; systemctl kill -s KILL liaison")
        shown = await _ends(host, 2)
        assert "NRestarts=1" in shown.split(), shown
        self._configure(host)
        await host.inside("systemctl start liaison")
        await self.serves(host)

    async def moves(self, here: CleanDebian, there: CleanDebian) -> None:
        """Move it from one host to another, where the user has another number."""
        section = "Move to another host"
        numbers = [await host.inside("id -u liaison") for host in (here, there)]
        assert numbers[0] != numbers[1]
        await self.operator.follows(here, section, "systemctl disable")
        packed = here.folder / "media/stick/liaison.tar"
        assert stat.S_IMODE(packed.stat().st_mode) == 0o600
        shutil.move(packed, there.folder / "media/stick/liaison.tar")
        await self.operator.follows(there, section, "tar")
        await self.serves(there)
        await self.answers()

    async def goes_back(self, host: CleanDebian) -> None:
        """Go back to the older program, and what was before the upgrade. It may be too old to tell rooms of that."""
        await self.operator.follows(host, "Upgrade", "systemctl stop", checkout="liaison.older", seconds=300)
        await self._restore(host, self._safe / "before-upgrade", "key-of-before")

    def _configure(self, host: CleanDebian) -> None:
        (host.folder / "etc/liaison/liaison.toml").write_text(toml(self._tables), "utf-8")


def _older_program() -> str:
    """Return the commit of before the last four changes of the schema; the clone must have its history."""
    log = ["git", "-C", str(CHECKOUT), "log", "--first-parent", "-4", "--format=%H"]
    return f"{done([*log, '--', 'bot/store/schema.py'], 30).split()[-1]}^"


def _schema_of(host: CleanDebian) -> int:
    """Return how many steps of the schema the service's database has taken."""
    key = (host.folder / "etc/liaison/secrets/storage-key").read_text("ascii").strip()
    with closing(connect(host.folder / "var/lib/liaison/liaison.db", key, read_only=True)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _put_back(lost: CleanDebian, host: CleanDebian) -> None:
    """Give a host what an operator keeps elsewhere: configuration, password and drop-ins, and no other secret."""
    keys = shutil.ignore_patterns("storage-key", "recovery-key")
    for folder in ("etc/liaison", "etc/systemd/system/liaison.service.d"):
        shutil.copytree(lost.folder / folder, host.folder / folder, ignore=keys)


def _empty(host: CleanDebian) -> None:
    """Leave on a host, which does not run, the program and the unit alone."""
    for folder in ("var/lib/liaison", "etc/liaison", "etc/systemd/system/liaison.service.d"):
        shutil.rmtree(host.folder / folder)
    (host.folder / "etc/systemd/system/multi-user.target.wants/liaison.service").unlink()


def _console(host: CleanDebian) -> str:
    log = host.folder / "console.log"
    return log.read_text("utf-8", "replace")[-3000:] if log.exists() else ""


async def _ends(host: CleanDebian, code: int) -> str:
    """Wait until the service has ended with *code* and is left alone; return what systemd says of it."""
    async with asyncio.timeout(60):
        while True:
            shown = await host.inside("systemctl show liaison -p ExecMainStatus -p ActiveState -p NRestarts")
            if {f"ExecMainStatus={code}", "ActiveState=failed"} <= set(shown.split()):
                return shown
            await asyncio.sleep(0.5)


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
