"""Times as people write them: what each phrase means, and what is refused rather than guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.times import (
    LANGUAGES,
    Aim,
    Cause,
    Fault,
    Note,
    NotRead,
    Tail,
    Understood,
    dtg,
    find,
    length,
    local_dtg,
    longest_tail,
    read,
)
from bot.model.times.folding import fold
from bot.model.times.letters import OFFSETS
from bot.model.times.lexicon import lexicon
from tests.model.phrases import PHRASES

from ..cost import takes_under

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
"""A Tuesday."""

ROWS = [
    (language, *(part.strip() for part in line.split("→")))
    for language, table in PHRASES.items()
    for line in table.strip().splitlines()
]


def at(text: str) -> datetime:
    """Return the moment `11-24 14:30` of 2026, or `2027-03-12 14:30`, in UTC."""
    return datetime.fromisoformat(text if len(text) > 12 else f"2026-{text}").replace(tzinfo=UTC)


def understood(text: str, language: str = "en", zone: str = "Europe/Lisbon", now: datetime = NOW) -> Understood:
    found = read(text, now=now, zone=zone, language=language)
    assert isinstance(found, Understood), (text, found)
    return found


def refused(text: str, language: str = "en", zone: str = "Europe/Lisbon", now: datetime = NOW) -> NotRead:
    found = read(text, now=now, zone=zone, language=language)
    assert isinstance(found, NotRead), (text, found)
    return found


@pytest.mark.parametrize(("language", "phrase", "utc"), ROWS)
def test_each_phrase_of_each_language(language: str, phrase: str, utc: str) -> None:
    assert understood(phrase, language).utc == at(utc)


def test_every_language_has_its_phrases() -> None:
    assert PHRASES.keys() == LANGUAGES.keys()
    assert min(sum(row[0] == language for row in ROWS) for language in LANGUAGES) >= 25


@pytest.mark.parametrize("language", LANGUAGES)
def test_english_works_beside_each_language(language: str) -> None:
    for phrase in ("tomorrow at 7h30", "Monday at 8", "in 2 hours", "12 March 2027 8 pm", "251430Z NOV 26"):
        assert understood(phrase, language).utc == understood(phrase, "en").utc


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_days_and_months_are_not_confused_within_a_language(language: str) -> None:
    words = LANGUAGES[language]
    for table in (words.weekdays, words.weekdays_short, words.months, words.hours, words.fives):
        folded = [{fold(form) for form in forms.split(",")} - {""} for forms in table]
        assert not any(one & other for one, other in combinations(folded, 2))
    assert len(words.hours) == 24


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_weekday_and_month_of_each_language_is_its_own(language: str) -> None:
    words = LANGUAGES[language]
    for number, forms in enumerate(words.weekdays):
        for form in forms.split(","):
            assert understood(f"{form} 10:00", language).wall.weekday() == number
    for month, forms in enumerate(words.months, 1):
        for form in forms.split(","):
            assert understood(f"12 {form} 10:00", language).wall.month == month


@pytest.mark.parametrize(
    ("text", "utc", "zone"),
    [
        ("2026-11-25", "11-25 00:00", "Europe/Lisbon"),
        ("2026-11-25 14:30", "11-25 14:30", "Europe/Lisbon"),
        ("2026-11-25T14:30", "11-25 14:30", "Europe/Lisbon"),
        ("2026-11-25T14:30Z", "11-25 14:30", "UTC"),
        ("2026-11-25T14:30:00+02:00", "11-25 12:30", "Etc/GMT-2"),
        ("2026-11-25T14:30-0500", "11-25 19:30", "Etc/GMT+5"),
        ("2026-11-25T14:30+05:30", "11-25 09:00", "Europe/Lisbon"),
        ("20261125T1430Z", "11-25 14:30", "UTC"),
        ("2026/11/25 14:30", "11-25 14:30", "Europe/Lisbon"),
        ("1430Z", "11-24 14:30", "UTC"),
        ("1430z", "11-24 14:30", "UTC"),
        ("0800Z", "11-25 08:00", "UTC"),
        ("14:30Z", "11-24 14:30", "UTC"),
        ("1430B", "11-24 12:30", "Etc/GMT-2"),
        ("221430ZDEC26", "12-22 14:30", "UTC"),
        ("221430Z DEC 26", "12-22 14:30", "UTC"),
        ("221430z dec 2026", "12-22 14:30", "UTC"),
        ("221430ADEC26", "12-22 13:30", "Etc/GMT-1"),
        ("221430R DEC 26", "12-22 19:30", "Etc/GMT+5"),
        ("221430Z", "12-22 14:30", "UTC"),
        ("251430Z", "11-25 14:30", "UTC"),
        ("221430Z NOV", "2027-11-22 14:30", "UTC"),
        ("14:30 UTC", "11-24 14:30", "UTC"),
        ("14:30 UTC+2", "11-24 12:30", "Etc/GMT-2"),
        ("07:30 Europe/Athens", "11-25 05:30", "Europe/Athens"),
        ("tomorrow 07:30 europe/athens", "11-25 05:30", "Europe/Athens"),
        ("10:00 America/New_York", "11-24 15:00", "America/New_York"),
        ("٢٢:٣٠", "11-24 22:30", "Europe/Lisbon"),
        ("１４：３０", "11-24 14:30", "Europe/Lisbon"),
        ("\u200e14:30\u200f", "11-24 14:30", "Europe/Lisbon"),
    ],
)
def test_the_forms_of_no_language(text: str, utc: str, zone: str) -> None:
    found = understood(text)
    assert (found.utc, found.zone) == (at(utc), zone)


@pytest.mark.parametrize(
    ("language", "text", "fault"),
    [
        ("en", "", Fault.NOT_UNDERSTOOD),
        ("en", "1430", Fault.NOT_UNDERSTOOD),
        ("en", "8", Fault.NOT_UNDERSTOOD),
        ("en", "2026", Fault.NOT_UNDERSTOOD),
        ("en", "briefing", Fault.NOT_UNDERSTOOD),
        ("en", "tomorrow at 8 sharp", Fault.NOT_UNDERSTOOD),
        ("en", "about 14:30", Fault.NOT_UNDERSTOOD),
        ("en", "tomorrow 10:00-12:00", Fault.NOT_UNDERSTOOD),
        ("en", "tomorrow 10:00 11:00", Fault.NOT_UNDERSTOOD),
        ("en", "tonight", Fault.NOT_UNDERSTOOD),
        ("en", "tonight at 1", Fault.NOT_UNDERSTOOD),
        ("en", "14:30 am", Fault.NOT_UNDERSTOOD),
        ("en", "in 2", Fault.NOT_UNDERSTOOD),
        ("en", "in 0 min", Fault.NOT_UNDERSTOOD),
        ("en", "8 hours", Fault.NOT_UNDERSTOOD),
        ("pt", "duas horas", Fault.NOT_UNDERSTOOD),
        ("pt", "dia 30", Fault.NOT_UNDERSTOOD),
        ("en", "tomorrow evening", Fault.NOT_UNDERSTOOD),
        ("en", "tomorrow 25.12", Fault.IMPOSSIBLE),
        ("en", "in 1½ hours", Fault.NOT_UNDERSTOOD),
        ("en", "14:30²", Fault.NOT_UNDERSTOOD),
        ("en", "mar", Fault.NOT_UNDERSTOOD),
        ("pt", "seg", Fault.NOT_UNDERSTOOD),
        ("pt", "mañana a las 8", Fault.NOT_UNDERSTOOD),
        ("fr", "pour deux", Fault.NOT_UNDERSTOOD),
        ("es", "mañana a las 12 de la mañana", Fault.NOT_UNDERSTOOD),
        ("pt", "amanhã às 12 da manhã", Fault.NOT_UNDERSTOOD),
        ("en", "221430ZNOV26", Fault.PAST),
        ("en", "2025-11-25 14:30", Fault.PAST),
        ("en", "12 March 2026", Fault.PAST),
        ("en", "today 08:00", Fault.PAST),
        ("en", "today at 09:30", Fault.PAST),
        ("en", "yesterday 14:30", Fault.PAST),
        ("pt", "ontem às 8", Fault.PAST),
        ("en", "03/04", Fault.AMBIGUOUS),
        ("en", "03/04/2027 10:00", Fault.AMBIGUOUS),
        ("en", "12.10", Fault.AMBIGUOUS),
        ("pt", "12.10", Fault.AMBIGUOUS),
        ("en", "next Friday 8:00", Fault.AMBIGUOUS),
        ("en", "tomorrow at midnight", Fault.AMBIGUOUS),
        ("en", "Tuesday 8", Fault.AMBIGUOUS),
        ("pt", "terça", Fault.AMBIGUOUS),
        ("en", "tomorrow at 2 at night", Fault.AMBIGUOUS),
        ("pl", "jutro o 2 w nocy", Fault.AMBIGUOUS),
        ("de", "Montagnacht um 2", Fault.AMBIGUOUS),
        ("es", "a las 5 de la noche", Fault.AMBIGUOUS),
        ("en", "12 at night", Fault.AMBIGUOUS),
        ("de", "morgen um 12 Uhr nachts", Fault.AMBIGUOUS),
        ("es", "hoy a las 12 de la noche", Fault.AMBIGUOUS),
        ("de", "7 Uhr nachts", Fault.NOT_UNDERSTOOD),
        ("en", "09:00 at night", Fault.NOT_UNDERSTOOD),
        ("de", "Montagabend", Fault.NOT_UNDERSTOOD),
        ("en", "tomorrow from 8 to 12", Fault.NOT_UNDERSTOOD),
        ("de", "morgen von 8 bis 12 Uhr", Fault.NOT_UNDERSTOOD),
        ("es", "mañana 14,30", Fault.NOT_UNDERSTOOD),
        ("es", "mañana 14'30", Fault.NOT_UNDERSTOOD),
        ("en", "at eight five", Fault.NOT_UNDERSTOOD),
        ("de", "um halb 20", Fault.NOT_UNDERSTOOD),
        ("fr", "à minuit moins le quart", Fault.NOT_UNDERSTOOD),
        ("en", "in a day and a half", Fault.NOT_UNDERSTOOD),
        ("en", "in half an hour 30", Fault.NOT_UNDERSTOOD),
        ("en", "in 2 hours 70", Fault.NOT_UNDERSTOOD),
        ("tr", "yarın ona", Fault.NOT_UNDERSTOOD),
        ("it", "25° alle 9", Fault.NOT_UNDERSTOOD),
        ("it", "primo alle 9", Fault.NOT_UNDERSTOOD),
        ("pl", "26.11 r. o 8:00", Fault.NOT_UNDERSTOOD),
        ("es", "a la una menos cuarto", Fault.AMBIGUOUS),
        ("de", "um halb eins", Fault.AMBIGUOUS),
        ("pt", "amanhã à meia-noite e meia", Fault.AMBIGUOUS),
        ("pt", "segunda 8 e 15", Fault.NOT_UNDERSTOOD),
        ("en", "tomorrow 8 to 12", Fault.NOT_UNDERSTOOD),
        ("en", "ten to eight", Fault.NOT_UNDERSTOOD),
        ("uk", "завтра 10 на 8", Fault.NOT_UNDERSTOOD),
        ("pl", "za 10 minut 8", Fault.NOT_UNDERSTOOD),
        ("en", "Monday 29 at 8", Fault.IMPOSSIBLE),
        ("pt", "1430h", Fault.AMBIGUOUS),
        ("en", "221430J DEC 26", Fault.AMBIGUOUS),
        ("bg", "03/04", Fault.AMBIGUOUS),
        ("en", "31 February", Fault.IMPOSSIBLE),
        ("en", "31.02. 10:00", Fault.IMPOSSIBLE),
        ("pt", "31 de fevereiro às 8", Fault.IMPOSSIBLE),
        ("pt", "04/13 10:00", Fault.IMPOSSIBLE),
        ("en", "29 Feb 2027", Fault.IMPOSSIBLE),
        ("en", "25:00", Fault.IMPOSSIBLE),
        ("en", "tomorrow 14:60", Fault.IMPOSSIBLE),
        ("en", "Thursday 25 November 14:30", Fault.IMPOSSIBLE),
        ("en", "322500ZNOV26", Fault.IMPOSSIBLE),
        ("en", "2026-13-01", Fault.IMPOSSIBLE),
        ("en", "9999-12-31 24:00", Fault.IMPOSSIBLE),
        ("en", "in 9999 days", Fault.IMPOSSIBLE),
    ],
)
def test_what_is_not_read_and_why(language: str, text: str, fault: Fault) -> None:
    assert refused(text, language).fault is fault


def test_an_ambiguous_phrase_says_what_it_can_mean() -> None:
    assert [choice.utc for choice in refused("03/04 10:00").choices] == [at("2027-03-04 10:00"), at("2027-04-03 09:00")]
    assert [choice.utc for choice in refused("next Friday 8:00").choices] == [at("11-27 08:00"), at("12-04 08:00")]
    midnight = refused("tomorrow at midnight")
    assert (midnight.cause, [choice.utc for choice in midnight.choices]) == (
        Cause.MIDNIGHT,
        [at("11-25 00:00"), at("11-26 00:00")],
    )
    night = refused("tomorrow at 2 at night")
    assert [choice.utc for choice in night.choices] == [at("11-25 02:00"), at("11-26 02:00")]
    half = refused("amanhã à meia-noite e meia", "pt")
    assert [choice.utc for choice in half.choices] == [at("11-25 00:30"), at("11-26 00:30")]
    assert refused("1430J").cause is Cause.OBSERVER
    assert refused("tomorrow evening").cause is Cause.HOUR


def test_the_region_settles_the_order_of_english_dates() -> None:
    assert understood("03/04 10:00", "en-GB").wall.month == 4
    assert understood("03/04 10:00", "en-US").wall.month == 3


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("14:30", None),
        ("tomorrow 8:00", None),
        ("8:00", Note.NEXT_DAY),
        ("0800Z", Note.NEXT_DAY),
        ("midnight", None),
        ("Tuesday 14:30", Note.SAME_DAY),
        ("Tuesday 8:00", None),
        ("tomorrow", Note.WHOLE_DAY),
        ("today", Note.WHOLE_DAY),
        ("12 March", Note.WHOLE_DAY),
    ],
)
def test_what_is_noted(text: str, note: Note | None) -> None:
    assert understood(text).note is note


@pytest.mark.parametrize(
    ("zone", "text", "wall", "utc", "note"),
    [
        ("Europe/Lisbon", "2027-03-28 01:30", "2027-03-28 02:30", "2027-03-28 01:30", Note.MISSING),
        ("Europe/Athens", "2027-03-28 03:30", "2027-03-28 04:30", "2027-03-28 01:30", Note.MISSING),
        ("America/New_York", "2027-03-14 02:30", "2027-03-14 03:30", "2027-03-14 07:30", Note.MISSING),
        ("Europe/Lisbon", "2027-10-31 01:30", "2027-10-31 01:30", "2027-10-31 00:30", Note.DOUBLED),
        ("Europe/Athens", "2027-10-31 03:30", "2027-10-31 03:30", "2027-10-31 00:30", Note.DOUBLED),
        ("America/New_York", "2027-11-07 01:30", "2027-11-07 01:30", "2027-11-07 05:30", Note.DOUBLED),
        ("Europe/Lisbon", "2027-03-28 02:00", "2027-03-28 02:00", "2027-03-28 01:00", None),
        ("Europe/Lisbon", "2027-10-31 02:00", "2027-10-31 02:00", "2027-10-31 02:00", None),
        ("UTC", "01:30 Europe/Lisbon", "2026-11-25 01:30", "2026-11-25 01:30", Note.NEXT_DAY),
    ],
)
def test_the_changes_of_the_clocks(zone: str, text: str, wall: str, utc: str, note: Note | None) -> None:
    found = understood(text, zone=zone)
    assert (found.wall, found.utc, found.note) == (datetime.fromisoformat(wall), at(utc), note)


def test_within_the_overlap_the_second_is_meant_once_the_first_is_past() -> None:
    now = at("2027-10-31 00:45")  # 01:45 in Lisbon, for the first time
    found = understood("today 01:30", now=now)
    assert (found.utc, found.note) == (at("2027-10-31 01:30"), Note.DOUBLED)


def test_days_keep_the_wall_clock_and_hours_do_not() -> None:
    now = at("2027-03-27 12:00")
    assert understood("in 1 day", now=now).utc == at("2027-03-28 11:00")
    assert understood("in 24 hours", now=now).utc == at("2027-03-28 12:00")


def test_a_leap_day_waits_for_its_year() -> None:
    assert understood("29 February 10:00").utc == at("2028-02-29 10:00")
    assert understood("29/02/2028 10:00", "pt").utc == at("2028-02-29 10:00")


def test_days_are_the_persons_own() -> None:
    late = at("11-24 22:30")  # already Wednesday in Athens
    assert understood("tomorrow 07:30", zone="Europe/Athens", now=late).utc == at("11-26 05:30")
    assert understood("tomorrow 07:30", zone="Europe/Lisbon", now=late).utc == at("11-25 07:30")
    doubt = refused("tomorrow 07:30 Europe/Athens", zone="Europe/Lisbon", now=late)
    assert [choice.utc for choice in doubt.choices] == [at("11-25 05:30"), at("11-26 05:30")]


def test_a_span_counts_from_the_message_if_that_came_at_once() -> None:
    for seconds, start in ((90, -90), (120, -120), (121, 0), (-60, 60)):
        sent = NOW - timedelta(seconds=seconds)
        found = read("in 2h", now=NOW, zone="UTC", language="en", sent=sent)
        assert isinstance(found, Understood)
        assert found.utc == NOW + timedelta(hours=2, seconds=start)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("14:30", "11-23 14:30"),
        ("08:00", "11-24 08:00"),
        ("yesterday 14:30", "11-23 14:30"),
        ("Monday 8:00", "11-23 08:00"),
        ("12 March 10:00", "03-12 10:00"),
        ("221430Z", "11-22 14:30"),
        ("221430ZNOV26", "11-22 14:30"),
    ],
)
def test_what_has_happened_is_read_backwards(text: str, utc: str) -> None:
    found = read(text, now=NOW, zone="Europe/Lisbon", language="en", aim=Aim.BEHIND)
    assert isinstance(found, Understood)
    assert found.utc == at(utc)


@pytest.mark.parametrize("text", ["tomorrow 8:00", "in 2h", "2027-01-01 10:00"])
def test_what_has_happened_is_not_to_come(text: str) -> None:
    found = read(text, now=NOW, zone="Europe/Lisbon", language="en", aim=Aim.BEHIND)
    assert isinstance(found, NotRead)
    assert found.fault is Fault.FUTURE


@pytest.mark.parametrize(
    ("language", "line", "count", "utc"),
    [
        ("en", "Morning brief tomorrow 07:30 Europe/Athens", 3, "11-25 05:30"),
        ("en", "Brief on Monday at 8", 4, "11-30 08:00"),
        ("en", "Handover 251430Z NOV 26", 3, "11-25 14:30"),
        ("pt", "Reunião com a Guarda Civil amanhã às 7h30", 3, "11-25 07:30"),
        ("pt", "Ponto de situação na segunda-feira às 8 da manhã", 6, "11-30 08:00"),
        ("ar", "اجتماع الصباح يوم الاثنين الساعة 8", 4, "11-30 08:00"),
        ("en", "in 2h", 2, "11-24 11:30"),
    ],
)
def test_the_time_at_the_end_of_a_title(language: str, line: str, count: int, utc: str) -> None:
    tail = longest_tail(line.split(), now=NOW, zone="Europe/Lisbon", language=language)
    assert tail is not None
    assert isinstance(tail.outcome, Understood)
    assert (tail.count, tail.outcome.utc) == (count, at(utc))


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("pt", "Reunião junto ao mar"),
        ("pt", "Equipa A 8"),
        ("pt", "Operação 2030"),
        ("pt", "Sensor sat 8"),
        ("pt", "Fase dois"),
        ("pt", "Patrulha de 2h"),
        ("pt", "Formação de duas horas"),
        ("pt", "Norma 4.20"),
        ("en", "Notes from 2"),
        ("pt", "Uma das 3"),
        ("fr", "Patrouille de 2h"),
        ("pt", "Patrulha de 1,30 h"),
        ("pt", "Norma 3.4"),
        ("fr", "Patrouille à deux"),
        ("en", "Phase one"),
        ("en", ""),
    ],
)
def test_a_title_that_only_looks_like_a_time(language: str, line: str) -> None:
    assert longest_tail(line.split(), now=NOW, zone="Europe/Lisbon", language=language) is None


def test_the_part_of_the_day_in_a_title_is_not_taken_for_the_times() -> None:
    def tail(line: str, language: str) -> Tail | None:
        return longest_tail(line.split(), now=NOW, zone="Europe/Lisbon", language=language)

    same = tail("Reunião da manhã amanhã às 8", "pt")
    assert same is not None
    assert same.count == 3
    doubt = tail("Ronda da noite amanhã às 8", "pt")
    assert doubt is not None
    assert isinstance(doubt.outcome, NotRead)
    assert [choice.utc for choice in doubt.outcome.choices] == [at("11-25 08:00"), at("11-25 20:00")]


def test_a_time_at_the_end_that_does_not_exist_is_told() -> None:
    tail = longest_tail(["Brief", "31", "February", "10:00"], now=NOW, zone="UTC", language="en")
    assert tail is not None
    assert (tail.count, tail.outcome) == (3, NotRead(Fault.IMPOSSIBLE))


def test_times_in_running_text() -> None:
    text = "Two men seen 14:30, again amanhã às 8h30; 251430ZNOV26. At 8 there were 3.50 euros and Monday 8 people."
    spans = find(text, now=NOW, zone="Europe/Lisbon", language="pt")
    assert [text[span.start : span.end] for span in spans] == ["14:30", "amanhã às 8h30", "251430ZNOV26"]


UNCUT = [
    ("es", "mañana a las 8:00 menos algo"),
    ("es", "nos vemos mañana a las 8 y 70"),
    ("es", "mañana a las 8 15 agentes"),
    ("pt", "amanhã às 8 e 15 pessoas"),
    ("pt", "amanhã às 8h 15 pessoas"),
    ("pt", "daqui a 2 horas e picos"),
    ("pt", "amanhã das 8h às 12h na ponte"),
    ("pt", "amanhã às 14:00 e às 16:00"),
    ("it", "domani dalle 14:00 alle 16:00"),
    ("it", "domani alle 8 - 12 in caserma"),
    ("de", "morgen um 8 bis 12 Uhr"),
    ("de", "morgen 8:00 bis 12:00"),
    ("fr", "dans 2 heures 30 personnes arrivent"),
    ("fr", "demain de 8h à 12h00"),
    ("pl", "jutro o 8:00 do 12:00"),
    ("uk", "завтра о 8:00 до 12:00"),
    ("el", "αύριο στις 8:00 έως τις 12:00"),
    ("ro", "mâine la ora 8:00 până la 12:00"),
    ("en", "from 8 to 14:30"),
    ("en", "14:30 - 16:00"),
    ("en", "14:30 12 listopada"),
    ("en", "in 2 hours and something"),
    ("pl", "za kwadrans ósma ruszamy"),
    ("en", "We meet tomorrow at 8 or 9 with the team"),
    ("en", "Tomorrow between 8:00 and 12:00 we patrol"),
    ("pt", "amanhã entre as 8:00 e as 12:00"),
    ("es", "a las 14:30 o a las 15:00"),
]


@pytest.mark.parametrize(("language", "text"), UNCUT)
def test_a_time_is_not_cut_off_from_what_may_belong_to_it(language: str, text: str) -> None:
    found = find(text, now=NOW, zone="Europe/Lisbon", language=language)
    assert [text[span.start : span.end] for span in found] == []


@pytest.mark.parametrize(
    ("language", "text", "times"),
    [
        ("es", "mañana a las 8 menos cuarto en el puente", ["mañana a las 8 menos cuarto"]),
        ("pt", "Amanhã às 8 e 15 na ponte", ["Amanhã às 8 e 15"]),
        ("pt", "Chegamos daqui a 2 horas e meia.", ["daqui a 2 horas e meia"]),
        ("en", "tomorrow at 8 people will come", ["tomorrow at 8"]),
        ("en", "tomorrow at 8:00 and bring radios", ["tomorrow at 8:00"]),
        ("en", "seen 14:30, 3 vehicles, and 15:00 and 16:10.", ["14:30", "15:00", "16:10"]),
        ("it", "Turno il 1° dicembre alle 9:00 in caserma", ["il 1° dicembre alle 9:00"]),
        ("pt", "Viatura vista às 14:30 a 3 km da fronteira", ["às 14:30"]),
        ("de", "Abfahrt am 30. um 8:00 Uhr", ["am 30. um 8:00 Uhr"]),
        ("de", "Morgen um 8:30 nach Lissabon", ["Morgen um 8:30"]),
        ("fr", "demain à 8h30 et lundi à 9h00", ["demain à 8h30", "lundi à 9h00"]),
    ],
)
def test_what_stands_beside_a_time_in_running_text(language: str, text: str, times: list[str]) -> None:
    found = find(text, now=NOW, zone="Europe/Lisbon", language=language)
    assert [text[span.start : span.end] for span in found] == times


@pytest.mark.parametrize(
    ("language", "line", "count"),
    [
        ("it", "Turno domani dalle 8 alle 12", 5),
        ("it", "Turno alle 8 fino alle 12", 5),
        ("pt", "Turno amanhã das 8h às 12h", 5),
        ("pt", "Turno 8 às 12", 3),
        ("es", "Turno mañana de 8 hasta las 12:00", 4),
        ("es", "Turno mañana a las 8 y a las 9", 8),
        ("es", "Turno mañana a las 10 para las 8", 7),
        ("fr", "Patrouille demain de 8h à 12h", 3),
        ("fr", "Patrouille de 8 à 12h", 3),
        ("de", "Schicht morgen 8 bis 12 Uhr", 5),
        ("de", "Schicht morgen zwischen 8 und 12 Uhr", 4),
        ("de", "Schicht 8 - 12 Uhr", 4),
        ("de", "Meldung vor 8 Uhr", 3),
        ("pl", "Zmiana jutro o 8 do 12:00", 5),
        ("ro", "Tura mâine la 8 până la 12", 6),
        ("el", "Βάρδια αύριο στις 8 έως τις 12:00", 6),
        ("uk", "Зміна завтра о 8 до 12:00", 5),
        ("tr", "Vardiya yarın 8'den 12'ye", 3),
        ("ar", "نوبة غدا الساعة 8 حتى الساعة 12", 6),
        ("en", "Shift tomorrow at 8 until 12:00", 5),
        ("en", "Shift tomorrow 10:00 - 12:00", 4),
        ("en", "Shift Monday and Tuesday at 8", 5),
        ("en", "Shift 0800 - 1200Z", 3),
        ("de", "Schicht Montag bis Freitag um 8", 5),
        ("pt", "Turno de segunda a sexta às 8", 6),
        ("de", "Übung heute oder morgen um 8 Uhr", 6),
        ("it", "Riunione domani alle 8 o alle 9", 6),
        ("it", "Riunione dieci alle otto", 3),
        ("es", "Turno de 8 a las 12", 4),
        ("pt", "Turno das 8 às 12:30", 3),
        ("en", "Meeting on the 26 at 8", 3),
        ("en", "Meeting on the 12 at 8", 3),
    ],
)
def test_of_a_range_at_the_end_of_a_title_neither_time_is_taken(language: str, line: str, count: int) -> None:
    tail = longest_tail(line.split(), now=NOW, zone="Europe/Lisbon", language=language)
    assert tail is not None
    assert (tail.outcome, tail.count) == (NotRead(Fault.AMBIGUOUS), count)


@pytest.mark.parametrize(
    ("language", "line", "count"),
    [
        ("en", "Briefing Team 2 tomorrow at 8", 3),
        ("en", "Team 8 at 14:30", 2),
        ("en", "Operation Midnight tomorrow at 8", 3),
        ("en", "Teams 1 and 2 tomorrow at 8", 3),
        ("pt", "Patrulha de 2h amanhã às 8", 3),
        ("pt", "Operação 3 - amanhã às 8", 3),
        ("pt", "Equipa A e B às 8h", 2),
        ("de", "Meldung bis 12 Uhr", 3),
        ("es", "Equipo 8 a las 14:30", 3),
        ("pt", "Missão 3 às 14:30", 2),
        ("pt", "Operação 2026 às 8h", 2),
        ("fr", "Relève 2 à 14h30", 2),
        ("it", "Squadra 2 alle 14:30", 2),
        ("es", "Reunión el 26 a las 8", 5),
        ("en", "Report from Porto to Faro tomorrow at 8", 3),
    ],
)
def test_a_title_before_the_time_is_no_range(language: str, line: str, count: int) -> None:
    tail = longest_tail(line.split(), now=NOW, zone="Europe/Lisbon", language=language)
    assert tail is not None
    assert (type(tail.outcome), tail.count) == (Understood, count)


@given(
    st.datetimes(min_value=datetime(2026, 11, 24, 9, 31), max_value=datetime(2099, 12, 30)),
    st.sampled_from(sorted(OFFSETS)),
    st.sampled_from(sorted(LANGUAGES)),
)
def test_a_printed_group_is_read_back(moment: datetime, letter: str, language: str) -> None:
    moment = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    printed = dtg(moment, letter)
    for text in (printed, printed.replace(" ", ""), printed.lower()):
        assert understood(text, language).utc == moment


def test_groups_are_printed_in_the_local_letter_and_in_iso_where_there_is_none() -> None:
    moment = at("11-22 14:30")
    assert dtg(moment) == "221430Z NOV 26"
    assert dtg(moment, "k") == "230030K NOV 26"
    assert local_dtg(moment, "Europe/Lisbon") == "221430Z NOV 26"
    assert local_dtg(moment, "Europe/Athens") == "221630B NOV 26"
    assert local_dtg(moment, "America/New_York") == "220930R NOV 26"
    assert local_dtg(moment, "Asia/Kolkata") == "2026-11-22T20:00+05:30"
    assert local_dtg(moment, "Pacific/Kiritimati") == "2026-11-23T04:30+14:00"
    with pytest.raises(KeyError):
        dtg(moment, "J")


@given(st.text(max_size=60), st.sampled_from(sorted(LANGUAGES)))
def test_any_text_has_an_outcome_and_none_is_past(text: str, language: str) -> None:
    found = read(text, now=NOW, zone="Europe/Lisbon", language=language)
    assert isinstance(found, NotRead) or found.utc > NOW or found.note is Note.WHOLE_DAY


PIECES = "at on 8 14:30 12.10 1430Z 221430Z monday mar seg às 12 de março 2027 + in 2h meia hora next da noite / UTC"
WORDS = st.sampled_from(re.split(" ", PIECES))


@given(st.lists(WORDS, max_size=8).map(" ".join))
def test_any_words_of_time_have_an_outcome_and_none_is_past(text: str) -> None:
    found = read(text, now=NOW, zone="Europe/Lisbon", language="pt")
    assert isinstance(found, NotRead) or found.utc > NOW or found.note is Note.WHOLE_DAY


HOSTILE = [
    "1 ",
    "amanhã ",
    "a",
    "12 March ",
    "1",
    ": ",
    "14:3",
    "de ",
    "é\u0301",
    "-",
    "1.",
    "at 8h ",
    "saat ",
    "'",
    "١",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_line_costs_little(piece: str) -> None:
    line = piece * (100_000 // len(piece))
    words = line.split()
    asked: list[Callable[[], object]] = [
        lambda: read(line, now=NOW, zone="UTC", language="pt"),
        lambda: longest_tail(words, now=NOW, zone="UTC", language="pt"),
        lambda: find(line, now=NOW, zone="UTC", language="pt"),
    ]
    lexicon("pt")
    for ask in asked:
        assert takes_under(0.05, ask)


@pytest.mark.parametrize(
    ("text", "language", "minutes"),
    [
        ("30m", "en", 30),
        ("30 min", "en", 30),
        ("1h", "en", 60),
        ("1h30", "pt", 90),
        ("half an hour", "en", 30),
        ("30 minutos", "pt", 30),
        ("2 horas e 15 minutos", "pt", 135),
        ("٣٠ دقيقة", "ar", 30),
        ("2 days", "en", 2 * 24 * 60),
        ("90 minutes", "el", 90),
        ("30", "en", None),
        ("30 minutos", "en", None),
        ("0m", "en", None),
        ("30m more", "en", None),
        ("in 30m", "en", None),
        ("", "en", None),
        ("tomorrow", "en", None),
    ],
)
def test_a_length_of_time_is(text: str, language: str, minutes: int | None) -> None:
    assert length(text, language) == (None if minutes is None else timedelta(minutes=minutes))
