"""A report that is given at once: a text with its fields, each behind its name and a colon. Pure, linear."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.model.places import spelled
from bot.model.report.template import TEMPLATES, Template

_MARK = re.compile(r"[:=：＝]")
_QUOTED = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”|«[^»\n]*»|„[^“”\n]*[“”]")
_QUOTES = '"“”«»„'
_WORDS = 6
"""Words of the longest name of a field."""
_REACH = 80


@dataclass(frozen=True, slots=True)
class Keys:
    """What the fields of a template may be called, each `spelled`: names anywhere, letters where a line begins."""

    names: Mapping[str, str]
    letters: Mapping[str, tuple[str, ...]]


def keys_of(template: Template, called: Iterable[tuple[str, str]]) -> Keys:
    """Return the keys of *template*: its codes, letters, and what its fields are *called* (code and name)."""
    names = {spelled(name): code for code, name in called}
    letters: dict[str, tuple[str, ...]] = {}
    for field in TEMPLATES[template]:
        names.setdefault(spelled(field.code), field.code)
        if field.letter:
            letter = field.letter.casefold()
            letters[letter] = (*letters.get(letter, ()), field.code)
    return Keys(names, letters)


def parse(text: str, keys: Keys) -> tuple[dict[str, str], str, list[str]]:
    """Return the texts of the fields by their codes, what stands before the first, and the codes given twice."""
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    cuts: list[tuple[int, int, str]] = []
    seen: set[str] = set()
    for mark in _MARK.finditer(text):
        if any(start < mark.start() < end for start, end in quoted):
            continue
        after = cuts[-1][1] if cuts else 0
        if found := _key(text, after, mark.start(), keys, seen):
            start, code = found
            seen.add(code)
            cuts.append((start, mark.end(), code))
    given: dict[str, str] = {}
    twice: list[str] = []
    for index, (_start, end, code) in enumerate(cuts):
        stop = cuts[index + 1][0] if index + 1 < len(cuts) else len(text)
        if code in given:
            twice.append(code)
        given[code] = _value(text[end:stop])
    return given, text[: cuts[0][0] if cuts else len(text)].strip(), twice


def _key(text: str, after: int, mark: int, keys: Keys, seen: set[str]) -> tuple[int, str] | None:
    """Return where the field's name before *mark* begins, at *after* or later, and its code; None if there is none."""
    line = max(text.rfind("\n", after, mark) + 1, after, mark - _REACH)
    begins = line == 0 or text[line - 1] == "\n"
    words = [found.start() for found in re.finditer(r"\S+", text[line:mark])][-_WORDS:]
    for word in words:  # the longest name first
        start = line + word
        name = spelled(text[start:mark])
        if name in keys.names:
            return start, keys.names[name]
        if begins and not text[line:start].strip() and (codes := keys.letters.get(name)):
            # METHANE has two E: the second one is the second field of that letter.
            return start, next((code for code in codes if code not in seen), codes[-1])
    return None


def _value(text: str) -> str:
    value = text.strip().rstrip(",;").strip()
    if len(value) > 1 and _QUOTED.fullmatch(value):
        return value.strip(_QUOTES).strip()
    return value
