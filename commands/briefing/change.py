"""`briefing move`, `briefing skip` and `briefing cancel`: everyone hears from when to when, by their own clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

from bot.command import Arg, Ask, Context, Listing, Option, Reply, command
from bot.i18n import Code, Message, _, _c
from bot.model import times
from bot.model.briefing import Briefing, Occurrence
from bot.model.reference import Ref, Reference
from bot.model.times import Understood
from commands.briefing.schedule import notes, told
from commands.briefing.show import WHICH, pending
from commands.shift.spans import moment

if TYPE_CHECKING:
    from bot.services.briefing import Planned

MOVE, SKIP, CANCEL = "briefing move", "briefing skip", "briefing cancel"
SAVE = "save"
LEAVE = ("leave", _c("choice", "Leave it as it was"))
CHOICES = ((SAVE, _c("choice", "Move it")), LEAVE)
SURE = ((SAVE, _c("choice", "Yes")), LEAVE)
NOTHING = _("Nothing was changed.")
UNCHANGED = _("Is that right? Nothing is changed yet.")
SINGLE = _("Which one, by its day or its time; the next if left out")
MINUTE = timedelta(minutes=1)


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer whether a briefing is moved as it was shown."""
    if choice != SAVE:
        return Reply(NOTHING)
    briefing, moved, count = await ctx.services.briefing.move(ctx.actor, ctx.told, data)
    values = {"ref": Code(str(briefing.ref)), "after": moved.after.begins}
    said = _("{ref} is moved: it begins {after}.", **values)
    if str(briefing.ref) != data["ref"]:
        said = _("All that follow are {ref} from now on: the first begins {after}.", **values)
    return Reply(said, *told(count), ref=str(briefing.ref), shows=())


