"""`shift import` and `shift export`: rosters as encrypted calendar files."""

from __future__ import annotations

import asyncio
import gc
import time

import pytest
from icalendar import Calendar

from ..duties import logged
from ..rosters import answer, led, sets_up, who
from ..world import Person, World

FILE = {
    "v": "v2", "url": "mxc://example.org/a", "iv": "i", "hashes": {"sha256": "s"}, "key": {"alg": "A256CTR", "k": "k"},
}  # fmt: skip


@pytest.fixture
async def lead(world: World) -> Person:
    return await led(world)


@pytest.fixture
def kate(world: World) -> Person:
    return world.person("kate")


def event(name: str, start: str, end: str, number: int = 1) -> str:
    return f"BEGIN:VEVENT\r\nUID:{number}\r\nSUMMARY:{name}\r\nDTSTART:{start}\r\nDTEND:{end}\r\nEND:VEVENT\r\n"


def calendar(*events: str) -> bytes:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


async def imports(person: Person, data: bytes, more: str = "") -> None:
    person.world.media.files["mxc://example.org/a"] = data
    posted = await person.says("", content={"msgtype": "m.file", "body": "roster.ics", "file": FILE})
    content = {"msgtype": "m.text", "body": f"!shift import gate {more}"}
    await person.says("", content=content | {"m.relates_to": {"m.in_reply_to": {"event_id": posted}}})


async def test_a_calendar_is_taken_in_once(world: World, lead: Person, kate: Person) -> None:
    data = calendar(
        event("Kate", "20261124T060000Z", "20261124T140000Z"),
        event("kate ", "20261125T060000", "20261125T140000", 2),
        event("Kate", "20261101T060000Z", "20261101T140000Z", 3),
    )
    await imports(lead, data)
    assert lead.hears("2 shifts are new, 0 were there already, and 1 event is past or cancelled", ok=True), answer(lead)
    assert await who(world) == [("24T06-24T14", "kate"), ("25T06-25T14", "kate")]
    assert (await logged(world))[-1] == "shift.imported"
    await imports(lead, data)
    assert lead.hears("0 shifts are new, 2 were there already", ok=True), answer(lead).body
    assert (await world.database.rows("SELECT count(*) AS n FROM override"))[0]["n"] == 2


async def test_what_is_exported_is_read_by_others_and_comes_back(world: World, lead: Person, kate: Person) -> None:
    await sets_up(lead, kate)
    await kate.says("!shift export gate days:3")
    assert kate.hears("2 shifts as a calendar", ok=True), answer(kate).body
    [file] = world.files
    assert (file.name, file.media_type) == ("gate-2026-11-22.ics", "text/calendar")
    events = Calendar.from_ical(file.data).walk("VEVENT")
    assert [str(one["SUMMARY"]) for one in events] == ["gate: Kate"] * 2
    before = [int(one["SEQUENCE"]) for one in events]
    assert (await logged(world))[-1] == "shift.exported"
    await lead.says(f"!shift override gate who:{lead.user_id} from:2026-11-24 06:00 for:8h")
    await kate.says("!shift export gate days:3")
    changed = Calendar.from_ical(world.files[-1].data).walk("VEVENT")
    assert [one["UID"] for one in changed] == [one["UID"] for one in events]
    assert str(changed[0]["SUMMARY"]) == "gate: Lead" and int(changed[0]["SEQUENCE"]) > before[0]
    await imports(lead, world.files[-1].data)
    assert lead.hears("0 shifts are new, 2 were there already", ok=True), answer(lead).body


@pytest.mark.parametrize(
    ("events", "error", "words"),
    [
        ([event("Somebody", "20261124T060000Z", "20261124T140000Z")], "not_found", "“Somebody”"),
        ([event("", "20261124T060000Z", "20261124T140000Z")], "not_found", "took in nothing"),
        ([event("Twin", "20261124T060000Z", "20261124T140000Z")], "not_found", "“Twin”"),
        ([event("Ana", "20261124T060000Z", "20261124T140000Z")], "not_allowed", "Of another agency: Ana"),
        ([event("Kate", "20261124T060000Z", "20261124T140000Z"), event("Kate", "20261124T130000Z", "20261124T160000Z")],
         "bad_argument", "two shifts overlap"),
        ([event("Kate", "20261124T060000Z", "20261124T140000Z"), event("Kate", "20261124T190000Z", "20261124T230000Z")],
         "conflict", "5 hours of rest"),
        ([], "bad_argument", "no event"),
        ([event("Kate", "20261124T060000Z", "20261124T140000Z", n) for n in range(10_000)], "bad_argument", "10,000"),
        ([event("Liaison", "20261124T060000Z", "20261124T140000Z")], "not_found", "“Liaison”"),
    ],
)  # fmt: skip
async def test_a_file_that_cannot_be_used_changes_nothing(
    world: World, lead: Person, kate: Person, events: list[str], error: str, words: str
) -> None:
    world.person("ana", "PRT-GNR")
    for name in ("tim", "tom"):
        world.person(name, shown="Twin")
    await imports(lead, calendar(*events))
    assert lead.hears(words, ok=False, error=error), answer(lead).body
    assert await who(world) == []


