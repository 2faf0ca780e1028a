"""`liaison backup` and `restore`: what comes back, what never does, and what is refused with nothing changed."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyrage
import pytest
from nio.crypto import InboundGroupSession, OlmAccount, OutboundGroupSession
from pyrage.x25519 import Identity

from bot.app import only_process
from bot.backup import BackupRefused, archive, backup, make_key, restore, restoring
from bot.backup.archive import Manifest
from bot.cli.check import _warnings
from bot.config import Config, load
from bot.matrix.cryptostore import CryptoStore, RestoredKeys
from bot.matrix.secretstorage import RecoveryKey
from bot.model.hold import Hold
from bot.model.person import LanguageCode, Person, UserId
from bot.model.reference import Reference
from bot.store import Store
from bot.store.database import Database
from bot.store.failing import StorageFailed
from bot.store.schema import MIGRATIONS
from bot.store.scratch import MARK, scratch

from ..fakes import BOT, KEY, NOON, ROOM
from .test_program import GOOD, liaison

ANA = UserId("@ana:gnr.example")
RECOVERY = RecoveryKey.make().text
LATER = NOON + timedelta(hours=3)
SAID = "the van with plate 12-AB-34"


HELD = Hold(Reference("BRAVO-7K3Q0"), ANA, "PRT-GNR", NOON, "Inquérito", ROOM, "$hold")


class Bot:
    """A data folder as a bot leaves it, with its configuration and a key pair for backups."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.dest = folder / "kept.age"
        self.key = folder / "private"
        self.config_file = folder / "liaison.toml"
        self.outbound = OutboundGroupSession()
        self.outbound.mark_as_shared()
        (folder / "password").write_text("secret")
        self.public = make_key(self.key)
        self.write(f'backup_recipient = "{self.public}"')
        (folder / "secrets").mkdir()
        (folder / "secrets" / "recovery-key").write_text(RECOVERY + "\n")
        (folder / "key").write_text(KEY + "\n")

    def write(self, storage: str, matrix: str = "") -> None:
        text = GOOD.replace("[storage]\n", f"[storage]\n{storage}\n").replace("[matrix]\n", f"[matrix]\n{matrix}\n")
        self.config_file.write_text(text)

    @property
    def config(self) -> Config:
        return load(self.config_file)

    def backup(self) -> Manifest:
        return backup(self.config, self.dest, NOON)

    def restore(self) -> Any:
        return restore(self.config, self.dest, self.key, LATER)

    def lose(self) -> None:
        """Lose the machine: all but the configuration, the password, the backup and its key."""
        for path in [*self.data.iterdir(), *(self.folder / "secrets").iterdir(), self.folder / "key"]:
            path.unlink()

    def files(self) -> dict[str, bytes]:
        """Return everything on the disk, but for what the lock and SQLite put beside a file that is read."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and not path.name.endswith(("lock", "-shm", "-wal"))
        }


@pytest.fixture
async def bot(tmp_path: Path) -> Bot:
    made = Bot(tmp_path)
    async with Database.open(made.data / "liaison.db", KEY) as database:
        store = Store(database)
        async with store.transaction():
            await store.account.save(device_id="OLD", access_token="t0ken", sync_token="s9", established="yes")
            await store.account.save(master_seed="seed", secret_storage="id")
            await store.person.save(Person(ANA, LanguageCode("fr")), NOON)
            await store.hold.add(HELD)
            await store.hold.keep(HELD.ref, HELD.ref, 2, 7, {"text": ""}, NOON)
            for id in ("$done", "$new", "$waiting"):
                await store.inbox.add(ROOM, id, {"body": SAID}, NOON)
            await store.inbox.done("$done", "done")
            await store.inbox.wait_for_key("$waiting", "session")
            await store.inbox.claim("sender", "session", 1, "$done")
            await store.outbox.add(ROOM, "reply", "$done", {"text": SAID}, NOON - timedelta(minutes=5))
    crypto = CryptoStore(BOT, "OLD", str(made.data), KEY, "crypto.db")
    crypto.save_account(OlmAccount())
    session = InboundGroupSession(made.outbound.session_key, "her-ed25519", "her-curve25519", ROOM)
    crypto.save_inbound_group_session(session)
    crypto.database.close()
    return made


# What comes back


async def test_everything_comes_back_but_the_device(bot: Bot) -> None:
    secret = bot.outbound.encrypt(SAID)
    bot.backup()
    assert stat.S_IMODE(bot.dest.stat().st_mode) == 0o600
    bot.lose()
    done = liaison("restore", "--config", bot.config_file, bot.dest, "--key", bot.key)
    assert done.returncode == 0, done.stderr

    async with Database.open(bot.data / "liaison.db", KEY) as database:
        store = Store(database)
        for name in ("device_id", "access_token", "sync_token", "established"):
            assert await store.account.find(name) is None
        for name, value in {"master_seed": "seed", "secret_storage": "id", "restored_device": "OLD"}.items():
            assert await store.account.find(name) == value
        assert await store.account.find("restored_from") == NOON.isoformat()
        assert (await store.account.find("restored_at") or "") > NOON.isoformat()
        assert (await store.person.find(ANA)).language == "fr"
        assert await store.hold.list_all() == [HELD] and await store.hold.list_kept(HELD.ref) == [(HELD.ref, 2, 7)]
        # Nothing is done a second time: every event id is known, every message index taken, nothing is open.
        async with store.transaction():
            assert not any([await store.inbox.add(ROOM, id, {}, LATER) for id in ("$done", "$new", "$waiting")])
            assert not await store.inbox.claim("sender", "session", 1, "$again")
        assert await store.inbox.depth() == (0, 0)
        assert await store.outbox.list_rooms() == []
        [row] = await database.rows("SELECT state, failure, payload FROM outbox")
        assert tuple(row) == ("failed", "restored", "{}")
        assert await database.rows("SELECT 1 FROM inbox WHERE raw LIKE '%van%'") == []
    for name in ("data/liaison.db", "data/room-keys.db", "key", "secrets/recovery-key"):
        assert stat.S_IMODE((bot.folder / name).stat().st_mode) == 0o600
    assert (bot.folder / "key").read_text().strip() == KEY
    assert (bot.folder / "secrets" / "recovery-key").read_text().strip() == RECOVERY
    assert not (bot.data / "crypto.db").exists()

    keys = RestoredKeys(bot.data / "room-keys.db", KEY)
    session = keys.find(ROOM, bot.outbound.id)
    assert session is not None
    assert session.decrypt(secret) == (SAID, 0)
    assert session.forwarding_chain == ["restored"]
    assert keys.find(ROOM, "another") is None
    assert keys.find("!another:example.org", bot.outbound.id) is None
    keys.close()


def test_what_was_not_sent_is_listed_without_its_text(bot: Bot) -> None:
    bot.backup()
    bot.lose()
    done = liaison("restore", "--config", bot.config_file, bot.dest, "--key", bot.key)
    [line] = [line for line in done.stdout.splitlines() if ROOM in line]
    assert line.split()[:2] == [ROOM, "reply"]
    assert line.endswith(" old")
    assert "events 2" in done.stdout
    assert "lost device OLD" in done.stdout
    for secret in (SAID, "12-AB-34", KEY, RECOVERY, "t0ken"):
        assert secret not in done.stdout + done.stderr
    logged = json.loads(done.stderr)
    assert logged["event"] == "restored"
    assert logged["since"] < logged["until"]


async def test_a_backup_is_of_one_moment_while_the_bot_writes(bot: Bot) -> None:
    path = bot.data / "liaison.db"
    with only_process(bot.data):
        async with Database.open(path, KEY) as database:
            store = Store(database)
            async with store.transaction():
                await store.account.save(committed="yes")
            async with store.transaction():
                await store.account.save(under_way="yes")
                assert liaison("backup", "--config", bot.config_file, bot.dest).returncode == 0
    bot.lose()
    await asyncio.to_thread(bot.restore)
    async with Database.open(path, KEY) as database:
        assert await Store(database).account.find("committed") == "yes"
        assert await Store(database).account.find("under_way") is None


def test_room_keys_survive_a_second_restore(bot: Bot) -> None:
    secret = bot.outbound.encrypt(SAID)
    bot.backup()
    bot.lose()
    bot.restore()
    later = OutboundGroupSession()
    crypto = CryptoStore(BOT, "NEW", str(bot.data), KEY, "crypto.db")
    crypto.save_account(OlmAccount())
    for session_key in (later.session_key, bot.outbound.session_key):
        # The first one, and the old one as it was shared anew: from its second message on.
        crypto.save_inbound_group_session(InboundGroupSession(session_key, "ed", "curve", ROOM))
    crypto.database.close()
    bot.dest.unlink()
    bot.backup()
    bot.lose()
    bot.restore()
    keys = RestoredKeys(bot.data / "room-keys.db", KEY)
    old, new = keys.find(ROOM, bot.outbound.id), keys.find(ROOM, later.id)
    assert old is not None
    assert old.decrypt(secret) == (SAID, 0)
    assert new is not None
    keys.close()


# What a backup holds, and who can read it


def opened(bot: Bot) -> dict[str, bytes]:
    plain = pyrage.decrypt(bot.dest.read_bytes(), [Identity.from_str(bot.key.read_text().splitlines()[1])])
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        return {info.name: tar.extractfile(info).read() for info in tar}  # type: ignore[union-attr]


async def test_no_plain_text_and_no_device_is_in_the_file(bot: Bot, tmp_path: Path) -> None:
    bot.backup()
    assert KEY.encode() not in bot.dest.read_bytes()
    members = opened(bot)
    assert list(members) == ["manifest.json", "storage-key", "recovery-key", "liaison.db", "room-keys.db"]
    manifest = json.loads(members["manifest.json"])
    assert (manifest["format"], manifest["user_id"], manifest["device_id"]) == (1, BOT, "OLD")
    assert manifest["schema"] == len(MIGRATIONS)
    for name in ("liaison.db", "room-keys.db"):
        assert not members[name].startswith(b"SQLite format 3")
        for text in (SAID, "CREATE TABLE", ROOM, "t0ken", "her-curve25519"):
            assert text.encode() not in members[name]
    copy = tmp_path / "by-hand" / "liaison.db"
    copy.parent.mkdir()
    copy.write_bytes(members["liaison.db"])
    async with Database.open(copy, KEY) as database:
        rows = await database.rows("SELECT key FROM account ORDER BY key")
        assert [row["key"] for row in rows] == ["master_seed", "secret_storage"]


def test_nothing_is_written_on_the_way_but_what_is_encrypted(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, bytes] = {}
    write = archive.write

    def look(*arguments: Any) -> None:
        seen.update(bot.files())
        write(*arguments)
        seen.update({f"after {name}": content for name, content in bot.files().items()})

    monkeypatch.setattr("bot.backup.archive.write", look)
    before = set(bot.files())
    bot.backup()
    passing = {name: content for name, content in seen.items() if name.removeprefix("after ") not in before}
    assert any(".backup-" in name for name in passing)
    assert any(name.endswith(".partial") for name in passing)
    for content in passing.values():
        assert not content.startswith(b"SQLite format 3")
        assert KEY.encode() not in content
        assert b"CREATE TABLE" not in content
    assert set(bot.files()) - before == {"kept.age"}


def test_a_new_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "vault" / "private"
    done = liaison("backup", "--new-key", file)
    assert done.returncode == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    private = file.read_text().splitlines()[-1]
    assert private.startswith("AGE-SECRET-KEY-1")
    public = str(Identity.from_str(private).to_public())
    assert done.stdout == f'backup_recipient = "{public}"\n'
    before = file.read_bytes()
    again = liaison("backup", "--new-key", file)
    assert (again.returncode, again.stdout) == (2, "")
    assert file.read_bytes() == before


# What is refused


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert line.startswith("liaison: ")
    return line


@contextmanager
def nothing_changes(bot: Bot) -> Iterator[None]:
    before = bot.files()
    yield
    assert bot.files() == before


Spoil = Callable[[Bot], object]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda bot: bot.write('backup_recipient = ""'), "storage.backup_recipient is empty"),
        (lambda bot: bot.write('backup_recipient = "age1x"'), "storage.backup_recipient: 'age1x' is not a public key"),
        (lambda bot: bot.dest.write_text("mine"), "exists; a backup overwrites nothing"),
        (lambda bot: bot.dest.symlink_to("/nowhere"), "exists; a backup overwrites nothing"),
        (lambda bot: (bot.data / "liaison.db").unlink(), "nothing to back up yet"),
        (lambda bot: (bot.folder / "key").unlink(), "Put the key back"),
        (lambda bot: (bot.folder / "key").write_text("another"), "cannot be opened with this storage key"),
        (lambda bot: (bot.data / "crypto.db").write_bytes(b"x" * 5000), "room keys in"),
        (lambda bot: setattr(bot, "dest", bot.folder / "none" / "kept.age"), "cannot be written"),
        (lambda bot: setattr(bot, "dest", bot.folder / ("k" * 300)), "cannot be written"),
        (lambda bot: (bot.folder / "key").write_bytes(b"\xff\xfe"), "is no key"),
        (lambda bot: (bot.folder / "key").write_bytes(b"k" * 100_000), "is no key"),
    ],
)
def test_a_backup_that_cannot_be_made_leaves_no_trace(bot: Bot, spoil: Spoil, said: str) -> None:
    spoil(bot)
    with nothing_changes(bot):
        assert said in one_sentence(liaison("backup", "--config", bot.config_file, bot.dest))


def test_a_backup_that_fails_half_way_leaves_no_trace(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(manifest: Manifest, members: object, recipient: object, to: Any) -> None:
        to.write(b"x" * 1000)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.backup.archive.write", full)
    with nothing_changes(bot), pytest.raises(BackupRefused, match="No space left"):
        bot.backup()


def test_a_backup_needs_a_place(bot: Bot) -> None:
    assert "--config FILE DEST" in one_sentence(liaison("backup", "--config", bot.config_file))


def flip(bot: Bot, at: int) -> None:
    content = bytearray(bot.dest.read_bytes())
    content[at] ^= 1
    bot.dest.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda bot: (bot.data / "liaison.db").write_text(""), "liaison.db exists; restore overwrites nothing"),
        (lambda bot: (bot.data / "liaison.db-wal").write_text(""), "liaison.db-wal exists"),
        (lambda bot: (bot.data / "crypto.db").write_text(""), "crypto.db exists"),
        (lambda bot: (bot.folder / "key").write_text("another"), "holds another key than the backup"),
        (lambda bot: (bot.folder / "secrets/recovery-key").write_text("another"), "holds another key than the backup"),
        (lambda bot: bot.key.unlink(), "cannot be read"),
        (lambda bot: bot.key.write_text("# nothing\n"), "holds no private key"),
        (lambda bot: bot.key.write_text(str(Identity.generate())), "this is not its key"),
        (lambda bot: bot.dest.unlink(), "No such file"),
        (lambda bot: bot.dest.write_text("hello"), "cannot be opened"),
        (lambda bot: flip(bot, -1), "broken or cut off"),
        (lambda bot: flip(bot, 5000), "broken or cut off"),
        (lambda bot: bot.dest.write_bytes(bot.dest.read_bytes()[:-1000]), "broken or cut off"),
        (lambda bot: bot.write("", 'device_id = "OLD"'), "it cannot come back"),
    ],
)
def test_a_restore_that_must_not_be_is_refused_and_changes_nothing(bot: Bot, spoil: Spoil, said: str) -> None:
    bot.backup()
    bot.lose()
    spoil(bot)
    with nothing_changes(bot):
        done = liaison("restore", "--config", bot.config_file, bot.dest, "--key", bot.key)
        assert said in one_sentence(done)


def test_a_storage_key_of_the_environment_must_be_the_backups(bot: Bot) -> None:
    bot.backup()
    bot.lose()
    with nothing_changes(bot), pytest.raises(BackupRefused, match="LIAISON_STORAGE_KEY is not the key"):
        restore(bot.config, bot.dest, bot.key, LATER, "another")
    restore(bot.config, bot.dest, bot.key, LATER, KEY)
    assert not (bot.folder / "key").exists()


@pytest.fixture
def small_disk(tmp_path: Path, bot: Bot) -> Iterator[Path]:
    """Return a disk of its own, of 16 MiB, with the bot's data on it."""
    disk = tmp_path / "small disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("only root may mount a disk of its own")
    try:
        shutil.copytree(bot.data, disk / "data")
        shutil.rmtree(bot.data)
        bot.data.symlink_to(disk / "data")
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_disk_that_is_nearly_full_is_named_and_never_the_key(bot: Bot, small_disk: Path) -> None:
    """At each step of a backup room may run out; what SQLite says of it then differs."""
    free, size = os.statvfs(small_disk).f_bavail * 4096, (bot.data / "liaison.db").stat().st_size
    said = set()
    for left in (0, 28 * 1024, 128 * 1024, *range(size - 8192, size + 128 * 1024, 4096)):
        (small_disk / "filler").write_bytes(b"x" * (free - left))
        try:
            bot.backup()
            bot.dest.unlink()
        except BackupRefused as error:
            assert "the disk is full" in str(error) and "key back" not in str(error), (left, str(error))
            said.add(str(error).partition(" (")[0].rpartition("/")[2])
        (small_disk / "filler").unlink()
    assert len(said) == 3, said
    bot.backup()


