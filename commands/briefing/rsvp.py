"""`briefing rsvp`: everybody says whether they come, and sees whether enough do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from bot.command import Arg, Ask, Context, ErrorCode, Listing, Option, Reply, UserError, command
from bot.i18n import Code, Message, Verbatim, _, _n
from bot.model.briefing import Occurrence
from bot.model.person import UserId
from bot.model.reference import Ref
from bot.model.rsvp import CHOICES, COMMAND, LABELS, UNSAID, Coming, Standing, asked, data, tallied
from commands.briefing.change import SINGLE
from commands.briefing.show import WHICH

if TYPE_CHECKING:
    from bot.services.briefing import Planned

MOST_NAMED = 60
EXAMPLE = _("Write how many of which agency, such as {example}.", example=Code("PRT-GNR 2, ESP-GC 1"))
_NEED = re.compile(r"(\S+?)(?:\s*[:=x×]\s*|\s+)?(\d{1,2})?")


async def answered(ctx: Context, choice: str, asks: Mapping[str, Any]) -> Reply:
    """Answer whether somebody comes who was asked."""
    if asks.get("ballot"):
        return await _voted(ctx, choice, asks)
    planned, one = await ctx.services.answering.at(ctx.room, asks, ctx.now)
    found = await ctx.services.answering.answer(ctx.actor, ctx.told, planned, one, Coming(choice))
    return _noted(ctx, planned, one, Coming(choice), found)


async def _voted(ctx: Context, choice: str, asks: Mapping[str, Any]) -> Reply:
    """Do what a vote says in the poll that clients show: they show it as well, so it needs no answer."""
    planned, one = await ctx.services.answering.at(ctx.room, asks, ctx.now)
    ctx.services.answering.may_vote(ctx.actor, ctx.room)
    if choice != UNSAID:
        await ctx.services.answering.answer(ctx.actor, ctx.told, planned, one, Coming(choice), vote=True)
        return Reply()
    if not await ctx.services.answering.unsay(ctx.actor, ctx.told, planned, one):
        return Reply()
    # Which poll was meant stands outside the encryption: whoever did not mean this one is to see it.
    ref = str(planned.briefing.ref)
    said = _("{ref} on {moment}: your answer is withdrawn.", ref=Code(ref), moment=one.begins)
    return Reply(said, ref=ref, shows=())


@command(
    COMMAND, summary=_("Say whether you come to a briefing, and see who does"), answered=answered, shows_bare=True
)  # fmt: skip
async def rsvp(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    answer: Annotated[
        Literal["coming", "perhaps", "no", "ask"] | None, Arg(_("Whether you come; ask: I ask everybody here"))
    ] = None,
    delegate: Annotated[UserId | None, Option(_("Who of your agency comes in your place"))] = None,
    on: Annotated[str | None, Option(SINGLE, metavar="TIME", rest=True)] = None,
    which: Annotated[Literal["one", "all"], Option(_("Whether that is so for that one only, or for all"))] = "one",
    quorum: Annotated[
        str | None,
        Option(_("How many of which agency must come, with commas; else one of each"), metavar="AGENCIES", rest=True),
    ] = None,
) -> Reply:
    """Answer `briefing rsvp [REF] [coming|perhaps|no|ask] [delegate:@X] [on:TIME] [which:one|all] [quorum:…]`."""
    meant = await ctx.services.briefing.meant(ctx.room, ref, ctx.replies_to)
    if quorum is not None or answer == "ask":
        planned = await ctx.services.briefing.open(ctx.actor, ctx.room, meant, ctx.now)
    else:
        planned = await ctx.services.answering.still(ctx.room, meant, ctx.now)
    one = ctx.services.briefing.single(planned, on, ctx.now, ctx.actor.language)
    needed: list[Message] = []
    if quorum is not None:
        needed.append(await _required(ctx, planned, quorum))
    if answer == "ask":
        return await _asked(ctx, planned, one, needed)
    if answer is None and delegate is None:
        return await _shown(ctx, planned, one, needed)
    coming = Coming(answer or "no")
    found = await ctx.services.answering.answer(
        ctx.actor, ctx.told, planned, one, coming, each=which == "all", delegate=delegate
    )
    return _noted(ctx, planned, one, coming, found, needed, each=which == "all", delegate=delegate)


async def _required(ctx: Context, planned: Planned, typed: str) -> Message:
    """Set how many of which agency must come; return what was understood."""
    needs = _needs(typed)
    await ctx.services.answering.require(ctx.actor, ctx.told, planned, needs)
    agencies = tuple(Verbatim(f"{agency} {count}") for agency, count in needs.items())
    return _("For {ref} so many must come: {agencies}.", ref=Code(str(planned.briefing.ref)), agencies=agencies)


async def _asked(ctx: Context, planned: Planned, one: Occurrence, needed: Sequence[Message]) -> Reply:
    count = await ctx.services.answering.ask(ctx.actor, ctx.told, planned, one)
    said = _n("I have asked {n} person whether they come to {ref} on {moment}.",
              "I have asked {n} people whether they come to {ref} on {moment}.",
              count, ref=Code(str(planned.briefing.ref)), moment=one.begins)  # fmt: skip
    return Reply(*needed, said, ref=str(planned.briefing.ref), shows=())


async def _shown(ctx: Context, planned: Planned, one: Occurrence, needed: Sequence[Message]) -> Reply:
    """Return who comes, by name; whoever has not said so yet is asked."""
    briefing, found = planned.briefing, await ctx.services.answering.standing(planned, one)
    blocks: list[Message | Listing] = [
        *needed,
        _("{briefing}: {from_} to {until}.", briefing=Code(str(briefing.ref)), from_=one.begins, until=one.ends),
        Listing(tuple(tallied(found, ctx.services.answering.unnamed))),
    ]  # fmt: skip
    if lines := _names(ctx, found):
        blocks.append(Listing(lines))
    asks = None
    if ctx.actor.user_id not in found.said:
        asks = Ask(COMMAND, CHOICES, data(briefing, one), asked(briefing))
    return Reply(*blocks, ref=str(briefing.ref), shows=(), ask=asks)


def _names(ctx: Context, found: Standing) -> tuple[Message, ...]:
    """Return what each has said, who come first."""
    order = [*Coming]
    said = sorted(found.said.values(), key=lambda rsvp: (order.index(rsvp.answer), rsvp.person))
    lines = [
        _("{name}: {answer} ({delegate})", name=_name(ctx, rsvp.person), answer=LABELS[rsvp.answer],
          delegate=_name(ctx, rsvp.delegate))
        if rsvp.delegate else _("{name}: {answer}", name=_name(ctx, rsvp.person), answer=LABELS[rsvp.answer])
        for rsvp in said[:MOST_NAMED]
    ]  # fmt: skip
    if (left := len(said) - MOST_NAMED) > 0:
        lines.append(_n("and {n} more", "and {n} more", left))
    return tuple(lines)


def _noted(
    ctx: Context, planned: Planned, one: Occurrence, answer: Coming, found: Standing, needed: Sequence[Message] = (), *,
    each: bool = False, delegate: UserId | None = None,
) -> Reply:  # fmt: skip
    ref, label = Code(str(planned.briefing.ref)), LABELS[answer]
    said = _("Noted for {ref}, for all from {moment} on: {answer}", ref=ref, moment=one.begins, answer=label)
    if not each:
        said = _("Noted for {ref} on {moment}: {answer}", ref=ref, moment=one.begins, answer=label)
    blocks: list[Message | Listing] = [*needed, said]
    if delegate is not None:
        blocks.append(_("I have asked {name} to come in your place.", name=_name(ctx, delegate)))
    blocks.append(Listing(tuple(tallied(found, ctx.services.answering.unnamed))))
    return Reply(*blocks, ref=str(planned.briefing.ref), shows=())


def _name(ctx: Context, user: UserId | None) -> Verbatim:
    return Verbatim(ctx.services.room.known_as(user, ctx.room) if user else "")


def _needs(typed: str) -> dict[str, int]:
    """Return how many of which agency must come; raise UserError where that is not plain."""
    found = {}
    for part in filter(None, (one.strip() for one in re.split("[,;،、]", typed))):
        read = _NEED.fullmatch(part)
        if read is None:
            raise UserError(ErrorCode.BAD_ARGUMENT, EXAMPLE)
        found[read[1].upper()] = int(read[2] or 1)
    if not found:
        raise UserError(ErrorCode.BAD_ARGUMENT, EXAMPLE)
    return found
