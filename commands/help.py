"""`help`: what one may ask of the bot."""

from __future__ import annotations

from typing import Annotated

from bot.command import Arg, Context, Reply, command
from bot.i18n import _


@command("help", summary=_("Show what I can do, or how to use one command"), changes=False, described=True)
async def show_help(
    ctx: Context,
    noun: Annotated[str | None, Arg(_("The command that you want explained"), metavar="command")] = None,
    verb: Annotated[str | None, Arg(_("Its second word"), metavar="verb")] = None,
) -> Reply:
    """Answer `help [noun [verb]]`."""
    return ctx.help(ctx.actor, noun, verb)
