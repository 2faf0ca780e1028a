"""When what a note tells happened: the time with which it begins, if it has one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, _
from bot.model.incident.record import Incident
from bot.model.incident.said import Began, began_with
from bot.model.incident.words import marked, worded
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


@dataclass(frozen=True, slots=True)
class Noted:
    """That a message was entered, and what is said of it beside the card."""

    incident: Incident
    said: tuple[Message, ...] = ()


def entered(incident: Incident, began: Began | None, sent: datetime) -> tuple[Message, ...]:
    """Return what is to be said of a note: that it is of another day than that on which it was *sent*, or too late."""
    ref = Code(str(incident.ref))
    said = []
    if began is not None and began.yesterday(sent):
        said.append(_("{ref}: entered as of {moment}.", ref=ref, moment=began.moment))
    if incident.ended:
        said.append(_("{ref}: entered. It is {status}.", ref=ref, status=worded(incident.status)))
    return tuple(marked(incident, one) for one in said)
