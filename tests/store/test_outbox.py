"""The outbox: one cause brings about each thing once, in order, and nothing is kept once it is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.store import Store
from bot.store.outbox import transaction_id

from ..fakes import NOON

ROOM, OTHER = "!one:example.org", "!two:example.org"


async def queued(store: Store, cause: str, kind: str = "reply", room: str = ROOM, index: int = 0) -> str:
    async with store.transaction():
        return await store.outbox.add(room, kind, cause, {"cause": cause}, NOON, index)


async def test_the_transaction_id_follows_from_the_cause_alone(store: Store) -> None:
    assert await queued(store, "$a") == transaction_id("$a", "reply") == transaction_id("$a", "reply", 0)
    ids = {transaction_id(*of) for of in (("$a", "reply"), ("$a", "reply", 1), ("$a", "alert"), ("$b", "reply"))}
    assert len(ids) == 4
    assert all(len(id) == 40 and id.isalnum() for id in ids)


async def test_the_transaction_id_never_changes_between_releases() -> None:
    # A row of an older program must be sent again under the id that it had.
    assert transaction_id("$event", "reply") == "d8fa8a14ec49db1729ae91af221547caa324988b"


async def test_the_same_cause_kind_and_index_enter_once_ever(store: Store) -> None:
    first = await queued(store, "$a")
    assert await queued(store, "$a") == first
    assert await store.outbox.depth() == 1
    async with store.transaction():
        await store.outbox.sent(first, "$sent", NOON)
    assert await queued(store, "$a") == first
    assert await store.outbox.depth() == 0
    await queued(store, "$a", index=1)
    await queued(store, "$a", kind="translation")
    assert await store.outbox.depth() == 2


async def test_a_room_gets_its_things_in_order_and_waits_for_no_other(store: Store) -> None:
    for cause, room in (("$z", ROOM), ("$o", OTHER), ("$a", ROOM)):
        await queued(store, cause, room=room)
    assert sorted(await store.outbox.list_rooms()) == [ROOM, OTHER]
    sent = []
    while row := await store.outbox.next(ROOM):
        sent.append((row.cause, row.kind, row.payload, row.created_at))
        async with store.transaction():
            await store.outbox.sent(row.id, f"$sent{len(sent)}", NOON)
    assert sent == [("$z", "reply", {"cause": "$z"}, NOON), ("$a", "reply", {"cause": "$a"}, NOON)]
    assert await store.outbox.list_rooms() == [OTHER]


async def test_what_is_refused_for_good_does_not_hold_up_the_rest(store: Store) -> None:
    bad = await queued(store, "$bad")
    await queued(store, "$good")
    async with store.transaction():
        await store.outbox.failed(bad, "403 M_FORBIDDEN")
    row = await store.outbox.next(ROOM)
    assert row is not None and row.cause == "$good"
    assert await store.outbox.depth() == 1


async def test_what_is_sent_or_given_up_keeps_nothing_of_its_content(store: Store, database: Any) -> None:
    sent, failed = await queued(store, "$a"), await queued(store, "$b")
    async with store.transaction():
        await store.outbox.sent(sent, "$event", NOON)
        await store.outbox.failed(failed, "403 M_FORBIDDEN")
    rows = await database.rows("SELECT state, payload, event_id FROM outbox ORDER BY position")
    assert [tuple(row) for row in rows] == [("sent", "{}", "$event"), ("failed", "{}", None)]


async def test_what_a_summary_consists_of_is_kept(store: Store) -> None:
    async with store.transaction():
        page = await store.outbox.add(ROOM, "catchup", "$a en", {"entries": []}, NOON, holds=["$a", "$b"])
        await store.outbox.sent(page, "$event", NOON)
    assert [row.payload for row in await store.outbox.list_holding("$b")] == [{"entries": []}]
    assert await store.outbox.list_held(page) == ["$a", "$b"]
    async with store.transaction():
        await store.outbox.let_go("$b", page)
    assert await store.outbox.list_holding("$b") == []


async def test_what_stands_in_for_a_post_never_sent_is_that_post(store: Store) -> None:
    never, sent = await queued(store, "$a"), await queued(store, "$b")
    async with store.transaction():
        await store.outbox.failed(never, "withdrawn")
        await store.outbox.sent(sent, "$event", NOON)
        for id in (never, sent):
            await store.outbox.stands_in(id, "$other", NOON)
    assert [await store.outbox.event_of(id) for id in (never, sent)] == ["$other", "$event"]


async def test_a_purge_leaves_what_waits_and_what_is_young(store: Store) -> None:
    old = await queued(store, "$old")
    await queued(store, "$waits")
    async with store.transaction():
        await store.outbox.sent(old, "$event", NOON)
        young = await store.outbox.add(ROOM, "reply", "$young", {}, NOON + timedelta(days=2))
        await store.outbox.failed(young, "no")
        assert await store.outbox.purge(NOON) == 0
        assert await store.outbox.purge(NOON + timedelta(days=1)) == 1
    assert await store.outbox.depth() == 1