async def test_a_lead_can_insist(world: World, lead: Person, kate: Person) -> None:
    data = calendar(
        event("Kate", "20261124T060000Z", "20261124T140000Z"), event("Kate", "20261124T190000Z", "20261124T230000Z")
    )
    await imports(lead, data, "insist:the others are ill")
    assert lead.hears("2 shifts are new", ok=True), answer(lead).body


async def test_shifts_of_another_agency_are_not_overwritten(world: World, lead: Person, kate: Person) -> None:
    ana, rui = world.person("ana", "PRT-GNR"), world.person("rui", "PRT-GNR")
    await sets_up(rui, ana)
    await imports(lead, calendar(event("Kate", "20261124T080000Z", "20261124T100000Z")))
    assert lead.hears("Of another agency: Ana", ok=False, error="not_allowed"), answer(lead).body
    assert lead.hears("Two shifts would overlap"), "nobody of that agency is in the file, so it says what is in its way"


async def test_shifts_of_another_agency_that_stay_as_they_are_do_not_matter(
    world: World, lead: Person, kate: Person
) -> None:
    ana, rui = world.person("ana", "PRT-GNR"), world.person("rui", "PRT-GNR")
    await sets_up(rui, ana)
    await imports(lead, calendar(event("Ana", "20261124T060000Z", "20261124T140000Z"),
                                 event("Kate", "20261124T140000Z", "20261124T220000Z")))  # fmt: skip
    assert lead.hears("1 shift is new, 1 was there already", ok=True), answer(lead).body


async def test_only_a_lead_imports_and_only_an_own_file(world: World, lead: Person, kate: Person) -> None:
    data = calendar(event("Kate", "20261124T060000Z", "20261124T140000Z"))
    await imports(kate, data)
    assert kate.hears(ok=False, error="not_allowed")
    await lead.says("!shift import gate")
    assert lead.hears("then reply to it with", ok=False, error="bad_argument")
    posted = await kate.says("", content={"msgtype": "m.file", "body": "roster.ics", "file": FILE})
    content = {"msgtype": "m.text", "body": "!shift import gate"}
    await lead.says("", content=content | {"m.relates_to": {"m.in_reply_to": {"event_id": posted}}})
    assert lead.hears("That was posted by Kate", ok=False, error="not_allowed")
    assert await who(world) == []


async def test_a_roster_that_changes_while_the_file_is_read_is_not_overwritten(
    world: World, lead: Person, kate: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = world.services.calendar.read

    async def read(*arguments: object) -> object:
        found = await real(*arguments)  # type: ignore[arg-type]
        async with world.store.transaction():
            await world.database.execute(
                "INSERT INTO absence (id, person, since, until, by, at) VALUES ('x', 'y', '2026', '2026', 'z', '2026')"
            )
        return found

    monkeypatch.setattr(world.services.calendar, "read", read)
    await imports(lead, calendar(event("Kate", "20261124T060000Z", "20261124T140000Z")))
    assert lead.hears("changed meanwhile", ok=False, error="conflict"), answer(lead).body
    assert await who(world) == []


@pytest.mark.usefixtures("own_garbage")
async def test_a_year_of_watches_holds_nobody_up(world: World, lead: Person, kate: Person) -> None:
    people = [world.person(f"p{number}") for number in range(3)]
    start = ("0600", "1400", "2200")
    end = ("1400", "2200", "0600")
    rules = [
        f"BEGIN:VEVENT\r\nUID:{n}\r\nSUMMARY:{person.user_id}\r\nDTSTART:2026112{4}T{start[n]}00\r\n"
        f"DTEND:2026112{5 if n == 2 else 4}T{end[n]}00\r\nRRULE:FREQ=DAILY;COUNT=330\r\nEND:VEVENT\r\n"
        for n, person in enumerate(people)
    ]
    lags: list[float] = []

    async def watch() -> None:
        while True:
            asked = time.thread_time()  # of the loop's own thread: what it was kept busy by, whatever else runs here
            await asyncio.sleep(0.001)
            lags.append(time.thread_time() - asked)

    gc.collect()
    gc.freeze()  # what thousands of other tests have left in memory is not to be looked through meanwhile
    watching = asyncio.create_task(watch())
    await imports(lead, calendar(*rules), "insist:there are only three of them")
    assert lead.hears("990 shifts are new", ok=True), answer(lead).body
    await kate.says("!shift export gate days:400")
    assert kate.hears("990 shifts as a calendar", ok=True), answer(kate).body
    await kate.says("!shift oncall")
    await kate.says("!shift roster")
    await kate.says("!shift coverage")
    watching.cancel()
    gc.unfreeze()
    assert max(lags) < 0.05, sorted(lags)[-5:]
