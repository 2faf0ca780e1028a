"""One vessel, three agencies, two rooms, five languages: from its sighting until it is closed."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.demo.heard import Heard
from bot.demo.homeserver import Homeserver

from ..sealing import tail_in
from .conftest import AGENCIES, LiaisonFactory, OfficerFactory
from .digests import Given, told
from .incident_story import AGENCY, CONTACTS, Vessel
from .packs import checked, stands_by_no_other_byte, unpacked
from .rooms import asks, joined, record, with_spanish
from .test_descriptions import may_set_state

TEXTS = json.loads((Path(__file__).parent / "incident_texts.json").read_text("utf-8"))
"""What each of them reads, as a person has read it: the words, with names for what differs from run to run."""
LONGEST = 240
"""How many seconds the story takes at the most."""
METHANE = """
M: no
E: 29S ND 12345 67890
T: There is a black boat near the beach.
H: The suspect is not armed.
A: We are near the river.
N: 2
E: Call the ambulance now."""


async def gathered(liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver) -> Vessel:
    """Return everybody in their two rooms, which are linked."""
    officers = {name: await officer(name, agency) for name, agency in AGENCY.items()}
    ana, rui, kate, diego, olena = officers.values()
    agencies = [
        one
        | {"members": [f"@*-{one['code'].partition('-')[2].lower()}:example.org"]}
        | {"contact": CONTACTS.get(one["code"], "")}
        for one in AGENCIES
    ]
    bot = await liaison(
        start=False,
        agencies=agencies,
        roles={"lead": [one.user_id for one in (ana, rui, kate, diego)]},
        incident={"answer_minutes": [1, 1, 1, 1], "quiet": ""},
    )
    await with_spanish(bot)
    await bot.start(90)  # it may share the machine with many
    north = await ana.create_room("Border North", [bot.user_id, kate.user_id, rui.user_id])
    coast = await diego.create_room("Costa", [bot.user_id, olena.user_id])
    for one, room in ((kate, north), (rui, north), (olena, coast)):
        await one.join(room)
    await joined(ana, north, bot.user_id)
    await joined(diego, coast, bot.user_id)
    for one in (kate, rui):
        await may_set_state(homeserver, ana, north, one.user_id)
    vessel = Vessel(bot, officers, {"north": north, "coast": coast})
    await vessel.asks("rui", "!language el")
    await vessel.asks("olena", "!language uk")
    await vessel.asks("ana", f"!room companion es {coast} here:en")
    asked = await vessel.rung("diego", "room companion")
    await vessel.answers("diego", asked, "link", tail_in(asked.body))
    return vessel


async def sighted(vessel: Vessel) -> tuple[str, str, Heard]:
    """Have the vessel sighted by two agencies and merged; return both references, and the hint that Diego got."""
    question = await vessel.asks("ana", "🚨 Vemos um barco preto perto da praia. 29S ND 12345 67890")
    one = str(record(question)["ref"])
    question = await vessel.answers("ana", question, "high")
    await vessel.answers("ana", question, "vessel")
    line = (
        '!incident declare Vemos una lancha negra cerca de la playa type:vessel severity:high at:"29S ND 12400 67900"'
    )
    hint = await vessel.asks("diego", line)
    two = str(record(hint)["ref"])
    vessel.names |= {one: "ONE", two: "TWO"}
    await vessel.asks("kate", f"!incident duplicate {two} of:{one}")
    return one, two, hint


async def worked(vessel: Vessel, one: str, clock: str) -> str:
    """Have notes, a pin, a report and a task entered; return the reference of the task."""
    card = await vessel.card("kate", one, 1)
    await vessel.says("kate", "There are three men near the beach.", reply_to=card.event_id)
    await vessel.card("kate", one, 5)
    await vessel.says("ana", f"{clock}. Há duas mulheres perto do mercado.", reply_to=card.event_id)
    await vessel.card("kate", one, 6)
    said = await vessel.says("diego", "Vemos un coche rojo cerca del túnel.")
    await vessel.officers["diego"].react(vessel.rooms["coast"], said, "📌")
    await vessel.answers("diego", await vessel.rung("diego", "incident pin"), one)
    report = str(record(await vessel.asks("kate", f"!report methane {one}{METHANE}"))["ref"])
    kate = vessel.officers["kate"].user_id
    added = await vessel.asks("ana", f'!incident task {one} Chame a ambulância agora. for:{kate} due:"in 2h"')
    task = str(record(added)["ref"])
    vessel.names |= {report: "R1", task: "T1"}
    return task


async def nobody_answers(vessel: Vessel) -> Heard:
    """Let the task be overdue, and everyone be asked who can be; return what is said then.

    The bot is killed before each of it, and nobody waits for the minutes between: see `Vessel.passes`.
    """
    for times, asked in ((1, ["kate"]), (2, ["kate"]), (1, ["ana", "rui"])):
        await vessel.passes("task")
        for who in asked:
            await vessel.rung(who, "ack", times)
    await vessel.passes("task")
    return await vessel.officers["kate"].hears(lambda heard: CONTACTS["PRT-GNR"] in heard.body)


async def released(vessel: Vessel, one: str) -> tuple[Heard, Heard]:
    """Have it marked, and released to Diego's agency; return what he and an absent reference got before."""
    await vessel.asks("ana", f"!mark {one} TLP:AMBER rel:PRT-GNR,GBR-BF")
    diego, coast = vessel.officers["diego"], vessel.rooms["coast"]
    hidden = [await asks(diego, coast, f"!incident show {ref}") for ref in (one, "BRAVO-00000")]
    await vessel.asks("kate", f"!release {one} to ESP-GC")
    for who in ("ana", "rui"):
        await vessel.answers(who, await vessel.rung(who, "release"), "release", one[-2:])
    return hidden[0], hidden[1]


