"""A label before a command, and before a report that is given at once or field by field, is how it is handled."""

from __future__ import annotations

import pytest

from bot.model.reference import Reference

from ..fakes import ROOM
from ..world import Person, World
from .marked import ana, asks, comes, luc, ref, ref_of, stand, world
from .scene import answers, replied

__all__ = ["ana", "luc", "ref", "world"]

FIELDS = "conditions: Barco actions: Equipa needs: Nada"


def reports(world: World) -> list[str]:
    return [post.body for post in stand(world) if post.record["kind"] == "report"]


async def handled(world: World, ref: str) -> str:
    found = await world.store.incident.find(Reference(ref))
    return str(found.handling or "") if found else "-"


@pytest.mark.parametrize("line", ["TLP:AMBER !report can {ref} {fields}", "!report can {ref} TLP:AMBER {fields}",
                                  "[TLP:AMBER] @liaison:example.org report can {ref} {fields}"])  # fmt: skip
async def test_a_report_in_one_line(world: World, ana: Person, luc: Person, ref: str, line: str) -> None:
    await ana.says(line.format(ref=ref, fields=FIELDS))
    assert "Handling: TLP:AMBER" in reports(world)[0].replace("\u2068", "").replace("\u2069", "")
    assert await handled(world, ref) == "TLP:AMBER"


@pytest.mark.parametrize("line", ["TLP:AMBER !report can {ref}", "!report can {ref} TLP:AMBER"])
async def test_a_report_field_by_field(world: World, ana: Person, luc: Person, ref: str, line: str) -> None:
    await ana.says(line.format(ref=ref))
    for words in ("Barco", "Equipa", "Nada"):
        assert ana.last.record["kind"] == "reply" and "choices" in ana.last.record
        await ana.says("", **replied(words, world.event_of(ana.last)))
    assert "TLP:AMBER" in reports(world)[0] and await handled(world, ref) == "TLP:AMBER"


@pytest.mark.parametrize("line", ["TLP:AMBER !report can", "!report can"])
async def test_a_report_that_stands_alone_is_for_those_whom_its_label_leaves(
    world: World, ana: Person, luc: Person, line: str
) -> None:
    await ana.says(f"{line} {FIELDS}")
    report = next(post.record["ref"] for post in stand(world) if post.record["kind"] == "report")
    assert "Barco" in (await asks(luc, f"!report show {report}")).body
    await comes(world, "@kate:example.org", "invite")
    answer = await asks(luc, f"!report show {report}")
    absent = await asks(luc, "!report show BRAVO-7K3Q0")
    hidden = (answer.body, answer.record | {"to": ""}) == (absent.body, absent.record | {"to": ""})
    assert hidden is line.startswith("TLP")


async def test_a_label_that_would_hide_it_from_its_own_room_is_refused(world: World, ana: Person, luc: Person) -> None:
    world.person("kate")
    answer = await asks(ana, f"TLP:AMBER !report can {FIELDS}")
    assert answer.record["error"] == "handling" and reports(world) == []
    assert await world.database.rows("SELECT * FROM report_draft") == []


async def test_a_later_revision_relaxes_nothing(world: World, ana: Person, luc: Person, ref: str) -> None:
    await ana.says(f"TLP:AMBER !report can {ref} {FIELDS}")
    await luc.says(f"TLP:GREEN !report can {ref} conditions: Parado")
    await luc.says(f"!report can {ref} conditions: Parado de novo")
    assert all("TLP:AMBER" in body for body in reports(world)) and len(reports(world)) == 3


@pytest.mark.parametrize("line", ["TLP:RED !report can {ref} {fields}", "!report can TLP:RED {fields}",
                                  "!report can conditions: TLP:RED Barco", "TLP:RED !incident note {ref} Barco",
                                  "TLP:RED 🚨 Barco"])  # fmt: skip
async def test_what_is_red_goes_into_no_record(world: World, ana: Person, luc: Person, ref: str, line: str) -> None:
    answer = await asks(ana, line.format(ref=ref, fields=FIELDS))
    assert answer.record["error"] in ("handling", "bad_argument") and "TLP:RED" in answer.body
    tables = ("report", "report_draft", "question")
    assert [row for table in tables for row in await world.database.rows(f"SELECT * FROM {table}")] == []
    assert len(await world.database.rows("SELECT * FROM entry")) == 1


