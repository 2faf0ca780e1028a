"""`?pt ` before a message."""

from __future__ import annotations

import pytest

from bot.model.hint import hinted


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("?pt alto", ("pt", "alto")),
        (" ?PT  alto aí", ("pt", "alto aí")),
        ("?pt alto\nalto", ("pt", "alto\nalto")),
        ("?xx alto", (None, "?xx alto")),
        ("?pt", (None, "?pt")),
        ("?pt\nalto", (None, "?pt\nalto")),
        ("? pt alto", (None, "? pt alto")),
        ("alto ?pt", (None, "alto ?pt")),
        ("??pt alto", (None, "??pt alto")),
        ("?portanto alto", (None, "?portanto alto")),
        ("", (None, "")),
    ],
)
def test_hints(text: str, found: tuple[str | None, str]) -> None:
    assert hinted(text, {"pt", "es"}.__contains__) == found
