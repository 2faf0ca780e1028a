"""What is learned of the language that somebody writes."""

from __future__ import annotations

import pytest

from bot.model.tongue import HEARD, hear, learned


@pytest.mark.parametrize(
    ("heard", "found"),
    [
        ("", None),
        ("pt pt pt pt", None),
        ("pt pt pt pt pt", "pt"),
        ("pt pt pt pt es", "pt"),
        ("pt pt pt es es", None),
        ("es es es es es pt", "es"),
        ("pt " * 16 + "es " * 4, "pt"),
        ("pt " * 15 + "es " * 5, None),
    ],
)
def test_four_in_five_of_at_least_five(heard: str, found: str | None) -> None:
    assert learned(heard.split()) == found


def test_the_last_twenty_count() -> None:
    heard: tuple[str, ...] = ()
    for language in ["pt"] * 30 + ["es"] * 15:
        heard = hear(heard, language)
    assert len(heard) == HEARD and learned(heard) is None
    assert learned(hear(heard, "es")) == "es"
