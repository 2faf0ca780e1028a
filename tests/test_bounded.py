"""Files of the operator that are far too much: refused at once, with the line, and nothing of them is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config.bounded import DEEPEST, read_toml
from bot.config.checklists import own_checklists
from bot.config.gazetteer import named_points
from bot.config.phrases import own_phrases

POINTS = "name,latitude,longitude\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("\ncrossing = " + "[" * 100_000, "line 2: has more than 8 brackets within each other"),
        ("crossing = [\n" + "{ a = " * 900 + "1" + " }" * 900 + "]", "line 2: has more than 8 brackets"),
        ("# {{{{{{{{{{\n" + ".".join(["a"] * 100_000) + " = 1", "line 2: a key has more than 8 parts"),
        ('["a"' + " . 'b'" * 20 + "]", "line 1: a key has more than 8 parts"),
        ("k" * 101 + " = 1", "line 1: a key or a number has more than 100 characters"),
        ("vessel = [{ text = " + "9" * 10_000 + " }]", "line 1: a key or a number has more than 100"),
        ("vessel = [\n" + "{ text = 'x' },\n" * 100_000 + "]", "is larger than 250000 bytes"),
        ("vessel = [{ text = 'x', when = 'no" + " " * 100_000 + "lead' }]", "vessel.1: when: 'no   "),
        ("".join(f"type{n} = 1\n" for n in range(60)), "type0: is not a type of incident"),
    ],
)
def test_a_file_of_checklists_is_bounded(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "own.toml").write_text(text)
    lists, faults = own_checklists(tmp_path / "own.toml")
    assert lists == {} and fault in faults[0] and len(faults) <= 51 and all(len(one) < 600 for one in faults)


def test_what_stands_in_quotes_is_no_nesting() -> None:
    text = f'a = """{"[" * 20}\n{"a." * 20}"""\nb = "\\"{"{" * 20}"\nc = {"[" * DEEPEST}{"]" * DEEPEST}\n'
    table, faults = read_toml(text)
    assert faults == [] and set(table) == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (POINTS + "A,1,1\n" * 100_000, "line 5002: is point 5001; 5000 are the most"),
        ("name,latitude,longitude" + ",pt" * 300_000, "line 1: has 300003 columns; 200 are the most"),
        (POINTS + "a" * 200_000 + ",1,1\n", "line 2: is not CSV: field larger than field limit"),
        ("name,latitude,longitude,pt\nA,1,1," + "|".join(f"b{n}" for n in range(300)), "line 2: has 301 names; 200"),
        (POINTS + "A,1,1\nB,x,1\n", "line 3: latitude “x” is not in decimal degrees"),
    ],
)
def test_a_file_of_points_is_bounded(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "own.csv").write_text(text)
    points, faults = named_points(tmp_path / "own.csv")
    assert points == () and fault in faults[0] and all(len(one) < 600 for one in faults)


def test_a_file_without_an_end_is_not_read_to_it(tmp_path: Path) -> None:
    assert own_checklists(Path("/dev/zero")) == ({}, ["/dev/zero: is larger than 250000 bytes"])
    assert named_points(Path("/dev/zero")) == ((), ["/dev/zero: is larger than 2000000 bytes"])


def test_phrases_are_bounded_too(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("a = " + "[" * 5_000)
    assert "line 1: has more than 8 brackets" in own_phrases(tmp_path / "own.toml", ["en"])[1][0]
