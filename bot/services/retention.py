"""Keeping no longer than was promised."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.config import Current
from bot.model.question import LATE, PURPOSE
from bot.services.audit import AuditService
from bot.services.expiring import ExpiringService
from bot.services.pulse import A_SKEW, Pulse
from bot.store import Store
from bot.store.backup import expire

log = structlog.get_logger(__name__)

A_LEAP = timedelta(days=2)
"""More than that between two looks for what is too old is no time that passed while we ran: a clock may be wrong."""
SETTLES = timedelta(days=3)
"""How long nothing is deleted after such a leap: somebody has so long to set the clock right, also the homeserver's."""
A_DAY = timedelta(days=1)
"""How long a command, the only original text that is kept, waits for its sender's word: late, or without a purpose."""

LOOKED, LEAPT = "retention_looked_at", "retention_leapt_at"
"""What is kept of that over a restart."""


class RoomKeys(Protocol):
    """The keys that messages of rooms were read with."""

    def forget(self, session_ids: Sequence[str]) -> None:
        """Delete these room keys for good: what they opened can never be read, nor replayed, again."""
        ...


class RetentionService:
    """Deletes what is older than `privacy.retention_days`, plans what the rules of records purge, expires backups."""

    def __init__(
        self, config: Current, store: Store, keys: RoomKeys, pulse: Pulse, audit: AuditService,
        expiring: ExpiringService | None = None,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._keys = keys
        self._pulse = pulse
        self._audit = audit
        self._expiring = expiring
        self._told = False

    async def purge(self, now: datetime) -> int | None:
        """Delete what is too old at *now*, in a transaction of its own; return the number of rows.

        None if nothing was looked at because our clock may be wrong: by one that is far ahead, what is in use is old.
        """
        if await self._leapt(now):
            return None
        if not self._pulse.believes(now):
            if not self._told:
                log.warning("retention.skipped", skew=self._pulse.skew, limit=A_SKEW.total_seconds())
            self._told = True
            return None
        self._told = False
        before = now - timedelta(days=self._config.now.privacy.retention_days)
        old = await self._store.inbox.list_old_sessions(before)
        # The keys first: without their event ids, messages that can still be read could be replayed.
        self._keys.forget(old)
        await asyncio.to_thread(expire, self._config.now, now)
        due = await self._expiring.look(now) if self._expiring else {}
        async with self._store.transaction():
            for subject in (LATE, PURPOSE):
                await self._store.question.expire(subject, now - A_DAY)
            for index in await self._store.checkin.list_logged(before):
                await self._audit.forget(index, {}, now)
            await self._audit.purge(before, now)
            if self._expiring:
                await self._expiring.plan(due, now)
            return (
                await self._store.translation.purge(before)
                + await self._store.memory.purge(before)
                + await self._store.correction.purge(before)
                + await self._store.original.purge(before)
                + await self._store.wish.purge(before)
                + await self._store.voice.purge(before)
                + await self._store.outbox.purge(before)
                + await self._store.inbox.purge(before, old)
                + await self._store.question.purge(before)
                + await self._store.companion.purge(before)
                + await self._store.due.purge(before)
                + await self._store.report.purge_drafts(before)
                + await self._store.checkin.purge(before)
                + await self._store.shift.purge(before)
                + await self._store.rsvp.purge(before)
                + await self._store.poll.purge(before)
                + await self._store.agenda.purge(before)
                + await self._store.attendance.purge(before)
                + await self._store.briefing.purge(before)
                + await self._store.reminder.purge(before)
                + await self._store.patrol.purge(before)
                + await self._store.received.purge(before)
                + await self._store.purpose.purge(before)
                + await self._store.recall.purge(before)
                + await self._store.notice.forget_remarks(now - A_DAY)
            )

    async def _leapt(self, now: datetime) -> bool:
        """Return whether the clock has leapt ahead of late, while we ran or were away; the audit rooms are told once.

        The homeserver's clock shows nothing of that where both read the same one. Set back, it counts again at once.
        """
        account, pulse = self._store.account, self._pulse
        before, at = pulse.looked_at or _moment(await account.find(LOOKED)), _moment(await account.find(LEAPT))
        new = before is not None and now - before > A_LEAP
        if new or (at and not timedelta() <= now - at < SETTLES):
            at = now if new else None
        async with self._store.transaction():
            await account.save(**{LOOKED: now.isoformat(), LEAPT: at.isoformat() if at else ""})
            if new and before and self._expiring:
                await self._expiring.warn(before, now, now + SETTLES)
        pulse.looked_at = now
        if new and before:
            log.error("retention.clock_leapt", since=before.isoformat(), held_until=(now + SETTLES).isoformat())
        return at is not None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
