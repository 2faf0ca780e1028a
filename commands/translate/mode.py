"""`translate mode`: where the translations of a room appear."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from bot.command import Arg, Context, ErrorCode, Reply, Role, UserError, command
from bot.i18n import Message, Typed, Verbatim, _, _c
from bot.model.room import Mode

LINK = Typed(
    ("!", _c("noun", "room"), " ", _c("verb", "companion"), " ", _c("placeholder", "LANG"), " ",
     _c("placeholder", "ROOM"))
)  # fmt: skip

SAID: dict[Mode, Message] = {
    Mode.REPLY: _("Translations appear as one reply below each message."),
    Mode.THREAD: _("Translations appear in a thread below each message."),
    Mode.COMPANION: _("What is said here is carried into the linked rooms, each in its own language, and back."),
    Mode.DM: _("Each of you who needs a translation gets it in a direct room with me."),
}


@command("translate mode", summary=_("Choose where the translations of this room appear"), role=Role.LEAD)
async def mode(
    ctx: Context,
    where: Annotated[
        Mode, Arg(_("reply: below the message; thread: in a thread; companion: in linked rooms; dm: to each reader"))
    ],
) -> Reply:
    """Answer `translate mode WHERE`, to the whole room."""
    if where is Mode.COMPANION and not await ctx.services.companion.circle(ctx.room):
        raise UserError(
            ErrorCode.CONFLICT, _("This room is linked with no other. Link one first: {command}", command=LINK)
        )
    before = await ctx.services.room.settings(ctx.room)
    await ctx.services.room.save(ctx.room, replace(before, mode=where), ctx.now)
    if set(await ctx.services.person.room_languages(ctx.room)) != {ctx.actor.menus}:
        # The reply is for who asked: others read it in a language of their own.
        changed = _("{name} has changed where translations appear.", name=Verbatim(ctx.actor.name))
        await ctx.services.notice.give(ctx.room, "mode", ctx.event, [changed, SAID[where]], ctx.now)
    return Reply(SAID[where])
