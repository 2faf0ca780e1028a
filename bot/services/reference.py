"""What somebody typed as a reference."""

from __future__ import annotations

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, _
from bot.model.reference import Reference, Slip, read


def referred(typed: str, code: str, gone: Message) -> Reference:
    """Return the reference of the task force *code* that was typed; raise UserError, with *gone* if it is none."""
    found = read(typed, code)
    if isinstance(found, Reference):
        return found
    if found is Slip.CHECK:
        raise UserError(
            ErrorCode.NOT_FOUND,
            _("There is a slip in {reference}: its last character does not fit the others.", reference=Code(typed)),
        )
    raise UserError(ErrorCode.NOT_FOUND, gone)


def gone(error: UserError, said: Message) -> UserError:
    """Return the error for what belongs to a record that the room may not read: *said* if it is as if there were none.

    What is closed to it by its originator's word is said to be that.
    """
    return UserError(error.code, said) if error.code is ErrorCode.NOT_FOUND else error