def test_a_disk_that_is_full_half_way_leaves_no_trace(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: object) -> None:
        raise StorageFailed("the disk is full")

    bot.backup()
    bot.lose()
    monkeypatch.setattr(restoring, "begin_anew", full)
    with nothing_changes(bot), pytest.raises(BackupRefused, match="the disk is full"):
        bot.restore()


def test_a_bot_that_runs_on_the_folder_is_not_disturbed(bot: Bot) -> None:
    bot.backup()
    bot.lose()
    with only_process(bot.data), nothing_changes(bot), pytest.raises(BackupRefused, match="another Liaison runs"):
        bot.restore()


def forge(bot: Bot, members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    """Write a backup of *members*, encrypted to the right key, with *manifest* in place of what it said."""
    table = json.loads(members.pop("manifest.json"))
    members = {"manifest.json": json.dumps(table | manifest).encode(), **members}
    for name in [name for name in members if name.endswith(" link")]:
        del members[name.removesuffix(" link")]
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name.partition(" ")[0])
            info.size = len(content)
            if name.endswith(" link"):
                info.type, info.linkname, info.size = tarfile.SYMTYPE, "/etc/passwd", 0
            tar.addfile(info, io.BytesIO(content))
    public = Identity.from_str(bot.key.read_text().splitlines()[1]).to_public()
    bot.dest.write_bytes(pyrage.encrypt(plain.getvalue(), [public]))


