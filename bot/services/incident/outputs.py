"""What is posted of incidents: the one card a room, what the log says of it, and what is withdrawn again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.model.handling import Cleared, Hidden, Purpose
from bot.model.incident import Incident
from bot.model.person import Actor
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.incident.clearing import Clearing
from bot.store import Store


class Outputs:
    """Posts and withdraws what rooms see; what writes joins the open transaction."""

    def __init__(self, store: Store, audit: AuditService, clearing: Clearing) -> None:
        self._store = store
        self._audit = audit
        self._clearing = clearing

    async def card(self, actor: Actor | None, incident: Incident, told: Told) -> None:
        """Let its cards say how the incident stands now: one a room, edited in place; none where it is hidden."""
        posts = await self._store.incident.posts_of(incident.ref)
        for index, room_id in enumerate(dict.fromkeys([incident.room_id, *posts])):
            cleared = await self._clearing.clear(room_id, incident, Purpose.CARD)
            if isinstance(cleared, Hidden):
                continue
            payload: dict[str, Any] = {"of": "incident", "ref": str(incident.ref), "revision": incident.revision}
            if room_id in posts:
                payload["post"] = posts[room_id]
            holds = [str(incident.ref)]
            await self.showing(actor, room_id, holds, Purpose.CARD, told.event_id, told.now)
            post = await self._store.outbox.add(room_id, "card", told.event_id, payload, told.now, index, holds)
            if room_id not in posts:
                await self._store.incident.set_post(incident.ref, room_id, post)

    async def shows(self, room_id: str, refs: Sequence[str]) -> bool:
        """Return whether the room may still see of each of these incidents what was put together for it."""
        for ref in refs:
            known = await self._store.incident.find(Reference(ref))
            cleared = known and await self._clearing.clear(room_id, known, Purpose.READING)
            if known and isinstance(cleared, Hidden):
                return False
        return True

    async def showing(
        self, actor: Actor | None, room_id: str, refs: Sequence[str], purpose: Purpose, cause: str, now: datetime
    ) -> None:
        """Enter into the audit log that those of *refs* that are marked are shown to the room: one entry an output."""
        incidents = [one for ref in refs if (one := await self._store.incident.find(Reference(ref)))]
        marked = [str(one.content.ref) for one in await self._clearing.records(incidents) if one.marking.marked]
        if marked:
            agencies = sorted({one.agency for one in self._clearing.audience(room_id).members if one.agency})
            content = {"refs": marked, "purpose": purpose, "room": room_id, "event": cause, "agencies": agencies}
            await self._audit.append("record.shown", actor, marked[0] if len(marked) == 1 else None, content, now)

    async def look_round(self, room_id: str, cause: str, now: datetime) -> None:
        """Withdraw from the room what not everyone who is there now may see; joins the open transaction."""
        for ref in await self._store.incident.list_marked_in(room_id):
            await self.withdraw(ref, room_id, cause, now)

    async def withdraw(self, ref: Reference, room_id: str, cause: str, now: datetime) -> bool:
        """Take back from the room what says of the incident what it may not see any more; return whether it was that.

        What waits to be sent is looked at again when it is.
        """
        cleared = await self._clearing.find(room_id, ref, Purpose.CARD)
        if isinstance(cleared, Cleared) and cleared.full:
            return False
        held = [post for post in await self._store.outbox.list_holding(str(ref)) if post.room_id == room_id]
        for post in held:
            await self._store.outbox.let_go(str(ref), post.id)
            await self._store.outbox.add(room_id, "redact", f"{cause} {post.id}", {"post": post.id}, now)
        await self._store.incident.forget_post(ref, room_id)
        return True
