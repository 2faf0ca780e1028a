"""Recall: whoever has received what is corrected or taken back is told so, alone, and says that they have read it."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_asyncio

from bot.model.handling import Release
from bot.model.recall import GATHER, NUDGE, Shown
from bot.model.reference import Reference
from bot.model.release import ENDS

from ..fakes import BOT, ROOM
from ..incident.marked import OTHER, TITLE, ana, asks, direct, logged, marks, ref_of, world
from ..incident.scene import edited, redacted, replied
from ..world import Person, World

__all__ = ["ana", "world"]

FIRST = "Três pessoas a bordo"
SECOND = "Cinco pessoas a bordo"


@pytest.fixture
def rosa(world: World, ana: Person) -> Person:
    """Return an officer of the originator, in the room."""
    return world.person("rosa", "PRT-GNR")


@pytest.fixture
def rui(world: World, ana: Person) -> Person:
    """Return another lead of the originator."""
    return world.person("rui", "PRT-GNR")


@pytest_asyncio.fixture
async def ref(world: World, ana: Person, rosa: Person) -> str:
    """Return the reference of an incident with a note."""
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high")
    return ref_of(world)


async def noted(world: World, ana: Person) -> str:
    """Let Ana enter a note by a reply to the card; return its event."""
    card = next(f"$sent{n}" for n, h in enumerate(world.heard, 1) if h.kind == "card" and h.room == ROOM)
    return await ana.says("", **replied(FIRST, card))


def told(world: World, person: Person) -> list[Any]:
    """Return the recalls that somebody was told, in whatever room is theirs alone."""
    return [
        h.post
        for h in world.heard
        if h.kind == "recall" and h.post and person.user_id in world.rooms.audience(h.room) and h.room != ROOM
    ]


def asked(world: World, person: Person) -> list[tuple[str, str, Any]]:
    """Return the questions about recalls to somebody: event, room and post."""
    return [
        (f"$sent{n}", h.room, h.post)
        for n, h in enumerate(world.heard, 1)
        if h.post and h.kind == "question" and h.post.record["of"] == "ack" and person.user_id in h.post.mentions
    ]


async def later(world: World, minutes: float) -> None:
    """Let time pass, and do what is due then."""
    world.clock.passes(minutes=minutes)
    await world.wakes()


async def acknowledges(person: Person) -> Any:
    """Let somebody answer the last question about a recall."""
    event, room, post = asked(person.world, person)[-1]
    [digit] = post.record["choices"]
    said = await person.says("", room=room, **replied(digit, event))
    return next(h.post for h in person.world.heard if h.kind == "reply" and h.cause == said)


async def test_a_corrected_note_reaches_who_has_read_it_alone_and_is_acknowledged(
    world: World, ana: Person, rosa: Person, ref: str
) -> None:
    note = await noted(world, ana)
    await asks(rosa, f"!incident timeline {ref}", direct(rosa))
    world.clock.passes(minutes=5)
    await ana.says("", **edited(SECOND, note))
    assert not told(world, rosa)
    await later(world, 1.1)
    [post] = told(world, rosa)
    assert FIRST in post.body and SECOND in post.body and ref in post.body and "Ana" in post.body
    assert not told(world, ana)
    [(_event, room, question)] = asked(world, rosa)
    assert room == direct(rosa) and question.mentions == (rosa.user_id,)
    assert ref not in question.body and FIRST not in question.body
    answer = await acknowledges(rosa)
    assert answer.record["ok"]
    shown = await asks(ana, f"!recall {ref}")
    assert "acknowledged" in shown.body and "Rosa" in shown.body
    await later(world, 120)
    assert len(asked(world, rosa)) == 1
    assert [one["person"] for one in await logged(world, "recall.acknowledged")] == [rosa.user_id]


async def test_who_has_only_seen_the_card_or_reads_before_the_note_is_told_nothing(
    world: World, ana: Person, rosa: Person, ref: str
) -> None:
    await asks(rosa, f"!incident timeline {ref}", direct(rosa))
    world.clock.passes(minutes=1)
    note = await noted(world, ana)
    await asks(rosa, f"!incident show {ref}", direct(rosa))
    await ana.says("", **edited(SECOND, note))
    await later(world, 2)
    assert not told(world, rosa)


async def test_who_reads_the_timeline_in_the_room_of_the_card_sees_it_there(
    world: World, ana: Person, rosa: Person, ref: str
) -> None:
    note = await noted(world, ana)
    await asks(rosa, f"!incident timeline {ref}")
    await ana.says("", **edited(SECOND, note))
    await later(world, 2)
    assert not told(world, rosa)


async def test_who_has_left_the_room_of_the_card_is_told(world: World, ana: Person, rosa: Person, ref: str) -> None:
    note = await noted(world, ana)
    await asks(ana, f"!incident timeline {ref}")
    direct(rosa)
    world.rooms.joined[ROOM].remove(rosa.user_id)
    await ana.says("", **edited(SECOND, note))
    await later(world, 2)
    [post] = told(world, rosa)
    assert post.body.endswith(f"A record that you received was withdrawn: {ref}")
    assert SECOND not in post.body and FIRST not in post.body and TITLE not in post.body


async def test_what_is_taken_back_says_no_word_of_it(world: World, ana: Person, rosa: Person, ref: str) -> None:
    note = await noted(world, ana)
    await asks(rosa, f"!incident timeline {ref}", direct(rosa))
    await ana.says("", **redacted(note))
    await later(world, 2)
    [post] = told(world, rosa)
    assert ref in post.body and "taken back" in post.body and FIRST not in post.body


async def test_a_change_that_is_undone_reaches_who_has_seen_how_it_stood(
    world: World, ana: Person, rosa: Person, ref: str
) -> None:
    await asks(ana, f"!incident severity {ref} low Engano")
    await asks(rosa, "!incident list", direct(rosa))
    await asks(ana, f"!incident undo {ref}")
    await later(world, 2)
    [post] = told(world, rosa)
    assert "severity: low" in post.body and "severity high" in post.body


async def test_many_changes_in_a_minute_are_one_message(world: World, ana: Person, rosa: Person, ref: str) -> None:
    note = await noted(world, ana)
    await asks(rosa, f"!incident timeline {ref}", direct(rosa))
    for number in range(5):
        world.clock.passes(seconds=8)
        await ana.says("", **edited(f"{number + 4} pessoas a bordo", note))
    await later(world, 1)
    [post] = told(world, rosa)
    assert post.body.count("→") == 5 and len(asked(world, rosa)) == 1


async def test_changes_that_go_on_put_nothing_off(world: World, ana: Person, rosa: Person, ref: str) -> None:
    note = await noted(world, ana)
    await asks(rosa, f"!incident timeline {ref}", direct(rosa))
    await ana.says("", **edited(SECOND, note))
    world.clock.passes(seconds=50)
    await ana.says("", **edited("Seis pessoas a bordo", note))
    await later(world, 0.25)
    assert len(told(world, rosa)) == 1


async def test_the_same_change_is_told_once_and_survives_a_restart(
    world: World, ana: Person, rosa: Person, ref: str
) -> None:
    note = await noted(world, ana)
    await asks(rosa, f"!incident timeline {ref}", direct(rosa))
    await asks(rosa, f"!incident timeline {ref}", direct(rosa))
    await ana.says("", **edited(SECOND, note))
    await world.stop()
    await world.start()
    await later(world, 2)
    await later(world, 2)
    assert len(told(world, rosa)) == 1
    await world.stop()
    await world.start()
    assert (await acknowledges(rosa)).record["ok"]


async def test_whoever_does_not_acknowledge_is_asked_once_more_then_a_lead_is_told(
    world: World, ana: Person, rosa: Person, rui: Person, ref: str
) -> None:
    note = await noted(world, ana)
    direct(ana), direct(rui)
    await asks(rosa, f"!incident timeline {ref}", direct(rosa))
    await ana.says("", **edited(SECOND, note))
    await later(world, 2)
    await later(world, 31)
    assert len(asked(world, rosa)) == 2
    heard = len(world.heard)
    await later(world, 31)
    notices = [h for h in world.heard[heard:] if h.kind == "notice" and h.post]
    assert {h.room for h in notices} == {direct(ana), direct(rui)}
    assert all("Rosa" in h.post.body and ref in h.post.body for h in notices if h.post)
    heard = len(world.heard)
    await later(world, 300)
    assert not [h for h in world.heard[heard:] if h.room != ROOM and h.kind in ("question", "alert")]
    assert "not acknowledged yet" in (await asks(ana, f"!recall {ref}")).body
    assert (await acknowledges(rosa)).record["ok"]


async def test_an_exercise_says_so(world: World, ana: Person, rosa: Person) -> None:
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high exercise:yes")
    ref = ref_of(world)
    note = await noted(world, ana)
    await asks(rosa, f"!incident timeline {ref}", direct(rosa))
    await ana.says("", **edited(SECOND, note))
    await later(world, 2)
    [post] = told(world, rosa)
    assert "EXERCISE" in post.body


async def test_who_has_left_is_listed_as_not_reached(world: World, ana: Person, rosa: Person, ref: str) -> None:
    note = await noted(world, ana)
    await asks(rosa, f"!incident timeline {ref}", direct(rosa))
    for room in world.rooms.joined.values():
        if rosa.user_id in room:
            room.remove(rosa.user_id)
    await ana.says("", **edited(SECOND, note))
    await later(world, 2)
    assert not [h for h in world.heard if h.kind == "recall"]
    assert "not reached" in (await asks(ana, f"!recall {ref}")).body


async def test_a_mark_withdraws_it_from_who_may_not_read_it_and_says_no_more(
    world: World, ana: Person, ref: str
) -> None:
    luc = world.person("luc", "FRA-PN")
    note = await noted(world, ana)
    await asks(luc, f"!incident timeline {ref}", direct(luc))
    world.rooms.joined[ROOM].remove(luc.user_id)
    await asks(ana, f"!mark {ref} TLP:AMBER+STRICT")
    await later(world, 2)
    [post] = told(world, luc)
    assert post.body.endswith(f"A record that you received was withdrawn: {ref}") and TITLE not in post.body
    assert post.record["refs"] == []
    await ana.says("", **edited(SECOND, note))
    await later(world, 2)
    assert len(told(world, luc)) == 1


async def test_who_still_may_read_a_marked_record_hears_nothing_of_the_mark(
    world: World, ana: Person, rosa: Person, ref: str
) -> None:
    await asks(rosa, f"!incident timeline {ref}", direct(rosa))
    await asks(ana, f"!mark {ref} TLP:AMBER+STRICT")
    await later(world, 2)
    assert not told(world, rosa)
    assert "is told" not in (await asks(ana, f"!recall {ref}")).body


async def test_a_release_that_ends_by_the_clock_is_told(world: World, ana: Person, ref: str) -> None:
    luc = world.person("luc", "FRA-PN", room=OTHER)
    await marks(world, ref, "TLP:AMBER", ("PRT-GNR",))
    until = world.clock.now() + GATHER
    async with world.store.transaction():
        await world.store.mark.release(Reference(ref), Release("FRA-PN", until))
        await world.store.due.plan(ENDS, f"{ref} FRA-PN", until, {})
    assert TITLE in (await asks(luc, f"!incident show {ref}", direct(luc))).body
    await later(world, 1.1)
    await later(world, 1.1)
    [post] = told(world, luc)
    assert post.body.endswith(f"A record that you received was withdrawn: {ref}")


async def test_who_has_no_room_alone_gets_one(world: World, ana: Person, ref: str) -> None:
    rosa = world.person("rosa", "PRT-GNR", room=OTHER)
    world.rooms.joined[OTHER].append(ana.user_id)
    note = await noted(world, ana)
    async with world.store.transaction():
        shown = Shown("pack 1", OTHER, "export", (rosa.user_id,), world.clock.now())
        await world.services.recall.exported([Reference(ref)], shown)
    world.clock.passes(minutes=1)
    await ana.says("", **edited(SECOND, note))
    await later(world, 2)
    [post] = told(world, rosa)
    assert BOT in world.rooms.audience(asked(world, rosa)[0][1]) and ref in post.body


async def test_an_answer_of_somebody_else_acknowledges_nothing(
    world: World, ana: Person, rosa: Person, ref: str
) -> None:
    note = await noted(world, ana)
    await asks(rosa, f"!incident timeline {ref}", direct(rosa))
    await ana.says("", **edited(SECOND, note))
    await later(world, 2)
    event, room, post = asked(world, rosa)[0]
    [digit] = post.record["choices"]
    await ana.says("", room=room, **replied(digit, event))
    await ana.says("", room=room, **replied("!ack", event))
    assert "not acknowledged yet" in (await asks(ana, f"!recall {ref}")).body


async def test_ack_in_a_reply_acknowledges_as_a_digit_does(world: World, ana: Person, rosa: Person, ref: str) -> None:
    note = await noted(world, ana)
    await asks(rosa, f"!incident timeline {ref}", direct(rosa))
    await ana.says("", **edited(SECOND, note))
    await later(world, 2)
    event, room, _post = asked(world, rosa)[0]
    said = await rosa.says("", room=room, **replied("!ack", event))
    assert next(h.post for h in world.heard if h.kind == "reply" and h.cause == said and h.post).record["ok"]
    assert "acknowledged" in (await asks(ana, f"!recall {ref}")).body
    await later(world, 120)
    assert len(asked(world, rosa)) == 1


async def test_officers_are_not_shown_who_has_acknowledged(world: World, ana: Person, rosa: Person, ref: str) -> None:
    answer = await asks(rosa, f"!recall {ref}")
    assert not answer.record["ok"] and answer.record["error"] == "not_allowed"


def test_the_times_are_as_documented() -> None:
    assert (GATHER.total_seconds(), NUDGE.total_seconds()) == (60, 1800)
