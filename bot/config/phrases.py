"""Files of approved phrases: those that come with Liaison, and a task force's own.

A file is TOML: a table a topic (`[halt]`, its name by language), and in it a table a phrase (`[halt.vehicle]`, its
wording by language). The code of a phrase is what its table is called.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError

from bot.config.bounded import read_bounded, read_toml, shortened

TOPICS = ("halt", "vehicle", "check", "order", "help", "search", "rights", "boat", "team")
"""The topics that come with Liaison, in the order in which they are listed: a file each."""

MOST_OWN = 40
"""Phrases that a task force may add: all phrases are listed in one message, which must not outgrow an event."""
LONGEST = 160
"""Characters of a phrase: what fits on a lock screen and can be said in one breath."""
LARGEST = 1_000_000
"""Bytes of a file."""

_NAME = re.compile(r"[a-z][a-z0-9]{0,19}")
_TABLE = re.compile(r"\s*\[{1,2}\s*([^\[\]#]+?)\s*\]")
_KEY = re.compile(r"\s*([\w.\"'-]+(?:\s*\.\s*[\w\"'-]+)*)\s*=")
_QUOTES = re.compile(r"[\s\"']")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Phrases:
    """What a file holds: the names of topics by language, and the wordings of each code by language."""

    topics: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    wordings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def is_language(code: str) -> bool:
    """Return whether *code* is a language as BCP 47 names it, such as `pt` or `pt-BR`."""
    try:
        Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


def shipped_phrases() -> Phrases:
    """Return the phrases that come with Liaison."""
    topics: dict[str, Mapping[str, str]] = {}
    wordings: dict[str, Mapping[str, str]] = {}
    for topic in TOPICS:
        text = (files("locales") / "phrases" / f"{topic}.toml").read_text("utf-8")
        found, faults = read_phrases(text, ())
        if faults:
            raise ValueError(f"locales/phrases/{topic}.toml: {'; '.join(faults)}")
        topics |= found.topics
        wordings |= found.wordings
    return Phrases(topics, wordings)


def own_phrases(path: Path, languages: Iterable[str]) -> tuple[Phrases, list[str]]:
    """Return the phrases in a task force's file, and what is wrong with it, a sentence each.

    Each must have a wording in every one of *languages*, and none may stand in for one that comes with Liaison.
    """
    text, unread = read_bounded(path, LARGEST)
    if unread:
        return Phrases(), unread
    found, faults = read_phrases(text, languages, shipped_phrases())
    if len(found.wordings) > MOST_OWN:
        faults.append(f"has {len(found.wordings)} phrases; {MOST_OWN} are the most")
    return found, [f"{path}: {fault}" for fault in shortened(faults)]


def read_phrases(text: str, languages: Iterable[str], shipped: Phrases | None = None) -> tuple[Phrases, list[str]]:
    """Return the phrases in *text* and its faults, each with its line: what *languages* lack, what is *shipped*."""
    table, unread = read_toml(text)
    if unread:
        return Phrases(), unread
    sheet = _Sheet(table, _Lines(text), tuple(dict.fromkeys(code.partition("-")[0] for code in languages)))
    faults = list(sheet.faults(shipped or Phrases()))
    return (Phrases(), faults) if faults else (Phrases(sheet.topics(), sheet.wordings()), [])


class _Lines:
    """On which line of a file each key stands; TOML's reader does not say."""

    def __init__(self, text: str) -> None:
        self._at: dict[tuple[str, ...], int] = {}
        table: tuple[str, ...] = ()
        for number, line in enumerate(text.split("\n"), 1):
            if found := _TABLE.match(line):
                table = tuple(_QUOTES.sub("", found[1]).split("."))
                self._at.setdefault(table, number)
            elif found := _KEY.match(line):
                self._at.setdefault((*table, *_QUOTES.sub("", found[1]).split(".")), number)

    def of(self, *keys: str) -> str:
        """Return the line of a key, or of the nearest table around it, and what the key is called."""
        around = (keys[:count] for count in range(len(keys), 0, -1))
        number = next((self._at[part] for part in around if part in self._at), 1)
        return f"line {number}: {'.'.join(keys)}"


class _Sheet:
    """A file that has been read, before it is known to be right."""

    def __init__(self, table: Mapping[str, Any], lines: _Lines, languages: tuple[str, ...]) -> None:
        self._table = table
        self._lines = lines
        self._languages = languages

    def topics(self) -> dict[str, dict[str, str]]:
        """Return the names of the topics."""
        return {topic: _texts(table) for topic, table in self._table.items()}

    def wordings(self) -> dict[str, dict[str, str]]:
        """Return the wordings of each code."""
        return {f"{topic}.{name}": _texts(phrase) for topic, name, phrase in self._phrases()}

    def _phrases(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        for topic, table in self._table.items():
            for name, phrase in table.items() if isinstance(table, dict) else ():
                if isinstance(phrase, dict):
                    yield topic, name, phrase

    def faults(self, shipped: Phrases) -> Iterator[str]:
        """Yield everything that is wrong, with its line."""
        for topic, table in self._table.items():
            if not isinstance(table, dict):
                yield f"{self._lines.of(topic)}: must be a table of phrases"
                continue
            yield from self._named(topic)
            texts = {key: value for key, value in table.items() if not isinstance(value, dict)}
            if texts and topic in shipped.topics:
                yield f"{self._lines.of(topic)}: comes with Liaison, and its name cannot be replaced"
            yield from self._worded(texts, topic)
        for topic, name, phrase in self._phrases():
            yield from self._named(topic, name)
            if f"{topic}.{name}" in shipped.wordings:
                yield f"{self._lines.of(topic, name)}: comes with Liaison and cannot be replaced; give it another code"
            yield from self._worded(phrase, topic, name)
            bases = {code.partition("-")[0] for code in phrase}
            for language in self._languages:
                if language not in bases:
                    yield f"{self._lines.of(topic, name)}: has no wording in {language}, a working language"

    def _named(self, *keys: str) -> Iterator[str]:
        if not _NAME.fullmatch(keys[-1]):
            yield (
                f"{self._lines.of(*keys)}: a code has two parts of small letters and digits, 20 each, such as"
                " halt.vehicle"
            )

    def _worded(self, texts: Mapping[str, Any], *keys: str) -> Iterator[str]:
        for code, text in texts.items():
            if not is_language(code):
                yield f"{self._lines.of(*keys, code)}: {code!r} is not a language code such as 'pt'"
            elif not isinstance(text, str):
                yield f"{self._lines.of(*keys, code)}: must be a text in quotes"
            elif not text.strip():
                yield f"{self._lines.of(*keys, code)}: must not be empty"
            elif len(text) > LONGEST:
                yield f"{self._lines.of(*keys, code)}: has {len(text)} characters; {LONGEST} are the most"
            elif not _UNSEEN.isdisjoint(map(unicodedata.category, text)):
                yield f"{self._lines.of(*keys, code)}: must be one line without invisible characters"


def _texts(table: Mapping[str, Any]) -> dict[str, str]:
    return {code: text.strip() for code, text in table.items() if isinstance(text, str)}
