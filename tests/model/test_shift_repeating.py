"""How often a shift comes, in words of any language."""

from __future__ import annotations

import pytest

from bot.model.shift.repeating import rule_for
from bot.model.times import LANGUAGES


@pytest.mark.parametrize(
    ("text", "language", "rule"),
    [
        ("day", "pt", "FREQ=DAILY"),
        ("weekend", "en", "FREQ=WEEKLY;BYDAY=SA,SU"),
        ("Monday, Wed.", "en", "FREQ=WEEKLY;BYDAY=MO,WE"),
        ("mon mon tue", "en", "FREQ=WEEKLY;BYDAY=MO,TU"),
        ("segunda-feira, sex", "pt", "FREQ=WEEKLY;BYDAY=MO,FR"),
        ("Monday", "pt", "FREQ=WEEKLY;BYDAY=MO"),
        ("Δευτέρα, Τρίτη", "el", "FREQ=WEEKLY;BYDAY=MO,TU"),
        ("понеділок", "uk", "FREQ=WEEKLY;BYDAY=MO"),
        ("الاثنين، الثلاثاء", "ar", "FREQ=WEEKLY;BYDAY=MO,TU"),
        ("lunes", "es-MX", "FREQ=WEEKLY;BYDAY=MO"),
        ("FREQ=DAILY", "en", "FREQ=DAILY"),
        ("sometimes", "en", "sometimes"),
        ("Monday sometimes", "en", "Monday sometimes"),
        ("monday", "xx", "FREQ=WEEKLY;BYDAY=MO"),
        ("", "en", ""),
    ],
)
def test_words_are_a_rule(text: str, language: str, rule: str) -> None:
    assert rule_for(text, language) == rule


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_day_of_every_language_is_known(language: str) -> None:
    for code, names in zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), LANGUAGES[language].weekdays, strict=True):
        for name in names.split(","):
            if " " not in name.strip():
                assert rule_for(name.strip(), language) == f"FREQ=WEEKLY;BYDAY={code}", name
