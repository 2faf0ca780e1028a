"""`incident export`: an incident given to an agency as a file, once a second person has agreed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from bot.command import Arg, Context, Option, Reply, command
from bot.i18n import Code, Verbatim, _
from bot.model.export import COMMAND, Form, Use
from bot.model.reference import Ref
from commands.mark import TYPED


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the answer of a lead of the originator."""
    export = await ctx.services.export.answer(ctx.actor, ctx.told, data["export"], choice)
    ref, to = Code(str(export.ref)), Verbatim(export.agency)
    if export.outcome != "agreed":
        return Reply(ctx.services.export.ended(export), ref=str(export.ref))
    return Reply(
        _("{ref} is put together now, and posted where it was asked for.", ref=ref, to=to), ref=str(export.ref)
    )


@command(COMMAND, summary=_("Ask that an incident is given to an agency as a file"), answered=answered)
async def export(
    ctx: Context,
    ref: Annotated[Ref, Arg(TYPED)],
    to: Annotated[Literal["to"], Arg(_("The word that stands before the agency"))],
    agency: Annotated[str, Arg(_("The agency that is to have it, by its code"))],
    for_: Annotated[Literal["for"], Arg(_("The word that stands before the purpose"))],
    purpose: Annotated[Use, Arg(_("What it is wanted for"))],
    as_: Annotated[
        Form, Option(_("As what: a pack holds all the others and their proofs"), metavar="FORM")
    ] = Form.PACK,
) -> Reply:
    """Answer `incident export REF to AGENCY for PURPOSE [as:FORM]`."""
    meant = await ctx.services.incident.meant(ctx.room, ref, None)
    _export, asked = await ctx.services.export.ask(ctx.actor, ctx.told, meant, agency, purpose, as_)
    names = tuple(Verbatim(ctx.services.room.name_of(ctx.room, user)) for user in asked)
    said = _("I have asked: {names}. Who does not answer within 24 hours has not agreed.", names=names)
    return Reply(said, ref=str(meant))
