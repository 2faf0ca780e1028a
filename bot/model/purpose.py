"""Why somebody reads what is sensitive: stated once for a record and a while, and kept in the log with each reading.

Source: Directive (EU) 2016/680, article 25: logs of consultation make it possible to establish its justification.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.i18n import Message, _c
from bot.model.handling import TLP, Mark
from bot.model.person import UserId
from bot.model.reference import Reference

COMMAND = "purpose"
OPTION = "purpose"
WORDS = "words"
"""The code of a purpose that was stated in words: these stand in the log."""
LONGEST = 200
SHORTEST = 4
CHOICES: tuple[tuple[str, Message], ...] = (
    ("operation", _c("choice", "Ongoing operation")),
    ("investigation", _c("choice", "Criminal investigation")),
    ("protection", _c("choice", "Protection of persons")),
    ("oversight", _c("choice", "Supervision or audit")),
    ("proceedings", _c("choice", "Court proceedings")),
)
CODES = frozenset(code for code, _label in CHOICES)


@dataclass(frozen=True, slots=True)
class Stated:
    """For what purpose somebody reads a record: a code, and which entry of the log says so; when (UTC)."""

    user_id: UserId
    ref: Reference
    code: str
    entry: int
    at: datetime


def sensitive(mark: Mark, classes: Iterable[str]) -> bool:
    """Return whether what is handled so is of one of *classes*: handling codes, and colours with all stricter ones."""
    if mark.handling is None:
        return False
    order = [*TLP]
    colours = [order.index(TLP(one.removeprefix("TLP:"))) for one in classes if one.startswith("TLP:")]
    strict = mark.handling.tlp is not None and any(order.index(mark.handling.tlp) >= least for least in colours)
    return strict or not {*mark.handling.codes}.isdisjoint(classes)
