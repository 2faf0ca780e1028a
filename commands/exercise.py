"""`exercise start|stop`: what is declared meanwhile is no real incident, and says so."""

from __future__ import annotations

from typing import Annotated

from bot.command import Arg, Context, Reply, Role, command
from bot.i18n import _


@command("exercise start", summary=_("Start an exercise in this room, for a day at most"), role=Role.LEAD)
async def start(ctx: Context, title: Annotated[str, Arg(_("What the exercise is called"), rest=True)]) -> Reply:
    """Answer `exercise start TITLE` by the announcement to the room."""
    await ctx.services.exercise.start(ctx.actor, ctx.told, title)
    return Reply()


@command("exercise stop", summary=_("End the exercise in this room"), role=Role.LEAD)
async def stop(ctx: Context) -> Reply:
    """Answer `exercise stop` by the announcement to the room."""
    await ctx.services.exercise.stop(ctx.actor, ctx.told)
    return Reply()
