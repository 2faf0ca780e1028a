"""`incident declare`: open from the moment on at which its title is there; what is missing is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from bot.command import Arg, Ask, Context, Option, Reply, command
from bot.i18n import Code, Message, _, _c
from bot.model.handling import Cleared
from bot.model.incident import Declaration, Incident, Severity, Type, worded
from bot.model.places import Place
from bot.model.reference import Reference

NAME = "incident declare"
MORE = "more"
FIRST = (
    Type.CROSSING, Type.SMUGGLING, Type.TRAFFICKING, Type.DOCUMENT, Type.DRUGS, Type.RESCUE, Type.VESSEL, Type.VEHICLE,
)  # fmt: skip
"""The types that are asked about first; the others follow behind a digit of their own."""


async def worded_title(ctx: Context, title: str, **_others: Any) -> Any:
    """Return the title in the languages of the room."""
    return await ctx.services.incident.words(title, ctx.room, ctx.actor.user_id, ctx.event, ctx.now)


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the answer to a question about an incident that was declared."""
    ref = Reference(data["ref"])
    if choice == MORE:
        return _asking(ref, _("What kind of incident is it?"), [one for one in Type if one not in FIRST])
    if choice in list(Severity):
        cleared = await ctx.services.incident.set_severity(ctx.actor, ctx.told, ref, Severity(choice))
    else:
        cleared = await ctx.services.incident.set_type(ctx.actor, ctx.told, ref, Type(choice))
    return _next(cleared)


@command(NAME, summary=_("Open an incident"), prepare=worded_title, answered=answered, aliases=("inc", "i"))
async def declare(
    ctx: Context,
    title: Annotated[str, Arg(_("What has happened, in a few words"), rest=True)],
    type: Annotated[Type | None, Option(_("What kind of incident it is"))] = None,
    severity: Annotated[Severity | None, Option(_("How bad it is"))] = None,
    at: Annotated[Place | None, Option(_("Where: a grid reference, or latitude and longitude"))] = None,
) -> Reply:
    """Answer `incident declare TITLE [type:TYPE] [severity:SEVERITY] [at:PLACE]`."""
    said = Declaration(ctx.prepared, type, severity, at)
    cleared, new = await ctx.services.incident.declare(ctx.actor, ctx.told, said)
    if not new:
        ref = str(cleared.content.ref)
        return Reply(_("You have declared that just now: it is {ref}.", ref=Code(ref)), ref=ref)
    return _next(cleared)


def _next(cleared: Cleared[Incident]) -> Reply:
    """Return that the incident is open, and what is still missing."""
    incident = cleared.content
    if incident.severity is None:
        return _asking(incident.ref, _("How bad is it?"), [*reversed(Severity)])
    if incident.type is None:
        return _asking(incident.ref, _("What kind of incident is it?"), FIRST, more=True)
    return Reply(_("{ref} is on record.", ref=Code(str(incident.ref))), ref=str(incident.ref))


def _asking(ref: Reference, question: Message, codes: Any, *, more: bool = False) -> Reply:
    choices: list[tuple[str, Message]] = [(str(code), worded(code)) for code in codes]
    if more:
        choices.append((MORE, _c("choice", "something else")))
    said = _("{ref} is open. {question}", ref=Code(str(ref)), question=question)
    return Reply(said, ref=str(ref), ask=Ask(NAME, tuple(choices), {"ref": str(ref)}))
