"""`handover show`, `history`, `statistics` and `kept`: what there is to be read, in the reader's own language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import MAXYEAR, MINYEAR, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from bot.command import Arg, Context, ErrorCode, Listing, Option, Range, Reply, UserError, command
from bot.i18n import Code, Message, Typed, Verbatim, _, _c, _n
from bot.model.handover import (
    Handover,
    Item,
    Said,
    Sheet,
    State,
    Things,
    added,
    heading,
    incident_of,
    line,
    parted,
    standing,
)
from bot.model.person import UserId
from bot.model.places import spelled
from bot.model.reference import Ref
from commands.fitting import fitting
from commands.handover.start import WHICH, meant

PAGE = 30
"""Items that one message shows."""
MOST_LISTED = 20
MOST_CHARACTERS = 200
MOST_ADDED = 4_000
"""Bytes of what was added to a record afterwards."""
DAYS = 30
SHOW = ("!", _c("noun", "handover"), " ", _c("verb", "show"))
POST = _("The post; all of the room if you leave it out")


async def completed(ctx: Context, ref: Ref | None = None, from_: int = 1) -> Any:
    """Return what is missing of the texts of a handover in the person's language."""
    handovers = ctx.services.handover
    sheet = await handovers.sheet(await handovers.find(ctx.room, await meant(ctx, ref)))
    return await handovers.complete(sheet.handover, _page(sheet, from_), ctx.actor.language, ctx.now, ctx.actor.reads)


@command("handover show", summary=_("Show a handover, item by item"), prepare=completed, changes=False, reads=True)
async def show(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    from_: Annotated[int, Range(1, 10_000), Option(_("The first item that is shown"))] = 1,
) -> Reply:
    """Answer `handover show [REF] [from:N]`."""
    handovers = ctx.services.handover
    sheet = await handovers.sheet(await handovers.find(ctx.room, await meant(ctx, ref)))
    await handovers.keep(ctx.prepared)
    handover, shown, more = sheet.handover, _page(sheet, from_), await handovers.whole(sheet.handover.ref)
    numbers = [one.number for one in more]
    things = await handovers.things(handover, shown, ctx.actor.language, numbers, ctx.actor.reads)
    later = _added(ctx, more, things)
    blocks: list[Message | Listing] = [heading(handover), *standing(sheet, _names(ctx), later)]
    shown = shown[: fitting(_lines(ctx, sheet, shown, things))]
    for part, items in parted(shown):
        blocks += [part, Listing(tuple(_lines(ctx, sheet, items, things)))]
    last = from_ + len(shown) - 1
    if last < len(sheet.items):
        example = Typed((*SHOW, f" {handover.ref} ", _c("option", "from"), f":{last + 1}"))
        blocks.append(_n("{n} more item: {command}", "{n} more items: {command}",
                         len(sheet.items) - last, command=example))  # fmt: skip
    if more and handover.state is not State.REFUSED:
        blocks += [_("Added afterwards:"), Listing(tuple(later))]
    if handover.digest:
        blocks.append(_("The digest of the record is {digest}.", digest=Code(handover.digest)))
    shows = {str(incident_of(one)) for one in shown if not one.kind.written and one.number not in sheet.gone}
    return Reply(*blocks, ref=str(handover.ref), shows=tuple(sorted(shows)))


def _page(sheet: Sheet, first: int) -> tuple[Item, ...]:
    return sheet.items[first - 1 : first - 1 + PAGE]


def _lines(ctx: Context, sheet: Sheet, items: Sequence[Item], things: Things) -> list[Message]:
    return [line(sheet, item, things, _names(ctx), MOST_CHARACTERS) for item in items]


def _added(ctx: Context, more: list[Said], things: Things) -> list[Message]:
    """Return what was added to a record, the last that an answer holds, in their order."""
    lines = [added(one, things, _names(ctx)) for one in reversed(more)]
    held = lines[: fitting(lines, MOST_ADDED)][::-1]
    left = len(lines) - len(held)
    return [*([_n("and {n} more", "and {n} more", left)] if left else []), *held]


def _names(ctx: Context) -> Any:
    def named(user_id: UserId) -> str:
        found: str = ctx.services.room.known_as(user_id, ctx.room)
        return found

    return named