def evil(name: str) -> dict[str, bytes]:
    return {name: b"x"}


@pytest.mark.parametrize(
    ("members", "manifest", "said"),
    [
        ({}, {"user_id": "@other:example.org"}, "the backup is of @other:example.org"),
        ({}, {"schema": len(MIGRATIONS) + 1}, "made by a newer Liaison"),
        ({}, {"format": 2}, "has format 2"),
        ({}, {"members": {}}, "manifest is not understood"),
        ({}, {"taken_at": "yesterday"}, "manifest is not understood"),
        ({}, {"surprise": 1}, "manifest is not understood"),
        ({"liaison.db": b"changed"}, {}, "liaison.db is not what its manifest says"),
        ({"storage-key": b"changed"}, {}, "storage-key is not what its manifest says"),
        (evil("../evil"), {}, "holds something that no backup holds"),
        (evil("/tmp/evil"), {}, "holds something that no backup holds"),
        (evil("liaison.db twice"), {}, "holds something that no backup holds"),
        (evil("recovery-key link"), {}, "holds something that no backup holds"),
        ({"recovery-key": b"x" * 70_000}, {}, "is too long"),
    ],
)
def test_a_foreign_or_forged_backup_is_refused(
    bot: Bot, members: dict[str, bytes], manifest: dict[str, Any], said: str
) -> None:
    bot.backup()
    bot.lose()
    forge(bot, opened(bot) | members, manifest)
    with nothing_changes(bot), pytest.raises(BackupRefused) as refused:
        bot.restore()
    assert said in str(refused.value)


