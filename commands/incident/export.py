"""`incident export`: incidents given to an agency as a file, once a second person has agreed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from bot.command import Arg, Context, Option, Range, Reply, command
from bot.i18n import Verbatim, _, _n
from bot.model.export import COMMAND, Form, Use
from bot.model.incident import Severity, Status, Wanted
from bot.model.places import Place
from bot.model.reference import Ref
from bot.model.times import Aim
from commands.incident.find import FAR


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the answer of a lead of the originator."""
    service = ctx.services.export
    exports = await service.answer(ctx.actor, ctx.told, data["export"], choice)
    said = service.begun(exports) if exports[0].outcome == "agreed" else service.ended(exports)
    return Reply(said, ref=str(exports[0].ref))


@command(COMMAND, summary=_("Ask that incidents are given to an agency as a file"), answered=answered)
async def export(
    ctx: Context,
    *,
    refs: Annotated[
        tuple[Ref, ...] | None, Arg(_("Their references; left out, those that the options say"), metavar="REFS")
    ] = None,
    to: Annotated[Literal["to"], Arg(_("The word that stands before the agency"))],
    agency: Annotated[str, Arg(_("The agency that is to have it, by its code"))],
    for_: Annotated[Literal["for"], Arg(_("The word that stands before the purpose"))],
    purpose: Annotated[Use, Arg(_("What it is wanted for"))],
    as_: Annotated[
        Form, Option(_("As what: a pack holds all the others and their proofs"), metavar="FORM")
    ] = Form.PACK,
    since: Annotated[datetime | None, Aim.BEHIND, Option(_("Declared at that time or later"))] = None,
    before: Annotated[datetime | None, Aim.BEHIND, Option(_("Declared before that time"))] = None,
    status: Annotated[Status | None, Option(_("How things stand"))] = None,
    severity: Annotated[Severity | None, Option(_("How bad it is"))] = None,
    near: Annotated[Place | None, Option(_("Around which place"))] = None,
    within: Annotated[int, Range(1, FAR), Option(_("How many kilometres from there"))] = 5,
) -> Reply:
    """Answer `incident export [REFS] to AGENCY for PURPOSE [OPTIONS]`."""
    wanted = Wanted((), None, status, severity, since, None, near, within * 1_000.0, before)
    meant = await ctx.services.export.chosen(ctx.room, refs or (), wanted)
    service = ctx.services.export
    asked = await service.ask(ctx.actor, ctx.told, meant, agency, purpose, as_, chosen=not refs)
    names = tuple(Verbatim(ctx.services.room.name_of(ctx.room, user)) for user in asked.people)
    said = [_("I have asked: {names}. Who does not answer within 24 hours has not agreed.", names=names)]
    if asked.left:
        said.append(
            _n(
                "{n} incident was left out: {agency} may not have it, or not everyone here may.",
                "{n} incidents were left out: {agency} may not have them, or not everyone here may.",
                asked.left, agency=Verbatim(agency.upper()),
            )
        )  # fmt: skip
    return Reply(*said, ref=str(asked.refs[0]))
