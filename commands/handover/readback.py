"""`handover readback`: the incoming person restates an item, and the outgoing one answers by a digit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from bot.command import Arg, Context, Reply, command
from bot.i18n import Typed, Verbatim, _, _c
from bot.model.reference import Ref
from commands.handover.start import WHICH, left, meant


async def restated(ctx: Context, number: int, text: str, ref: Ref | None = None) -> Any:
    """Return what the person wrote, in the languages of the room and of the outgoing person."""
    return await ctx.services.reading.words(ctx.actor, ctx.told, await meant(ctx, ref), text)


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer what the outgoing person says to a read-back."""
    right = choice == "right"
    sheet, number = await ctx.services.reading.judge(ctx.actor, ctx.told, data, right=right)
    ref = str(sheet.handover.ref)
    if right:
        return Reply(_("Item {n} is read back.", n=number), left(sheet), ref=ref, shows=())
    note = Typed(("!", _c("noun", "handover"), " ", _c("verb", "note"), f" {number} …"))
    said = _("Item {n} is to be read back again. If it needs better words, write {command}.", n=number, command=note)
    return Reply(said, ref=ref, shows=())


@command("handover readback", summary=_("Restate an item in your own words"), prepare=restated, answered=answered)
async def readback(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    *,
    number: Annotated[int, Arg(_("The item"))],
    text: Annotated[str, Arg(_("What you have understood, in your own words"), rest=True)],
) -> Reply:
    """Answer `handover readback [REF] N TEXT`."""
    found = await meant(ctx, ref)
    await ctx.services.reading.read_back(ctx.actor, ctx.told, found, number, ctx.prepared)
    handover = await ctx.services.handover.find(ctx.room, found)
    name = Verbatim(ctx.services.room.name_of(ctx.room, handover.outgoing))
    return Reply(_("I have asked {name} whether item {n} is right so.", name=name, n=number), ref=str(found), shows=())
