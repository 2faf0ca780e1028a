"""What is typed as a reference and withheld is answered as what is not there: in words, and in what is done for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.model.room import RoomSettings, Use

from ..fakes import ROOM
from ..world import Person, World
from .marked import LEADS, OTHER, TITLE, ana, asks, direct, leads, luc, marks
from .scene import replied

__all__ = ["ana", "luc"]

THIRD = "!third:example.org"
ABSENT = "BRAVO-7K3Q0"
REPORTED = "conditions: Calmo actions: Vigiar needs: Nada"
INCIDENT = [
    "incident show {ref}",
    "incident timeline {ref}",
    "incident note {ref} vu",
    "incident severity {ref} low fini",
    "incident status {ref} contained",
    "incident lead {ref}",
    "incident assign {ref} scribe @luc-pn:example.org",
    "incident validate {ref}",
    "incident close {ref} resolved fini",
    "incident reopen {ref} encore",
    "incident undo {ref}",
    "incident decide {ref} Attendre",
    "incident decide {ref} Attendre corrects:1",
    'incident place {ref} "41.15, -8.61"',
    "incident task {ref} Regarder",
    "incident checklist {ref}",
    "incident checklist {ref} item:1",
    "incident link {ref} {own}",
    "incident link {own} {ref}",
    "incident link {ref} {ref}",
    "incident duplicate {ref} of:{own}",
    "incident duplicate {own} of:{ref}",
    "incident pin {ref}",
    "incident pin {ref} copy:1",
    "release {ref} to ESP-GC",
    "incident export {ref} to ESP-GC for court",
    "mark {ref} TLP:AMBER",
    "ack {ref}",
    "report can {ref} conditions: Calme actions: Voir needs: Rien",
    "report can {ref}",
    "report show {ref}",
    "hold {ref}",
    "hold {ref} Enquête",
    "hold lift {ref} Fini",
    "hold show {ref}",
    "recall {ref}",
    "review {ref}",
    "review comment {ref} Mieux ainsi",
    "review action {ref} Former for:@luc-pn:example.org",
    "review publish {ref}",
    "purge {ref} Fini",
]
TASK = [
    "task done {ref} fait",
    "task take {ref}",
    "task assign {ref} @luc-pn:example.org",
    "task due {ref} 20:00Z",
    "ack {ref}",
    "incident show {ref}",
    "report show {ref}",
    "mark {ref} TLP:AMBER",
]
REPORTS = [
    "report show {ref}",
    "report show {ref} revision:1",
    "report can {ref} conditions: Rien",
    "report spot {ref} text: Rien",
]
REPORT = [*REPORTS, "incident show {ref}", "task done {ref}", "ack {ref}"]
CASES = [
    *(("incident", line) for line in INCIDENT),
    *(("task", line) for line in TASK),
    *(("report", line) for line in REPORT),
    *((what, line) for what in ("alone", "labelled") for line in REPORTS),
]


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A task force in which each agency has leads, who are auditors too, and rooms that are for audit as well."""
    config = leads()
    roles = config.roles.model_copy(update={"auditor": LEADS})
    world = World(tmp_path / "liaison.db", config.model_copy(update={"roles": roles}))
    await world.start()
    async with world.store.transaction():
        for room in (ROOM, OTHER):
            await world.store.room.save(room, RoomSettings(use=Use.AUDIT), world.clock.now())
    yield world
    await world.stop()


