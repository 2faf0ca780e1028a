"""What a person's translation is compared with the original by, and what the original is found again by."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from bot.model.handling import unlabelled
from bot.model.translation import Flag
from bot.translation import detect, mask, normalise, protect, quality
from bot.translation.document import Document, has_letters
from bot.translation.occurring import occurring
from bot.translation.protect import Token
from bot.translation.route import base

_SLOT = re.compile(mask.SLOT)


@dataclass(frozen=True, slots=True)
class Original:
    """A text as a correction sees it: its words with tokens in slots, its language, the tokens, and its label.

    Nobody's name is a token here: that the machine took a word for a name may be what is corrected.
    """

    text: str
    language: str
    tokens: tuple[str, ...]
    label: str = ""

    @classmethod
    def of(cls, text: str, language: str) -> Original:
        """Return *text*, written in *language*; backticks are left out, because apps do not show them."""
        document = Document.parse(text.replace("`", ""), base(language))
        parts = (part for pair in zip_longest(document.glue, document.segments, fillvalue="") for part in pair)
        return cls("".join(parts), base(language), document.tokens, document.label)

    def key(self, target: str) -> str:
        """Return a hash of the lines, whatever their blanks and their first letter, for translations into *target*.

        Elsewhere the case can be the meaning (“Sie” and “sie”), as can be which tokens are the same, and a sign.
        """
        lines = "\n".join(" ".join(line.split()) for line in self.text.splitlines())
        words = lines[:1].lower() + lines[1:]
        first: dict[str, int] = {}
        tokens = [first.setdefault(t, n) if any(map(str.isalnum, t)) else t for n, t in enumerate(self.tokens)]
        of = json.dumps([self.language, base(target), words, tokens])
        return hashlib.sha256(of.encode()).hexdigest()[:32]

    def filled(self, wording: str) -> str | None:
        """Return *wording*, a translation with slots, with the tokens; None if it has not each of them once."""
        if sorted(_SLOT.findall(wording)) != sorted(map(mask.slot, range(len(self.tokens)))):
            return None
        return self.labelled(mask.fill(wording, self.tokens))

    def labelled(self, said: str) -> str:
        """Return *said* behind the original's label, if it has one."""
        return f"{self.label} {said.strip()}" if self.label else said


@dataclass(frozen=True, slots=True)
class Compared:
    """A person's translation beside the original: with slots, what may be wrong, and which words differ.

    `missing` are tokens, numbers and units that only the original has, `added` those that only the translation has.
    """

    text: str
    flags: frozenset[Flag]
    missing: tuple[str, ...]
    added: tuple[str, ...]


def compare(original: Original, said: str, target: str) -> Compared:
    """Return *said*, a translation of *original* into *target* by a person, beside it."""
    text, missing, surplus = _slotted(
        unlabelled(normalise.clean(said).replace("`", "").strip()).strip(), original.tokens
    )
    languages = (original.language, base(target))
    flags = {
        Flag.PLACEHOLDER: bool(missing or surplus),
        Flag.NUMBER: not quality.same_numbers(original.text, text),
        Flag.UNIT: not quality.same_units(original.text, text, languages),
        Flag.NEGATION: not quality.same_negation(original.text, text, languages),
        Flag.SCRIPT: not detect.written_in(text, target) or (has_letters(original.text) and not has_letters(text)),
    }
    only_here, only_there = quality.differences(original.text, text, languages)
    return Compared(
        text,
        frozenset(flag for flag, raised in flags.items() if raised),
        tuple(dict.fromkeys((*missing, *only_here))),
        tuple(dict.fromkeys((*surplus, *only_there))),
    )


def _slotted(said: str, tokens: Sequence[str]) -> tuple[str, list[str], list[str]]:
    """Return *said* with *tokens* in slots and without others; those that it lacks; those that it has beside them."""
    left: dict[str, list[int]] = {}
    for index, token in enumerate(tokens):
        left.setdefault(token, []).append(index)
    surplus: list[str] = []
    parts: list[str] = []
    at = 0
    for start, token in occurring(said, left):
        parts.append(said[at:start])
        if left[token]:
            parts.append(mask.slot(left[token].pop(0)))
        else:
            surplus.append(token)
            parts.append(" ")
        at = start + len(token)
    text = "".join([*parts, said[at:]])
    parts, at = [], 0
    for found in _tokens(text):
        parts += [text[at : found.start], " "]
        surplus.append(text[found.start : found.end])
        at = found.end
    missing = [token for token, indices in left.items() for _ in indices]
    return "".join([*parts, text[at:]]), missing, surplus


def _tokens(text: str) -> list[Token]:
    """Return the tokens of *text* beside its slots."""
    bounds = [0, *(at for slot in _SLOT.finditer(text) for at in slot.span()), len(text)]
    between = zip(bounds[::2], bounds[1::2], strict=True)
    found = ((start, token) for start, end in between for token in protect.find(text[start:end]))
    return [replace(token, start=start + token.start, end=start + token.end) for start, token in found]
