"""Messages whose room key never came: their senders are told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.command import Reply
from bot.config import Current
from bot.errors import ErrorCode
from bot.i18n import _
from bot.intake.ledger import Ledger
from bot.intake.limits import Limits
from bot.intake.payload import reply_payload
from bot.intake.reading import Reader, Waiting
from bot.lanes import TryLater
from bot.model.person import UserId
from bot.services import Services
from bot.services.pulse import Pulse
from bot.store import Store
from bot.store.inbox import InboxRow

log = structlog.get_logger(__name__)

PATIENCE = timedelta(minutes=5)
"""How long a message waits for its key before its sender is told; and what was left lying so long is late."""
CHECK_SECONDS = 15.0

STRANDED = _("I could not read this message: its key did not reach me. Please send it again.")


class Stranded:
    """Gives up, after a while, what no key came for; *wake* is told the rooms, and those with late events, to go on."""

    def __init__(
        self,
        config: Current,
        store: Store,
        reader: Reader,
        services: Services,
        ledger: Ledger,
        limits: Limits,
        clock: Clock,
        pulse: Pulse,
        wake: Callable[[set[str], set[str]], None],
    ) -> None:
        self._config = config
        self._store = store
        self._reader = reader
        self._services = services
        self._ledger = ledger
        self._limits = limits
        self._clock = clock
        self._pulse = pulse
        self._wake = wake

    async def run(self) -> None:
        """Tell the senders of messages whose key never came, once each."""
        seen: set[str] = set()
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            now = self._clock.now()
            before, seen = seen, set()
            for row in await self._store.inbox.list_stranded(now - PATIENCE):
                seen.add(row.event_id)
                if row.event_id not in before:
                    # The clock may have jumped, or the machine slept: its key may be on the way.
                    continue
                try:
                    await self._look_at(row, now)
                except TryLater as error:
                    log.error("stranded.waits", error=str(error))
                # The edge of one event, as in `Intake`.
                except Exception:
                    await self._ledger.fault(row.event_id, row.room_id)

    async def _look_at(self, row: InboxRow, now: datetime) -> None:
        """Give up an event whose key never came, unless it has come since the rows were listed."""
        if not isinstance(self._reader.read(row), Waiting):
            return await self._come_after_all(row)
        sender = UserId(str(row.raw.get("sender")))
        async with self._store.transaction():
            if not await self._store.inbox.give_up(row.event_id, "undecryptable"):
                return
            told = self._config.now.serves(sender) and not self._services.room.silent(row.room_id)
            if told and self._limits.tells_stranded(sender):
                payload = reply_payload(Reply(STRANDED), sender, None, ErrorCode.UNAVAILABLE)
                await self._store.outbox.add(row.room_id, "reply", row.event_id, payload, now)
        log.warning("event.stranded", event_id=row.event_id, room=row.room_id)
        self._pulse.count("undecryptable")
        self._ledger.on_done(row.room_id)

    async def _come_after_all(self, row: InboxRow) -> None:
        """Take up an event whose key is here although nobody told us."""
        async with self._store.transaction():
            await self._store.inbox.key_arrived(str(row.raw["content"].get("session_id")))
            await self._store.inbox.take_up(row.event_id)
        self._wake({row.room_id}, {row.room_id})
