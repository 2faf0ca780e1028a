"""The two kinds of error: a person's mistake, worded for that person, and a fault of ours."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.i18n import Message
    from bot.services.question import Asking


class ErrorCode(StrEnum):
    """What went wrong, for programs (contract: error codes under `org.liaison`)."""

    BAD_ARGUMENT = "bad_argument"
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    CONFLICT = "conflict"
    HANDLING = "handling"
    UNAVAILABLE = "unavailable"
    RATE_LIMITED = "rate_limited"
    STALE = "stale"
    INTERNAL = "internal"


class UserError(Exception):
    """Something the person can mend: one or more sentences, worded in their language at delivery."""

    def __init__(self, code: ErrorCode, *messages: Message) -> None:
        super().__init__(code.value)
        self.code = code
        self.messages = messages
        self.command: str | None = None
        """The command that was meant, once that is known: the router fills it in."""
        self.shows: tuple[str, ...] = ()
        """The incidents of which the sentences may say something: intake fills them in."""
        self.asking: Asking | None = None
        """What the person is asked with it: whether it is to be done all the same."""
        self.final = False
        """Whether what they answered can be answered no more: it is not asked again with this."""
