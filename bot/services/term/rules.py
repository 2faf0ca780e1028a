"""What may be a term: nothing that touches digits, negations or labels, and nothing that cannot be found in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.i18n import INTERFACE_LANGUAGES, Code, Language, Message, Verbatim, _
from bot.model.term import ANY, Said, Term
from bot.translation.cues import cues_of

MOST_CHARACTERS = 100
MOST_WORDS = 8
MOST_FORBIDDEN = 10

_LABEL = re.compile(r"(?<!\w)(?:TLP|H[0-3])(?!\w)", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def faults(term: Term) -> tuple[Message, ...]:
    """Return all that is wrong with *term*, a sentence each."""
    return tuple(_faults(term))


def _faults(term: Term) -> Iterator[Message]:
    for code in (term.source_language, term.target_language):
        if not _LANGUAGE.fullmatch(code):
            yield _("“{word}” is no language code such as pt or en.", word=Verbatim(code[:MOST_CHARACTERS]))
            return
    yield from _of_wording(term.source, term.source_language)
    for wording in (*((term.target,) if term.target is not None else ()), *term.forbidden):
        yield from _of_wording(wording, term.target_language)
    if term.source_language == term.target_language != ANY:
        yield _("A term stands between two languages. Both are {language}.", language=Language(term.source_language))
    if not term.kept and ANY in (term.source_language, term.target_language):
        yield _("Only a term that is kept as it is stands for every language. Name the two languages.")
    if len(term.forbidden) > MOST_FORBIDDEN:
        yield _("A term forbids {most} wordings at most.", most=MOST_FORBIDDEN)
    if term.target in term.forbidden:
        yield _("“{word}” cannot be both wanted and forbidden.", word=Verbatim(term.target or ""))


def _of_wording(wording: str, language: str) -> Iterator[Message]:
    word = Verbatim(wording[:MOST_CHARACTERS])
    said = Said(wording[: MOST_CHARACTERS + 1], language)
    if not said.words or not wording[0].isalpha():
        yield _("“{word}” cannot be a term: it must begin with a letter.", word=word)
    elif len(wording) > MOST_CHARACTERS or len(said.words) > MOST_WORDS:
        yield _(
            "“{word}” is too long for a term: {characters} characters and {words} words are the most.",
            word=word, characters=MOST_CHARACTERS, words=MOST_WORDS,
        )  # fmt: skip
    elif not said.joined(0, len(said.words) - 1) or len(wording) - said.words[-1].end > 1:
        yield _("“{word}” cannot be a term: only spaces, hyphens and apostrophes may stand in it.", word=word)
    if any(c.isdigit() or c.isnumeric() for c in wording):
        yield _("“{word}” cannot be a term: numbers are kept exactly as they were written.", word=word)
    if _LABEL.search(wording):
        yield _(
            "“{word}” cannot be a term: marks such as {example} are kept exactly as they were written.",
            word=word, example=Code("TLP:AMBER"),
        )  # fmt: skip
    if negated := _negated(wording, language):
        yield _(
            "“{word}” cannot be a term: it holds a word that says “not” ({language}), and no term may change that.",
            word=word, language=Language(negated),
        )  # fmt: skip


def _negated(wording: str, language: str) -> str | None:
    """Return the language in which *wording* holds a word that says "not", or None; for ANY, of all that are known."""
    languages = INTERFACE_LANGUAGES if language == ANY else (language,)
    return next((code for code in languages if (cues := cues_of(code)) and cues.negated(wording)), None)
