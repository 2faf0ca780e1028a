"""A field's text to its value, or why it is none: each kind has its own error."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime

from bot.i18n import AnyOf, Message, Verbatim, _
from bot.model.handling import TLP, label_of
from bot.model.handling.sentences import mistyped, unknown
from bot.model.names import one_line
from bot.model.person import LanguageCode, Zone
from bot.model.places import Gazetteer, NotPlace, PlaceFault, spelled
from bot.model.places import unread as unread_place
from bot.model.report.record import Value
from bot.model.report.template import Field, Kind, Template
from bot.model.report.words import labels, short
from bot.model.times import Aim, Cause, Note, NotRead
from bot.model.times import Fault as TimeFault
from bot.model.times import read as read_time
from bot.model.times.telling import unread as unread_time

LONGEST = 1_000
"""Characters of a field."""
MOST = 100_000
_LONGEST_SHOWN = 60
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)
_WORD = re.compile(r"[^\W\d_]+")
_PART = re.compile(r"[,;+/\n،、]")
_COUNT = re.compile(r"\s*(?:(\d{1,6})\s*[x×]?\s*(\D+?)|(\D+?)\s*[:=x×]?\s*(\d{1,6}))\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reading:
    """Whose words are read, and when they were written; `named` gives a message in each of their languages."""

    language: LanguageCode
    zone: Zone
    now: datetime
    sent: datetime
    gazetteer: Gazetteer
    named: Callable[[Message], tuple[str, ...]]

    def value(self, template: Template, field: Field, text: str) -> Value | Message:
        """Return the value that *text* is in *field*, or a sentence that says why it is none."""
        text = text.strip()
        called = short(template, field)
        if not text:
            return _("{field}: nothing is said there.", field=called)
        if len(text) > LONGEST:
            return _(
                "{field}: that has {length} characters, {most} are the most.",
                field=called, length=len(text), most=LONGEST,
            )  # fmt: skip
        if wrong := mistyped(text):
            return _("{field}: {fault}", field=called, fault=unknown(wrong))
        if (label := label_of(text)) and label.tlp is TLP.RED:
            return _("{field}: what is labelled TLP:RED goes into no report.", field=called)
        found = self._read(field, text)
        return found if isinstance(found, Value) else _("{field}: {fault}", field=called, fault=found)

    def _read(self, field: Field, text: str) -> Value | Message:
        match field.kind:
            case Kind.TEXT:
                return Value(text, text, self.language)
            case Kind.NUMBER:
                return _number(text)
            case Kind.PLACE:
                return self._place(text)
            case Kind.TIME:
                return self._time(field, text)
            case Kind.CHOICE:
                return self._choice(field, text)
            case Kind.COUNTS:
                return self._counts(field, text)

    def _place(self, text: str) -> Value | Message:
        found = self.gazetteer.read(text, language=self.language)
        if isinstance(found, NotPlace):
            if found == NotPlace(PlaceFault.NOT_UNDERSTOOD) and _in_words(text):
                return Value(text, text, self.language)
            return unread_place(_cited(text), found)
        return Value(text, [*astuple(found)])

    def _time(self, field: Field, text: str) -> Value | Message:
        aims = (Aim.BEHIND, Aim.AHEAD) if field.ahead else (Aim.BEHIND,)
        found: object = None
        for aim in aims:
            found = read_time(
                text, now=self.now, zone=self.zone, language=self.language, sent=self.sent, aim=aim
            )  # fmt: skip
            if not isinstance(found, NotRead):
                if found.note is not Note.WHOLE_DAY:
                    return Value(text, found.utc.isoformat())
                found = NotRead(TimeFault.NOT_UNDERSTOOD, cause=Cause.HOUR)
                break
        assert isinstance(found, NotRead)
        if found.fault is TimeFault.FUTURE:
            # That its zone is in doubt is to be said first.
            ahead = read_time(text, now=self.now, zone=self.zone, language=self.language, sent=self.sent)
            found = ahead if isinstance(ahead, NotRead) and ahead.cause is Cause.OBSERVER else found
        return unread_time(_cited(text), found, self.now)

    def _choice(self, field: Field, text: str) -> Value | Message:
        code = self._codes(field).get(spelled(text))
        if code is None:
            return _("“{word}” is none of {choices}.", word=_cited(text), choices=_listed(field))
        return Value(text, code)

    def _counts(self, field: Field, text: str) -> Value | Message:
        codes = self._codes(field)
        meant: dict[str, int] = {}
        for part in filter(str.strip, _PART.split(_digits(text))):
            found = _COUNT.fullmatch(part)
            number, word = (found[1] or found[4], found[2] or found[3]) if found else ("", part)
            code = codes.get(spelled(word))
            if len(spelled(word)) == 1 and code is None:
                return _(
                    "“{word}” does not mean the same everywhere. Write the word: {choices}.",
                    word=_cited(part), choices=_listed(field),
                )  # fmt: skip
            if code is None or not number or code in meant:
                return _(
                    "I do not understand “{word}”. Write a number and one of {choices}, each once.",
                    word=_cited(part), choices=_listed(field),
                )  # fmt: skip
            meant[code] = int(number)
        if not any(meant.values()):
            return _("That is nobody. Write a number for each that applies: {choices}.", choices=_listed(field))
        return Value(text, {code: count for code, count in meant.items() if count})

    def _codes(self, field: Field) -> Mapping[str, str]:
        """Return the choices by all that they are called, spelled."""
        found = {spelled(code): code for code in field.choices}
        for code, label in labels(field).items():
            found |= {spelled(name): code for name in self.named(label)}
        return found


def _in_words(text: str) -> bool:
    """Return whether *text* tells a place as people do, and is no coordinate with a slip in it."""
    words = [word for word in _WORD.findall(text) if len(word) > 1]
    return len(words) > 1 or bool(words and not any(map(str.isdigit, text)))


def _number(text: str) -> Value | Message:
    if not _NUMBER.fullmatch(_digits(text)):
        return _("“{word}” is not a whole number.", word=_cited(text))
    if (number := int(_digits(text))) > MOST:
        return _("{number} is more than {most}.", number=number, most=MOST)
    return Value(text, number)


def crossed(template: Template, values: Mapping[str, Value]) -> Message | None:
    """Return what does not fit together in a report, or None."""
    if template is Template.NINE_LINE and {"patients", "mobility"} <= values.keys():
        patients, moved = (sum(values[code].meant.values()) for code in ("patients", "mobility"))
        if patients != moved:
            return _("Line 3 has {patients} patients and line 5 has {moved}.", patients=patients, moved=moved)
    if template is Template.SITREP and {"from", "until"} <= values.keys():
        begin, end = (datetime.fromisoformat(values[code].meant) for code in ("from", "until"))
        if end <= begin:
            return _("The period ends at {end}, and begins only at {begin}.", begin=begin, end=end)
    return None


def _listed(field: Field) -> AnyOf:
    return AnyOf(tuple(labels(field).values()))


def _digits(text: str) -> str:
    return "".join(str(unicodedata.digit(c, None) if unicodedata.digit(c, None) is not None else c) for c in text)


def _cited(text: str) -> Verbatim:
    line = one_line(text)
    return Verbatim(line if len(line) <= _LONGEST_SHOWN else line[: _LONGEST_SHOWN - 1] + "…")
