"""A time zone in a time phrase: `Europe/Athens`, `UTC`, `UTC+2`, `Z`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from zoneinfo import available_timezones

from bot.model.times.folding import fold
from bot.model.times.line import Line
from bot.model.times.said import Phrase

_OFFSET = re.compile(r"(?:utc|gmt) ?([+-]\d{1,2}(?::?\d\d)?)(?![\d:])|(\+\d\d:?\d\d)(?![\d:])")
_UTC = re.compile(r"(?:utc|gmt|zulu)(?![^\W_]| ?[+-]\d)")
_NAMED = re.compile(r"[a-z]+(?: [a-z]+)?/[a-z/+-]+(?: [a-z]+){0,3}")


def zones(line: Line, at: int) -> Iterator[tuple[Phrase, int]]:
    """Return the zones at *at* of *line*: an IANA name or an offset such as `+05:30`, and where each ends."""
    if found := _OFFSET.match(line.text, at):
        yield Phrase(zone=found[1] or found[2]), found.end()
    if found := _UTC.match(line.text, at):
        yield Phrase(zone="UTC"), found.end()
    if found := _NAMED.match(line.text, at):
        words = found[0]
        while words:
            if name := _names().get(words):
                yield Phrase(zone=name), at + len(words)
            words = words.rpartition(" ")[0]


@cache
def _names() -> dict[str, str]:
    return {fold(name): name for name in sorted(available_timezones()) if "/" in name}
