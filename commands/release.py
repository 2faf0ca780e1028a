"""`release`: that another agency may have a record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from bot.command import Arg, Context, Option, Reply, command
from bot.i18n import Code, Verbatim, _
from bot.model.reference import Ref
from bot.model.release import COMMAND, MARKED
from commands.mark import TYPED


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the answer of a lead of the originator."""
    request, incident = await ctx.services.release.answer(ctx.actor, ctx.told, data["request"], choice)
    values = {"ref": Code(str(request.ref)), "to": Verbatim(request.agency)}
    if request.outcome == "released":
        said = _("{ref} is released to {to}.", **values)
    elif request.outcome == MARKED:
        said = ctx.services.release.overtaken(request)
    elif request.outcome:
        said = _("Then {ref} is not released to {to}.", **values)
    else:
        agency = Verbatim(incident.agency or "-")
        said = _("Noted. It is released once a second lead of {agency} agrees.", agency=agency)
    return Reply(said, ref=str(request.ref))


@command(COMMAND, summary=_("Ask that another agency may have a record"), answered=answered)
async def release(
    ctx: Context,
    ref: Annotated[Ref, Arg(TYPED)],
    to: Annotated[Literal["to"], Arg(_("The word that stands before the agency"))],
    agency: Annotated[str, Arg(_("The agency that is to have it, by its code"), rest=True)],
    until: Annotated[datetime | None, Option(_("When that is to end; never if you leave it out"))] = None,
) -> Reply:
    """Answer `release REF to AGENCY [until:TIME]`."""
    meant = await ctx.services.incident.meant(ctx.room, ref, None)
    request, asked = await ctx.services.release.ask(ctx.actor, ctx.told, meant, agency, until)
    names = tuple(Verbatim(ctx.services.room.name_of(ctx.room, user)) for user in asked)
    said = [_("I have asked: {names}. Who does not answer within 24 hours has not agreed.", names=names)]
    if request.first:
        said.append(_("Nothing was released to {to} before, so two of them must agree.", to=Verbatim(request.agency)))
    return Reply(*said, ref=str(meant))
