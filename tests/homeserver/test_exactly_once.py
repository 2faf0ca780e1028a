"""Whatever ends it, and whenever: each command has one answer and each message one translation."""

from __future__ import annotations

from pathlib import Path

import pytest

from .kills import killed_at_random


@pytest.mark.timeout(400)
async def test_killed_at_random_moments_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    kills = await killed_at_random(tmp_path, rounds=4, lines=150, seed=20261125)
    assert kills.kills >= 5
    assert len(kills.commands) + len(kills.messages) == 601
