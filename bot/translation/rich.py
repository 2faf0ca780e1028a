"""Formatted text taken apart for translation: its words go the way of plain ones, its marks are put back after."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from bot.i18n import isolate
from bot.model.rich import Atom, Mark, Rich
from bot.translation import mask, normalise, protect
from bot.translation.document import MAX_SEGMENTS, core_of, has_letters, parts_of
from bot.translation.marking import Face, Marked, Span, html, joined, plain
from bot.translation.placing import Hints, exactly, find

MOST_MARKED = 40
"""Phrases of a text that are looked for in the translation; beyond these, marks are as long as their sentences."""

_SLOT_OR_LINE = re.compile(rf"({mask.SLOT}|\n)")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a line: the text between sentences, or a sentence, by its number; and the marks in it."""

    text: str
    segment: int | None
    spans: tuple[Span, ...]


@dataclass(slots=True)
class _Flat:
    """All words of a text in a row, a line each, atoms in slots; and what is marked, the outermost first."""

    text: str = ""
    faces: list[Face] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)


class RichDocument:
    """Formatted text in the parts that are translated: sentences first, then phrases that are only looked for."""

    def __init__(self, rich: Rich, language: str, names: Collection[str] = ()) -> None:
        """Take *rich*, written in *language*, apart; *names* are further words to protect."""
        self._rich = rich
        flat = _flat(rich)
        text, spans = _normal(flat, names)
        self._faces = tuple(flat.faces)
        self._sentences: list[str] = []
        self._pieces = [
            list(self._taken(line, language, marks))
            for line, marks in zip(text.split("\n"), _by_line(text, spans), strict=True)
        ]
        self._phrases: dict[str, int] = {}
        self._hints: dict[tuple[int, Span], tuple[str, str, str]] = {}
        self._look_for()

    @property
    def tokens(self) -> tuple[str, ...]:
        """What no engine may touch."""
        return tuple(face.text for face in self._faces)

    @property
    def segments(self) -> tuple[str, ...]:
        """What is to be translated: the sentences, then the phrases that are looked for in them."""
        return (*self._sentences, *self._phrases)

    @property
    def cut(self) -> bool:
        """Whether it is more than is translated of a text."""
        return len(self._sentences) > MAX_SEGMENTS

    @property
    def sentences(self) -> int:
        """How many of the segments are sentences."""
        return len(self._sentences)

    def assemble(self, segments: Sequence[str], target: str) -> tuple[str, str]:
        """Return the whole as plain text and as HTML in *target*, with *segments* in place of its own."""
        texts: list[str] = []
        htmls: list[str] = []
        for line, pieces in zip(self._rich.lines, self._pieces, strict=True):
            marked = joined([self._marked(piece, segments) for piece in pieces])
            said, words = plain(marked, self._faces), html(marked, self._faces, target)
            texts += [line.lead, said]
            htmls += [line.html, words if line.verbatim else isolate(words, target)]
        return "".join(texts), "".join([*htmls, self._rich.end])

    def _taken(self, line: str, language: str, spans: Sequence[Span]) -> Iterator[_Piece]:
        """Yield the pieces of a line, *spans* in it."""
        parts = [(text, sentence) for text, sentence in _parts(line, language) if text]
        starts = list(accumulate((len(text) for text, _ in parts), initial=0))
        marks: list[list[Span]] = [[] for _ in parts]
        for span in spans:
            for i in range(bisect_right(starts, span.start) - 1, bisect_left(starts, span.end)):
                if within := span.within(starts[i], starts[i + 1]):
                    marks[i].append(within)
        for (text, sentence), within_it in zip(parts, marks, strict=True):
            number = None
            if sentence:
                number = len(self._sentences)
                said = normalise.collapse(text)
                said = said if within_it else normalise.called(said)  # marks are looked for where they stand
                self._sentences.append(normalise.sentence_case(said, language))
            yield _Piece(text, number, tuple(within_it))

    def _look_for(self) -> None:
        """Find out which phrases must be found again, and have them translated with what stands beside them."""
        for piece in (piece for pieces in self._pieces for piece in pieces if piece.segment is not None):
            sentence = self._sentences[piece.segment or 0]
            for span in piece.spans:
                if span.covers(piece.text) or len(sentence) != len(piece.text) or len(self._hints) >= MOST_MARKED:
                    continue
                hints = sentence[span.start : span.end], sentence[: span.start], sentence[span.end :]
                phrase, before, behind = (hint.strip() for hint in hints)
                self._hints[(piece.segment or 0, span)] = (phrase, before, behind)
                for hint in (phrase, before, behind):
                    if has_letters(hint):
                        self._phrases.setdefault(hint, len(self._sentences) + len(self._phrases))

    def _marked(self, piece: _Piece, segments: Sequence[str]) -> Marked:
        """Return a piece as it was translated, with its marks."""
        if piece.segment is None:
            return Marked(piece.text, piece.spans)
        made = segments[piece.segment]
        placed: list[Span] = []
        for span in piece.spans:
            bounds = self._bounds(span, piece, placed, len(made))
            found = self._found(piece, span, made, bounds, segments)
            placed.append(Span(*(found or bounds), span.mark, span.depth))
        return Marked(made, tuple(placed))

    def _bounds(self, span: Span, piece: _Piece, placed: Sequence[Span], length: int) -> tuple[int, int]:
        """Return between what a mark may stand: within the mark that it stands in, and behind those before it."""
        start, end = 0, length
        for original, other in zip(piece.spans, placed, strict=False):
            if original.depth < span.depth and original.start <= span.start and span.end <= original.end:
                start, end = max(start, other.start), min(end, other.end)
        return start, end

    def _found(
        self, piece: _Piece, span: Span, made: str, bounds: tuple[int, int], segments: Sequence[str]
    ) -> tuple[int, int] | None:
        """Return where the words of *span* stand in *made*; None if they are not found, or are all of it."""
        hints = self._hints.get((piece.segment or 0, span))
        if hints is None:
            return None
        phrase, before, behind = (self._translated(hint, segments) for hint in hints)
        if not has_letters(hints[0]):
            return exactly(made, hints[0], bounds)
        near = (span.start + span.end) / 2 / max(1, len(piece.text))
        return find(made, Hints(phrase, before, behind), bounds, near)

    def _translated(self, hint: str, segments: Sequence[str]) -> str:
        return segments[self._phrases[hint]] if hint in self._phrases else hint


