"""Proposed times: what they ask of people by their clock, calendar and roster, and how the burden goes round."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.i18n import Verbatim
from bot.model.person import UserId, Zone
from bot.model.shift import Span
from bot.model.slot import (
    Day,
    Need,
    Ranked,
    Strain,
    burdened,
    candidates,
    day_in,
    proposed,
    ranked,
    rests,
    strains,
)

LISBON, ATHENS, DENVER, AUCKLAND = (
    Zone(name) for name in ("Europe/Lisbon", "Europe/Athens", "America/Denver", "Pacific/Auckland")
)
HOUR = timedelta(hours=1)
WEDNESDAY = "2026-12-02"


def at(text: str, length: timedelta = HOUR) -> Span:
    since = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return Span(since, since + length)


def span(since: str, until: str) -> Span:
    return Span(at(since).since, at(until).since)


def need(agency: str = "PRT-GNR", zone: Zone = LISBON, name: str = "ana", **changes: Any) -> Need:
    values: dict[str, Any] = {"country": "PT", "required": False} | changes
    return Need(UserId(f"@{name}:example.org"), agency, zone, **values)


PORTUGUESE, GREEK = need(), need("GRC-HP", ATHENS, "eleni", country="GR")


def told(one: Ranked) -> list[str]:
    """Return the reasons in English, as whoever reads English sees them."""
    found = []
    for reason in one.reasons:
        text = reason.plural if reason.plural and reason.values["n"] != 1 else reason.text
        agencies = ", ".join(agency.text for agency in reason.values.get("agencies", ()))
        found.append(text.format(n=reason.values.get("n"), agencies=agencies))
    return found


@pytest.mark.parametrize(
    ("country", "day", "kind"),
    [
        ("PT", "2026-06-10", Day.HOLIDAY),
        ("PT", "2026-06-24", Day.WORKING),  # kept in Porto alone
        ("PT", "2026-04-03", Day.HOLIDAY),  # Good Friday
        ("GR", "2026-04-03", Day.WORKING),
        ("GR", "2026-04-10", Day.HOLIDAY),  # the Orthodox one
        ("DE", "2026-01-06", Day.WORKING),  # kept in three of its states
        ("PL", "2026-11-11", Day.HOLIDAY),
        ("TR", "2026-10-29", Day.HOLIDAY),
        ("US", "2027-12-31", Day.HOLIDAY),  # for Saturday 1 January 2028
        ("PT", "2026-06-13", Day.WEEKEND),
        ("EG", "2026-06-12", Day.WEEKEND),  # Friday
        ("EG", "2026-06-14", Day.WORKING),  # Sunday
        ("HU", "2024-12-07", Day.WORKING),  # a Saturday worked for Christmas Eve
        ("HU", "2024-12-24", Day.HOLIDAY),
        ("ZZ", "2026-06-13", Day.WEEKEND),
        ("ZZ", "2026-06-10", Day.WORKING),
        (None, "2026-06-14", Day.WEEKEND),
        (None, "2026-06-10", Day.WORKING),
    ],
)
def test_a_day_is_what_it_is_in_that_country(country: str | None, day: str, kind: Day) -> None:
    assert day_in(country, date.fromisoformat(day)) is kind


@pytest.mark.parametrize(
    ("slot", "hard"),
    [
        (span("2026-12-02T21:00", "2026-12-02T22:00"), set()),
        (span("2026-12-02T21:00", "2026-12-02T22:01"), {Strain.NIGHT}),
        (span("2026-12-02T05:59", "2026-12-02T06:30"), {Strain.NIGHT}),
        (span("2026-12-02T06:00", "2026-12-02T06:30"), set()),
        (span("2026-12-02T00:00", "2026-12-02T00:30"), {Strain.NIGHT}),
        (span("2026-07-01T20:30", "2026-07-01T21:30"), {Strain.NIGHT}),  # summer time
        (span("2026-12-05T10:00", "2026-12-05T11:00"), {Strain.WEEKEND}),
        (span("2026-12-04T23:30", "2026-12-05T00:00"), {Strain.NIGHT}),  # nothing of it on Saturday
        (span("2026-12-04T23:30", "2026-12-05T00:30"), {Strain.NIGHT, Strain.WEEKEND}),
        (span("2026-12-08T10:00", "2026-12-08T11:00"), {Strain.HOLIDAY}),
        (span("2027-05-01T10:00", "2027-05-01T11:00"), {Strain.HOLIDAY}),  # a Saturday; it counts once
        (span("2026-12-25T23:30", "2026-12-26T00:30"), {Strain.NIGHT, Strain.HOLIDAY}),  # into Saturday
    ],
)
def test_a_time_is_hard_by_the_clock_and_the_calendar_on_the_wall(slot: Span, hard: set[Strain]) -> None:
    assert strains(slot, PORTUGUESE) == hard


def test_the_same_moment_is_night_for_one_and_evening_for_the_other() -> None:
    slot = at(f"{WEDNESDAY}T20:00")
    assert not strains(slot, PORTUGUESE)
    assert strains(slot, GREEK) == {Strain.NIGHT}


def test_saturday_begins_earlier_in_the_east() -> None:
    slot = at("2026-12-04T11:30")
    assert strains(slot, need("NZL-C", AUCKLAND, country="NZ")) == {Strain.NIGHT, Strain.WEEKEND}
    assert not strains(slot, PORTUGUESE)


@pytest.mark.parametrize(
    ("shifts", "held"),
    [
        ((), ()),
        ((("02T06:00", "02T14:00"),), ()),
        # sixteen hours between two: a meeting may lie in the first five or the last five of them
        ((("02T06:00", "02T14:00"), ("03T06:00", "03T14:00")), (("02T19:00", "03T01:00"),)),
        ((("03T06:00", "03T14:00"), ("02T06:00", "02T14:00")), (("02T19:00", "03T01:00"),)),
        # no more than the rest itself, or less: all of it
        ((("02T06:00", "02T14:00"), ("03T01:00", "03T06:00")), (("02T14:00", "03T01:00"),)),
        ((("02T06:00", "02T14:00"), ("02T22:00", "03T06:00")), (("02T14:00", "02T22:00"),)),
        ((("02T06:00", "02T14:00"), ("03T12:00", "03T14:00")), ()),
        ((("02T06:00", "02T14:00"), ("02T13:00", "02T20:00")), ()),
    ],
)
def test_the_rest_between_two_shifts_stays_whole(
    shifts: Sequence[tuple[str, str]], held: Sequence[tuple[str, str]]
) -> None:
    month = "2026-12-"
    found = rests([span(month + since, month + until) for since, until in shifts])
    assert list(found) == [span(month + since, month + until) for since, until in held]


@settings(max_examples=200, deadline=None)
@given(before=st.integers(0, 1200), length=st.integers(1, 240), after=st.integers(0, 1200), rest=st.integers(1, 900))
def test_a_meeting_meets_the_rest_exactly_if_it_leaves_too_little(
    before: int, length: int, after: int, rest: int
) -> None:
    minute, start = timedelta(minutes=1), at("2026-12-02T14:00").since
    meeting = Span(start + before * minute, start + (before + length) * minute)
    again = meeting.until + after * minute
    met = any(
        meeting.meets(one) for one in rests([Span(start - HOUR, start), Span(again, again + HOUR)], rest * minute)
    )
    if before + length + after < 2 * rest:  # else only a meeting of many hours can leave too little
        assert met == (before < rest and after < rest)


def test_what_is_hard_on_nobody_comes_first_and_says_so() -> None:
    slots = [at(f"{WEDNESDAY}T{hour:02}:00") for hour in (3, 20, 9)]
    found = ranked(slots, [PORTUGUESE, GREEK], {})
    assert [one.slot for one in found] == [slots[2], slots[1], slots[0]]
    assert told(found[0]) == ["By day and on a working day for everybody."]
    assert told(found[1]) == ["Night for 1 person: GRC-HP."]
    assert told(found[2]) == ["Night for 2 people: GRC-HP, PRT-GNR."]
    assert found[0].cost == 0


def test_each_reason_is_said_and_nobody_is_named() -> None:
    slot = at("2026-12-05T23:00")
    bo = need("ESP-GC", Zone("Europe/Madrid"), "bo", country="ES", blocked=(slot,), resting=(slot,))
    eve = need("SAR", Zone("Europe/Lisbon"), "eve", country=None)
    holiday = need("FIN-BG", Zone("Europe/Helsinki"), "aino", country="FI")
    [one] = ranked([slot], [bo, eve, holiday], {})
    assert told(one) == [
        "Hours that somebody has blocked.",
        "Too little rest between shifts for 1 person: ESP-GC.",
        "Night for 3 people: ESP-GC, FIN-BG, SAR.",
        "Public holiday for 1 person: FIN-BG.",
        "Weekend for 2 people: ESP-GC, SAR.",
    ]
    values = [value for reason in one.reasons for value in reason.values.get("agencies", ())]
    assert all(isinstance(value, Verbatim) and not value.text.startswith("@") for value in values)


def test_who_has_carried_more_is_spared_and_that_is_said() -> None:
    west, east = at(f"{WEDNESDAY}T05:00"), at(f"{WEDNESDAY}T20:30")  # night in Lisbon, night in Athens
    needs = [PORTUGUESE, GREEK]
    assert [one.slot for one in ranked([east, west], needs, {"PT": 6})] == [east, west]
    first, second = ranked([east, west], needs, {"PT": 2, "GR": 8})
    assert (first.slot, second.slot) == (west, east)
    assert told(first) == ["Night for 1 person: PRT-GNR."]
    assert told(second) == [
        "Night for 1 person: GRC-HP.",
        "Inconvenient times have come more often for GRC-HP so far.",
    ]


def test_the_burden_does_not_tell_whose_hours_are_blocked() -> None:
    slot = at(f"{WEDNESDAY}T10:00")
    [one] = ranked([slot], [PORTUGUESE, need("GRC-HP", ATHENS, "eleni", country="GR", blocked=(slot,))], {"GR": 8})
    assert told(one) == ["Hours that somebody has blocked."]


def test_what_all_have_carried_alike_changes_nothing() -> None:
    slots = [at(f"{WEDNESDAY}T{hour:02}:00") for hour in range(24)]
    assert ranked(slots, [PORTUGUESE, GREEK], {"PT": 40, "GR": 40}) == ranked(slots, [PORTUGUESE, GREEK], {})


def test_a_slot_without_somebody_who_is_required_comes_behind_all_others() -> None:
    good, night = at(f"{WEDNESDAY}T10:00"), at(f"{WEDNESDAY}T02:00")
    lead = need(required=True, blocked=(good,))
    others = [need("GRC-HP", ATHENS, f"eleni{n}", country="GR") for n in range(5)]
    found = ranked([good, night], [lead, *others], {"GR": 100})
    assert [(one.slot, one.missing) for one in found] == [(night, 0), (good, 1)]


def test_a_large_delegation_counts_like_a_small_one() -> None:
    west, east = at(f"{WEDNESDAY}T05:00"), at(f"{WEDNESDAY}T20:30")
    many = [need("GRC-HP", ATHENS, f"eleni{n}", country="GR") for n in range(9)]
    one, other = ranked([west, east], [PORTUGUESE, *many], {})
    assert one.cost == other.cost
    assert burdened(east, [PORTUGUESE, *many], {}) == {"GR": 6, "PT": 0}


def test_one_of_a_large_delegation_is_not_nothing() -> None:
    slot = at(f"{WEDNESDAY}T10:00")
    people = [need(name=f"p{n}", blocked=(slot,) if n == 0 else ()) for n in range(50)]
    assert ranked([slot], people, {})[0].cost > 0


def test_a_burden_of_those_who_are_not_there_is_kept() -> None:
    assert burdened(at(f"{WEDNESDAY}T02:00"), [PORTUGUESE], {"ES": 4, "PT": 1}) == {"ES": 4, "PT": 7}


def test_an_agency_without_a_country_carries_its_own_burden() -> None:
    eve = need("SAR", country=None)
    assert burdened(at(f"{WEDNESDAY}T02:00"), [eve], {}) == {"SAR": 6}


def test_nobody_and_nothing() -> None:
    assert ranked([], [PORTUGUESE], {}) == []
    [one] = ranked([at(f"{WEDNESDAY}T02:00")], [], {})
    assert one.cost == 0


def test_a_time_that_is_proposed_twice_is_ranked_once() -> None:
    slot = at(f"{WEDNESDAY}T10:00")
    assert len(ranked([slot, slot], [PORTUGUESE], {})) == 1


AGENCIES = [("PRT-GNR", LISBON, "PT"), ("GRC-HP", ATHENS, "GR"), ("USA-CBP", DENVER, "US"), ("NZL-C", AUCKLAND, None)]


@settings(max_examples=100, deadline=None)
@given(
    who=st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.lists(st.integers(0, 60), max_size=3)), max_size=8),
    hours=st.lists(st.integers(0, 400), max_size=6),
    burden=st.dictionaries(st.sampled_from(["PT", "GR", "US", "NZL-C"]), st.integers(0, 60)),
    seed=st.integers(),
)
def test_the_order_of_people_and_slots_changes_nothing(
    who: list[tuple[int, bool, list[int]]], hours: list[int], burden: Mapping[str, int], seed: int
) -> None:
    start = at("2026-12-01T00:00").since
    needs = []
    for number, (index, required, blocked) in enumerate(who):
        agency, zone, country = AGENCIES[index]
        closed = tuple(Span(start + hour * HOUR, start + (hour + 1) * HOUR) for hour in blocked)
        needs.append(need(agency, zone, f"p{number}", country=country, required=required, blocked=closed))
    slots = [Span(start + hour * HOUR, start + (hour + 1) * HOUR) for hour in hours]
    found = ranked(slots, needs, burden)
    mixed = random.Random(seed)
    assert ranked(mixed.sample(slots, len(slots)), mixed.sample(needs, len(needs)), burden) == found


@settings(max_examples=100, deadline=None)
@given(
    offsets=st.lists(st.sampled_from([LISBON, ATHENS, DENVER, AUCKLAND]), min_size=1, max_size=5),
    hours=st.lists(st.integers(0, 400), min_size=2, max_size=8),
    burden=st.dictionaries(st.sampled_from([f"A{n}" for n in range(5)]), st.integers(0, 60)),
)
def test_nobody_bears_what_spares_nobody_else(offsets: list[Zone], hours: list[int], burden: Mapping[str, int]) -> None:
    start = at("2026-12-01T00:00").since
    needs = [need(f"A{n}", zone, f"p{n}", country=None) for n, zone in enumerate(offsets)]
    found = ranked([Span(start + hour * HOUR, start + (hour + 1) * HOUR) for hour in hours], needs, burden)
    for one in found[1:]:
        easier = [strains(one.slot, each) < strains(found[0].slot, each) for each in needs]
        harder = [not strains(one.slot, each) <= strains(found[0].slot, each) for each in needs]
        assert any(harder) or not any(easier)


def year(needs: Sequence[Need], hours: Sequence[int], *, rotates: bool) -> dict[str, int]:
    """Return what each country has carried after a year of weekly meetings, each at the best of its Wednesday."""
    burden: dict[str, int] = {}
    for week in range(52):
        day = at("2027-01-06T00:00").since + week * timedelta(days=7)
        slots = [Span(day + hour * HOUR, day + (hour + 1) * HOUR) for hour in hours]
        best = ranked(slots, needs, burden if rotates else {})[0]
        burden = burdened(best.slot, needs, burden)
    return burden


@pytest.mark.parametrize(
    ("zones", "hours"),
    [
        ((LISBON, ATHENS), (4, 20)),
        ((LISBON, Zone("Asia/Tokyo"), Zone("America/Los_Angeles")), range(24)),
    ],
)
def test_the_burden_evens_out_over_a_year_of_weekly_meetings(zones: Sequence[Zone], hours: Sequence[int]) -> None:
    needs = [need(f"{zone}-A", zone, f"p{n}", country=None) for n, zone in enumerate(zones)]
    carried = year(needs, hours, rotates=True)
    assert max(carried.values()) - min(carried.values()) <= 6
    one_sided = year(needs, hours, rotates=False)
    assert max(one_sided.values()) - min(one_sided.values()) > 100


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 3), min_size=2, max_size=6))
def test_if_each_slot_is_hard_on_one_country_they_take_turns(sizes: list[int]) -> None:
    start = at(f"{WEDNESDAY}T10:00").since
    slots = [Span(start + n * HOUR / 4, start + (n + 1) * HOUR / 4) for n in range(len(sizes))]
    needs = [
        need(f"A{n}", name=f"p{n}-{person}", country=f"C{n}", blocked=(slots[n],))
        for n, size in enumerate(sizes) for person in range(size)
    ]  # fmt: skip
    burden: dict[str, int] = {}
    for _week in range(52):
        burden = burdened(ranked(slots, needs, burden)[0].slot, needs, burden)
        assert max(burden.values()) - min(burden.values()) <= 10


def test_times_are_proposed_by_day_spread_over_days_and_none_overlaps() -> None:
    since = at("2026-12-01T10:20").since
    slots = candidates(since, ATHENS, 2 * HOUR)
    assert slots[0].since == at("2026-12-01T11:00").since and len(slots) == 7 * 24
    found = proposed(ranked(slots, [PORTUGUESE, GREEK], {}), [LISBON, ATHENS], ATHENS, 5)
    assert len(found) == 5 and all(one.cost == 0 for one in found)
    days = [one.slot.since.date() for one in found]
    assert max(days.count(day) for day in days) <= 2 and not any(day.weekday() > 4 for day in days)
    assert not any(one.slot.meets(two.slot) for one in found for two in found if one is not two)
    assert all(9 <= one.slot.since.hour <= 13 for one in found), found


def test_a_zone_of_half_an_hour_has_full_hours_of_its_own() -> None:
    first = candidates(at("2026-12-01T10:00").since, Zone("Asia/Kolkata"), HOUR)[0]
    assert first.since == at("2026-12-01T10:30").since


def test_of_an_hour_that_comes_twice_the_first_is_proposed() -> None:
    found = candidates(at("2026-10-24T22:00").since, LISBON, HOUR, days=1)
    assert (
        len(found) == 23 and len({one.since.astimezone(ZoneInfo(LISBON)).replace(tzinfo=None) for one in found}) == 23
    )


def test_nothing_is_proposed_of_nothing() -> None:
    assert proposed([], [], LISBON, 5) == []
