"""Whatever is labelled, changed and taken back, in whatever order: nothing says more than who is there may see."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.model.handling import Record
from bot.model.incident import EntryKind
from bot.model.incident.partial import PartMark
from bot.model.person import UserId
from bot.model.reference import Reference

from ..fakes import ROOM
from ..oracle import may_see
from ..world import Person
from .marked import OTHER, comes, direct, stand
from .scene import edited, reacted, redacted, replied
from .test_nothing_above_its_mark import Play, world

__all__ = ["world"]

LABELS = ["TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR", "TLP:AMBER H2"]
ASKED = ["incident show {ref}", "incident list", "task list", "incident find word", "incident find title"]
STEPS = 60
WORD = re.compile(r"word\d|title\d")
OWN = ("translation", "relay", "catchup")
"""What people say to the room itself."""


class Labelled(Play):
    """People who write into records, and label what they and others have written."""

    def __init__(self, world: Any, seed: int) -> None:
        super().__init__(world, seed)
        self.messages: dict[str, tuple[Person, str]] = {}
        """What was said: its sender and its room."""

    def word(self) -> str:
        return f"word{self.chance.randrange(10**9)}x"

    async def steps(self) -> str:  # type: ignore[override]
        """Do one thing; return which."""
        does = [
            self.moves, *[self.asks] * 6, self.notes, self.notes, self.commands, self.pinned, *[self.labels] * 4,
            self.edits, self.redacts, self.restarts, self.marks, self.releases, self.switches,
        ]  # fmt: skip
        step = self.chance.choice(does)
        await step()
        return step.__name__

    async def declares(self) -> None:
        """Declare by a message that can be labelled: a cry, a command, or a reply to what was said."""
        person, room = self.chance.choice(self.people), self.chance.choice([ROOM, OTHER])
        if person.user_id not in self.world.rooms.joined[room]:
            return
        title = f"title{len(self.titles)}x"
        how = self.chance.choice(["🚨 {} type:vessel", "!incident declare {} type:vessel severity:high", ""])
        message = await person.says(how.format(title) or title, room=room)
        if not how:
            content = replied("!incident declare type:vessel severity:high", message)
            await self.chance.choice(self.people[:3]).says("", room=room, **content)
        self.messages[message] = (person, room)
        rows = await self.world.database.rows("SELECT ref, title FROM incident")
        self.titles = {row["ref"]: row["title"] for row in rows}

    async def notes(self) -> None:
        """Reply to a card."""
        at = [(n, h) for n, h in enumerate(self.world.heard, 1) if h.kind == "card" and h.post and not h.post.replaces]
        number, card = self.chance.choice(at[-4:])
        person = self.chance.choice(self.people)
        if person.user_id in self.world.rooms.joined[card.room]:
            message = await person.says("", room=card.room, **replied(self.word(), f"$sent{number}"))
            self.messages[message] = (person, card.room)

    async def commands(self) -> None:
        """Write into a record by a command."""
        person, room = self.somebody()
        line = self.chance.choice(["note {ref} {word}", "task {ref} {word}", "decide {ref} {word}"])
        ref = self.chance.choice([*self.titles][-3:])
        message = await person.says(f"!incident {line.format(ref=ref, word=self.word())}", room=room)
        self.messages[message] = (person, room)

    async def pinned(self) -> None:
        """Say something, and put it on a timeline."""
        person, room = self.chance.choice(self.people), self.chance.choice([ROOM, OTHER])
        if person.user_id not in self.world.rooms.joined[room]:
            return
        message = await person.says(self.word(), room=room)
        self.messages[message] = (person, room)
        since = len(self.world.heard)
        await person.says("", room=room, **reacted("📌", message))
        for heard in self.world.heard[since:]:
            if heard.post and (choices := heard.post.record.get("choices")):
                digit = next(iter(choices))
                await person.says("", room=room, **replied(digit, self.world.event_of(heard.post)))
                break

    async def asks(self) -> None:
        """Ask for what is recorded, in a room and directly."""
        for line in ("incident timeline {ref}", self.chance.choice(ASKED)):
            person, room = self.somebody()
            ref = self.chance.choice([*self.titles][-4:])
            await person.says(f"!{line.format(ref=ref)}", room=self.chance.choice([room, direct(person)]))

    def some(self) -> tuple[str, Person, str]:
        message = self.chance.choice([*self.messages][-12:])
        return (message, *self.messages[message])

    async def labels(self) -> None:
        """Answer a message with a label alone: its sender, or another who is there."""
        message, sender, room = self.some()
        person = self.chance.choice([sender, *self.people])
        if person.user_id in self.world.rooms.joined.get(room, ()):
            await person.says("", room=room, **replied(self.chance.choice(LABELS), message))

    async def edits(self) -> None:
        message, sender, room = self.some()
        label = self.chance.choice(["", "", "TLP:RED ", "TLP:AMBER "])
        await sender.says("", room=room, **edited(label + self.word(), message))

    async def redacts(self) -> None:
        message, sender, room = self.some()
        await sender.says("", room=room, **redacted(message))

    async def restarts(self) -> None:
        await self.world.stop()
        await self.world.start()

    async def switches(self) -> None:
        """Let somebody be of another agency from now on, or of their own again."""
        config, person = self.world.config, self.people[2].user_id  # rosa
        agencies = []
        for one in config.agencies:
            members = [member for member in one.members if member != person]
            if one.code == "FRA-PN" and person not in one.members:
                members = [person, *members]
            agencies.append(one.model_copy(update={"members": members}))
        agencies.sort(key=lambda one: person not in one.members)
        self.world.config = config.model_copy(update={"agencies": agencies})
        await self.restarts()
        for room in (ROOM, OTHER):  # what stands is looked at when somebody comes, goes or changes
            if person in self.world.rooms.joined[room]:
                await comes(self.world, person, "join", room)

    async def hidden(self, room: str) -> set[str]:
        """Return the words that nobody may say in the room: of what it may not read, and of what is labelled."""
        now, audience, found = self.world.clock.now(), self.audience(room), set[str]()
        for ref, record in (await self.records()).items():
            entries = await self.world.store.incident.entries(Reference(ref))
            sees = may_see(record, audience, now)
            marks = {one.corrects: PartMark.of(one) for one in entries if one.kind is EntryKind.MARKED and one.corrects}
            for entry in entries:
                versions = entry.kind in (EntryKind.NOTE, EntryKind.EDITED) and entry.corrects
                mark = marks.get(versions or entry.number)
                linked = mark is None or mark.handling is None or mark.handling.travels
                home = self.home(record.content.room_id, linked=linked)
                part = Record(None, mark.agency, mark.marking, at_home=home) if mark else None
                labelled = part is not None and part.marking.marked
                if entry.text and not (sees and (part is None or not labelled or may_see(part, audience, now))):
                    found.add(entry.text)
        return found

    def home(self, room: str, *, linked: bool) -> frozenset[UserId]:
        rooms = self.world.rooms
        return frozenset({*rooms.joined.get(room, ()), *rooms.invited.get(room, ())})


def says(posts: list[Any], words: set[str]) -> list[tuple[str, Any]]:
    """Return which of *words* the bot's own posts say."""
    own = [post for post in posts if post.record["kind"] not in OWN]
    return [(word, post) for post in own for word in words if word in f"{post.body} {post.html} {post.record}"]


@pytest.mark.parametrize("seed", range(6))
async def test_nothing_is_above_its_label(world: Any, seed: int) -> None:
    play = Labelled(world, seed)
    while len(play.titles) < 4:
        await play.declares()
    shown, rooms = 0, [ROOM, OTHER, *(direct(person) for person in play.people)]
    for step in range(STEPS):
        world.clock.passes(seconds=30)
        since, before = len(world.heard), {room: await play.hidden(room) for room in rooms}
        done = await play.steps()
        for room in rooms:
            hidden = await play.hidden(room)
            new = [heard.post for heard in world.heard[since:] if heard.post and heard.room == room]
            assert not says(new, hidden), (step, done, room, says(new, hidden))
            # What somebody has read in a direct room stands there when they leave the other one; labels reach it.
            now = hidden if room in (ROOM, OTHER) else hidden - before[room] if done in ("labels", "edits") else set()
            assert not says(stand(world, room), now), (step, done, room, says(stand(world, room), now))
        posts = [heard.post for heard in world.heard[since:] if heard.post]
        shown += any(post.record["kind"] == "reply" and WORD.search(post.body) for post in posts)
        assert not any(post.record.get("error") == "internal" for post in posts), (step, done)
    assert shown > 3, "and something is shown"
