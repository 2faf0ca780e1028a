"""What records hold of a message that is taken back: its words go, also from cards and answers; the entries stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.model.incident import Entry, EntryKind, Incident
from bot.model.incoming import Incoming
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.held import Held
from bot.services.incident.contests import Change
from bot.services.incident.service import IncidentService
from bot.services.person import PersonService
from bot.store import Store

TASK_CARD = 1_000
"""From where the cards of tasks count among those that one event edits."""


class WithdrawingService:
    """Empties entries with the messages that they were made from; joins the open transaction.

    Under hold the log keeps their words.
    """

    def __init__(self, store: Store, incident: IncidentService, person: PersonService, audit: AuditService) -> None:
        self._store = store
        self._incident = incident
        self._person = person
        self._held = Held(store, audit)

    async def withdraw(self, redaction: Incoming, event_id: str, now: datetime) -> bool:
        """Delete what entries say in the words of the message *event_id*, and enter that; return whether any did.

        With a note go its later versions, with one of these its own words alone. What was pinned stays.
        """
        told = Told(redaction.room_id, redaction.event_id, redaction.sent_at, redaction.received_at, now)
        actor = await self._person.actor(redaction.sender, redaction.room_id)
        found = [
            one for one in await self._store.part.worded_by(event_id) if await self._here(redaction, event_id, one)
        ]
        for entry in found:
            note = entry.kind is EntryKind.NOTE and not entry.corrects
            await self._empty(await self._store.note.versions(entry) if note else [entry], now)
        for entry in found:
            await self._incident.follow(
                actor, told, entry.ref, Change(EntryKind.WITHDRAWN, _kind(entry), corrects=entry.number)
            )
            if entry.kind is EntryKind.TASK and (incident := await self._store.incident.find(entry.ref)):
                await show_task(self._store, Reference(entry.values["task"]), incident, told)
        for ref in dict.fromkeys(entry.ref for entry in found):
            since = min(entry.entered_at for entry in found if entry.ref == ref)
            await self._incident.retract(ref, event_id, since, redaction.event_id, now)
        return bool(found)

    async def _here(self, redaction: Incoming, event_id: str, entry: Entry) -> bool:
        """Return whether the message was said in the redaction's room: a room may take back what another one said."""
        if home := await self._store.original.room_of(event_id):
            return home == redaction.room_id
        incident = await self._store.incident.find(entry.ref)
        here = incident is not None and incident.room_id == redaction.room_id
        return here or await self._store.inbox.knows(redaction.room_id, event_id)

    async def _empty(self, entries: Sequence[Entry], now: datetime) -> None:
        for entry in entries:
            logged, left = await self._store.note.logged(entry), replace(entry, text="").content
            if entry.text:
                await self._held.forget(entry.ref, (entry.ref, entry.number), logged, entry.content, left, now)
            incident = await self._store.incident.find(entry.ref) if entry.kind is EntryKind.DECLARED else None
            if incident:
                await self._store.incident.save(replace(incident, title=""))
        await self._store.note.empty(entries)


def _kind(entry: Entry) -> dict[str, str]:
    """Return of what kind an entry is that is emptied, but of a note: what it has changed stands, and can be undone."""
    return {} if entry.kind is EntryKind.NOTE else {"kind": entry.kind}


async def show_task(store: Store, task: Reference, incident: Incident, told: Told) -> None:
    """Let the cards of a task say what may be said of it now."""
    for index, (room_id, card) in enumerate((await store.card.list_of(task)).items(), TASK_CARD):
        payload = {"of": "task", "ref": str(task), "post": card.post}
        await store.outbox.add(room_id, "card", told.event_id, payload, told.now, index, [str(incident.ref)])
