"""What charts are drawn on: SVG in which what begins a line stands right where words run from right to left.

It holds classes and no colours, so that one chart serves a picture, a screen, the dark and paper. Its own direction is
always from left to right and every text is isolated: what draws it need not agree on what an anchor means otherwise.
"""

from __future__ import annotations

from html import escape
from typing import Literal

from bot.i18n import isolate, right_to_left

Anchor = Literal["start", "middle", "end"]
_UNIT = 4
"""How many characters what is counted has at the most to stand on the line of its number: “1 min”."""
OPENING, CLOSING = "\u2066\u2067\u2068", "\u2069"
"""What begins an isolate, and what ends one (UAX #9)."""
_TURNED: dict[Anchor, Anchor] = {"start": "end", "middle": "middle", "end": "start"}
_THIN = frozenset("iljtfrI.,:;'|!()[]·-–ıіїӏΙι ")
_WIDE = frozenset("mwMW@%шщжюфмыШЩЖЮФМωΩ")


class Sheet:
    """Shapes on a sheet of *width* units; what is `across` counts from where a line begins."""

    def __init__(self, width: float, language: str) -> None:
        self.width = width
        self._language = language
        self.turned = right_to_left(language)
        self._parts: list[str] = []

    def text(self, across: float, down: float, said: str, kind: str, anchor: Anchor = "start") -> None:
        """Write *said* with its base line *down* there."""
        x, anchor = (self.width - across, _TURNED[anchor]) if self.turned else (across, anchor)
        shown = escape(isolate(said, self._language) if self.turned else said, quote=False)
        ends = f' text-anchor="{anchor}"' if anchor != "start" else ""
        self._parts.append(f'<text class="{kind}" x="{short(x)}" y="{short(down)}"{ends}>{shown}</text>')

    def bar(self, across: float, down: float, long: float, high: float, kind: str, round: float = 0) -> None:
        """Draw a bar that begins *across*, with its upper edge *down* there."""
        x = self.width - across - long if self.turned else across
        corner = f' rx="{short(round)}"' if round else ""
        size = f'width="{short(long)}" height="{short(high)}"'
        self._parts.append(f'<rect class="{kind}" x="{short(x)}" y="{short(down)}" {size}{corner}/>')

    def __str__(self) -> str:
        return "".join(self._parts)


def short(number: float) -> str:
    """Return *number* as SVG has it, to a tenth."""
    return f"{number:.1f}".removesuffix(".0")


def length(text: str, size: float) -> float:
    """Return about how long *text* is at that *size*, rather more: no font is asked."""
    total = 0.0
    for character in text:
        if character in _THIN:
            total += 0.36
        elif character in _WIDE:
            total += 0.9
        else:
            total += 0.7 if character.isupper() else 0.59
    return total * size


def cut(text: str, most: float, size: float) -> str:
    """Return *text*, or as much of its beginning as is about *most* long."""
    if length(text, size) <= most:
        return text
    shown = text
    while shown and length(shown, size) > most - size:
        shown = shown[:-1]
    opened = sum(shown.count(one) for one in OPENING) - shown.count(CLOSING)
    return f"{shown.rstrip()}…{CLOSING * opened}"


def lines(text: str, most: float, size: float, count: int = 3) -> list[str]:
    """Return *text* in as few lines as it takes, *most* long and *count* of them at the most, about equally long."""
    found = _broken(text, most, size)
    narrow = most
    while narrow > most / 2 and len(closer := _broken(text, narrow - size, size)) == len(found):
        found, narrow = closer, narrow - size
    kept, rest = found[:count], found[count:]
    if rest:
        kept[-1] = cut(f"{kept[-1]} {rest[0]}", most, size)
    return [cut(one, most, size) for one in kept]


def _broken(text: str, most: float, size: float) -> list[str]:
    """Return *text* in lines *most* long, those apart that are one longer word."""
    found: list[str] = []
    line = ""
    for word in _words(text):
        longer = f"{line} {word}".strip()
        if line and length(longer, size) > most:
            found.append(line)
            line = word
        else:
            line = longer
    return [*found, line]


def _words(text: str) -> list[str]:
    """Return the words of *text*: a number is one with its unit, and so is what stands isolated.

    Its isolate would end on another line.
    """
    found, depth = [""], 0
    for character in text:
        depth += (character in OPENING) - (character == CLOSING)
        if character.isspace() and depth <= 0:
            found.append("")
        else:
            found[-1] += character
    words: list[str] = []
    for word in filter(None, found):
        if words and words[-1].isdecimal() and word[0].isalpha() and len(word) <= _UNIT:
            words[-1] += f" {word}"
        else:
            words.append(word)
    return words
