"""`shift log` and `shift card`: what a shift leaves on paper, and what it takes along."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from bot.command import Arg, Context, ErrorCode, Option, Reply, UserError, command
from bot.i18n import Code, Verbatim, _, _n
from bot.model.person import UserId
from bot.model.shift import Span
from commands.shift.post import POST


async def collect(
    ctx: Context, post: str | None = None, on: str | None = None, who: UserId | None = None
) -> Any:  # fmt: skip
    """Return the log."""
    words = (post or "").split()
    if on is None and words and _day(ctx, words[-1]):
        on, post = words[-1], " ".join(words[:-1]) or None
    day = _day(ctx, on) if on else None
    if on and day is None:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("Write the day like this: {example}.", example=Code("2026-11-20")))
    meant = await ctx.services.shift.post(ctx.room, post)
    return await ctx.services.shift_log.write(ctx.actor, ctx.told, meant, day, who)


@command(
    "shift log", summary=_("Get the activity log of a shift or a day as an encrypted file (ICS-214)"),
    prepare=collect, changes=False, reads=True,
)  # fmt: skip
async def log(
    ctx: Context,
    post: Annotated[str | None, Arg(POST, rest=True)] = None,
    on: Annotated[str | None, Option(_("The day, such as 2026-11-20; the present shift if you leave it out"))] = None,
    who: Annotated[
        UserId | None, Option(_("Whose entries alone it holds; everyone's at the post if you leave it out"))
    ] = None,
) -> Reply:
    """Answer `shift log [POST] [DATE] [who:@PERSON]`."""
    made = ctx.prepared
    await ctx.services.shift_log.written(ctx.actor, ctx.told, made)
    said = _n(
        "{post}, {since} to {until}: {n} line, in {name}",
        "{post}, {since} to {until}: {n} lines, in {name}",
        made.count, post=Verbatim(made.post.name), since=made.span.since, until=made.span.until,
        name=Code(made.file.name),
    )  # fmt: skip
    return Reply(said, file=made.file, shows=made.shows)


@command(
    "shift card", summary=_("Get a card for your shift in our direct room, to have without network"), changes=False
)
async def card(ctx: Context, post: Annotated[str | None, Arg(POST, rest=True)] = None) -> Reply:
    """Answer `shift card [POST]`."""
    meant = await ctx.services.shift.post(ctx.room, post)
    if await ctx.services.grab_card.ask(ctx.actor, ctx.told, meant):
        return Reply(_("Your card comes in our direct room."))
    return Reply(_("Your card comes in our direct room once you have accepted the invitation to it."))


def _day(ctx: Context, text: str) -> Span | None:
    """Return the day that *text* is on the person's clock, such as `2026-11-20`; None if it is none."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=ZoneInfo(ctx.actor.zone))
    except ValueError:
        return None
    if not MINYEAR < day.year < MAXYEAR:
        return None
    return Span(day.astimezone(ctx.now.tzinfo), (day + timedelta(days=1)).astimezone(ctx.now.tzinfo))
