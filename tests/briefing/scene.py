"""A room whose people live by three clocks: the lead by Madrid's, Ana by Lisbon's, Eva by New York's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.model.briefing import Briefing, Occurrence, occurrences
from bot.model.reference import Reference
from bot.render import Post

from ..duties import chooses
from ..fakes import ROOM
from ..rosters import answer
from ..world import Person, World

__all__ = ["Scene", "World", "gathered"]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class Scene:
    """The room, and who is in it."""

    world: World
    lead: Person
    ana: Person
    eva: Person

    async def scheduled(self, text: str, by: Person | None = None) -> str:
        """Return the reference of a briefing that Ana, or *by*, plans and confirms."""
        by = by or self.ana
        await by.says(f"!briefing schedule {text}")
        asked = answer(by)
        assert asked.record["ok"], asked.body
        await chooses(by, asked, "save")
        assert answer(by).record["ok"], answer(by).body
        return str(answer(by).record["ref"])

    async def confirms(self, person: Person, text: str, choice: str = "save") -> Post:
        """Let *person* say *text* and confirm what is shown; return that."""
        await person.says(text)
        asked = answer(person)
        assert asked.record["ok"], asked.body
        await chooses(person, asked, choice)
        return asked

    async def briefing(self, ref: str) -> Briefing:
        """Return the briefing as it stands."""
        found = await self.world.store.briefing.find(Reference(ref))
        assert found
        return found

    async def coming(self, ref: str, days: int = 40) -> list[Occurrence]:
        """Return what of it is to come."""
        briefing = await self.briefing(ref)
        now = self.world.clock.now()
        changes = await self.world.store.briefing.changes(briefing.ref)
        return occurrences(briefing, changes, now, now + timedelta(days=days))

    def cards(self, ref: str) -> list[Post]:
        """Return how the card of a briefing was posted and edited."""
        return [h.post for h in self.world.heard if h.kind == "card" and h.post and h.post.record["ref"] == ref]

    def rung(self, since: int = 0) -> dict[str, list[str]]:
        """Return what rang whom since the bot had posted so much."""
        found: dict[str, list[str]] = {}
        for heard in self.world.heard[since:]:
            if heard.kind == "alert" and heard.post:
                for user in heard.post.mentions:
                    found.setdefault(user[1:].partition(":")[0].partition("-")[0], []).append(heard.post.body)
        return found

    def said(self, since: int = 0) -> list[str]:
        """Return the notices since the bot had posted so much."""
        return [h.post.body for h in self.world.heard[since:] if h.kind == "notice" and h.post]

    async def wakes_at(self, moment: str) -> int:
        """Let the clock stand at *moment* (UTC), do what is due; return how much had been posted before."""
        before = len(self.world.heard)
        self.world.clock.at = utc(moment)
        await self.world.wakes()
        return before

    async def left(self, person: Person) -> None:
        """Let somebody leave the room."""
        self.world.rooms.joined[ROOM].remove(person.user_id)
        await self._member(person, "leave")

    async def came(self, person: Person) -> None:
        """Let it be known that somebody has come into the room."""
        if person.user_id not in self.world.rooms.joined[ROOM]:
            self.world.rooms.joined[ROOM].append(person.user_id)
        await self._member(person, "join")

    async def _member(self, person: Person, membership: str) -> None:
        user_id, content = person.user_id, {"membership": membership}
        await self.world.receives(user_id, "", type="m.room.member", state_key=user_id, content=content)
        await self.world.settles()


async def gathered(world: World) -> Scene:
    """Return the room."""
    lead, ana, eva = world.person("lead"), world.person("ana", "PRT-GNR"), world.person("eva", "FRA-PN")
    await ana.says("!language en")
    await eva.says("!timezone America/New_York")
    return Scene(world, lead, ana, eva)
