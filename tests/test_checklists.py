"""The files of checklists: those that come with Liaison, and what is wrong with a task force's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.config import ConfigError
from bot.config.checklists import SEVERITIES, TYPES, own_checklists, shipped_checklists
from bot.model.checklist import Item
from bot.model.incident import Incident, Severity, Type, Validation
from bot.model.incident.items import SENTENCES
from bot.model.person import LanguageCode, UserId
from bot.model.places import Place
from bot.model.reference import Reference
from bot.services.checklist import checklists

from .fakes import ROOM, configuration

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ANA = UserId("@ana:example.org")
BOAT = Incident(Reference("BRAVO-7K3Q0"), "Boat", LanguageCode("en"), ROOM, ANA, None, NOW)


def test_the_file_knows_the_types_and_severities_of_the_model() -> None:
    assert set(TYPES) == set(Type) and tuple(Severity) == SEVERITIES


def test_those_that_come_with_liaison_are_short_and_have_their_sentences() -> None:
    lists = shipped_checklists()
    assert set(lists) == set(Type)
    assert all(5 <= len(items) <= 8 for items in lists.values())
    assert {item.code for items in lists.values() for item in items} == set(SENTENCES)


@pytest.mark.parametrize(
    ("when", "changes", "applies"),
    [
        ((), {}, True),
        ((("at_least", "high"),), {"severity": Severity.MEDIUM}, False),
        ((("at_least", "high"),), {"severity": Severity.HIGH}, True),
        ((("at_least", "high"),), {"severity": Severity.VERY_HIGH}, True),
        ((("at_least", "high"),), {}, True),
        ((("at_most", "medium"),), {"severity": Severity.LOW}, True),
        ((("at_most", "medium"),), {"severity": Severity.HIGH}, False),
        ((("without", "validation"),), {}, True),
        ((("without", "validation"),), {"validation": Validation(ANA, None, NOW)}, False),
        ((("without", "place"),), {"place": Place(40.0, -8.0, 1, "x")}, False),
        ((("without", "lead"),), {"lead": ANA}, False),
        ((("without", "lead"), ("at_least", "high")), {"severity": Severity.LOW}, False),
    ],
)
def test_an_item_applies_as_its_conditions_say(
    when: tuple[tuple[str, str], ...], changes: dict[str, Any], applies: bool
) -> None:
    assert Item("count", None, when).applies(replace(BOAT, **changes)) is applies


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("vessel = [", "is not TOML"),
        ('boat = [{ code = "count" }]', "boat: is not a type of incident"),
        ('vessel = { code = "count" }', "vessel: must be a list of items"),
        ("vessel = []", "vessel: has 0 items"),
        ("vessel = [" + '{ text = "x" },' * 21 + "]", "vessel: has 21 items"),
        ('vessel = [{ code = "swim" }]', "vessel.1: code: 'swim' does not come with Liaison; these do: aboard"),
        ('vessel = [{ code = "count", text = "x" }]', "vessel.1: needs a code or a text, and not both"),
        ("vessel = [{ when = 'no place' }]", "vessel.1: needs a code or a text, and not both"),
        ("vessel = [{ text = 5 }]", "vessel.1: text: must be a text in quotes"),
        ("vessel = [{ text = '  ' }]", "vessel.1: text: has 0 characters"),
        (f"vessel = [{{ text = '{'x' * 201}' }}]", "vessel.1: text: has 201 characters"),
        ('vessel = [{ text = "a\\nb" }]', "vessel.1: text: must be one line"),
        ("vessel = [{ text = 'x', unless = 'y' }]", "vessel.1: unless: is not a key"),
        (
            "vessel = [{ text = 'x', when = 'severity >= awful' }]",
            "vessel.1: when: 'severity >= awful' is no condition",
        ),
        ("vessel = [{ text = 'x', when = 'severity > high' }]", "vessel.1: when:"),
        ("vessel = [{ text = 'x', when = '' }, { text = 'x' }]", "vessel.2: stands there already"),
    ],
)
def test_each_fault_of_a_file_is_said_where_it_is(tmp_path: Path, text: str, fault: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(text)
    lists, faults = own_checklists(file)
    assert lists == {} and fault in faults[0], faults
    with pytest.raises(ConfigError) as caught:
        checklists(configuration(incident={"checklists_file": file}))
    assert caught.value.faults[0].startswith("incident.checklists_file: ")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('# ours\nvessel = [\n  { text = "a } {" },\n  { text = "x", unless = "y" },\n]', "line 4: vessel.2: unless"),
        ('vessel = [{ text = "a" }, { text = "a" }]', "line 1: vessel.2: stands there already"),
        ('[[other]]\ntext = "a"\n\n[[other]]\ncode = "swim"', "line 4: other.2: code"),
        ('\nboat = [{ text = "a" }]', "line 2: boat: is not a type"),
        ("other = [{ text = 'a' }]\nvessel = []", "line 2: vessel: has 0 items"),
        ('"boat" = [{ text = "a" }]', "own.toml: boat: is not a type"),
    ],
)
def test_a_fault_is_said_with_its_line(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "own.toml").write_text(text)
    [said] = own_checklists(tmp_path / "own.toml")[1]
    assert fault in said, said


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    assert "there is no such file" in own_checklists(tmp_path / "none.toml")[1][0]
    assert "cannot be read" in own_checklists(tmp_path)[1][0]
    (tmp_path / "own.toml").write_bytes(b"\xff\xfe")
    assert "is not a text file" in own_checklists(tmp_path / "own.toml")[1][0]


def test_an_own_list_stands_in_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('vessel = [{ text = "Call" }, { code = "count" }]\nother = [{ text = "Look" }]')
    lists = checklists(configuration(incident={"checklists_file": tmp_path / "own.toml"}))
    assert [item.text or item.key for item in lists[Type.VESSEL]] == ["Call", "count"]
    assert lists[Type.OTHER] == (Item.own("Look"),) and len(lists[Type.CROSSING]) == 7
