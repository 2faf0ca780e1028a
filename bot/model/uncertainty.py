"""Why a translation is to be read with care, and how that is said beside it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.i18n import ByLanguage, Language, Message, Verbatim, _
from bot.model import scripts
from bot.model.person import LanguageCode
from bot.model.translation import Flag, Translation

REASONS = {
    Flag.NUMBER: _("numbers have changed"),
    Flag.UNIT: _("a unit of measure has changed"),
    Flag.NEGATION: _("a “not” may be missing or too many"),
    Flag.PLACEHOLDER: _("a part is not translated"),
    Flag.REPETITION: _("words are repeated"),
    Flag.LENGTH: _("something may be missing"),
    Flag.SCRIPT: _("the script is wrong"),
    Flag.UNKNOWN: _("there are words that I do not know"),
    Flag.IDENTICAL: _("it is the same as the original"),
    Flag.LANGUAGE: _("I am not sure of the language"),
    Flag.TERM: _("it does not use the words of the glossary"),
}
"""Why a translation is uncertain: parts of a sentence, listed after a colon."""
MIXED = _("a plate or callsign mixes letters of two alphabets that look alike")
"""Why the script is doubtful where it is the sender's doing: the words in question stand behind it."""
MOST_DIFFERENCES = 5


def reasons_of(translation: Translation) -> dict[str, tuple[Message | Verbatim, ...]]:
    """Return the values `reasons`, and `words` where there are some that differ."""
    means = REASONS | {Flag.SCRIPT: MIXED} if any(map(scripts.mixed, translation.differs)) else REASONS
    found: dict[str, tuple[Message | Verbatim, ...]] = {"reasons": tuple(means[flag] for flag in translation.flags)}
    if translation.differs:
        found["words"] = tuple(Verbatim(word) for word in translation.differs[:MOST_DIFFERENCES])
    return found


def doubted(text: str, translation: Translation | None) -> Message | Verbatim:
    """Return *text*, which is of that *translation* where it is one, with its doubts if there are some."""
    if translation is None or not translation.flags:
        return Verbatim(text)
    reasons = reasons_of(translation)["reasons"]
    return _("{text} (⚠ uncertain machine translation: {reasons})", text=Verbatim(text), reasons=reasons)


def labelled(text: str, translation: Translation | None) -> Message:
    """Return the *translation* of a *text*, as what it is; the text where there is none.

    Whatever shows a part of a translation gives it as the text of that translation.
    """
    if translation is None:
        return _("{text}", text=Verbatim(text))
    if translation.flags:
        return _("{text}", text=doubted(translation.text, translation))
    return _("{text} (machine translation)", text=Verbatim(translation.text))


def for_each(text: str, language: LanguageCode, made: Iterable[Translation]) -> ByLanguage:
    """Return *text*, written in *language*, for each reader: as it is, or was *made* into theirs, or neither."""
    own = _("{text}", text=Verbatim(text))
    translated = {one.target: labelled("", one) for one in made}
    return ByLanguage(
        {**translated, language.base: own},
        _("{text} (in {language}, not translated)", text=Verbatim(text), language=Language(language)),
    )
