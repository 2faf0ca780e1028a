"""`briefing poll`: when a briefing can be; everybody answers by a digit, one time after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from bot.command import Arg, Ask, Context, ErrorCode, Listing, Option, Range, Reply, UserError, command
from bot.i18n import Code, Message, Typed, Verbatim, _, _c, _n
from bot.model.briefing import proposed_as
from bot.model.names import one_line
from bot.model.person import LanguageCode, Zone
from bot.model.poll import CHOICES, COMMAND, LABELS, MOST_SLOTS, NO_TIME, Poll, PollState, asked, numbered
from bot.model.reference import Ref, Reference
from bot.model.slot import Ranked
from commands.briefing.schedule import LENGTH, notes
from commands.briefing.slots import asked as times_of
from commands.shift.spans import moment

ASK = "ask"
CONFIRM = ((ASK, _c("choice", "Ask everybody")), ("leave", _c("choice", "Leave it")))
MINUTE = timedelta(minutes=1)


async def fetched(ctx: Context, choice: str, data: Mapping[str, Any]) -> Any:
    """Return what the briefing is called, in the languages of everybody in the room: each is asked in theirs."""
    if choice != ASK:
        return None
    said = data["said"]
    return await ctx.services.incident.words(data["title"], ctx.room, ctx.actor.user_id, said, ctx.now, each=True)


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer whether everybody is asked as it was shown, or what somebody says to one of the times."""
    if "slot" in data:
        return await _voted(ctx, choice, data)
    if choice != ASK:
        return Reply(_("Nobody was asked."))
    poll = _of(ctx, data)
    count = await ctx.services.polling.open(ctx.actor, ctx.told, poll, ctx.prepared, data["said"])
    said = _n("I have asked {n} person when they can come to {ref}. The poll ends {moment}, or once all have answered.",
              "I have asked {n} people when they can come to {ref}. The poll ends {moment}, or once all have answered.",
              count, ref=Code(str(poll.ref)), moment=poll.closes_at)  # fmt: skip
    return Reply(said, ref=str(poll.ref), shows=())


async def _voted(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    poll = await ctx.services.polling.still(ctx.room, Reference(data["ref"]))
    number = data["slot"]
    after = await ctx.services.polling.answer(ctx.actor, ctx.told, poll, number, choice)
    ref = Code(str(poll.ref))
    blocks = [_("Noted for {ref}, time {number}: {answer}", ref=ref, number=number, answer=LABELS[choice])]
    if after is not None and data.get("ballot"):
        return Reply()  # their client shows them what they have said
    if after is not None:
        ask = Ask(COMMAND, CHOICES, poll.data(after))
        return Reply(*blocks, asked(poll, after), ref=str(poll.ref), shows=(), ask=ask)
    again = Typed(
        ("!", _c("noun", "briefing"), " ", _c("verb", "poll"), f" {poll.ref} ", _c("option", "slot"), f":{number}")
    )
    blocks.append(_("You have answered to all times. To change an answer while the poll is open: {command}",
                    command=again))  # fmt: skip
    return Reply(*blocks, ref=str(poll.ref), shows=())


@command(
    COMMAND, summary=_("Find the time for a briefing: everybody says by a digit when they can come"),
    answered=answered, fetched=fetched, shows_bare=True,
)  # fmt: skip
async def poll(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(_("The poll; left out in a reply to it, or where only one is open"))] = None,
    text: Annotated[
        str,
        Arg(
            _("What it is called, and the times with commas between them; without times I propose some"),
            rest=True,
            metavar="TITLE TIMES",
        ),
    ] = "",
    for_: Annotated[timedelta | None, Option(_("How long it lasts, 30 minutes if left out"))] = None,
    zone: Annotated[
        Zone | None, Option(_("By which clock it is; yours, or the one that you name with the time"))
    ] = None,
    by: Annotated[
        str | None, Option(_("Until when one can answer; a day at most if left out"), metavar="TIME", rest=True)
    ] = None,
    need: Annotated[
        tuple[str, ...] | None,
        Option(_("Agencies that must be able to come, with commas; all that are here if left out"), metavar="AGENCIES"),
    ] = None,
    slot: Annotated[
        int | None, Range(1, MOST_SLOTS), Option(_("The number of a time of which I ask you again"))
    ] = None,
) -> Reply:
    """Answer `briefing poll [REF] [TITLE TIMES] [for:] [zone:] [by:] [need:] [slot:]`."""
    if text.strip():
        return await _proposed(ctx, f"{ref} {text}" if ref else text, for_, zone, by, need)
    found = await ctx.services.asker.meant(ctx.room, ref, ctx.replies_to)
    if found is None:
        return await _listed(ctx)
    ask = None
    if found.state is PollState.OPEN:
        number = slot or await ctx.services.polling.next_for(found, ctx.actor.user_id)
        if number is not None and number <= len(found.slots):
            ask = Ask(COMMAND, CHOICES, found.data(number), asked(found, number))
    return Reply(*await shown(ctx, found), ref=str(found.ref), shows=(), ask=ask, of=str(found.ref))


