"""When a reminder comes, and comes again, by the clocks of its zone; and how it is told from its text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.model.person import LanguageCode, UserId, Zone
from bot.model.recurrence import moment
from bot.model.reference import Reference
from bot.model.reminder import Reminder, State, Whom, parted, simple
from bot.model.times import Fault, NotRead, Understood

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""A Sunday."""


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def reminder(begins: str, rule: str | None, zone: str = "Europe/Lisbon") -> Reminder:
    wall = datetime.fromisoformat(begins)
    at = moment(wall, ZoneInfo(zone))
    return Reminder(
        Reference("BRAVO-7K3Q0"), "!room:example.org", UserId("@kate:example.org"), Whom.ME, "Gate", LanguageCode("en"),
        wall, Zone(zone), rule, at, "$event", at,
    )  # fmt: skip


def said(text: str, language: str = "en", zone: str = "Europe/Madrid") -> tuple[str, str] | None:
    """Return the moment (UTC, or the fault) and the text of a reminder."""
    found = parted(text, now=NOW, zone=Zone(zone), language=LanguageCode(language))
    if found is None:
        return None
    outcome = found.outcome
    return (f"{outcome.utc:%d %H:%M}" if isinstance(outcome, Understood) else outcome.fault, found.text)


@pytest.mark.parametrize(
    ("text", "moment", "rest"),
    [
        ("in 2h check the barrier", "22 14:00", "check the barrier"),
        ("tomorrow 8:00 call Ana", "23 07:00", "call Ana"),
        ("tomorrow at 8:00, call Ana", "23 07:00", "call Ana"),
        ("2026-11-24 06:30 patrol boat", "24 05:30", "patrol boat"),
        ("call Ana in 2h", "22 14:00", "call Ana"),
        ("call Ana tomorrow 8:00", "23 07:00", "call Ana"),
        ('"tomorrow 8:00" 3 boats leave', "23 07:00", "3 boats leave"),
        ("“in 2h” 15:00 is the handover", "22 14:00", "15:00 is the handover"),
        ('"call Ana" in 2h', "22 14:00", "call Ana"),
        ("in 30 minutes look at the meeting at 15:00", "22 12:30", "look at the meeting at 15:00"),
    ],
)
def test_the_time_stands_before_the_text_or_behind_it(text: str, moment: str, rest: str) -> None:
    assert said(text) == (moment, rest)


@pytest.mark.parametrize("text", ["call Ana", "call Ana soon", "the gate is shut", "in a while", "in 2h"])
def test_what_says_no_time_or_nothing_else_is_no_reminder(text: str) -> None:
    found = said(text)
    assert found is None or found[1] == ""


@pytest.mark.parametrize(
    ("text", "fault"),
    [("2020-01-01 10:00 call", Fault.PAST), ('"31 February 10:00" call', Fault.IMPOSSIBLE)],
)
def test_a_time_that_is_none_is_not_taken_for_text(text: str, fault: Fault) -> None:
    found = parted(text, now=NOW, zone=Zone("Europe/Madrid"), language=LanguageCode("en"))
    assert found and isinstance(found.outcome, NotRead) and found.outcome.fault is fault


@pytest.mark.parametrize(
    ("text", "language"), [("amanhã às 8:00 ligar à Ana", "pt"), ("mañana a las 8:00 llamar a Ana", "es")]
)
def test_the_time_is_said_in_the_persons_language(text: str, language: str) -> None:
    found = said(text, language)
    assert found and found[0] == "23 07:00" and found[1].endswith("Ana")


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("FREQ=DAILY", "FREQ=DAILY"),
        ("freq=weekly; byday=mo,we", "FREQ=WEEKLY;BYDAY=MO,WE"),
        ("FREQ=WEEKLY", "FREQ=WEEKLY"),
        ("FREQ=SECONDLY", None),
        ("FREQ=DAILY;COUNT=3", None),
        ("fortnight", None),
        ("", None),
    ],
)
def test_only_simple_rules_are_taken(rule: str, kept: str | None) -> None:
    assert simple(rule) == kept


