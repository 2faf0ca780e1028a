"""When what a note tells happened: the time with which it begins, if it has one."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, _
from bot.model.incident.record import Incident
from bot.model.incident.said import Began, began_with
from bot.model.incident.words import marked
from bot.model.person import LanguageCode, Zone


def dated(text: str, language: LanguageCode, zone: Zone, sent: datetime) -> Began | None:
    """Return the time with which a note begins that was *sent* then, or None.

    Raises UserError where it is a clock time that is just to come: yesterday's is not meant, unless that is said.
    """
    began = began_with(text, language, zone, sent)
    if began is None or began.next is None or not began.early(sent):
        return began
    raise UserError(
        ErrorCode.BAD_ARGUMENT,
        _(
            "{moment} has not come yet: it is {now}. I have entered nothing. For yesterday, begin with {example}.",
            moment=began.next,
            now=sent,
            example=Code(f"{began.moment:%Y-%m-%d %H:%M}"),
        ),
    )


def moment_of(began: Began | None) -> datetime | None:
    """Return that time in UTC, or None."""
    return began.moment.astimezone(UTC) if began else None


def entered(incident: Incident, began: Began | None, sent: datetime) -> Message | None:
    """Return that a note was entered as of another day than that on which it was *sent*; None if it was not."""
    if began is None or not began.yesterday(sent):
        return None
    said = _("{ref}: entered as of {moment}.", ref=Code(str(incident.ref)), moment=began.moment)
    return marked(incident, said)
