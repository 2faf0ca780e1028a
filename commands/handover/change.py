"""`handover clear`, `pass` and `break`: what is not minded any more, and what does not wait for a handover."""

from __future__ import annotations

from typing import Annotated, Any

from bot.command import Arg, Context, Option, Reply, Role, command
from bot.i18n import Code, Verbatim, _
from bot.model.names import one_line
from bot.model.person import UserId
from bot.model.reference import Ref
from commands.handover.start import WHICH, meant


@command("handover clear", summary=_("Say that something written for handovers need not be handed on any more"))
async def clear(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    *,
    number: Annotated[int, Arg(_("The item"))],
) -> Reply:
    """Answer `handover clear [REF] N`."""
    found = await meant(ctx, ref)
    await ctx.services.handover.clear(ctx.actor, ctx.told, found, number)
    return Reply(_("{ref}: item {n} is cleared.", ref=Code(str(found)), n=number), ref=str(found), shows=())


async def passing(ctx: Context, who: UserId, reason: str, post: str | None = None) -> Any:
    """Return why somebody is to answer for a post, in the languages of the room and of those concerned."""
    found = await ctx.services.shift.post(ctx.room, post)
    return await ctx.services.handover.reason(ctx.actor, ctx.told, found, who, reason)


async def breaking(ctx: Context, reason: str) -> Any:
    """Return why the person does not wait, in the languages of the room."""
    return await ctx.services.incident.words(one_line(reason), ctx.room, ctx.actor.user_id, ctx.event, ctx.now)


@command(
    "handover pass", summary=_("Let somebody answer for a post without a handover"), role=Role.LEAD, prepare=passing
)
async def pass_on(
    ctx: Context,
    who: Annotated[UserId, Arg(_("Who answers for it from now on"))],
    reason: Annotated[str, Arg(_("Why it cannot be handed over"), rest=True)],
    post: Annotated[str | None, Option(_("The post; left out where the room has only one"), rest=True)] = None,
) -> Reply:
    """Answer `handover pass @PERSON REASON [post:POST]`."""
    found = await ctx.services.shift.post(ctx.room, post)
    await ctx.services.handover.pass_on(ctx.actor, ctx.told, found, who, ctx.prepared)
    name = Verbatim(ctx.services.room.name_of(ctx.room, who))
    return Reply(_("{name} answers for {post} from now on.", name=name, post=Verbatim(found.name)))


@command(
    "handover break", summary=_("Do not wait for a handover: commands that wait for it work again"), prepare=breaking
)
async def break_gate(
    ctx: Context, reason: Annotated[str, Arg(_("Why it cannot wait"), rest=True)]
) -> Reply:  # fmt: skip
    """Answer `handover break REASON`."""
    await ctx.services.gate.break_(ctx.actor, ctx.told, ctx.prepared)
    return Reply(_("Nothing waits for the handover any more until the next one. Everyone here was told why."))
