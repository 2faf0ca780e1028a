"""Safe mode: what is wrong is found, said to administrators alone, and nothing of the real data folder changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import unused_port

from bot import health, safe
from bot.app import COMMANDS
from bot.config import Config, Current
from bot.model.identity import DeviceKey, Lost, PinnedIdentity
from bot.model.person import LanguageCode, UserId
from bot.render import Post
from bot.safe.answering import Answering, Words
from bot.services.audit import AuditService
from bot.services.person import PersonService
from bot.store import Store, opening
from bot.store.database import Database
from bot.store.failing import RESERVE, Space
from bot.store.opening import DatabaseError, connect
from bot.store.salvage import SESSION, put, salvage

from .fakes import BOT, KEY, NOON, ROOM, FakeClock, FakeRooms, configuration, opened
from .world import CATALOGUES, FakeReader, _router

ADMIN, OFFICER = UserId("@admin:example.org"), UserId("@ana:gnr.example")
FAULT = safe.Fault(safe.faults._DATABASE, "/data/liaison.db is damaged")


def settings(folder: Path, **sections: Any) -> Config:
    return configuration(**({"storage": {"directory": str(folder), "key_file": str(folder / "key")}} | sections))


async def made(folder: Path) -> Path:
    """Make the database of a bot that was in service, at rest; return its path."""
    (folder / "key").write_text(KEY)
    path = folder / "liaison.db"
    async with opened(path) as (_, store), store.transaction():
        await store.account.save(**dict.fromkeys(SESSION, "x"), master_seed="seed")
        for user_id in (ADMIN, OFFICER):
            await store.identity.save(PinnedIdentity(user_id, "master", NOON))
        await store.inbox.add(ROOM, "$waits", {"type": "m.room.message"}, NOON)
        person = await store.person.find(ADMIN)
        await store.person.save(replace(person, language=LanguageCode("pt")), NOON)
    return path


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# What is wrong


async def found(config: Config) -> safe.Fault | None:
    before = everything(config.storage.directory)
    fault = await safe.find(config, None, FakeClock())
    assert everything(config.storage.directory) == before, "looking changes nothing"
    return fault


async def test_nothing_is_wrong_with_a_sound_folder_nor_with_a_new_one(tmp_path: Path) -> None:
    assert await found(settings(tmp_path)) is None
    await made(tmp_path)
    assert await found(settings(tmp_path)) is None


async def test_a_damaged_page_and_a_newer_file_and_a_wrong_key_are_found(tmp_path: Path) -> None:
    path = await made(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-2000] + b"\0" + whole[-1999:])
    fault = await found(settings(tmp_path))
    assert fault and fault.said == safe.faults._DATABASE and "is damaged" in fault.detail
    path.write_bytes(whole)
    connection = connect(path, KEY, read_only=False)
    connection.execute("PRAGMA user_version = 9999")
    connection.close()
    newer = await found(settings(tmp_path))
    assert newer and "newer Liaison" in newer.detail
    (tmp_path / "key").write_text("another")
    locked = await found(settings(tmp_path))
    assert locked and "storage key" in locked.detail


async def test_a_step_that_the_database_does_not_take_is_found_on_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await made(tmp_path)
    steps = len(opening.MIGRATIONS)
    added = ("CREATE TABLE whole (id INTEGER)", "CREATE TABLE inbox (id INTEGER)")
    monkeypatch.setattr(opening, "MIGRATIONS", (*opening.MIGRATIONS, *added))
    fault = await found(settings(tmp_path))
    assert fault and f"step {steps + 2} of {steps + 2} fails" in fault.detail
    # The start itself keeps what went well, and refuses in the same words.
    with pytest.raises(DatabaseError, match=f"It stays at step {steps + 1}"):
        async with Database.open(path, KEY):
            pass
    connection = connect(path, KEY, read_only=True)
    assert connection.execute("PRAGMA user_version").fetchone()[0] == steps + 1
    connection.close()


async def test_a_log_without_its_key_and_a_broken_file_and_a_full_disk_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await made(tmp_path)
    async with opened(path) as (_, store), store.transaction():
        await AuditService(Current(settings(tmp_path)), store).append("room.use", None, None, {}, NOON)
    lost = await found(settings(tmp_path))
    assert lost and lost.said == safe.faults._LOG
    places = tmp_path / "places.csv"
    places.write_text("name,latitude,longitude\nPorto,91,x\n", encoding="utf-8")
    taskforce = configuration().taskforce.model_dump()
    broken = await found(settings(tmp_path, taskforce=taskforce | {"gazetteer": str(places)}))
    assert broken and broken.said == safe.faults._FILE and "places.csv" in broken.detail
    monkeypatch.setattr(Space, "full", property(lambda self: True))
    full = await found(settings(tmp_path))
    assert full and full.said == safe.faults._DISK and str(RESERVE // 1024**2) in full.detail


# What is taken from a database that cannot be used


async def test_of_a_newer_database_the_session_is_taken_and_the_file_stays_as_it_is(tmp_path: Path) -> None:
    path = await made(tmp_path)
    connection = connect(path, KEY, read_only=False)
    connection.execute("ALTER TABLE person ADD COLUMN of_the_future TEXT")
    connection.execute("PRAGMA user_version = 9999")
    connection.close()
    before = everything(tmp_path)
    rows = salvage(path, KEY)
    assert rows is not None
    assert everything(tmp_path) == before
    async with opened(tmp_path / "scratch.db") as (database, store):
        await put(database, rows)
        assert await store.account.find("access_token") == "x"
        pinned = await store.identity.find(ADMIN)
        assert pinned and pinned.master_key == "master"
        assert (await store.person.find(ADMIN)).language == "pt"
        assert await store.inbox.depth() == (0, 0), "what waits is done by the next start alone"


async def test_who_has_lost_a_device_is_not_answered_whatever_the_version_of_the_database(tmp_path: Path) -> None:
    path = await made(tmp_path)
    async with opened(path) as (_, store), store.transaction():
        await store.identity.save_lost(Lost(ADMIN, OFFICER, NOON), [DeviceKey("PHONE", "ed25519")])
    rows = salvage(path, KEY)
    assert rows
    async with opened(tmp_path / "another.db") as (database, store):
        await put(database, rows)
        assert await store.identity.list_lost() == {ADMIN}
        assert await store.identity.list_refused() == {(ADMIN, "ed25519")}, "it gets no room key either"
    async with in_safe_mode(tmp_path) as bot:
        assert await bot.hears(ADMIN, "!status") == []
        async with bot.store.transaction():
            await bot.store.identity.remove_lost(ADMIN)
        assert len(await bot.hears(ADMIN, "!status")) == 1
    connection = connect(path, KEY, read_only=False)
    for table in ("lost", "refused_device"):
        connection.execute(f"DROP TABLE {table}")
    connection.close()
    assert salvage(path, KEY), "from before that was recorded"


async def test_without_a_whole_session_nothing_is_taken_so_that_no_new_device_is_begun(tmp_path: Path) -> None:
    path = await made(tmp_path)
    assert salvage(tmp_path / "none.db", KEY) is None
    assert salvage(path, "another") is None
    async with opened(path) as (database, store), store.transaction():
        await database.execute("DELETE FROM account WHERE key = 'sync_token'")
    assert salvage(path, KEY) is None


# The answer


@dataclass
class Safe:
    """Safe mode over a scratch database."""

    store: Store
    answering: Answering
    reader: FakeReader
    rooms: FakeRooms
    words: Words
    number: int = 0

    async def hears(self, sender: str, text: str, *, late: bool = False, **raw: Any) -> list[Post]:
        """Let somebody say *text*; return what is posted."""
        self.number += 1
        event = {"type": "m.room.message", "sender": sender, "content": {"msgtype": "m.text", "body": text}}
        event |= {"encrypted": True, "trusted": True, **raw}
        async with self.store.transaction():
            await self.store.inbox.add(ROOM, f"$said{self.number}", event, NOON, late=late)
        self.answering.wake(set() if late else {ROOM}, {ROOM} if late else set())
        return await self.posts()

    async def posts(self) -> list[Post]:
        for _turn in range(200):
            await asyncio.sleep(0.001)
            if not (await self.store.inbox.list_rooms()):
                break
        found = []
        while row := await self.store.outbox.next(ROOM):
            found.append(await self.words.post(row))
            async with self.store.transaction():
                await self.store.outbox.sent(row.id, "$posted", NOON)
        return found


@asynccontextmanager
async def in_safe_mode(path: Path) -> AsyncIterator[Safe]:
    await made(path)
    rows = salvage(path / "liaison.db", KEY)
    assert rows
    async with opened(path / "scratch.db") as (database, store):
        await put(database, rows)
        current, rooms, reader = (
            Current(configuration()),
            FakeRooms({ROOM: [UserId(BOT), ADMIN, OFFICER]}),
            FakeReader(),
        )
        person = PersonService(current, store, rooms, CATALOGUES)
        router = _router(COMMANDS, CATALOGUES)
        answering = Answering(current, store, reader, router, person, rooms, FAULT, FakeClock())
        work = asyncio.create_task(answering.run())
        yield Safe(store, answering, reader, rooms, Words(CATALOGUES, person))
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def test_an_administrator_who_asks_is_told_and_nobody_else_is(tmp_path: Path) -> None:
    async with in_safe_mode(tmp_path) as bot:
        [answer] = await bot.hears(ADMIN, "!status")
        assert "I am in safe mode" in answer.body and "The database cannot be used." in answer.body
        assert FAULT.detail not in answer.body, "paths are for the operator"
        assert answer.record["error"] == "unavailable" and answer.reply_to == "$said1"
        assert answer.mentions == () and answer.msgtype == "m.notice"
        assert await bot.hears(OFFICER, "!status") == []
        assert await bot.hears(ADMIN, "!incident declare Fire") == []
        assert await bot.hears(ADMIN, "Good morning") == []
        assert await bot.hears(ADMIN, "🚨 fire at the bridge") == []
        assert len(await bot.hears(ADMIN, "/status")) == 1, "written as one likes"


async def test_what_may_not_be_believed_is_not_answered(tmp_path: Path) -> None:
    async with in_safe_mode(tmp_path) as bot:
        [_] = await bot.hears(ADMIN, "!status")
        for pinned in (PinnedIdentity(ADMIN, "master", NOON, "another", NOON), PinnedIdentity(ADMIN, "master", NOON)):
            async with bot.store.transaction():
                await bot.store.identity.save(pinned)
            assert len(await bot.hears(ADMIN, "!status")) == (not pinned.changed)
        assert await bot.hears(ADMIN, "!status", encrypted=False) == []
        assert await bot.hears(ADMIN, "!status", trusted=False) == []
        assert await bot.hears(ADMIN, "!status", late=True) == [], "it was said before, and is for the next start"
        edit = {"msgtype": "m.text", "body": "!status", "m.new_content": {"msgtype": "m.text", "body": "!status"}}
        edit["m.relates_to"] = {"rel_type": "m.replace", "event_id": "$said1"}
        assert await bot.hears(ADMIN, "", content=edit) == []
        bot.reader.false.add(ADMIN)
        assert await bot.hears(ADMIN, "!status") == []
        bot.reader.false.clear()
        await bot.answering.identities_seen({ADMIN: "another master"})
        assert await bot.hears(ADMIN, "!status") == []
        await bot.answering.identities_seen({ADMIN: "master"})
        assert len(await bot.hears(ADMIN, "!status")) == 1


async def test_what_waits_for_its_key_is_answered_when_that_comes(tmp_path: Path) -> None:
    async with in_safe_mode(tmp_path) as bot:
        assert await bot.hears(ADMIN, "!status", session="megolm") == []
        bot.reader.keys.add("megolm")
        await bot.answering.keys_arrived({"megolm"})
        assert len(await bot.posts()) == 1


async def test_the_normal_start_answers_the_same_event_again(tmp_path: Path) -> None:
    """The homeserver would take its answer for a retry of ours if both had one transaction id."""
    async with in_safe_mode(tmp_path) as bot:
        async with bot.store.transaction():
            normal = await bot.store.outbox.add(ROOM, "reply", "$said1", {}, NOON)
        async with bot.store.transaction():
            await bot.store.outbox.sent(normal, "$posted", NOON)
        assert len(await bot.hears(ADMIN, "!status")) == 1


async def test_an_event_that_nothing_can_be_made_of_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with in_safe_mode(tmp_path) as bot:

        def fails(row: object) -> None:
            raise RuntimeError("of a stranger")

        with monkeypatch.context() as patch:
            patch.setattr(bot.reader, "read", fails)
            assert await bot.hears(ADMIN, "!status") == []
        assert len(await bot.hears(ADMIN, "!status")) == 1


# The program


async def test_whoever_watches_is_told_why_it_is_not_ready() -> None:
    port = unused_port()
    config = configuration(health={"listen": f"127.0.0.1:{port}"})
    async with health.serve_fault(config, FAULT.detail), ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{port}/healthz") as alive:
            assert alive.status == 200
        async with session.get(f"http://127.0.0.1:{port}/readyz") as ready:
            assert ready.status == 503 and FAULT.detail in await ready.text()
        async with session.get(f"http://127.0.0.1:{port}/metrics") as metrics:
            assert metrics.status == 404


async def test_a_database_that_is_damaged_is_not_written_to_while_safe_mode_serves(tmp_path: Path) -> None:
    path = await made(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(b"\0" * 4096 + whole[4096:])
    before = everything(tmp_path)
    port = unused_port()
    config = settings(tmp_path, health={"listen": f"127.0.0.1:{port}"})
    fault = await safe.find(config, None, FakeClock())
    assert fault
    work = asyncio.create_task(safe.serve(config, fault, None, _router(COMMANDS, CATALOGUES), FakeClock()))
    async with ClientSession() as session, asyncio.timeout(20):
        while True:
            await asyncio.sleep(0.05)
            assert not work.done(), "it lives although it cannot speak"
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as ready:
                    assert ready.status == 503
                    break
            except OSError:
                continue
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    assert everything(tmp_path) == before
