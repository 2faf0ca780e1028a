"""The file that a command replies to."""

from __future__ import annotations

from bot.command import Context, ErrorCode, UserError
from bot.i18n import Message, Verbatim, _
from bot.model.file import File


async def own_file(ctx: Context, how: Message) -> File:
    """Return the file that the command replies to; raise UserError if there is none, which says *how* it is done.

    It must be of whoever gives the command: what a reply replies to is the homeserver's word.
    """
    if ctx.replied is None:
        raise UserError(ErrorCode.BAD_ARGUMENT, how)
    posted = await ctx.services.file.fetch(ctx.room, ctx.replied)
    if posted.incoming.sender != ctx.actor.user_id:
        raise UserError(
            ErrorCode.NOT_ALLOWED,
            _(
                "That was posted by {sender}. Post it yourself, then reply to it: so nobody can slip you another.",
                sender=Verbatim(ctx.services.room.name_of(ctx.room, posted.incoming.sender)),
            ),
        )
    return posted.file
