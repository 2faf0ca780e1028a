"""`incident decide`: what was decided, from what, why, by whose authority, and who saw it otherwise."""

from __future__ import annotations

from typing import Annotated, Any

from bot.command import Arg, Context, Option, Reply, Role, command
from bot.i18n import Code, _
from bot.model.incident import Words, composed, marked, parts_of
from bot.model.reference import Ref
from commands.incident.change import WHICH


async def worded_decision(ctx: Context, text: str, **given: Any) -> Words | None:
    """Return the decision with its parts in the languages of the room; None if there is none."""
    if not text.strip():
        return None
    said = composed(text, parts_of(given))
    return await ctx.services.incident.words(said, ctx.room, ctx.actor.user_id, ctx.event, ctx.now)


@command(
    "incident decide",
    summary=_("Enter a decision with its reasons into an incident's timeline"),
    role=Role.LEAD,
    prepare=worded_decision,
)
async def decide(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    text: Annotated[str, Arg(_("What was decided"), rest=True)] = "",
    options: Annotated[str | None, Option(_("What else could have been done"), metavar="TEXT", rest=True)] = None,
    rationale: Annotated[str | None, Option(_("Why it was decided so"), metavar="TEXT", rest=True)] = None,
    authority: Annotated[str | None, Option(_("Who decided, by what right"), metavar="TEXT", rest=True)] = None,
    dissent: Annotated[str | None, Option(_("Who saw it otherwise, and why"), metavar="TEXT", rest=True)] = None,
    corrects: Annotated[int | None, Option(_("The number of the decision that this one takes the place of"))] = None,
) -> Reply:
    """Answer `incident decide [REF] TEXT [options:] [rationale:] [authority:] [dissent:] [corrects:NUMBER]`."""
    incidents = ctx.services.incident
    meant = await incidents.meant(ctx.room, ref, ctx.replies_to)
    parts = parts_of({"options": options, "rationale": rationale, "authority": authority, "dissent": dissent})
    cleared, number = await incidents.decide(ctx.actor, ctx.told, meant, ctx.prepared, parts, corrects)
    incident = cleared.content
    said = _("{ref}: decision {number} is entered.", ref=Code(str(incident.ref)), number=number)
    return Reply(marked(incident, said), ref=str(incident.ref))
