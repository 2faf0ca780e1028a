"""`shift swap`: two people change shifts with each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from bot.command import Arg, Context, Option, Reply, command
from bot.i18n import Code, Verbatim, _
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.shift import SwapState
from bot.model.shift.swap import COMMAND
from commands.shift.post import POST


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the answer of the other person, or of a lead."""
    swap = await ctx.services.swap.answer(ctx.actor, ctx.told, Reference(data["swap"]), choice, data["agency"] or "")
    ref = Code(str(swap.ref))
    match swap.state:
        case SwapState.DONE:
            said = _("Swap {ref} is made. Both are told.", ref=ref)
        case SwapState.AGREED:
            said = _("Noted. Swap {ref} is made once a lead of each agency agrees.", ref=ref)
        case _:
            said = _("Swap {ref} is not made.", ref=ref)
    return Reply(said, ref=str(swap.ref))


@command(COMMAND, summary=_("Ask somebody to change shifts with you"), answered=answered)
async def swap(
    ctx: Context,
    post: Annotated[str | None, Arg(POST, rest=True)] = None,
    *,
    with_: Annotated[UserId, Option(_("With whom"))],
    mine: Annotated[
        datetime | None, Option(_("A time within your shift; your next one if left out"), rest=True)
    ] = None,
    theirs: Annotated[
        datetime | None, Option(_("A time within their shift; their next one if left out"), rest=True)
    ] = None,
) -> Reply:
    """Answer `shift swap [POST] with:@PERSON [mine:TIME] [theirs:TIME]`."""
    meant = await ctx.services.shift.post(ctx.room, post)
    made = await ctx.services.swap.ask(ctx.actor, ctx.told, meant, with_, mine, theirs)
    name = Verbatim(ctx.services.room.name_of(ctx.room, with_))
    said = _("I have asked {name}, until {moment} (swap {ref}).", name=name, moment=made.ends, ref=Code(str(made.ref)))
    return Reply(said, ref=str(made.ref), shows=())
