"""`briefing attend`: who is there, late or absent, as each says of themselves, or who leads of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from bot.command import Arg, Context, Listing, Reply, command
from bot.i18n import Code, Message, _
from bot.model.person import UserId
from bot.model.reference import Ref, Reference
from bot.model.sitting import COMMAND, Attendance, Presence

if TYPE_CHECKING:
    from bot.model.sitting import Sitting

HELD = _("The briefing, or its minutes; left out, the one that is on, or else the last")


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the digit by which somebody has said whether they are there."""
    sitting = await ctx.services.attending.find(Reference(data["ref"]))
    found = await ctx.services.attending.attend(ctx.actor, ctx.told, sitting, Presence(choice))
    return await _noted(ctx, sitting, found)


@command(COMMAND, summary=_("Say that you are at a briefing, or who is late or absent"), answered=answered)
async def attend(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(HELD)] = None,
    who: Annotated[UserId | None, Arg(_("Whom you say it of, if not of yourself"))] = None,
    presence: Annotated[
        Presence | None, Arg(_("present, late or absent; left out, that you have come just now"))
    ] = None,
) -> Reply:  # fmt: skip
    """Answer `briefing attend [REF] [@PERSON] [present|late|absent]`."""
    sitting = await ctx.services.attending.meant(ctx.room, ref, ctx.replies_to, ctx.now)
    found = await ctx.services.attending.attend(ctx.actor, ctx.told, sitting, presence, who)
    return await _noted(ctx, sitting, found)


async def _noted(ctx: Context, sitting: Sitting, found: Attendance) -> Reply:
    ref, answer = Code(str(sitting.briefing)), ctx.services.attending.line(sitting, found)
    said: Message = _("Noted for {ref} on {moment}: {answer}", ref=ref, moment=sitting.begins, answer=answer)
    lines = await ctx.services.attending.tallies(sitting)
    return Reply(said, Listing(lines), ref=str(sitting.briefing), shows=())
