"""For what purpose somebody reads what is sensitive: stated once a person and record, before anything is shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import pytest_asyncio

from bot.config.sections import HandlingRules
from bot.model.handling import Mark, label_of
from bot.model.purpose import sensitive
from bot.model.reference import Reference
from bot.model.room import RoomSettings, Use
from bot.services.retention import RetentionService
from commands import COMMANDS

from ..fakes import ROOM
from ..handover.scene import begun
from ..incident.marked import LEADS, TITLE, asks, direct, leads, logged, marks, ref_of
from ..incident.scene import reacted, redacted, replied
from ..world import Person, World

SECRET = "Armas na cave"
ASKED = "For what purpose do you read this?"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A task force in which H1, and TLP:AMBER+STRICT and stricter, ask for a purpose; its leads may do all."""
    rules = HandlingRules(purpose_for=("TLP:AMBER+STRICT", "H1"), purpose_hours=24)
    config = leads()
    roles = config.roles.model_copy(update={"auditor": LEADS, "admin": LEADS, "coordinator": LEADS})
    world = World(tmp_path / "liaison.db", config.model_copy(update={"handling": rules, "roles": roles}))
    await world.start()
    async with world.store.transaction():
        await world.store.room.save(ROOM, RoomSettings(use=Use.AUDIT), world.clock.now())
    yield world
    await world.stop()


@pytest.fixture
def ana(world: World) -> Person:
    """Return a lead of the originator."""
    return world.person("ana", "PRT-GNR")


@pytest_asyncio.fixture
async def ref(world: World, ana: Person) -> str:
    """Return the reference of an incident with a note, which is sensitive."""
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high")
    ref = ref_of(world)
    await ana.says(f"!incident note {ref} {SECRET}")
    await marks(world, ref, "H1")
    return ref


async def answers(person: Person, digit: str, post: Any, room: str = ROOM) -> Any:
    """Let somebody answer a question; return what the bot answers."""
    said = await person.says("", room=room, **replied(digit, person.world.event_of(post)))
    return next(h.post for h in person.world.heard if h.kind == "reply" and h.cause == said)


def question(world: World, about: Any) -> Any:
    """Return the question that was asked with an answer."""
    return next(
        h.post
        for h in reversed(world.heard)
        if h.post and "choices" in h.post.record and h.post.record.get("to", about.record["to"]) == about.record["to"]
    )


async def states(person: Person, about: Any, code: str, room: str = ROOM) -> Any:
    """Let somebody state a purpose by its digit; return what the bot answers."""
    asked = question(person.world, about)
    digit = next(digit for digit, one in asked.record["choices"].items() if one == code)
    return await answers(person, digit, asked, room)


async def test_nothing_is_shown_before_a_purpose_is_stated_then_all_of_it(world: World, ana: Person, ref: str) -> None:
    answer = await asks(ana, f"!incident timeline {ref}")
    assert ASKED in answer.body and not answer.record["ok"] and answer.record["error"] == "handling"
    assert SECRET not in answer.body and not await logged(world, "record.shown")
    shown = await states(ana, answer, "investigation")
    assert SECRET in shown.body and shown.record["ok"]
    [logged_read] = await logged(world, "record.shown")
    assert logged_read["stated"][ref]["purpose"] == "investigation"
    [stated] = await logged(world, "purpose.stated")
    assert stated["purpose"] == "investigation" and stated["refs"] == [ref]


async def test_it_is_asked_once_a_person_and_record_and_holds_a_day(world: World, ana: Person, ref: str) -> None:
    rui = world.person("rui", "PRT-GNR")
    await states(ana, await asks(ana, f"!incident timeline {ref}"), "operation")
    assert SECRET in (await asks(ana, f"!incident timeline {ref}")).body
    assert ASKED in (await asks(rui, f"!incident timeline {ref}")).body
    await ana.says(f"!incident declare {TITLE} dois type:vessel severity:high")
    other = next(h.post.record["ref"] for h in reversed(world.heard) if h.kind == "card" and h.post)
    await marks(world, other, "H1")
    assert ASKED in (await asks(ana, f"!incident show {other}")).body
    world.clock.passes(minutes=24 * 60 + 1)
    assert ASKED in (await asks(ana, f"!incident timeline {ref}")).body


async def test_it_is_stated_in_words_by_an_option_and_stands_in_the_log(world: World, ana: Person, ref: str) -> None:
    answer = await asks(ana, f"!incident timeline {ref} purpose:inquérito 12/26")
    assert SECRET in answer.body
    [stated] = await logged(world, "purpose.stated")
    assert stated["text"] == "inquérito 12/26"
    [shown] = await logged(world, "record.shown")
    assert shown["stated"][ref]["purpose"] == "words"
    assert SECRET in (await asks(ana, f"!incident timeline {ref}")).body
    assert "In your own words" in (await asks(ana, "!purpose")).body


