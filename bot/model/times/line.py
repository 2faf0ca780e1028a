"""A folded line with its words at hand: what every part of the grammar reads from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.model.times.lexicon import Kind, Lexicon, Value


@dataclass(slots=True)
class Line:
    """The folded *text* of one phrase, read with the words of *lexicon*."""

    text: str
    lexicon: Lexicon
    _seen: dict[int, list[tuple[Kind, Value, int]]] = field(default_factory=dict)

    def words(self, at: int) -> list[tuple[Kind, Value, int]]:
        """Return what the words at *at* can be, looked up once."""
        if at not in self._seen:
            self._seen[at] = list(self.lexicon.at(self.text, at))
        return self._seen[at]

    def of(self, at: int, kind: Kind) -> Iterator[tuple[Value, int]]:
        """Return the words at *at* that are of *kind*: their value, and where they end."""
        return ((value, end) for found, value, end in self.words(at) if found is kind)

    def gap(self, at: int) -> int:
        """Return where the next word begins."""
        return at + 1 if self.text[at : at + 1] == " " else at

    def past(self, at: int, kind: Kind) -> list[int]:
        """Return where one can go on: at the next word, and after words of *kind*."""
        start = self.gap(at)
        return [start, *(self.gap(end) for _, end in self.of(start, kind))]

    def ends(self, at: int) -> bool:
        """Return whether no word or number goes on at *at*."""
        before, after = self.text[at - 1 : at], self.text[at : at + 1]
        if not (before and after):
            return True
        return not ((before.isdigit() and after.isdigit()) or (before.isalpha() and after.isalpha()))
