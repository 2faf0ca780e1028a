"""`incident pin`: proposes a message for a timeline, as 📌 does; a digit puts it there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from bot.command import Arg, Ask, Context, ErrorCode, Listing, Option, Reply, UserError, command
from bot.i18n import Code, _
from bot.model.file import File
from bot.model.incident import marked
from bot.model.person import UserId
from bot.model.reference import Ref, Reference

NAME = "incident pin"


async def fetched(ctx: Context, choice: str, data: Mapping[str, Any]) -> Any:
    """Return the message that is to be pinned; None if it is to be pinned nowhere."""
    return None if choice == "none" else await ctx.services.pinning.fetch(ctx.room, data, ctx.now)


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Pin the message, or leave it."""
    if choice == "none":
        return Reply(_("I have entered nothing."))
    ref = Reference(choice)
    incident = await ctx.services.pinning.pin(ctx.actor, ctx.told, ref, ctx.prepared, data["cause"])
    said = _("The message stands on the timeline of {ref}.", ref=Code(str(incident.ref)))
    return Reply(marked(incident, said), ref=str(incident.ref))


async def copied(ctx: Context, ref: Ref | None = None, copy: int | None = None) -> Any:
    """Return the file of a pin of which a copy is asked."""
    if copy is None:
        return None
    meant = await ctx.services.incident.meant(ctx.room, ref, ctx.replies_to, only=True)
    return await ctx.services.copying.fetch(ctx.room, meant, copy)


@command(
    NAME,
    summary=_("Put a message of the room on an incident's timeline"),
    prepare=copied,
    answered=answered,
    fetched=fetched,
)
async def pin(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(_("The incident's reference; asked for if you leave it out"))] = None,
    copy: Annotated[
        int | None, Option(_("The number of a pin: keeps a copy of its file, and gives it to this room"))
    ] = None,
) -> Reply:
    """Answer `incident pin [REF]`, a reply to the message, or `incident pin [REF] copy:NUMBER`."""
    if copy is not None:
        return await _copy(ctx, ref, copy)
    if ctx.replied is None:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("Reply to the message that is to stand on the timeline."))
    meant = await ctx.services.incident.meant(ctx.room, ref, None) if ref else None

    def name_of(user_id: UserId) -> str:
        return ctx.services.room.name_of(ctx.room, user_id)

    proposal = await ctx.services.pinning.proposal(ctx.actor, ctx.told, ctx.replied, name_of, meant)
    ask = Ask(NAME, proposal.choices, proposal.data, proposal.question)
    return Reply(proposal.heading, Listing(proposal.lines), ask=ask, shows=proposal.shows)


async def _copy(ctx: Context, ref: Ref | None, number: int) -> Reply:
    meant = await ctx.services.incident.meant(ctx.room, ref, ctx.replies_to, only=True)
    file: File = ctx.prepared
    await ctx.services.copying.keep(ctx.actor, ctx.told, meant, number, file)
    incident = (await ctx.services.incident.find(ctx.room, meant)).content
    said = _(
        "{ref}: the file of pin {number}, as it was pinned: {name}",
        ref=Code(str(meant)), number=number, name=Code(file.name),
    )  # fmt: skip
    return Reply(marked(incident, said), ref=str(meant), file=file)
