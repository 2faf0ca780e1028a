"""Sentences before they have a language.

`_()` marks a sentence and carries its values; nothing is worded until `Catalogues.text()` is asked for a language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Language:
    """A language as a value of a sentence: shown as its name in the reader's language."""

    code: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Several values of which one is meant: `a, b or c`."""

    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Words that no catalogue may change: a name, what a person typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """What one can type as it stands: a command, a reference, a usage line."""

    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A command to be typed, in the reader's own words: texts, and names of the catalogue (`_c("noun", …)`)."""

    parts: tuple[str | Message, ...]


@dataclass(frozen=True, slots=True)
class Local:
    """A moment as a value of a sentence: shown by the clock of the IANA `zone`, whoever reads it."""

    moment: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time as a value of a sentence: days, hours and minutes, the two greatest of them."""

    time: timedelta


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week as a value of a sentence, Monday is 0: shown as its name in the reader's language."""

    number: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar as a value of a sentence, without a time."""

    date: date


@dataclass(frozen=True, slots=True)
class Message:
    """One whole sentence in English with named fields, and its values.

    `plural` is the English plural; then the value `n` (an int) chooses the form. `context` tells
    equal English texts apart (gettext's msgctxt).
    """

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    plural: str | None = None
    context: str | None = None


@dataclass(frozen=True, slots=True)
class ByLanguage:
    """What reads differently in each language, such as a text and its translations: in others it is `otherwise`."""

    messages: Mapping[str, Message]
    otherwise: Message


def _(text: str, /, **values: Any) -> Message:
    """Return the sentence *text* with its *values*, worded later in the reader's language."""
    return Message(text, values)


def _n(text: str, plural: str, n: int, /, **values: Any) -> Message:
    """Return a sentence that counts *n*: *text* for one, *plural* for many, as each language does."""
    return Message(text, {"n": n, **values}, plural=plural)


def _c(context: str, text: str, /, **values: Any) -> Message:
    """Return a sentence or word whose meaning needs *context*, such as a command's verb."""
    return Message(text, values, context=context)


_KINDS: dict[str, type[Language] | type[Verbatim] | type[Code]] = {
    "language": Language,
    "verbatim": Verbatim,
    "code": Code,
}


def to_json(value: Any) -> Any:
    """Return *value* (a Message or a value of one) as JSON that `from_json` reads back."""
    match value:
        case Message():
            values = {name: to_json(v) for name, v in value.values.items()}
            shape = {"message": value.text, "values": values}
            if value.plural:
                shape["plural"] = value.plural
            if value.context:
                shape["context"] = value.context
            return shape
        case Language(text) | Verbatim(text) | Code(text):
            kind = next(name for name, cls in _KINDS.items() if isinstance(value, cls))
            return {kind: text}
        case datetime():
            return {"datetime": value.isoformat()}
        case Local(at, zone):
            return {"datetime": at.isoformat(), "zone": zone}
        case Length(time):
            return {"seconds": time.total_seconds()}
        case Weekday(number):
            return {"weekday": number}
        case Day(on):
            return {"day": on.isoformat()}
        case AnyOf(values):
            return {"any": [to_json(v) for v in values]}
        case ByLanguage(messages, otherwise):
            return {"in": {code: to_json(one) for code, one in messages.items()}, "otherwise": to_json(otherwise)}
        case Typed(pieces):
            return {"typed": [to_json(piece) for piece in pieces]}
        case tuple() | list():
            return [to_json(v) for v in value]
        case bool():
            raise TypeError("a sentence cannot hold a bool: write two sentences")
        case str() | int() | float():
            return value
    raise TypeError(f"a sentence cannot hold a {type(value).__name__}")


def from_json(shape: Any) -> Any:
    """Return what `to_json` was given."""
    match shape:
        case {"message": str(text), "values": dict(values), **rest}:
            read = {name: from_json(v) for name, v in values.items()}
            return Message(text, read, plural=_text(rest.get("plural")), context=_text(rest.get("context")))
        case {"datetime": str(text), "zone": str(zone)}:
            return Local(datetime.fromisoformat(text), zone)
        case {"datetime": str(text)}:
            return datetime.fromisoformat(text)
        case {"seconds": int() | float() as seconds}:
            return Length(timedelta(seconds=seconds))
        case {"weekday": int(number)}:
            return Weekday(number)
        case {"day": str(text)}:
            return Day(date.fromisoformat(text))
        case {"any": list(parts)}:
            return AnyOf(tuple(from_json(part) for part in parts))
        case {"in": dict(messages), "otherwise": dict(otherwise)}:
            return ByLanguage({code: from_json(one) for code, one in messages.items()}, from_json(otherwise))
        case {"typed": list(parts)}:
            return Typed(tuple(from_json(part) for part in parts))
        case dict():
            [(kind, text)] = shape.items()
            return _KINDS[kind](text)
        case list():
            return tuple(from_json(v) for v in shape)
    return shape


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
