"""Swaps: two people change shifts with each other, when both and a lead of each of their agencies agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.shift.roster import Shift

COMMAND = "shift swap"
"""The command whose questions they are."""
LASTS = timedelta(hours=48)
"""How long a swap waits to be agreed to; no longer than to the first of its shifts."""
AGREE, REFUSE = "agree", "refuse"


class SwapState(StrEnum):
    """How far a swap is."""

    ASKED = "asked"
    """The other person has not answered."""
    AGREED = "agreed"
    """The other person has agreed; leads have not all."""
    DONE = "done"
    REFUSED = "refused"
    LAPSED = "lapsed"
    """Nobody has answered in time, or the roster has changed meanwhile."""


@dataclass(frozen=True, slots=True)
class Swap:
    """That `asked_by` gives `own` for `theirs`, which is a shift of `asked`.

    `approved` holds the agencies ("" is none) whose lead has agreed. It waits until `ends` (UTC).
    """

    ref: Reference
    room_id: str
    asked_by: UserId
    asked: UserId
    own: Shift
    theirs: Shift
    at: datetime
    ends: datetime
    state: SwapState = SwapState.ASKED
    approved: tuple[str, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether it still waits for somebody's answer."""
        return self.state in (SwapState.ASKED, SwapState.AGREED)
