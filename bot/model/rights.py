"""What a room takes away from a role, and how that is said."""

from __future__ import annotations

from bot.errors import ErrorCode, UserError
from bot.i18n import Message, _
from bot.model.person import Actor, Role

LEVELS = {Role.LEAD: 50}
"""The power level that a role needs in a room; 0 for all others."""

TOO_LOW = _(
    "The configuration names you as a lead, but a lead also needs power level {level} in this room, and yours is lower."
    " Ask whoever administers this room to raise it.",
    level=LEVELS[Role.LEAD],
)


def only_a_lead(actor: Actor, sentence: Message) -> UserError:
    """Return the error that *sentence* says, that it takes a lead; a lead whom the room holds down is told so."""
    return UserError(ErrorCode.NOT_ALLOWED, TOO_LOW if Role.LEAD in actor.withheld else sentence)
