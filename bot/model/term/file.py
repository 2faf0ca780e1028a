"""What files of terms have in common: rows with their lines, faults with theirs, and values made sound."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from bot.i18n import Message, _
from bot.model.person import LanguageCode
from bot.model.term.term import ANY, Term, tidy

MOST_ROWS = 50_000
"""Rows of a file that are read: beyond them it is no list of terms, and would take all memory."""

_CODE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}", re.IGNORECASE)
_UNDETERMINED = "und"
"""What Babel takes for English."""


@dataclass(frozen=True, slots=True)
class Row:
    """A term of a file, and the line that it begins in, counted from 1."""

    line: int
    term: Term


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line of a file: a sentence without capital and full stop."""

    line: int
    what: Message


def language_of(text: str) -> LanguageCode | None:
    """Return the language of a BCP 47 code, without its subtags; None if *text* is none, or of no known language."""
    code = text.strip().replace("_", "-")
    return _known(LanguageCode(code).base) if _CODE.fullmatch(code) else None


@lru_cache(maxsize=1000)
def _known(code: LanguageCode) -> LanguageCode | None:
    """Return *code* as CLDR writes it (`eng` is `en`); None if it has no such language."""
    if code in (ANY, _UNDETERMINED):
        return ANY if code == ANY else None
    try:
        return LanguageCode(Locale.parse(code).language)
    except (UnknownLocaleError, ValueError):
        return None


def term_of(
    source_language: LanguageCode,
    target_language: LanguageCode,
    source: str,
    target: str | None,
    forbidden: Iterable[str] = (),
    *,
    kept: bool = False,
) -> Term | Message:
    """Return the term of these texts, tidied; or what it lacks."""
    said = tidy(source)
    wanted = tidy(target or "") or None
    never = tuple(dict.fromkeys(word for one in forbidden if (word := tidy(one))))
    if not said:
        return _("the source is empty")
    if kept and never:
        return _("a term that is kept as it is forbids nothing")
    if wanted is None and not never and not kept:
        return _("the target is empty; write - for what must stay as it is")
    return Term(source_language, target_language, said, wanted, never)
