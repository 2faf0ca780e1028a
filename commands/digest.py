"""`digest`: what a day has brought, in figures and lists, now or each day."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from bot.command import Arg, Context, Option, Reply, Role, command
from bot.i18n import Message, _
from bot.model.digest import Daily, day_around
from bot.model.person import LanguageCode
from bot.model.times import Aim


@command(
    "digest now",
    summary=_("Show what a day has brought, in figures and lists"),
    role=Role.COORDINATOR,
    or_role=Role.LEAD,
    changes=False,
)
async def now(
    ctx: Context,
    day: Annotated[datetime | None, Aim.BEHIND, Arg(_("The day; today if you leave it out"))] = None,
    lang: Annotated[LanguageCode | None, Option(_("In which language; yours if you leave it out"))] = None,
) -> Reply:
    """Answer `digest now [DAY] [lang:LANG]`."""
    digests = ctx.services.digest
    period = digests.day(day_around(day, ctx.actor.zone)) if day else digests.today(ctx.now)
    await digests.post(ctx.actor, ctx.told, period, [lang] if lang else None)
    return Reply()


@command(
    "digest daily",
    summary=_("Let the digest of the day before come here each day"),
    role=Role.COORDINATOR,
    or_role=Role.LEAD,
)
async def daily(ctx: Context, time: Annotated[datetime, Arg(_("At what time, by your clock"))]) -> Reply:
    """Answer `digest daily TIME`."""
    set_ = await ctx.services.digest.daily(ctx.actor, ctx.told, time)
    return Reply(_said(set_, ctx.now))


@command("digest off", summary=_("Let no digest come here any more"), role=Role.COORDINATOR, or_role=Role.LEAD)
async def off(ctx: Context) -> Reply:
    """Answer `digest off`."""
    await ctx.services.digest.off(ctx.actor, ctx.told)
    return Reply(_("No digest comes here any more."))


def _said(daily: Daily, now: datetime) -> Message:
    return _("From now on the digest of the day before comes here each day: first {moment}.", moment=daily.next(now))
