"""The inbox: each event once, ever; nothing lost while it waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.store import Store

from ..fakes import NOON

ROOM, OTHER = "!one:example.org", "!two:example.org"


async def received(store: Store, *ids: str, room: str = ROOM, raw: Any = None, at: Any = NOON) -> list[bool]:
    async with store.transaction():
        return [await store.inbox.add(room, id, raw or {"body": id}, at) for id in ids]


async def open_in(store: Store, room: str = ROOM, after: int = 0, limit: int = 100) -> list[str]:
    return [row.event_id for row in await store.inbox.list_open(room, after, limit)]


async def test_an_event_comes_back_as_it_was_received(store: Store) -> None:
    raw = {"type": "m.room.message", "content": {"body": "Olá 🚨", "n": [1, 2.5, None, True]}}
    await received(store, "$a", raw=raw)
    [row] = await store.inbox.list_open(ROOM, 0, 10)
    assert (row.event_id, row.room_id, row.raw, row.received_at) == ("$a", ROOM, raw, NOON)


async def test_an_event_id_enters_once_ever(store: Store) -> None:
    assert await received(store, "$a", "$b", "$a") == [True, True, False]
    async with store.transaction():
        await store.inbox.done("$a", "relayed")
    assert await received(store, "$a") == [False]
    assert await received(store, "$a", room=OTHER) == [False]
    assert await open_in(store) == ["$b"]


async def test_new_events_are_listed_in_the_order_of_their_coming_a_page_at_a_time(store: Store) -> None:
    await received(store, "$c", "$a")
    await received(store, "$x", room=OTHER)
    await received(store, "$b")
    assert await open_in(store, limit=2) == ["$c", "$a"]
    [*_, last] = await store.inbox.list_open(ROOM, 0, 2)
    assert await open_in(store, after=last.position) == ["$b"]
    assert sorted(await store.inbox.list_rooms()) == [ROOM, OTHER]


async def test_what_waits_for_a_key_is_new_again_in_its_old_place_when_the_key_comes(store: Store) -> None:
    await received(store, "$a", "$b", "$c")
    await received(store, "$x", room=OTHER)
    async with store.transaction():
        for event_id, session in (("$a", "s1"), ("$b", "s2"), ("$x", "s1")):
            await store.inbox.wait_for_key(event_id, session)
    assert await open_in(store) == ["$c"]
    assert await store.inbox.list_rooms() == [ROOM]
    assert await store.inbox.depth() == (1, 3)
    async with store.transaction():
        assert await store.inbox.key_arrived("unknown") == []
        assert sorted(await store.inbox.key_arrived("s1")) == [ROOM, OTHER]
    assert await open_in(store) == ["$a", "$c"]
    assert await store.inbox.depth() == (3, 1)


async def test_a_key_never_reopens_what_is_done(store: Store) -> None:
    await received(store, "$a")
    async with store.transaction():
        await store.inbox.wait_for_key("$a", "s1")
        await store.inbox.done("$a", "undecryptable")
        assert await store.inbox.key_arrived("s1") == []
        await store.inbox.retry_waiting()
    assert await store.inbox.depth() == (0, 0)


async def test_all_that_waits_is_tried_again_at_a_start(store: Store) -> None:
    await received(store, "$a", "$b")
    async with store.transaction():
        await store.inbox.wait_for_key("$a", "s1")
        await store.inbox.retry_waiting()
    assert await open_in(store) == ["$a", "$b"]


async def test_only_what_has_waited_too_long_for_its_key_is_stranded(store: Store) -> None:
    await received(store, "$old", "$new", at=NOON)
    await received(store, "$young", at=NOON + timedelta(minutes=4, microseconds=1))
    async with store.transaction():
        await store.inbox.wait_for_key("$old", "s1")
        await store.inbox.wait_for_key("$young", "s2")
    assert [r.event_id for r in await store.inbox.list_stranded(NOON)] == []
    assert [r.event_id for r in await store.inbox.list_stranded(NOON + timedelta(minutes=4))] == ["$old"]
    assert [r.event_id for r in await store.inbox.list_stranded(NOON + timedelta(hours=1))] == ["$old", "$young"]


async def test_an_event_that_is_done_keeps_its_id_and_nothing_of_what_it_held(store: Store, database: Any) -> None:
    await received(store, "$a", raw={"body": "Camião azul"})
    async with store.transaction():
        await store.inbox.done("$a", "relayed")
    [row] = await database.rows("SELECT * FROM inbox")
    assert (row["event_id"], row["state"], row["outcome"], row["raw"]) == ("$a", "done", "relayed", "{}")


async def test_a_message_of_a_session_belongs_to_the_first_event_that_claims_it(store: Store) -> None:
    async with store.transaction():
        assert await store.inbox.claim("curve", "s1", 0, "$a")
        assert await store.inbox.claim("curve", "s1", 0, "$a"), "the same event, taken up again"
        assert not await store.inbox.claim("curve", "s1", 0, "$replayed")
        assert await store.inbox.claim("curve", "s1", 1, "$b")
        assert await store.inbox.claim("curve", "s2", 0, "$c")
        assert await store.inbox.claim("other", "s1", 0, "$d")


async def test_a_claim_that_is_rolled_back_is_free_again(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        async with store.transaction():
            await store.inbox.claim("curve", "s1", 0, "$a")
            raise ZeroDivisionError
    async with store.transaction():
        assert await store.inbox.claim("curve", "s1", 0, "$b")


async def test_a_purge_forgets_only_what_is_done_and_old_and_can_never_be_read_again(store: Store) -> None:
    await received(store, "$old", "$open", "$mixed", at=NOON)
    await received(store, "$young", "$mixed too", at=NOON + timedelta(days=1))
    async with store.transaction():
        for event_id, session in (("$old", "s1"), ("$mixed", "s2"), ("$mixed too", "s2"), ("$young", "s3")):
            await store.inbox.claim("curve", session, len(event_id), event_id)
            await store.inbox.done(event_id, "relayed")
    later = NOON + timedelta(hours=1)
    assert await store.inbox.list_old_sessions(later) == ["s1"]
    async with store.transaction():
        assert await store.inbox.purge(later, []) == 0, "its key is still there"
        assert await store.inbox.purge(later, ["s1"]) == 1
        assert not await store.inbox.claim("curve", "s2", len("$mixed"), "$new"), "a replay"
        assert not await store.inbox.add(ROOM, "$mixed", {}, NOON), "its id is known"
    assert await open_in(store) == ["$open"]


def nested(depth: int) -> dict[str, Any]:
    inner: dict[str, Any] = {}
    for _ in range(depth):
        inner = {"a": inner}
    return inner


@pytest.mark.parametrize(
    "raw",
    [
        {"body": "\ud800 half a pair"},
        {"\udfff": 1},
        {"body": "\x00"},
        {"n": 10**400},
        {"n": float("nan")},
        nested(100_000),
        {"content": {"body": "x" * 1_000_000}},
    ],
    ids=["surrogate", "surrogate key", "nul", "huge number", "nan", "nested", "long"],
)
async def test_no_event_is_so_odd_that_the_inbox_stops(store: Store, raw: dict[str, Any]) -> None:
    assert await received(store, "$odd", raw=raw) == [True]
    assert await received(store, "$even") == [True]
    assert await open_in(store) == ["$odd", "$even"]


async def test_an_odd_event_id_does_not_stop_the_inbox_either(store: Store) -> None:
    await received(store, "$\ud800")
    [row] = await store.inbox.list_open(ROOM, 0, 10)
    async with store.transaction():
        await store.inbox.done(row.event_id, "type")
    assert await store.inbox.depth() == (0, 0)