def _flat(rich: Rich) -> _Flat:
    """Return the words of *rich* in a row; format characters are gone, so that nothing in them looks like a slot."""
    flat = _Flat()
    parts: list[str] = []
    length = 0
    for i, line in enumerate(rich.lines):
        if i:
            parts.append("\n")
            length += 1
        open_: list[tuple[Mark, int]] = []
        for item in line.items:
            _close(flat, open_, item.marks, length)
            open_ += [(mark, length) for mark in item.marks[len(open_) :]]
            words = _words(flat, item.content)
            parts.append(words)
            length += len(words)
        _close(flat, open_, (), length)
    flat.text = "".join(parts)
    flat.spans.sort(key=lambda span: (span.start, span.depth))
    return flat


def _close(flat: _Flat, open_: list[tuple[Mark, int]], marks: Sequence[Mark], at: int) -> None:
    """End, at that place, the marks that are open and not among *marks*."""
    kept = 0
    while kept < min(len(open_), len(marks)) and open_[kept][0] == marks[kept]:
        kept += 1
    for depth in reversed(range(kept, len(open_))):
        mark, start = open_.pop()
        if at > start:
            flat.spans.append(Span(start, at, mark, depth))


def _words(flat: _Flat, content: str | Atom) -> str:
    if isinstance(content, str):
        return normalise.clean(content)
    flat.faces.append(Face(content.html, content.text))
    return mask.slot(len(flat.faces) - 1)


def _normal(flat: _Flat, names: Collection[str]) -> tuple[str, list[Span]]:
    """Return the text with its tokens in slots and all else normalised, and its spans moved with it."""
    tokens = list(_tokens(flat, names))
    edges = sorted({bound for span in flat.spans for bound in (span.start, span.end)} | {len(flat.text)})
    new: dict[int, int] = {}
    out: list[str] = []
    length = at = 0
    waiting = iter([*tokens, (len(flat.text) + 1, 0)])
    token = next(waiting)
    for edge in edges:
        run: list[str] = []
        while token[0] < edge:
            run += [flat.text[at : token[0]], mask.slot(len(flat.faces))]
            flat.faces.append(Face.of(flat.text[slice(*token)]))
            at, token = token[1], next(waiting)
        run.append(flat.text[at:edge])
        at = max(at, edge)
        out.append(normalise.plain("".join(run)))
        length += len(out[-1])
        new[edge] = length
    # A mark that begins or ends within a token begins or ends behind it.
    spans = [span.at(new[span.start], new[span.end]) for span in flat.spans]
    return "".join(out), [span for span in spans if span.end > span.start]


def _tokens(flat: _Flat, names: Collection[str]) -> Iterator[tuple[int, int]]:
    """Yield where the tokens are; one that holds an atom or goes over lines is several."""
    for token in protect.find(flat.text, names)[: mask.MAX_SLOTS - len(flat.faces)]:
        at = token.start
        for part in _SLOT_OR_LINE.split(flat.text[token.start : token.end]):
            if part and not _SLOT_OR_LINE.fullmatch(part):
                yield at, at + len(part)
            at += len(part)


def _parts(line: str, language: str) -> Iterator[tuple[str, bool]]:
    """Yield sentences and what stands between them, and whether it is a sentence; joined, they are the line."""
    for part in parts_of(line, language):
        if has_letters(part):
            core, before, after = core_of(part)
            yield from ((before, False), (core, True), (after, False))
        else:
            yield part, False


def _by_line(text: str, spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Yield the spans of each line, counted from its beginning; none goes over a line."""
    starts = [0, *(match.end() for match in re.finditer("\n", text)), len(text) + 1]
    i = 0
    for start, end in pairwise(starts):
        found: list[Span] = []
        while i < len(spans) and spans[i].start < end:
            if within := spans[i].within(start, end - 1):
                found.append(within)
            i += 1
        yield found
