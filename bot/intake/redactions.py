"""Redactions: what the bot made of an event goes when the event goes."""

from __future__ import annotations

from bot.clock import Clock
from bot.intake.ledger import Ledger
from bot.model.incoming import Incoming
from bot.model.question import LATE, PURPOSE
from bot.services import Services
from bot.services.incident import ANSWERED_BY
from bot.services.relay import Cause
from bot.store import Store

KEEPING = (
    LATE,
    PURPOSE,
    ANSWERED_BY,
    "incident close",
    "briefing schedule",
    "briefing poll",
    "patrol plan",
    "hold",
    "hold lift",
    "purge",
    "purge agency",
)
"""What those questions are about that hold what the message said which they were asked for."""


class Redactions:
    """Lets translations, and what is kept of an event, go with it."""

    def __init__(self, store: Store, services: Services, ledger: Ledger, clock: Clock) -> None:
        self._store = store
        self._services = services
        self._ledger = ledger
        self._clock = clock

    async def follow(self, redaction: Incoming, event_id: str) -> None:
        """Take back what was made of *event_id*, or see that nothing is made of it any more."""
        async with self._store.transaction():
            await self._store.inbox.redacted(redaction.room_id, event_id)
            for subject in KEEPING:
                await self._store.question.withdraw(subject, event_id)
            cause = Cause(redaction.event_id, self._clock.now())
            await self._services.correction.follow(cause, event_id)
            lines = await self._services.recall.said_by(redaction.room_id, event_id)
            # Entries first: where a message was written is forgotten with its translations.
            withdrawn = await self._services.withdrawing.withdraw(redaction, event_id, cause.at)
            withdrawn |= await self._services.relay.withdraw(redaction, event_id, cause.at)
            withdrawn |= await self._services.report.withdraw(redaction, event_id, cause.at)
            withdrawn |= await self._services.handover.withdraw(
                redaction.room_id, event_id, redaction.event_id, cause.at
            )
            withdrawn |= await self._services.briefing.withdraw(
                redaction.room_id, event_id, redaction.event_id, cause.at
            )
            withdrawn |= await self._services.polling.withdraw(
                redaction.room_id, event_id, redaction.event_id, cause.at
            )
            withdrawn |= await self._services.answering.withdraw(
                redaction.room_id, event_id, redaction.event_id, cause.at
            )
            withdrawn |= await self._services.agenda.withdraw(redaction.room_id, event_id, redaction.event_id, cause.at)
            withdrawn |= await self._services.minutes.withdraw(event_id, redaction.event_id, cause.at)
            withdrawn |= await self._services.reminder.withdraw(
                redaction.room_id, event_id, redaction.event_id, cause.at
            )
            withdrawn |= await self._services.patrol.withdraw(redaction.room_id, event_id, redaction.event_id, cause.at)
            withdrawn |= await self._services.hold.withdraw(redaction.room_id, event_id, redaction.event_id, cause.at)
            if await self._services.audit.withdraw(redaction.room_id, event_id, cause.at):
                await self._services.notice.withdraw(redaction.room_id, event_id, redaction.event_id, cause.at)
                withdrawn = True
            withdrawn |= await self._services.pinning.redacted(redaction, event_id, cause.at)
            withdrawn |= await self._services.pinning.unreacted(redaction, event_id, cause.at)
            withdrawn |= await self._services.wish.take_back(redaction.room_id, event_id, cause)
            withdrawn |= await self._services.compass.take_back(
                redaction.room_id, event_id, redaction.event_id, cause.at
            )
            withdrawn |= await self._services.card.take_back(redaction.room_id, event_id, redaction.event_id, cause.at)
            if lines:
                await self._services.recall.taken_back(lines, redaction, event_id, cause.at)
            await self._store.inbox.done(redaction.event_id, "followed" if withdrawn else "redaction")
        self._ledger.on_done(redaction.room_id)
