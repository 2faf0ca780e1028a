"""Sentences before they have a language, and the catalogues that give them one.

`_()` marks a sentence and carries its values; nothing is worded until `Catalogues.text()` is asked
for a language. Catalogues are read as `.po` at start, so there is no build step to forget.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from gettext import GNUTranslations
from importlib.resources import files
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, get_datetime_format
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

INTERFACE_LANGUAGES = ("en", "pt", "es", "fr", "de", "it", "pl", "ro", "el", "uk", "tr", "ar")
"""Languages that the interface is written in, in the order in which they are listed."""

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
"""Languages written from right to left."""

_REGIONS = {"pt": "pt_PT"}
"""Whose usage of a language is meant, where CLDR's is that of others: names of languages, dates, numbers."""

_DAY_FIRST = {"en": "en_GB"}
"""Whose dates are meant: English without a territory is CLDR's for the USA, and a task force here is European."""

_LRI, _RLI, _FSI, _PDI, _RLM = "\u2066", "\u2067", "\u2068", "\u2069", "\u200f"
_ISOLATES = re.compile(f"[{_LRI}{_RLI}{_FSI}{_PDI}]")
_FIELD = re.compile(r"\{(\w+)\}")
_SOUNDS_I = re.compile(r"h?[ií](?![eaou])", re.IGNORECASE)
_SOUNDS_O = re.compile(r"h?[oó]", re.IGNORECASE)
_RTL = r"\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe"
_RTL_LETTER = re.compile(f"[{_RTL}]")
_TURNS = re.compile(f"[{_RTL}\u200f\u202a-\u202e\u2066-\u2069]")
# In what is typed: words and values of options that hold no letter of those.
_LTR_WORD = re.compile(rf"(?<![^\s\[|:=])[^\s\[\]|{_RTL}]+(?![^\s\]|])")
_LTR_CONTENT = re.compile(r"[^\W_]")


_Style = Literal["standard", "or"]


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


_WHOLE = (Message, ByLanguage, AnyOf, tuple, list)
"""Values made of values, each of which is put on paper by itself."""


class Markup(Protocol):
    """How a worded sentence is put on paper."""

    def literal(self, text: str) -> str:
        """Return the catalogue's own words *text*."""
        ...

    def value(self, text: str, value: Any) -> str:
        """Return the words *text* of the value *value*."""
        ...


class Plain:
    """Plain text in *language*; *alone* if the whole message is in it."""

    _line_break = "\n"

    def __init__(self, language: str, *, alone: bool = False) -> None:
        self._rtl = right_to_left(language)
        # Clients take a message's direction from its first letter that is in no isolate.
        self._opening = f"{_RLM}{_RLI}" if alone else _RLI

    def literal(self, text: str) -> str:
        """Return *text* as it is."""
        return text

    def value(self, text: str, value: Any) -> str:
        """Return *text*, isolated where its direction could disturb the sentence's; parts of a whole have been."""
        if isinstance(value, _WHOLE):
            return text
        return isolate(text) if self._rtl or _TURNS.search(text) else text

    def aligned(self, text: str) -> str:
        """Return whole lines of words of the language, which keep its direction beside lines of others.

        Matrix allows no `dir`, so each line that is written from right to left stands between RLI and PDI.
        """
        if not self._rtl:
            return text
        lines = text.split(self._line_break)
        return self._line_break.join(f"{self._opening}{line}{_PDI}" if line else line for line in lines)


class Html(Plain):
    """The HTML that every Matrix client shows."""

    _line_break = "<br>"

    def literal(self, text: str) -> str:
        """Return *text* escaped."""
        return html.escape(text, quote=False).replace("\n", "<br>")

    def value(self, text: str, value: Any) -> str:
        """Return *text* escaped and isolated; what can be typed is set as code."""
        if isinstance(value, _WHOLE):
            return text
        shown = self.literal(super().value(text, value))
        return f"<code>{shown}</code>" if isinstance(value, Code | Typed) else shown


