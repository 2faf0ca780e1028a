"""`briefing attend`: who is there, late or absent, as each says of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from bot.command import Arg, Context, Listing, Option, Reply, command
from bot.i18n import Code, Verbatim, _, _c
from bot.model.person import UserId
from bot.model.reference import Ref, Reference
from bot.model.sitting import Presence

if TYPE_CHECKING:
    from bot.model.sitting import Sitting

HELD = _("The briefing, or its minutes; left out, the one that is on, or the last")
NOTED = {
    Presence.PRESENT: _c("presence", "here"),
    Presence.LATE: _c("presence", "late"),
    Presence.ABSENT: _c("presence", "absent"),
}


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the digit that somebody has answered to whether they are there."""
    presence = Presence(choice)
    sitting = await ctx.services.attendance.answer(ctx.actor, ctx.told, Reference(data["ref"]), presence)
    return _noted(ctx, sitting, ctx.actor.user_id, presence)


@command(
    "briefing attend", summary=_("Say whether you are at a briefing, or show who is"), answered=answered,
    shows_bare=True,
)  # fmt: skip
async def attend(
    ctx: Context,
    ref: Annotated[Ref | None, Arg(HELD)] = None,
    presence: Annotated[Presence | None, Arg(_("present, late or absent; left out, who is there is shown"))] = None,
    who: Annotated[UserId | None, Option(_("Whom you say it of, if not of yourself"), ends=True)] = None,
) -> Reply:
    """Answer `briefing attend [REF] [present|late|absent] [who:@PERSON]`."""
    sitting = await ctx.services.attendance.meant(ctx.room, ref, ctx.replies_to, ctx.now)
    if presence is None and who is None:
        lines = await ctx.services.attendance.lines(sitting)
        said = _("Briefing {ref}, {moment}:", ref=Code(str(sitting.briefing)), moment=sitting.begins)
        return Reply(said, Listing(lines), ref=str(sitting.ref), shows=())
    presence = presence or Presence.PRESENT
    await ctx.services.attendance.attend(ctx.actor, ctx.told, sitting, presence, who)
    return _noted(ctx, sitting, who or ctx.actor.user_id, presence)


def _noted(ctx: Context, sitting: Sitting, person: UserId, presence: Presence) -> Reply:
    name = Verbatim(ctx.services.room.known_as(person, ctx.room))
    said = _("Noted for {ref}: {name}, {presence}.",
             ref=Code(str(sitting.briefing)), name=name, presence=NOTED[presence])  # fmt: skip
    return Reply(said, ref=str(sitting.ref), shows=())
