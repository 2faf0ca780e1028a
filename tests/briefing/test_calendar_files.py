"""A briefing as an encrypted calendar file: the same event after every change, and nothing above its mark."""

from __future__ import annotations

from icalendar import Calendar

from ..duties import logged
from ..rosters import answer
from .scene import Scene

WEEKLY = "Weekly brief 2026-11-24 09:00 every:week"


async def exported(scene: Scene, ref: str) -> Calendar:
    await scene.eva.says(f"!briefing ics {ref}")
    assert answer(scene.eva).record["ok"], answer(scene.eva).body
    file = scene.world.files[-1]
    assert (file.name, file.media_type) == (f"{ref}.ics", "text/calendar")
    found = Calendar.from_ical(file.data)
    assert isinstance(found, Calendar)
    return found


async def test_it_keeps_its_name_and_its_sequence_grows(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    [first] = (await exported(scene, ref)).walk("VEVENT")
    assert (await logged(scene.world))[-1] == "briefing.exported"
    await scene.confirms(scene.ana, f"!briefing skip {ref}")
    [second] = (await exported(scene, ref)).walk("VEVENT")
    assert first["UID"] == second["UID"] and int(first["SEQUENCE"]) < int(second["SEQUENCE"])
    assert "EXDATE" in second
    await scene.confirms(scene.ana, f"!briefing move {ref} 11:00 on:2026-12-08")
    events = (await exported(scene, ref)).walk("VEVENT")
    assert {str(one["UID"]) for one in events} == {str(first["UID"])}
    assert ["RECURRENCE-ID" in one for one in events] == [False, True]
    await scene.confirms(scene.lead, f"!briefing cancel {ref}")
    last = await exported(scene, ref)
    assert str(last["METHOD"]) == "CANCEL"
    assert scene.eva.hears("takes it out of your calendar")


async def test_it_rings_as_its_reader_wants(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    await scene.eva.says("!briefing before 2h, 15m")
    alarms = (await exported(scene, ref)).walk("VALARM")
    assert sorted(int(one["TRIGGER"].dt.total_seconds()) for one in alarms) == [-7200, -900]


async def test_nothing_above_its_mark_is_in_it(scene: Scene) -> None:
    plain = await scene.scheduled(WEEKLY)
    assert str((await exported(scene, plain)).walk("VEVENT")[0]["SUMMARY"]).startswith("Weekly brief")
    marked = await scene.scheduled('"TLP:AMBER Operation Duna" 2026-11-24 12:00')
    assert str((await exported(scene, marked)).walk("VEVENT")[0]["SUMMARY"]) == "Briefing"
    assert b"Duna" not in scene.world.files[-1].data