async def test_a_device_that_a_backup_holds_all_the_same_does_not_come_back(bot: Bot) -> None:
    bot.backup()
    whole = (bot.data / "liaison.db").read_bytes()
    bot.lose()
    members = opened(bot) | {"liaison.db": whole}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    del digests["manifest.json"]
    forge(bot, members, {"members": digests})
    await asyncio.to_thread(bot.restore)
    async with Database.open(bot.data / "liaison.db", KEY) as database:
        found = [await Store(database).account.find(name) for name in ("device_id", "access_token", "sync_token")]
    assert found == [None, None, None]


def test_a_backup_without_one_of_its_members_is_refused(bot: Bot) -> None:
    bot.backup()
    bot.lose()
    members = opened(bot)
    del members["room-keys.db"]
    forge(bot, members, {})
    with nothing_changes(bot), pytest.raises(BackupRefused, match="does not hold what its manifest lists"):
        bot.restore()


def test_an_archive_without_a_manifest_is_refused(bot: Bot) -> None:
    bot.lose()
    public = Identity.from_str(bot.key.read_text().splitlines()[1]).to_public()
    for plain in (b"", b"hello", bytes(10240), os.urandom(200_000)):
        bot.dest.write_bytes(pyrage.encrypt(plain, [public]))
        with nothing_changes(bot), pytest.raises(BackupRefused, match="no backup of Liaison"):
            bot.restore()


