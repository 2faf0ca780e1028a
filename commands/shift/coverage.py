"""`shift coverage`: where nobody is, and what is asked of whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from bot.command import Arg, Context, Listing, Option, Range, Reply, command
from bot.i18n import Message, Verbatim, _, _n
from bot.model.person import UserId
from bot.model.shift import Coverage, Gap, Load, Short
from bot.model.shift.strain import Over
from commands.shift.post import POST

DAYS = 28
MOST = 15


async def looked(ctx: Context, post: str | None = None, days: int = DAYS) -> Any:
    """Return how sound the rosters of the room are, or that of one post."""
    posts = await ctx.services.shift.posts(ctx.room) if post is None else []
    posts = posts or [await ctx.services.shift.post(ctx.room, post)]
    return await ctx.services.coverage.look(posts, ctx.now, timedelta(days=days))


@command("shift coverage", summary=_("Show where nobody is, and the hours of each"), prepare=looked, changes=False)
async def coverage(
    ctx: Context,
    post: Annotated[str | None, Arg(POST, rest=True)] = None,
    days: Annotated[int, Range(1, 60), Option(_("How many days from now on"))] = DAYS,
) -> Reply:
    """Answer `shift coverage [POST] [days:N]`."""
    found: Coverage = ctx.prepared
    blocks: list[Message | Listing] = []
    if found.gaps:
        blocks += [_n("In the next 24 hours nobody is there:", "In the next {n} days nobody is there:", days),
                   _listed([_gap(ctx, one) for one in found.gaps])]  # fmt: skip
    else:
        blocks.append(_n("In the next 24 hours somebody is always there.",
                         "In the next {n} days somebody is always there.", days))  # fmt: skip
    against = [_short(ctx, one) for one in found.shorts] + [_over(ctx, one) for one in found.over]
    if against:
        blocks += [_("Too little rest, or too many hours:"), _listed(against)]
    if found.loads:
        blocks += [_("The hours of each:"), _listed([_load(ctx, one) for one in found.loads])]
    return Reply(*blocks)


def _listed(lines: list[Message]) -> Listing:
    left = len(lines) - MOST
    return Listing((*lines[:MOST], *([_n("and {n} more", "and {n} more", left)] if left > 0 else [])))


def _gap(ctx: Context, one: Gap) -> Message:
    values = {"post": Verbatim(one.post), "from_": one.span.since, "until": one.span.until}
    if one.absent:
        return _("{post}, {from_} to {until}: {name} is absent", **values, name=_named(ctx, one.absent[0]))
    return _("{post}, {from_} to {until}", **values)


def _short(ctx: Context, one: Short) -> Message:
    if one.rest < timedelta():
        return _(
            "{name} is to be at {post} and {other} at once, {moment}",
            name=_named(ctx, one.person), post=Verbatim(one.before.post), other=Verbatim(one.after.post),
            moment=one.after.span.since,
        )  # fmt: skip
    return _("{name} has {hours} hours of rest before {moment}", name=_named(ctx, one.person), hours=_hours(one.rest),
             moment=one.after.span.since)  # fmt: skip


def _over(ctx: Context, one: Over) -> Message:
    return _("{name} is on duty {hours} hours in the week from {moment}", name=_named(ctx, one.person),
             hours=_hours(one.hours), moment=one.week.since)  # fmt: skip


def _load(ctx: Context, one: Load) -> Message:
    return _("{name}: {hours} hours, shifts: {shifts}, by night: {nights}", name=_named(ctx, one.person),
             hours=_hours(one.hours), shifts=one.shifts, nights=one.nights)  # fmt: skip


def _hours(length: timedelta) -> float:
    return round(length / timedelta(hours=1), 1)


def _named(ctx: Context, user_id: UserId) -> Verbatim:
    return Verbatim(ctx.services.room.known_as(user_id, ctx.room))
