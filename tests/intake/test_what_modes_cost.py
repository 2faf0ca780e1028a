"""What a message costs in each mode, as `make bench` counts it: ten people, two of each language, in place of forty."""

from __future__ import annotations

import pytest

from bench import modes


async def test_posts_of_a_message_and_lines_of_a_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modes, "PEOPLE", 10)
    monkeypatch.setattr(modes, "MESSAGES", 2)
    said = {row.what.split(":")[0]: row.ours for row in await modes.measure()}
    assert said == {
        # the message, and two languages of two lines each
        "Mode reply": "1.0 posts a message (0.0 may ring), 5.0 lines a reader and message",
        # the message, and beside it four languages of two lines each
        "Mode thread": "1.0 posts a message (0.0 may ring), 1.0 lines a reader and message, and 8.0 in a thread",
        # one line in its own room, three in each of the four others
        "Mode companion": "4.0 posts a message (4.0 may ring), 2.6 lines a reader and message",
        # the message for all, and three lines for each of the eight who do not read it
        "Mode dm": "8.0 posts a message (8.0 may ring), 3.4 lines a reader and message",
    }
