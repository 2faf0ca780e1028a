"""Whatever people do, in whatever order: nothing that the bot posts says more than everyone who is there may see."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.model.handling import Audience, Handling, Member, Record, strictest
from bot.model.incident import Incident
from bot.model.reference import Reference

from ..fakes import BOT, ROOM
from ..oracle import may_see
from ..world import Person, World
from .marked import OTHER, comes, direct, leads

NAMES: list[tuple[str, str | None]] = [
    ("ana", "PRT-GNR"), ("rui", "PRT-GNR"), ("rosa", "PRT-GNR"), ("luc", "FRA-PN"), ("eva", "FRA-PN"), ("kate", None),
]  # fmt: skip
LABELS = ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "H1", "H2", "TLP:AMBER H3", "none", "TLP:RED"]
ASKED = [
    "incident show {ref}", "incident timeline {ref}", "incident list", "incident severity {ref} low",
    "incident lead {ref}", "incident find type:vessel", "incident find title", "incident find word", "task list",
    "incident checklist {ref}", "report show {ref}", "incident undo", "report show {part}", "task take {part}",
    "task done {part}", "ack {part}",
]  # fmt: skip
WRITES = [
    "incident note {ref} {word}", "incident task {ref} {word}", "incident decide {ref} {word}",
    "report can {ref} conditions: {word} actions: {word} needs: {word}", "incident close {ref} resolved {word}",
    "incident reopen {ref} {word}",
]  # fmt: skip
"""What puts words of people into a record."""
STEPS = 60


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path / "liaison.db", leads())
    world.config = world.config.model_copy(update={"limits": world.config.limits.model_copy(
        update={"commands_per_person": 10_000, "commands_per_room": 10_000})})  # fmt: skip
    await world.start()
    yield world
    await world.stop()


class Play:
    """People who do something at random."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.chance = random.Random(seed)
        self.people = [world.person(name, agency) for name, agency in NAMES]
        world.rooms.joined[ROOM] = [person.user_id for person in self.people[:4]]
        world.rooms.joined[OTHER] = [person.user_id for person in self.people[3:]]
        for room in (ROOM, OTHER):
            world.rooms.joined[room].insert(0, self.people[0].user_id.__class__(BOT))
        for person in self.people:
            direct(person)
        self.titles: dict[str, str] = {}
        self.words: dict[str, set[str]] = {}
        """What people wrote in a record beside its title, by its reference."""

    async def declares(self) -> None:
        title = f"title{len(self.titles)}x"
        person, room = self.chance.choice(self.people), self.chance.choice([ROOM, OTHER])
        if person.user_id in self.world.rooms.joined[room]:
            await person.says(f"!incident declare {title} type:vessel severity:high", room=room)
        [*rows] = await self.world.database.rows("SELECT ref, title FROM incident")
        self.titles = {row["ref"]: row["title"] for row in rows}

    async def steps(self) -> None:
        """Do one thing."""
        does = [
            self.declares, self.moves, self.marks, self.releases, self.asks, self.asks, self.asks, self.writes,
            self.writes, self.relates, self.pins, self.waits,
        ]  # fmt: skip
        await self.chance.choice(does)()

    def somebody(self) -> tuple[Person, str]:
        person = self.chance.choice(self.people)
        rooms = [room for room in (ROOM, OTHER) if person.user_id in self.world.rooms.joined[room]]
        return person, self.chance.choice([*rooms, direct(person)])

    async def moves(self) -> None:
        person = self.chance.choice([*(one.user_id for one in self.people), "@x:elsewhere.net"])
        await comes(
            self.world, person, self.chance.choice(["join", "invite", "leave"]), self.chance.choice([ROOM, OTHER])
        )

    async def marks(self) -> None:
        person, room = self.somebody()
        label, ref = self.chance.choice(LABELS), self.chance.choice([*self.titles][-3:])
        rel = self.chance.choice(["", " rel:FRA-PN", " rel:PRT-GNR,FRA-PN"])
        if label == "TLP:RED":
            rel = f" rel:{self.chance.choice(self.people[:5]).user_id}"
        await person.says(f"!mark {ref} {label}{rel}", room=room)

    async def releases(self) -> None:
        ref, agency = Reference(self.chance.choice([*self.titles])), self.chance.choice(["FRA-PN", "PRT-GNR"])
        person, room = self.somebody()
        await person.says(f"!release {ref} to {agency} until:2026-11-23T10:00Z", room=room)
        for heard in [h for h in self.world.heard if h.post and h.post.record.get("of") == "release"][-3:]:
            if heard.post and heard.post.record["kind"] == "question":
                digit = next(d for d, name in heard.post.record["choices"].items() if name == "release")
                lead = next(one for one in self.people if (one.user_id,) == heard.post.mentions)
                relation = {"m.in_reply_to": {"event_id": self.world.event_of(heard.post)}}
                body = f"{digit} {str(heard.post.record['ref'])[-2:]}"
                content = {"msgtype": "m.text", "body": body, "m.relates_to": relation}
                await lead.says("", room=heard.room, content=content)

    async def asks(self) -> None:
        person, room = self.somebody()
        parts = [part for refs in (await self.tasks()).values() for part in refs] or ["BRAVO-7K3Q0"]
        ref, part = self.chance.choice([*self.titles][-3:]), self.chance.choice(parts)
        line = self.chance.choice(ASKED).format(ref=ref, part=part)
        await person.says(f"!{line}", room=room)

    async def writes(self) -> None:
        person, room = self.somebody()
        ref, word = self.chance.choice([*self.titles][-3:]), f"word{self.chance.randrange(10**9)}x"
        self.words.setdefault(ref, set()).add(word)
        await person.says(f"!{self.chance.choice(WRITES).format(ref=ref, word=word)}", room=room)

    async def relates(self) -> None:
        """Link two incidents, or close one as a duplicate."""
        person, room = self.somebody()
        one, other = self.chance.sample([*self.titles], 2)
        line = self.chance.choice([f"link {one} {other}", f"parent {one} {other}", f"duplicate {one} of:{other}"])
        await person.says(f"!incident {line}", room=room)

    async def pins(self) -> None:
        """Say something in a room, and put it on a timeline."""
        person = self.chance.choice(self.people)
        room = self.chance.choice([ROOM, OTHER])
        if person.user_id not in self.world.rooms.joined[room]:
            return
        ref, word = self.chance.choice([*self.titles][-3:]), f"word{self.chance.randrange(10**9)}x"
        event = await person.says(word, room=room)
        since = len(self.world.heard)
        relation = {"m.in_reply_to": {"event_id": event}}
        line = f"!incident pin {ref}"
        await person.says("", room=room, content={"msgtype": "m.text", "body": line, "m.relates_to": relation})
        for heard in self.world.heard[since:]:
            if heard.post and (choices := heard.post.record.get("choices")):
                digit, chosen = next(iter(choices.items()))
                relation = {"m.in_reply_to": {"event_id": self.world.event_of(heard.post)}}
                content = {"msgtype": "m.text", "body": digit, "m.relates_to": relation}
                await person.says("", room=heard.room, content=content)
                self.words.setdefault(str(chosen), set()).add(word)
                break

    async def waits(self) -> None:
        """Let time pass, so that somebody is asked how it stands."""
        self.world.clock.passes(hours=1)
        await self.world.services.due.wake(self.world.clock.now())
        await self.world.delivers()
        await self.world.settles()

    def audience(self, room: str) -> Audience:
        """Return who is in the room, or invited there."""
        config, rooms = self.world.config, self.world.rooms
        there = {*rooms.joined.get(room, ()), *rooms.invited.get(room, ())} - {BOT}
        agency = {one: found.code for one in there if (found := config.agency(one))}
        members = [Member(one, agency.get(one), config.serves(one)) for one in there]
        return Audience(tuple(members), len(there) == 1)

    async def tasks(self) -> dict[str, list[str]]:
        """Return the references of tasks and reports by their incidents."""
        rows = await self.world.database.rows("SELECT ref, incident FROM task UNION SELECT ref, incident FROM report")
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(row["incident"], []).append(row["ref"])
        return found

    async def records(self) -> dict[str, Record[Incident]]:
        """Return the records as they are now."""
        incidents = [await self.world.store.incident.find(Reference(ref)) for ref in self.titles]
        found = await self.world.services.incident.records([one for one in incidents if one])
        return {str(one.content.ref): one for one in found}


