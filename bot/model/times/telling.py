"""Why a text is no time, in sentences."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.i18n import Code, Message, Verbatim, _
from bot.model.times.outcome import Cause, Fault, NotRead


def unread(word: Verbatim, why: NotRead, now: datetime) -> Message:
    """Return why *word* is no time, and what to write instead; *now* is for the example."""
    example = Code(f"{now + timedelta(days=1):%Y-%m-%d} 14:30")
    match why.fault:
        case Fault.PAST:
            return _("“{word}” is past. I need a time that is still to come.", word=word)
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
