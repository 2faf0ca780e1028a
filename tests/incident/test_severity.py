"""A change of severity: it needs a reason, the card says it, and those concerned are rung."""

from __future__ import annotations

from typing import Any

import pytest

from bot.config import Config
from bot.model.incident import EntryKind, Severity

from ..companions import plain
from ..fakes import configuration
from ..world import Person, World
from .marked import direct
from .scene import TITLE, answers, card_of, cards, entries, kinds, ref_of, replied, stands

K = EntryKind
RUI, EVA, KATE = "@rui:gnr.example", "@eva-pn:example.org", "@kate:example.org"


def config() -> Config:
    return configuration(roles={"lead": [RUI, EVA]})


@pytest.fixture
async def world(tmp_path: Any) -> Any:
    world = World(tmp_path / "liaison.db", config())
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
async def rui(world: World) -> Person:
    rui, _eva, _kate = world.person("rui", "PRT-GNR"), world.person("eva", "FRA-PN"), world.person("kate")
    world.person("ole")
    await rui.says(f"!incident declare {TITLE} type:vessel severity:medium")
    return rui


def rung(world: World, since: int = 0) -> list[tuple[str, ...]]:
    """Return whom each alert rings."""
    return [heard.post.mentions for heard in world.heard[since:] if heard.kind == "alert" and heard.post]


async def test_a_change_without_a_reason_is_asked_about_and_not_lost(world: World, rui: Person) -> None:
    ref = str(ref_of(world))
    await rui.says(f"!incident severity {ref} low")
    assert rui.hears("Reply with the reason", ok=True, ref=ref) and rui.last.msgtype == "m.text"
    assert (await stands(world)).severity is Severity.MEDIUM
    await rui.says("", **replied("Everybody is ashore", world.event_of(rui.last)))
    entry = (await entries(world))[-1]
    assert (await stands(world)).severity is Severity.LOW
    assert (entry.kind, entry.text) == (K.SEVERITY, "Everybody is ashore")
    card = cards(world)[card_of(world)].body
    assert "Why the severity has changed: Everybody is ashore (pt to en) (machine translation)\n" in card
    assert "Why the severity has changed: Everybody is ashore\n" in card


@pytest.mark.parametrize("typed", ["very high", "VERY-HIGH", "very_high"])
async def test_a_severity_of_two_words_is_typed_as_the_bot_shows_it(world: World, rui: Person, typed: str) -> None:
    await rui.says(f"!incident severity {ref_of(world)} {typed} há pessoas na água")
    assert (await stands(world)).severity is Severity.VERY_HIGH
    assert (await entries(world))[-1].text == "há pessoas na água"


async def test_who_is_no_lead_any_more_changes_nothing_by_a_reason(world: World, rui: Person) -> None:
    await rui.says(f"!incident severity {ref_of(world)} low")
    question = world.event_of(rui.last)
    world.rooms.levels[rui.user_id] = 0
    await rui.says("", **replied("Everybody is ashore", question))
    assert rui.hears(ok=False, error="not_allowed") and (await stands(world)).severity is Severity.MEDIUM


async def test_the_first_word_needs_no_reason(world: World, rui: Person) -> None:
    await rui.says("!incident declare Carro parado type:vehicle")
    await answers(rui, "high")
    assert (await stands(world, 1)).severity is Severity.HIGH and not rung(world)


@pytest.mark.parametrize("why", ["", " Two boats"])
async def test_what_it_is_already_is_said_and_not_entered(world: World, rui: Person, why: str) -> None:
    await rui.says(f"!incident severity {ref_of(world)} medium{why}")
    assert rui.hears("It is so already: medium", ok=False, error="conflict")
    assert await kinds(world) == [K.DECLARED] and not rung(world)


async def test_the_same_without_a_reason_leaves_the_reason(world: World, rui: Person) -> None:
    await rui.says(f"!incident severity {ref_of(world)} very_high Two more came")
    eva = Person(world, EVA)
    await eva.says(f"!incident severity {ref_of(world)} very_high")
    assert eva.hears("It is so already: very high", ok=False, error="conflict")
    assert "Two more came" in cards(world)[card_of(world)].body


async def test_another_reason_at_once_is_asked_about(world: World, rui: Person) -> None:
    eva = Person(world, EVA)
    await rui.says(f"!incident severity {ref_of(world)} very_high Two more came")
    world.clock.passes(seconds=5)
    await eva.says(f"!incident severity {ref_of(world)} very_high Three came")
    assert eva.hears("has just changed that", error="conflict") and await kinds(world) == [K.DECLARED, K.SEVERITY]
    await answers(eva, "yes")
    assert await kinds(world) == [K.DECLARED, K.SEVERITY, K.SEVERITY]
    assert "Three came" in cards(world)[card_of(world)].body
    await eva.says("!incident undo")
    assert "Two more came" in cards(world)[card_of(world)].body
    assert (await stands(world)).severity is Severity.VERY_HIGH


