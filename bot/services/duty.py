"""What is planned to be asked: of an incident that stays silent, of a task that becomes overdue."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.config import Current
from bot.model.incident import Entry, EntryKind, Incident, Reason, Severity
from bot.model.ladder import Climb
from bot.model.reference import Reference
from bot.model.review import DUE as REVIEW
from bot.model.review import FIRST
from bot.store import Store

SUBJECT = "ack"
"""The command whose questions they are."""
UPDATE, TASK = "update", "task"
"""What is asked about: an incident of which nothing was heard for long, a task that is overdue."""


class DutyService:
    """Plans, in the open transaction, when a ladder begins; what was asked meanwhile is settled then."""

    def __init__(self, config: Current, store: Store) -> None:
        self._config = config
        self._store = store

    async def plan(self, kind: str, ref: Reference, at: datetime, since: datetime | None = None) -> None:
        """Let the ladder about *ref* begin anew at *at*, about what has been so *since* then."""
        await self._settle(kind, ref)
        await self._store.due.plan(kind, str(ref), at, Climb(since=since).payload)

    async def drop(self, kind: str, ref: Reference) -> None:
        """Let nobody be asked about *ref* any more."""
        await self._settle(kind, ref)
        await self._store.due.drop(kind, str(ref))

    async def entered(self, incident: Incident, entry: Entry) -> None:
        """Follow an entry of an incident's timeline: whoever enters something has said how it stands."""
        if incident.ended:
            await self.drop(UPDATE, incident.ref)
            await self._end_tasks(incident)
        elif entry.author != self._config.now.matrix.user_id and entry.kind is not EntryKind.SNOOZED:
            at = entry.entered_at + self.cadence(incident.severity)
            await self.plan(UPDATE, incident.ref, at, entry.entered_at)
        if entry.kind is EntryKind.CLOSED and self._reviewed(incident):
            await self._store.due.plan(REVIEW, str(incident.ref), entry.entered_at + FIRST, {})
        if entry.kind in (EntryKind.REOPENED, EntryKind.UNDONE) and not incident.ended:
            await self._begin_tasks(incident, entry.entered_at)

    def _reviewed(self, incident: Incident) -> bool:
        """Return whether a review of the closed incident is asked for: it was real trouble, and bad enough."""
        least = self._config.now.incident.review_from
        if not least or incident.severity is None or incident.reason is not Reason.RESOLVED:
            return False
        return incident.severity.rank <= Severity(least).rank

    def cadence(self, severity: Severity | None) -> timedelta:
        """Return how long nothing may be entered about an incident."""
        return _of(self._config.now.incident.cadence_minutes, severity)

    def wait(self, severity: Severity | None) -> timedelta:
        """Return how long somebody has to answer before the next are asked."""
        return _of(self._config.now.incident.answer_minutes, severity)

    async def _settle(self, kind: str, ref: Reference) -> None:
        await self._store.question.settle(SUBJECT, asking(kind, ref))

    async def _end_tasks(self, incident: Incident) -> None:
        for task in await self._store.task.list_open([incident.ref]):
            if not task.review:
                await self.drop(TASK, task.ref)

    async def _begin_tasks(self, incident: Incident, now: datetime) -> None:
        for task in await self._store.task.list_open([incident.ref]):
            if task.due and await self._store.due.find(TASK, str(task.ref)) is None:
                await self.plan(TASK, task.ref, max(task.due, now + self.wait(incident.severity)))


def asking(kind: str, ref: Reference) -> dict[str, str]:
    """Return the data of the questions about it."""
    return {"kind": kind, "ref": str(ref)}


def _of(minutes: tuple[int, ...], severity: Severity | None) -> timedelta:
    """Return what stands for that severity; one that nobody has said yet may be high."""
    return timedelta(minutes=minutes[(severity or Severity.HIGH).rank - 1])
