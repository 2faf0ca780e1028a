"""Each answer of a guided report is the source of its field: it can be marked and taken back like a message."""

from __future__ import annotations

import pytest

from bot.model.incident import EntryKind
from bot.model.reference import Reference

from ..fakes import ROOM
from ..world import Person, World
from .marked import OTHER, ana, asks, luc, ref, stand, world
from .scene import reacted, redacted, replied

__all__ = ["ana", "luc", "ref", "world"]

ANSWERS = ("Barco virado", "Equipa a caminho", "Nada")


async def held(world: World) -> str:
    """Return all that the database holds of reports, and the audit log of what was done."""
    tables = ("report", "report_wording", "report_draft", "question", "audit_content")
    rows = [tuple(row) for table in tables for row in await world.database.rows(f"SELECT * FROM {table}")]
    return " ".join(
        one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for row in rows for one in row
    )


async def begins(person: Person, ref: str, *answers: str) -> list[str]:
    """Let somebody begin a report and answer what is asked; return the messages of the answers."""
    await person.says(f"!report can {ref}")
    return [await person.says("", **replied(said, person.world.event_of(person.last))) for said in answers]


def posts(world: World) -> list[str]:
    return [post.body for post in stand(world) if post.record["kind"] == "report"]


async def marks(person: Person, label: str, message: str) -> None:
    await person.says("", **replied(label, message))


@pytest.mark.parametrize("turn", [0, 1, 2])
async def test_the_report_is_marked_as_any_of_its_answers(
    world: World, ana: Person, luc: Person, ref: str, turn: int
) -> None:
    messages = await begins(ana, ref, *ANSWERS)
    assert "virado" in posts(world)[0]
    await marks(ana, "TLP:RED", messages[turn])
    assert posts(world) == [] and not ana.hears("I do not know that message")
    assert "virado" not in (await asks(luc, f"!report show {ref}")).body
    assert "withheld under its label (TLP:RED)" in (await asks(luc, f"!incident timeline {ref}")).body
    await marks(ana, "TLP:GREEN", messages[turn - 1])
    assert "virado" not in (await asks(luc, f"!report show {ref}")).body, "another answer relaxes nothing"
    await marks(ana, "TLP:GREEN", messages[turn])
    assert "virado" in (await asks(luc, f"!report show {ref}")).body


