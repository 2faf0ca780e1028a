"""What people write below the cards of incidents, on its way into the timelines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from bot.clock import Clock
from bot.command import Reply
from bot.errors import UserError
from bot.i18n import Code, _
from bot.intake.answer import reply_payload
from bot.model.incident import marked, worded
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
        """Have a message entered if it belongs to an incident.

        Nothing is said, as the card shows it: but that the incident is closed.
        """
        incident = await self._entered(self._services.noting.take, incoming, relayed)
        if incident is None or not incident.ended:
            return
        ref, now = str(incident.ref), self._clock.now()
        said = _("{ref}: entered. It is {status}.", ref=Code(ref), status=worded(incident.status))
        payload = reply_payload(Reply(marked(incident, said), ref=ref), incoming.sender, None, None)
        payload |= {"shows": [ref], "cut": await self._services.incident.cut(incoming.room_id, [ref])}
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
            payload = reply_payload(self._router.refused(error), incoming.sender, None, error.code)
            await self._store.outbox.add(incoming.room_id, "reply", incoming.event_id, payload, now, INDEX)
            return None