def locale_of(language: str) -> Locale:
    """Return the CLDR locale in which names, dates and numbers are written for readers of *language*."""
    return Locale.parse(_REGIONS.get(language, language.replace("-", "_")))


def isolate(text: str, language: str | None = None) -> str:
    """Return each line of *text* between FSI and PDI, so that its direction stays its own (UAX #9).

    In a *language* written from right to left it is that direction, whatever letter comes first. An isolate ends with
    its line, so each has its own, and with a PDI too many, so none of these stays.
    """
    opening = _RLI if language and right_to_left(language) else _FSI
    lines = text.split("\n")
    if _ISOLATES.search(text):
        lines = [_balanced(line) for line in lines]
    return "\n".join([f"{opening}{line}{_PDI}" if line else line for line in lines])


def _balanced(line: str) -> str:
    """Return *line* with every isolate in it closed, and nothing closed that it has not opened."""
    kept: list[str] = []
    depth = 0
    for character in line:
        depth += (character in (_LRI, _RLI, _FSI)) - (character == _PDI)
        if depth >= 0:
            kept.append(character)
        depth = max(depth, 0)
    return "".join(kept) + _PDI * depth


def turns(text: str, language: str) -> bool:
    """Return whether *text* could be read in the wrong order within words of *language*, or these around it.

    Digits that follow Arabic letters are one number each: of a grid reference the parts would change places.
    """
    return right_to_left(language) or _RTL_LETTER.search(text) is not None


def right_to_left(language: str) -> bool:
    """Return whether *language* (BCP 47) is written from right to left."""
    return language.partition("-")[0].lower() in RIGHT_TO_LEFT


