"""Messages that declare an incident by a siren: they are carried as any message between people is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from bot.clock import Clock
from bot.intake.ledger import Ledger
from bot.intake.limits import Limits
from bot.lanes import TryLater
from bot.model.incident import TITLE, EntryKind
from bot.model.incoming import Incoming
from bot.model.person import LanguageCode
from bot.router import alarmed
from bot.services import Services
from bot.services.pulse import Pulse
from bot.services.relay import Relayed
from bot.store import Store

log = structlog.get_logger(__name__)

Work = asyncio.Task[Relayed | None]


class Sirens:
    """Translates what people shout while it is declared, and carries it, whatever becomes of the declaration."""

    def __init__(
        self, store: Store, services: Services, ledger: Ledger, limits: Limits, clock: Clock, pulse: Pulse,
        translated: Callable[[Incoming], Awaitable[Relayed | None]],
    ) -> None:  # fmt: skip
        self._store = store
        self._services = services
        self._ledger = ledger
        self._limits = limits
        self._clock = clock
        self._pulse = pulse
        self._translated = translated

    async def beside(self, incoming: Incoming, command: Callable[[], Awaitable[None]]) -> None:
        """Do the *command* that a message is; if it begins with a siren, it is carried as well, and only then done.

        Taken up again after a crash, it is not done twice.
        """
        work = self._begin(incoming)
        if work is None:
            return await command()
        self._ledger.carrying.add(incoming.event_id)
        try:
            if not await self._store.outbox.list_caused(incoming.event_id, "reply"):
                await command()
            await self._carry(incoming, work)
        finally:
            work.cancel()
            self._ledger.carrying.discard(incoming.event_id)

    def _begin(self, incoming: Incoming) -> Work | None:
        """Begin to translate a message if it begins with a siren, and its sender and room do not write too much."""
        if alarmed(incoming.said) is None:
            return None
        if self._limits.exceeded(incoming.sender, incoming.room_id, trusted=incoming.trusted):
            self._pulse.count("rate_limited")
            return None

        async def work() -> Relayed | None:
            return await self._translated(incoming)

        return asyncio.create_task(work(), name=f"translate {incoming.event_id}")

    async def _carry(self, incoming: Incoming, work: Work) -> None:
        """Record the translation of a message that was acted upon already, and what is to be posted of it."""
        try:
            relayed, now = await work, self._clock.now()
            async with self._store.transaction():
                gone = await self._store.inbox.list_done([incoming.event_id])
                if gone or not await self._ledger.first(incoming):
                    return
                relayed = await self._beside_card(incoming, relayed) if relayed else None
                if relayed and relayed.read:
                    await self._services.relay.record(incoming, relayed, now)
                    await self._services.hint.give(incoming, relayed, now)
                await self._services.relay.keep(incoming, now)
                await self._store.inbox.done(incoming.event_id, "done")
            if relayed and relayed.read:
                self._pulse.count("relayed")
            self._ledger.on_done(incoming.room_id)
        except TryLater:
            raise
        # The edge of one message: what it declared stands, and its fault must not stop the room.
        except Exception:
            log.exception("relay.failed", event_id=incoming.event_id, length=len(incoming.body))
            self._pulse.count("fault")
            async with self._store.transaction():
                await self._store.inbox.done(incoming.event_id, "fault")

    async def remade(self, edit: Incoming) -> Relayed | None:
        """Return what an edit comes to that begins with a siren: it declares nothing, and is carried still."""
        work = self._begin(edit.revised())
        return await work if work else None

    async def _beside_card(self, incoming: Incoming, relayed: Relayed) -> Relayed:
        """Return what is to be posted beside the incident's card, which says the same in some of the languages."""
        shown = await self._said_by_card(incoming)
        left = (
            to if to.crosses else replace(to, languages=tuple(one for one in to.languages if one not in shown))
            for to in relayed.destinations
        )
        return replace(relayed, destinations=tuple(to for to in left if to.languages))

    async def _said_by_card(self, incoming: Incoming) -> set[LanguageCode]:
        """Return the languages in which the card says all of the message; none if it declared nothing."""
        notes = self._store.note
        declared = await notes.list_of(incoming.event_id, EntryKind.DECLARED)
        if not declared or await notes.list_of(incoming.event_id, EntryKind.NOTE):
            return set()
        shown = await self._services.person.room_languages(incoming.room_id)
        languages = [LanguageCode(language).base for language in shown]
        wording = self._store.wording
        return {one for one in languages if TITLE in await wording.list_of(declared[0].ref, one)}
