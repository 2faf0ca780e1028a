"""Incidents: open at once, asked for by digits, one card each, every change an entry."""

from __future__ import annotations

from typing import Any

import pytest

from bot.i18n import Catalogues
from bot.model.incident import EntryKind, Incident, Reason, Severity, Status, Type, worded
from bot.model.reference import Reference

from ..fakes import ROOM, compiled
from ..world import CATALOGUES, Person, World

TITLE = "Barco na praia"
OTHER = "!other:example.org"


def replied(text: str, to: str) -> dict[str, Any]:
    return {"content": {"msgtype": "m.text", "body": text, "m.relates_to": {"m.in_reply_to": {"event_id": to}}}}


def threaded(text: str, root: str) -> dict[str, Any]:
    relation = {"rel_type": "m.thread", "event_id": root, "is_falling_back": True, "m.in_reply_to": {"event_id": root}}
    return {"content": {"msgtype": "m.text", "body": text, "m.relates_to": relation}}


def cards(world: World) -> dict[str, Any]:
    """Return what the cards say, by the events that posted them first."""
    shown = {}
    for number, heard in enumerate(world.heard, 1):
        if heard.kind == "card" and heard.post:
            shown[heard.post.replaces or f"$sent{number}"] = heard.post
    return shown


def event_of_card(world: World) -> str:
    return next(iter(cards(world)))


def ref_of(world: World) -> str:
    return str(next(iter(cards(world).values())).record["ref"])


async def stands(world: World) -> Incident:
    found = await world.store.incident.find(Reference(ref_of(world)))
    assert found
    return found


async def kinds(world: World) -> list[EntryKind]:
    return [entry.kind for entry in await world.store.incident.entries(Reference(ref_of(world)))]


async def answers(person: Person, digit: str) -> None:
    await person.says(digit, **replied(digit, person.world.event_of(person.last)))


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def kate(world: World, ana: Person) -> Person:
    return world.person("kate")


async def test_it_is_open_the_moment_its_title_is_there(world: World, ana: Person, kate: Person) -> None:
    await ana.says(f"!incident declare {TITLE}")
    [card] = cards(world).values()
    assert card.msgtype == "m.notice" and card.mentions == ()
    assert card.record | {"ref": ""} == {
        "kind": "card", "of": "incident", "ref": "", "revision": 1, "status": "open", "severity": None,
    }  # fmt: skip
    assert f"{TITLE} (pt to en)" in card.body and TITLE in card.body
    assert "Machine translation, pt → en" in card.body.replace("\u2068", "").replace("\u2069", "")
    assert ana.hears(ok=True, ref=ref_of(world), command="incident declare")
    assert await kinds(world) == [EntryKind.DECLARED]


async def test_what_is_missing_is_asked_one_at_a_time(world: World, ana: Person, kate: Person) -> None:
    await ana.says(f"!incident declare {TITLE}")
    assert ana.hears("How bad is it?", ok=True) and list(ana.last.record["choices"].values()) == [
        "very_high", "high", "medium", "low",
    ]  # fmt: skip
    await answers(ana, next(d for d, name in ana.last.record["choices"].items() if name == "high"))
    assert ana.hears("What kind")
    await answers(ana, next(d for d, name in ana.last.record["choices"].items() if name == "more"))
    await answers(ana, next(d for d, name in ana.last.record["choices"].items() if name == "aircraft"))
    assert ana.hears("on record", ok=True)
    incident = await stands(world)
    assert (incident.severity, incident.type, incident.revision) == (Severity.HIGH, Type.AIRCRAFT, 3)
    [card] = cards(world).values()
    assert card.record["severity"] == "high" and "drone or aircraft" in card.body
    assert await kinds(world) == [EntryKind.DECLARED, EntryKind.SEVERITY, EntryKind.TYPE]


async def test_what_is_said_at_once_is_not_asked(world: World, ana: Person, kate: Person) -> None:
    await ana.says(f"!incident declare {TITLE} type:vessel severity:very_high at:29S ND 12345 67890".replace(
        "29S ND 12345 67890", '"29S ND 12345 67890"'))  # fmt: skip
    incident = await stands(world)
    assert (incident.type, incident.severity) == (Type.VESSEL, Severity.VERY_HIGH)
    [card] = cards(world).values()
    assert "29S ND 12345 67890" in card.body and "on record" in ana.last.body


async def test_the_same_words_soon_again_are_the_same_incident(world: World, ana: Person, kate: Person) -> None:
    await ana.says(f"!incident declare {TITLE}")
    world.clock.passes(minutes=9)
    await ana.says(f"!incident declare {TITLE.upper()}")
    assert ana.hears(ok=True, ref=ref_of(world)) and len(cards(world)) == 1
    await kate.says(f"!incident declare {TITLE}")
    assert len(cards(world)) == 2, "somebody else's is another one"
    world.clock.passes(minutes=2)
    await ana.says(f"!incident declare {TITLE}")
    assert len(cards(world)) == 3


