"""With a message that is taken back go its words from all that records have made of it; what is in codes stays."""

from __future__ import annotations

import pytest

from bot.model.incident import EntryKind, Severity
from bot.model.reference import Reference

from ..fakes import ROOM
from ..world import Person, World
from .marked import ana, asks, cards, comes, direct, luc, ref, ref_of, stand, world
from .scene import answers, card_of, reacted, redacted, replied

__all__ = ["ana", "luc", "ref", "world"]

K = EntryKind
WORDS = "Quatro homens armados"
SAYS = {
    K.SEVERITY: "!incident severity {ref} very_high {words}",
    K.DECISION: "!incident decide {ref} Fechar rationale: {words}",
    K.CLOSED: "!incident close {ref} resolved {words}",
    K.TASK: "!incident task {ref} {words}",
    K.PLACE: '!incident place {ref} 41.1,-8.1 note:"{words}"',
    K.NOTE: "!incident note {ref} {words}",
}


async def held(world: World) -> str:
    """Return all that the database holds of incidents, and the audit log of what was done."""
    tables = ("incident", "entry", "wording", "searched", "question", "audit_content")
    rows = [tuple(row) for table in tables for row in await world.database.rows(f"SELECT * FROM {table}")]
    return " ".join(
        one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for row in rows for one in row
    )


async def seen(person: Person, ref: str) -> str:
    """Return all that somebody gets who asks for everything about the incident, and what stands in the room."""
    lines = (f"incident timeline {ref}", f"incident show {ref}", "incident list", "incident find armados", "task list")
    found = [await asks(person, f"!{line}") for line in lines]
    said = [post for post in stand(person.world) if post.record["kind"] not in ("translation", "relay")]
    return " ".join(f"{post.body} {post.record}" for post in (*found, *said))


@pytest.mark.parametrize("kind", SAYS)
async def test_the_words_of_an_entry_go(world: World, ana: Person, luc: Person, ref: str, kind: EntryKind) -> None:
    message = await ana.says(SAYS[kind].format(ref=ref, words=WORDS))
    if kind is not K.CLOSED:
        assert "armados" in await seen(luc, ref)
    await ana.says("", **redacted(message))
    assert "armados" not in await held(world) and "armados" not in await seen(luc, ref)
    entries = await world.store.incident.entries(Reference(ref))
    assert [one.kind for one in entries] == [K.DECLARED, kind, K.WITHDRAWN] and entries[2].corrects == 2
    assert ", taken back" in (await asks(luc, f"!incident timeline {ref}")).body
    incident = await world.store.incident.find(Reference(ref))
    assert incident and (incident.severity is Severity.VERY_HIGH) is (kind is K.SEVERITY)


async def test_why_it_was_reopened_and_what_came_of_a_task_go(world: World, ana: Person, luc: Person, ref: str) -> None:
    await ana.says(f"!incident task {ref} Cercar a zona")
    task = next(post.record["ref"] for post in stand(world) if post.record.get("of") == "task")
    done = await ana.says(f"!task done {task} {WORDS}")
    await ana.says(f"!incident close {ref} resolved")
    again = await ana.says(f"!incident reopen {ref} Dois barcos armados")
    for message in (done, again):
        await ana.says("", **redacted(message))
    assert "armados" not in await held(world) and "armados" not in await seen(luc, ref)
    assert "Cercar" in await held(world)


async def test_a_title_goes_and_the_reference_stays(world: World, ana: Person, luc: Person) -> None:
    message = await ana.says(f"🚨 {WORDS}")
    ref = ref_of(world)
    assert "armados" in await seen(luc, ref)
    await ana.says("", **redacted(message))
    assert "armados" not in await held(world) and "armados" not in await seen(luc, ref)
    assert all("The title was taken back." in post.body and ref in post.body for post in cards(world))
    listed = await asks(luc, "!incident list")
    assert ref in listed.body and "The title was taken back." in listed.body
    assert "declared, taken back" in (await asks(luc, f"!incident timeline {ref}")).body


async def test_all_of_what_a_title_could_not_hold_goes(world: World, ana: Person, luc: Person) -> None:
    message = await ana.says(f"🚨 {WORDS}. " + "Duas lanchas rápidas a norte do farol. " * 8)
    await ana.says("", **redacted(message))
    assert "armados" not in await held(world) and "lanchas" not in await held(world)