def test_it_comes_again_at_the_same_time_of_the_clock_when_the_clocks_change() -> None:
    one = reminder("2026-03-27 08:00", "FREQ=DAILY")
    assert one.at == utc("2026-03-27 08:00")
    moments = [one.at]
    for _day in range(3):
        following = one.after(moments[-1])
        assert following
        moments.append(following)
    assert [f"{moment:%d %H:%M}" for moment in moments] == ["27 08:00", "28 08:00", "29 07:00", "30 07:00"]


def test_a_time_that_the_clocks_skip_moves_on_and_one_that_comes_twice_is_the_first() -> None:
    assert moment(datetime(2026, 3, 29, 1, 30), ZoneInfo("Europe/Lisbon")) == utc("2026-03-29 01:30")
    gap = reminder("2026-03-28 01:30", "FREQ=DAILY")
    moved = gap.after(gap.at)
    assert moved and f"{moved.astimezone(ZoneInfo('Europe/Lisbon')):%d %H:%M}" == "29 02:30"
    # The clocks of Lisbon are put back from 2 to 1 on 25 October.
    twice = reminder("2026-10-24 01:30", "FREQ=DAILY")
    first = twice.after(twice.at)
    assert first and first == utc("2026-10-25 00:30")
    assert twice.after(first) == utc("2026-10-26 01:30")


def test_it_comes_on_the_days_of_its_rule_alone() -> None:
    one = reminder("2026-11-26 08:00", "FREQ=WEEKLY;BYDAY=MO,TH")
    days, moment = [], one.at
    for _time in range(3):
        following = one.after(moment)
        assert following
        moment = following
        days.append(f"{moment:%a %d}")
    assert days == ["Mon 30", "Thu 03", "Mon 07"]
    weekly = reminder("2026-11-26 08:00", "FREQ=WEEKLY")
    assert weekly.after(weekly.at) == weekly.at + timedelta(days=7)
    assert reminder("2026-11-26 08:00", None).after(NOW) is None


def test_of_several_moments_that_were_missed_it_is_the_last() -> None:
    one = reminder("2026-11-22 08:00", "FREQ=DAILY")
    assert one.latest(utc("2026-11-25 09:00")) == utc("2026-11-25 08:00")
    assert one.latest(utc("2027-11-25 07:00")) == utc("2027-11-24 08:00")
    assert one.latest(one.at) == one.at
    assert reminder("2026-11-22 08:00", None).latest(utc("2026-11-25 09:00")) == utc("2026-11-22 08:00")


def test_what_was_put_off_comes_by_its_rule_again_afterwards() -> None:
    one = reminder("2026-11-22 08:00", "FREQ=DAILY").waits(utc("2026-11-22 09:10"))
    assert one.latest(utc("2026-11-22 09:10")) == utc("2026-11-22 09:10")
    assert one.after(one.at) == utc("2026-11-23 08:00")
    assert replace(one, state=State.RUNG).waits(one.at).rings == 0


def test_the_moments_of_any_zone_and_year_are_those_of_the_clock() -> None:
    random = Random(7)
    zones = ["Europe/Lisbon", "America/New_York", "Africa/Casablanca", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]
    for _case in range(300):
        zone, start = random.choice(zones), datetime(2020, 1, 1) + timedelta(minutes=random.randrange(20 * 525_600))
        one = reminder(start.isoformat(), "FREQ=DAILY", zone)
        before = one.at
        for _day in range(4):
            following = one.after(before)
            assert following and timedelta(hours=22) <= following - before <= timedelta(hours=26)
            shown = following.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            wall = datetime.combine(shown.date(), start.time())
            skipped = moment(wall, ZoneInfo(zone)).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall
            assert shown == wall or skipped
            before = following
