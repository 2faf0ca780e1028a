"""`incident assign`: who has which part in an incident."""

from __future__ import annotations

from typing import Annotated

from bot.command import Arg, Context, ErrorCode, Reply, Role, UserError, command
from bot.i18n import Code, _
from bot.model.incident import PARTS, Assigned, Part, marked
from bot.model.person import UserId
from bot.model.reference import Ref
from commands.incident.change import WHICH


@command("incident assign", summary=_("Say who has which part in an incident"), role=Role.LEAD)
async def assign(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    role: Annotated[Part | None, Arg(_("Which part"))] = None,
    who: Annotated[UserId | None, Arg(_("Who has it; you if you leave it out"))] = None,
) -> Reply:
    """Answer `incident assign [REF] lead|deputy|scribe|liaison [@PERSON]`."""
    if role is None:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("Say which part: lead, deputy, scribe or liaison."))
    incidents = ctx.services.incident
    meant = await incidents.meant(ctx.room, ref, ctx.replies_to)
    person = who or ctx.actor.user_id
    name = ctx.services.room.present(ctx.room, ctx.actor.user_id, person)
    agency = (await ctx.services.person.actor(person, ctx.room)).agency
    incident = (await incidents.assign(ctx.actor, ctx.told, meant, Assigned(role, person, agency))).content
    said = _("{ref}: {role} is {name} now.", ref=Code(str(incident.ref)), role=PARTS[role], name=name)
    return Reply(marked(incident, said), ref=str(incident.ref))
