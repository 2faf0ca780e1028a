"""A line of text to words: quotes, invisible marks, mentions. It reads from left to right, once."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from bot.arguments.folding import MARKS

# Each quote and what may close it: nations differ, and keyboards mix straight and curly ones.
_CLOSED_BY = {
    '"': '"”“', "“": '”"“', "”": '”"', "„": '“”"', "«": "»", "»": "«»", "‹": "›", "›": "‹›",
    "'": "'’", "‘": "’'", "’": "’'", "‚": "‘’'",
}  # fmt: skip
QUOTES = "".join(_CLOSED_BY)
_QUOTING = (('"', '"'), ("«", "»"), ("‹", "›"), ("'", "'"))
"""Quotes of which each is closed by other marks than the others are."""
COMMAS = ",،、，;；؛"
"""What people of several scripts write between the values of a list."""
_RUN = re.compile(r"\S+")
_GAP = re.compile(rf"[\s{MARKS}]*")
_LINK = re.compile(r"\[[^\]\n]{1,300}\]\((https://matrix\.to/#/[^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Pill:
    """A mention in a message: what the text shows and whom it links to."""

    shown: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Word:
    """One word, several in quotes, or a mention: what it says, and where it stands, quotes included."""

    text: str
    start: int
    end: int
    quoted: bool = False
    mention: bool = False

    @property
    def plain(self) -> bool:
        """Whether it may be an option, a verb, a dash: not in quotes and no mention."""
        return not (self.quoted or self.mention)


def quoted(text: str) -> str | None:
    """Return *text* in quotes, so that a line with it and a space has it as one word; None if it has every quote."""
    for opening, closing in _QUOTING:
        if not any(mark in text for mark in _CLOSED_BY[opening]):
            return f"{opening}{text}{closing}"
    return None


class Scanner:
    """The words of one line of text."""

    def __init__(self, text: str, pills: Sequence[Pill] = ()) -> None:
        self.text = text
        # By first letter: otherwise every word of the line would be compared with every mention.
        self._pills: dict[str, list[Pill]] = {}
        for pill in sorted(pills, key=lambda p: -len(p.shown)):
            self._pills.setdefault(pill.shown[:1], []).append(pill)
        self._closing: dict[str, list[int]] = {}

    def word(self, at: int) -> Word | None:
        """Return the word that begins at *at* or next after it, or None at the end of the line."""
        start = self.after_gap(at)
        if start == len(self.text):
            return None
        return self._pill(start) or self._quoted(start) or self._plain(start)

    def after_gap(self, at: int) -> int:
        """Return the first place from *at* on that is neither space nor invisible."""
        gap = _GAP.match(self.text, at)
        return gap.end() if gap else at

    def _plain(self, start: int) -> Word:
        run = _RUN.match(self.text, start)
        end = run.end() if run else len(self.text)
        return Word(self.text[start:end].strip(MARKS), start, end)

    def _quoted(self, start: int) -> Word | None:
        opening = self.text[start]
        if opening not in _CLOSED_BY:
            return None
        closing = self._closing_of(opening)
        at = bisect_right(closing, start)
        if at == len(closing):
            return None  # never closed: the mark is text
        inner = self.text[start + 1 : closing[at]]
        tail = _RUN.match(self.text, closing[at] + 1)  # `"one", two`: the comma stays with its word
        if tail is None:
            return Word(inner, start, closing[at] + 1, quoted=True)
        return Word(inner + tail[0].strip(MARKS), start, tail.end(), quoted=True)

    def _closing_of(self, opening: str) -> list[int]:
        """Return the places of quotes that may close *opening*, found once so that a line stays linear."""
        if opening not in self._closing:
            places = (m.start() for m in re.finditer(f"[{_CLOSED_BY[opening]}]", self.text))
            self._closing[opening] = [i for i in places if not self._within_word(i)]
        return self._closing[opening]

    def _within_word(self, quote: int) -> bool:
        """Return whether letters follow: an apostrophe, or the beginning of another quote."""
        following = self.text[quote + 1 : quote + 2]
        return following.isalnum() or following == "_"

    def _pill(self, start: int) -> Word | None:
        opening = self.text[start]
        if opening == "[" and (link := _LINK.match(self.text, start)):
            return Word(link[1], start, link.end(), mention=True)
        for pill in self._pills.get(opening, ()):
            end = start + len(pill.shown)
            if self.text.startswith(pill.shown, start) and not self.text[end : end + 1].isalnum():
                return Word(pill.user_id, start, end, mention=True)
        return None
