"""When a change of a roster begins and ends, as it was typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import MAXYEAR, UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.command import Context, ErrorCode, UserError
from bot.i18n import Message, Verbatim, _
from bot.model import times
from bot.model.names import one_line
from bot.model.shift import Span
from bot.model.times import Cause, Fault, Note, NotRead, Understood
from bot.model.times.telling import note, unread

EITHER = _("Say either when it ends, or how long it lasts.")


def moment(ctx: Context, text: str, zone: str, *, whole_day: bool = False) -> Understood:
    """Return the moment that *text* says by the clock of *zone*; raise UserError where that is none."""
    text = text.strip(" \"'“”«»„")
    found = times.read(text, now=ctx.now, zone=zone, language=ctx.actor.language, sent=ctx.sent_at)
    if isinstance(found, Understood) and found.note is Note.WHOLE_DAY and not whole_day:
        found = NotRead(Fault.NOT_UNDERSTOOD, cause=Cause.HOUR)
    if isinstance(found, NotRead):
        raise UserError(ErrorCode.BAD_ARGUMENT, unread(Verbatim(one_line(text)), found, ctx.now))
    return found


def span(
    ctx: Context, from_: str | None, until: str | None, length: timedelta | None
) -> tuple[Span, tuple[Message, ...]]:
    """Return the stretch that was typed, by the person's clock, and what to know of it; raise UserError.

    It begins now if that is left out. A day without a time begins with itself, or ends with itself.
    """
    zone = ctx.actor.zone
    first = moment(ctx, from_, zone, whole_day=True) if from_ else Understood(ctx.now, ctx.now, zone)
    if (until is None) == (length is None):
        raise UserError(ErrorCode.BAD_ARGUMENT, EITHER)
    if length is not None:
        return Span(first.utc, first.utc + length), _notes(first)
    last = moment(ctx, until or "", zone, whole_day=True)
    if last.note is Note.WHOLE_DAY and last.wall.year < MAXYEAR:
        last = replace(last, utc=_wall(last.wall + timedelta(days=1), last.zone))
    return Span(first.utc, last.utc), _notes(first, last)


def _wall(wall: datetime, zone: str) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _notes(*found: Understood) -> tuple[Message, ...]:
    """Return what the clocks did to a time that was typed."""
    said = [note(one) for one in found if one.note in (Note.MISSING, Note.DOUBLED)]
    return tuple(one for one in said if one is not None)


def notes(found: Understood) -> tuple[Message, ...]:
    """Return what the clocks did to one time that was typed."""
    return _notes(found)