class Catalogues:
    """Every interface language's sentences."""

    def __init__(self, translations: Mapping[str, GNUTranslations]) -> None:
        self._translations = dict(translations)

    @classmethod
    def load(cls, languages: Sequence[str] = INTERFACE_LANGUAGES) -> Catalogues:
        """Read `locales/LANG/LC_MESSAGES/liaison.po` of *languages*; English needs none."""
        return cls({code: _read(code) for code in languages if code != "en"})

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that a person can be answered in, English first."""
        return ("en", *self._translations)

    def choose(self, *wanted: str | None) -> str:
        """Return the first of *wanted* (BCP 47, subtags allowed) that has a catalogue, else English."""
        for code in wanted:
            base = (code or "").replace("_", "-").split("-")[0].lower()
            if base in self.languages:
                return base
        return "en"

    def text(self, message: Message, language: str, zone: str = "UTC", markup: Markup | None = None) -> str:
        """Return *message* worded in *language*, times in the IANA zone *zone*, plain by default."""
        markup = markup or Plain(language)
        parts = _FIELD.split(self._pattern(message, language))
        shown = [markup.literal(part) for part in parts]
        for i, name in enumerate(parts[1::2]):
            if name in message.values:
                value = message.values[name]
                shown[2 * i + 1] = markup.value(self.value(value, language, zone, markup), value)
            else:
                shown[2 * i + 1] = markup.literal(f"{{{name}}}")
        return "".join(shown)

    def value(self, value: Any, language: str, zone: str, markup: Markup | None = None) -> str:
        """Return one value of a sentence as a reader of *language* writes it."""
        match value:
            case Message():
                return self.text(value, language, zone, markup)
            case ByLanguage(messages, otherwise):
                return self.text(messages.get(language, otherwise), language, zone, markup)
            case Language(code):
                return str(Locale.parse(code, sep="-").get_display_name(locale_of(language)))
            case Code(text):
                return _typed(text)
            case Verbatim(text) | str(text):
                return text
            case Typed(pieces):
                # A name's catalogue entry may hold several, the one to be shown first.
                parts = (p if isinstance(p, str) else self.text(p, language).split("|")[0] for p in pieces)
                return _typed("".join(parts))
            case bool():
                raise TypeError("a sentence cannot hold a bool: write two sentences")
            case int() | float():
                return format_decimal(value, locale=locale_of(language))
            case datetime():
                return _moment(value.astimezone(ZoneInfo(zone)), language)
            case tuple() | list():
                return self._list(value, "standard", language, zone, markup)
            case AnyOf(values):
                return self._list(values, "or", language, zone, markup)
        raise TypeError(f"a sentence cannot hold a {type(value).__name__}")

    def _list(
        self, values: Sequence[Any], style: _Style, language: str, zone: str, markup: Markup | None = None
    ) -> str:
        """Return *values* as a list, each put on paper by itself: a list has one direction, its items have theirs."""
        if not values:
            return "–"
        markup = markup or Plain(language)
        parts = [markup.value(self.value(v, language, zone, markup), v) for v in values]
        if language == "ar" and style == "standard" and any(isinstance(v, Code | Typed) for v in values):
            # “and” is written on to the word that follows, and would be typed with it.
            return "، ".join(parts)
        last = self.value(values[-1], language, zone)
        return _joined(parts, last, style, language)

    def _pattern(self, message: Message, language: str) -> str:
        n = message.values.get("n", 0)
        found = self._translations.get(language)
        if found is None:
            return message.plural if message.plural and n != 1 else message.text
        match message.context, message.plural:
            case None, None:
                return found.gettext(message.text)
            case str(context), None:
                return found.pgettext(context, message.text)
            case None, str(plural):
                return found.ngettext(message.text, plural, n)
            case str(context), str(plural):
                return found.npgettext(context, message.text, plural, n)
        raise AssertionError(message)


def _typed(text: str) -> str:
    """Return *text*, which can be typed, with what stands from left to right in a line from right to left isolated.

    Otherwise the sign of `@ana:example.org` would stand at its other end. Whoever types or copies it need not mind.
    """
    if not _RTL_LETTER.search(text):
        return text
    return _LTR_WORD.sub(lambda m: f"{_LRI}{m[0]}{_PDI}" if _LTR_CONTENT.search(m[0]) else m[0], text)


def _joined(parts: Sequence[str], last: str, style: _Style, language: str) -> str:
    """Return *parts* as a list; *last* is how the last one sounds."""
    text = format_list(parts, style=style, locale=locale_of(language))
    if language == "es" and len(parts) > 1:
        # Before the same sound, Spanish says “e” for “y” and “u” for “o”.
        word, sound = {"standard": ("y", _SOUNDS_I), "or": ("o", _SOUNDS_O)}[style]
        if sound.match(last):
            return text.removesuffix(f" {word} {parts[-1]}") + f" {'e' if word == 'y' else 'u'} {parts[-1]}"
    return text


def _moment(local: datetime, language: str) -> str:
    """Return the moment *local* with its offset, as *language* writes dates and times."""
    locale = locale_of(_DAY_FIRST.get(language, language))
    day = format_date(local, "medium", locale=locale)
    if language == "fr" and local.day == 1:
        day = day.replace("1", "1er", 1)
    # Always 24 hours: half past seven in the evening is not for guessing.
    time = f"{format_skeleton('Hm', local, locale=locale)} {offset(local)}"
    pattern = str(get_datetime_format("medium", locale=locale)).replace("'", "")
    return pattern.replace("{1}", day).replace("{0}", time)


def offset(moment: datetime) -> str:
    """Return the offset of *moment*'s zone as every language writes it: UTC, UTC+1, UTC-3:30."""
    minutes = round((moment.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"


def _read(language: str) -> GNUTranslations:
    path = files("locales") / language / "LC_MESSAGES" / "liaison.po"
    # Where a sentence stands in the code is for translators; skipped, a catalogue is read in half the time.
    lines = [line for line in path.read_bytes().splitlines(keepends=True) if not line.startswith(b"#:")]
    catalogue = read_po(io.BytesIO(b"".join(lines)), locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


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
        case {"datetime": str(text)}:
            return datetime.fromisoformat(text)
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
