"""What a room sees of incidents: what everyone in it may see, and nothing that tells of the rest."""

from __future__ import annotations

import ast
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from bot.errors import UserError
from bot.model.handling import Cleared
from bot.model.incident import Incident, facts, heading
from bot.render.incident import Cards
from bot.services.incident import RelatingService
from bot.services.incident.texts import Texts
from bot.store.database import Database
from commands.incident.show import line

from ..fakes import ROOM
from ..world import Person, World
from .marked import OTHER, TITLE, ana, asks, cards, comes, direct, logged, luc, marks, ref_of, stand, world
from .scene import replied

__all__ = ["ana", "luc", "world"]

ABSENT = "BRAVO-7K3Q0"
EVERY = [
    "show {ref}", "timeline {ref}", "note {ref} seen", "severity {ref} low", "status {ref} contained", "lead {ref}",
    "validate {ref}", "close {ref}", "reopen {ref} again",
]  # fmt: skip


async def declared(ana: Person) -> str:
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high")
    return ref_of(ana.world)


@pytest.mark.parametrize("line", EVERY)
async def test_what_is_hidden_answers_as_what_is_not_there(world: World, ana: Person, luc: Person, line: str) -> None:
    ref = await declared(ana)
    await marks(world, ref, "TLP:AMBER+STRICT")
    for room in (ROOM, direct(luc)):
        hidden = await asks(luc, "!incident " + line.format(ref=ref), room)
        absent = await asks(luc, "!incident " + line.format(ref=ABSENT), room)
        assert hidden.record | {"to": ""} == absent.record | {"to": ""} and hidden.record["error"] == "not_found"
        assert (hidden.body, hidden.html) == (absent.body, absent.html) and TITLE not in hidden.body
    entries = await world.database.rows("SELECT * FROM entry")
    assert len(entries) == 1, "nothing was changed"


async def test_what_is_hidden_takes_as_long_as_what_is_not_there(world: World, ana: Person, luc: Person) -> None:
    ref = await declared(ana)
    await ana.says("", **replied("TLP:RED", await ana.says(f"!incident note {ref} Dois")))
    await marks(world, ref, "TLP:AMBER+STRICT")
    incident, took = world.services.incident, {ref: [0.0], ABSENT: [0.0]}
    for _round in range(400):
        for asked in took:
            begun = time.perf_counter()
            with pytest.raises(UserError, match="not_found") as error:
                await incident.find(ROOM, await incident.meant(ROOM, asked, None))
            assert await incident.concerned(ROOM, error.value, [asked], None) == []
            took[asked].append(time.perf_counter() - begun)
    ratio = statistics.median(took[ref]) / statistics.median(took[ABSENT])
    assert 0.85 < ratio < 1.18, ratio


LOOKS_UP = [
    *EVERY, "task {ref} Look", "link {ref} {other}", "link {other} {ref}", "parent {ref} {other}", "parent {ref} none",
    "parent {other} {ref}", "duplicate {ref} of:{other}", "duplicate {other} of:{ref}", "place {ref} 38.7, -9.1",
    "assign {ref} scribe", "checklist {ref}", "decide {ref} Close the gate", "undo {ref}", "pin {ref}",
]  # fmt: skip
"""Commands of the noun incident that take a reference."""


