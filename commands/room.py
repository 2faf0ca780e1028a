"""`room`: what a room has chosen, and which others it is linked with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from bot.command import Arg, Ask, Context, ErrorCode, Listing, Option, Reply, Role, UserError, command
from bot.i18n import Language, Message, Verbatim, _, _c, _n
from bot.model.companion import Companion
from bot.model.person import LanguageCode
from bot.model.room import RoomName, Use
from commands.translate.mode import SAID


@command("room show", summary=_("Show where translations appear here, and the linked rooms"), changes=False,
         described=True)  # fmt: skip
async def show(ctx: Context) -> Reply:
    """Answer `room show`."""
    settings = await ctx.services.room.settings(ctx.room)
    said: list[Message | Listing] = [*([USED[settings.use]] if settings.use else []), SAID[settings.mode]]
    if circle := await ctx.services.companion.circle(ctx.room):
        said += [_("Linked rooms:"), Listing(tuple(_line(ctx, one) for one in circle))]
    return Reply(*said)


USED: dict[Use, Message] = {
    Use.OPERATIONS: _("This room is for operations."),
    Use.COORDINATION: _("This room is for coordination."),
    Use.AUDIT: _(
        "This room is for audit: I post the signed checkpoints of the log here, say when an incident is put under legal"
        " hold, and show what a hold keeps."
    ),
}


COMMAND = "room use"
YES = "yes"
AUDIT = ((YES, _c("choice", "Yes, it is for audit")), ("leave", _c("choice", "Leave it as it was")))


async def used(ctx: Context, choice: str, _data: Mapping[str, Any]) -> Reply:
    """Answer the answer of whoever wants an audit room with others in it."""
    if choice != YES:
        return Reply(_("Nothing was changed."))
    return await _used(ctx, Use.AUDIT)


@command(
    COMMAND, summary=_("Say what this room is for"), role=Role.AUDITOR, or_role=Role.ADMIN, answered=used
)  # fmt: skip
async def use(
    ctx: Context,
    what: Annotated[Use, Arg(_("What it is for"))],
) -> Reply:
    """Answer `room use WHAT`."""
    others = len(ctx.services.room.officers_in(ctx.room)) if what is Use.AUDIT else 0
    if not others:
        return await _used(ctx, what)
    question = _n(
        "{n} person here is neither an auditor nor an administrator, and would read whatever a hold shows here. Is this"
        " room for audit all the same?",
        "{n} people here are neither auditors nor administrators, and would read whatever a hold shows here. Is this"
        " room for audit all the same?",
        others,
    )
    return Reply(question, ask=Ask(COMMAND, AUDIT, {}))


async def _used(ctx: Context, what: Use) -> Reply:
    before = await ctx.services.room.settings(ctx.room)
    await ctx.services.room.save(ctx.room, replace(before, use=what), ctx.now)
    return Reply(USED[what])


def _line(ctx: Context, one: Companion) -> Message:
    people = len(ctx.services.room.members(one.room_id)) - 1
    return _n(
        "{language}: {room}, {n} person",
        "{language}: {room}, {n} people",
        max(0, people),
        language=Language(one.language),
        room=ctx.services.room.title(one.room_id),
    )


async def answered(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the answer of a lead whose room is to be linked."""
    proposal = await ctx.services.companion.answer(ctx.actor, ctx.room, choice, str(data["proposal"]), ctx.now)
    if proposal.outcome == "linked":
        return Reply(_("The rooms are linked."))
    if proposal.outcome == "refused":
        return Reply(_("Then the rooms stay apart, and I have told everyone who was asked."))
    waiting = tuple(ctx.services.room.title(room_id) for room_id in proposal.waits_for)
    return Reply(_("Noted. The rooms are linked once a lead of each agrees; I wait for {rooms}.", rooms=waiting))


@command(
    "room companion",
    summary=_("Link this room with one that speaks another language, or take that one out again"),
    role=Role.LEAD,
    answered=answered,
)
async def companion(
    ctx: Context,
    language: Annotated[LanguageCode, Arg(_("The language that is spoken in the other room"))],
    room: Annotated[RoomName | Literal["off"], Arg(_("The other room, or off to end the link"))],
    here: Annotated[LanguageCode | None, Option(_("The language that is spoken in this room"))] = None,
) -> Reply:
    """Answer `room companion LANG ROOM|off`."""
    service = ctx.services.companion
    if room == "off":
        parted = await service.leave(ctx.room, language, ctx.event, ctx.now)
        title = ctx.services.room.title(parted.room_id)
        return Reply(_("{room} is not linked with the others any more.", room=title))
    other = ctx.services.room.find(room)
    if other is None:
        raise UserError(
            ErrorCode.NOT_FOUND,
            _("I am not in the room {room}. Invite me into it first.", room=Verbatim(room)),
        )
    proposal = await service.propose(ctx.actor, ctx.room, other, (here, language), ctx.event, ctx.now)
    waiting = tuple(ctx.services.room.title(room_id) for room_id in proposal.waits_for)
    return Reply(
        _("I have asked the leads of {rooms}. The rooms are linked once a lead of each agrees, within a day.",
          rooms=waiting)
    )  # fmt: skip
