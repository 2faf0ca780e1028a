"""How far a note can be relied on: its source, its information, and whether it is a fact or somebody's assessment.

Source: the 4x4 scheme of Europol's information exchange; Directive (EU) 2016/680, article 7 (facts and assessments).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Source(StrEnum):
    """How reliable the source is."""

    A = "A"
    """There is no doubt of it, or it has been reliable every time."""
    B = "B"
    """It has been reliable most of the time."""
    C = "C"
    """It has been unreliable most of the time."""
    X = "X"
    """It cannot be assessed."""


class Info(StrEnum):
    """How accurate the information is."""

    ONE = "1"
    """There is no doubt of it."""
    TWO = "2"
    """The source knows it first-hand, whoever passes it on does not."""
    THREE = "3"
    """The source has it at second hand, and other information bears it out."""
    FOUR = "4"
    """The source has it at second hand, and nothing bears it out."""


class Basis(StrEnum):
    """What a statement rests on."""

    FACT = "fact"
    ASSESSMENT = "assessment"


def evaluation(source: Source | None, info: Info | None, basis: Basis | None) -> dict[str, str]:
    """Return what is said of a note, as its entry keeps it."""
    given = {"source": source, "info": info, "basis": basis}
    return {name: str(value) for name, value in given.items() if value is not None}


def grade(values: Mapping[str, Any]) -> str:
    """Return the grade that an entry's values tell, such as `B2`; a dash stands for what is not said."""
    source, info = values.get("source"), values.get("info")
    return f"{source or '–'}{info or '–'}" if source or info else ""
