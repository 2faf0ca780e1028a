"""What is said of a translation: that a machine made it, or whose words it is, and what is doubtful."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.i18n import Language, Message, Verbatim, _
from bot.model.translation import Corrected, Failure, Flag, Translation
from bot.model.uncertainty import reasons_of
from bot.render.reasons import way_of
from bot.translation import MAX_CHARACTERS

MOST_SHOWN = 200
MOST_KEPT = 1000
"""Characters of the machine's version of a corrected translation that are shown, and in its record."""


def origin(translation: Translation, sender: Verbatim, by: Verbatim | None = None) -> Message:
    """Return what stands below a translation of what *sender* wrote; *by* is the person who worded it, if one did."""
    if translation.corrected and by:
        return _corrected(translation.corrected, sender, by)
    source = Language(translation.source)
    if Flag.UNAVAILABLE in translation.flags:
        return _(
            "{sender} wrote in {language}. Translation unavailable: please read the original.",
            sender=sender,
            language=source,
        )
    route = Verbatim(way_of(translation))
    if translation.flags:
        reasons = reasons_of(translation)
        if "words" in reasons:
            return _(
                "⚠ Uncertain machine translation, {route}, of what {sender} wrote: {reasons} ({words}). Check the"
                " original.",
                route=route,
                sender=sender,
                **reasons,
            )
        return _(
            "⚠ Uncertain machine translation, {route}, of what {sender} wrote: {reasons}. Check the original.",
            route=route,
            sender=sender,
            **reasons,
        )
    return _("Machine translation, {route}, of what {sender} wrote.", route=route, sender=sender)


def _corrected(corrected: Corrected, sender: Verbatim, by: Verbatim) -> Message:
    if not corrected.repeats and not corrected.machines:
        return _("Corrected by {name}.", name=by)
    if not corrected.repeats:
        return _(
            "What {sender} wrote, corrected by {name}. The machine's version: {machine}",
            sender=sender,
            name=by,
            machine=Verbatim(shortened(corrected.machines, MOST_SHOWN)),
        )
    if corrected.approved_by:
        return _(
            "What {sender} wrote, as {name} has corrected the same words before, approved by a second person.",
            sender=sender,
            name=by,
        )
    return _("What {sender} wrote, as {name} has corrected the same words before.", sender=sender, name=by)


def failure_of(made: Translation) -> Message | None:
    """Return why there is no translation, as a sentence of its own; None where there is one, or nobody knows."""
    if Flag.UNAVAILABLE not in made.flags:
        return None
    match made.provenance.failed:
        case Failure.NO_ROUTE:
            return _(
                "I cannot translate from {source} into {target}: no model for it is installed.",
                source=Language(made.source),
                target=Language(made.target),
            )
        case Failure.TOO_LONG:
            return _("That is too long for me: I translate {most} characters at most.", most=MAX_CHARACTERS)
        case Failure.TOO_MUCH:
            return _("Too many messages wait to be translated.")
        case Failure.NO_ANSWER:
            return _("What translates on my side does not answer.")
    return None


def author(corrected: Corrected | None, name_of: Callable[[str], str]) -> Verbatim | None:
    """Return who worded a translation, `Ana (PRT-GNR)`, called as *name_of* tells; None if a machine did."""
    return None if corrected is None or corrected.pivot else _named(corrected, name_of)


def through(made: Translation, name_of: Callable[[str], str]) -> Message | None:
    """Return whose words a machine's translation was made of; None where it was made of the original."""
    if made.corrected is None or not made.corrected.pivot:
        return None
    return _(
        "It goes through {language}, in the words of {name}, which a second person has approved.",
        language=Language(made.corrected.pivot),
        name=_named(made.corrected, name_of),
    )


def _named(corrected: Corrected, name_of: Callable[[str], str]) -> Verbatim:
    name = name_of(corrected.by)
    return Verbatim(f"{name} ({corrected.agency})" if corrected.agency else name)


def carried_origin(made: Translation, by: Verbatim | None = None) -> Message:
    """Return what stands below a translation in another room than the message's, where its sender is named before."""
    if made.corrected and by:
        if not made.corrected.machines or made.corrected.repeats:
            return _("Corrected by {name}.", name=by)
        machine = Verbatim(shortened(made.corrected.machines, MOST_SHOWN))
        return _("Corrected by {name}. The machine's version: {machine}", name=by, machine=machine)
    if Flag.UNAVAILABLE in made.flags:
        return _("Translation unavailable: this is the original, in {language}.", language=Language(made.source))
    route = Verbatim(way_of(made))
    if not made.flags:
        return _("Machine translation, {route}.", route=route)
    reasons = reasons_of(made)
    if "words" in reasons:
        return _(
            "⚠ Uncertain machine translation, {route}: {reasons} ({words}). Check the original.", route=route, **reasons
        )
    return _("⚠ Uncertain machine translation, {route}: {reasons}. Check the original.", route=route, **reasons)


def missed_label(made: Translation, doubt: str | None, sender: Verbatim, at: datetime, by: Verbatim | None) -> Message:
    """Return what stands before a message in a summary of what was missed."""
    if by:
        return _("{sender}, {moment} (corrected by {name}):", sender=sender, moment=at, name=by)
    if Flag.UNAVAILABLE in made.flags:
        return _("{sender}, {moment}: translation unavailable, please read the original.", sender=sender, moment=at)
    if doubt:
        return _("⚠ {sender} (not sure that it was), {moment}:", sender=sender, moment=at)
    if made.flags:
        return _("⚠ {sender}, {moment} (uncertain):", sender=sender, moment=at)
    return _("{sender}, {moment}:", sender=sender, moment=at)


def untranslated(text: str, language: str) -> Message:
    """Return words as they were written, for who reads another language than theirs."""
    return _("{text} (in {language}, not translated)", text=Verbatim(text), language=Language(language))


def shortened(text: str, most: int) -> str:
    """Return *text*, of which *most* characters are shown."""
    return text if len(text) <= most else f"{text[:most].rstrip()} …"
