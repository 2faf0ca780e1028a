"""`release`: asked by who reads a record, answered by its originator's leads, by digit and reference, within a day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import pytest_asyncio

from bot.model.handling import Release
from bot.model.incident import EntryKind
from bot.model.reference import Reference

from ..companions import plain
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


def questions(world: World, person: Person) -> Iterator[tuple[str, Any]]:
    """Return the questions to somebody with their events, the last first."""
    return (
        (f"$sent{n}", h.post)
        for n, h in reversed([*enumerate(world.heard, 1)])
        if h.post and h.post.record["kind"] == "question" and person.user_id in h.post.mentions
    )


def question(world: World, person: Person) -> tuple[str, Any]:
    """Return the last question to somebody, with its event."""
    return next(questions(world, person))


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


async def test_the_word_before_the_agency_may_be_left_out(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str
) -> None:
    await known(world)
    told = await asks(rosa, f"!release {ref}")
    assert "AGENCY is missing" in told.body and "to is missing" not in told.body
    assert (await asks(rosa, f"!release {ref} FRA-PN")).record["ok"]
    assert "FRA-PN" in question(world, ana)[1].body
    assert (await answers(ana, "release", ref)).record["ok"] and await reads(luc, ref)


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


async def test_whom_it_was_released_to_is_among_those_it_is_for(
    world: World, ana: Person, rosa: Person, luc: Person, ref: str
) -> None:
    await known(world)
    await asks(ana, f"!mark {ref} TLP:AMBER rel:PRT-GNR")
    assert "Whom it is for: PRT-GNR" in plain((await asks(ana, f"!incident show {ref}")).body)
    await asks(rosa, f"!release {ref} to FRA-PN")
    await answers(ana, "release", ref)
    assert "Whom it is for: FRA-PN and PRT-GNR" in plain((await asks(luc, f"!incident show {ref}")).body)


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
        ("!release {ref} XXX", "bad_argument", "no agency XXX"),
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
    assert "write to me directly, then ask again" in refused.body and ref in refused.body, "what to do next"
    assert await entries(world, ref) == [EntryKind.DECLARED]


async def test_who_does_not_read_it_cannot_ask(world: World, rosa: Person, luc: Person, ref: str) -> None:
    answer = await asks(luc, f"!release {ref} to FRA-PN", OTHER)
    absent = await asks(luc, "!release BRAVO-7K3Q0 to FRA-PN", OTHER)
    assert (answer.record["error"], answer.body) == ("not_found", absent.body)


async def released(world: World, ana: Person, rosa: Person, ref: str, until: str = "") -> None:
    """Let the agency have it by a release."""
    await known(world)
    await asks(rosa, f"!release {ref} to FRA-PN{until}")
    assert (await answers(ana, "release", ref)).record["ok"]


@pytest.mark.parametrize("line", ["TLP:AMBER+STRICT", "TLP:GREEN rel:PRT-GNR", "H2", "TLP:RED rel:@ana:gnr.example"])
async def test_a_later_mark_of_the_originator_ends_a_release(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str, line: str
) -> None:
    await released(world, ana, rosa, ref, ' until:"in 2h"')
    assert await reads(luc, ref) and any(TITLE in post.body for post in stand(world, OTHER))
    done = await asks(ana, f"!mark {ref} {line}")
    assert done.record["ok"] and "ends the release to FRA-PN" in done.body
    absent = await asks(luc, "!incident show BRAVO-7K3Q0", OTHER)
    hidden = await asks(luc, f"!incident show {ref}", OTHER)
    assert (hidden.body, hidden.html) == (absent.body, absent.html)
    assert not any(ref in f"{post.body} {post.record}" for post in stand(world, OTHER)), "what it was shown is gone"
    assert (await entries(world, ref))[-2:] == [EntryKind.MARKED, EntryKind.RELEASE_ENDED]
    [content] = await logged(world, "incident.release_ended")
    assert content["values"] == {"agency": "FRA-PN"}
    assert ": release to FRA-PN ended by a mark" in (await asks(ana, f"!incident timeline {ref}", direct(ana))).body
    world.clock.passes(hours=-1)
    assert not await reads(luc, ref), "wherever the clock is set"
    since = len(world.heard)
    world.clock.passes(hours=4)
    await world.wakes()
    told = [heard.kind for heard in world.heard[since:] if heard.room == OTHER]
    assert told == ["recall", "question"], "nothing ends once more: who has received it is told that it is withdrawn"
    await asks(rui, f"!mark {ref} TLP:GREEN", direct(ana) and ROOM if "RED" not in line else direct(rui))
    assert not await reads(luc, ref), "nor does a wider mark bring it back"


async def test_the_same_mark_once_more_ends_a_release_too(
    world: World, ana: Person, rosa: Person, luc: Person, ref: str
) -> None:
    await asks(ana, f"!mark {ref} TLP:AMBER+STRICT")
    await released(world, ana, rosa, ref)
    assert await reads(luc, ref)
    assert "ends the release to FRA-PN" in (await asks(ana, f"!mark {ref} TLP:AMBER+STRICT")).body
    assert not await reads(luc, ref)
    assert (await asks(ana, f"!mark {ref} TLP:AMBER+STRICT")).record["error"] == "conflict"


@pytest.mark.parametrize("line", ["TLP:GREEN", "TLP:AMBER rel:FRA-PN,PRT-GNR", "H1"])
async def test_a_mark_that_leaves_the_agency_ends_nothing(
    world: World, ana: Person, rosa: Person, luc: Person, ref: str, line: str
) -> None:
    await released(world, ana, rosa, ref)
    done = await asks(ana, f"!mark {ref} {line}")
    assert done.record["ok"] and "ends" not in done.body and await reads(luc, ref)
    assert (await entries(world, ref))[-1] is EntryKind.MARKED


async def test_what_others_restrict_ends_no_release(
    world: World, ana: Person, rosa: Person, luc: Person, ref: str
) -> None:
    await released(world, ana, rosa, ref)
    assert (await asks(rosa, f"!mark {ref} TLP:GREEN rel:PRT-GNR")).record["ok"]
    assert not await reads(luc, ref), "until the originator decides"
    assert (await asks(ana, f"!mark {ref} TLP:GREEN")).record["ok"] and await reads(luc, ref)
    assert EntryKind.RELEASE_ENDED not in await entries(world, ref)


@pytest.mark.parametrize("by", ["ana", "rosa"])
async def test_a_mark_ends_what_is_asked_and_who_agreed_before_it_does_not_count(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str, by: str
) -> None:
    await asks(rosa, f"!release {ref} to FRA-PN")
    assert "second lead" in (await answers(ana, "release", ref)).body
    await asks({"ana": ana, "rosa": rosa}[by], f"!mark {ref} TLP:AMBER+STRICT")
    told = [h.post for h in world.heard if h.post and "was marked after that was asked" in h.post.body]
    assert len(told) == 1 and not told[0].record["ok"] and told[0].record["ref"] == ref, "who asked is told"
    late = await answers(rui, "release", ref)
    assert late.record["error"] == "conflict" and not await reads(luc, ref)
    assert (await entries(world, ref))[-2:] == [EntryKind.MARKED, EntryKind.RELEASE_ENDED]
    assert ": request to release to FRA-PN ended by a mark" in (await asks(ana, f"!incident timeline {ref}")).body
    world.clock.passes(hours=25)
    await world.wakes()
    assert not any(h.post and "answered within a day" in h.post.body for h in world.heard)
    assert (await asks(rosa, f"!release {ref} to FRA-PN")).record["ok"], "it can be asked again"
    assert "second lead" in (await answers(ana, "release", ref)).body
    assert (await answers(rui, "release", ref)).record["ok"] and await reads(luc, ref)


async def test_what_is_labelled_in_it_ends_what_is_asked_as_well(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str
) -> None:
    await asks(rosa, f"!release {ref} to FRA-PN")
    await answers(ana, "release", ref)
    await rosa.says(f"!incident note {ref} TLP:AMBER+STRICT Homens armados")
    done = await answers(rui, "release", ref)
    assert "was marked after that was asked" in done.body and not await reads(luc, ref)
    assert (await entries(world, ref))[-1] is EntryKind.RELEASE_ENDED
    assert (await asks(rosa, f"!release {ref} to FRA-PN")).record["ok"], "and it is not in the way"
    await rosa.says(f"!incident note {ref} TLP:AMBER+STRICT H1 Homens armados")
    await asks(rosa, f"!release {ref} to FRA-PN")
    assert rosa.hears("I have asked", ok=True), "nor before anybody has answered it"
    assert "second lead" in (await answers(ana, "release", ref)).body


async def test_a_release_to_one_agency_leaves_what_is_asked_for_another(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str
) -> None:
    third = world.config.agencies[1].model_copy(update={"code": "ESP-PN", "members": ["@*-es:example.org"]})
    world.current.now = world.config.model_copy(update={"agencies": [*world.config.agencies, third]})
    await known(world)
    async with world.store.transaction():
        await world.store.mark.release(Reference("BRAVO-7K3Q0"), Release("ESP-PN", world.clock.now()))
    await asks(rosa, f"!mark {ref} H2")
    await asks(rosa, f"!release {ref} to FRA-PN")
    await asks(rosa, f"!release {ref} to ESP-PN")
    assert "is released to ESP-PN" in (await answers(ana, "release", ref)).body
    event, post = next((e, p) for e, p in questions(world, rui) if "FRA-PN" in p.body)
    digit = next(digit for digit, choice in post.record["choices"].items() if choice == "release")
    await rui.says("", content=below(f"{digit} {ref[-2:]}", event))
    assert rui.hears("is released to FRA-PN", ok=True) and await reads(luc, ref)


@pytest.mark.parametrize("how", ["level", "leaves", "config"])
async def test_the_agreement_of_who_is_no_lead_any_more_does_not_count(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str, how: str
) -> None:
    eva = world.person("eva", "PRT-GNR")
    roles = world.config.roles.model_copy(update={"lead": [*world.config.roles.lead, eva.user_id]})
    world.current.now = world.config.model_copy(update={"roles": roles})
    await asks(rosa, f"!release {ref} to FRA-PN")
    await answers(ana, "release", ref)
    if how == "level":
        world.rooms.levels[ana.user_id] = 0
    elif how == "leaves":
        world.rooms.joined[ROOM].remove(ana.user_id)
    else:
        fewer = roles.model_copy(update={"lead": [one for one in roles.lead if one != ana.user_id]})
        world.current.now = world.config.model_copy(update={"roles": fewer})
    assert "second lead" in (await answers(rui, "release", ref)).body and not await reads(luc, ref)
    done = await answers(eva, "release", ref)
    assert "is released to FRA-PN" in done.body and await reads(luc, ref)
    [content] = await logged(world, "incident.released")
    assert content["values"]["agreed"] == [rui.user_id, eva.user_id]


@pytest.mark.parametrize(
    "line", ["TLP:AMBER rel:FRA-PN", "TLP:AMBER rel:PRT-GNR,FRA-PN", "TLP:RED rel:@luc-pn:example.org"]
)
async def test_a_mark_of_one_lead_is_no_first_release_to_an_agency(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str, line: str
) -> None:
    room = direct(luc) if "RED" in line else OTHER
    refused = await asks(ana, f"!mark {ref} {line}")
    assert refused.record["error"] == "handling" and "Nothing was released to FRA-PN before" in refused.body
    assert f"!release {ref} to FRA-PN" in refused.body and await entries(world, ref) == [EntryKind.DECLARED]
    assert (await asks(luc, f"!incident show {ref}", room)).record["error"] == "not_found"
    await asks(rosa, f"!release {ref} to FRA-PN")
    await answers(ana, "release", ref)
    assert (await asks(ana, f"!mark {ref} {line}")).record["error"] == "handling", "one of two is none"
    await answers(rui, "release", ref)
    assert (await asks(ana, f"!mark {ref} {line}")).record["ok"]
    assert (await asks(luc, f"!incident show {ref}", room)).record["ok"]


async def test_a_mark_may_name_who_has_it_already(
    world: World, ana: Person, rosa: Person, luc: Person, ref: str
) -> None:
    world.rooms.joined[ROOM].append(luc.user_id)
    assert (await asks(ana, f"!mark {ref} TLP:AMBER rel:FRA-PN")).record["ok"], "they read it where it was declared"
    world.rooms.joined[ROOM].remove(luc.user_id)
    assert (await asks(ana, f"!mark {ref} H1 rel:FRA-PN")).record["ok"], "and were let to have it"
    assert (await asks(ana, f"!mark {ref} TLP:AMBER+STRICT")).record["ok"]
    world.rooms.joined[ROOM].append(luc.user_id)
    again = await asks(ana, f"!mark {ref} TLP:AMBER rel:FRA-PN", direct(ana))
    assert again.record["error"] == "handling", "who is there and may not read it has not"
    assert (await asks(ana, f"!mark {ref} TLP:AMBER", direct(ana))).record["ok"]


async def test_what_others_restrict_gives_nobody_anything(
    world: World, ana: Person, rosa: Person, luc: Person, ref: str
) -> None:
    assert (await asks(rosa, f"!mark {ref} TLP:AMBER rel:FRA-PN")).record["ok"] and not await reads(luc, ref)


@pytest.mark.parametrize(("until", "age"), [("2026-01-01T10:00Z", 0), ('"in 1m"', 100)])
async def test_an_end_that_is_past_is_refused(
    world: World, ana: Person, rosa: Person, luc: Person, ref: str, until: str, age: int
) -> None:
    await known(world)
    heard = len(world.heard)
    await rosa.says(f"!release {ref} to FRA-PN until:{until}", age=age)
    answer = next(h.post for h in world.heard[heard:] if h.post and h.post.record["kind"] == "reply")
    assert answer.record["error"] == "bad_argument" and "is past. I need a time that is still to come" in answer.body
    assert EntryKind.RELEASE_ASKED not in await entries(world, ref)


@pytest.mark.parametrize("line", ["to FRA-PN", "FRA-PN"])
async def test_it_never_takes_its_reference_from_the_reply(
    world: World, rosa: Person, luc: Person, ref: str, line: str
) -> None:
    event = next(f"$sent{n}" for n, heard in enumerate(world.heard, 1) if heard.kind == "card")
    await rosa.says("", content=below(f"!release {line}", event))
    assert rosa.hears(ok=False) and EntryKind.RELEASE_ASKED not in await entries(world, ref)


async def test_a_notice_about_what_is_marked_is_an_output_of_it(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str
) -> None:
    await known(world)
    await marks(world, ref, "TLP:AMBER")
    before = await logged(world, "record.shown")
    await asks(rosa, f"!release {ref} to FRA-PN")
    [cause] = {h.cause for h in world.heard if h.post and h.post.record.get("of") == "release" and h.kind == "notice"}
    new = (await logged(world, "record.shown"))[len(before) :]
    assert [(one["refs"], one["purpose"], one["agencies"]) for one in new if one["event"] == cause] == [
        ([ref], "card", ["PRT-GNR"])
    ]


async def test_what_somebody_asked_whose_device_was_lost_is_not_released_and_others_may_ask(
    world: World, ana: Person, rui: Person, rosa: Person, luc: Person, ref: str
) -> None:
    await known(world)
    await asks(rosa, f"!release {ref} to FRA-PN")
    assert (await asks(rui, f"!lost {rosa.user_id}")).record["ok"]
    assert (await answers(ana, "release", ref)).record["error"] == "conflict"
    assert not await reads(luc, ref)
    await rui.says(f"!release {ref} to FRA-PN")
    assert rui.hears("24 hours", ok=True)
    assert (await answers(ana, "release", ref)).record["ok"] and await reads(luc, ref)
