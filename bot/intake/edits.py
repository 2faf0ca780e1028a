"""Edits of messages between people: what the bot posted follows, the last edit wins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog

from bot.clock import Clock
from bot.intake.labels import Labels
from bot.intake.ledger import Ledger
from bot.intake.limits import Limits
from bot.intake.notes import Notes
from bot.lanes import TryLater
from bot.model.incoming import Incoming
from bot.model.original import Original
from bot.model.person import LanguageCode
from bot.services import Services
from bot.services.pulse import Pulse
from bot.services.relay import Relayed
from bot.store import Store
from bot.store.inbox import Open

log = structlog.get_logger(__name__)


class Edits:
    """Lets translations follow the edits of what they translate."""

    def __init__(
        self,
        store: Store,
        services: Services,
        ledger: Ledger,
        labels: Labels,
        notes: Notes,
        limits: Limits,
        clock: Clock,
        pulse: Pulse,
        translated: Callable[[Incoming, Sequence[LanguageCode]], Awaitable[Relayed | None]],
    ) -> None:
        self._store = store
        self._services = services
        self._ledger = ledger
        self._labels = labels
        self._notes = notes
        self._limits = limits
        self._clock = clock
        self._pulse = pulse
        self._translated = translated

    async def message(self, incoming: Incoming, of: str) -> Open | None:
        """Return how the message *of* stands that *incoming* is about, if it is not done."""
        return await self._store.inbox.find_open(incoming.room_id, of, before=incoming.event_id)

    async def wait(self, incoming: Incoming, message: Open) -> None:
        """Let *incoming* wait for its *message*: for its room key with it, or behind what comes now."""
        async with self._store.transaction():
            if message.session_id:
                await self._store.inbox.wait_for_key(incoming.event_id, message.session_id)
            else:
                await self._store.inbox.put_off(incoming.event_id)

    async def overtaken(self, edit: Incoming) -> None:
        """Close an edit that another one has overtaken before anything was made of it."""
        async with self._store.transaction():
            if await self._ledger.first(edit):
                await self._store.inbox.done(edit.event_id, "superseded")
        self._ledger.on_done(edit.room_id)

    async def follow(self, edit: Incoming) -> None:
        """Translate what *edit* makes of its message, and record how our posts change.

        Who writes too much has nothing translated, but what was translated before does not stay as it was either.
        """
        try:
            exceeded = self._limits.exceeded(edit.sender, edit.room_id, trusted=edit.trusted)
            wished = await self._services.wish.targets(edit.replaces or "")
            made = None if exceeded else await self._translated(edit.revised(), wished)
            await self._record(edit, made if made and made.read else None)
        except TryLater:
            raise
        # The edge of one edit: its fault must not stop the room.
        except Exception:
            await self._failed(edit)

    async def _record(self, edit: Incoming, relayed: Relayed | None) -> None:
        now, outcome = self._clock.now(), "replay"
        async with self._store.transaction():
            if await self._store.inbox.list_done([edit.event_id]):
                outcome = "redacted"
            elif await self._ledger.first(edit):
                before = await self._store.original.find(edit.room_id, edit.replaces or "")
                outcome = await self._services.relay.revise(edit, relayed, now)
                await self._labels.explain(edit.revised(), edit.replaces or "", now)
                if outcome not in ("superseded", "redacted"):
                    await self._notes.revise(edit, relayed)
                    await self._follow(edit, before, now)
                await self._store.inbox.done(edit.event_id, outcome)
        if relayed and outcome == "followed":
            self._pulse.took("edit", edit.received_at, now)
            for translation in relayed.translations:
                self._pulse.flag(translation.flags)
        self._ledger.on_done(edit.room_id)

    async def _follow(self, edit: Incoming, before: Original | None, now: datetime) -> None:
        """Let what records hold of a message be handled as its new words say."""
        after = await self._store.original.find(edit.room_id, edit.replaces or "")
        if before and after and (before.handling, before.decided) != (after.handling, after.decided):
            await self._services.part.follow(edit, after, now)

    async def _failed(self, edit: Incoming) -> None:
        """Log the error that is being handled, and take back what is out of date; if that fails too, close the edit."""
        log.exception("edit.failed", event_id=edit.event_id, length=len(edit.body))
        self._pulse.count("fault")
        try:
            await self._record(edit, None)
        except TryLater:
            raise
        # The edge of the edge: the edit must not come back at every start.
        except Exception:
            log.exception("edit.failed", event_id=edit.event_id, length=len(edit.body))
            await self._ledger.close(edit.event_id, edit.room_id, "fault")
