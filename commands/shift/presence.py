"""`shift start` and `shift end`: who has come to a post, and who has gone."""

from __future__ import annotations

from typing import Annotated

from bot.command import Arg, Context, Reply, Role, command
from bot.i18n import Typed, Verbatim, _, _c
from commands.shift.post import POST

START = Typed(("!", _c("noun", "handover"), " ", _c("verb", "start")))
ACCEPT = Typed(("!", _c("noun", "handover"), " ", _c("verb", "accept")))


@command("shift start", summary=_("Say that you have come to a post"))
async def start(ctx: Context, post: Annotated[str | None, Arg(POST, rest=True)] = None) -> Reply:
    """Answer `shift start [POST]`."""
    meant = await ctx.services.shift.post(ctx.room, post)
    come = await ctx.services.presence.start(ctx.actor, ctx.told, meant)
    name = Verbatim(meant.name)
    planned = (
        _("Your shift lasts until {moment}.", moment=come.shift.span.until)
        if come.shift
        else _("No shift of yours is planned there now.")
    )
    if come.watch.person == ctx.actor.user_id:
        return Reply(_("You are on duty at {post}, and you answer for it.", post=name), planned)
    answers = Verbatim(ctx.services.room.known_as(come.watch.person, ctx.room))
    # Who comes cannot begin the handover, unless they are a lead: they accept what is handed to them.
    leads = ctx.actor.may(Role.LEAD)
    who = () if leads else (_("{name} answers for {post} and hands it over, or a lead does.", name=answers, post=name),)
    return Reply(
        _("You are on duty at {post}. {name} answers for it until you have accepted it: {command}",
          post=name, name=answers, command=START if leads else ACCEPT),
        *who,
        planned,
    )  # fmt: skip


@command("shift end", summary=_("Say that you have left a post"))
async def end(ctx: Context, post: Annotated[str | None, Arg(POST, rest=True)] = None) -> Reply:
    """Answer `shift end [POST]`."""
    meant = await ctx.services.shift.post(ctx.room, post)
    watch = await ctx.services.presence.end(ctx.actor, ctx.told, meant)
    name = Verbatim(ctx.services.room.known_as(watch.person, ctx.room))
    return Reply(_("You are off duty. {name} answers for {post}.", name=name, post=Verbatim(meant.name)))