@pytest_asyncio.fixture
async def refs(world: World, ana: Person, luc: Person) -> dict[str, str]:
    """Let Ana record what is withheld from Luc wherever he asks for it, and him one of his own; return its references.

    An incident with a task and a report; a report that stands alone in another room, and one that stands alone here
    and was labelled; and of an incident that he may read a report that was labelled.
    """
    world.person("luc", "FRA-PN", room=OTHER), world.person("kate", room=OTHER)
    world.person("ana", "PRT-GNR", room=THIRD)
    declare = f"!incident declare {TITLE} type:vessel severity:high"
    made = {"incident": await asks(ana, declare)}
    hidden = made["incident"].record["ref"]
    made["task"] = await asks(ana, f"!incident task {hidden} Ver o barco")
    made["report"] = await asks(ana, f"!report can {hidden} {REPORTED}")
    await marks(world, hidden, "TLP:AMBER+STRICT")
    made["alone"] = await asks(ana, f"!report can {REPORTED}", THIRD)
    made["labelled"] = await asks(ana, f"!report can {REPORTED}")
    read = await asks(ana, "!incident declare Carro na estrada type:vehicle severity:low")
    made["part"] = await asks(ana, f"!report can {read.record['ref']} {REPORTED}")
    for name in ("labelled", "part"):
        await ana.says("", **replied("TLP:AMBER+STRICT", made[name].record["to"]))
    made["own"] = await asks(luc, "!incident declare Camion suspect type:vehicle severity:low", OTHER)
    world.clock.passes(minutes=5)
    return {name: str(answer.record["ref"]) for name, answer in made.items()}


@contextmanager
def steps(world: World) -> Iterator[list[str]]:
    """Give the statements that are made meanwhile."""
    made: list[str] = []
    database = world.database
    kinds = ("write", "row", "rows", "execute")

    def noting(real: Any) -> Any:
        def note(sql: str, *values: Any) -> Any:
            made.append(sql)
            return real(sql, *values)

        return note

    for kind in kinds:
        setattr(database, kind, noting(getattr(database, kind)))
    try:
        yield made
    finally:
        for kind in kinds:
            delattr(database, kind)


@dataclass(frozen=True)
class Told:
    """What is answered, without the reference that was typed, and how often each statement was made for it."""

    ok: bool
    error: str
    said: tuple[str, ...]
    work: Counter[str]


async def told(luc: Person, line: str, refs: dict[str, str], ref: str, room: str, about: str | None) -> Told:
    """Let Luc say *line* of *ref* in a room, in a reply to the message *about* if there is one."""
    heard, typed = len(luc.world.heard), f"!{line.format(ref=ref, own=refs['own'])}"
    with steps(luc.world) as made:
        await luc.says(typed, room=room, **(replied(typed, about) if about else {}))
    post = next(h.post for h in luc.world.heard[heard:] if h.post and h.post.record["kind"] == "reply")
    said = (str(post.record | {"to": ""}), post.body, post.html or "")
    work = Counter(sql for sql in made if "inbox" not in sql)
    return Told(post.record["ok"], post.record["error"], tuple(one.replace(ref, "REF") for one in said), work)


async def asked(luc: Person, refs: dict[str, str], what: str, line: str) -> list[tuple[Told, Told]]:
    """Return in each room what Luc is told of what is withheld, and of what is not there."""
    found = []
    for room in (ROOM, OTHER, direct(luc)):
        about = await luc.says("Regardez", room=room) if line == "incident pin {ref}" else None
        await told(luc, line, refs, ABSENT, room, about)  # what is read once for a room is read by this
        hidden, absent = [await told(luc, line, refs, ref, room, about) for ref in (refs[what], ABSENT)]
        assert not hidden.ok and hidden.error == "not_found" and TITLE not in str(hidden.said)
        found.append((hidden, absent))
    return found


@pytest.mark.parametrize(("what", "line"), CASES)
async def test_what_is_withheld_gets_the_words_and_the_work_of_what_is_not_there(
    luc: Person, refs: dict[str, str], what: str, line: str
) -> None:
    for hidden, absent in await asked(luc, refs, what, line):
        assert hidden.said == absent.said
        assert hidden.work == absent.work and hidden.work


@pytest.mark.parametrize("line", REPORTS)
async def test_a_part_that_is_withheld_gets_the_words_of_what_is_not_there(
    luc: Person, refs: dict[str, str], line: str
) -> None:
    """Not the work: the timeline, which he may read, says that something is withheld there."""
    for hidden, absent in await asked(luc, refs, "part", line):
        assert hidden.said == absent.said
