"""Rooms in which translations come late: it is said when that begins, and when it is over."""

from __future__ import annotations

from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.i18n import Message, _
from bot.intake.ledger import Ledger
from bot.model.incoming import Incoming
from bot.services import Services
from bot.services.pulse import Pulse
from bot.store import Store

log = structlog.get_logger(__name__)

BEHIND = timedelta(seconds=30)
"""How late a translation may begin without a word."""
AGAIN = timedelta(seconds=5)
"""From when on it is in time again."""
IN_A_ROW = 3
"""So many messages must be late: one may have waited for something of its own."""

KIND = "behind"
SAID = _(
    "I am behind with translating: too much is waiting. Every message is still translated, in its turn. Until I say"
    " that I have caught up, please read the originals."
)
OVER = _("I have caught up with translating.")


class Behind:
    """Sees how late each message of a room is taken up."""

    def __init__(self, store: Store, services: Services, ledger: Ledger, clock: Clock, pulse: Pulse) -> None:
        self._store = store
        self._services = services
        self._ledger = ledger
        self._clock = clock
        self._pulse = pulse
        self._late: dict[str, int] = {}
        self._told: set[str] = set()

    async def start(self) -> set[str]:
        """Return the rooms that were told before the bot stopped, to be told when it is over."""
        self._told = set(await self._store.notice.list_rooms(KIND))
        return set(self._told)

    async def look(self, incoming: Incoming, waited: timedelta) -> None:
        """See a message that is taken up after it has *waited* for its turn."""
        room_id = incoming.room_id
        if waited < AGAIN:
            self._late.pop(room_id, None)
            return await self.over(room_id, incoming.event_id)
        if waited < BEHIND:
            return
        late = self._late[room_id] = self._late.get(room_id, 0) + 1
        if late >= IN_A_ROW and room_id not in self._told:
            log.warning("translation.behind", room=room_id, seconds=int(waited.total_seconds()))
            self._pulse.count("behind")
            self._told.add(room_id)
            await self._say(room_id, f"{incoming.event_id} behind", SAID)

    async def over(self, room_id: str, cause: str) -> None:
        """Say that nothing is late any more, where it was said that something is."""
        self._late.pop(room_id, None)
        if room_id in self._told:
            self._told.remove(room_id)
            await self._say(room_id, f"{cause} caught up", OVER)

    async def _say(self, room_id: str, cause: str, sentence: Message) -> None:
        now = self._clock.now()
        async with self._store.transaction():
            if sentence is SAID:
                await self._store.notice.first(room_id, KIND, "", now)
            else:
                await self._store.notice.forget(room_id, KIND)
            await self._services.notice.give(room_id, KIND, cause, [sentence], now)
        self._ledger.on_done(room_id)
