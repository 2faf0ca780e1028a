"""Times of a poll as they are typed behind its title: with commas or semicolons between them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.command import Context, ErrorCode, UserError
from bot.i18n import _
from bot.model import times
from bot.model.times import Fault, Note, NotRead, Understood
from commands.briefing.ending import parted
from commands.briefing.schedule import OPENING, closing, titled
from commands.shift.spans import moment

_COMMAS, _SEMICOLONS = re.compile(r"[,،、;؛]"), re.compile(r"[;؛]")
MINUTE = timedelta(minutes=1)
ONCE = _("A poll finds one time. Once it is planned, plan what comes again by itself.")


class Asked(NamedTuple):
    """What a poll is called, the times that are proposed for it, and how long it lasts, where that was said with it."""

    title: str
    times: tuple[Understood, ...]
    length: timedelta | None


def asked(ctx: Context, text: str, zone: str | None) -> Asked:
    """Return what *text* says; raise UserError where that is not plain.

    A clock time alone is that of the day before it in the list. Where there are semicolons, commas are parts of a time.
    """
    text, length, rule = parted(ctx, text)
    if rule is not None:
        raise UserError(ErrorCode.BAD_ARGUMENT, ONCE)
    end = closing(text) if text[:1] in OPENING else 0
    apart = _SEMICOLONS if _SEMICOLONS.search(text, end) else _COMMAS
    head, *tail = apart.split(text[end:])
    head = text[:end] + head
    parts = [part.strip() for part in tail if part.strip()]
    # The title may have commas as well: what is no time belongs to it, with all that stands before.
    own = next((n for n in range(len(parts), 0, -1) if not _is_time(ctx, parts[n - 1], zone)), 0)
    if own and not end:
        head, parts = ", ".join([head, *parts[:own]]), parts[own:]
    found: list[Understood] = []
    title, said = _headed(ctx, head, zone)
    if said is not None:
        found.append(said)
    for part in parts:
        found.append(_following(ctx, part, zone, found[-1] if found else None))
    return Asked(title, tuple(found), length)


def _headed(ctx: Context, head: str, zone: str | None) -> tuple[str, Understood | None]:
    """Return the title, and the first time if one stands behind it."""
    if head[:1] in OPENING and (end := closing(head)) > 0:
        if not head[end + 1 :].strip():
            return head[1:end].strip(), None
    elif (
        times.longest_tail(head.split(), now=ctx.now, zone=zone or ctx.actor.zone, language=ctx.actor.language) is None
    ):
        return head.strip(), None
    said = titled(ctx, head, zone)
    return said.title, said.begins


def _is_time(ctx: Context, part: str, zone: str | None) -> bool:
    found = times.read(part, now=ctx.now, zone=zone or ctx.actor.zone, language=ctx.actor.language)
    return not (isinstance(found, NotRead) and found.fault is Fault.NOT_UNDERSTOOD)


def _following(ctx: Context, typed: str, zone: str | None, before: Understood | None) -> Understood:
    """Return when *typed* says; a clock time alone is that of the day of *before*."""
    if before is None:
        return moment(ctx, typed, zone or ctx.actor.zone)
    clock = zone or before.zone
    day = before.utc.astimezone(ZoneInfo(clock)).replace(hour=0, minute=0, second=0, microsecond=0)
    # What a clock alone says does not depend on when it is said, as long as that is the same day.
    first, second = [_read(ctx, typed, clock, day + n * MINUTE) for n in (0, 1)]
    if isinstance(first, Understood) and isinstance(second, Understood) and first.note is not Note.WHOLE_DAY:
        same_day = first.utc.astimezone(ZoneInfo(clock)).date() == day.date()
        if first.utc == second.utc and same_day:
            return first
    return moment(ctx, typed, clock)


def _read(ctx: Context, typed: str, zone: str, now: datetime) -> times.Outcome:
    return times.read(typed, now=now.astimezone(UTC), zone=zone, language=ctx.actor.language)