@command(MOVE, summary=_("Move a briefing; everybody's time is shown before it counts"), answered=answered)
async def move(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    time: Annotated[str, Arg(_("When it begins instead; a time alone is that of the same day"), rest=True)] = "",
    on: Annotated[str | None, Option(SINGLE, metavar="TIME", rest=True)] = None,
    for_: Annotated[timedelta | None, Option(_("How long it lasts then"))] = None,
    which: Annotated[
        Literal["one", "following"], Option(_("Whether only that one moves, or all that follow too"))
    ] = "one",
) -> Reply:
    """Answer `briefing move [REF] TIME [on:TIME] [for:LENGTH] [which:one|following]`."""
    planned = await _open(ctx, ref)
    briefing = planned.briefing
    one = ctx.services.briefing.single(planned, on, ctx.now, ctx.actor.language)
    typed = _typed(ctx, time, one) if time.strip() or for_ is None else None
    begins = typed.utc if typed else one.begins
    wall = begins.astimezone(ZoneInfo(briefing.zone)).replace(tzinfo=None)
    following = which == "following"
    meant, moved = ctx.services.briefing.propose_move(ctx.told, planned, one, wall, for_, following=following)
    lines = await ctx.services.briefing.echo_moved(ctx.room, briefing.zone, moved.before, moved.after)
    blocks: list[Message | Listing] = [_moves(briefing, following=following), Listing(tuple(lines))]
    blocks += notes(typed) if typed else ()
    if moved.after.length != moved.before.length:
        blocks.append(_("It lasts {n} minutes.", n=moved.after.length // MINUTE))
    blocks.append(UNCHANGED)
    return Reply(*blocks, ref=str(briefing.ref), shows=(), ask=Ask(MOVE, CHOICES, meant.json()))


def _typed(ctx: Context, text: str, one: Occurrence) -> Understood:
    """Return when *text* says; a clock time alone is that of the day of *one*, by the person's clock."""
    zone = ctx.actor.zone
    day = one.begins.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    # What a clock alone says does not depend on when it is said, as long as that is the same day.
    found = [
        times.read(text.strip(), now=(day + n * MINUTE).astimezone(UTC), zone=zone, language=ctx.actor.language)
        for n in (0, 1)
    ]
    first, second = found
    if isinstance(first, Understood) and isinstance(second, Understood) and first.note is not times.Note.WHOLE_DAY:
        same_day = first.utc.astimezone(ZoneInfo(zone)).date() == day.date()
        if first.utc == second.utc and same_day and first.utc > ctx.now:
            return first
    return moment(ctx, text, zone)


def _moves(briefing: Briefing, *, following: bool) -> Message:
    ref = Code(str(briefing.ref))
    if briefing.rule is None:
        return _("{ref} would move:", ref=ref)
    if following:
        return _("{ref} would move, with all that follow:", ref=ref)
    return _("{ref} would move this once:", ref=ref)


async def skipped(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer whether one of a briefing is left out as it was shown."""
    if choice != SAVE:
        return Reply(NOTHING)
    planned, one = await ctx.services.briefing.shown(ctx.actor, ctx.told, data)
    following, count = await ctx.services.briefing.skip(ctx.actor, ctx.told, planned, one)
    code = Code(str(planned.briefing.ref))
    blocks = [_("{ref} does not take place on {moment}.", ref=code, moment=one.begins)]
    if following is not None:
        blocks.append(_("The next one is {moment}.", moment=following.begins))
    return Reply(*blocks, *told(count), ref=str(planned.briefing.ref), shows=())


@command(SKIP, summary=_("Leave one of a briefing that repeats out"), answered=skipped)
async def skip(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    on: Annotated[str | None, Option(SINGLE, metavar="TIME", rest=True)] = None,
) -> Reply:
    """Answer `briefing skip [REF] [on:TIME]` with when that is by everybody's clock, and whether it is right."""
    planned = await _open(ctx, ref)
    one = ctx.services.briefing.single(planned, on, ctx.now, ctx.actor.language)
    data = ctx.services.briefing.propose_skip(planned, one)
    said = _("{ref} would not take place this once:", ref=Code(str(planned.briefing.ref)))
    return await _asking(ctx, SKIP, data, said, planned, one)


async def cancelled(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer whether a briefing, or a poll, is cancelled as it was shown."""
    if choice != SAVE:
        return Reply(NOTHING)
    if "original" not in data:
        code = Code(data["ref"])
        count = await ctx.services.polling.cancel(ctx.actor, ctx.told, Reference(data["ref"]))
        return Reply(_("The poll {ref} is cancelled.", ref=code), *told(count), ref=data["ref"], shows=())
    planned, one = await ctx.services.briefing.shown(ctx.actor, ctx.told, data)
    count = await ctx.services.briefing.cancel(ctx.actor, ctx.told, planned, one)
    said = _("{ref} is cancelled. It would have begun {moment}.",
             ref=Code(str(planned.briefing.ref)), moment=one.begins)  # fmt: skip
    return Reply(said, *told(count), ref=str(planned.briefing.ref), shows=())


@command(CANCEL, summary=_("Cancel a briefing, with all that would follow"), answered=cancelled)
async def cancel(ctx: Context, ref: Annotated[Ref | None, Arg(WHICH)] = None) -> Reply:
    """Answer `briefing cancel [REF]` with what would not take place, and whether that is right."""
    if poll := await pending(ctx, ref):
        poll = await ctx.services.polling.cancellable(ctx.actor, ctx.room, poll.ref)
        blocks = (_("The poll {ref} would be cancelled.", ref=Code(str(poll.ref))), UNCHANGED)
        return Reply(*blocks, ref=str(poll.ref), shows=(), ask=Ask(CANCEL, SURE, {"ref": str(poll.ref)}))
    planned = await _open(ctx, ref)
    one = ctx.services.briefing.single(planned, None, ctx.now, ctx.actor.language)
    code = Code(str(planned.briefing.ref))
    said = _("{ref} would be cancelled:", ref=code)
    if planned.briefing.rule:
        said = _("{ref} would be cancelled, with all that follow:", ref=code)
    return await _asking(ctx, CANCEL, ctx.services.briefing.as_shown(planned, one), said, planned, one)


async def _asking(
    ctx: Context, of: str, data: Mapping[str, Any], said: Message, planned: Planned, one: Occurrence
) -> Reply:  # fmt: skip
    """Return when what would not take place is by everybody's clock, and ask whether that is right."""
    lines = await ctx.services.briefing.echo(ctx.room, planned.briefing, planned.changes, one)
    ref = str(planned.briefing.ref)
    return Reply(said, Listing(tuple(lines)), UNCHANGED, ref=ref, shows=(), ask=Ask(of, SURE, data))


async def _open(ctx: Context, typed: Ref | None) -> Planned:
    ref: Reference = await ctx.services.briefing.meant(ctx.room, typed, ctx.replies_to)
    return await ctx.services.briefing.open(ctx.actor, ctx.room, ref, ctx.now)