async def test_an_answer_that_is_red_goes_into_no_record(world: World, ana: Person, luc: Person, ref: str) -> None:
    await ana.says(f"!report can {ref}")
    await ana.says("", **replied("TLP:RED Barco", world.event_of(ana.last)))
    assert ana.last.record["error"] == "bad_argument" and "TLP:RED" in ana.last.body
    [draft] = await world.database.rows("SELECT data FROM report_draft")
    assert "Barco" not in draft["data"]


async def test_other_commands_say_it_with_the_label(world: World, ana: Person, luc: Person, ref: str) -> None:
    await ana.says(f"TLP:AMBER !incident note {ref} Dois a bordo")
    entries = await world.store.incident.entries(Reference(ref))
    assert entries[-1].text == "TLP:AMBER Dois a bordo" and await handled(world, ref) == "TLP:AMBER"
    await ana.says("TLP:AMBER 🚨 Outro barco")
    assert await handled(world, ref_of_title(world, "Outro barco")) == "TLP:AMBER"
    answer = await asks(ana, "TLP:AMBER !incident find barco")
    assert ref in answer.body, "what is looked for has no label"


def ref_of_title(world: World, title: str) -> str:
    return next(str(p.record["ref"]) for p in stand(world) if p.record["kind"] == "card" and title in p.body)


async def test_a_message_that_is_declared_is_handled_as_the_command_says(
    world: World, ana: Person, luc: Person
) -> None:
    message = await luc.says("Um barco no mar")
    await ana.says("", **replied("TLP:AMBER !incident declare type:vessel severity:low", message))
    assert await handled(world, ref_of(world)) == "TLP:AMBER"


async def test_a_late_command_keeps_its_label(world: World, ana: Person, luc: Person) -> None:
    await ana.says(f"TLP:AMBER !report can {FIELDS}", age=600)
    await answers(ana, "run")
    assert "TLP:AMBER" in reports(world)[0]


@pytest.mark.parametrize("said", ["TLP:AMBER Liaison officers meet at nine", "TLP:AMBER !Alto!", "TLP:AMBER /list"])
async def test_what_is_no_command_without_its_label_is_none_with_it(
    world: World, ana: Person, luc: Person, said: str
) -> None:
    await ana.says(said)
    assert not ana.hears(kind="reply") and world.heard[-1].room == ROOM


async def test_a_sentence_that_begins_with_the_name_of_the_bot_is_no_command_behind_a_label(
    world: World, ana: Person, luc: Person
) -> None:
    await ana.says("TLP:AMBER Liaison report from the pier")
    assert not ana.hears(kind="reply") and world.heard[-1].room == ROOM


@pytest.mark.parametrize(
    "line",
    ["TLP:AMBRE !incident note {ref} Joaquim", "!incident note {ref} TLP:AMBRE Joaquim",
     "TLP:AMBRE !report can {ref} {fields}", "!report can {ref} TLP:AMBRE {fields}",
     "!report can {ref} conditions: TLP:AMBRE Joaquim actions: - needs: -",
     "TLP:AMBRE !incident task {ref} Joaquim", "!exercise start TLP:AMBRE Joaquim"],
)  # fmt: skip
async def test_a_label_that_nobody_knows_is_said_to_be_one(world: World, ana: Person, ref: str, line: str) -> None:
    answer = await asks(ana, line.format(ref=ref, fields=FIELDS))
    said = answer.body.replace("\u2068", "").replace("\u2069", "")
    assert "I could not read “TLP:AMBRE” as labels for certain" in said and "TLP:AMBER," in said
    assert answer.record["error"] == "bad_argument" and reports(world) == [] and "Joaquim" not in said
    assert len(await world.store.incident.entries(Reference(ref))) == 1


async def test_what_only_shows_is_shown_all_the_same(world: World, ana: Person, ref: str) -> None:
    assert (await asks(ana, f"TLP:AMBRE !incident show {ref}")).record["ok"]


async def test_nobody_is_advised_to_leave_a_label_out(world: World, ana: Person, luc: Person, ref: str) -> None:
    red = await asks(ana, f"TLP:RED !incident note {ref} Joaquim")
    world.person("kate")
    wide = await asks(ana, f"TLP:AMBER !report can {FIELDS}")
    for answer in (red, wide):
        assert answer.record["error"] == "handling" and "direct room" in answer.body
        assert "without the label" not in answer.body and "kept nothing of it" in answer.body
