"""Words for how often a shift comes, in any interface language, to a rule of RFC 5545."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from bot.model.times.folding import fold
from bot.model.times.words import LANGUAGES

DAY, WEEK, WEEKDAYS, WEEKEND = "day", "week", "weekdays", "weekend"
_RULES = {
    DAY: "FREQ=DAILY",
    WEEK: "FREQ=WEEKLY",
    WEEKDAYS: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    WEEKEND: "FREQ=WEEKLY;BYDAY=SA,SU",
}
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_APART = re.compile(r"[,،;/\s]+")


def rule_for(text: str, language: str) -> str:
    """Return the rule that *text* means: a word such as `day`, days of the week, or else *text* itself."""
    if text in _RULES:
        return _RULES[text]
    words = [fold(word).rstrip(".") for word in _APART.split(text) if word]
    days = _days(language)
    if words and all(word in days for word in words):
        return "FREQ=WEEKLY;BYDAY=" + ",".join(dict.fromkeys(days[word] for word in words))
    return text


@cache
def _days(language: str) -> Mapping[str, str]:
    """Return the days of the week by their names in *language* and in English, folded; what means two is left out."""
    found: dict[str, set[str]] = {}
    for code in ("en", language.partition("-")[0].lower()):
        if code not in LANGUAGES:
            continue
        words = LANGUAGES[code]
        for names in (words.weekdays, words.weekdays_short):
            for day, spellings in zip(_CODES, names, strict=False):
                for name in spellings.split(","):
                    found.setdefault(fold(name.strip()).rstrip("."), set()).add(day)
    return {name: days.pop() for name, days in found.items() if name and len(days) == 1}
