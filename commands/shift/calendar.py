"""`shift import` and `shift export`: rosters as calendar files."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from bot.command import Arg, Context, Option, Range, Reply, Role, command
from bot.i18n import Code, Typed, Verbatim, _, _c, _n
from commands.posted import own_file
from commands.shift.post import POST
from commands.shift.roster import INSIST, told

DAYS = 90
IMPORT = Typed(("!", _c("noun", "shift"), " ", _c("verb", "import")))


async def read(ctx: Context, post: str | None = None, insist: str | None = None) -> Any:
    """Return what the file would change that the command replies to."""
    meant = await ctx.services.shift.post(ctx.room, post)
    how = _("Post the calendar file (.ics) here, then reply to it with {command}.", command=IMPORT)
    file = await own_file(ctx, how)
    return await ctx.services.calendar.read(ctx.actor, ctx.told, meant, file.data)


@command(
    "shift import", summary=_("Take in a roster from a calendar file that you reply to (.ics)"), role=Role.LEAD,
    prepare=read,
)  # fmt: skip
async def import_roster(
    ctx: Context,
    post: Annotated[str | None, Arg(POST, rest=True)] = None,
    insist: Annotated[str | None, Option(INSIST, metavar="REASON", rest=True)] = None,
) -> Reply:
    """Answer `shift import [POST]`."""
    found = ctx.prepared
    done = await ctx.services.calendar.take_in(ctx.actor, ctx.told, found, insist)
    counts = (
        _n("{n} shift is new", "{n} shifts are new", len(found.new)),
        _n("{n} was there already", "{n} were there already", found.same),
        _n("{n} event is past or cancelled", "{n} events are past or cancelled", found.left),
    )
    said = _("Imported to {post}: {counts}.", post=Verbatim(found.post.name), counts=counts)
    return Reply(said, *told(done))


async def collect(ctx: Context, post: str | None = None, days: int = DAYS) -> Any:
    """Return the post, the file and how many shifts it holds."""
    meant = await ctx.services.shift.post(ctx.room, post)
    return meant, *await ctx.services.calendar.export(ctx.told, meant, timedelta(days=days))


@command(
    "shift export", summary=_("Get a roster as an encrypted calendar file (.ics)"), prepare=collect, changes=False
)  # fmt: skip
async def export_roster(
    ctx: Context,
    post: Annotated[str | None, Arg(POST, rest=True)] = None,
    days: Annotated[int, Range(1, 400), Option(_("How many days from now on"))] = DAYS,
) -> Reply:
    """Answer `shift export [POST] [days:N]`."""
    meant, file, count = ctx.prepared
    await ctx.services.calendar.exported(ctx.actor, ctx.told, meant, count)
    name = Code(file.name)
    return Reply(_n("{n} shift as a calendar: {name}", "{n} shifts as a calendar: {name}", count, name=name), file=file)
