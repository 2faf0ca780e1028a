"""The cards of incidents: one a room, edited in place, pinned while it is open, made anew for who comes later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.config import Current
from bot.model.handling import Cleared, Hidden, Purpose
from bot.model.incident import Incident
from bot.model.person import Actor, UserId
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.incident.clearing import Clearing
from bot.services.incident.outputs import Outputs
from bot.services.room import RoomService
from bot.store import Store
from bot.store.card import Card
from bot.store.outbox import transaction_id

ASKED = 2
"""Which answer of its event a card is that somebody asked for: commands give the first."""


class CardService:
    """Lets rooms show how incidents stand, in the open transaction."""

    def __init__(self, config: Current, store: Store, room: RoomService, clearing: Clearing, outputs: Outputs) -> None:
        self._config = config
        self._store = store
        self._room = room
        self._clearing = clearing
        self._outputs = outputs

    async def show(self, actor: Actor | None, incident: Incident, told: Told, *, first: bool = False) -> None:
        """Let its cards say how the incident stands now: one a room, edited in place; none where it is hidden.

        The *first* time, in the linked rooms as well.
        """
        cards = await self._store.card.list_of(incident.ref)
        more = await self._linked(incident.room_id) if first else []
        for index, room_id in enumerate(dict.fromkeys([incident.room_id, *cards, *more])):
            cleared = await self._clearing.clear(room_id, incident, Purpose.CARD)
            if isinstance(cleared, Cleared):
                await self._show(actor, incident, room_id, cards.get(room_id), told, index)

    async def _show(
        self, actor: Actor | None, incident: Incident, room_id: str, card: Card | None, told: Told, index: int
    ) -> None:
        payload: dict[str, Any] = {"of": "incident", "ref": str(incident.ref), "revision": incident.revision}
        if card:
            payload["post"] = card.post
        cause, holds = f"{told.event_id} {incident.ref}", [str(incident.ref)]  # one event may change several
        await self._outputs.showing(actor, room_id, holds, Purpose.CARD, told.event_id, told.now)
        post = await self._store.outbox.add(room_id, "card", cause, payload, told.now, index, holds)
        card = card or Card(incident.ref, post, frozenset(self._room.members(room_id)))
        if card.pinned == incident.ended:
            pins = {"unpins" if incident.ended else "pins": [card.post]}
            await self._store.outbox.add(room_id, "pin", cause, pins, told.now, index)
        await self._store.card.save(replace(card, pinned=not incident.ended), room_id)

    async def _linked(self, room_id: str) -> list[str]:
        circle = [one.room_id for one in await self._store.companion.list_of(room_id)]
        bot = self._config.now.matrix.user_id
        return [room for room in circle if self._room.encrypted(room) and bot in self._room.members(room)]

    async def renew(self, room_id: str, people: Sequence[UserId], cause: str, now: datetime, most: int) -> bool:
        """Post *most* cards of open incidents anew, the newest, if some of *people* cannot read them; return whether.

        They were not there then. The old ones are withdrawn; so are those that are not for everyone who is there now.
        """
        await self._outputs.look_round(room_id, cause, now)
        old = [
            card
            for card in await self._store.card.list_open(room_id)
            if not card.readers.issuperset(people)
            and not isinstance(await self._clearing.find(room_id, card.ref, Purpose.CARD), Hidden)
        ][-most:]
        new = [await self._renew(card, room_id, cause, now, index) for index, card in enumerate(old)]
        if new:
            pins = {"pins": new, "unpins": [card.post for card in old]}
            await self._store.outbox.add(room_id, "pin", cause, pins, now)
        for index, card in enumerate(old):
            await self._store.outbox.add(room_id, "redact", cause, {"post": card.post}, now, index)
        return bool(new)

    async def _renew(self, card: Card, room_id: str, cause: str, now: datetime, index: int) -> str:
        payload, holds = {"of": "incident", "ref": str(card.ref)}, [str(card.ref)]
        await self._outputs.showing(None, room_id, holds, Purpose.CARD, cause, now)
        post = await self._store.outbox.add(room_id, "card", cause, payload, now, index, holds)
        readers = frozenset(self._room.members(room_id))
        await self._store.card.save(Card(card.ref, post, readers, pinned=True), room_id)
        await self._store.outbox.let_go(str(card.ref), card.post)
        return post

    async def restore(self, room_id: str, cause: str, now: datetime, most: int) -> bool:
        """Post *most* cards, the newest, that the room lacks and may have, as those have gone who hid them.

        Return whether there was any.
        """
        missing = await self._store.incident.list_of(await self._store.card.list_missing(room_id))
        found = await self._clearing.passing(room_id, sorted(missing.values(), key=lambda one: one.declared_at))
        told, shown = Told(room_id, cause, now, now, now), 0
        for incident in [one.content for one in reversed(found) if one.full]:
            if shown == most:
                break
            cleared = await self._clearing.find(room_id, incident.ref, Purpose.CARD)
            if isinstance(cleared, Cleared) and cleared.full:
                await self._show(None, missing[incident.ref], room_id, None, told, shown)
                shown += 1
        return shown > 0

    async def shown_by(self, room_id: str, event_id: str) -> Reference | None:
        """Return the incident whose card our post *event_id* is; None if it is the card of none."""
        ref = await self._store.note.find_card(room_id, event_id)
        card = await self._store.card.find(ref, room_id) if ref else None
        return ref if card and await self._store.outbox.event_of(card.post) == event_id else None

    async def take_back(self, room_id: str, by: str, cause: str, now: datetime) -> bool:
        """Take back the card that the reaction *by* asked for, in the open transaction; return whether there is any."""
        post = transaction_id(by, "reply", ASKED)
        held = await self._store.outbox.list_held(post)
        for ref in held:
            await self._store.outbox.let_go(ref, post)
        if held:
            await self._store.outbox.add(room_id, "redact", cause, {"post": post}, now, ASKED)
        return bool(held)

    async def left(self, room_id: str, user_id: UserId) -> None:
        """Follow that somebody is gone: what is said meanwhile they cannot read if they come back."""
        for card in await self._store.card.list_open(room_id):
            if user_id in card.readers:
                await self._store.card.save(replace(card, readers=card.readers - {user_id}), room_id)

    async def pin_all(self, room_id: str, cause: str, now: datetime) -> None:
        """Pin the open cards of a room: the bot may do that now, perhaps."""
        posts = [card.post for card in await self._store.card.list_open(room_id)]
        if posts:
            await self._store.outbox.add(room_id, "pin", cause, {"pins": posts}, now)
