"""`purge`: the words of a record are deleted for good, once two people have decided it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from bot.command import Arg, Context, Reply, Role, command
from bot.i18n import Code, Verbatim, _, _n
from bot.model.purge import AGENCY, COMMAND
from bot.model.reference import Ref, Reference
from commands.mark import TYPED


async def left(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the answer of the second person."""
    if not await ctx.services.departing.answer(ctx.actor, ctx.told, data, choice):
        return Reply(_("Nothing was changed."))
    agency = Verbatim(data["agency"])
    return Reply(_("{agency} leaves: its leads get what it originated, and after that it is purged.", agency=agency))


@command(
    AGENCY,
    summary=_("Ask that an agency leaves the task force: what it originated is handed back and then purged"),
    role=Role.AUDITOR,
    or_role=Role.ADMIN,
    answered=left,
)
async def leave(
    ctx: Context,
    agency: Annotated[str, Arg(_("The agency, by its code"))],
    reason: Annotated[str, Arg(_("Why it leaves"), rest=True)],
) -> Reply:
    """Answer `purge agency AGENCY REASON`."""
    asked = await ctx.services.departing.ask(ctx.actor, ctx.told, agency, reason)
    names = tuple(Verbatim(ctx.services.room.name_of(ctx.room, user)) for user in asked)
    return Reply(_("I have asked: {names}. Who does not answer within 24 hours has not agreed.", names=names))


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the answer of the second person, or that to a question about many records."""
    if "batch" in data:
        count = await ctx.services.expiring.answer(ctx.told, data, choice)
        if not count:
            return Reply(_("Nothing was changed."))
        return Reply(_n("{n} record is purged now.", "{n} records are purged now.", count))
    ref = Reference(data["ref"])
    if not await ctx.services.purge.answer(ctx.actor, ctx.told, data, choice):
        return Reply(_("Nothing was changed."), ref=str(ref), shows=())
    return Reply(_("{ref} is purged now: its words are deleted for good.", ref=Code(str(ref))), ref=str(ref), shows=())


@command(
    COMMAND,
    summary=_("Ask that a record may be purged: its words are deleted for good once a second person agrees"),
    role=Role.AUDITOR,
    or_role=Role.ADMIN,
    answered=answered,
)
async def purge(
    ctx: Context,
    ref: Annotated[Ref, Arg(TYPED)],
    reason: Annotated[str, Arg(_("Why it is purged"), rest=True)],
) -> Reply:
    """Answer `purge REF REASON`."""
    meant = await ctx.services.incident.meant(ctx.room, ref, None)
    asked = await ctx.services.purge.ask(ctx.actor, ctx.told, meant, reason)
    names = tuple(Verbatim(ctx.services.room.name_of(ctx.room, user)) for user in asked)
    said = _("I have asked: {names}. Who does not answer within 24 hours has not agreed.", names=names)
    return Reply(said, ref=str(meant), shows=())
