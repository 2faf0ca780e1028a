"""What records hold of a message that is marked afterwards: it is marked as the message is, and nothing is erased."""

from __future__ import annotations

from datetime import datetime

from bot.model.handling import label_of
from bot.model.incident import Entry, EntryKind, Incident, PartMark
from bot.model.incoming import Incoming
from bot.model.original import Decided, Original
from bot.model.person import Actor, UserId
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.identity import IdentityService
from bot.services.incident import Change, IncidentService, show_task
from bot.services.mark import speaks_for
from bot.services.person import PersonService
from bot.services.report.alone import Alone
from bot.services.report.answers import remarked, waiting
from bot.store import Store


class PartService:
    """Marks entries as the messages are that have brought them about; joins the open transaction."""

    def __init__(
        self, store: Store, incident: IncidentService, person: PersonService, identity: IdentityService, alone: Alone
    ) -> None:
        self._store = store
        self._incident = incident
        self._person = person
        self._identity = identity
        self._alone = alone

    async def recorded(self, room_id: str, event_id: str) -> Original | None:
        """Return a message of the room of which records alone hold something: a command, or one that is gone."""
        for entry, _incident in await self._made_of(room_id, event_id):
            mark = await self._store.part.find(entry.ref, entry.number, _source(entry, event_id))
            label = label_of(entry.text)
            handling, decided = label, Decided.TEXT if label else Decided.NOBODY
            if mark:
                handling, decided = mark.handling, mark.decided
            return Original(event_id, _sender(entry), True, event_id, None, handling, decided, room_id)
        if drafts := await self._store.report.list_begun(room_id, event_id):
            return waiting(drafts[0], event_id)
        report = await self._alone.find(room_id, event_id)
        return await self._alone.original(report) if report else None

    async def decides(self, incoming: Incoming, original: Original) -> bool:
        """Return whether *incoming* decides how a message is handled that others have marked, and records hold.

        A lead of its sender's agency does, until the sender has.
        """
        if original.decided is not Decided.OTHERS or not incoming.trusted:
            return False
        made_of = await self._made_of(original.room_id, original.event_id)
        if not made_of and not await self._alone.find(original.room_id, original.event_id):
            return False
        actor = await self._person.actor(incoming.sender, incoming.room_id)
        agency = (await self._person.actor(original.sender, incoming.room_id)).agency
        return speaks_for(actor, agency) and not await self._identity.frozen(incoming.sender)

    async def follow(self, by: Incoming, original: Original, now: datetime) -> None:
        """Mark what records hold of a message as it is handled now, because of what *by* says."""
        actor = await self._person.actor(by.sender, by.room_id)
        told = Told(by.room_id, by.event_id, by.sent_at, by.received_at, now)
        for entry, incident in await self._made_of(original.room_id, original.event_id):
            before = await self._store.part.find(entry.ref, entry.number, _source(entry, original.event_id))
            mark = await self._mark(actor, entry, original, before)
            if mark != before:
                # Whoever may not read of the other incident that the entry tells of learns of its mark no more.
                other = {"ref": entry.values["ref"]} if entry.number < 0 else {}
                change = Change(EntryKind.MARKED, {**mark.values, **other}, corrects=entry.number)
                await self._incident.follow(actor, told, entry.ref, change)
                if mark.unkept:
                    marked = await self._store.part.spread(entry.ref, {entry.number: mark})
                    await self._store.wording.forget(entry.ref, marked)
                    if await self._store.hold.find(entry.ref) is None:
                        await self._store.copy.forget(entry.ref, marked)
                await self._show(entry, incident, told)
        for draft in await self._store.report.list_begun(original.room_id, original.event_id):
            await self._store.report.save_draft(remarked(draft, original, by.sender))
        await self._alone.follow(actor, told, original)

    async def _made_of(self, room_id: str, event_id: str) -> list[tuple[Entry, Incident]]:
        """Return the entries that come from a message, of incidents of its room: who sends may name any event."""
        found = []
        for entry in await self._store.part.made_of(event_id):
            incident = await self._store.incident.find(entry.ref)
            if incident and incident.room_id == room_id:
                found.append((entry, incident))
        return found

    async def _mark(self, actor: Actor, entry: Entry, original: Original, before: PartMark | None) -> PartMark:
        named = {_sender(entry), actor.user_id}
        if before and before.decided is original.decided is Decided.OTHERS:
            named |= {*before.named}
        agency = before.agency if before else await self._agency(entry)
        red = original.handling is not None and not original.handling.kept
        whom = tuple(sorted(named)) if red else ()
        source = _source(entry, original.event_id)
        return PartMark(entry.ref, entry.number, original.handling, original.decided, agency, whom, source)

    async def _agency(self, entry: Entry) -> str | None:
        if entry.kind is EntryKind.PIN:
            agency: str | None = entry.values["agency"]
            return agency
        if "by" in entry.values:
            incident = await self._store.incident.find(entry.ref)
            return (await self._person.actor(_sender(entry), incident.room_id if incident else "")).agency
        return entry.agency

    async def _show(self, entry: Entry, incident: Incident, told: Told) -> None:
        """Let nothing that stands in any room say more than may be read there; the incident's cards are edited."""
        posts = await self._store.outbox.list_holding(str(entry.ref))
        for room_id in dict.fromkeys([told.room_id, *(post.room_id for post in posts)]):
            await self._incident.withhold(entry.ref, room_id, told.event_id, told.now)
        if entry.kind is EntryKind.TASK:
            await show_task(self._store, Reference(entry.values["task"]), incident, told)


def _source(entry: Entry, event_id: str) -> str:
    """Return the message *event_id* if it is one of several that the entry is made of."""
    return event_id if entry.kind is EntryKind.REPORT and entry.event_id != event_id else ""


def _sender(entry: Entry) -> UserId:
    """Return who wrote the message that an entry comes from."""
    return UserId(entry.values["by"]) if "by" in entry.values else entry.author
