"""Decisions: what was decided with its reasons, in each reader's language; corrected by new entries alone."""

from __future__ import annotations

import json

import pytest
import pytest_asyncio

from bot.i18n import Catalogues
from bot.model.incident import Aspect, EntryKind
from bot.model.reference import Reference
from bot.render import Renderer

from ..fakes import compiled
from ..world import Person, World
from .test_incident import event_of_card, kinds, ref_of, replied

WHOLE = (
    "Close the gate until dawn options: close it: or watch it rationale: fog, no lights at 14:30\n"
    "authority: Superintendent Silva dissent: Kate would watch it"
)


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest_asyncio.fixture
async def lead(world: World, ana: Person) -> Person:
    """A lead who speaks English, and an incident that Ana has declared."""
    lead = world.person("lead")
    await ana.says("!incident declare Barco na praia severity:high type:vessel")
    return lead


def lines(person: Person) -> list[str]:
    return person.last.body.replace("\u2068", "").replace("\u2069", "").split("\n")


async def test_it_is_read_with_its_reasons_in_each_language(world: World, ana: Person, lead: Person) -> None:
    await lead.says("", **replied(f"!incident decide {WHOLE}", event_of_card(world)))
    assert lead.hears("decision 2 is entered", ok=True, ref=ref_of(world))
    await lead.says(f"!incident timeline {ref_of(world)}")
    assert lines(lead)[-5:] == [
        lines(lead)[-5],
        "• Options considered: close it: or watch it",
        "• Rationale: fog, no lights at 14:30",
        "• Authority: Superintendent Silva",
        "• Dissent: Kate would watch it",
    ]
    assert lines(lead)[-5].endswith("Lead: decision 2: Close the gate until dawn")
    worded = Catalogues({"pt": compiled("pt", 'msgid "Rationale: {text}"\nmsgstr "Motivo: {text}"')})
    world.renderer = Renderer(worded, world.services)
    english, portuguese = (
        "Close the gate until dawn\nclose it: or watch it\nfog, no lights at 14:30\nSuperintendent Silva\n"
        "Kate would watch it",
        "Fechar o portão\nfechar ou vigiar\nnevoeiro\nSuperintendente Silva\nA Kate vigiava",
    )
    async with world.store.transaction():
        await world.database.execute("UPDATE wording SET text = ? WHERE number = 2 AND target = 'pt'", portuguese)
    [entry] = [one for one in await world.store.incident.entries(Reference(ref_of(world))) if one.number == 2]
    assert entry.text == english and entry.kind is EntryKind.DECISION
    await ana.says(f"!incident timeline {ref_of(world)}")
    assert "• Motivo: nevoeiro (machine translation)" in lines(ana)
    assert "• Options considered: fechar ou vigiar (machine translation)" in lines(ana)
    assert lines(ana)[-5].endswith("Fechar o portão (machine translation)")


async def test_a_translation_that_lost_its_lines_is_not_shown(world: World, ana: Person, lead: Person) -> None:
    ref = ref_of(world)
    await lead.says(f"!incident decide {ref} Close the gate rationale: fog")
    async with world.store.transaction():
        await world.database.execute("UPDATE wording SET text = 'Fechar nevoeiro' WHERE number = 2")
    await ana.says(f"!incident timeline {ref}")
    assert lines(ana)[-1] == "• Rationale: fog (in inglês, not translated)"
    assert lines(ana)[-2].endswith("decision 2: Close the gate (in inglês, not translated)")


async def test_a_correction_is_a_new_entry_and_the_old_one_stays(world: World, ana: Person, lead: Person) -> None:
    ref = ref_of(world)
    await lead.says(f"!incident decide {ref} Close the gate")
    await lead.says(f"!incident decide {ref} Watch the gate corrects:2 rationale: the fog is gone")
    assert lead.hears("decision 3", ok=True)
    await lead.says(f"!incident timeline {ref}")
    said = lines(lead)
    assert said[-3].startswith("• Replaced by 3: 2. ") and said[-3].endswith("decision 2: Close the gate")
    assert said[-2].endswith("decision 3, in place of 2: Watch the gate")
    await lead.says(f"!incident decide {ref} Open the gate corrects:2")
    assert lead.hears("Correct that one", ok=False, error="conflict")
    assert await kinds(world) == [EntryKind.DECLARED, EntryKind.DECISION, EntryKind.DECISION]
    [*_others, last] = await world.database.rows("SELECT content FROM audit_content ORDER BY position")
    kept = json.loads(last["content"])
    assert kept["corrects"] == 2 and kept["values"] == {"parts": ["rationale"]}
    assert kept["text"] == "Watch the gate\nthe fog is gone"


async def test_in_an_exercise_it_says_so(world: World, ana: Person, lead: Person) -> None:
    await ana.says("!incident declare Barco no rio severity:high type:vessel exercise:yes")
    ref = ana.last.record["ref"]
    await lead.says(f"!incident decide {ref} Close the gate")
    assert lead.last.body.startswith("EXERCISE: ")


async def test_many_long_ones_are_shown_as_far_as_a_message_holds(world: World, ana: Person, lead: Person) -> None:
    ref = ref_of(world)
    for number in range(2, 9):
        long = " ".join(f"{part}: {'Ω ' * 350}" for part in Aspect)
        await lead.says(f"!incident decide {ref} {'Ω ' * 350} {long}")
        assert lead.hears(f"decision {number}", ok=True)
    await lead.says(f"!incident timeline {ref}")
    shown = lead.last.body + lead.last.html
    assert len(shown.encode()) < 46_000 and "decision 8:" in lead.last.body and "decision 2:" not in lead.last.body


@pytest.mark.parametrize(
    ("line", "error", "words"),
    [
        ("{ref}", "bad_argument", "what was decided"),
        ("{ref} rationale: fog", "bad_argument", "what was decided"),
        ("{ref} Close it rationale:", "bad_argument", "no value"),
        ("{ref} Close it rationale: a rationale: b", "bad_argument", "more than once"),
        ("{ref} Close it corrects:1", "bad_argument", "no decision 1"),
        ("{ref} Close it corrects:9", "bad_argument", "no decision 9"),
        ("{ref} Close it corrects:two", "bad_argument", "corrects"),
        ("{ref} Close it rationale: TLP:RED fog", "handling", "TLP:RED"),
        ("{ref} TLP:RED Close it", "handling", "TLP:RED"),
        ("BRAVO-7K3Q0 Close it", "not_found", "no such"),
        ("Close it", "bad_argument", "which incident"),
    ],
)
async def test_what_cannot_be_is_said(world: World, lead: Person, line: str, error: str, words: str) -> None:
    await lead.says("!incident decide " + line.format(ref=ref_of(world)))
    assert lead.hears(words, ok=False, error=error), (lead.last.body, lead.last.record)
    assert await kinds(world) == [EntryKind.DECLARED]


async def test_only_leads_decide(world: World, ana: Person, lead: Person) -> None:
    await ana.says(f"!incident decide {ref_of(world)} Fechar o portão")
    assert ana.hears(ok=False, error="not_allowed") and await kinds(world) == [EntryKind.DECLARED]