async def checked(play: Play, since: int, step: int) -> list[tuple[Any, str]]:
    """Return what was posted since then that somebody who is there may not see; and what may be seen of it."""
    records, wrong = await play.records(), []
    now = play.world.clock.now()
    for heard in play.world.heard[since:]:
        if heard.post is None:
            continue
        said = f"{heard.post.body} {heard.post.html} {heard.post.record}"
        audience = play.audience(heard.room)
        may = {ref for ref, record in records.items() if may_see(record, audience, now)}
        names = heard.post.record.get("command") in ("mark", "release") or heard.post.record.get("of") == "release"
        names = names or heard.kind == "recall"  # who has received it is told that it is withdrawn, and no word of it
        own = heard.post.record["kind"] in ("translation", "relay", "catchup")  # what people say to the room itself
        tasks = await play.tasks()
        for ref, title in play.titles.items():
            secret = {title, *(() if own else play.words.get(ref, ()))}
            refs = {ref, *tasks.get(ref, ())}
            if ref not in may and (any(one in said for one in secret) or (any(r in said for r in refs) and not names)):
                wrong.append((heard.post, f"step {step}: {ref}"))
        shown = [record.marking.handling for ref, record in records.items() if ref in said and ref in may]
        label = Handling.of(heard.post.record.get("handling", ""))
        if heard.post.record["kind"] == "reply" and not names and strictest([label, *shown]) != label:
            wrong.append((heard.post, f"step {step}: handled as {label}, not {strictest(shown)}"))
        counted = re.search(r"(?:found )?(\d+) incidents?(?: (?:is|are) open)?:", said)
        if counted and int(counted[1]) > len(may):
            wrong.append((heard.post, f"step {step}: {counted[0]}, not {len(may)}"))
    return wrong


@pytest.mark.parametrize("seed", range(6))
async def test_nothing_is_posted_above_its_mark(world: World, seed: int) -> None:
    play = Play(world, seed)
    while len(play.titles) < 4:
        await play.declares()
    shown = 0
    for step in range(STEPS):
        world.clock.passes(seconds=30)
        since = len(world.heard)
        await play.steps()
        assert await checked(play, since, step) == []
        shown += any(h.post and title in h.post.body for h in world.heard[since:] for title in play.titles.values())
    assert shown > 3, "and something is shown"
