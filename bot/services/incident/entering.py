"""How a change of an incident is entered: an entry of the timeline, one of the audit log, the mark, the card."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.model.handling import Cleared, Handling, Hidden, Mark, Marking, Purpose, strictest
from bot.model.handling.sentences import TOO_WIDE
from bot.model.incident import (
    WAS,
    Entry,
    EntryKind,
    Incident,
    changed,
    packed,
)
from bot.model.person import Actor, UserId
from bot.model.reference import Reference, draw
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.duty import DutyService
from bot.services.incident.cards import CardService
from bot.services.incident.clearing import Clearing
from bot.services.incident.contests import Change, Contests, already
from bot.services.incident.ringing import Ringing
from bot.services.incident.seeing import Seeing
from bot.services.incident.wording import Wordings
from bot.services.labelled import held, recordable
from bot.services.marking import MarkingService
from bot.services.received import Received
from bot.store import Store

STILL = frozenset({EntryKind.TASK_FOR, EntryKind.TASK_DUE, EntryKind.TASK_DONE, EntryKind.SEPARATED})
"""What is entered of a duplicate too: what is to be done about it stays to be done, and one of its own can go on."""


class Entering:
    """Enters changes, in the open transaction: all writing goes through here."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, wordings: Wordings, contests: Contests,
        cards: CardService, duty: DutyService, clearing: Clearing, ringing: Ringing, seeing: Seeing,
        marking: MarkingService,
        received: Received,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._keep = wordings.keep
        self._contests = contests
        self._cards = cards
        self._duty = duty
        self._clearing = clearing
        self._ringing = ringing
        self._seeing = seeing
        self._marking = marking
        self._received = received

    async def change(self, actor: Actor | None, told: Told, ref: Reference, change: Change) -> Cleared[Incident]:
        """Enter *change* into the timeline, and let the card say it.

        Raises UserError where its label would hide the incident from the room.
        """
        found = await self._seeing.find(told.room_id, ref)
        before = await self.whole(found)
        incident = change.apply(before)
        if actor and before.of and incident.of == before.of and change.kind not in STILL:
            raise await self._seeing.redirected(told.room_id, before)
        was = changed(before, incident)
        if change.kind is EntryKind.PLACE and found.content.place is None and before.place:
            was = {"place": packed(before.place), **was}  # for whoever may not read that one it is a change
        if change.kind is EntryKind.SEVERITY and change.words and before.severity:
            was = {"severity": packed(before.severity), **was}  # another reason takes the place of the last one
        if change.words:  # before a question could keep them
            self.handled(change.words.text)
        unseen = await self._contests.look(actor, told, incident, change, was) if actor and found.full else []
        unchanged = change.kind is EntryKind.SEVERITY and not change.over
        if unchanged and (same := incident.severity) and found.content.severity is same:
            raise already(same)
        if was:
            change = replace(change, values={**change.values, WAS: was})
        incident = await self.held(incident, change, told.now, told.room_id)
        incident = await self.put(actor, told, incident, change)
        await self._ringing.changed(actor, told, before, incident)
        await self._contests.tell(unseen, told, incident)
        if before.of and not incident.of and await self._seeing.seen(told.room_id, [before.of]):
            await self.change(actor, told, before.of, Change(EntryKind.SEPARATED, {"ref": str(ref)}))
        return await self.still(told.room_id, incident)

    async def put(self, actor: Actor | None, told: Told, incident: Incident, change: Change) -> Incident:
        """Enter *change*, which makes *incident* of one that was cleared, for the bot itself without an *actor*.

        Return it with its new revision.
        """
        if change.shown:
            incident = replace(incident, revision=incident.revision + 1)
            await self._store.incident.save(incident)
        await self.enter(actor, told, incident, change)
        if change.shown:
            await self._cards.show(actor, incident, told)
        return incident

    async def held(self, incident: Incident, change: Change, now: datetime, room_id: str | None = None) -> Incident:
        """Return the incident with a part that is labelled as *change* says, and keep that.

        Raises UserError, before anything is changed, if no record may hold it, or the room could not read it then.
        """
        labels = [change.handling, self.handled(change.words.text) if change.words else None]
        handling = strictest(labels)
        before = await self.marking(incident)
        held = before.held(Mark(handling)) if handling else before
        if held == before:
            return incident
        incident = replace(incident, handling=held.handling)
        if room_id is not None:
            self._readable(await self._clearing.clear(room_id, incident, Purpose.READING, held))
        return await self._marking.keep(incident, held, now)

    async def marking(self, incident: Incident) -> Marking:
        """Return how the incident is marked."""
        return (await self._clearing.records([incident]))[0].marking

    async def whole(self, found: Cleared[Incident]) -> Incident:
        """Return an incident as it is recorded, to be changed: what may be shown of it can be less."""
        return (await self._store.incident.find(found.content.ref) if found.content.partial else None) or found.content

    async def follow(self, actor: Actor, told: Told, ref: Reference, change: Change) -> None:
        """Enter what became of a message that stands in the timeline: whether its room may still read that or not."""
        incident = await self._store.incident.find(ref)
        if incident is None:
            return
        await self.put(actor, told, await self.held(incident, change, told.now), change)

    def handled(self, text: str) -> Handling | None:
        """Return how a text is to be handled; raise UserError if no record may hold it."""
        return recordable(text)

    def holds(self, handling: Handling | None) -> Handling | None:
        """Return *handling*; raise UserError if no record may hold what is handled so."""
        return held(handling)

    async def draw(self) -> Reference:
        """Return a reference that nothing has."""
        while await self._store.incident.taken(ref := draw(self._config.now.taskforce.code, secrets.choice)):
            pass
        return ref

    async def still(self, room_id: str, incident: Incident) -> Cleared[Incident]:
        """Return the incident as the room may read it now; raise UserError if what was just said of it forbids that."""
        return self._readable(await self._clearing.clear(room_id, incident, Purpose.READING))

    def _readable(self, cleared: Cleared[Incident] | Hidden) -> Cleared[Incident]:
        if isinstance(cleared, Hidden):
            raise UserError(ErrorCode.HANDLING, TOO_WIDE)
        return cleared

    async def enter(self, actor: Actor | None, told: Told, incident: Incident, change: Change) -> None:
        """Add an entry to the timeline, one to the audit log, and what follows from it."""
        number = await self._store.incident.next_number(incident.ref, change.kind, change.corrects)
        words = change.words
        entry = Entry(
            number,
            incident.ref,
            change.kind,
            actor.user_id if actor else UserId(self._config.now.matrix.user_id),
            actor.agency if actor else None,
            told.now,
            told.received_at,
            told.sent_at,
            told.said,
            change.happened_at,
            words.text if words else "",
            words.language if words else None,
            change.values,
            change.corrects,
        )
        logged = await self._audit.append(f"incident.{entry.kind}", actor, str(incident.ref), entry.content, told.now)
        await self._store.incident.add(entry, logged)
        if words:
            await self._keep(incident.ref, number, words)
        await self._duty.entered(incident, entry)
        await self._received.entered(incident, entry)
