"""What may stand in a record, by the label that it begins with."""

from __future__ import annotations

from bot.errors import ErrorCode, UserError
from bot.i18n import Message, Verbatim
from bot.model.handling import TLP, Handling, label_of
from bot.model.handling.sentences import IN_NO_RECORD, NOT_FOR_LATER, mistyped, unknown


def recordable(text: str) -> Handling | None:
    """Return how a text is to be handled; raise UserError if no record may hold it, or nobody can tell."""
    if wrong := mistyped(text):
        raise UserError(ErrorCode.BAD_ARGUMENT, unknown(wrong))
    return held(label_of(text))


def held(handling: Handling | None) -> Handling | None:
    """Return *handling*; raise UserError if no record may hold what is handled so."""
    if handling and handling.tlp is TLP.RED:
        raise UserError(ErrorCode.HANDLING, IN_NO_RECORD)
    return handling


def shared(handling: Handling | None) -> None:
    """Raise UserError unless what is handled so may be read by everyone who comes into its room later."""
    handling = held(handling)
    if handling and (handling.tlp is TLP.AMBER_STRICT or set(handling.codes) - {"H0"}):
        raise UserError(ErrorCode.HANDLING, Message(NOT_FOR_LATER.text, {"label": Verbatim(str(handling))}))
