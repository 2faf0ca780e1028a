"""Reports whose message was taken back: the revision stays, with what it says in codes; what was written goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.model.incident import EntryKind
from bot.model.incoming import Incoming
from bot.model.report import Draft, Report, Value, digest
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.held import Held
from bot.services.incident import Change, IncidentService
from bot.services.person import PersonService
from bot.store import Store


class Withdrawals:
    """Deletes the free text of reports with their messages; joins the open transaction."""

    def __init__(self, store: Store, incident: IncidentService, audit: AuditService, person: PersonService) -> None:
        self._store = store
        self._incident = incident
        self._held = Held(store, audit)
        self._person = person

    async def withdraw(self, redaction: Incoming, event_id: str, now: datetime) -> bool:
        """Delete what the message *event_id* has said in reports, and enter that; return whether it was in any.

        So goes what was asked last because of it, with all that was given for that report so far.
        """
        withdrawn = False
        for draft in await self._store.report.list_asked(redaction.room_id, event_id):
            await self._drop(draft)
            withdrawn = True
        for draft in await self._store.report.list_begun(redaction.room_id, event_id):
            await self._leave_out(draft, event_id)
            withdrawn = True
        made = await self._store.report.list_made(redaction.room_id, event_id)
        given = await self._store.report.list_from(redaction.room_id, event_id)
        for report in {(one.ref, one.revision): one for one in (*made, *given)}.values():
            told = Told(report.room_id, redaction.event_id, redaction.sent_at, now, now)
            if await self._withdraw(report, event_id, told):
                await self._enter(report, redaction, now)
            withdrawn = True
        return withdrawn

    async def _drop(self, draft: Draft) -> None:
        """Forget a draft."""
        await self._unword(draft, draft.values)
        await self._store.report.drop_draft(draft.id)

    async def _leave_out(self, draft: Draft, event_id: str) -> None:
        """Forget what a message has said in a draft: its field is asked again."""
        left = {code: value for code, value in draft.values.items() if value.event != event_id}
        await self._unword(draft, {code: value for code, value in draft.values.items() if code not in left})
        await self._store.report.save_draft(replace(draft, values=left))

    async def _unword(self, draft: Draft, values: Mapping[str, Value]) -> None:
        """Delete the translations of *values* of a draft, but those that the report has said before."""
        report = await self._store.report.find(draft.ref)
        known = {digest(code, text) for code, text in (report.said_since(None) if report else {}).items()}
        given = {digest(code, str(value.meant)) for code, value in values.items() if value.language}
        await self._store.report.unword(draft.ref, given - known)

    async def _withdraw(self, report: Report, event_id: str, told: Told) -> bool:
        """Empty what the message *event_id* has said, from that revision on; return whether it had said anything."""
        before = await self._store.report.find(report.ref, report.revision - 1)
        # Of revisions that are older than the record of sources, the last message has said it all.
        said = {
            code: text
            for code, text in report.said_since(before).items()
            if report.values[code].event in ("", event_id)
        }
        for later in await self._store.report.list_since(report):
            values = {code: _emptied(code, value, said) for code, value in later.values.items()}
            if values == later.values:
                continue
            logged, key = await self._store.report.logged(later), (later.ref, later.revision)
            # What other messages have said of it is still theirs to take back.
            await self._held.forget(later.incident, key, logged, later.content, {}, told.now)
            await self._store.report.empty(replace(later, values=values))
            for post in await self._store.outbox.list_caused(later.event_id, "report"):
                cause = f"{told.event_id} {post.id}"
                await self._store.outbox.add(post.room_id, "redact", cause, {"post": post.id}, told.now)
        await self._store.report.unword(report.ref, [digest(code, text) for code, text in said.items()])
        return any(value.event in ("", event_id) for value in report.values.values())

    async def _enter(self, report: Report, redaction: Incoming, now: datetime) -> None:
        if report.incident is None:
            return
        actor = await self._person.actor(redaction.sender, redaction.room_id)
        told = Told(redaction.room_id, redaction.event_id, redaction.sent_at, redaction.received_at, now)
        for entry in await self._store.note.list_of(report.event_id, EntryKind.REPORT):
            change = Change(EntryKind.WITHDRAWN, corrects=entry.number)
            await self._incident.follow(actor, told, report.incident, change)


def _emptied(code: str, value: Value, said: Mapping[str, str]) -> Value:
    """Return a value without what was *said* in it; what it means in codes stays."""
    if value.language and said.get(code) == value.meant:
        return replace(value, typed="", meant="")
    return value
