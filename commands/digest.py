"""`digest`: what a day or a shift has brought, in figures and lists, now or whenever one is over."""

from __future__ import annotations

import re
import unicodedata
from datetime import MINYEAR, date, datetime
from typing import Annotated, Literal

from bot.command import Arg, Context, ErrorCode, Option, Reply, Role, UserError, command
from bot.i18n import Code, Message, Verbatim, _
from bot.model import times
from bot.model.digest import Daily, Turn, day_around
from bot.model.names import one_line
from bot.model.person import LanguageCode
from bot.model.times.telling import unread
from commands.shift.post import POST
from commands.shift.spans import moment

_NUMBER = re.compile(r"\d{1,2}")


@command(
    "digest now",
    summary=_("Show what a day or a shift has brought, in figures and lists"),
    role=Role.COORDINATOR,
    or_role=Role.LEAD,
    changes=False,
    reads=True,
)
async def now(
    ctx: Context,
    day: Annotated[str | None, Arg(_("The day; today if you leave it out"), rest=True)] = None,
    lang: Annotated[LanguageCode | None, Option(_("In which language; yours if you leave it out"))] = None,
    for_: Annotated[Literal["day", "shift"] | None, Option(_("A day, or the present or last shift"))] = None,
    post: Annotated[str | None, Option(POST, rest=True)] = None,
) -> Reply:
    """Answer `digest now [DAY] [lang:LANG] [for:day|shift] [post:POST]`; a post alone says that its shift is meant."""
    digests, languages = ctx.services.digest, [lang] if lang else None
    if for_ == "shift" or (post and for_ is None):
        if day:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Say a day or a shift, not both."))
        turn = await _turn(ctx, post)
        await digests.post(ctx.actor, ctx.told, turn.period, languages, turn.posts)
        return Reply()
    if post:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("Say a day or a shift, not both."))
    period = digests.day(_day(ctx, day)) if day else digests.today(ctx.now)
    await digests.post(ctx.actor, ctx.told, period, languages)
    return Reply()


@command(
    "digest daily",
    summary=_("Let the digest of the day before come here each day"),
    role=Role.COORDINATOR,
    or_role=Role.LEAD,
)
async def daily(
    ctx: Context, time: Annotated[str, Arg(_("At what time, by your clock"), rest=True, metavar="TIME")]
) -> Reply:
    """Answer `digest daily TIME`; the answer says at what time it comes, however that was written."""
    at = moment(ctx, _hour(time) or time, ctx.actor.zone).utc
    set_ = await ctx.services.standing_digest.daily(ctx.actor, ctx.told, at)
    return Reply(_said(set_, ctx.now))


@command(
    "digest shift",
    summary=_("Let the digest of each shift come here at its end"),
    role=Role.COORDINATOR,
    or_role=Role.LEAD,
)
async def shift(
    ctx: Context, post: Annotated[str | None, Arg(_("The post; all of them if you leave it out"), rest=True)] = None
) -> Reply:
    """Answer `digest shift [POST]`: of one post, or of all of whose shifts the room hears."""
    first = await ctx.services.standing_digest.each_shift(ctx.actor, ctx.told, post)
    return Reply(
        _("From now on the digest of each shift comes here at its end: first {moment}.", moment=first.until),
    )


@command("digest off", summary=_("Let no digest come here any more"), role=Role.COORDINATOR, or_role=Role.LEAD)
async def off(ctx: Context) -> Reply:
    """Answer `digest off`."""
    await ctx.services.standing_digest.off(ctx.actor, ctx.told)
    return Reply(_("No digest comes here any more."))


def _hour(text: str) -> str | None:
    """Return the full hour that a number alone says, in the digits of whatever script; None if it is none of the day.

    A number alone is no time elsewhere: there it may be a day.
    """
    plain = "".join(char for char in text.strip() if unicodedata.category(char) != "Cf")
    if not _NUMBER.fullmatch(plain) or not 0 <= int(plain) <= 23:
        return None
    return f"{int(plain):02d}:00"


async def _turn(ctx: Context, post: str | None) -> Turn:
    """Return the shift that lasts, or else the last, at *post* or at all of whose shifts the room hears."""
    turns = ctx.services.shift_turns
    return await turns.present(ctx.room, await turns.post(ctx.room, post) if post else None, ctx.now)


def _day(ctx: Context, text: str) -> date:
    """Return the day that *text* is, by the task force's clock as days are: one that has begun. Raises UserError."""
    zone = ctx.services.digest.zone
    found = times.read(text, now=ctx.now, zone=zone, language=ctx.actor.language, aim=times.Aim.BEHIND)
    ahead = found.utc > ctx.now if isinstance(found, times.Understood) else found.fault is times.Fault.FUTURE
    if ahead:
        said = unread(Verbatim(one_line(text)), times.NotRead(times.Fault.FUTURE), ctx.now)
        raise UserError(ErrorCode.BAD_ARGUMENT, said)
    # A digest compares with the week before: the calendar must have one.
    if isinstance(found, times.Understood) and found.wall.year > MINYEAR:
        return day_around(found.utc, zone)
    raise UserError(ErrorCode.BAD_ARGUMENT, _("Write the day like this: {example}.", example=Code("2026-11-20")))


def _said(daily: Daily, now: datetime) -> Message:
    return _("From now on the digest of the day before comes here each day: first {moment}.", moment=daily.next(now))
