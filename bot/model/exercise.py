"""Exercises: while one runs in a room, what is declared there is not real, and says so for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.person import UserId

LONGEST = timedelta(hours=24)
"""How long an exercise runs at most: one that is forgotten must not make what is real look like a game."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise in a room; it is over at `until` (UTC) by itself, or when somebody ended it before."""

    id: int
    room_id: str
    title: str
    started_by: UserId
    started_at: datetime
    until: datetime
