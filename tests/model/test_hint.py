"""`?pt ` before a message."""

from __future__ import annotations

import pytest

from bot.model.hint import hinted, unhinted


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
        ("TLP:AMBER ?pt alto", ("pt", "TLP:AMBER alto")),
        ("?pt TLP:AMBER alto", ("pt", "TLP:AMBER alto")),
        ("[TLP:AMBER] ?xx alto", (None, "[TLP:AMBER] ?xx alto")),
        ("??pt alto", (None, "??pt alto")),
        ("?portanto alto", (None, "?portanto alto")),
        ("", (None, "")),
    ],
)
def test_hints(text: str, found: tuple[str | None, str]) -> None:
    assert hinted(text, {"pt", "es"}.__contains__) == found


@pytest.mark.parametrize(
    ("html", "rest"),
    [
        ("<p>?pt <strong>alto</strong></p>", "<p><strong>alto</strong></p>"),
        ("?PT\u00a0alto ?pt alto", "alto ?pt alto"),
        ('<a href="https://a.example/?pt x">?pt alto</a>', '<a href="https://a.example/?pt x">alto</a>'),
        ("<p>?<em>pt</em> alto</p>", ""),
    ],
)
def test_html_without_its_hint(html: str, rest: str) -> None:
    assert unhinted(html, "pt") == rest