async def test_an_answer_that_is_marked_while_more_is_asked_marks_the_report(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    await ana.says(f"!report can {ref}")
    question = world.event_of(ana.last)
    message = await ana.says("", **replied(ANSWERS[0], question))
    question = world.event_of(ana.last)
    await marks(ana, "TLP:RED", message)
    assert not ana.hears("I do not know that message")
    for said in ANSWERS[1:]:
        await ana.says("", **replied(said, question))
        question = world.event_of(ana.last)
    assert posts(world) == [] and "virado" not in (await asks(luc, f"!report show {ref}")).body
    await marks(ana, "TLP:GREEN", message)
    assert "virado" in (await asks(luc, f"!report show {ref}")).body


@pytest.mark.parametrize("turn", [0, 1, 2])
async def test_an_answer_that_is_taken_back_empties_its_field_alone(
    world: World, ana: Person, luc: Person, ref: str, turn: int
) -> None:
    messages = await begins(ana, ref, *ANSWERS)
    await ana.says("", **redacted(messages[turn]))
    kept = [said for at, said in enumerate(ANSWERS) if at != turn]
    found = " ".join(str(tuple(row)) for row in await world.database.rows("SELECT * FROM report"))
    assert ANSWERS[turn] not in await held(world) and all(said in found for said in kept)
    answer = (await asks(ana, f"!report show {ref}")).body
    assert "taken back" in answer and all(said in answer for said in kept) and posts(world) == []
    kinds = [entry.kind for entry in await world.store.incident.entries(Reference(ref))]
    assert kinds == [EntryKind.DECLARED, EntryKind.REPORT, EntryKind.WITHDRAWN]


async def test_an_answer_goes_from_later_revisions_that_repeat_it(world: World, ana: Person, ref: str) -> None:
    messages = await begins(ana, ref, *ANSWERS)
    await ana.says(f"!report can {ref} actions: Equipa no local")
    await ana.says("", **redacted(messages[0]))
    assert "virado" not in await held(world)
    answer = (await asks(ana, f"!report show {ref}")).body
    assert "Equipa no local" in answer and "Nada" in answer and "taken back" in answer


async def test_an_answer_that_is_taken_back_meanwhile_is_asked_again(world: World, ana: Person, ref: str) -> None:
    await ana.says(f"!report can {ref}")
    messages = [await ana.says("", **replied(said, world.event_of(ana.last))) for said in ANSWERS[:2]]
    question = world.event_of(ana.last)
    await ana.says("", **redacted(messages[0]))
    assert "virado" not in await held(world)
    await ana.says("", **replied(ANSWERS[2], question))
    assert await world.database.rows("SELECT * FROM report") == [] and ana.hears("Conditions?")


async def test_what_begins_a_report_is_the_source_of_what_it_says(world: World, ana: Person, ref: str) -> None:
    message = await ana.says(f"!report can {ref} conditions: Barco virado")
    for said in ANSWERS[1:]:
        await ana.says("", **replied(said, world.event_of(ana.last)))
    assert "virado" in posts(world)[0]
    await ana.says("", **redacted(message))
    assert "virado" not in await held(world) and "Nada" in await held(world)


@pytest.mark.parametrize("on", ["command", "post"])
async def test_one_that_belongs_to_no_incident_is_marked_afterwards(
    world: World, ana: Person, luc: Person, on: str
) -> None:
    message = await ana.says("!report can conditions: Barco virado actions: Nada needs: Nada")
    [shown] = [post for post in stand(world) if post.record["kind"] == "report"]
    report, event = shown.record["ref"], message if on == "command" else world.event_of(shown)
    assert "virado" in (await asks(luc, f"!report show {report}")).body
    await luc.says("", **reacted("🌐", world.event_of(shown)))
    await marks(luc, "TLP:RED", event)
    assert luc.hears("marked this message") and not luc.hears("I do not know that message")
    assert not any("virado" in post.body for post in stand(world)), "its posts, and the answers that said it again"
    absent = await asks(luc, "!report show BRAVO-7K3Q0")
    answer = await asks(luc, f"!report show {report}")
    assert (answer.body, answer.record["error"]) == (absent.body, "not_found")
    assert not (await asks(luc, f"!report can {report} needs: Um barco")).record["ok"], "nor is it revised"
    made = await world.database.rows("SELECT text FROM report_wording")
    assert not any("overturned" in row["text"] or "virado" in row["text"] for row in made), "no translation is kept"
    await marks(luc, "TLP:GREEN", event)
    assert luc.hears(ok=False, error="handling")
    await marks(ana, "TLP:GREEN", event)
    assert "virado" in (await asks(luc, f"!report show {report}")).body, "who gave it decides"
    await marks(luc, "TLP:RED", event)
    assert luc.hears(ok=False, error="handling")


async def test_what_one_revision_is_marked_all_are(world: World, ana: Person, luc: Person) -> None:
    first = await ana.says("!report can conditions: Barco virado actions: Nada needs: Nada")
    report = next(post.record["ref"] for post in stand(world) if post.record["kind"] == "report")
    second = await luc.says(f"!report can {report} needs: Um barco")
    await marks(ana, "TLP:RED", first)
    assert posts(world) == [] and not (await asks(luc, f"!report show {report}")).record["ok"]
    await marks(luc, "TLP:GREEN", second)
    assert not (await asks(luc, f"!report show {report}")).record["ok"], "the next one relaxes nothing"
    await marks(ana, "TLP:CLEAR", first)
    assert "virado" in (await asks(luc, f"!report show {report}")).body


async def test_another_rooms_report_is_not_marked(world: World, ana: Person, luc: Person) -> None:
    message = await ana.says("!report can conditions: Barco virado actions: Nada needs: Nada")
    world.rooms.joined[OTHER] = [*world.rooms.joined[ROOM]]
    await luc.says("", **replied("TLP:RED", message), room=OTHER)
    assert await world.database.rows("SELECT * FROM report_mark") == [] and "virado" in posts(world)[0]


async def test_what_was_begun_before_a_report_was_marked_repeats_nothing_of_it(
    world: World, ana: Person, luc: Person
) -> None:
    message = await ana.says("!report can conditions: Barco virado actions: Nada needs: Nada")
    report = next(post.record["ref"] for post in stand(world) if post.record["kind"] == "report")
    await luc.says(f"!report can {report}")
    question = world.event_of(luc.last)
    await marks(ana, "TLP:RED", message)
    said = len(world.heard)
    for words in ("Barco parado", "Equipa no local", "Um barco"):
        await luc.says("", **replied(words, question))
        question = world.event_of(luc.last)
    after = [heard.post for heard in world.heard[said:] if heard.post]
    assert not any("virado" in post.body or report in post.body for post in after)
    [given] = [post for post in after if post.record["kind"] == "report"]
    assert "parado" in given.body and given.record["ref"] != report, "it stands for itself"
    assert not (await asks(luc, f"!report show {report}")).record["ok"]
