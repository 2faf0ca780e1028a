"""The catalogues that give sentences a language, read as `.po` at the start, so there is no build step to forget."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from gettext import GNUTranslations
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from bot.i18n.direction import typed
from bot.i18n.markup import Markup, Plain
from bot.i18n.message import AnyOf, ByLanguage, Code, Day, Language, Length, Local, Message, Typed, Verbatim, Weekday
from bot.i18n.values import Style, day, joined, lasting, locale_of, moment, weekday

INTERFACE_LANGUAGES = ("en", "pt", "es", "fr", "de", "it", "pl", "ro", "el", "uk", "tr", "ar")
"""Languages that the interface is written in, in the order in which they are listed."""

_FIELD = re.compile(r"\{(\w+)\}")


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
                return typed(text)
            case Verbatim(text) | str(text):
                return text
            case Typed(pieces):
                # A name's catalogue entry may hold several, the one to be shown first.
                parts = (p if isinstance(p, str) else self.text(p, language).split("|")[0] for p in pieces)
                return typed("".join(parts))
            case bool():
                raise TypeError("a sentence cannot hold a bool: write two sentences")
            case int() | float():
                return format_decimal(value, locale=locale_of(language))
            case datetime():
                return moment(value.astimezone(ZoneInfo(zone)), language)
            case Length(time):
                return lasting(time, language)
            case Local(at, own):
                return moment(at.astimezone(ZoneInfo(own)), language)
            case Weekday(number):
                return weekday(number, language)
            case Day(on):
                return day(on, language)
            case tuple() | list():
                return self._list(value, "standard", language, zone, markup)
            case AnyOf(values):
                return self._list(values, "or", language, zone, markup)
        raise TypeError(f"a sentence cannot hold a {type(value).__name__}")

    def _list(self, values: Sequence[Any], style: Style, language: str, zone: str, markup: Markup | None = None) -> str:
        """Return *values* as a list, each put on paper by itself: a list has one direction, its items have theirs."""
        if not values:
            return "–"
        markup = markup or Plain(language)
        parts = [markup.value(self.value(v, language, zone, markup), v) for v in values]
        if language == "ar" and style == "standard" and any(isinstance(v, Code | Typed) for v in values):
            # “and” is written on to the word that follows, and would be typed with it.
            return "، ".join(parts)
        last = self.value(values[-1], language, zone)
        return joined(parts, last, style, language)

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


def _read(language: str) -> GNUTranslations:
    path = files("locales") / language / "LC_MESSAGES" / "liaison.po"
    # Where a sentence stands in the code is for translators; skipped, a catalogue is read in half the time.
    lines = [line for line in path.read_bytes().splitlines(keepends=True) if not line.startswith(b"#:")]
    catalogue = read_po(io.BytesIO(b"".join(lines)), locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
