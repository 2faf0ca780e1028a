"""What tests of patrols have in common: who is there, and one patrol that is planned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.model.patrol import Patrol
from bot.render import Post

from ..duties import replied
from ..fakes import ROOM, configuration
from ..rosters import answer
from ..world import Person, World

WHEN = "from:2026-11-24 06:00 for:8h"
LEADS = {
    "lead": ["@lead:example.org", "@rui:gnr.example", "@luc-pn:example.org"], "admin": ["@admin:example.org"],
}  # fmt: skip


@dataclass
class Scene:
    """Rui leads Ana, both of Portugal; Luc leads Eva, both of France; Kate is of no agency and reads English."""

    world: World
    rui: Person
    ana: Person
    luc: Person
    eva: Person
    kate: Person

    async def plan(self, *people: Person, by: Person | None = None, more: str = "", when: str = WHEN) -> Post:
        """Let somebody, or Rui, plan a patrol called River; return the answer."""
        lead = by or self.rui
        names = ", ".join(one.user_id for one in people)
        await lead.says(f"!patrol plan River {when} people:{names} {more}")
        return answer(lead)

    async def mixed(self) -> Patrol:
        """Return a patrol of Ana and Eva, who share English, before Luc has agreed."""
        await self.ana.says("!language pt reads:en")
        await self.eva.says("!language fr reads:en")
        said = await self.plan(self.ana, self.eva)
        assert said.record["ok"], said.body
        return await self.patrol()

    async def patrols(self) -> list[Patrol]:
        """Return the patrols that are to come."""
        return await self.world.store.patrol.list_coming(ROOM, self.world.clock.now())

    async def patrol(self) -> Patrol:
        """Return the only one."""
        [found] = await self.patrols()
        return found

    def question(self, person: Person) -> Post:
        """Return the last question to somebody."""
        posts = [h.post for h in self.world.heard if h.kind == "question" and h.post and h.post.record["choices"]]
        return [post for post in posts if post.mentions == (person.user_id,)][-1]

    async def chooses(self, person: Person, choice: str, tail: str | None = None) -> None:
        """Let somebody answer their last question, with the end of its reference."""
        post = self.question(person)
        digit = next(digit for digit, name in post.record["choices"].items() if name == choice)
        body = f"{digit} {post.record['ref'][-2:] if tail is None else tail}"
        await person.says(body, **replied(body, self.world.event_of(post)))

    async def leaves(self, person: Person) -> None:
        """Let somebody leave the room."""
        self.world.rooms.joined[ROOM].remove(person.user_id)
        await self._member(person, "leave")

    async def comes(self, person: Person) -> None:
        """Let somebody come into the room."""
        self.world.rooms.joined[ROOM].append(person.user_id)
        await self._member(person, "join")

    async def _member(self, person: Person, membership: str) -> None:
        raw: dict[str, Any] = {"state_key": person.user_id, "content": {"membership": membership}}
        await self.world.receives(person.user_id, "", type="m.room.member", **raw)
        await self.world.settles()

    def said(self, since: int, of: str = "patrol") -> list[str]:
        """Return the notices about patrols in the room since the bot had posted so much."""
        return [
            h.post.body
            for h in self.world.heard[since:]
            if h.kind == "notice" and h.post and h.room == ROOM and h.post.record.get("of") == of
        ]


def begun(world: World) -> Scene:
    """Return everyone, in the room."""
    world.config = world.current.now = configuration(roles=LEADS)
    rui, ana = world.person("rui", "PRT-GNR"), world.person("ana", "PRT-GNR")
    luc, eva = world.person("luc", "FRA-PN"), world.person("eva", "FRA-PN")
    return Scene(world, rui, ana, luc, eva, world.person("kate"))