async def test_a_note_is_an_entry_by_reply_or_by_reference(world: World, ana: Person, kate: Person) -> None:
    await ana.says(f"!incident declare {TITLE}")
    await kate.says("", **replied("!incident note Two people on board", event_of_card(world)))
    assert kate.hears("entered", ok=True, ref=ref_of(world))
    tail = ref_of(world).partition("-")[2]
    tail = tail if any(map(str.isdigit, tail)) else ref_of(world)
    await kate.says(f"!i note {tail.lower()} They have landed")
    entries = await world.store.incident.entries(Reference(ref_of(world)))
    assert [entry.text for entry in entries] == [TITLE, "Two people on board", "They have landed"]
    assert [entry.author for entry in entries] == [ana.user_id, kate.user_id, kate.user_id]
    await ana.says("", **replied("!incident timeline", event_of_card(world)))
    assert "Two people on board (en to pt)" in ana.last.body and "machine translation" in ana.last.body


@pytest.mark.parametrize(
    ("typed", "error", "words"),
    [
        ("!incident show BRAVO-7K3Q1", "not_found", "slip"),
        ("!incident show BRAVO-7K3Q0", "not_found", "no such"),
        ("!incident show ALPHA-7K3Q0", "not_found", "no such"),
        ("!incident show", "bad_argument", "which incident"),
        ("!incident note", "bad_argument", "which incident"),
        ("!incident declare", "bad_argument", "what has happened"),
        ("!incident declare TLP:RED boat", "handling", "TLP:RED"),
        ("!incident declare boat at:nowhere", "bad_argument", "place"),
        ("!incident declare boat at:95.0000,200.0000", "bad_argument", "no such place"),
    ],
)
async def test_what_cannot_be_is_said(world: World, ana: Person, typed: str, error: str, words: str) -> None:
    person = world.person("rui")
    await person.says(typed)
    assert person.hears(words, ok=False, error=error), (person.last.body, person.last.record)
    assert await world.database.rows("SELECT * FROM incident") == []


async def test_another_room_learns_nothing_of_it(world: World, ana: Person, kate: Person) -> None:
    await ana.says(f"!incident declare {TITLE}")
    eva = world.person("eva", room=OTHER)
    ref = ref_of(world)
    for line in (f"!incident show {ref}", f"!incident note {ref} x", f"!incident timeline {ref}"):
        await world.receives(eva.user_id, line, room=OTHER)
        await world.settles()
        assert eva.hears("no such incident", ok=False, error="not_found")


async def test_officers_do_not_direct(world: World, ana: Person, kate: Person) -> None:
    await ana.says(f"!incident declare {TITLE}")
    ref = ref_of(world)
    for line in (f"!incident severity {ref} low", f"!incident status {ref} contained", f"!incident close {ref}",
                 f"!incident validate {ref}", f"!incident lead {ref}"):  # fmt: skip
        await kate.says(line)
        assert kate.hears(ok=False, error="not_allowed"), line
    assert await kinds(world) == [EntryKind.DECLARED]
    assert (await stands(world)).status is Status.OPEN and Reason and ROOM


@pytest.mark.parametrize("verb", ["severity", "status"])
async def test_what_it_is_now_must_be_said(world: World, ana: Person, kate: Person, verb: str) -> None:
    await ana.says(f"!incident declare {TITLE}")
    before, lead = await stands(world), world.person("lead")
    await lead.says(f"!incident {verb} {before.ref}")
    assert lead.hears(ok=False, error="bad_argument")
    assert await stands(world) == before


async def test_the_only_open_incident_is_meant_where_none_is_named(world: World, ana: Person, kate: Person) -> None:
    await kate.says("!incident show")
    assert kate.hears("Say which incident you mean", ok=False)
    await ana.says(f"!incident declare {TITLE} type:vessel severity:low")
    ref = str(ref_of(world))
    for line in ("show", "timeline", "note two boats"):
        await kate.says(f"!incident {line}")
        assert kate.hears(ref, ok=True, ref=ref), line
    said = await ana.says("Bom dia")
    await kate.says("", **replied("!incident note two boats", said))
    assert kate.hears("Say which incident you mean", ok=False), "what it replies to is another matter"
    await ana.says("!incident declare Carro parado type:vehicle severity:low")
    for line in ("show", "timeline", "note two boats"):
        await kate.says(f"!incident {line}")
        assert kate.hears("Say which incident you mean", ok=False), line


