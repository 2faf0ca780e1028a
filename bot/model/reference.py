"""References: `BRAVO-7K3Q0`, one namespace for everything that has one.

Source: Crockford's base 32 (no I, L, O, U); the last character checks the others (Luhn mod 32). They are drawn, not
counted: a gap in a sequence would tell of records that a reader may not see.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 4
"""Drawn characters, before the one that checks them."""

_DASHES = "-‐‑–—"
_TYPED = re.compile(rf"(?:([^\W_][^\s]{{0,30}})[{_DASHES}])?([0-9A-Za-z]{{{LENGTH + 1}}})")
LOOKS_LIKE = str.maketrans("OIL", "011")
"""What is typed for a character that it looks like."""
_LIKE = {"0": "[0O]", "1": "[1IL]"}


class Slip(StrEnum):
    """Why a text is no reference of ours."""

    NONE = "none"
    """It does not look like one."""
    CHECK = "check"
    """A character is wrong, or two have changed places."""
    FOREIGN = "foreign"
    """It is another task force's."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference in its one spelling."""

    text: str

    def __str__(self) -> str:
        """Return it as it is written."""
        return self.text

    @property
    def tail(self) -> str:
        """The last two characters, which an answer that matters repeats."""
        return self.text[-2:]


def tail_for(text: str) -> str:
    """Return what an answer repeats that matters and is about something without a reference, such as *text* names."""
    digest = hashlib.sha256(text.encode()).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:2])


def draw(code: str, pick: Callable[[str], str]) -> Reference:
    """Return a new reference of the task force *code*; *pick* chooses one character of a text (`secrets.choice`)."""
    body = "".join(pick(ALPHABET) for _ in range(LENGTH))
    return Reference(f"{code}-{body}{check(body)}")


def check(body: str) -> str:
    """Return the character that checks *body* (Luhn mod 32)."""
    total = 0
    for place, character in enumerate(reversed(body)):
        value = ALPHABET.index(character) * (1 if place % 2 else 2)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


class Ref(str):
    """A reference as somebody typed it, with or without its prefix."""


def certain(text: str) -> bool:
    """Return whether *text* is meant as a reference wherever it stands: with a prefix, or rightly checked."""
    found = _TYPED.fullmatch(text.strip())
    if found is None or found[1] is not None:
        return found is not None
    return isinstance(read(text, ""), Reference)


def naming(refs: Iterable[str]) -> re.Pattern[str]:
    """Return what finds any of these references in a text, as people type them: with or without the prefix."""
    return re.compile("|".join(map(_named, refs)) or "(?!)", re.IGNORECASE)


def _named(ref: str) -> str:
    code, _dash, body = ref.rpartition("-")
    typed = "".join(_LIKE.get(character, character) for character in body)
    whole = rf"(?<!\w){re.escape(code)}[{_DASHES}]{typed}(?!\w)"
    # Behind another prefix it is another task force's, and five letters are a word.
    alone = rf"|(?<![{_DASHES}\w]){typed}(?!\w)" if any(map(str.isdigit, body)) else ""
    return f"{whole}{alone}"


def read(text: str, code: str) -> Reference | Slip:
    """Return the reference of the task force *code* that *text* is, in any case and with or without the prefix."""
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        return Slip.NONE
    prefix, typed = found[1], found[2].upper().translate(LOOKS_LIKE)
    if prefix is None and not any(map(str.isdigit, typed)):
        return Slip.NONE  # a word of five letters
    if prefix is not None and prefix.casefold() != code.casefold():
        return Slip.FOREIGN
    body, last = typed[:LENGTH], typed[LENGTH:]
    if "U" in typed or check(body) != last:
        return Slip.CHECK
    return Reference(f"{code}-{typed}")
