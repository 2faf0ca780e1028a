"""`handover start`, `note` and `ready`: what the outgoing person does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, NamedTuple

from bot.command import Arg, Context, ErrorCode, Option, Reply, UserError, command
from bot.i18n import Code, Message, Typed, Verbatim, _, _c, _n
from bot.model.handover import Handover, ItemKind, Sheet, State, risk
from bot.model.person import UserId
from bot.model.reference import Ref, Reference
from bot.model.shift import PostName

READY = Typed(("!", _c("noun", "handover"), " ", _c("verb", "ready")))
ACCEPT = Typed(("!", _c("noun", "handover"), " ", _c("verb", "accept")))
RECENT, MOST_RECENT = timedelta(days=7), 20
"""How far back the last handover is looked for that something can be added to."""
WHICH = _("The handover; left out in a reply to its card, or where only one is open")


class Written(NamedTuple):
    """What somebody wrote, in the languages of the room; None: nothing."""

    text: Any
    contingency: Any


async def worded(ctx: Context, text: str | None = None, if_: str | None = None, **_others: Any) -> Written:
    """Return what the person wrote, in the languages of the room."""
    return Written(await _words(ctx, text), await _words(ctx, if_))


async def _words(ctx: Context, text: str | None) -> Any:
    if not text:
        return None
    return await ctx.services.incident.words(text, ctx.room, ctx.actor.user_id, ctx.event, ctx.now)


async def meant(ctx: Context, typed: Ref | None) -> Reference:
    """Return the handover that is meant; raise UserError."""
    found: Reference = await ctx.services.handover.meant(ctx.actor, ctx.room, typed, ctx.replies_to)
    return found


async def answered(ctx: Context, _choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer that somebody sees to a handover that is late."""
    await ctx.services.lateness.seen(ctx.actor, ctx.told, PostName(data["post"]))
    return Reply(_("You see to it. I ask again in half an hour if the handover is not accepted by then."))


async def foreseen(ctx: Context, to: UserId | None = None, post: str | None = None) -> Any:
    """Return what is missing of what the draft will say, in the languages in which its card will be."""
    handovers = ctx.services.handover
    return await handovers.foreseen(ctx.told, await handovers.post_of(ctx.actor, ctx.room, post), to)


@command(
    "handover start", summary=_("Begin to hand a post over; the draft builds itself"), prepare=foreseen,
    answered=answered,
)  # fmt: skip
async def start(
    ctx: Context,
    to: Annotated[UserId | None, Arg(_("Who takes over; whose shift is next if you leave it out"))] = None,
    post: Annotated[str | None, Arg(_("The post; left out where the room has only one"), rest=True)] = None,
) -> Reply:
    """Answer `handover start [@to] [POST]`."""
    found = await ctx.services.handover.post_of(ctx.actor, ctx.room, post)
    for made in ctx.prepared:
        await ctx.services.handover.keep(made)
    sheet = await ctx.services.handover.start(ctx.actor, ctx.told, found, to)
    handover = sheet.handover
    name = Verbatim(ctx.services.room.name_of(ctx.room, handover.incoming))
    said = _n(
        "{ref} is a draft for {name}, with {n} item. Add what is not in it, then write {command}.",
        "{ref} is a draft for {name}, with {n} items. Add what is not in it, then write {command}.",
        len(sheet.items), ref=Code(str(handover.ref)), name=name, command=READY,
    )  # fmt: skip
    return Reply(said, risk(handover), ref=str(handover.ref), shows=())


