"""Long runs: the bot is killed and the homeserver restarted at random moments, and nothing is lost or doubled."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from .kills import incidents_killed_at_random, killed_at_random

ROUNDS = 20
LINES = 500


@pytest.mark.soak
@pytest.mark.timeout(5400)
async def test_killed_at_random_moments(tmp_path: Path) -> None:
    start = time.monotonic()
    kills = await killed_at_random(tmp_path, ROUNDS, LINES, seed=20261122)
    rows = [
        (f"rounds of {LINES} lines, the bot killed (SIGKILL) at a random moment of each", ROUNDS),
        ("kills, restarts of the homeserver", f"{kills.kills}, {len(kills.returns)}"),
        ("commands, each answered once, in order", len(kills.commands)),
        ("messages, each translated once", len(kills.messages)),
        ("answers again after the homeserver's return, the slowest", f"{max(kills.returns):.1f} s"),
        ("took", f"{(time.monotonic() - start) / 60:.0f} min"),
    ]
    sys.stdout.write("\n| what | count |\n| --- | --- |\n" + "".join(f"| {what} | {count} |\n" for what, count in rows))


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_incidents_killed_at_random_moments(tmp_path: Path) -> None:
    kills = await incidents_killed_at_random(tmp_path, 3, 3, seed=20261128)
    sys.stdout.write(
        f"\n{kills.kills} kills, {len(kills.commands) - 1} entries of incidents, none lost, none doubled\n"
    )
