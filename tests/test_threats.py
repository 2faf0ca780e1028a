"""The page of threats names guards and tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "threats.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| what")
]
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
MODULE = re.compile(r"`((?:bot|commands)/[\w/]+\.py)`")


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_every_threat_has_a_guard_and_a_test_or_is_said_not_to_be_defended(row: list[str]) -> None:
    _threat, guard, tests = row
    named = TEST.findall(tests)
    assert tests == ", ".join(f"`{file}::{name}`" for file, name in named)
    assert named or "not defended" in guard.lower()
    assert not named or MODULE.findall(guard)
    for module in MODULE.findall(guard):
        assert (ROOT / module).is_file(), module
    for file, name in named:
        assert name in functions(ROOT / file), f"{file}::{name}"


def test_the_page_speaks_of_everyone() -> None:
    assert len(ROWS) > 40
    headings = re.findall(r"^## (.+)$", (ROOT / "docs" / "threats.md").read_text("utf-8"), re.MULTILINE)
    assert len(headings) == 7
