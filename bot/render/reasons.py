"""How a translation came about, and why it is to be read with care."""

from __future__ import annotations

from bot.i18n import Message, Verbatim, _
from bot.model import scripts
from bot.model.translation import Flag, Translation
from bot.translation.engine import LIBRETRANSLATE

DOUBTS = {
    "device": _("⚠ Not sure who wrote this: it came from a device that its owner has not verified."),
    "identity": _("⚠ Not sure who wrote this: the sender's encryption identity has changed."),
}


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


def way_of(translation: Translation) -> str:
    """Return the languages that a translation passed through, and its engine if that is not on this machine."""
    way = " → ".join(translation.route)
    return f"{way} ({translation.engine})" if LIBRETRANSLATE in translation.engine.split("+") else way
