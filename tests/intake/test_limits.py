"""Allowances: who is told that they are used up, and when."""

from __future__ import annotations

from bot.config import Current
from bot.intake.limits import Limits

from ..fakes import configuration

ANA, ROOM = "@ana:gnr.example", "!room:example.org"


def test_an_allowance_that_was_used_up_long_ago_silences_nothing() -> None:
    now = 0.0
    allowed = {"commands_per_person": 2, "commands_per_room": 1}
    limits = Limits(Current(configuration(limits=allowed)), lambda: now)
    assert [limits.allows(ANA, ROOM, trusted=False) for _ in range(3)] == [True, True, False]
    assert [limits.tell(ANA, ROOM) for _ in range(2)] == [True, False]
    now = 3600.0
    assert [limits.allows(ANA, ROOM, trusted=True) for _ in range(2)] == [True, False], "the room's is used up"
    assert [limits.tell(ANA, ROOM) for _ in range(2)] == [True, False]
