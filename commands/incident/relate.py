"""`incident link`, `incident parent`, `incident duplicate`: incidents that are related, always by their references."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from bot.command import Arg, Context, Option, Reply, Role, command
from bot.i18n import Code, Message, _
from bot.model.incident import marked
from bot.model.reference import Ref, Reference
from commands.incident.change import with_left

DECLARE = "incident declare"
"""The command that asks whether what was declared is the same as what is known."""
TYPED = _("Its reference: that is always typed")


@command("incident link", summary=_("Link two incidents that have to do with one another"))
async def link(
    ctx: Context,
    ref: Annotated[Ref, Arg(TYPED)],
    other: Annotated[Ref, Arg(_("The reference of the other one"))],
) -> Reply:
    """Answer `incident link REF REF`."""
    one, another = [await ctx.services.incident.meant(ctx.room, typed, None) for typed in (ref, other)]
    await ctx.services.relating.link(ctx.actor, ctx.told, one, another)
    said = _("{ref} and {other} are linked.", ref=Code(str(one)), other=Code(str(another)))
    return Reply(await _marked(ctx, one, said), ref=str(one), shows=(str(one), str(another)))


@command("incident parent", summary=_("Put an incident under another that it is a part of"))
async def parent(
    ctx: Context,
    ref: Annotated[Ref, Arg(TYPED)],
    of: Annotated[Ref | Literal["none"], Arg(_("What it is a part of; none takes it out again"))],
) -> Reply:
    """Answer `incident parent REF REF|none`."""
    one = await ctx.services.incident.meant(ctx.room, ref, None)
    if of == "none":
        other = await ctx.services.relating.part_of_none(ctx.actor, ctx.told, one)
        said = _("{ref} is not a part of {other} any more.", ref=Code(str(one)), other=Code(str(other)))
    else:
        other = await ctx.services.incident.meant(ctx.room, of, None)
        await ctx.services.relating.part(ctx.actor, ctx.told, one, other)
        said = _("{ref} is a part of {other} now.", ref=Code(str(one)), other=Code(str(other)))
    return Reply(await _marked(ctx, one, said), ref=str(one), shows=(str(one), str(other)))


@command("incident duplicate", summary=_("Close an incident that is the same as another"), role=Role.LEAD)
async def duplicate(
    ctx: Context,
    ref: Annotated[Ref, Arg(TYPED)],
    of: Annotated[Ref, Option(_("The reference of the one that is gone on with"))],
) -> Reply:
    """Answer `incident duplicate REF of:REF`."""
    one, main = [await ctx.services.incident.meant(ctx.room, typed, None) for typed in (ref, of)]
    await ctx.services.relating.duplicate(ctx.actor, ctx.told, one, main)
    closed = (await ctx.services.incident.find(ctx.room, one)).content
    said = marked(closed, _("Nothing about {ref} waits for an answer.", ref=Code(str(one))))
    await ctx.services.question.settle(DECLARE, whether_same(one), said, ctx.told.event_id, ctx.told.now)
    return await merged(ctx, one, main)


def whether_same(ref: Reference) -> dict[str, Any]:
    """Return what the question needs whether that incident is the same as one that is known."""
    return {"ref": str(ref), "like": True}


async def merged(ctx: Context, ref: Reference, main: Reference) -> Reply:
    """Return that one is closed as a duplicate of the other."""
    said = _("{ref} is closed as a duplicate of {main}. Go on with {main}.", ref=Code(str(ref)), main=Code(str(main)))
    reply = Reply(await _marked(ctx, main, said), ref=str(main), shows=(str(ref), str(main)))
    return await with_left(ctx, ref, reply)


async def _marked(ctx: Context, ref: Reference, said: Message) -> Message:
    return marked((await ctx.services.incident.find(ctx.room, ref)).content, said)
