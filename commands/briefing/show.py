"""`briefing list`, `show`, `ics` and `before`: what is to come, as a calendar file too, and when one is reminded."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from bot.command import Arg, Context, Listing, Option, Reply, command
from bot.i18n import Code, Message, Verbatim, _, _n
from bot.model.briefing import Briefing, State, occurrences
from bot.model.poll import Poll
from bot.model.reference import Ref
from commands.briefing.poll import shown
from commands.briefing.schedule import again

if TYPE_CHECKING:
    from bot.services.briefing import Planned

WHICH = _("The briefing; left out in a reply to its card, or where only one is planned")
MOST_LISTED = 30
MOST_DATES = 5
A_YEAR = timedelta(days=366)
MINUTE = timedelta(minutes=1)


@command("briefing list", summary=_("List the briefings of this room, the next first"), changes=False, reads=True)
async def list_briefings(ctx: Context) -> Reply:
    """Answer `briefing list`."""
    found = await ctx.services.briefing.list_open(ctx.room, ctx.now)
    if not found:
        return Reply(_("No briefing is planned in this room."))
    lines = [await _line(ctx, one) for one in found[:MOST_LISTED]]
    blocks: list[Message | Listing] = [
        _n("{n} briefing is planned:", "{n} briefings are planned:", len(found)), Listing(tuple(lines)),
    ]  # fmt: skip
    if (left := len(found) - MOST_LISTED) > 0:
        blocks.append(_n("and {n} more", "and {n} more", left))
    return Reply(*blocks)


async def _line(ctx: Context, planned: Planned) -> Message:
    one = planned.next
    if one is None:
        raise LookupError(f"{planned.briefing.ref} is over")
    named = await ctx.services.briefing.named(planned.briefing, [ctx.actor.menus])
    return _("{briefing}: {from_} to {until}", briefing=named, from_=one.begins, until=one.ends)


@command("briefing show", summary=_("Show a briefing and when it comes next"), changes=False, reads=True)
async def show(ctx: Context, ref: Annotated[Ref | None, Arg(WHICH)] = None) -> Reply:
    """Answer `briefing show [REF]`."""
    if found := await pending(ctx, ref):
        return Reply(*await shown(ctx, found), ref=str(found.ref), shows=(), of=str(found.ref))
    meant = await ctx.services.briefing.meant(ctx.room, ref, ctx.replies_to)
    planned = await ctx.services.briefing.planned(await ctx.services.briefing.find(ctx.room, meant), ctx.now)
    briefing = planned.briefing
    blocks: list[Message | Listing] = [await _stands(ctx, planned)]
    if planned.next and briefing.state is State.PLANNED:
        lines = await ctx.services.briefing.echo(ctx.room, briefing, planned.changes, planned.next)
        blocks.append(Listing(tuple(lines)))
        blocks += _coming(ctx, planned)
    blocks.append(_by(ctx, briefing))
    if held := await ctx.services.attending.last(briefing.ref):
        blocks.append(_("Who was there, {from_} to {until}:", from_=held.begins, until=held.ends))
        blocks.append(Listing(await ctx.services.attending.lines(held)))
    return Reply(*blocks, ref=str(briefing.ref), shows=(), of=str(briefing.ref))


async def pending(ctx: Context, ref: Ref | None) -> Poll | None:
    """Return the poll that is meant where that is plain: what is no briefing yet."""
    planned = await ctx.services.briefing.list_open(ctx.room, ctx.now)
    return await ctx.services.asker.meant(ctx.room, ref, ctx.replies_to, alone=not planned)


async def _stands(ctx: Context, planned: Planned) -> Message:
    named = await ctx.services.briefing.named(planned.briefing, [ctx.actor.menus])
    if planned.briefing.state is State.CANCELLED:
        return _("{briefing} is cancelled.", briefing=named)
    if planned.next is None:
        return _("{briefing} is over.", briefing=named)
    if planned.next.begins.astimezone(UTC) <= ctx.now:
        return _("{briefing} is on:", briefing=named)
    return _("{briefing} comes next:", briefing=named)


def _coming(ctx: Context, planned: Planned) -> list[Message | Listing]:
    briefing = planned.briefing
    if briefing.rule is None:
        return []
    found = occurrences(briefing, planned.changes, ctx.now, ctx.now + A_YEAR, MOST_DATES)
    lines = [_("{from_} to {until}", from_=one.begins, until=one.ends) for one in found]
    return [again(briefing), _("The next ones, by your own clock:"), Listing(tuple(lines))] if lines else []


def _by(ctx: Context, briefing: Briefing) -> Message:
    by = ctx.services.room.known_as(briefing.by, ctx.room)
    return _("Planned by {name}", name=Verbatim(f"{by} ({briefing.agency})" if briefing.agency else by))


async def collect(ctx: Context, ref: Ref | None = None) -> Any:
    """Return the briefing and its file."""
    meant = await ctx.services.briefing.meant(ctx.room, ref, ctx.replies_to)
    planned = await ctx.services.briefing.planned(await ctx.services.briefing.find(ctx.room, meant), ctx.now)
    return planned.briefing, await ctx.services.briefing_calendar.export(ctx.actor, ctx.told, planned)


@command(
    "briefing ics", summary=_("Get a briefing as an encrypted calendar file (.ics)"), prepare=collect, changes=False
)  # fmt: skip
async def ics(ctx: Context, ref: Annotated[Ref | None, Arg(WHICH)] = None) -> Reply:
    """Answer `briefing ics [REF]`."""
    briefing, file = ctx.prepared
    await ctx.services.briefing_calendar.exported(ctx.actor, ctx.told, briefing)
    said = _("{ref} as a calendar: {name}. Get it again after a change: it takes the place of the earlier one.",
             ref=Code(str(briefing.ref)), name=Code(file.name))  # fmt: skip
    if briefing.state is State.CANCELLED:
        said = _("{ref} is cancelled. {name} takes it out of your calendar.",
                 ref=Code(str(briefing.ref)), name=Code(file.name))  # fmt: skip
    return Reply(said, ref=str(briefing.ref), shows=(), file=file)


@command("briefing before", summary=_("Show or set how long before a briefing I remind you"), shows_bare=True)
async def before(
    ctx: Context,
    lengths: Annotated[tuple[timedelta, ...] | None, Arg(_("How long before, with commas"))] = None,
    off: Annotated[Literal["yes", "no"] | None, Option(_("yes: not at all; no: as everybody"))] = None,
) -> Reply:
    """Answer `briefing before [LENGTHS] [off:yes|no]`."""
    if lengths is not None or off is not None:
        wanted = () if off == "yes" else lengths
        await ctx.services.briefing.set_before(ctx.actor, wanted, ctx.now)
    found = await ctx.services.briefing.before(ctx.actor.user_id)
    if not found:
        return Reply(_("I do not remind you of briefings."))
    return Reply(_("I remind you of a briefing {lengths} before.", lengths=tuple(map(_length, found))))


def _length(length: timedelta) -> Message:
    minutes = length // MINUTE
    days, hours = divmod(minutes // 60, 24)
    if minutes % 60:
        return _n("{n} minute", "{n} minutes", minutes)
    if hours or not days:
        return _n("{n} hour", "{n} hours", minutes // 60)
    return _n("{n} day", "{n} days", days)
