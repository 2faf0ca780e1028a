"""How a time was understood, and why a text is none, in sentences."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.i18n import Code, Message, Verbatim, _
from bot.model.times.outcome import Cause, Fault, Note, NotRead, Understood


def unread(word: Verbatim, why: NotRead, now: datetime) -> Message:
    """Return why *word* is no time, and what to write instead; *now* is for the example."""
    example = Code(f"{now + timedelta(days=1):%Y-%m-%d} 14:30")
    if not word.text.strip():
        return _("I find no time in that. Write it first, in quotes if I do not see where it ends: {example}",
                 example=example)  # fmt: skip
    match why.fault:
        case Fault.PAST:
            return past(word)
        case Fault.FUTURE:
            return _("“{word}” is still to come. I need a time that is past.", word=word)
        case Fault.IMPOSSIBLE:
            return _("“{word}” does not exist: there is no such date or time.", word=word)
        case Fault.AMBIGUOUS:
            return _doubt(word, why, example)
        case Fault.NOT_UNDERSTOOD if why.cause is Cause.HOUR:
            return _(
                "“{word}” does not say the time of day. Write it like this: {example}.", word=word, example=example
            )
        case Fault.NOT_UNDERSTOOD:
            return _(
                "I do not understand “{word}” as a time. Write it like this: {example}.", word=word, example=example
            )


def past(word: Verbatim | datetime) -> Message:
    """Return that a time is past where one to come is needed: as it was typed, or as it was understood (“today”)."""
    return _("“{word}” is past. I need a time that is still to come.", word=word)


def _doubt(word: Verbatim, why: NotRead, example: Code) -> Message:
    if why.cause is Cause.OBSERVER:
        return _(
            "Zone letter J is the local time of whoever writes it, so “{word}” does not say which."
            " Write another letter, such as Z, or the zone's name.",
            word=word,
        )
    if len(why.choices) < 2:
        return _(
            "“{word}” can be read in more than one way. Write it like this: {example}.", word=word, example=example
        )
    first, second = (choice.utc for choice in why.choices[:2])
    return _(
        "“{word}” can mean {first} or {second}. Write it like this: {example}.",
        word=word, first=first, second=second, example=example,
    )  # fmt: skip


def note(time: Understood) -> Message | None:
    """Return what a person should know of how their time was understood, or None."""
    moment = time.utc
    match time.note:
        case None:
            return None
        case Note.MISSING:
            return _("The clocks go forward and skip that time, so I take {moment}.", moment=moment)
        case Note.DOUBLED:
            return _("The clocks go back and that time comes twice. I take {moment}.", moment=moment)
        case Note.NEXT_DAY:
            return _("That time is past today, so I take tomorrow: {moment}.", moment=moment)
        case Note.SAME_DAY:
            return _("That is today: {moment}.", moment=moment)
        case Note.WHOLE_DAY:
            return _("You gave no time of day, so I take the whole day.")
