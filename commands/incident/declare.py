"""`incident declare`: open from the moment on at which its title is there; what is missing is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Literal

from bot.command import Arg, Ask, Context, Listing, Option, Reply, command
from bot.i18n import Code, Message, _, _c
from bot.model.handling import Cleared, label_of, strictest
from bot.model.incident import Incident, Severity, Type, marked, of_another_day, worded
from bot.model.places import Place
from bot.model.reference import Reference
from bot.model.times import Aim
from commands.incident.relate import DECLARE, merged, whether_same
from commands.incident.show import line

MORE = "more"
NEW = "new"
FIRST = (
    Type.CROSSING, Type.SMUGGLING, Type.TRAFFICKING, Type.DOCUMENT, Type.DRUGS, Type.RESCUE, Type.VESSEL, Type.VEHICLE,
)  # fmt: skip
"""The types that are asked about first; the others follow behind a digit of their own."""


@dataclass(frozen=True, slots=True)
class Besides:
    """What is to be said of an incident besides what is asked: of which day it is, and that nobody else learns of it.

    A time stands in no question, as questions ring: where a day is said, the question is a message of its own.
    """

    day: tuple[Message, ...] = ()
    alone: tuple[Message, ...] = ()


NO_MORE = Besides()


async def declaration(ctx: Context, title: str | None = None, **_others: Any) -> Any:
    """Return what the title says, or else the message that is replied to."""
    found = await ctx.services.declaring.of(ctx.actor, ctx.told, title, ctx.replied)
    return replace(found, handling=strictest([found.handling, label_of(ctx.label)]))


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the answer to a question about an incident that was declared."""
    ref = Reference(data["ref"])
    if "like" in data:
        return await _likened(ctx, choice, ref)
    if choice == MORE:
        incident = (await ctx.services.incident.find(ctx.room, ref)).content
        return _asking(incident, _("What kind of incident is it?"), [one for one in Type if one not in FIRST])
    if choice in list(Severity):
        cleared = await ctx.services.incident.set_severity(ctx.actor, ctx.told, ref, Severity(choice))
        return _next(cleared, Besides(alone=_alone(ctx, cleared.content) if choice == Severity.VERY_HIGH else ()))
    return _next(await ctx.services.incident.set_type(ctx.actor, ctx.told, ref, Type(choice)))


@command(DECLARE, summary=_("Open an incident"), prepare=declaration, answered=answered, aliases=("inc", "i"))
async def declare(
    ctx: Context,
    title: Annotated[
        str | None,
        Arg(_("What has happened, in a few words; left out in a reply to the message that says it"), rest=True),
    ] = None,
    type: Annotated[Type | None, Option(_("What kind of incident it is"))] = None,
    severity: Annotated[Severity | None, Option(_("How bad it is"))] = None,
    at: Annotated[Place | None, Option(_("Where: a grid reference, or latitude and longitude"))] = None,
    time: Annotated[datetime | None, Aim.BEHIND, Option(_("When it happened"))] = None,
    exercise: Annotated[
        Literal["yes", "no"] | None, Option(_("Whether it is an exercise; left out, whatever runs in this room"))
    ] = None,
) -> Reply:
    """Answer `incident declare [TITLE] [type:TYPE] [severity:SEVERITY] [at:PLACE] [time:TIME] [exercise:yes|no]`."""
    found = ctx.prepared
    said = replace(
        found,
        type=type,
        severity=severity,
        place=at or found.place,
        happened_at=time or found.happened_at,
        exercise=None if exercise is None else exercise == "yes",
    )
    cleared, new = await ctx.services.incident.declare(ctx.actor, ctx.told, said)
    incident = cleared.content
    if not new:
        known = _("You have declared that just now: it is {ref}.", ref=Code(str(incident.ref)))
        return Reply(marked(incident, known), ref=str(incident.ref))
    besides = Besides(
        of_another_day(incident, said.happened_at, ctx.actor.zone, ctx.told.sent_at), _alone(ctx, incident)
    )
    if alike := await ctx.services.likeness.alike(ctx.room, incident):
        return await _asking_whether(ctx, incident, alike, besides)
    return _next(cleared, besides)


def _alone(ctx: Context, incident: Incident) -> tuple[Message, ...]:
    """Return that nobody else learns of an incident that stands in a direct room, and what to do; else nothing.

    Nobody is rung from there: to name it to others would say that there is one, which its room keeps from them.
    """
    if not ctx.services.direct.holds(ctx.room, ctx.actor.user_id):
        return ()
    said = _(
        "{ref} is in this direct room alone: nobody else sees it here, and I alert nobody else. For others to know of"
        " it, write it again in a room with them.",
        ref=Code(str(incident.ref)),
    )
    return (marked(incident, said),)


async def _asking_whether(
    ctx: Context, incident: Incident, alike: Sequence[Cleared[Incident]], besides: Besides
) -> Reply:
    """Return that the incident is open, and the question whether it is the same as one of those that are *alike*."""
    ref = incident.ref
    titles = await ctx.services.incident.titles_in(alike, ctx.actor.language)
    lines = Listing(tuple(line(ctx, one, titles.get(one.content.ref)) for one in alike))
    others = [str(one.content.ref) for one in alike]
    said = _("{ref} is open. It may be the same as one of these:", ref=Code(str(ref)))
    choices = [(other, _("the same as {ref}", ref=Code(other))) for other in others]
    question = marked(incident, _("{ref}: is it the same as one that is known?", ref=Code(str(ref))))
    ask = Ask(DECLARE, (*choices, (NEW, _c("choice", "no, another one"))), whether_same(ref), question)
    return Reply(
        *besides.day, *besides.alone, marked(incident, said), lines, ref=str(ref), ask=ask, shows=(str(ref), *others)
    )


async def _likened(ctx: Context, choice: str, ref: Reference) -> Reply:
    """Close the incident as a duplicate of the one that was chosen; of none, ask what is missing of it."""
    if choice == NEW:
        return _next(await ctx.services.incident.find(ctx.room, ref))
    main = Reference(choice)
    await ctx.services.relating.duplicate(ctx.actor, ctx.told, ref, main)
    return await merged(ctx, ref, main)


def _next(cleared: Cleared[Incident], besides: Besides = NO_MORE) -> Reply:
    """Return that the incident is open, what is to be said *besides*, and what is still missing."""
    incident = cleared.content
    if incident.severity is None:
        return _asking(incident, _("How bad is it?"), [*reversed(Severity)], besides)
    if incident.type is None:
        return _asking(incident, _("What kind of incident is it?"), FIRST, besides, more=True)
    said = marked(incident, _("{ref} is on record.", ref=Code(str(incident.ref))))
    return Reply(said, *besides.day, *besides.alone, ref=str(incident.ref))


def _asking(
    incident: Incident, question: Message, codes: Any, besides: Besides = NO_MORE, *, more: bool = False
) -> Reply:
    choices: list[tuple[str, Message]] = [(str(code), worded(code)) for code in codes]
    if more:
        choices.append((MORE, _c("choice", "something else")))
    ref = incident.ref
    said = marked(incident, _("{ref} is open. {question}", ref=Code(str(ref)), question=question))
    asked = Ask(DECLARE, tuple(choices), {"ref": str(ref)}, said if besides.day else None)
    blocks = (*besides.day, *besides.alone) if besides.day else (*besides.alone, said)
    return Reply(*blocks, ref=str(ref), ask=asked)
