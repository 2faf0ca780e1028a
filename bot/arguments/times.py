"""How a time was understood, and why it was not, in sentences."""

from __future__ import annotations

from datetime import datetime

from bot.arguments.folding import cited
from bot.i18n import Message, _
from bot.model.times import Note, NotRead, Understood
from bot.model.times.telling import unread


def fault(text: str, why: NotRead, now: datetime) -> Message:
    """Return why *text* is no time, and what to write instead; *now* is for the example."""
    return unread(cited(text), why, now)


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
