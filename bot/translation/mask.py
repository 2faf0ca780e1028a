"""Masks: what stands for a protected token while an engine works, and how it comes back.

Inside this package a protected token is one character of a private plane, a *slot*. Neighbouring
slots, also with a comma between them, get one mask together. Only ASCII words survive engines; which
kind survives best is measured for each pair (`liaison models test`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_FIRST_SLOT = 0xF0000
_HIDDEN_DIGITS = 0x100000
MAX_SLOTS = 0xFFFD
SLOT = "[\U000f0000-\U000ffffd\U00100000-\U0010fffd]"
"""The class of characters that stand for tokens, for use in a regular expression."""

STYLES: Mapping[str, str] = {"letters": "XQ", "numbers": "9000"}
"""Mask styles: what stands before the running number."""

_RUN = re.compile(rf"{SLOT}+(?:[,;/]?\s{{1,3}}{SLOT}+)*")  # a latitude must not lose its longitude
_GLUED = re.compile(rf"(?<=[^\W_])(?={SLOT})|(?<={SLOT})(?=[^\W_]|{SLOT})")
_TOKEN_SLOT = re.compile("[\U000f0000-\U000ffffd]")
_DIGIT_SLOT = re.compile("[\U00100000-\U00107fff]")
_DIGITS = re.compile(r"\d+")
_FOUND = {
    "letters": re.compile(r"[Xx][Qq](?:\s?\d+)?"),  # a model may make up one, or half a one
    "numbers": re.compile(r"9\D?000\d+"),
}


@dataclass(frozen=True, slots=True)
class Masked:
    """A segment as an engine gets it, which mask stands for which slots, and what only looks like one."""

    text: str
    masks: Mapping[str, str]
    style: str
    own: frozenset[str]


def slot(index: int) -> str:
    """Return the character that stands for the token of that index."""
    return chr(_FIRST_SLOT + index)


def fill(text: str, tokens: tuple[str, ...]) -> str:
    """Return *text* with every slot replaced by its token."""
    return _TOKEN_SLOT.sub(lambda m: tokens[ord(m[0]) - _FIRST_SLOT], text)


def fill_from(text: str, first: int, wordings: Sequence[str]) -> str:
    """Return *text* with the slots from the index *first* on replaced by *wordings*; the others stay."""
    made = {_FIRST_SLOT + first + i: wording for i, wording in enumerate(wordings)}
    return text.translate(made)


def occurs(segment: str, style: str) -> bool:
    """Return whether *segment* itself has something that looks like a mask of *style*: then it is not used."""
    return _FOUND[style].search(segment) is not None


def mask(segment: str, style: str) -> Masked:
    """Return *segment* with a mask for each run of slots; a mask that occurs in the text is not used."""
    masks: dict[str, str] = {}
    number = 0
    parts: list[str] = []
    at = 0
    for run in _RUN.finditer(segment):
        while (name := f"{STYLES[style]}{number}") in segment:
            number += 1
        number += 1
        masks[name] = run[0]
        before, after = segment[: run.start()][-1:], segment[run.end() :][:1]
        parts += [segment[at : run.start()], " " * before.isalnum(), name, " " * after.isalnum()]
        at = run.end()
    own = frozenset(match[0] for match in _FOUND[style].finditer(segment))
    return Masked("".join([*parts, segment[at:]]), masks, style, own)


def unmask(masked: Masked, output: str) -> str | None:
    """Return *output* with its slots back, or None unless each mask is there exactly once and no other."""
    found = [m for m in _FOUND[masked.style].finditer(output) if m[0] not in masked.own]
    if sorted(m[0] for m in found) != sorted(masked.masks):
        return None
    parts: list[str] = []
    at = 0
    for match in found:
        if output[: match.start()][-1:].isalnum() or output[match.end() :][:1].isalnum():
            return None
        parts += [output[at : match.start()], masked.masks[match[0]]]
        at = match.end()
    return "".join([*parts, output[at:]])


def apart(segment: str, text: str) -> str:
    """Return *text* with a blank at each slot that runs into a word or another slot, as in *segment* none does.

    A plate that a count runs into is another plate.
    """
    return text if _GLUED.search(segment) else _GLUED.sub(" ", text)


def hide_digits(segment: str) -> tuple[str, tuple[str, ...]]:
    """Return *segment* with every number in a slot of its own, and the numbers."""
    numbers: list[str] = []

    def hide(match: re.Match[str]) -> str:
        numbers.append(match[0])
        return chr(_HIDDEN_DIGITS + len(numbers) - 1)

    return _DIGITS.sub(hide, segment), tuple(numbers)


def show_digits(segment: str, numbers: tuple[str, ...]) -> str:
    """Return *segment* with the hidden *numbers* back."""
    return _DIGIT_SLOT.sub(lambda m: numbers[ord(m[0]) - _HIDDEN_DIGITS], segment)


def around(segment: str) -> list[str]:
    """Return *segment* cut around its slots: text, slots, text, … (joined, they are the segment)."""
    parts: list[str] = []
    at = 0
    for run in _RUN.finditer(segment):
        parts += [segment[at : run.start()], run[0]]
        at = run.end()
    return [*parts, segment[at:]]