async def test_in_a_cards_thread_a_command_needs_no_reference(world: World, ana: Person, kate: Person) -> None:
    await ana.says(f"!incident declare {TITLE} type:vessel severity:low")
    await ana.says("!incident declare Carro parado type:vehicle severity:low")
    ref, card, lead = ref_of(world), event_of_card(world), world.person("lead")
    for person, line in ((kate, "note two boats"), (kate, "show"), (lead, "severity high Two more boats")):
        await person.says("", **threaded(f"!incident {line}", card))
        assert person.hears(ok=True, ref=ref), line
    assert (await stands(world)).severity is Severity.HIGH
    assert await kinds(world) == [EntryKind.DECLARED, EntryKind.NOTE, EntryKind.SEVERITY]


BARE = {
    "incident declare": "Say in a few words what has happened",
    "incident pin": "Reply to the message that is to stand on the timeline.",
    "translate es": "What shall I translate?",
    "translate check": "as a reply",
    "translate fix Barco": "as a reply",
    "translate restore": "as a reply",
    "term import": "Post the file with the terms",
}
"""What asks for a message by a reply, and what it says without one."""


@pytest.mark.parametrize(
    ("line", "late"),
    [
        *((line, False) for line in BARE),
        *((line, True) for line in BARE if line not in ("translate es", "translate check")),
    ],
)
async def test_in_a_cards_thread_a_command_about_a_message_is_about_none(
    world: World, ana: Person, line: str, late: bool
) -> None:
    """Also one that came too late, and is done all the same; what changes nothing is not asked about then."""
    await ana.says(f"!incident declare {TITLE} type:vessel severity:low")
    card, lead = event_of_card(world), world.person("lead")
    await lead.says(f"!{line}")
    alone = lead.last.body
    assert BARE[line] in alone and not lead.hears(ok=True)
    await lead.says("", age=600 if late else 0, **threaded(f"!{line}", card))
    if late:
        await answers(lead, next(digit for digit, choice in lead.last.record["choices"].items() if choice == "run"))
    assert lead.last.body == alone and not lead.hears(ok=True)


async def test_in_a_tasks_thread_the_task_is_meant(world: World, ana: Person, kate: Person) -> None:
    await ana.says(f"!incident declare {TITLE} type:vessel severity:low")
    for words in ("Call the harbour", "Send the drone"):
        await ana.says(f"!incident task {ref_of(world)} {words}")
    task = str(ana.last.record["ref"])
    card = next(f"$sent{n}" for n, h in enumerate(world.heard, 1) if h.post and h.post.record.get("ref") == task)
    await kate.says("", **threaded("!task take", card))
    assert kate.hears(ok=True, ref=task), kate.last.body


async def test_in_a_cards_thread_nothing_is_called_genuine_that_nobody_has_replied_to(
    world: World, ana: Person, kate: Person
) -> None:
    await ana.says(f"!incident declare {TITLE} type:vessel severity:low")
    card = event_of_card(world)
    await kate.says("", **threaded("A forged message of the bot", card))
    await ana.says("", **threaded("!genuine", card))
    assert ana.hears("as a reply to the message that you mean", ok=False)
    await ana.says("", **replied("!genuine", card))
    assert ana.hears("Yes. I posted that message", ok=True)


async def test_what_is_missing_is_asked_in_the_persons_language(world: World, ana: Person, kate: Person) -> None:
    spanish = compiled(
        "es",
        'msgid "{ref} is open. {question}"\nmsgstr "{ref} está abierto. {question}"',
        'msgid "How bad is it?"\nmsgstr "¿Qué gravedad tiene?"',
        'msgid "What kind of incident is it?"\nmsgstr "¿Qué tipo de incidente es?"',
        'msgctxt "severity"\nmsgid "very high"\nmsgstr "muy alta"',
        'msgctxt "type"\nmsgid "vessel"\nmsgstr "embarcación"',
    )
    await world.stop()
    world.catalogues = Catalogues({"es": spanish})
    await world.start()
    await kate.says("!language es")
    await kate.says("!incident declare Barco en la playa")
    assert kate.hears("¿Qué gravedad tiene?", ok=True) and "muy alta" in kate.last.body
    assert "How bad" not in kate.last.body and "está abierto" in kate.last.body
    await answers(kate, "1")
    assert kate.hears("¿Qué tipo de incidente es?", ok=True)
    await ana.says("!incident declare Carro parado")
    assert ana.hears("How bad is it?") and "gravedad" not in ana.last.body


def test_the_types_are_a_catalogue_with_codes() -> None:
    assert {str(code): CATALOGUES.text(worded(code), "en") for code in Type} == {
        "crossing": "irregular crossing",
        "smuggling": "smuggling of goods",
        "trafficking": "trafficking in persons",
        "document": "document fraud",
        "drugs": "drugs",
        "weapons": "weapons",
        "vehicle": "vehicle",
        "rescue": "person at risk, search and rescue",
        "violence": "violence against an officer",
        "aircraft": "drone or aircraft",
        "vessel": "vessel",
        "other": "other",
    }
