"""When what a note tells happened: the time with which it begins, if it has one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _
from bot.model.incident.record import Incident
from bot.model.incident.said import Began, began_with, began_with_digits
from bot.model.incident.words import marked, worded
from bot.model.person import LanguageCode, Zone

LAST_HOUR, LAST_MINUTE = 24, 59
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?![\w:])")


def dated(text: str, language: LanguageCode, zone: Zone, sent: datetime) -> Began | None:
    """Return the time with which a note begins that was *sent* then, or None.

    Raises UserError where it is a clock time that is just to come: yesterday's is not meant, unless that is said.
    """
    began = began_with(text, language, zone, sent) or began_with_digits(text, language, zone, sent)
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


def entered(incident: Incident, began: Began | None, sent: datetime, text: str = "") -> tuple[Message, ...]:
    """Return what is to be said of a note: that it is of another day than that on which it was *sent*, or too late.

    And where the time with which its *text* begins is none, or was read from four digits.
    """
    ref = Code(str(incident.ref))
    said = []
    if began is None and (wrong := _wrong(text)):
        said.append(_("{what}: there is no such date or time.", what=Verbatim(wrong)))
        said.append(_("{ref}: entered as of {moment}.", ref=ref, moment=sent))
    if began is not None and (began.digits or began.yesterday(sent)):
        said.append(_("{ref}: entered as of {moment}.", ref=ref, moment=began.moment))
    if incident.ended:
        said.append(_("{ref}: entered. It is {status}.", ref=ref, status=worded(incident.status)))
    return tuple(marked(incident, one) for one in said)


def of_another_day(incident: Incident, moment: datetime | None, zone: Zone, sent: datetime) -> tuple[Message, ...]:
    """Return of which moment an incident or a note is, where that lies in another day of *zone* than *sent* does.

    A clock time alone that is still to come is taken as yesterday's: who meant another day must see that.
    """
    if moment is None or moment.astimezone(ZoneInfo(zone)).date() == sent.astimezone(ZoneInfo(zone)).date():
        return ()
    return (marked(incident, _("{ref}: entered as of {moment}.", ref=Code(str(incident.ref)), moment=moment)),)


def _wrong(text: str) -> str | None:
    """Return what *text* begins with, if that looks like a clock time and is none (`25:10`)."""
    found = _CLOCK.match(text.lstrip())
    return found[0] if found and (int(found[1]) > LAST_HOUR or int(found[2]) > LAST_MINUTE) else None
