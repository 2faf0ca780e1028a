"""How often a briefing comes is said in the reader's words; what cannot be is a rule, and said to be one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.i18n import INTERFACE_LANGUAGES, Catalogues, Day, Weekday, _, from_json, to_json
from bot.model.briefing import Briefing, often, rule_of
from bot.model.person import LanguageCode, UserId, Zone
from bot.model.reference import Reference

ENGLISH = Catalogues({})
BEGINS = datetime(2026, 11, 24, 9, 0)  # a Tuesday
LENGTH = timedelta(minutes=30)
BRIEFING = Briefing(
    Reference("BRAVO-7K3Q0"), "Brief", LanguageCode("en"), "!room:example.org", UserId("@ana:example.org"), None,
    BEGINS, Zone("Europe/Lisbon"), LENGTH, None, BEGINS,
)  # fmt: skip


def said(rule: str) -> str:
    """Return in English how often it comes by a rule that is kept as it is when somebody types it."""
    return ENGLISH.text(often(replace(BRIEFING, rule=rule_of(rule, BEGINS, BRIEFING.zone, LENGTH))), "en")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=DAILY;INTERVAL=1;WKST=SU", "every day"),
        ("FREQ=DAILY;INTERVAL=3", "every 3 days"),
        ("FREQ=WEEKLY", "every week: Tuesday"),
        ("FREQ=WEEKLY;BYDAY=WE,MO", "every week: Monday and Wednesday"),
        ("FREQ=WEEKLY;BYDAY=SA,SU", "every week: Saturday and Sunday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday (Monday to Friday)"),
        ("FREQ=WEEKLY;BYDAY=TU,WE,TH,FR,SA", "every week: Tuesday, Wednesday, Thursday, Friday, and Saturday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "every day"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", "every 2 weeks: Tuesday and Thursday"),
        ("FREQ=MONTHLY", "every month, on day 24"),
        ("FREQ=MONTHLY;BYMONTHDAY=5", "every month, on day 5"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,1,15", "every month, on these days: 1 and 15"),
        ("FREQ=MONTHLY;BYDAY=1MO", "every month, on the first of these days: Monday"),
        ("FREQ=MONTHLY;BYDAY=+2WE;COUNT=3", "every month, on the second of these days: Wednesday, 3 times in all"),
        ("FREQ=MONTHLY;BYDAY=3TU", "every month, on the third of these days: Tuesday"),
        ("FREQ=MONTHLY;BYSETPOS=4;BYDAY=TH", "every month, on the fourth of these days: Thursday"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "every month, on the last of these days: Friday"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "on the last day of every month"),
        ("FREQ=DAILY;COUNT=10", "every day, 10 times in all"),
        ("FREQ=DAILY;COUNT=1", "every day, 1 time in all"),
        ("FREQ=WEEKLY;UNTIL=20261222T090000Z", "every week: Tuesday, until 22 Dec 2026"),
        ("FREQ=WEEKLY;UNTIL=20261222", "every week: Tuesday, until 22 Dec 2026"),
    ],
)
def test_what_there_are_words_for_is_said_in_words(rule: str, words: str) -> None:
    assert said(rule) == words


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,MO", "FREQ=MONTHLY;BYDAY=5MO", "FREQ=MONTHLY;BYMONTHDAY=1,-1",
        "FREQ=MONTHLY;BYDAY=1MO,1TH", "FREQ=MONTHLY;BYDAY=MO", "FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=1",
        "FREQ=MONTHLY;INTERVAL=3;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=-2FR", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTH=3",
        "FREQ=MONTHLY;INTERVAL=2", "FREQ=MONTHLY;BYMONTHDAY=-2", "FREQ=YEARLY", "FREQ=DAILY;BYDAY=MO,TU",
        "FREQ=WEEKLY;BYDAY=TU;BYMONTH=11,12", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1", "FREQ=YEARLY;COUNT=3",
    ],
)  # fmt: skip
def test_what_there_are_no_words_for_is_the_rule_and_said_to_be_one(rule: str) -> None:
    assert said(rule) == f"by the rule {rule}"


def test_days_are_named_in_every_language() -> None:
    named = {language: ENGLISH.value(Weekday(0), language, "UTC") for language in INTERFACE_LANGUAGES}
    assert named == {
        "en": "Monday", "pt": "segunda-feira", "es": "lunes", "fr": "lundi", "de": "Montag", "it": "lunedì",
        "pl": "poniedziałek", "ro": "luni", "el": "Δευτέρα", "uk": "понеділок", "tr": "Pazartesi", "ar": "الاثنين",
    }  # fmt: skip
    days = [ENGLISH.value(Day(datetime(2026, 12, 1).date()), language, "UTC") for language in ("en", "fr", "de", "pt")]
    assert days == ["1 Dec 2026", "1er déc. 2026", "01.12.2026", "01/12/2026"]


def test_such_days_are_read_back_as_they_were() -> None:
    sentence = _("{days}, {day}", days=(Weekday(6), Weekday(0)), day=Day(BEGINS.date()))
    assert from_json(to_json(sentence)) == sentence
