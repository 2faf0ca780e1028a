"""One term: what it is called in one language, and what it must and must not be called in another."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.person import LanguageCode, UserId
from bot.model.term.inflection import folded

ANY = LanguageCode("mul")
"""Every language, where a term is kept as it is: the code of ISO 639-2 for several languages."""

_BLANKS = re.compile(r"\s+")
_INVISIBLE = ("Cc", "Cf", "Co", "Cn", "Cs")


class Status(StrEnum):
    """Whether a term is used."""

    PROPOSED = "proposed"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Term:
    """What *source* must be in the target language: *target*, and none of *forbidden*.

    Without both it is kept as it is. Languages are BCP 47 codes without subtags, or ANY.
    """

    source_language: LanguageCode
    target_language: LanguageCode
    source: str
    target: str | None = None
    forbidden: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether it is not to be translated."""
        return self.target is None and not self.forbidden

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells one term from another: the languages and the source, whatever its case."""
        return self.source_language, self.target_language, folded(self.source, self.source_language)

    @property
    def content(self) -> tuple[str, str, str, str, tuple[str, ...]]:
        """All that it says, in the order in which terms are sorted and hashed."""
        return self.source_language, self.target_language, self.source, self.target or "", self.forbidden


@dataclass(frozen=True, slots=True)
class Entry:
    """A term as it is kept: its number, who proposed it, and what became of it.

    `since` is the version of the glossary that has it first; None while it is only proposed.
    """

    id: int
    term: Term
    status: Status
    author: UserId
    agency: str | None
    proposed_at: datetime
    approved_by: UserId | None = None
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the glossary: its number, the SHA-256 of its approved terms, how many these are, and since when."""

    number: int
    hash: str
    terms: int
    at: datetime


def tidy(text: str) -> str:
    """Return *text* in NFC on one line, without what cannot be seen."""
    visible = "".join(
        c for c in _BLANKS.sub(" ", unicodedata.normalize("NFC", text)) if unicodedata.category(c) not in _INVISIBLE
    )
    return visible.strip()
