"""Who hands over to whom: Ana and Rui write Portuguese, Eva of the French police French, the lead English."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bot.model.handover import Handover, Sheet
from bot.model.reference import Reference
from bot.model.shift import PostName
from bot.render import Post

from ..duties import replied
from ..fakes import ROOM
from ..incident.scene import reacted
from ..world import Person, World

GATE = PostName("gate")
__all__ = ["GATE", "Scene", "World", "begun"]


@dataclass
class Scene:
    """The gate, and everybody who may stand at it."""

    world: World
    lead: Person
    ana: Person
    rui: Person
    eva: Person

    async def declared(self, title: str = "Barco na praia", severity: str = "high") -> str:
        """Return the reference of what Ana declares."""
        await self.ana.says(f"!incident declare {title} severity:{severity} type:vessel")
        for digit, choice in self.ana.last.record.get("choices", {}).items():
            if choice == "new":
                await self.ana.says(digit, **replied(digit, self.world.event_of(self.ana.last)))
        return str(self.ana.last.record["ref"])

    async def started(self, to: Person | None = None, by: Person | None = None) -> str:
        """Return the reference of the handover that Ana starts, to Rui by default."""
        by = by or self.ana
        await by.says(f"!handover start {(to or self.rui).user_id}")
        assert by.last.record["ok"], by.last.body
        return str(by.last.record["ref"])

    async def handed(self, to: Person | None = None) -> str:
        """Return the reference of the handover that waits for Rui."""
        ref = await self.started(to)
        await self.ana.says("!handover ready")
        return ref

    async def answering(self) -> str:
        """Return who answers for the gate."""
        return (await self.world.services.shift.watch(GATE)).person

    async def handover(self, ref: str) -> Handover:
        """Return the handover as it stands."""
        found = await self.world.store.handover.find(Reference(ref))
        assert found
        return found

    async def sheet(self, ref: str) -> Sheet:
        """Return the handover with its items."""
        return await self.world.services.handover.sheet(await self.handover(ref))

    def cards(self, ref: str) -> list[Post]:
        """Return how the card of a handover was posted and edited."""
        return [h.post for h in self.world.heard if h.kind == "card" and h.post and h.post.record["ref"] == ref]

    def card(self, ref: str) -> str:
        """Return how the card of a handover reads now, without isolates."""
        return plain(self.cards(ref)[-1])

    async def logged(self, kind: str) -> list[dict[str, Any]]:
        """Return what the audit log keeps of entries of that kind."""
        rows = await self.world.database.rows(
            "SELECT envelope, content FROM audit_entry JOIN audit_content USING (position) ORDER BY position"
        )
        return [json.loads(row["content"]) for row in rows if json.loads(row["envelope"])["kind"] == kind]


async def pins(scene: Scene, message: str, ref: str) -> None:
    """Let Ana pin that message in an incident."""
    await scene.ana.says("", **reacted("📌", message))
    digit = next(digit for digit, choice in scene.ana.last.record["choices"].items() if choice == ref)
    await scene.ana.says(digit, **replied(digit, scene.world.event_of(scene.ana.last)))


def plain(post: Post) -> str:
    """Return what a post says, without isolates."""
    return post.body.replace("\u2068", "").replace("\u2069", "")


async def begun(world: World) -> Scene:
    """Return the scene with a gate that Ana answers for."""
    lead = world.person("lead")
    people = [world.person("ana", "PRT-GNR"), world.person("rui", "PRT-GNR"), world.person("eva", "FRA-PN")]
    scene = Scene(world, lead, *people)
    await lead.says("!shift post gate")
    post = await world.services.shift.post(ROOM, "gate")
    async with world.store.transaction():
        await world.services.shift.begin_watch(None, post, people[0].user_id, world.clock.now())
        # Who has been here before is not new.
        await world.services.shift.begin_watch(None, post, people[1].user_id, world.clock.now())
        await world.services.shift.begin_watch(None, post, people[0].user_id, world.clock.now())
    return scene
