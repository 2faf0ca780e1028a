"""Checklists: what applies is shown, ticked off by digits or numbers, each tick an entry."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.i18n import Catalogues
from bot.model.incident import EntryKind

from ..duties import chooses, kinds, logged, ref_of, replied
from ..fakes import configuration
from ..world import Person, World
from ..world import world as world

OWN = """
vessel = [
    { text = "Call the harbour master" },
    { code = "markings" },
    { text = "Ask the pilot boat", when = "severity >= high and not validated" },
]
"""


@pytest.fixture
def kate(world: World) -> Person:
    return world.person("kate")


async def declared(world: World, kate: Person, *said: str) -> str:
    await kate.says(f"!incident declare Boat {' '.join(said)}")
    return ref_of(world, "incident")


async def test_it_is_ticked_off_digit_by_digit(world: World, kate: Person) -> None:
    ref = await declared(world, kate, "type:aircraft", "severity:low")
    await kate.says(f"!incident checklist {ref}")
    assert kate.hears("what is done?", ok=True, ref=ref, command="incident checklist")
    for left in (4, 3, 2, 1):
        choices = kate.last.record["choices"]
        assert len(choices) == left
        await chooses(kate, kate.last, next(iter(choices.values())))
    assert kate.hears("all of it is done", ok=True) and kate.last.body.count("☑") == 4
    assert (await kinds(world))[1:] == [EntryKind.CHECKED] * 4
    assert (await logged(world)).count("incident.checked") == 4
    await kate.says(f"!incident timeline {ref}")
    assert kate.hears("Take photographs, and note the times.")


def numbers(kate: Person) -> dict[str, str]:
    """Return the items that are open by the numbers behind which the list has them; each stands there once."""
    body = kate.last.body.replace("\u2068", "").replace("\u2069", "")
    found = re.findall(r"^(?:• )?(\d+) (?!more item)(?:☐ )?([^☑\n]+)$", body, re.M)
    assert len({item for _number, item in found}) == len({number for number, _item in found}) == len(found)
    return dict(found)


async def test_an_item_has_one_number_which_its_digit_is(world: World, kate: Person) -> None:
    ref = await declared(world, kate, "type:vessel", "severity:high")
    await kate.says(f"!incident checklist {ref}")
    before, choices = numbers(kate), kate.last.record["choices"]
    assert len(before) > len(choices) == 5 and f"{len(before) - 5} more item" in kate.last.body
    assert f"!incident checklist {ref} item:6" in kate.last.body
    await chooses(kate, kate.last, choices["1"])
    assert numbers(kate) == {number: item for number, item in before.items() if number != "1"}
    assert kate.last.record["choices"]["3"] == choices["3"] and "1" not in kate.last.record["choices"]
    await kate.says("3", **replied("3", world.event_of(kate.last)))
    assert f"3 ☑ {before['3']} (" in kate.last.body.replace("\u2068", "").replace("\u2069", "")
    await kate.says(f"!incident checklist {ref} item:6")
    assert "6 ☑ " in kate.last.body and "6" not in numbers(kate)


async def test_digits_of_other_questions_are_no_items(world: World, kate: Person) -> None:
    ref = await declared(world, kate, "type:vessel")
    taken = kate.last.record["choices"]
    await kate.says(f"!incident checklist {ref}")
    offered = kate.last.record["choices"]
    assert taken and offered and not {*taken} & {*offered}
    assert f"!incident checklist {ref} item:1" in kate.last.body
    assert [*numbers(kate)] == [*taken, *(str(n) for n in range(1, 9) if str(n) in offered)]


async def test_it_is_ticked_off_by_its_number(world: World, kate: Person) -> None:
    ref = await declared(world, kate, "type:crossing", "severity:low")
    await kate.says(f"!incident checklist {ref} item:2")
    assert "2 ☑ Ask who is hurt" in kate.last.body.replace("\u2068", "").replace("\u2069", "")
    await kate.says(f"!incident checklist {ref} item:2")
    assert kate.hears("ticked off already", ok=False, error="conflict")
    await kate.says(f"!incident checklist {ref} item:9")
    assert kate.hears("from 1 to 5", ok=False, error="bad_argument")
    assert (await kinds(world))[1:] == [EntryKind.CHECKED]


async def test_what_does_not_apply_is_not_shown_unless_it_is_done(world: World, kate: Person) -> None:
    ref = await declared(world, kate, "type:crossing", "severity:high")
    await kate.says(f"!incident checklist {ref} item:7")
    assert "Tell the neighbouring posts" in kate.last.body
    await world.receives("@lead:example.org", f"!incident severity {ref} low Calm now")
    await world.settles()
    await kate.says(f"!incident checklist {ref}")
    assert "Tell the neighbouring posts" in kate.last.body and "blankets" not in kate.last.body


async def test_a_digit_for_what_has_changed_meanwhile_ticks_nothing(world: World, kate: Person) -> None:
    rui = world.person("rui")
    ref = await declared(world, kate, "type:vessel", "severity:low")
    await kate.says(f"!incident checklist {ref}")
    asked = kate.last
    await rui.says(f"!incident checklist {ref} item:1")
    await chooses(kate, asked, "position")
    assert kate.hears("ticked off already", ok=False, error="conflict")
    assert (await kinds(world)).count(EntryKind.CHECKED) == 1


async def test_it_says_the_same_in_every_language(world: World, kate: Person) -> None:
    world.catalogues = Catalogues.load()
    ref = await declared(world, kate, "type:vessel", "severity:low")
    ana = world.person("ana", "PRT-GNR")
    await ana.says(f"!incident checklist {ref}")
    assert "machine" not in ana.last.body and not world.translator.asked[1:]


async def test_the_task_forces_own_items_are_translated(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN)
    world = World(tmp_path / "liaison.db", configuration(incident={"checklists_file": tmp_path / "own.toml"}))
    await world.start()
    try:
        kate, luc = world.person("kate"), world.person("luc", "FRA-PN")
        ref = await declared(world, kate, "type:vessel", "severity:high")
        await luc.says(f"!incident checklist {ref}")
        body = luc.last.body.replace("\u2068", "").replace("\u2069", "")
        assert "1 Call the harbour master (en to fr) (machine translation)" in body
        assert "2 Enter its name" in body and "3 Ask the pilot boat" in body and "4 " not in body.split("3 Ask")[1]
        await chooses(luc, luc.last, next(iter(luc.last.record["choices"].values())))
        assert "1 ☑ Call the harbour master (en to fr)" in luc.last.body.replace("\u2068", "").replace("\u2069", "")
        await kate.says(f"!incident checklist {ref}")
        assert "Call the harbour master" in kate.last.body and "machine" not in kate.last.body
    finally:
        await world.stop()


@pytest.mark.parametrize(
    ("typed", "error", "words"),
    [
        ("!incident checklist", "bad_argument", "which incident"),
        ("!incident checklist BRAVO-7K3Q0", "not_found", "no such incident"),
        ("!incident checklist BRAVO-7K3Q1", "not_found", "slip"),
        ("!incident checklist {ref} item:x", "bad_argument", "whole number"),
    ],
)
async def test_what_cannot_be_is_said(world: World, kate: Person, typed: str, error: str, words: str) -> None:
    ref = await declared(world, kate, "type:other", "severity:low")
    await kate.says(typed.format(ref=ref))
    assert kate.hears(words, ok=False, error=error), (kate.last.body, kate.last.record)
    assert await kinds(world) == [EntryKind.DECLARED]


async def test_an_incident_without_a_type_has_none(world: World, kate: Person) -> None:
    ref = await declared(world, kate, "severity:low")
    await kate.says(f"!incident checklist {ref}")
    assert kate.hears("no type yet", ok=False, error="conflict")
