"""`incident task` and `task`: what is to be done about incidents, by whom and by when."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from bot.command import Arg, Context, Listing, Option, Reply, command
from bot.i18n import Code, Message, Verbatim, _, _n
from bot.model.incident import marked, stands
from bot.model.person import UserId
from bot.model.reference import Ref
from bot.model.task import Task, line
from bot.model.uncertainty import labelled
from commands.incident.change import WHICH, worded_text

THIS = _("Its reference; left out in a reply to its card")
MOST_LISTED = 30


@command("incident task", summary=_("Add what is to be done about an incident"), prepare=worded_text)
async def add(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(WHICH)] = None,
    text: Annotated[str, Arg(_("What is to be done"), rest=True)] = "",
    for_: Annotated[
        UserId | None, Option(_("Who is to do it; whoever takes it if you leave it out"), ends=True)
    ] = None,
    due: Annotated[datetime | None, Option(_("By when; in quotes if it is several words"))] = None,
) -> Reply:
    """Answer `incident task [REF] TEXT [for:@PERSON] [due:TIME]`; a mention that ends it is who does it."""
    incident = await ctx.services.incident.meant(ctx.room, ref, ctx.replies_to)
    task = await ctx.services.task.add(ctx.actor, ctx.told, incident, ctx.prepared, for_, due)
    said = _("{ref} is on record as a task of {incident}.", ref=Code(str(task.ref)), incident=Code(str(incident)))
    return await _done(ctx, task, said)


async def completed(ctx: Context) -> Any:
    """Return what is missing of the tasks' texts in the person's language."""
    found = await ctx.services.task.list_open(ctx.room, ctx.actor.user_id)
    return await ctx.services.task.complete(found[:MOST_LISTED], ctx.room, ctx.actor.language, ctx.now)


@command(
    "task list",
    summary=_("List what is to be done in this room, yours first"),
    prepare=completed,
    changes=False,
    reads=True,
)
async def list_tasks(ctx: Context) -> Reply:
    """Answer `task list`."""
    found = await ctx.services.task.list_open(ctx.room, ctx.actor.user_id)
    if not found:
        return Reply(_("Nothing is to be done in this room."))
    for ref, made in ctx.prepared.items():
        await ctx.services.incident.keep(ref, made)
    own = [task for task in found if task.owner == ctx.actor.user_id]
    others = [task for task in found if task not in own][: MOST_LISTED - len(own[:MOST_LISTED])]
    blocks: list[Message | Listing] = []
    if own:
        blocks.append(_n("{n} task is for you:", "{n} tasks are for you:", len(own)))
        blocks.append(Listing(tuple([await _line(ctx, task) for task in own[:MOST_LISTED]])))
    if others:
        blocks.append(_n("{n} other task:", "{n} other tasks:", len(found) - len(own)))
        blocks.append(Listing(tuple([await _line(ctx, task) for task in others])))
    return Reply(*blocks, shows=tuple(dict.fromkeys(str(task.incident) for task in found)))


async def _line(ctx: Context, task: Task) -> Message:
    made = await ctx.services.task.text_in(task, ctx.actor.language)
    text = labelled(task.text, made) if made else _("{text}", text=task.said)
    incident = await ctx.services.incident.find(ctx.room, task.incident)
    said = line(task, text, lambda user_id: ctx.services.room.known_as(user_id, ctx.room), ctx.now)
    if incident.content.ended:
        return marked(incident.content, _("{ref} ({status})", ref=said, status=stands(incident.content)))
    return marked(incident.content, said)


async def _done(ctx: Context, task: Task, said: Message) -> Reply:
    return Reply(marked(await ctx.services.incident.read(ctx.room, task.incident), said), ref=str(task.ref))


@command("task done", summary=_("Say that a task is done"), prepare=worded_text)
async def done(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(THIS)] = None,
    text: Annotated[str | None, Arg(_("What came of it"), rest=True)] = None,
) -> Reply:
    """Answer `task done [REF] [TEXT]`."""
    task = await ctx.services.task.finish(ctx.actor, ctx.told, await _meant(ctx, ref), ctx.prepared)
    return await _done(ctx, task, _("{ref} is done.", ref=Code(str(task.ref))))


@command("task take", summary=_("Say that you do a task"))
async def take(ctx: Context, ref: Annotated[Ref | None, Arg(THIS)] = None) -> Reply:
    """Answer `task take [REF]`."""
    task = await ctx.services.task.give(ctx.actor, ctx.told, await _meant(ctx, ref), ctx.actor.user_id)
    return await _done(ctx, task, _("{ref} is yours.", ref=Code(str(task.ref))))


@command("task assign", summary=_("Give a task to somebody"))
async def assign(
    ctx: Context, ref: Annotated[Ref | None, Arg(THIS)] = None, *,
    who: Annotated[UserId, Arg(_("Who is to do it"))],
) -> Reply:  # fmt: skip
    """Answer `task assign [REF] @PERSON`."""
    task = await ctx.services.task.give(ctx.actor, ctx.told, await _meant(ctx, ref), who)
    name = Verbatim(ctx.services.room.name_of(ctx.room, who))
    return await _done(ctx, task, _("{ref} is for {name}.", ref=Code(str(task.ref)), name=name))


@command("task due", summary=_("Say by when a task is to be done"))
async def due(
    ctx: Context, ref: Annotated[Ref | None, Arg(THIS)] = None, *,
    at: Annotated[datetime, Arg(_("By when"))],
) -> Reply:  # fmt: skip
    """Answer `task due [REF] TIME`."""
    task = await ctx.services.task.set_due(ctx.actor, ctx.told, await _meant(ctx, ref), at)
    return await _done(ctx, task, _("{ref} is due {moment}.", ref=Code(str(task.ref)), moment=at))


async def _meant(ctx: Context, ref: Ref | None) -> Any:
    return await ctx.services.task.meant(ctx.room, ref, ctx.replies_to)
