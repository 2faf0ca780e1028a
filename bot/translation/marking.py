"""Words with marks around some of them, put on paper: as plain text, or as HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

from bot.i18n import isolate, turns
from bot.model.rich import Mark
from bot.translation import mask

_SLOT = re.compile(mask.SLOT)
_FIRST_SLOT = ord(mask.slot(0))


@dataclass(frozen=True, slots=True)
class Face:
    """How a token that no engine touched is shown: as HTML, and as plain text."""

    html: str
    text: str

    @classmethod
    def of(cls, token: str) -> Face:
        """Return how a token of the text is shown."""
        return cls(escape(token, quote=False), token)


@dataclass(frozen=True, slots=True)
class Span:
    """What a mark stands around; `depth` is how many marks stand around it."""

    start: int
    end: int
    mark: Mark
    depth: int

    def at(self, start: int, end: int) -> Span:
        """Return the same mark around something else."""
        return replace(self, start=start, end=end)

    def within(self, start: int, end: int) -> Span | None:
        """Return what of it lies between these bounds, counted from the first; None if nothing does."""
        first, last = max(self.start, start), min(self.end, end)
        return self.at(first - start, last - start) if first < last else None

    def covers(self, text: str) -> bool:
        """Return whether it stands around all words of *text*."""
        return not any(map(str.isalnum, text[: self.start] + text[self.end :]))


@dataclass(frozen=True, slots=True)
class Marked:
    """A text, tokens in slots, and the marks in it: each within another one, or beside it."""

    text: str
    spans: tuple[Span, ...]


def joined(parts: Sequence[Marked]) -> Marked:
    """Return *parts* in a row; a mark that ends where the same one begins goes on."""
    spans: list[Span] = []
    last: dict[int, int] = {}
    length = 0
    for part in parts:
        for span in part.spans:
            moved = span.at(span.start + length, span.end + length)
            before = last.get(moved.depth)
            if before is not None and _goes_on(spans[before], moved, length):
                spans[before] = moved.at(spans[before].start, moved.end)
            else:
                last[moved.depth] = len(spans)
                spans.append(moved)
        length += len(part.text)
    return Marked("".join(part.text for part in parts), tuple(spans))


def _goes_on(span: Span, following: Span, at: int) -> bool:
    return span.mark == following.mark and span.end == following.start == at


def plain(marked: Marked, faces: Sequence[Face]) -> str:
    """Return *marked* as plain text, tokens in place of their slots."""

    def words(text: str) -> str:
        return _SLOT.sub(lambda m: faces[ord(m[0]) - _FIRST_SLOT].text, text)

    return "".join(_written(marked, words, lambda mark: (mark.before, mark.after)))


def html(marked: Marked, faces: Sequence[Face], language: str) -> str:
    """Return *marked* as HTML, tokens that could turn the direction of a line in *language* isolated."""

    def face(match: re.Match[str]) -> str:
        found = faces[ord(match[0]) - _FIRST_SLOT]
        return isolate(found.html) if turns(found.text, language) and "\n" not in found.html else found.html

    def words(text: str) -> str:
        return _SLOT.sub(face, escape(text, quote=False))

    return "".join(_written(marked, words, lambda mark: (mark.opening, mark.closing)))


def _written(marked: Marked, words: Callable[[str], str], signs: Callable[[Mark], tuple[str, str]]) -> Iterator[str]:
    """Yield the pieces of *marked*: *words* as they are shown, and the *signs* of marks before and after."""
    at = 0
    open_: list[Span] = []
    for span in sorted(marked.spans, key=lambda span: (span.start, span.depth)):
        while open_ and open_[-1].end <= span.start:
            yield words(marked.text[at : open_[-1].end])
            at = open_[-1].end
            yield signs(open_.pop().mark)[1]
        start, end = max(at, span.start), min([span.end, *(other.end for other in open_[-1:])])
        if start < end:
            yield words(marked.text[at:start]) + signs(span.mark)[0]
            at = start
            open_.append(span.at(start, end))
    for span in reversed(open_):
        yield words(marked.text[at : span.end])
        at = span.end
        yield signs(span.mark)[1]
    yield words(marked.text[at:])
