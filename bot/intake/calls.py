"""Calls for help: of all that somebody says whose keys are in doubt, that alone is heeded."""

from __future__ import annotations

from bot.command import Context, Reply
from bot.errors import ErrorCode, UserError
from bot.i18n import Message, _
from bot.model.checkin import CALLED, SUBJECT, Patrol, calls
from bot.model.person import UserId
from bot.router import Invocation
from bot.services import Services
from bot.services.identity import confirmation

SAYING = f"{SUBJECT} status"
"""The command by which somebody says how they are."""

CHANGED = _(
    "Your encryption identity is not the one that I know. I take no commands from you until a colleague has compared"
    " your keys with you and written {command}."
)


class Doubted(UserError):
    """That the keys of whoever asks have changed, and nobody has confirmed them."""

    def __init__(self, user_id: UserId) -> None:
        super().__init__(ErrorCode.NOT_ALLOWED, doubt(user_id))


def doubt(user_id: UserId) -> Message:
    """Return what *user_id* is told, whose keys have changed."""
    return Message(CHANGED.text, {"command": confirmation(user_id)})


def called(invocation: Invocation, label: str) -> str | None:
    """Return where whoever calls for help by *invocation* says to be, in all their words; None if it is no such call.

    A *label* that stands before a command is that of what is said in it.
    """
    if invocation.answer:
        choice, data = invocation.answer
        return "" if invocation.command.name == SUBJECT and calls(choice, data) else None
    if invocation.command.name != SAYING or invocation.arguments.get("status") is not Patrol.HELP:
        return None
    place = invocation.arguments.get("place")
    return f"{label} {place}".strip() if place else ""


async def heed(services: Services, place: str, context: Context) -> Reply:
    """Return the answer to a call for help from *place*, in the open transaction; raise Doubted if nobody is on duty.

    That is all that is taken of it: no handler runs, and whatever was asked of them waits as before.
    """
    if not await services.checkin.call(context.actor, context.told, place):
        raise Doubted(context.actor.user_id)
    return Reply(CALLED, doubt(context.actor.user_id))
