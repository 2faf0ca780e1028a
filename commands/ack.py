"""`ack`: somebody sees to what the bot asked about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from bot.command import Arg, Context, Reply, command
from bot.i18n import Code, Message, _
from bot.model.incident import marked
from bot.model.recall import COMMAND as RECALL
from bot.model.reference import Ref, Reference
from commands.remind import seen


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the answer to whether somebody sees to it, or has received a change."""
    if data["kind"] == RECALL:
        return await _received(ctx, data["batch"])
    kind, ref = data["kind"], Reference(data["ref"])
    match choice:
        case "later":
            await ctx.services.ladder.snooze(ctx.actor, ctx.told, kind, ref)
            return await _said(ctx, ref, _("I ask you again about {ref} in half an hour.", ref=Code(str(ref))))
        case "done":
            await ctx.services.task.finish(ctx.actor, ctx.told, ref, None)
            return await _said(ctx, ref, _("{ref} is done.", ref=Code(str(ref))))
    return await _seen(ctx, kind, ref)


@command("ack", summary=_("Say that you see to what I have asked about"), answered=answered)
async def ack(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(_("Its reference; left out in a reply to what I have asked"))] = None,
) -> Reply:
    """Answer `ack [REF]`."""
    if ref is None and (batch := await ctx.services.recall.asked(ctx.room, ctx.replies_to)):
        return await _received(ctx, batch)
    if reminder := await ctx.services.reminder.asked(ctx.actor, ctx.room, ref, ctx.replies_to):
        return await seen(ctx, reminder)
    return await _seen(ctx, *await ctx.services.ladder.meant(ctx.room, ref, ctx.replies_to))


async def _received(ctx: Context, batch: str) -> Reply:
    await ctx.services.recall.acknowledge(ctx.actor, ctx.told, batch)
    return Reply(_("Noted: you have received it."))


async def _seen(ctx: Context, kind: str, ref: Reference) -> Reply:
    await ctx.services.ladder.acknowledge(ctx.actor, ctx.told, kind, ref)
    return await _said(ctx, ref, _("You see to {ref}. I ask nobody else.", ref=Code(str(ref))))


async def _said(ctx: Context, ref: Reference, said: Message) -> Reply:
    return Reply(marked(await ctx.services.ladder.incident_of(ctx.room, ref), said), ref=str(ref))
