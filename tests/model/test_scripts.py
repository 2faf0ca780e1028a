"""Letters of two alphabets in one plate or callsign."""

from __future__ import annotations

import pytest

from bot.model.scripts import mixed


@pytest.mark.parametrize(
    "token", ["\u0410B-12-34", "AA-12-\u0412B", "Br\u0430vo-7", "\u0392MW 1234", "\u0410\u0392-12", "AB 1234 C\u0415"]
)
def test_mixed(token: str) -> None:
    assert mixed(token)


@pytest.mark.parametrize(
    "token",
    ["AA-12-BB", "\u0410\u0412-12-34", "\u0391\u0392\u0393-1234", "10 k\u03a9", "5 \u03bcm", "10\u03a9", "\u0410B",
     "https://example.org/\u0410B1", "@\u0410B1:example.org", "14:30", "", "a" * 100],
)  # fmt: skip
def test_not_mixed(token: str) -> None:
    assert not mixed(token)
