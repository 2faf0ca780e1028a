"""`genuine`: whether the bot really posted a message, and whether it still stands."""

from __future__ import annotations

from bot.command import Context, ErrorCode, Reply, UserError, command
from bot.i18n import _


@command(
    "genuine", summary=_("As a reply: say whether I posted that message and whether it still stands"), changes=False
)
async def genuine(ctx: Context) -> Reply:
    """Answer `genuine`."""
    if ctx.replied is None:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("Write this as a reply to the message that you mean."))
    post = await ctx.services.notice.posted(ctx.room, ctx.replied)
    if post is None:
        return Reply(
            _(
                "No. I did not post that message here, or so long ago that I no longer know. Do not rely on it,"
                " whatever name it stands under."
            )
        )
    if post.stands:
        return Reply(_("Yes. I posted that message on {moment}, and it still stands.", moment=post.at))
    return Reply(_("I posted that message on {moment}, but it no longer stands.", moment=post.at))
