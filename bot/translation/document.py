"""A text taken apart for translation: protected tokens, segments, and what stands between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.model.handling import unlabelled
from bot.model.translation import Aids
from bot.translation import mask, normalise, protect, segment
from bot.translation.protect import Token

MAX_SEGMENTS = 500
"""Segments of a text that are translated: each costs calls of an engine, and 20,000 characters can hold 10,000."""

_NO_AIDS = Aids()


@dataclass(frozen=True, slots=True)
class Document:
    """A text's tokens, its segments (with slots), and the glue around them: one piece more than segments.

    `cut` says that the last segment is all that stands beyond MAX_SEGMENTS: no engine gets it.
    `label` is how the text is to be handled, as it was written: it stays before all else.
    """

    tokens: tuple[str, ...]
    segments: tuple[str, ...]
    glue: tuple[str, ...]
    cut: bool = False
    label: str = ""

    @classmethod
    def parse(cls, text: str, language: str, aids: Aids = _NO_AIDS) -> Document:
        """Return *text*, written in *language*, taken apart; the names and the kept terms of *aids* are tokens too."""
        whole = normalise.clean(text)
        text = unlabelled(whole)
        tokens: list[str] = []
        parts: list[str] = []
        at = 0
        kept = [Token(found.start, found.end, "term") for found in aids.glossary.kept(text, language)]
        for token in protect.with_kept(protect.find(text, aids.names), kept)[: mask.MAX_SLOTS]:
            parts += [text[at : token.start], mask.slot(len(tokens))]
            tokens.append(text[token.start : token.end])
            at = token.end
        segments, glue, cut = _segments(normalise.plain("".join([*parts, text[at:]])), language)
        return cls(tuple(tokens), tuple(segments), tuple(glue), cut, whole[: len(whole) - len(text)])

    @property
    def protected(self) -> tuple[str, ...]:
        """The tokens in order, the label before them."""
        return (self.label, *self.tokens) if self.label else self.tokens

    def assemble(self, segments: Sequence[str]) -> str:
        """Return the whole text with *segments* in place of its own, tokens back in their slots."""
        parts = [self.label, self.glue[0]]
        for text, glue in zip(segments, self.glue[1:], strict=True):
            parts += [text, glue]
        return mask.fill("".join(parts), self.tokens)


def has_letters(text: str) -> bool:
    """Return whether *text* holds a letter outside its slots."""
    return any(map(str.isalpha, text))


def _segments(text: str, language: str) -> tuple[list[str], list[str], bool]:
    """Return the segments of *text*, the glue around them, and whether the last segment is the rest beyond the most."""
    segments: list[str] = []
    glue: list[str] = []
    between: list[str] = []
    at = 0
    for part in parts_of(text, language):
        if has_letters(part):
            left = len(segments) == MAX_SEGMENTS
            core, before, after = core_of(text[at:] if left else part)
            glue.append("".join([*between, before]))
            segments.append(
                core if left else normalise.sentence_case(normalise.called(normalise.collapse(core)), language)
            )
            between = [after]
            if left:
                return segments, [*glue, after], True
        else:
            between.append(part)
        at += len(part)
    return segments, [*glue, "".join(between)], False


def parts_of(text: str, language: str) -> Iterator[str]:
    """Yield bullets, sentences (as *language* ends them) and lines without letters; joined, they are *text*."""
    for line in text.splitlines(keepends=True):
        if has_letters(line):
            start = segment.lead(line)
            yield line[:start]
            yield from segment.split(line[start:], language)
        else:
            yield line


def core_of(part: str) -> tuple[str, str, str]:
    """Return *part* without the blanks around it, and these."""
    core = part.strip()
    start = len(part) - len(part.lstrip())
    return core, part[:start], part[start + len(core) :]