async def last_card(vessel: Vessel, who: str, ref: str) -> Heard:
    """Return the card as it stands once the incident is closed."""
    return await vessel.officers[who].hears(
        lambda heard: [record(heard).get(key) for key in ("kind", "ref", "status")] == ["card", ref, "closed"]
    )


async def digests(vessel: Vessel) -> dict[str, Given]:
    """Have each of them ask for the digest of the day in the room; return what Kate, who sits there too, has of it."""
    found = await told(vessel, {"kate": "en", "rui": "el", "ana": "pt"}, "kate", {"opened": 1, "closed": 1}, "story")
    for digest in found.values():
        shown = {name for ref, name in vessel.names.items() if ref in digest.page.words}
        assert "ONE" in shown and "TWO" not in shown, "what was closed as a duplicate is counted with the other one"
    return found


async def evidence(vessel: Vessel, one: str, folder: Path) -> None:
    """Have what the digest names exported to another agency, and checked where there is nothing but Python."""
    ana, north = vessel.officers["ana"], vessel.rooms["north"]
    await vessel.asks("ana", f"!incident export {one} to ESP-GC for court")
    await vessel.answers("rui", await vessel.rung("rui", "incident export"), "export", one[-2:])
    name = f"{one}-ESP-GC.zip"
    posted = await ana.hears(lambda heard: heard.room_id == north and heard.content.get("filename") == name, 60)
    assert posted.encrypted
    pack = await ana.read_file(posted)
    path = unpacked(pack, folder)
    done = checked(path)
    assert done.returncode == 0 and "all of it holds" in done.stdout, done
    assert all(limit in done.stdout for limit in ("that it is complete", "that times are true"))
    assert await stands_by_no_other_byte(pack, path) >= 100


async def within_a_day() -> None:
    """Wait until midnight is over, if it is near: this is the story of one day, and a digest is of one too."""
    now = datetime.now(UTC)
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
    if (left := (midnight - now).total_seconds()) < LONGEST:
        await asyncio.sleep(left + 1)


@pytest.mark.timeout(
    700
)  # five starts of the bot, some hundred of the program that checks a pack; midnight may be near
async def test_a_vessel_from_its_sighting_until_it_is_closed(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver, tmp_path: Path
) -> None:
    await within_a_day()
    vessel = await gathered(liaison, officer, homeserver)
    clock = f"{datetime.now(UTC) - timedelta(minutes=5):%H:%M}"
    read: dict[str, str] = {}
    one, two, hint = await sighted(vessel)
    read["diego hint"] = vessel.plain(hint, clock)
    task = await worked(vessel, one, clock)
    await vessel.whole()
    read["kate unanswered"] = vessel.plain(await nobody_answers(vessel), clock)
    await vessel.asks("kate", f"!task done {task} The road is open.")
    hidden, absent = await released(vessel, one)
    assert (record(hidden)["error"], hidden.body) == ("not_found", absent.body)
    await vessel.asks("ana", f"!incident close {one} resolvida O suspeito não está armado.")
    read["north card"] = vessel.plain(await last_card(vessel, "kate", one), clock)
    read["coast card"] = vessel.plain(await vessel.card("diego", two, 2), clock)
    for who in AGENCY:
        for what in ("show", "timeline"):
            read[f"{who} {what}"] = vessel.plain(await vessel.asks(who, f"!incident {what} {one}"), clock)
    for who in ("ana", "rui", "kate"):
        report = next(ref for ref, name in vessel.names.items() if name == "R1")
        read[f"{who} report"] = vessel.plain(await vessel.asks(who, f"!report show {report}"), clock)
    for who, digest in (await digests(vessel)).items():
        read[f"{who} digest"] = vessel.plain(digest.said, clock)
    await evidence(vessel, one, tmp_path / "court")
    await vessel.whole()
    assert {what: text.splitlines() for what, text in read.items()} == TEXTS
