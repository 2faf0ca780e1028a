"""Files of checklists: the one that comes with Liaison, and a task force's own.

A file is TOML: a list for each type of incident, of items that have a `code` (a sentence that comes with Liaison) or a
`text` (in the task force's language), and perhaps `when`, such as "severity >= high and not validated".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from bot.config.bounded import read_bounded, read_toml, shortened, unquoted

TYPES = (
    "crossing", "smuggling", "trafficking", "document", "drugs", "weapons", "vehicle", "rescue", "violence", "aircraft",
    "vessel", "other",
)  # fmt: skip
SEVERITIES = ("low", "medium", "high", "very_high")
MOST_ITEMS = 20
LONGEST = 200
LARGEST = 250_000
"""Bytes of a file: all lists, as long as they may be, with room to spare."""
_SEVERITY = re.compile(r"severity\s*(>=|<=)\s*(\w+)")
_FACTS = {"not validated": ("without", "validation"), "no place": ("without", "place"), "no lead": ("without", "lead")}
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_KEYS = {"code", "text", "when"}

Lists = Mapping[str, tuple["ListItem", ...]]


@dataclass(frozen=True, slots=True)
class ListItem:
    """An item: its code or else its text, and what must hold (`at_least`, `at_most` or `without`, and of what)."""

    code: str | None
    text: str | None
    when: tuple[tuple[str, str], ...] = ()


def shipped_checklists() -> Lists:
    """Return the checklists that come with Liaison."""
    found, faults = _read((files("bot.config") / "checklists.toml").read_text("utf-8"), None)
    if faults:
        raise ValueError(f"bot/config/checklists.toml: {'; '.join(faults)}")
    return found


def own_checklists(path: Path) -> tuple[Lists, list[str]]:
    """Return the checklists in a task force's file, and what is wrong with it, a sentence each.

    A list stands in the place of the one of its type that comes with Liaison, and may use all the codes of those.
    """
    text, unread = read_bounded(path, LARGEST)
    if unread:
        return {}, unread
    codes = {item.code for items in shipped_checklists().values() for item in items if item.code}
    found, faults = _read(text, codes)
    return found, [f"{path}: {fault}" for fault in shortened(faults)]


def _read(text: str, codes: set[str] | None) -> tuple[Lists, list[str]]:
    """Return the lists in *text*, and its faults; *codes* are those that may be used, None: any."""
    table, unread = read_toml(text)
    if unread:
        return {}, unread
    bare = unquoted(text)
    faults = [
        f"{_at(bare, type, number)}{fault}"
        for type, items in table.items()
        for number, fault in _faults_of_list(type, items, codes)
    ]
    if faults:
        return {}, faults
    return {type: tuple(_item(item) for item in items) for type, items in table.items()}, []


def _at(bare: str, type: str, number: int) -> str:
    """Return on which line of a file a list is, or its item *number*; nothing if its name stands there in quotes."""
    tables = [
        found.start() for found in re.finditer(rf"^[ \t]*\[\[?[ \t]*{re.escape(type)}[ \t]*\]", bare, re.MULTILINE)
    ]
    key = re.search(rf"^[ \t]*{re.escape(type)}[ \t]*=", bare, re.MULTILINE)
    if tables:
        at = tables[min(max(number, 1), len(tables)) - 1]
    elif key:
        items = [found.start() for found in re.finditer(r"\{", bare[key.end() :])]
        at = key.end() + items[number - 1] if 0 < number <= len(items) else key.end()
    else:
        return ""
    return f"line {bare.count(chr(10), 0, at) + 1}: "


def _item(item: Mapping[str, str]) -> ListItem:
    text = item.get("text")
    return ListItem(item.get("code"), text.strip() if text else None, _conditions(item.get("when", "")) or ())


def _faults_of_list(type: str, items: Any, codes: set[str] | None) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with a list, or with its item of that number, counted from 1."""
    if type not in TYPES:
        yield 0, f"{type}: is not a type of incident; these are: {', '.join(TYPES)}"
    elif not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        yield 0, f"{type}: must be a list of items in curly brackets"
    elif not 1 <= len(items) <= MOST_ITEMS:
        yield 0, f"{type}: has {len(items)} items; it needs 1 to {MOST_ITEMS}"
    else:
        keys = [item.get("code") or item.get("text") for item in items]
        for number, item in enumerate(items, 1):
            yield from ((number, f"{type}.{number}: {fault}") for fault in _faults_of_item(item, codes))
            if keys.index(keys[number - 1]) != number - 1:
                yield number, f"{type}.{number}: stands there already"


def _faults_of_item(item: Mapping[str, Any], codes: set[str] | None) -> Iterator[str]:
    yield from (f"{key}: is not a key that Liaison knows" for key in item if key not in _KEYS)
    if wrong := [key for key in _KEYS & set(item) if not isinstance(item[key], str)]:
        yield from (f"{key}: must be a text in quotes" for key in wrong)
        return
    if ("code" in item) == ("text" in item):
        yield "needs a code or a text, and not both"
    if codes is not None and "code" in item and item["code"] not in codes:
        yield f"code: {item['code'][:LONGEST]!r} does not come with Liaison; these do: {', '.join(sorted(codes))}"
    text = item.get("text", "x").strip()
    if not 1 <= len(text) <= LONGEST:
        yield f"text: has {len(text)} characters; it needs 1 to {LONGEST}"
    if not _UNSEEN.isdisjoint(map(unicodedata.category, text)):
        yield "text: must be one line without invisible characters"
    if "when" in item and _conditions(item["when"]) is None:
        yield (
            f"when: {item['when'][:LONGEST]!r} is no condition such as 'severity >= high', 'not validated', 'no place'"
            " or 'no lead', or several of them with 'and'"
        )


def _conditions(text: str) -> tuple[tuple[str, str], ...] | None:
    """Return the conditions that *text* names, None if it is none."""
    found = []
    if len(text) > LONGEST:
        return None
    for part in re.split(r"\s+and\s+", text.strip()) if text else ():
        severity = _SEVERITY.fullmatch(part)
        if severity and severity[2] in SEVERITIES:
            found.append(("at_least" if severity[1] == ">=" else "at_most", severity[2]))
        elif part in _FACTS:
            found.append(_FACTS[part])
        else:
            return None
    return tuple(found)
