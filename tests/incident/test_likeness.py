"""Likely duplicates: asked about when one is declared, by a digit, and never of what the room may not see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.model.handling import Mark, Marking
from bot.model.incident import Looks, Reason, Type, likeness
from bot.model.places import Place
from bot.services.incident import likeness as likeness_service

from ..fakes import NOON
from ..world import Person, World
from .scene import TITLE, answers, ref_of, replied, stands

OTHER = "!other:example.org"
PORT = Place(38.50, -9.20, 10, name="Port of Sines")
BEACH = Place(38.52, -9.20, 10)
FAR = Place(38.60, -9.20, 10)


def looks(title: str = "", type: Type | None = None, place: Place | None = None, hours: float = 0, **by: str) -> Looks:
    return Looks(NOON + timedelta(hours=hours), type, place, by or {"en": title})


@pytest.mark.parametrize(
    ("one", "other", "likely"),
    [
        (looks("Grey boat on the beach"), looks("grey boats seen"), True),
        (looks("Grey boat on the beach"), looks("boat in the harbour"), False),
        (looks("boat", Type.VESSEL), looks("a boat lands", Type.VESSEL), True),
        (looks("boat", Type.VESSEL), looks("a boat lands", Type.DRUGS), False),
        (looks("boat", Type.OTHER), looks("a boat lands", Type.OTHER), False),
        (looks("x", place=PORT), looks("y", place=BEACH), True),
        (looks("x", Type.DRUGS, PORT), looks("y", Type.VESSEL, BEACH), False),
        (looks("boat", Type.DRUGS, PORT), looks("a boat", Type.VESSEL, BEACH), True),
        (looks("grey boat lands", place=PORT), looks("grey boat lands", place=FAR), False),
        (looks("x", place=PORT), looks("y", place=Place(38.6, -9.2, 10, name="Port of Sines")), True),
        (looks("x", place=PORT), looks("y", place=Place(38.6, -9.2, 20_000)), True),
        (looks("grey boat lands"), looks("grey boat lands", hours=1.9), True),
        (looks("grey boat lands"), looks("grey boat lands", hours=2.1), False),
        (looks("with them from here"), looks("he is on it"), False),
        (looks("", Type.VESSEL), looks("", Type.VESSEL), False),
        (looks(pt="barco na praia", en="boat on the beach"), looks(es="barca en la playa", en="a boat, a beach"), True),
        (looks(pt="barco na praia"), looks(es="barca en la playa"), False),
        (looks("van 12-AB-34"), looks("12-AB-34 stopped"), True),
    ],
)
def test_what_may_be_the_same(one: Looks, other: Looks, likely: bool) -> None:
    assert bool(likeness(one, other)) is bool(likeness(other, one)) is likely


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def kate(world: World, ana: Person) -> Person:
    return world.person("kate")


async def test_the_declarer_is_asked_and_a_digit_makes_them_one(world: World, ana: Person, kate: Person) -> None:
    await ana.says(f"!incident declare {TITLE} severity:high type:vessel")
    world.clock.passes(minutes=30)
    await kate.says("!incident declare Barco visto da praia")
    first, second = ref_of(world, 0), ref_of(world, 1)
    assert kate.last.msgtype == "m.text" and kate.last.mentions == (kate.user_id,)
    assert "Barco" not in kate.last.body, "what rings holds no words of the record"
    assert kate.hears(f"{TITLE} (pt to en)", ok=True, ref=str(second))
    assert set(kate.last.record["choices"].values()) == {str(first), "new"}
    await answers(kate, str(first))
    assert f"Go on with {first}" in plain(kate.last.body)
    found = await stands(world, 1)
    assert (found.reason, found.of) == (Reason.DUPLICATE, first)


async def test_no_is_another_one_and_is_asked_what_is_missing(world: World, ana: Person, kate: Person) -> None:
    await ana.says(f"!incident declare {TITLE} severity:high type:vessel")
    await kate.says(f"!incident declare {TITLE}")
    await answers(kate, "new")
    assert kate.hears("How bad is it?", ok=True) and (await stands(world, 1)).of is None


async def test_three_are_shown_at_most_the_likeliest_first(world: World, ana: Person, kate: Person) -> None:
    for minute in range(5):
        await ana.says(f"!incident declare {TITLE} {minute} severity:high type:vessel")
        world.clock.passes(minutes=11)
    await kate.says(f"!incident declare {TITLE} 2")
    choices = list(kate.last.record["choices"].values())
    assert len(choices) == 4 and choices[0] == str(ref_of(world, 2)) and choices[-1] == "new"


@pytest.mark.parametrize("why", ["other room", "too old", "cancelled", "duplicate", "hidden"])
async def test_nothing_is_asked(world: World, ana: Person, kate: Person, why: str) -> None:
    lead = world.person("lead")
    if why == "other room":
        eva = world.person("eva", room=OTHER)
        await world.receives(eva.user_id, f"!incident declare {TITLE} severity:high type:vessel", room=OTHER)
        await world.settles()
    else:
        await ana.says(f"!incident declare {TITLE} severity:high type:vessel")
    if why == "too old":
        world.clock.passes(hours=2, minutes=1)
    if why == "cancelled":
        await lead.says(f"!incident close {ref_of(world)} reason:cancelled")
    if why == "duplicate":
        await lead.says("!incident declare x severity:low type:other")
        await lead.says(f"!incident duplicate {ref_of(world, 0)} of:{ref_of(world, 1)}")
    if why == "hidden":
        seen, hidden = world.services.incident.seen, ref_of(world)

        async def some(room_id: str, refs: Any) -> Any:
            return [one for one in await seen(room_id, refs) if one.content.ref != hidden]

        world.services.incident.seen = some  # type: ignore[method-assign]
    await kate.says(f"!incident declare {TITLE} severity:low type:vessel")
    assert kate.hears("on record", ok=True) and "choices" not in kate.last.record


async def test_what_is_not_there_any_more_when_it_is_answered(world: World, ana: Person, kate: Person) -> None:
    lead = world.person("lead")
    await ana.says(f"!incident declare {TITLE} severity:high type:vessel")
    await lead.says("!incident declare x severity:low type:other")
    await kate.says(f"!incident declare {TITLE}")
    question = kate.last
    first, main = ref_of(world, 0), ref_of(world, 1)
    await lead.says(f"!incident duplicate {first} of:{main}")
    digit = next(digit for digit, name in question.record["choices"].items() if name == str(first))
    relation = {"m.in_reply_to": {"event_id": world.event_of(question)}}
    await kate.says(digit, content={"msgtype": "m.text", "body": digit, "m.relates_to": relation})
    assert f"Use {main}" in plain(kate.last.body) and kate.hears(ok=False, error="conflict")


async def test_it_is_not_asked_any_more_once_somebody_else_has_said_so(world: World, ana: Person, kate: Person) -> None:
    lead = world.person("lead")
    await ana.says(f"!incident declare {TITLE} severity:high type:vessel")
    await kate.says(f"!incident declare {TITLE}")
    question = kate.last
    first, second = ref_of(world, 0), ref_of(world, 1)
    await lead.says(f"!incident duplicate {second} of:{first}")
    shown = next(one.post for one in world.heard if one.post and one.post.replaces == world.event_of(question))
    assert plain(shown.body) == f"Nothing about {second} waits for an answer." and shown.record["choices"] == {}
    digit = next(digit for digit, name in question.record["choices"].items() if name == str(first))
    await kate.says(digit, **replied(digit, world.event_of(question)))
    assert kate.hears("That is settled already", ok=False, error="conflict")


async def test_what_is_hidden_takes_nobodys_place(
    world: World, ana: Person, kate: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likeness_service, "LOOKED_AT", 3)
    await ana.says(f"!incident declare {TITLE} severity:high type:vessel")
    seen = ref_of(world)
    world.clock.passes(minutes=1)
    for number in range(7):
        await ana.says(f"!incident declare Van {number} severity:low type:vehicle")
    async with world.store.transaction():
        for at in range(1, 8):
            await world.store.mark.save(ref_of(world, at), Marking(Mark(None, ("FRA-PN",)), decided=True))
    await kate.says(f"!incident declare {TITLE}")
    assert set(kate.last.record["choices"].values()) == {str(seen), "new"}