@command("handover history", summary=_("List the handovers of this room"), changes=False, reads=True)
async def history(
    ctx: Context,
    post: Annotated[str | None, Arg(POST, rest=True)] = None,
    on: Annotated[str | None, Option(_("The day, such as 2026-11-20; the last month if you leave it out"))] = None,
    find: Annotated[str | None, Option(_("A word to look for"), rest=True)] = None,
) -> Reply:
    """Answer `handover history [POST|DATE] [on:DATE] [find:WORDS]`."""
    day = _day(on or post or "", ctx)
    if on and day is None:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("Write the day like this: {example}.", example=Code("2026-11-20")))
    name = (await ctx.services.shift.post(ctx.room, post)).name if post and (on or day is None) else None
    since, until = _of_day(day, ctx) if day else (ctx.now - timedelta(days=DAYS), ctx.now + timedelta(seconds=1))
    handovers, language = ctx.services.handover, ctx.actor.language
    if find is None:
        found = await handovers.listed(ctx.room, name, since, until, MOST_LISTED)
    elif spelled(find):
        found = await handovers.holding(ctx.room, name, since, until, MOST_LISTED, find, language)
    else:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("Say it in words."))
    if not found and find:
        return Reply(_("I know no such handover here."))
    if not found:
        return Reply(_("There was no handover here then."))
    return Reply(Listing(tuple(_listed(ctx, one) for one in found)), shows=())


def _day(text: str, ctx: Context) -> datetime | None:
    """Return the day that *text* is, such as `2026-11-20`; None if it is none."""
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=ZoneInfo(ctx.actor.zone)) if MINYEAR < found.year < MAXYEAR else None
    except ValueError:
        return None


def _of_day(moment: datetime, ctx: Context) -> tuple[datetime, datetime]:
    there = moment.astimezone(ZoneInfo(ctx.actor.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    utc = ZoneInfo("UTC")
    return there.astimezone(utc), (there + timedelta(days=1)).astimezone(utc)


def _listed(ctx: Context, handover: Handover) -> Message:
    named = _names(ctx)
    return _(
        "{heading}: {outgoing} to {incoming}, {moment}",
        heading=heading(handover), outgoing=Verbatim(named(handover.outgoing)),
        incoming=Verbatim(named(handover.incoming)), moment=handover.ended_at or handover.started_at,
    )  # fmt: skip


@command("handover statistics", summary=_("Count the handovers of this room, without names"), changes=False)
async def statistics(
    ctx: Context,
    post: Annotated[str | None, Arg(POST, rest=True)] = None,
    days: Annotated[int, Range(1, 366), Option(_("Of how many days"))] = DAYS,
) -> Reply:
    """Answer `handover statistics [POST] [days:N]`."""
    name = (await ctx.services.shift.post(ctx.room, post)).name if post else None
    found = await ctx.services.handover.statistics(ctx.room, name, ctx.now, days)
    lines = [
        _n("{n} handover was accepted", "{n} handovers were accepted", found.accepted),
        _n("{n} handover was refused", "{n} handovers were refused", found.refused),
        _n("{n} item was handed on more than 3 times", "{n} items were handed on more than 3 times", found.carried),
        _n("{n} item was refused", "{n} items were refused", found.refused_items),
        _n("{n} read-back was wrong", "{n} read-backs were wrong", found.wrong),
    ]
    if found.median_delay is not None:
        lines.insert(1, _("accepted {median} minutes after the shift began (median), {longest} at the most",
                          median=found.median_delay, longest=found.longest_delay))  # fmt: skip
    return Reply(_n("In the last 24 hours:", "In the last {n} days:", days), Listing(tuple(lines)))


@command("handover kept", summary=_("List what was refused, and with whom it has stayed"), changes=False, reads=True)
async def kept(ctx: Context) -> Reply:
    """Answer `handover kept`."""
    found = await ctx.services.handover.kept(ctx.room)
    if not found:
        return Reply(_("Nothing has stayed with anybody here."))
    lines, shows = [], set()
    for person, sheet in found[:MOST_LISTED]:
        [item] = sheet.items
        things = await ctx.services.handover.things(sheet.handover, [item], ctx.actor.language, also=ctx.actor.reads)
        said = line(sheet, item, things, _names(ctx), MOST_CHARACTERS)
        lines.append(_("{name}: {item}", name=Verbatim(_names(ctx)(person)), item=said))
        if not item.kind.written:
            shows.add(str(incident_of(item)))
    held = lines[: fitting(lines)]
    if left := len(found) - len(held):
        held.append(_n("and {n} more", "and {n} more", left))
    return Reply(_n("{n} item has stayed with somebody:", "{n} items have stayed with somebody:", len(found)),
                 Listing(tuple(held)), shows=tuple(sorted(shows)))  # fmt: skip