async def test_a_purpose_of_a_letter_is_none(world: World, ana: Person, ref: str) -> None:
    answer = await asks(ana, f"!incident timeline {ref} purpose:x")
    assert not answer.record["ok"] and SECRET not in answer.body and not await logged(world, "purpose.stated")


async def test_words_in_an_error_say_nothing_for_what_is_done_later(world: World, ana: Person, ref: str) -> None:
    await asks(ana, "!incident show BRAVO-7K3Q0 purpose:inquérito")
    assert ASKED in (await asks(ana, f"!incident timeline {ref}")).body


async def test_what_is_not_sensitive_is_shown_at_once(world: World, ana: Person) -> None:
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high")
    ref = ref_of(world)
    await marks(world, ref, "TLP:AMBER")
    assert TITLE in (await asks(ana, f"!incident show {ref}")).body


async def test_what_changes_something_is_done_and_shows_nothing(world: World, ana: Person, ref: str) -> None:
    heard = len(world.heard)
    answer = await asks(ana, f"!incident note {ref} Mais uma coisa")
    assert answer.record["ok"] and "That is done" in answer.body and TITLE not in answer.body
    found = await world.store.incident.entries(Reference(ref))
    assert found[-1].text == "Mais uma coisa"
    assert not [h for h in world.heard[heard:] if h.kind == "reply" and h.post and TITLE in h.post.body]
    assert "Ask for it again" in (await states(ana, answer, "operation")).body
    assert SECRET in (await asks(ana, f"!incident timeline {ref}")).body


async def test_a_part_that_is_sensitive_asks_for_a_purpose_as_well(world: World, ana: Person) -> None:
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high")
    ref = ref_of(world)
    note = await ana.says(f"!incident note {ref} {SECRET}")
    await ana.says("", **replied("H1", note))
    assert ASKED in (await asks(ana, f"!incident timeline {ref}")).body


async def test_a_reaction_shows_nothing_before_that(world: World, ana: Person, ref: str) -> None:
    luc = world.person("luc", "FRA-PN")
    await luc.says("!language pl")
    card = next(f"$sent{n}" for n, h in enumerate(world.heard, 1) if h.kind == "card")
    heard = len(world.heard)
    await luc.says("", **reacted("🌐", card))
    assert not [h for h in world.heard[heard:] if h.kind == "reply"]
    await states(luc, await asks(luc, f"!incident show {ref}"), "operation")
    heard = len(world.heard)
    await luc.says("", **reacted("🌐", card))
    assert [h for h in world.heard[heard:] if h.kind == "reply" and h.post and h.post.record["ok"]]


async def test_a_command_that_waits_goes_with_its_message_and_after_a_day(world: World, ana: Person, ref: str) -> None:
    async def kept() -> int:
        rows = await world.database.rows("SELECT data FROM question WHERE data LIKE '%Armas na cave%'")
        return len(rows)

    words = f"!incident find {SECRET}"
    said = await ana.says(words)
    asked = ana.last
    assert await kept() == 1
    await ana.says("", **redacted(said))
    assert await kept() == 0
    assert not (await answers(ana, next(iter(asked.record["choices"])), asked)).record["ok"]
    await ana.says(words)
    assert await kept() == 1
    world.pulse.skew, world.pulse.synced_at = 0.0, world.clock.now() + timedelta(days=1, minutes=1)
    world.clock.passes(minutes=24 * 60 + 1)
    keys = cast(Any, SimpleNamespace(forget=lambda _ids: None))
    retention = RetentionService(world.current, world.store, keys, world.pulse, world.services.audit)
    await retention.purge(world.clock.now())
    assert await kept() == 0


async def test_only_whoever_is_asked_may_answer(world: World, ana: Person, ref: str) -> None:
    rui = world.person("rui", "PRT-GNR")
    answer = await asks(ana, f"!incident timeline {ref}")
    asked = question(world, answer)
    refused = await answers(rui, next(iter(asked.record["choices"])), asked)
    assert not refused.record["ok"] and SECRET not in refused.body
    assert ASKED in (await asks(rui, f"!incident timeline {ref}")).body


