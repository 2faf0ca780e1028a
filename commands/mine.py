"""`export mine`: what the bot keeps about whoever asks."""

from __future__ import annotations

from bot.command import Context, Reply, command
from bot.i18n import _
from bot.model.mine import COMMAND


@command(COMMAND, summary=_("Have a file of all that I keep about you"), changes=False)
async def mine(ctx: Context) -> Reply:
    """Answer `export mine`."""
    await ctx.services.mine.ask(ctx.actor, ctx.told)
    return Reply(_("I send it as a file into your direct room with me. If you have none, I invite you to one."))
