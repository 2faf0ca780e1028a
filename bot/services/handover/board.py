"""What a room sees of a handover: its card, and who is rung about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.i18n import Message
from bot.model.handling import Purpose
from bot.model.handover import Handover, Item, Sheet, State, incident_of
from bot.model.person import Actor, UserId
from bot.model.told import Told
from bot.services.handover.sheets import Sheets
from bot.services.incident import IncidentService
from bot.services.notice import Block, NoticeService
from bot.services.person import PersonService
from bot.services.room import RoomService
from bot.store import Store
from bot.store.card import Card

MOST_SHOWN = 40
"""Items that a card shows, in all its languages together."""
MOST_LANGUAGES = 3


class Board:
    """Posts cards and rings, in the open transaction."""

    def __init__(
        self, store: Store, incident: IncidentService, person: PersonService, notice: NoticeService, room: RoomService,
        sheets: Sheets,
    ) -> None:  # fmt: skip
        self._store = store
        self._sheets = sheets
        self._incident = incident
        self._person = person
        self._notice = notice
        self._room = room

    async def languages(self, handover: Handover) -> list[str]:
        """Return in which languages its card is: the incoming person's, the outgoing one's, then the room's."""
        people = [handover.incoming, handover.outgoing]
        own = [str((await self._person.actor(user, handover.room_id)).menus) for user in people]
        rest = await self._person.room_languages(handover.room_id)
        return [*dict.fromkeys([*own, *rest])][:MOST_LANGUAGES]

    async def show(
        self, actor: Actor | None, handover: Handover, told: Told, items: Sequence[Item] | None = None
    ) -> str:
        """Let the room's card say how the handover stands now, pinned while it is open; return its post."""
        room_id, cause = handover.room_id, f"{told.event_id} {handover.ref}"
        card = await self._store.card.find(handover.ref, room_id)
        payload: dict[str, Any] = {"of": "handover", "ref": str(handover.ref), "revision": handover.revision}
        if card:
            payload["post"] = card.post
        if items is None:
            items = await self._store.handover.items(handover.ref)
        holds = _held(items)
        await self._incident.showing(actor, room_id, holds, Purpose.CARD, told.event_id, told.now)
        post = await self._store.outbox.add(room_id, "card", cause, payload, told.now, holds=holds)
        card = card or Card(handover.ref, post, frozenset(self._room.members(room_id)))
        if card.pinned is not handover.state.open:
            pins = {"pins" if handover.state.open else "unpins": [card.post]}
            await self._store.outbox.add(room_id, "pin", cause, pins, told.now)
        await self._store.card.save(replace(card, pinned=handover.state.open), room_id)
        return card.post

    async def record(self, actor: Actor | None, told: Told, handover: Handover) -> Sheet:
        """Record the handover as it stands, and let its card say so."""
        handover = replace(handover, revision=handover.revision + 1)
        await self._store.handover.save(handover)
        await self.show(actor, handover, told)
        return await self._sheets.sheet(handover)

    async def end(self, actor: Actor | None, told: Told, handover: Handover, state: State) -> Handover:
        """Record that a handover has ended so, and let its card say it."""
        ended = replace(handover, state=state, ended_at=told.now)
        await self.record(actor, told, ended)
        return ended

    async def renew(self, handover: Handover, user_id: UserId, told: Told) -> bool:
        """Post the card of an open handover anew for somebody who was not there then; return whether it had to be."""
        card = await self._store.card.find(handover.ref, handover.room_id)
        if card is None or user_id in card.readers:
            return False
        cause = f"{told.event_id} {handover.ref}"
        await self._store.card.forget(card.post)
        await self.show(None, handover, told)
        await self._store.outbox.add(handover.room_id, "pin", f"{cause} old", {"unpins": [card.post]}, told.now)
        await self._store.outbox.add(handover.room_id, "redact", cause, {"post": card.post}, told.now)
        return True

    async def pin(self, handover: Handover, told: Told) -> None:
        """Pin the card of a handover."""
        if card := await self._store.card.find(handover.ref, handover.room_id):
            cause = f"{told.event_id} {handover.ref}"
            await self._store.outbox.add(handover.room_id, "pin", cause, {"pins": [card.post]}, told.now)

    async def unread(self, handover: Handover, user_id: UserId) -> None:
        """Record that somebody who has left cannot read what the card says from now on."""
        card = await self._store.card.find(handover.ref, handover.room_id)
        if card and user_id in card.readers:
            await self._store.card.save(replace(card, readers=card.readers - {user_id}), handover.room_id)

    async def ring(
        self, handover: Handover, whom: Sequence[UserId], asked: Message, told: Told, index: int = 0,
        said: Sequence[Block] = (),
    ) -> None:  # fmt: skip
        """Ring *whom* with *asked*, which names nothing but the reference, below the card or what is *said* first."""
        room_id, ref = handover.room_id, str(handover.ref)
        there = [user for user in whom if user in self._room.members(room_id)]
        if not there:
            return
        after = await self._store.card.find(handover.ref, room_id)
        post = after.post if after else ""
        if said:
            post = await self._notice.give(room_id, "handover", told.event_id, said, told.now, ref=ref, people=there)
        await self._notice.ring(room_id, "handover", told.event_id, there, asked, post, told.now, ref=ref, index=index)


def _held(items: Sequence[Item]) -> list[str]:
    """Return of which incidents a card with these *items* says something."""
    return [*dict.fromkeys(str(incident_of(one)) for one in items[:MOST_SHOWN] if not one.kind.written)]