SHOWS = {
    "incident list": "incident list",
    "incident find": "incident find Armas",
    "incident show": "incident show {ref}",
    "incident timeline": "incident timeline {ref}",
    "incident note": "incident note {ref} Fim",
    "incident undo": "incident undo {ref}",
    "incident assign": "incident assign {ref} scribe @rui:gnr.example",
    "incident severity": "incident severity {ref} low Engano",
    "incident status": "incident status {ref} contained",
    "incident lead": "incident lead {ref}",
    "incident place": 'incident place {ref} "41.15, -8.61"',
    "incident validate": "incident validate {ref}",
    "incident close": "incident close {ref} resolved Fim",
    "incident reopen": "incident reopen {ref} Outra vez",
    "incident link": "incident link {ref} {other}",
    "incident parent": "incident parent {ref} of:{other}",
    "incident duplicate": "incident duplicate {ref} of:{other}",
    "incident checklist": "incident checklist {ref}",
    "incident task": "incident task {ref} Ver a cave",
    "incident decide": "incident decide {ref} Esperar",
    "task list": "task list {ref}",
    "task take": "task take {task}",
    "task assign": "task assign {task} @rui:gnr.example",
    "task due": "task due {task} 20:00Z",
    "task done": "task done {task} feito",
    "ack": "ack {ref}",
    "digest now": "digest now",
    "report can": "report can {ref} conditions: Calmo actions: Vigiar needs: Nada",
    "report methane": "report methane {ref}",
    "report salute": "report salute {ref}",
    "report sitrep": "report sitrep {ref}",
    "report 9line": "report 9line {ref}",
    "report spot": "report spot {ref} text: Nada",
    "report show": "report show {ref}",
    "shift log": "shift log",
    "mark": "mark {ref} H1 H2",
    "release": "release {ref} to FRA-PN",
    "recall": "recall {ref}",
    "review": "review {ref}",
    "review comment": "review comment {ref} Melhor assim",
    "review action": "review action {ref} Treinar for:@rui:gnr.example",
    "review publish": "review publish {ref}",
    "hold": "hold {ref}",
    "hold list": "hold list",
    "hold show": "hold show {ref}",
    "hold lift": "hold lift {ref} Fim",
}
"""A line for each command whose answers show something of records."""
OTHERS = "help about status privacy language timezone translate say room term remind shift checkin patrol handover"
OF_OTHER_THINGS = {*OTHERS.split(), "briefing", "sir", "exercise", "purpose", "genuine", "identity", "lost", "audit"}
OF_OTHER_THINGS |= {"digest", "incident", "purge", "export"}
"""Nouns whose other commands show no incident by themselves. What handovers, agendas and minutes say of incidents
passes the same step: `Reply.shows`, or `showing`."""


def test_every_command_is_looked_at() -> None:
    unknown = {command.name for command in COMMANDS} - {*SHOWS}
    assert {name for name in unknown if name.partition(" ")[0] not in OF_OTHER_THINGS} == set()
    others = {"incident declare", "incident pin", "incident export"}
    assert {name for name in unknown if name.startswith("incident ")} == others
    assert {name for name in unknown if name.startswith("digest ")} == {"digest daily", "digest shift", "digest off"}
    assert {*SHOWS} <= {command.name for command in COMMANDS}


@pytest.mark.parametrize("line", SHOWS.values(), ids=SHOWS.keys())
@pytest.mark.parametrize("alone", [False, True], ids=["room", "direct"])
async def test_no_command_shows_anything_of_it(world: World, ana: Person, ref: str, line: str, alone: bool) -> None:
    world.person("rui", "PRT-GNR")
    made = await asks(ana, f"!incident task {ref} Ver a cave")
    task = next(h.post.record["ref"] for h in world.heard if h.post and h.post.record.get("of") == "task")
    await ana.says("!incident declare Carro na ponte type:vehicle severity:low")
    other = next(h.post.record["ref"] for h in reversed(world.heard) if h.kind == "card" and h.post)
    assert made.record["ok"]
    world.clock.passes(minutes=3)
    room = direct(ana) if alone else ROOM
    heard = len(world.heard)
    await ana.says("!" + line.format(ref=ref, other=other, task=task), room=room)
    answers = [h.post for h in world.heard[heard:] if h.post and h.kind in ("reply", "digest", "report", "file")]
    assert answers
    for post in answers:
        assert all(word not in post.body + (post.html or "") for word in (TITLE, SECRET, "Ver a cave"))
    read = [one for one in await logged(world, "record.shown") if ref in one["refs"] and one["purpose"] == "reading"]
    assert not read


async def test_what_a_handover_says_of_it_asks_as_well(world: World) -> None:
    scene = await begun(world)
    world.rooms.joined[ROOM].remove(scene.lead.user_id)
    ref = await scene.declared()
    handover = await scene.started()
    await marks(world, ref, "H1")
    answer = await asks(scene.rui, f"!handover show {handover}")
    assert ASKED in answer.body and "Barco" not in answer.body
    shown = await states(scene.rui, answer, "operation")
    assert shown.record["ok"] and "Barco" in shown.body


def test_a_colour_stands_for_all_that_are_stricter() -> None:
    classes = ("TLP:AMBER+STRICT", "H1")
    of = {text: sensitive(Mark(label_of(text)), classes) for text in ("TLP:AMBER", "TLP:RED", "H2", "H1", "TLP:GREEN")}
    assert of == {"TLP:AMBER": False, "TLP:RED": True, "H2": False, "H1": True, "TLP:GREEN": False}
    assert not sensitive(Mark(None), classes)
