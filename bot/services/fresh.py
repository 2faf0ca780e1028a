"""Who comes into a room cannot read what stood there before: what is open is shown anew, once a minute at most."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.config import Current
from bot.model.due import Woken
from bot.model.incident import Words
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.briefing import BriefingService
from bot.services.handover import HandoverService
from bot.services.incident import CardService, IncidentService
from bot.services.person import PersonService
from bot.services.room import RoomService
from bot.store import Store

DUE = "fresh cards"
WORDED = "card titles"
EVERY = timedelta(minutes=1)
"""How long who comes after others waits at most: cards that are made anew are so for all who are there by then."""
TITLE = 1
"""The number of the entry that declares an incident: its text is the title."""
MOST = 20
"""How many incidents are shown anew at once, the newest; the others a minute later."""


class FreshService:
    """Shows what is open to those who could not read it, in the open transaction."""

    def __init__(
        self, config: Current, store: Store, person: PersonService, room: RoomService, incident: IncidentService,
        card: CardService, handover: HandoverService, briefing: BriefingService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._person = person
        self._room = room
        self._incident = incident
        self._card = card
        self._handover = handover
        self._briefing = briefing

    async def came(self, room_id: str, user_id: UserId, cause: str, now: datetime) -> None:
        """Show somebody who is there now what is open, at once or with those who have come within a minute."""
        if await self._store.due.find(DUE, room_id) is None:
            await self._show(room_id, [user_id], cause, now)

    async def left(self, room_id: str, cause: str, now: datetime) -> None:
        """Show again, now that somebody has gone, what was not for all who were there."""
        if await self._card.restore(room_id, cause, now, MOST) and await self._store.due.find(DUE, room_id) is None:
            await self._store.due.plan(DUE, room_id, now + EVERY, {})

    async def wake(self, woken: Woken) -> None:
        """Show what is open to all who have come since it was shown, and what was too much then."""
        room_id = woken.due.ref
        await self._show(room_id, self._room.members(room_id), woken.cause, woken.now)
        await self.left(room_id, woken.cause, woken.now)

    async def _show(self, room_id: str, people: Sequence[UserId], cause: str, now: datetime) -> None:
        new = [user for user in people if self._config.now.serves(user)]
        shown = await self._card.renew(room_id, new, cause, now, MOST)
        if shown:
            await self._store.due.plan(WORDED, room_id, now, {})
        for user in new:
            shown = await self._handover.came(room_id, user, cause, now) or shown
            shown = await self._briefing.came(room_id, user, cause, now) or shown
        if shown:
            await self._store.due.plan(DUE, room_id, now + EVERY, {})

    async def prepare_titles(self, woken: Woken) -> Sequence[tuple[Reference, Mapping[int, Words]]]:
        """Return what is missing of the titles of open cards in what the room speaks now that somebody came. Slow."""
        room_id = woken.due.ref
        codes = [LanguageCode(code) for code in await self._person.room_languages(room_id)]
        refs = [card.ref for card in (await self._store.card.list_open(room_id))[-MOST:]]
        wanted = [(ref, code) for code in codes for ref in refs]
        # All at once: whatever else is due waits for them.
        found = await asyncio.gather(
            *(self._incident.complete(ref, room_id, code, woken.now, [TITLE]) for ref, code in wanted)
        )
        said = zip(wanted, found, strict=True)
        return [(ref, words) for (ref, _code), words in said if any(one.made for one in words.values())]

    async def say_titles(self, woken: Woken) -> None:
        """Let the cards say their titles in those languages as well."""
        found: Sequence[tuple[Reference, Mapping[int, Words]]] = woken.prepared or ()
        for ref, words in found:
            await self._incident.keep(ref, words)
        told = Told(woken.due.ref, woken.cause, woken.now, woken.now, woken.now)
        incidents = await self._store.incident.list_of(list(dict.fromkeys(ref for ref, _words in found)))
        for incident in incidents.values():
            await self._card.show(None, incident, told)