@command("handover note", summary=_("Say something to an item, or add one"), prepare=worded)
async def note(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    number: Annotated[int | None, Arg(_("The item; a new one if you leave it out"))] = None,
    text: Annotated[str, Arg(_("What is to be said"), rest=True)] = "",
    if_: Annotated[str | None, Option(_("What may happen, and what is to be done then"), rest=True)] = None,
    standing: Annotated[Literal["yes", "no"], Option(_("Whether it counts until somebody clears it"))] = "no",
    kind: Annotated[Literal["note", "equipment", "expected"], Option(_("What it is about"))] = "note",
    critical: Annotated[Literal["yes", "no"], Option(_("Whether it must be read back"))] = "no",
) -> Reply:
    """Answer `handover note [REF] [N] TEXT [if:TEXT] [standing:yes] [kind:equipment|expected] [critical:yes]`."""
    meant_ref = await _noted(ctx, ref)
    handover = await ctx.services.handover.find(ctx.room, meant_ref)
    if handover.state is State.ACCEPTED:
        return await _added(ctx, handover, number)
    entered = await ctx.services.handover.note(
        ctx.actor, ctx.told, meant_ref, number, ctx.prepared.text, ctx.prepared.contingency,
        ItemKind.STANDING if standing == "yes" else ItemKind(kind), critical=critical == "yes",
    )  # fmt: skip
    code = Code(str(meant_ref))
    if number is None:
        said = _("{ref}: entered as item {n}.", ref=code, n=entered)
    else:
        said = _("{ref}: said to item {n}, in addition to what it says. For a new item, begin with a word.",
                 ref=code, n=entered)  # fmt: skip
    return Reply(said, ref=str(meant_ref), shows=())


async def _noted(ctx: Context, typed: Ref | None) -> Reference:
    """Return the handover that is meant; where none is open, raise UserError that says how to add to the last one."""
    try:
        return await meant(ctx, typed)
    except UserError as none:
        since, until = ctx.now - RECENT, ctx.now + timedelta(seconds=1)
        listed = await ctx.services.handover.listed(ctx.room, None, since, until, MOST_RECENT)
        last = next((one for one in listed if one.state is State.ACCEPTED), None)
        if typed is not None or last is None or none.code is not ErrorCode.NOT_FOUND:
            raise
        raise UserError(none.code, *none.messages, *_stays(last.ref)) from none


def _stays(ref: Reference) -> tuple[Message, ...]:
    """Return that what is accepted stays, and how something is added to it."""
    example = Typed(("!", _c("noun", "handover"), " ", _c("verb", "note"), f" {ref} …"))
    return (
        _("{ref} is accepted, so its items stay as they are. Without a number, it is added to the record.",
          ref=Code(str(ref))),
        _("{text}", text=example),
    )  # fmt: skip


async def _added(ctx: Context, handover: Handover, number: int | None) -> Reply:
    """Answer what is said after the handover was accepted."""
    ref = Code(str(handover.ref))
    if number is not None:
        raise UserError(ErrorCode.CONFLICT, *_stays(handover.ref))
    await ctx.services.handover.add(ctx.actor, ctx.told, handover, ctx.prepared.text)
    return Reply(_("{ref}: added to the record.", ref=ref), ref=str(handover.ref), shows=())


@command("handover ready", summary=_("Say that it is the next person's turn to go through it"))
async def ready(ctx: Context, ref: Annotated[Ref | None, Arg(WHICH)] = None) -> Reply:
    """Answer `handover ready [REF]`."""
    sheet = await ctx.services.handover.ready(ctx.actor, ctx.told, await meant(ctx, ref))
    name = Verbatim(ctx.services.room.name_of(ctx.room, sheet.handover.incoming))
    said = _("{ref} waits for {name}. Until that is accepted you answer for the post.",
             ref=Code(str(sheet.handover.ref)), name=name)  # fmt: skip
    return Reply(said, ref=str(sheet.handover.ref), shows=())


def left(sheet: Sheet) -> Message:
    """Return what is still to be settled."""
    ref = Code(str(sheet.handover.ref))
    if not sheet.open:
        return _("{ref}: all is settled. To take over, write {command}.", ref=ref, command=ACCEPT)
    return _n("{ref}: {n} item is still to be settled.", "{ref}: {n} items are still to be settled.",
              len(sheet.open), ref=ref)  # fmt: skip
