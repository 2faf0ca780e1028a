"""`incident undo`: one's own last change put back; and the answer whether a change still holds beside another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from bot.command import Arg, Context, Reply, command
from bot.i18n import Code, _
from bot.model.incident import marked, told
from bot.model.person import UserId
from bot.model.reference import Ref


async def fetched(ctx: Context, choice: str, data: Mapping[str, Any]) -> Any:
    """Return what the person wrote with a change that is to be made all the same; None if that is nothing."""
    if choice != "yes" or not data["text"]:
        return None
    return await ctx.services.incident.words(data["text"], ctx.room, ctx.actor.user_id, ctx.event, ctx.now)


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Make a change although somebody else had just changed the same, or leave it."""
    if choice != "yes":
        return Reply(_("I left it as it was."), ref=data["ref"])
    incident = await ctx.services.undoing.insist(ctx.actor, ctx.told, data, ctx.prepared)
    return Reply(marked(incident, _("{ref}: entered.", ref=Code(str(incident.ref)))), ref=str(incident.ref))


@command("incident undo", summary=_("Undo your last change, within two minutes"), answered=answered, fetched=fetched)
async def undo(
    ctx: Context, ref: Annotated[Ref | None, Arg(_("The incident's reference, if it is not your last one"))] = None
) -> Reply:
    """Answer `incident undo [REF]`."""
    incidents = ctx.services.incident
    about = await incidents.posted(ctx.room, ctx.replies_to)
    meant = await incidents.meant(ctx.room, ref, None) if ref else about
    incident, entry = await ctx.services.undoing.undo(ctx.actor, ctx.told, meant)

    def name_of(user_id: UserId) -> str:
        return ctx.services.room.name_of(ctx.room, user_id)

    entry = await ctx.services.relating.told_of(ctx.room, incident, entry)
    said = _("{ref}: undone ({what}).", ref=Code(str(incident.ref)), what=told(entry, name_of))
    return Reply(marked(incident, said), ref=str(incident.ref))