async def test_what_was_declared_from_a_message_goes_with_it(world: World, ana: Person, luc: Person) -> None:
    message = await luc.says(f"{WORDS}. " + "Duas lanchas rápidas a norte do farol. " * 8)
    await ana.says("", **replied("!incident declare type:vessel severity:high", message))
    ref = ref_of(world)
    await luc.says("", **redacted(message))
    assert "armados" not in await held(world) and "lanchas" not in await held(world)
    assert "The title was taken back." in (await asks(ana, f"!incident show {ref}")).body


async def test_a_pin_outlives_its_message(world: World, ana: Person, luc: Person, ref: str) -> None:
    message = await luc.says(WORDS)
    await ana.says("", **reacted("📌", message))
    await answers(ana, ref)
    await luc.says("", **redacted(message))
    assert "armados" in (await asks(ana, f"!incident timeline {ref}")).body


async def test_another_room_takes_back_nothing(world: World, ana: Person, luc: Person, ref: str) -> None:
    message = await ana.says(SAYS[K.SEVERITY].format(ref=ref, words=WORDS))
    await ana.says("", room="!elsewhere:example.org", **redacted(message))
    assert "armados" in await held(world)


async def test_what_was_said_in_a_direct_room_is_taken_back_there(world: World, ana: Person, ref: str) -> None:
    room = direct(ana)
    message = await ana.says(SAYS[K.SEVERITY].format(ref=ref, words=WORDS), room=room)
    assert "armados" in await held(world)
    await ana.says("", room=room, **redacted(message))
    assert "armados" not in await held(world)


async def test_a_change_whose_words_are_gone_can_be_undone(world: World, ana: Person, ref: str) -> None:
    message = await ana.says(SAYS[K.SEVERITY].format(ref=ref, words=WORDS))
    await ana.says("", **redacted(message))
    await ana.says("!incident undo")
    incident = await world.store.incident.find(Reference(ref))
    assert incident and incident.severity is Severity.HIGH


async def test_who_comes_later_gets_a_card_without_the_title(world: World, ana: Person) -> None:
    message = await ana.says(f"🚨 {WORDS}")
    await ana.says("", **redacted(message))
    await comes(world, "@eva-pn:example.org", "join", ROOM)
    assert card_of(world) and all("armados" not in post.body for post in cards(world))


@pytest.mark.parametrize("line", [SAYS[K.SEVERITY], "!report can {ref} conditions: {words} actions: - needs: Nada"])
async def test_the_words_of_a_late_command_go_with_the_message_that_held_them(
    world: World, ana: Person, luc: Person, ref: str, line: str
) -> None:
    message = await ana.says(line.format(ref=ref, words=WORDS), age=600)
    await answers(ana, "run")
    assert "armados" in await held(world) + str([tuple(r) for r in await world.database.rows("SELECT * FROM report")])
    await ana.says("", **redacted(message))
    reports = str([tuple(row) for row in await world.database.rows("SELECT * FROM report")])
    assert "armados" not in await held(world) and "armados" not in reports


async def test_the_words_of_a_change_that_was_insisted_on_go_with_their_message(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    await luc.says(f"!incident place {ref} 41.1,-8.1")
    message = await ana.says(f'!incident place {ref} 41.2,-8.2 note:"{WORDS}"')
    await answers(ana, "yes")
    assert "armados" in await held(world)
    await ana.says("", **redacted(message))
    assert "armados" not in await held(world)


ANSWERED = [
    "incident severity {ref} low Calmo", "incident place {ref} 41.1,-8.1", "incident lead {ref}",
    "incident status {ref} contained", "incident validate {ref}",
]  # fmt: skip


async def test_answers_stay_that_quote_nobody(world: World, ana: Person, luc: Person, ref: str) -> None:
    message = await ana.says(f"!incident note {ref} {WORDS}")
    kept = [await asks(luc, "!" + line.format(ref=ref)) for line in ANSWERED if "lead" not in line]
    gone = [await asks(luc, f"!incident {verb} {ref}") for verb in ("timeline", "show")]
    await ana.says("", **redacted(message))
    standing = stand(world)
    assert all(post in standing for post in kept) and not any(post in standing for post in gone)
    assert "armados" not in " ".join(post.body for post in standing)
