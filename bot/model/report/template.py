"""What each template asks for: its fields in their order, as data.

Sources: the JESIP joint doctrine (M/ETHANE); ATP 2-01 (SALUTE); the Frontex daily situation report (SITREP, whose
originator, date-time group and serial number come from its author, its time and its revision); ATP 4-02.2 (the nine
lines, in their peacetime form).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Template(StrEnum):
    """A kind of report."""

    METHANE = "methane"
    SALUTE = "salute"
    SITREP = "sitrep"
    CAN = "can"
    NINE_LINE = "9line"
    SPOT = "spot"


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    PLACE = "place"
    TIME = "time"
    CHOICE = "choice"
    COUNTS = "counts"
    """A number for each of its choices."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its code, the letter or number that people know it by, and what it holds.

    It is `required` always, or `when` another field (its code) has a value. A TIME is past unless `ahead`.
    """

    code: str
    kind: Kind = Kind.TEXT
    required: bool = False
    letter: str = ""
    choices: tuple[str, ...] = ()
    when: tuple[str, str] | None = None
    ahead: bool = False


_PRECEDENCES = ("urgent", "urgent_surgical", "priority", "routine", "convenience")
_WAYS = (
    "north", "north_east", "east", "south_east", "south", "south_west", "west", "north_west", "stationary",
)  # fmt: skip

TEMPLATES: Mapping[Template, tuple[Field, ...]] = {
    Template.METHANE: (
        Field("major", Kind.CHOICE, True, "M", ("yes", "no")),
        Field("location", Kind.PLACE, True, "E"),
        Field("type", Kind.TEXT, True, "T"),
        Field("hazards", Kind.TEXT, True, "H"),
        Field("access", Kind.TEXT, True, "A"),
        Field("casualties", Kind.NUMBER, True, "N"),
        Field("injuries", Kind.TEXT),
        Field("services", Kind.TEXT, True, "E"),
    ),
    Template.SALUTE: (
        Field("size", Kind.TEXT, True, "S"),
        Field("activity", Kind.TEXT, True, "A"),
        Field("location", Kind.PLACE, True, "L"),
        Field("direction", Kind.CHOICE, choices=_WAYS),
        Field("unit", Kind.TEXT, True, "U"),
        Field("time", Kind.TIME, True, "T"),
        Field("equipment", Kind.TEXT, True, "E"),
        Field("basis", Kind.CHOICE, True, choices=("seen", "told", "opinion")),
        Field("source", Kind.TEXT, when=("basis", "told")),
        Field("position", Kind.PLACE),
        Field("intention", Kind.TEXT),
    ),
    Template.SITREP: (
        Field("classification", Kind.CHOICE, True, choices=("clear", "green", "amber", "amber_strict")),
        Field("subject", Kind.TEXT, True),
        Field("from", Kind.TIME, True),
        Field("until", Kind.TIME, True, ahead=True),
        Field("situation", Kind.TEXT, True),
        Field("actions", Kind.TEXT, True),
        Field("casualties", Kind.NUMBER),
        Field("resources", Kind.TEXT),
        Field("intentions", Kind.TEXT),
        Field("requests", Kind.TEXT),
    ),
    Template.CAN: (
        Field("conditions", Kind.TEXT, True, "C"),
        Field("actions", Kind.TEXT, True, "A"),
        Field("needs", Kind.TEXT, True, "N"),
    ),
    Template.NINE_LINE: (
        Field("location", Kind.PLACE, True, "1"),
        Field("frequency", Kind.TEXT, True, "2"),
        Field("patients", Kind.COUNTS, True, "3", _PRECEDENCES),
        Field("equipment", Kind.CHOICE, True, "4", ("none", "hoist", "extraction", "ventilator")),
        Field("mobility", Kind.COUNTS, True, "5", ("litter", "ambulatory")),
        Field("wounds", Kind.TEXT, True, "6"),
        Field("marking", Kind.CHOICE, True, "7", ("panels", "pyrotechnics", "smoke", "none", "other")),
        Field("nationality", Kind.TEXT, True, "8"),
        Field("terrain", Kind.TEXT, letter="9"),
    ),
    Template.SPOT: (
        Field("what", Kind.TEXT, True),
        Field("location", Kind.PLACE, True),
        Field("time", Kind.TIME, True),
        Field("activity", Kind.TEXT),
        Field("actions", Kind.TEXT),
    ),
}
"""The fields of each template, in the order in which they are asked and shown."""


def field_of(template: Template, code: str) -> Field:
    """Return the field of that code; raise StopIteration if there is none."""
    return next(field for field in TEMPLATES[template] if field.code == code)


def lacking(template: Template, said: Mapping[str, str]) -> list[Field]:
    """Return the fields that are required and not *said*; of choices, *said* has the code."""
    return [field for field in TEMPLATES[template] if field.code not in said and needed(field, said)]


def needed(field: Field, said: Mapping[str, str]) -> bool:
    """Return whether the field may not be left out, given what is *said* in others."""
    return field.required or (field.when is not None and said.get(field.when[0]) == field.when[1])


def following(template: Template, said: Mapping[str, str], done: Collection[str]) -> Field | None:
    """Return the field to be asked next, none of those *done*; its condition must hold of what is *said*."""
    for field in TEMPLATES[template]:
        if field.code not in done and (field.when is None or needed(field, said)):
            return field
    return None
