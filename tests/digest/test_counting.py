"""What is counted of a day, by hand-made lives of incidents."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.model.digest import (
    Figures,
    Life,
    Period,
    Step,
    a_week_before,
    day_around,
    day_of,
    facts,
    hours,
    listed,
    standing,
)
from bot.model.digest import counted as counted_of
from bot.model.incident import EntryKind, Incident, Reason, Severity, Status, Type, Validation
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference

BOT, ANA, RUI = UserId("@liaison:example.org"), UserId("@ana:gnr.example"), UserId("@rui:gnr.example")
DAY = Period(datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC))
HOUR = timedelta(hours=1)


def at(hours: float, day: int = 23) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC) + hours * HOUR


def cadence(severity: Severity | None) -> timedelta:
    return {Severity.HIGH: 2 * HOUR, Severity.LOW: 24 * HOUR}.get(severity or Severity.HIGH, 8 * HOUR)


def life(declared: datetime, *entries: tuple[EntryKind, datetime, UserId, dict[str, Any]], **now: Any) -> Life:
    ref = Reference("BRAVO-7K3Q0")
    incident = Incident(ref, "Barco", LanguageCode("pt"), "!room", ANA, "PRT-GNR", declared, **now)
    made = [(EntryKind.DECLARED, declared, ANA, {}), *entries]
    steps = tuple(
        Step(number, kind, who, when, values.get("was", {})) for number, (kind, when, who, values) in enumerate(made, 1)
    )
    return Life(incident, steps)


def counted(lives: list[Life], period: Period, cadence: Any, bot: UserId) -> Figures:
    return counted_of(facts(standing(lives, period), period, cadence, bot))


def closing(when: datetime, by: UserId = ANA) -> tuple[EntryKind, datetime, UserId, dict[str, Any]]:
    return EntryKind.CLOSED, when, by, {"status": "closed", "was": {"status": "open", "reason": None}}


def test_an_incident_is_counted_on_the_day_when_it_was_declared_closed_and_between() -> None:
    closed = {"status": Status.CLOSED, "reason": Reason.RESOLVED}
    one = life(at(10, 22), (EntryKind.NOTE, at(3), RUI, {}), closing(at(5, 24)), type=Type.VESSEL, **closed)
    days = [counted([one], Period(at(0, day), at(24, day)), cadence, BOT) for day in (21, 22, 23, 24, 25)]
    assert [day.opened for day in days] == [0, 1, 0, 0, 0]
    assert [day.carried for day in days] == [0, 0, 1, 0, 0]
    assert [day.changed for day in days] == [0, 0, 1, 1, 0]
    assert [day.closed for day in days] == [0, 0, 0, 1, 0]
    assert dict(days[1].by_type) == {Type.VESSEL: 1}
    assert dict(days[1].by_agency) == {"PRT-GNR": 1}
    assert days[3].ended.median == 43 * HOUR and days[2].ended.n == 0


def cancelled(when: datetime, was: str | None = None) -> tuple[EntryKind, datetime, UserId, dict[str, Any]]:
    before = {"status": "closed" if was else "open", "reason": was}
    return EntryKind.CLOSED, when, ANA, {"status": "closed", "was": before}


def each_day(one: Life, name: str) -> list[int]:
    return [
        getattr(counted([one], Period(at(0, day), at(24, day)), cadence, BOT), name) for day in (21, 22, 23, 24, 25)
    ]


CANCELLED: dict[str, Any] = {"status": Status.CLOSED, "reason": Reason.CANCELLED}


def test_what_was_cancelled_on_the_day_when_it_was_declared_is_that_alone() -> None:
    entries = [(EntryKind.NOTE, at(11, 22), RUI, {}), cancelled(at(12, 22))]
    one = life(at(10, 22), *entries, validation=Validation(RUI, None, at(11, 22)), **CANCELLED)
    on = Period(at(0, 22), at(24, 22))
    day = counted([one], on, cadence, BOT)
    assert day == Figures(cancelled=1)
    assert each_day(one, "cancelled") == [0, 1, 0, 0, 0]
    assert [(one.opened, one.other, one.closed) for one in hours(standing([one], on), on, BOT)] == [(0, 0, 0)] * 24


def test_what_was_cancelled_later_was_new_when_it_came_and_is_closed_on_no_day() -> None:
    one = life(at(10, 22), (EntryKind.NOTE, at(3), RUI, {}), cancelled(at(5, 24)), type=Type.VESSEL, **CANCELLED)
    assert each_day(one, "opened") == [0, 1, 0, 0, 0], "as it was known on that day"
    assert each_day(one, "carried") == [0, 0, 1, 0, 0]
    assert each_day(one, "cancelled") == [0, 0, 0, 1, 0]
    assert each_day(one, "closed") == each_day(one, "reopened") == [0, 0, 0, 0, 0]
    week = counted([one], Period(at(0, 21), at(0, 28)), cadence, BOT)
    assert week == Figures(cancelled=1), "of the whole week it is not new: there was nothing"
    assert counted([one], DAY, cadence, BOT).changed == 1


def test_what_was_closed_first_and_found_to_be_cancelled_later_is_counted_on_both_days() -> None:
    one = life(at(10, 22), closing(at(12, 22)), cancelled(at(5, 24), "resolved"), **CANCELLED)
    assert each_day(one, "closed") == [0, 1, 0, 0, 0]
    assert each_day(one, "cancelled") == [0, 0, 0, 1, 0]


def test_what_was_cancelled_and_did_happen_is_closed_in_the_end() -> None:
    right = (EntryKind.CLOSED, at(5, 24), ANA, {"was": {"status": "closed", "reason": "cancelled"}})
    one = life(at(10, 22), cancelled(at(12, 22)), right, status=Status.CLOSED, reason=Reason.RESOLVED)
    assert each_day(one, "cancelled") == [0, 1, 0, 0, 0]
    assert each_day(one, "closed") == [0, 0, 0, 1, 0]


def test_what_was_cancelled_and_opened_again_is_open() -> None:
    again = (EntryKind.REOPENED, at(6), RUI, {"status": "open", "was": {"status": "closed", "reason": "cancelled"}})
    one = life(at(10, 22), cancelled(at(12, 22)), again)
    assert each_day(one, "cancelled") == [0, 1, 0, 0, 0]
    assert each_day(one, "reopened") == [0, 0, 1, 0, 0]


def test_what_was_closed_and_opened_again_within_the_day_was_not_closed() -> None:
    again = (EntryKind.REOPENED, at(6), RUI, {"status": "open", "was": {"status": "closed", "reason": "resolved"}})
    one = life(at(10, 22), closing(at(5)), again)
    figures = counted([one], DAY, cadence, BOT)
    assert (figures.closed, figures.reopened, figures.carried) == (0, 1, 1)


def test_times_are_medians_of_what_happened_on_that_day_alone() -> None:
    def validated(hours: float) -> Validation:
        return Validation(RUI, None, at(hours))

    lives = [
        life(at(0), (EntryKind.NOTE, at(1), RUI, {}), validation=validated(2)),
        life(at(0), (EntryKind.ASKED, at(1), BOT, {}), (EntryKind.NOTE, at(3), RUI, {}), validation=validated(8)),
        life(at(0), (EntryKind.NOTE, at(0.5), ANA, {}), (EntryKind.NOTE, at(11), RUI, {})),
        life(at(0, 20), (EntryKind.NOTE, at(1, 20), RUI, {}), validation=Validation(RUI, None, at(5, 20))),
    ]
    figures = counted(lives, DAY, cadence, BOT)
    assert (figures.acknowledged.median, figures.acknowledged.n) == (3 * HOUR, 3)
    assert (figures.validated.median, figures.validated.n) == (5 * HOUR, 2)


def test_what_nobody_wrote_of_for_too_long_is_overdue_by_its_severity_of_then() -> None:
    silent = life(at(20), severity=Severity.HIGH)
    asked = life(at(20), (EntryKind.ASKED, at(23), BOT, {}), severity=Severity.HIGH)
    told = life(at(20), (EntryKind.NOTE, at(23), RUI, {}), severity=Severity.HIGH)
    raised = (EntryKind.SEVERITY, at(5, 24), RUI, {"severity": "high", "was": {"severity": "low"}})
    later = life(at(20), raised, severity=Severity.HIGH)
    figures = [counted([one], DAY, cadence, BOT).overdue for one in (silent, asked, told, later)]
    assert figures == [1, 1, 0, 0]


def test_what_the_reader_may_not_see_changes_no_figure() -> None:
    one = life(at(10, 22), (EntryKind.NOTE, at(3), RUI, {}))
    assert counted([one], DAY, cadence, BOT).changed == 1
    assert counted([replace(one, hidden=frozenset({2}))], DAY, cadence, BOT).changed == 0
    tie = life(at(10, 22), (EntryKind.LINKED, at(3), RUI, {"other": "BRAVO-00000"}))
    assert counted([tie], DAY, cadence, BOT).changed == 0
    cut = replace(life(at(1), (EntryKind.NOTE, at(2), RUI, {}), type=Type.DRUGS), full=False)
    figures = counted([cut], DAY, cadence, BOT)
    assert (figures.opened, dict(figures.by_type), figures.acknowledged.n) == (1, {}, 0)


def test_each_is_listed_once_where_it_matters_most() -> None:
    overdue = life(at(10), severity=Severity.HIGH)
    stands = standing([overdue], DAY)
    lists = listed([*zip(stands, facts(stands, DAY, cadence, BOT), strict=True)])
    assert (len(lists.overdue), len(lists.opened)) == (1, 0)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 23), 24)]
)
def test_a_day_is_as_long_as_the_clock_of_the_task_force_makes_it(day: date, hours: int) -> None:
    period = day_of(day, "Europe/Lisbon")
    assert period.until - period.since == hours * HOUR
    assert day_around(period.since, "Europe/Lisbon") == day
    assert day_around(period.until, "Europe/Lisbon") == day + timedelta(days=1)
    before = a_week_before(period, "Europe/Lisbon")
    assert before.since == day_of(day - timedelta(days=7), "Europe/Lisbon").since


def test_how_it_stood_is_not_told_by_what_a_later_change_says_of_one_that_is_withheld() -> None:
    worse = EntryKind.SEVERITY, at(3), RUI, {"severity": "very_high", "was": {"severity": "low"}}
    better = EntryKind.SEVERITY, at(5, 24), RUI, {"severity": "low", "was": {"severity": "very_high"}}
    one = life(at(1), worse, better, severity=Severity.LOW)
    [stand] = standing([one], DAY)
    assert stand.then.severity is Severity.VERY_HIGH
    [stand] = standing([replace(one, hidden=frozenset({2}))], DAY)
    assert stand.then.severity is Severity.LOW


def test_the_figures_of_a_day_are_the_same_whenever_they_are_asked_for() -> None:
    one = life(at(1), type=Type.VESSEL, severity=Severity.HIGH)
    later = life(
        at(1),
        closing(at(2, 24)),
        (EntryKind.SEVERITY, at(3, 24), RUI, {"severity": "low", "was": {"severity": "high"}}),
        type=Type.VESSEL, severity=Severity.LOW, status=Status.CLOSED, reason=Reason.RESOLVED,
    )  # fmt: skip
    assert counted([one], DAY, cadence, BOT) == counted([later], DAY, cadence, BOT)
