"""A text taken apart for translation: protected tokens, segments, and what stands between them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.translation import mask, normalise, protect, segment


@dataclass(frozen=True, slots=True)
class Document:
    """A text's tokens, its segments (with slots), and the glue around them: one piece more than segments."""

    tokens: tuple[str, ...]
    segments: tuple[str, ...]
    glue: tuple[str, ...]

    @classmethod
    def parse(cls, text: str, language: str, names: Collection[str] = ()) -> Document:
        """Return *text*, written in *language*, taken apart; *names* are further words to protect."""
        text = normalise.clean(text)
        tokens: list[str] = []
        parts: list[str] = []
        at = 0
        for token in protect.find(text, names)[: mask.MAX_SLOTS]:
            parts += [text[at : token.start], mask.slot(len(tokens))]
            tokens.append(text[token.start : token.end])
            at = token.end
        segments, glue = _segments(normalise.plain("".join([*parts, text[at:]])), language)
        return cls(tuple(tokens), tuple(segments), tuple(glue))

    def assemble(self, segments: Sequence[str]) -> str:
        """Return the whole text with *segments* in place of its own, tokens back in their slots."""
        parts = [self.glue[0]]
        for text, glue in zip(segments, self.glue[1:], strict=True):
            parts += [text, glue]
        return mask.fill("".join(parts), self.tokens)


def has_letters(text: str) -> bool:
    """Return whether *text* holds a letter outside its slots."""
    return any(map(str.isalpha, text))


def _segments(text: str, language: str) -> tuple[list[str], list[str]]:
    segments: list[str] = []
    glue = [""]
    for line in text.splitlines(keepends=True):
        start = segment.lead(line)
        glue[-1] += line[:start]
        for part in segment.split(line[start:]):
            if not has_letters(part):
                glue[-1] += part
                continue
            core = part.strip()
            before = part[: len(part) - len(part.lstrip())]
            glue[-1] += before
            segments.append(normalise.sentence_case(normalise.collapse(core), language))
            glue.append(part[len(before) + len(core) :])
    return segments, glue