@pytest.mark.parametrize(
    "line",
    [
        *(f"incident {line}" for line in LOOKS_UP), "release {ref} to ESP-GC", "mark {ref} TLP:GREEN",
        "report can {ref} conditions: a actions: b needs: c", "report show {ref}", "ack {ref}", "task done {ref}",
    ],
)  # fmt: skip
async def test_what_is_hidden_takes_the_same_steps_as_what_is_not_there(
    world: World, ana: Person, luc: Person, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """The same statements go to the database, in the same order: so it takes as long, however fast the machine is."""
    ref = await declared(ana)
    await luc.says("!incident declare Camion suspect type:vehicle severity:low")
    other = str(luc.last.record["ref"])
    await ana.says("", **replied("TLP:RED", await ana.says(f"!incident note {ref} Dois")))
    await marks(world, ref, "TLP:AMBER+STRICT")
    said: list[str] = []
    message = await luc.says("Deux personnes")
    for name in ("row", "rows", "execute", "write"):
        monkeypatch.setattr(Database, name, _noting(getattr(Database, name), said))
    steps = {}
    for asked in (ABSENT, ref):
        world.clock.passes(minutes=5)
        said.clear()
        command = "!" + line.format(ref=asked, other=other)
        await luc.says("", **replied(command, message) if "pin" in line else {"content": text(command)})
        steps[asked] = [*said]
        assert luc.last.record["error"] == "not_found", luc.last.body
    assert steps[ref] == steps[ABSENT]


def text(body: str) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": body}


RECORDS = re.compile(r"\b(FROM|JOIN|INTO|UPDATE) (incident|entry|mark|granted|task|report\w*|link|parent|wording)\b")


def _noting(does: Any, said: list[str]) -> Any:
    def noted(self: Any, sql: str, *values: Any) -> Any:
        if RECORDS.search(sql):  # what looks after rooms runs beside it
            said.append(sql)
        return does(self, sql, *values)

    return noted


async def test_counts_and_lists_know_nothing_of_it(world: World, ana: Person, luc: Person) -> None:
    ref = await declared(ana)
    await luc.says("!incident declare Camion suspect type:vehicle severity:low")
    assert "2 incidents are open" in (await asks(luc, "!incident list")).body
    await marks(world, ref, "TLP:AMBER+STRICT")
    told = await asks(luc, "!incident list")
    assert "1 incident is open" in told.body and TITLE not in told.body and ref not in told.body
    own = await asks(ana, "!incident list", direct(ana))
    assert "2 incidents are open" in own.body and ref in own.body, "in her direct room she sees all that she may"
    assert "1 incident is open" in (await asks(luc, "!incident list", direct(luc))).body


async def test_the_same_words_again_tell_nothing_of_what_is_hidden(world: World, ana: Person, luc: Person) -> None:
    ref = await declared(ana)
    await marks(world, ref, "TLP:AMBER+STRICT")
    again = await asks(ana, f"!incident declare {TITLE} type:vessel severity:high")
    assert again.record["ok"] and again.record["ref"] != ref


async def test_elsewhere_its_people_read_it_if_all_who_are_there_may(world: World, ana: Person, luc: Person) -> None:
    ref = await declared(ana)
    world.person("ana", "PRT-GNR", room=OTHER), world.person("luc", "FRA-PN", room=OTHER)
    assert TITLE in (await asks(luc, f"!incident show {ref}", OTHER)).body, "both are in the room of the incident"
    world.person("rui", "PRT-GNR", room=OTHER)
    assert (await asks(luc, f"!incident show {ref}", OTHER)).record["error"] == "not_found"
    await marks(world, ref, "TLP:AMBER", ("FRA-PN",))
    assert TITLE in (await asks(luc, f"!incident show {ref}", OTHER)).body, "all of them are of agencies that have it"
    assert [card.record["ref"] for card in cards(world, OTHER)] == [], "the card stands where it was declared"


async def test_who_is_invited_counts_and_what_stands_there_is_withdrawn(world: World, ana: Person, luc: Person) -> None:
    ref = await declared(ana)
    await marks(world, ref, "TLP:AMBER", ("FRA-PN",))
    await luc.says(f"!incident note {ref} Deux personnes")
    await asks(luc, f"!incident show {ref}")
    assert TITLE in " ".join(post.body for post in stand(world))
    await comes(world, "@kate:example.org", "invite")
    assert not any(ref in str(post.record) or TITLE in post.body for post in stand(world) if post.record.get("ref"))
    assert cards(world) == []
    assert (await asks(luc, f"!incident show {ref}")).record["error"] == "not_found"
    await comes(world, "@kate:example.org", "leave")
    await asks(luc, f"!incident note {ref} Encore une")
    assert len(cards(world)) == 1, "a fresh card: everyone who is there may see it again"


async def test_unmarked_cards_stay_whoever_comes(world: World, ana: Person, luc: Person) -> None:
    ref = await declared(ana)
    await comes(world, "@kate:example.org", "join")
    assert [card.record["ref"] for card in cards(world)] == [ref]
    await comes(world, "@x:elsewhere.net", "join")
    assert TITLE in (await asks(luc, f"!incident show {ref}")).body, "who is not served gets no keys"


async def test_it_is_decided_when_it_is_sent(world: World, ana: Person, luc: Person) -> None:
    ref = await declared(ana)
    await marks(world, ref, "TLP:AMBER")
    await world.receives(luc.user_id, f"!incident show {ref}", f"!incident note {ref} Deux", "!incident list")
    while (await world.store.inbox.depth())[0]:
        await world.idle()
    waiting = [row.kind for row in await world.store.outbox.list_waiting(ROOM)]
    assert sorted(waiting) == ["card", "reply", "reply", "reply"], "all of it is put together"
    world.rooms.invited[ROOM] = [world.person("kate", room="!x:example.org").user_id]
    heard = len(world.heard)
    await world.delivers()
    posts = [h.post for h in world.heard[heard:] if h.post]
    assert [post.record.get("error") for post in posts] == ["not_found"] * 3
    assert not any(TITLE in post.body for post in posts)


async def test_a_label_that_would_hide_it_from_its_own_room_is_refused(world: World, ana: Person, luc: Person) -> None:
    world.person("kate")
    refused = await asks(ana, f"!incident declare TLP:AMBER {TITLE}")
    assert refused.record["error"] == "handling" and await world.database.rows("SELECT * FROM incident") == []
    ref = await declared(ana)
    assert (await asks(ana, f"!incident note {ref} TLP:GREEN Dois a bordo")).record["error"] == "handling"
    assert len(await world.database.rows("SELECT * FROM entry")) == 1


async def test_a_labelled_note_marks_the_whole(world: World, ana: Person, luc: Person) -> None:
    ref = await declared(ana)
    await asks(ana, f"!incident note {ref} TLP:AMBER H1 Dois a bordo")
    assert "TLP:AMBER H1" in (await asks(luc, f"!incident show {ref}")).body
    assert "TLP:AMBER H1" in cards(world)[0].body
    await comes(world, "@kate:example.org", "invite")
    assert (await asks(luc, f"!incident show {ref}")).record["error"] == "not_found"


async def test_h3_is_cut_for_others(world: World, ana: Person, luc: Person) -> None:
    ref = await declared(ana)
    await marks(world, ref, "H3", ("FRA-PN",))
    shown = await asks(luc, f"!incident show {ref}")
    assert (
        TITLE not in shown.body and "Ana" not in shown.body and "vessel" in shown.body and "no more of it" in shown.body
    )
    assert TITLE not in (await asks(luc, "!incident list")).body
    assert (await asks(luc, f"!incident timeline {ref}")).record["error"] == "handling"
    assert TITLE in (await asks(ana, f"!incident show {ref}", direct(ana))).body


async def test_each_output_of_what_is_marked_is_in_the_log(world: World, ana: Person, luc: Person) -> None:
    ref = await declared(ana)
    await luc.says("!incident declare Camion suspect type:vehicle severity:low")
    await asks(luc, f"!incident show {ref}")
    assert await logged(world, "record.shown") == [], "nothing of it is marked"
    await marks(world, ref, "TLP:AMBER")
    await asks(luc, "!incident list")
    await asks(luc, f"!incident show {ref}")
    await asks(luc, f"!incident note {ref} Deux")
    found = await logged(world, "record.shown")
    assert [(one["refs"], one["purpose"]) for one in found] == [
        ([ref], "reading"), ([ref], "reading"), ([ref], "card"), ([ref], "reading"),
    ]  # fmt: skip
    assert found[0]["room"] == ROOM and found[0]["agencies"] == ["FRA-PN", "PRT-GNR"]
    await asks(luc, f"!incident show {ABSENT}")
    assert len(await logged(world, "record.shown")) == 4


async def test_a_report_of_what_is_marked_is_an_output_as_well(world: World, ana: Person) -> None:
    ref = await declared(ana)
    await ana.says(f"!report can {ref} conditions: Barco, actions: Equipa needs: Nada")
    assert await logged(world, "record.shown") == [], "nothing of it is marked"
    await marks(world, ref, "TLP:AMBER")
    event = await ana.says(f"!report can {ref} conditions: Barco dois, actions: Equipa needs: Nada")
    assert [h.kind for h in world.heard if h.cause == event and h.kind == "report"] == ["report"]
    found = [one for one in await logged(world, "record.shown") if one["event"] == event]
    assert [one["refs"] for one in found if one["purpose"] == "card"][:1] == [[ref]]
    assert len(found) == len([h for h in world.heard if h.cause == event and h.kind in ("report", "reply")])


@pytest.mark.parametrize("renders", [heading, facts, line, Cards._in, Texts.title_in, RelatingService.timeline])
def test_what_renders_an_incident_takes_only_a_cleared_one(renders: Callable[..., object]) -> None:
    """And mypy, which is strict, lets nobody pass another."""
    hints = get_type_hints(renders)
    assert hints["cleared"] == Cleared[Incident] and Incident not in hints.values()


def test_only_decide_makes_what_is_cleared() -> None:
    root = Path(__file__).parent.parent.parent
    made = [
        path.relative_to(root).as_posix()
        for package in ("bot", "commands")
        for path in (root / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Cleared"
    ]
    assert made == ["bot/model/handling/decision.py"]
