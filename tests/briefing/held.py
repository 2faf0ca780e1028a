"""A room of three agencies that read three languages: Ana plans in Portuguese, Luis and Eleni lead in theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.i18n import Catalogues
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.sitting import Presence, Sitting
from bot.render import Post

from ..duties import chooses
from ..fakes import ROOM, compiled, configuration
from ..rosters import answer
from ..world import Person, World
from .scene import utc

AGENCIES = [
    {"code": "PRT-GNR", "country": "PT", "language": "pt", "timezone": "Europe/Lisbon", "members": ["@*:gnr.example"]},
    {"code": "ESP-GC", "country": "ES", "language": "es", "timezone": "Europe/Madrid",
     "members": ["@*-gc:example.org"]},
    {"code": "GRC-HP", "country": "GR", "language": "el", "timezone": "Europe/Athens",
     "members": ["@*-hp:example.org"]},
]  # fmt: skip
LEADS = ["@luis-gc:example.org", "@eleni-hp:example.org"]
LANGUAGES = ["pt", "es", "el"]


@dataclass
class Held:
    """The room, and who is in it: Nikos is of Eleni's agency, and leads nobody."""

    world: World
    ana: Person
    luis: Person
    eleni: Person
    nikos: Person

    async def planned(self, text: str = "Brief 2026-11-24 09:00") -> str:
        """Return the reference of a briefing that Ana plans and confirms."""
        await self.ana.says(f"!briefing schedule {text}")
        await chooses(self.ana, answer(self.ana), "save")
        assert answer(self.ana).record["ok"], answer(self.ana).body
        return str(answer(self.ana).record["ref"])

    async def begun(self, text: str = "Brief 2026-11-24 09:00", at: str = "2026-11-24T09:00:00") -> str:
        """Return the reference of a briefing that has begun."""
        ref = await self.planned(text)
        await self.at(at)
        return ref

    async def at(self, moment: str) -> int:
        """Let the clock stand at *moment* (UTC), do what is due; return how much had been posted before."""
        before = len(self.world.heard)
        self.world.clock.at = utc(moment)
        await self.world.wakes()
        return before

    async def sitting(self, ref: str) -> Sitting:
        """Return the last sitting of a briefing."""
        found = await self.world.store.attendance.last(Reference(ref))
        assert found
        return found

    async def sitting_of_room(self) -> Sitting:
        """Return the last sitting of the room."""
        found = await self.world.store.attendance.last_in(ROOM)
        assert found
        return found

    async def presences(self, ref: str) -> dict[str, tuple[Presence, int | None]]:
        """Return who is there, by their names, and how late."""
        those = await self.world.store.attendance.list_of((await self.sitting(ref)).ref)
        return {name_of(one.person): (one.presence, one.minutes) for one in those}

    def questions(self, of: str, since: int = 0) -> dict[str, Post]:
        """Return the last question of that command to each, by their names."""
        found = {}
        for heard in self.world.heard[since:]:
            if heard.kind == "question" and heard.post and heard.post.record["of"] == of:
                found |= {name_of(user): heard.post for user in heard.post.mentions}
        return found

    def notices(self, since: int = 0) -> list[str]:
        """Return what was said in notices since the bot had posted so much."""
        return [one.post.body for one in self.world.heard[since:] if one.kind == "notice" and one.post]

    def card(self, ref: str) -> str:
        """Return how the card of a briefing reads now."""
        cards = [h.post for h in self.world.heard if h.kind == "card" and h.post and h.post.record["ref"] == ref]
        return cards[-1].body

    def alone(self, person: Person) -> str:
        """Let somebody have a room with the bot; return it."""
        room = f"!alone-{name_of(person.user_id)}:example.org"
        self.world.rooms.joined[room] = [self.world.rooms.joined[ROOM][0], person.user_id]
        return room

    async def restarts(self) -> None:
        """Stop in the midst of it, and begin again."""
        config = self.world.current.now
        await self.world.stop()
        await self.world.start()
        self.world.current.now = config

    async def say(self, person: Person, text: str, words: str = "", **record: Any) -> Post:
        """Let somebody say *text*, and see that the answer has these *words* and that record; return it."""
        await person.says(text)
        found = answer(person)
        wanted = {"ok": True} | record
        assert words in found.body and wanted.items() <= found.record.items(), (found.body, found.record)
        return found

    async def confirms(self, person: Person, text: str, words: str = "", choice: str = "save") -> Post:
        """Let somebody say *text*, confirm what is shown, and see that the answer has these *words*; return that."""
        asked = await self.say(person, text)
        await chooses(person, asked, choice)
        found = answer(person)
        assert found.record["ok"] and words in found.body, found.body
        return found


def name_of(user: UserId) -> str:
    """Return the first name in a user id."""
    return user[1:].partition(":")[0].partition("-")[0]


def moment(text: str) -> datetime:
    """Return a moment in UTC."""
    return utc(text)


async def meeting(world: World) -> Held:
    """Return the room."""
    await world.stop()
    world.catalogues = Catalogues({one: compiled(one) for one in LANGUAGES})
    taskforce = {"code": "BRAVO", "name": "Bravo", "languages": LANGUAGES, "timezone": "Europe/Lisbon"}
    roles = {"lead": LEADS, "admin": ["@admin:example.org"]}
    world.config = configuration(agencies=AGENCIES, taskforce=taskforce, roles=roles)
    await world.start()
    ana = world.person("ana", "PRT-GNR")
    luis, eleni, nikos = [_comes(world, one) for one in ("luis-gc", "eleni-hp", "nikos-hp")]
    return Held(world, ana, luis, eleni, nikos)


def _comes(world: World, name: str) -> Person:
    user_id = UserId(f"@{name}:example.org")
    world.rooms.joined[ROOM].append(user_id)
    world.rooms.names[user_id] = name.partition("-")[0].capitalize()
    return Person(world, user_id)
