"""What people write below the cards of incidents, on its way into the timelines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from bot.clock import Clock
from bot.command import Reply
from bot.errors import UserError
from bot.intake.payload import reply_payload
from bot.model.incoming import Incoming
from bot.router import Router
from bot.services import Services
from bot.services.relay import Relayed
from bot.store import Store

INDEX = 3
"""Which answer to one message this is: a label, a language that was learned come before."""

T = TypeVar("T")
Enter = Callable[[Incoming, Relayed | None, datetime], Awaitable[T]]


class Notes:
    """Has messages, and their edits, entered; who cannot have them entered is told. Joins the open transaction."""

    def __init__(self, store: Store, router: Router, services: Services, clock: Clock) -> None:
        self._store = store
        self._router = router
        self._services = services
        self._clock = clock

    async def take(self, incoming: Incoming, relayed: Relayed | None) -> None:
        """Have a message entered if it belongs to an incident. Little is said: the card shows it."""
        noted = await self._entered(self._services.noting.take, incoming, relayed)
        if noted is None or not noted.said:
            return
        ref, now = str(noted.incident.ref), self._clock.now()
        payload = reply_payload(Reply(*noted.said, ref=ref), incoming.sender, None, None)
        payload |= await self._services.incident.built(incoming.room_id, [ref])
        await self._store.outbox.add(incoming.room_id, "reply", incoming.event_id, payload, now, INDEX, holds=[ref])

    async def revise(self, edit: Incoming, relayed: Relayed | None) -> None:
        """Have an edit entered if its message was, or stands on a timeline."""
        await self._entered(self._services.noting.revise, edit, relayed)
        await self._entered(self._services.pinning.edited, edit, relayed)

    async def _entered(self, enter: Enter[T], incoming: Incoming, relayed: Relayed | None) -> T | None:
        now = self._clock.now()
        try:
            return await enter(incoming, relayed, now)
        except UserError as error:
            incidents = self._services.incident
            about = await incidents.concerned(incoming.room_id, error, (), incoming.replies_to or incoming.thread)
            payload = reply_payload(self._router.refused(error), incoming.sender, None, error.code)
            payload |= await incidents.built(incoming.room_id, about)
            await self._store.outbox.add(incoming.room_id, "reply", incoming.event_id, payload, now, INDEX, holds=about)
            return None