@pytest.mark.parametrize(
    ("digit", "severity"), [("1", "very_high"), ("2", "high"), ("3", "medium"), ("4", "low"), ("２", "high")]
)
async def test_a_digit_is_taken_as_the_option(world: World, rui: Person, digit: str, severity: str) -> None:
    await rui.says(f"!incident declare Carro parado type:vehicle severity:{digit}")
    assert (await stands(world, 1)).severity == severity
    await rui.says(f"!incident find Carro severity:{digit}")
    assert rui.hears(str(ref_of(world, 1)), ok=True)


async def test_a_digit_alone_is_the_severity_and_what_follows_the_reason(world: World, rui: Person) -> None:
    await rui.says(f"!incident severity {ref_of(world)} 1 20 men with guns")
    assert (await stands(world)).severity is Severity.VERY_HIGH
    assert (await entries(world))[-1].text == "20 men with guns"
    await rui.says("", **replied("!incident severity 4 Everybody is ashore", card_of(world)))
    assert (await stands(world)).severity is Severity.LOW


@pytest.mark.parametrize("typed", ["20 men", "0", "5 men", "2: men"])
async def test_a_number_is_no_severity(world: World, rui: Person, typed: str) -> None:
    await rui.says(f"!incident severity {ref_of(world)} {typed}")
    assert rui.hears("is not one of the choices", ok=False, error="bad_argument")
    assert (await stands(world)).severity is Severity.MEDIUM


async def test_a_number_joined_to_a_name_is_of_the_text(world: World, rui: Person) -> None:
    await rui.says("!incident declare Carro parado na porta:2 type:vehicle")
    assert (await stands(world, 1)).title == "Carro parado na porta:2"


async def test_those_who_have_a_part_are_rung(world: World, rui: Person) -> None:
    ref = str(ref_of(world))
    await rui.says(f"!incident assign {ref} deputy {KATE}")
    await rui.says(f"!incident lead {ref} {rui.user_id}")
    heard = len(world.heard)
    await rui.says(f"!incident severity {ref} high Two more boats")
    assert rung(world, heard) == [(KATE,)], "the deputy, but not who has changed it, nor other leads"
    alert = next(heard.post for heard in world.heard[heard:] if heard.kind == "alert" and heard.post)
    assert alert.record == {"kind": "alert", "of": "incident", "ref": ref} and alert.msgtype == "m.text"
    assert alert.reply_to == card_of(world) and TITLE not in alert.body and "boats" not in alert.body


async def test_very_high_rings_the_leads_as_well(world: World, rui: Person) -> None:
    ref = str(ref_of(world))
    await rui.says(f"!incident assign {ref} deputy {KATE}")
    heard = len(world.heard)
    await rui.says(f"!incident severity {ref} very_high They are armed")
    assert [{*one} for one in rung(world, heard)] == [{KATE, EVA}]


async def test_what_is_declared_as_very_high_rings_the_leads(world: World, rui: Person) -> None:
    kate = Person(world, KATE)
    await kate.says("!incident declare Men with guns type:weapons severity:very_high")
    assert [{*one} for one in rung(world)] == [{RUI, EVA}]
    alert = next(heard.post for heard in world.heard if heard.kind == "alert" and heard.post)
    assert "is of very high severity" in alert.body and alert.reply_to == card_of(world, 1)
    await rui.says("!incident declare Another boat type:vessel severity:very_high")
    assert rung(world)[1:] == [(EVA,)], "not who has declared it"


async def test_very_high_as_the_first_word_rings_the_leads(world: World, rui: Person) -> None:
    await rui.says("!incident declare Men with guns type:weapons")
    await answers(rui, "very_high")
    assert rung(world) == [(EVA,)]


async def test_an_undone_change_rings_them_again_and_its_reason_goes(world: World, rui: Person) -> None:
    ref = str(ref_of(world))
    await rui.says(f"!incident assign {ref} deputy {KATE}")
    heard = len(world.heard)
    await rui.says(f"!incident severity {ref} high Two more boats")
    await rui.says("!incident undo")
    assert rung(world, heard) == [(KATE,), (KATE,)]
    assert "Two more boats" not in cards(world)[card_of(world)].body


ALONE = "nobody else sees it here, and I alert nobody else"


async def test_in_a_direct_room_it_is_said_that_nobody_else_learns_of_it(world: World, rui: Person) -> None:
    room, since = direct(world.person("kate")), len(world.heard)
    kate = Person(world, KATE)
    await kate.says("🚨 Fire at the camp", room=room)
    ref = kate.last.record["ref"]
    assert f"{ref} is in this direct room alone: {ALONE}" in plain(kate.last.body)
    assert "write it again in a room" in kate.last.body and "How bad is it?" in kate.last.body
    question = world.event_of(kate.last)
    digit = next(digit for digit, name in kate.last.record["choices"].items() if name == "very_high")
    await kate.says("", room=room, **replied(digit, question))
    assert ALONE in kate.last.body and "What kind of incident is it?" in kate.last.body
    assert rung(world, since) == [], "to ring the leads would tell them of what they may not read"


async def test_where_others_read_it_nothing_of_that_is_said(world: World, rui: Person) -> None:
    await Person(world, KATE).says("🚨 Fire at the camp")
    assert not any(ALONE in heard.post.body for heard in world.heard if heard.post)