def test_a_manifest_says_the_same_when_it_is_read_back(bot: Bot) -> None:
    manifest = bot.backup()
    assert Manifest.parse(manifest.json) == manifest
    assert Manifest.parse(replace(manifest, device_id=None).json).device_id is None


# What `check` says of it


def warned_of(output: str) -> list[str]:
    """Return the keys that `check` warns of, without the secrets that others can read."""
    warnings = [line for line in output.splitlines() if line.startswith("warning: ") and "(mode " not in line]
    return [line.split()[1] for line in warnings]


def test_check_warns_and_still_succeeds(bot: Bot) -> None:
    done = liaison("check", "--config", bot.config_file)
    assert done.returncode == 0
    assert [key for key in warned_of(done.stdout) if key.startswith("storage.")] == ["storage.key_file:"]
    bot.write("")
    done = liaison("check", "--config", bot.config_file)
    assert done.returncode == 0
    warnings = [key for key in warned_of(done.stdout) if key.startswith("storage.")]
    assert warnings == ["storage.key_file:", "storage.backup_recipient"]


@pytest.mark.parametrize("disks", [1, 2])
def test_only_a_key_on_the_databases_disk_is_warned_of(bot: Bot, monkeypatch: pytest.MonkeyPatch, disks: int) -> None:
    numbers = {path: n % disks for n, path in enumerate((bot.data / "liaison.db", bot.folder / "key"))}
    monkeypatch.setattr(
        sys.modules[_warnings.__module__],
        "_nearest",
        lambda path: SimpleNamespace(stat=lambda: SimpleNamespace(st_dev=numbers[path])),
    )
    assert len(list(_warnings(bot.config))) == 2 - disks
    monkeypatch.setenv("LIAISON_STORAGE_KEY", KEY)
    assert list(_warnings(bot.config)) == []


def test_what_a_killed_backup_left_is_gone_after_the_next(bot: Bot) -> None:
    left = bot.data / ".backup-killed"
    left.mkdir()
    (left / MARK).touch()
    (left / "liaison.db").write_bytes(b"all that will be purged")
    with scratch(bot.data, ".backup-") as own:
        (own / "liaison.db").write_bytes(b"of one that still works")
        assert not left.exists()
        bot.backup()
        assert (own / "liaison.db").exists(), "nobody is disturbed at work"
    assert not own.exists()