async def _proposed(
    ctx: Context, text: str, length: timedelta | None, zone: Zone | None, by: str | None, need: Sequence[str] | None
) -> Reply:  # fmt: skip
    """Return the times of a new poll by everybody's clock, each with why it ranks there, and ask whether to ask."""
    said = times_of(ctx, text, zone)
    zone = zone or (said.times[0].zone if said.times else Zone(ctx.actor.zone))
    walls = [one.utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for one in said.times]
    ends = moment(ctx, by, ctx.actor.zone).utc if by else None
    needed = None if need is None else ctx.services.asker.needed(ctx.room, need)
    title = one_line(f"{ctx.label} {said.title}")
    new, ranks = await ctx.services.asker.propose(
        ctx.actor, ctx.told, title, walls, zone, length or said.length or LENGTH, needed, ends
    )
    # What waits to be posted is no place for a marked text.
    named = Code(str(new.ref)) if new.handling else Verbatim(title)
    blocks: list[Message | Listing] = [_("{briefing}: the best time first, by everybody's clock:", briefing=named)]
    if not walls:
        blocks.append(_("You have named no times. These are from the week after the poll ends."))
    for number, rank in enumerate(ranks, 1):
        blocks += await _slot(ctx, new, number, rank)
    blocks += dict.fromkeys(note for one in said.times for note in notes(one))
    if needed:
        blocks.append(_("It is not held without {agencies}.", agencies=tuple(map(Verbatim, needed))))
    blocks.append(_("The poll ends {moment}. Is that right? Nobody is asked yet.", moment=new.closes_at))
    data = _json(new) | {"said": ctx.told.said}
    return Reply(*blocks, ask=Ask(COMMAND, CONFIRM, data), quotes=(proposed_as(ctx.room, ctx.told.said),))


async def _slot(ctx: Context, new: Poll, number: int, rank: Ranked) -> list[Message | Listing]:
    lines = await ctx.services.briefing.echo(ctx.room, new.briefing(number), (), new.occurrence(number))
    return [numbered(new, number), Listing((*lines, *rank.reasons))]


async def _listed(ctx: Context) -> Reply:
    """Return which polls are open, where it is not said which one is meant."""
    found = await ctx.services.asker.list_open(ctx.room)
    if not found:
        raise UserError(ErrorCode.NOT_FOUND, _("No poll is open in this room."))
    blocks = [block for one in found for block in await shown(ctx, one)]
    return Reply(*blocks)


async def shown(ctx: Context, found: Poll) -> list[Message | Listing]:
    """Return how a poll stands."""
    named = await ctx.services.briefing.named(found.briefing(), [ctx.actor.menus])
    if found.state is PollState.CANCELLED:
        return [_("{briefing} is cancelled.", briefing=named)]
    lines = Listing(tuple(await ctx.services.polling.standing(found, ctx.now)))
    if found.state is PollState.FAILED:
        return [Message(NO_TIME.text, {"briefing": named}), lines]
    missing = (await ctx.services.polling.counted(found))[1]
    left = _n("{n} person has not answered to all times.", "{n} people have not answered to all times.", len(missing))
    return [_("{briefing}: the poll ends {moment}.", briefing=named, moment=found.closes_at), lines, left]


def _json(new: Poll) -> dict[str, Any]:
    return {
        "ref": str(new.ref), "title": new.title, "zone": new.zone, "minutes": new.length // MINUTE,
        "slots": [one.isoformat() for one in new.slots], "need": None if new.need is None else list(new.need),
        "closes": new.closes_at.isoformat(), "handling": new.handling,
    }  # fmt: skip


def _of(ctx: Context, data: Mapping[str, Any]) -> Poll:
    return Poll(
        Reference(data["ref"]), data["title"], LanguageCode(ctx.actor.language), ctx.room, ctx.actor.user_id,
        ctx.actor.agency, Zone(data["zone"]), data["minutes"] * MINUTE,
        tuple(datetime.fromisoformat(one) for one in data["slots"]),
        None if data["need"] is None else tuple(data["need"]), ctx.now, datetime.fromisoformat(data["closes"]),
        handling=data["handling"],
    )  # fmt: skip
