"""`recall`: who was told of what has changed since they received it, and who has acknowledged that."""

from __future__ import annotations

from typing import Annotated

from bot.command import Arg, Context, Listing, Reply, Role, command
from bot.i18n import Code, Message, Verbatim, _, _n
from bot.model.incident import marked
from bot.model.recall import COMMAND, Recall, State
from bot.model.reference import Ref
from commands.fitting import fitting
from commands.incident.change import WHICH


@command(
    COMMAND,
    summary=_("Show who was told of changes to what they had received, and who has acknowledged that"),
    role=Role.COORDINATOR,
    or_role=Role.LEAD,
    changes=False,
    reads=True,
)
async def recall(ctx: Context, ref: Annotated[Ref | None, Arg(WHICH)] = None) -> Reply:
    """Answer `recall [REF]`."""
    incidents = ctx.services.incident
    cleared = await incidents.find(ctx.room, await incidents.meant(ctx.room, ref, ctx.replies_to))
    incident = cleared.content
    people, recalls = await ctx.services.recall.of(incident.ref)
    shown = Code(str(incident.ref))
    head = _n("{n} person has received {ref}.", "{n} people have received {ref}.", people, ref=shown)
    if not recalls:
        said = _("Nothing was changed of what they have received.")
        return Reply(marked(incident, head), said, ref=str(incident.ref))
    lines = [_line(ctx, one) for one in recalls]
    fits = fitting(lines)
    more = [_n("and {n} more", "and {n} more", len(lines) - fits)] if fits < len(lines) else []
    return Reply(marked(incident, head), Listing(tuple(lines[:fits])), *more, ref=str(incident.ref))


def _line(ctx: Context, one: Recall) -> Message:
    name = Verbatim(ctx.services.room.known_as(one.user_id, ctx.room))
    match one.state:
        case State.ACKNOWLEDGED if one.acknowledged_at:
            return _("{name}: acknowledged {moment}", name=name, moment=one.acknowledged_at)
        case State.TOLD if one.told_at:
            return _("{name}: told {moment}, not acknowledged yet", name=name, moment=one.told_at)
        case State.UNREACHED:
            return _("{name}: not reached", name=name)
    return _("{name}: is told soon", name=name)
