"""The audit log: written with what it records, never changed, and signed as it grows."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from bot.config import Current
from bot.model.checkpoint import parse
from bot.model.merkle import Tree, edge
from bot.model.person import Actor, LanguageCode, Role, UserId, Zone
from bot.services.audit import AuditService, LogBroken
from bot.store import Store
from bot.store.auditlog import open_log
from bot.store.database import Database

from ..fakes import KEY, NOON, configuration, opened

ANA = UserId("@ana:gnr.example")


def actor(user_id: UserId = ANA, agency: str | None = "PRT-GNR") -> Actor:
    language = LanguageCode("pt")
    return Actor(user_id, "Ana", frozenset({Role.LEAD}), agency, language, language, Zone("UTC"), frozenset({language}))


@pytest.fixture
def audit(store: Store) -> AuditService:
    return AuditService(Current(configuration()), store)


async def write(store: Store, audit: AuditService, count: int = 1) -> None:
    """Append *count* entries, each in a transaction of its own."""
    for _ in range(count):
        async with store.transaction():
            await audit.append("incident.note", actor(), "BRAVO-7K3Q0", {"text": "Olá"}, NOON)


async def test_an_entry_holds_who_did_what_when_and_nobodys_name(store: Store, audit: AuditService) -> None:
    async with store.transaction():
        first = await audit.append("incident.declare", actor(), "BRAVO-7K3Q0", {"severity": "high"}, NOON)
        second = await audit.append("log.note", None, None, {}, NOON + timedelta(milliseconds=1))
        pseudonym = await audit.pseudonym(ANA)
    assert (first, second) == (0, 1)
    entry, other = await store.audit.find(0), await store.audit.find(1)
    assert entry and other and entry.content and await store.audit.find(2) is None
    assert json.loads(entry.envelope) == {
        "v": 1,
        "index": 0,
        "kind": "incident.declare",
        "time": "2026-11-22T12:00:00.000Z",
        "actor": pseudonym,
        "agency": "PRT-GNR",
        "ref": "BRAVO-7K3Q0",
        "content": entry.content.digest.hex(),
    }
    assert entry.content.data == b'{"severity":"high"}' and len(entry.content.salt) == 32
    assert json.loads(other.envelope)["actor"] is None and b"ana" not in entry.envelope


async def test_a_person_keeps_the_pseudonym(store: Store, audit: AuditService) -> None:
    async with store.transaction():
        names = [await audit.pseudonym(user) for user in (ANA, ANA, UserId("@rui:gnr.example"))]
    assert names[0] == names[1] != names[2]


async def test_an_entry_falls_with_what_it_records(store: Store, audit: AuditService) -> None:
    await write(store, audit, 3)
    with pytest.raises(RuntimeError, match="changed my mind"):
        async with store.transaction():
            await store.account.save(noted="yes")
            assert await audit.append("incident.note", actor(), None, {}, NOON) == 3
            raise RuntimeError("changed my mind")
    assert (await audit.size(), await store.account.find("noted")) == (3, None)
    await write(store, audit)
    assert await audit.size() == 4


async def test_nothing_is_written_outside_a_transaction(store: Store, audit: AuditService) -> None:
    with pytest.raises(RuntimeError, match="open transaction"):
        await audit.append("incident.note", None, None, {}, NOON)


async def test_many_at_once_leave_no_gap(store: Store, audit: AuditService) -> None:
    async def one(number: int) -> int:
        async with store.transaction():
            index = await audit.append("incident.note", actor(), None, {"n": number}, NOON)
            if number % 5 == 0:
                raise asyncio.CancelledError
            return index

    done = await asyncio.gather(*(one(number) for number in range(50)), return_exceptions=True)
    assert sorted(index for index in done if isinstance(index, int)) == list(range(40))


async def test_the_tree_is_that_of_all_leaves_and_an_append_reads_its_edge_alone(
    store: Store, audit: AuditService
) -> None:
    await audit.begin(NOON)
    await write(store, audit, 37)
    tree = Tree()
    for index in range(37):
        entry = await store.audit.find(index)
        assert entry
        tree.add(entry.leaf)
    made = await audit.cut(NOON)
    assert made and made.root == tree.root
    assert len(await store.audit.hashes(edge(37))) == len(edge(37)) == 3


async def test_a_checkpoint_is_cut_when_there_is_something_new(store: Store, audit: AuditService) -> None:
    await audit.begin(NOON)
    assert await audit.cut(NOON) is None and await audit.last() is None
    await write(store, audit, 2)
    first = await audit.cut(NOON)
    assert first and first == await audit.last() and first.size == 2
    assert await audit.cut(NOON) is None
    await write(store, audit)
    second, key = await audit.cut(NOON + timedelta(minutes=10)), await store.audit.key()
    assert second and key and second == await audit.last()
    found = parse(second.note.encode())
    assert (found.origin, found.size, found.root) == ("BRAVO", 3, second.root) and key.verifier.verify(found)


async def test_the_key_is_made_once_and_never_replaced(store: Store, audit: AuditService) -> None:
    await audit.begin(NOON)
    key = await store.audit.key()
    # Even if the task force is named anew: who has the key knows the log by this name.
    await AuditService(Current(configuration(taskforce={"code": "ALPHA", "name": "A"})), store).begin(NOON)
    assert await store.audit.key() == key and key and key.name == "BRAVO"


async def test_the_first_start_after_a_restore_says_so_in_the_log_once(store: Store, audit: AuditService) -> None:
    await audit.begin(NOON)
    assert await audit.size() == 0
    for day in (1, 2):
        async with store.transaction():
            await store.account.save(restored_from="2026-11-20T00:00:00+00:00", restored_at=f"2026-11-2{day}T00:00:00")
        await audit.begin(NOON)
        await audit.begin(NOON)
        entry = await store.audit.find(day - 1)
        assert await audit.size() == day and entry and entry.content and b'"kind":"log.restored"' in entry.envelope
        assert json.loads(entry.content.data)["to"] == f"2026-11-2{day}T00:00:00"


async def test_a_key_that_is_gone_is_not_made_again(store: Store, audit: AuditService) -> None:
    await write(store, audit)
    with pytest.raises(LogBroken, match="its signing key is gone"):
        await audit.begin(NOON)
    with pytest.raises(LogBroken, match="key of the audit log is gone"):
        await audit.cut(NOON)
    assert await store.audit.key() is None


async def test_two_checkpoints_that_contradict_each_other_are_never_signed(path: Path) -> None:
    async with opened(path) as (database, store):
        audit = AuditService(Current(configuration()), store)
        await audit.begin(NOON)
        await write(store, audit, 4)
        first = await audit.cut(NOON)
        async with database.transaction():
            await database.execute("DROP TRIGGER audit_entry_no_delete")
            await database.execute("DROP TRIGGER audit_node_no_delete")
            await database.execute("DELETE FROM audit_content WHERE position = 3")
            await database.execute("DELETE FROM audit_entry WHERE position = 3")
        with pytest.raises(LogBroken, match="the log of 3 entries does not begin with the checkpoint of 4 entries"):
            await audit.cut(NOON)
        async with database.transaction():
            await database.execute("DELETE FROM audit_node WHERE (level, place) IN (VALUES (1, 1), (2, 0))")
        await write(store, audit, 1)  # as long as before, and another
        with pytest.raises(LogBroken, match="of 4 entries does not begin"):
            await audit.cut(NOON)
        assert await audit.last() == first


async def test_who_reads_beside_the_bot_sees_one_moment(path: Path) -> None:
    async with opened(path) as (_database, store):
        audit = AuditService(Current(configuration()), store)
        await write(store, audit, 3)
        with open_log(path, KEY) as log:
            assert (len(list(log.entries())), log.levels()) == (3, [1])
            await write(store, audit, 1)
            assert (len(list(log.entries())), log.levels(), log.beyond(3)) == (3, [1], False)


async def test_a_content_can_be_deleted_and_the_entry_stays(store: Store, audit: AuditService) -> None:
    await write(store, audit, 2)
    async with store.transaction():
        assert await store.audit.delete_content(0) and not await store.audit.delete_content(0)
    emptied, other = await store.audit.find(0), await store.audit.find(1)
    assert emptied and other and emptied.content is None and other.content


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE audit_entry SET envelope = x'00'", "append-only"),
        ("DELETE FROM audit_entry", "append-only"),
        ("INSERT INTO audit_entry VALUES (7, x'00', x'00')", "after the last one"),
        ("INSERT OR REPLACE INTO audit_entry VALUES (0, x'00', x'00')", "after the last one"),
        ("UPDATE audit_content SET content = x'00'", "can only be deleted"),
        ("UPDATE audit_node SET hash = x'00'", "append-only"),
        ("DELETE FROM audit_node", "append-only"),
        ("UPDATE audit_checkpoint SET note = ''", "append-only"),
        ("DELETE FROM audit_checkpoint", "append-only"),
        ("UPDATE audit_key SET seed = x'00'", "never replaced"),
        ("DELETE FROM audit_key", "never replaced"),
    ],
)
async def test_the_database_itself_refuses_what_is_no_append(
    database: Database, store: Store, audit: AuditService, statement: str, said: str
) -> None:
    await audit.begin(NOON)
    await write(store, audit, 2)
    await audit.cut(NOON)
    with pytest.raises(sqlcipher.IntegrityError, match=said):
        async with database.transaction():
            await database.execute(statement)
