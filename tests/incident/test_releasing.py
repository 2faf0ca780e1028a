"""`release`: asked by who reads a record, answered by its originator's leads, by digit and reference, within a day."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_asyncio

from bot.model.handling import Release
from bot.model.incident import EntryKind
from bot.model.reference import Reference

from ..fakes import ROOM
from ..world import Person, World
from .marked import OTHER, TITLE, ana, asks, cards, direct, logged, marks, ref_of, stand, world

__all__ = ["ana", "world"]


@pytest.fixture
def rui(world: World, ana: Person) -> Person:
    """Return another one."""
    return world.person("rui", "PRT-GNR")


@pytest.fixture
def rosa(world: World, rui: Person) -> Person:
    """Return an officer of the originator."""
    return world.person("rosa", "PRT-GNR")


@pytest.fixture
def luc(world: World, ana: Person) -> Person:
    """Return a lead of the agency that is to have it, who is not in the room."""
    return world.person("luc", "FRA-PN", room=OTHER)


@pytest_asyncio.fixture
async def ref(world: World, rosa: Person, luc: Person) -> str:
    await rosa.says(f"!incident declare {TITLE} type:vessel severity:high")
    return ref_of(world)


async def known(world: World) -> None:
    """Let something have been released to the agency before."""
    async with world.store.transaction():
        await world.store.mark.release(Reference("BRAVO-7K3Q0"), Release("FRA-PN", world.clock.now()))


def question(world: World, person: Person) -> tuple[str, Any]:
    """Return the last question to somebody, with its event."""
    return next(
        (f"$sent{n}", h.post)
        for n, h in reversed([*enumerate(world.heard, 1)])
        if h.post and h.post.record["kind"] == "question" and person.user_id in h.post.mentions
    )


def below(text: str, event: str) -> dict[str, Any]:
    """Return the content of a reply."""
    return {"msgtype": "m.text", "body": text, "m.relates_to": {"m.in_reply_to": {"event_id": event}}}


async def answers(person: Person, name: str, ref: str, room: str = ROOM, *, tail: str | None = None) -> Any:
    """Let somebody answer the last question to them; return what the bot answers."""
    event, post = question(person.world, person)
    digit = next(digit for digit, choice in post.record["choices"].items() if choice == name)
    text = f"{digit} {ref[-2:] if tail is None else tail}".strip()
    said = await person.says("", room=room, content=below(text, event))
    return next(h.post for h in person.world.heard if h.kind == "reply" and h.cause == said)


async def entries(world: World, ref: str) -> list[EntryKind]:
    return [entry.kind for entry in await world.store.incident.entries(Reference(ref))]


async def reads(luc: Person, ref: str) -> bool:
    answer = await asks(luc, f"!incident show {ref}", OTHER)
    return bool(answer.record["ok"]) and TITLE in answer.body


async def test_what_is_asked_rings_the_leads_and_says_no_more_than_the_reference(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str
) -> None:
    await known(world)
    told = await asks(rosa, f"!release {ref} to FRA-PN")
    assert told.record["ok"] and "24 hours" in told.body
    for lead in (ana, rui):
        _event, post = question(world, lead)
        assert post.msgtype == "m.text" and post.mentions == (lead.user_id,) and TITLE not in post.body
        assert post.record == {
            "kind": "question", "of": "release", "ref": ref, "choices": post.record["choices"],
        }  # fmt: skip
        assert [*post.record["choices"].values()] == ["release", "refuse"]
        first = next(iter(post.record["choices"]))
        assert f"{first} {ref[-2:]}" in post.body and ref in post.body and "FRA-PN" in post.body
    assert not await reads(luc, ref), "asking gives nothing"


async def test_one_lead_releases_and_the_agency_reads_it_where_it_is(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str
) -> None:
    await known(world)
    await asks(rosa, f"!release {ref} to fra-pn")
    done = await answers(ana, "release", ref)
    assert done.record["ok"] and "released to FRA-PN" in done.body
    assert any(h.post and h.post.mentions == () and "is released to FRA-PN" in h.post.body and h.kind == "reply"
               and h.post.record["to"] != done.record["to"] for h in world.heard), "who asked is told"  # fmt: skip
    assert await reads(luc, ref)
    assert await entries(world, ref) == [EntryKind.DECLARED, EntryKind.RELEASE_ASKED, EntryKind.RELEASED]
    assert "released to FRA-PN" in (await asks(ana, f"!incident timeline {ref}")).body
    [content] = await logged(world, "incident.released")
    assert content["values"]["agreed"] == [ana.user_id] and content["values"]["asked_by"] == rosa.user_id
    late = await answers(rui, "release", ref)
    assert late.record["error"] == "conflict"


async def test_the_first_release_to_an_agency_needs_two_leads(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str
) -> None:
    assert "two of them must agree" in (await asks(rosa, f"!release {ref} to FRA-PN")).body
    assert "second lead" in (await answers(ana, "release", ref)).body and not await reads(luc, ref)
    await world.stop()
    await world.start()
    again = await answers(ana, "release", ref)
    assert again.record["error"] == "conflict" and not await reads(luc, ref), "she counts once"
    assert (await answers(rui, "release", ref)).record["ok"] and await reads(luc, ref)
    assert await entries(world, ref) == [
        EntryKind.DECLARED, EntryKind.RELEASE_ASKED, EntryKind.RELEASE_AGREED, EntryKind.RELEASED,
    ]  # fmt: skip
    await rosa.says("!incident declare Outro barco type:vessel severity:low")
    other = (await asks(rosa, "!incident list")).body
    second = next(h.post.record["ref"] for h in reversed(world.heard) if h.kind == "card" and h.post)
    assert second in other and "two of them" not in (await asks(rosa, f"!release {second} to FRA-PN")).body


async def test_a_refusal_is_final_and_told(world: World, ana: Person, rosa: Person, luc: Person, ref: str) -> None:
    await asks(rosa, f"!release {ref} to FRA-PN")
    await answers(ana, "release", ref)
    rui = Person(world, "@rui:gnr.example")
    assert "not released" in (await answers(rui, "refuse", ref)).body
    assert not await reads(luc, ref)
    assert (await entries(world, ref))[-1] is EntryKind.RELEASE_REFUSED
    assert any(h.post and "PRT-GNR has refused" in h.post.body for h in world.heard)


async def test_nobody_answers_within_a_day(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str
) -> None:
    await known(world)
    await asks(rosa, f"!release {ref} to FRA-PN")
    await world.stop()
    world.clock.passes(hours=25)
    await world.start()
    late = await answers(ana, "release", ref)
    assert late.record["error"] == "conflict" and not await reads(luc, ref), "also before the clock has looked"
    await world.wakes()
    told = [h.post for h in world.heard if h.post and "answered within a day" in h.post.body]
    assert len(told) == 1 and not told[0].record["ok"] and told[0].record["ref"] == ref
    assert (await entries(world, ref))[-1] is EntryKind.RELEASE_EXPIRED
    await world.wakes()
    assert len([h for h in world.heard if h.post and "answered within a day" in h.post.body]) == 1
    assert (await asks(rosa, f"!release {ref} to FRA-PN")).record["ok"], "it can be asked again"


async def test_a_release_ends_and_what_it_showed_goes(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str
) -> None:
    await known(world)
    await asks(rosa, f'!release {ref} to FRA-PN until:"in 2h"')
    await answers(ana, "release", ref)
    assert await reads(luc, ref)
    world.clock.passes(hours=2, seconds=1)
    assert not await reads(luc, ref)
    await world.wakes()
    assert not any(TITLE in post.body for post in stand(world, OTHER))
    assert len(cards(world)) == 1, "at home nothing changes"


async def test_a_release_that_has_ended_begins_no_more_when_the_clock_jumps_back(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str
) -> None:
    await known(world)
    await asks(rosa, f'!release {ref} to FRA-PN until:"in 2h"')
    await answers(ana, "release", ref)
    assert await reads(luc, ref)
    world.clock.passes(hours=2, seconds=1)
    await world.wakes()
    world.clock.passes(hours=-2)
    assert not await reads(luc, ref)
    await asks(rosa, f'!release {ref} to FRA-PN until:"in 2h"')
    await answers(ana, "release", ref)
    assert await reads(luc, ref), "it can be released anew"
    world.clock.passes(hours=2, seconds=1)
    await world.wakes()
    assert not await reads(luc, ref) and not any(TITLE in post.body for post in stand(world, OTHER))


async def test_a_release_that_ends_while_the_bot_is_away_shows_nothing_more(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str
) -> None:
    await known(world)
    await asks(rosa, f'!release {ref} to FRA-PN until:"in 2h"')
    await answers(ana, "release", ref)
    assert await reads(luc, ref)
    await world.stop()
    world.clock.passes(days=40)
    await world.start()
    await world.wakes()
    assert not any(TITLE in post.body for post in stand(world, OTHER))
    world.clock.passes(days=-40)
    assert not await reads(luc, ref)


async def test_the_end_of_an_earlier_release_does_not_end_a_later_one(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str
) -> None:
    await known(world)
    await asks(rosa, f'!release {ref} to FRA-PN until:"in 2h"')
    await answers(ana, "release", ref)
    await asks(rosa, f"!release {ref} to FRA-PN")
    await answers(ana, "release", ref)
    world.clock.passes(hours=2, seconds=1)
    await world.wakes()
    assert await reads(luc, ref)


async def test_what_others_have_restricted_is_decided_by_a_release(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str
) -> None:
    await known(world)
    await asks(rosa, f"!mark {ref} H2")
    await asks(rosa, f"!release {ref} to FRA-PN")
    await answers(ana, "release", ref)
    assert await reads(luc, ref)


@pytest.mark.parametrize("tail", ["", "ZZ", "000"])
async def test_an_answer_without_the_reference_releases_nothing(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str, tail: str
) -> None:
    await known(world)
    await asks(rosa, f"!release {ref} to FRA-PN")
    event, post = question(world, ana)
    digit = next(iter(post.record["choices"]))
    await ana.says("", content=below(f"{digit} {tail}".strip(), event))
    if tail != "000":
        assert ana.hears("last two characters", ok=False, error="bad_argument")
    assert not await reads(luc, ref)
    assert (await answers(ana, "release", ref, tail=ref[-2:].lower())).record["ok"], "the question stands"


async def test_who_has_asked_does_not_answer(world: World, ana: Person, rui: Person, luc: Person, rosa: Person) -> None:
    await known(world)
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high")
    ref = ref_of(world)
    await asks(ana, f"!release {ref} to FRA-PN")
    with pytest.raises(StopIteration):
        question(world, ana)
    event, post = question(world, rui)
    digit = next(iter(post.record["choices"]))
    content = {
        "msgtype": "m.text",
        "body": f"{digit} {ref[-2:]}",
        "m.relates_to": {"m.in_reply_to": {"event_id": event}},
    }
    await ana.says("", content=content)
    assert ana.hears("somebody else", ok=False, error="not_allowed") and not await reads(luc, ref)


async def test_who_is_no_lead_any_more_cannot_answer(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str
) -> None:
    await known(world)
    await asks(rosa, f"!release {ref} to FRA-PN")
    world.rooms.levels[ana.user_id] = 0
    assert (await answers(ana, "release", ref)).record["error"] == "not_allowed"
    assert not await reads(luc, ref)


async def test_leads_of_others_are_not_asked(world: World, rosa: Person, luc: Person, ref: str) -> None:
    await known(world)
    world.rooms.joined[ROOM] += [luc.user_id, world.person("lead", room="!x:example.org").user_id]
    world.rooms.joined[ROOM] = [one for one in world.rooms.joined[ROOM] if one not in ("@ana:gnr.example",)]
    await asks(rosa, f"!release {ref} to FRA-PN")
    asked = {h.post.mentions for h in world.heard if h.post and h.post.record["kind"] == "question"}
    assert asked == {("@rui:gnr.example",)}


async def test_a_lead_elsewhere_is_asked_directly(
    world: World, ana: Person, rosa: Person, luc: Person, ref: str
) -> None:
    await known(world)
    world.rooms.joined[ROOM] = [one for one in world.rooms.joined[ROOM] if one not in (ana.user_id, "@rui:gnr.example")]
    refused = await asks(rosa, f"!release {ref} to FRA-PN")
    assert refused.record["error"] == "unavailable" and "no lead of PRT-GNR" in refused.body
    await marks(world, ref, "TLP:AMBER", ("PRT-GNR",))
    room = direct(ana)
    assert (await asks(rosa, f"!release {ref} to FRA-PN")).record["ok"]
    assert (await answers(ana, "release", ref, room)).record["ok"] and await reads(luc, ref)


async def test_nobody_is_asked_where_not_all_may_read_it(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str
) -> None:
    await known(world)
    await asks(ana, f"!mark {ref} TLP:AMBER")
    world.person("kate")
    direct(ana)
    assert (await asks(rosa, f"!release {ref} to FRA-PN", direct(rosa))).record["ok"]
    asked = {(h.room, h.post.mentions) for h in world.heard if h.post and h.post.record["kind"] == "question"}
    assert asked == {(direct(ana), (ana.user_id,))}


@pytest.mark.parametrize(
    ("typed", "error", "words"),
    [
        ("!release", "bad_argument", "REF is missing"),
        ("!release {ref}", "bad_argument", "missing"),
        ("!release {ref} to", "bad_argument", "AGENCY is missing"),
        ("!release {ref} FRA-PN", "bad_argument", "not one of the choices"),
        ("!release {ref} to XXX", "bad_argument", "no agency XXX"),
        ("!release {ref} to FRA-PN until:never", "bad_argument", "never"),
        ("!release {ref} to FRA-PN until:2020-01-01T10:00Z", "bad_argument", "past"),
        ("!release {ref} to PRT-GNR", "conflict", "itself"),
        ("!release BRAVO-7K3Q1 to FRA-PN", "not_found", "slip"),
        ("!release BRAVO-7K3Q0 to FRA-PN", "not_found", "no such"),
    ],
)
async def test_what_cannot_be_released_is_said(
    world: World, ana: Person, rosa: Person, luc: Person, ref: str, typed: str, error: str, words: str
) -> None:
    answer = await asks(rosa, typed.format(ref=ref))
    assert answer.record["error"] == error and words in answer.body, answer.body
    assert await entries(world, ref) == [EntryKind.DECLARED]
    assert not any(h.post and h.post.record["kind"] == "question" for h in world.heard)


async def test_what_is_asked_or_given_already_is_said(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str
) -> None:
    await known(world)
    await asks(rosa, f"!release {ref} to FRA-PN")
    assert (await asks(rosa, f"!release {ref} to FRA-PN")).record["error"] == "conflict"
    await answers(ana, "release", ref)
    again = await asks(rosa, f"!release {ref} to FRA-PN")
    assert again.record["error"] == "conflict" and "has it already" in again.body
    await asks(ana, f"!mark {ref} TLP:RED rel:{rosa.user_id}")
    red = await asks(rosa, f"!release {ref} to FRA-PN", direct(rosa))
    assert red.record["error"] == "handling" and not await reads(luc, ref)


async def test_the_first_release_is_not_asked_where_two_leads_are_not_reached(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str
) -> None:
    refused = await asks(ana, f"!release {ref} to FRA-PN")
    assert refused.record["error"] == "unavailable" and "needs two leads" in refused.body
    assert await entries(world, ref) == [EntryKind.DECLARED]


async def test_who_does_not_read_it_cannot_ask(world: World, rosa: Person, luc: Person, ref: str) -> None:
    answer = await asks(luc, f"!release {ref} to FRA-PN", OTHER)
    absent = await asks(luc, "!release BRAVO-7K3Q0 to FRA-PN", OTHER)
    assert (answer.record["error"], answer.body) == ("not_found", absent.body)
