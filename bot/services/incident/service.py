"""What becomes of incidents: each change is an entry of the timeline, and the card says how things stand."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, _
from bot.model.handling import TLP, Cleared, Handling, Hidden, Mark, Marking, Purpose, label_of
from bot.model.incident import (
    Declaration,
    Entry,
    EntryKind,
    Incident,
    Reason,
    Severity,
    Status,
    Type,
    Validation,
    Words,
    worded,
)
from bot.model.person import Actor, LanguageCode, UserId
from bot.model.reference import Reference, Slip, draw, read
from bot.model.told import Told
from bot.model.translation import Translation
from bot.services.audit import AuditService
from bot.services.incident.clearing import Clearing
from bot.services.incident.outputs import Outputs
from bot.services.incident.wording import Wordings
from bot.store import Store

SAME = timedelta(minutes=10)
"""For how long the same declaration by the same person is the same incident."""
LONGEST_TITLE = 200
LONGEST_TEXT = 4_000
GONE = _("I know no such incident here.")
TOO_WIDE = _(
    "Not everyone in this room may read what is labelled so. Say it without the label, or where all may read it."
)
CLOSED_TO = _("Its originator shows no more of it here.")


@dataclass(frozen=True, slots=True)
class Change:
    """An entry to be made: what it says in codes and values, and in words; `apply` makes the incident of it."""

    kind: EntryKind
    values: Mapping[str, Any] = field(default_factory=dict)
    words: Words | None = None
    happened_at: datetime | None = None
    corrects: int | None = None
    shown: bool = True
    """Whether the card says it."""
    apply: Callable[[Incident], Incident] = lambda incident: incident


class IncidentService:
    """Declares, changes and finds incidents; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, wordings: Wordings, clearing: Clearing
    ) -> None:
        self._config = config
        self._store = store
        self._audit = audit
        self.words = wordings.words
        self.complete = wordings.complete
        self._keep = wordings.keep
        self._clearing = clearing
        self._outputs = outputs = Outputs(store, audit, clearing)
        self.look = clearing.find
        self.records = clearing.records
        self.shows = outputs.shows
        self.showing = outputs.showing
        self.withdraw = outputs.withdraw
        self.look_round = outputs.look_round

    async def declare(self, actor: Actor, told: Told, said: Declaration) -> tuple[Cleared[Incident], bool]:
        """Open an incident; return it, and whether it is new: the same words soon again are the same incident."""
        title = said.words.text.strip()
        if not title or len(title) > LONGEST_TITLE:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("A title has {most} characters at most. Say the rest in notes.", most=LONGEST_TITLE),
            )
        handling = self._handled(title)
        for before in await self._store.incident.list_declared(told.room_id, actor.user_id, told.now - SAME):
            known = await self._clearing.clear(told.room_id, before, Purpose.READING)
            if isinstance(known, Cleared) and not before.ended and before.title.casefold() == title.casefold():
                return known, False
        incident = Incident(
            await self._drawn(),
            title,
            said.words.language,
            told.room_id,
            actor.user_id,
            actor.agency,
            told.now,
            said.happened_at,
            said.type,
            said.severity,
            place=said.place,
            handling=handling,
        )
        values = {"type": said.type, "severity": said.severity}
        change = Change(EntryKind.DECLARED, _given(values), said.words, said.happened_at)
        await self._store.incident.save(incident)
        cleared = await self._still(told.room_id, incident)
        await self._enter(actor, told, incident, change)
        await self._outputs.card(actor, incident, told)
        return cleared, True

    async def note(self, actor: Actor, told: Told, ref: Reference, words: Words | None) -> Cleared[Incident]:
        """Enter what somebody wrote; raise UserError if that is nothing."""
        if words is None:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Say what is to be entered."))
        return await self._change(actor, told, ref, Change(EntryKind.NOTE, words=words))

    async def set_type(self, actor: Actor, told: Told, ref: Reference, type: Type) -> Cleared[Incident]:
        """Enter what kind of incident it is."""
        change = Change(EntryKind.TYPE, {"type": type}, apply=lambda one: replace(one, type=type))
        return await self._change(actor, told, ref, change)

    async def set_severity(
        self, actor: Actor, told: Told, ref: Reference, severity: Severity, why: Words | None = None
    ) -> Cleared[Incident]:
        """Enter how bad it is, and why that is said now."""
        change = Change(
            EntryKind.SEVERITY, {"severity": severity}, why, apply=lambda one: replace(one, severity=severity)
        )
        return await self._change(actor, told, ref, change)

    async def set_status(
        self, actor: Actor, told: Told, ref: Reference, status: Status, reason: Reason | None = None,
        why: Words | None = None,
    ) -> Cleared[Incident]:  # fmt: skip
        """Enter that an incident is contained, closed for a *reason*, or open again."""
        before = (await self.find(told.room_id, ref)).content
        if (before.status, before.reason) == (status, reason):
            raise UserError(ErrorCode.CONFLICT, _("It is so already: {status}.", status=worded(status)))
        kind = EntryKind.REOPENED if before.ended else EntryKind.CLOSED if reason else EntryKind.STATUS
        values = _given({"status": status, "reason": reason})
        change = Change(kind, values, why, apply=lambda one: replace(one, status=status, reason=reason))
        return await self._change(actor, told, ref, change)

    async def set_lead(self, actor: Actor, told: Told, ref: Reference, lead: UserId) -> Cleared[Incident]:
        """Enter who leads it from now on."""
        change = Change(EntryKind.LEAD, {"lead": lead}, apply=lambda one: replace(one, lead=lead))
        return await self._change(actor, told, ref, change)

    async def validate(self, actor: Actor, told: Told, ref: Reference) -> Cleared[Incident]:
        """Enter that it is what it says; raise UserError if that was said, or its own declarer says it."""
        before = (await self.find(told.room_id, ref)).content
        if before.validation:
            raise UserError(ErrorCode.CONFLICT, _("It is validated already."))
        if before.declared_by == actor.user_id:
            raise UserError(ErrorCode.NOT_ALLOWED, _("Who has declared an incident cannot validate it as well."))
        found = Validation(actor.user_id, actor.agency, told.now)
        change = Change(EntryKind.VALIDATED, apply=lambda one: replace(one, validation=found))
        return await self._change(actor, told, ref, change)

    async def title_in(self, cleared: Cleared[Incident], language: str) -> Translation | None:
        """Return the title in *language*, None if it is in it, not translated into it, or not to be said."""
        incident = cleared.content
        if not cleared.full or LanguageCode(language).base == incident.language.base:
            return None
        return (await self._store.wording.list_of(incident.ref, LanguageCode(language).base)).get(1)

    async def texts_in(self, cleared: Cleared[Incident], language: LanguageCode) -> Mapping[int, Translation]:
        """Return what people wrote in the timeline, in *language*, by the numbers of the entries."""
        return await self._store.wording.list_of(cleared.content.ref, language.base) if cleared.full else {}

    async def _change(self, actor: Actor, told: Told, ref: Reference, change: Change) -> Cleared[Incident]:
        """Enter *change* into the timeline, and let the card say it.

        Raises UserError where its label would hide the incident from the room.
        """
        incident = change.apply((await self.find(told.room_id, ref)).content)
        if change.words and (handling := self._handled(change.words.text)):
            incident = await self._held(incident, handling)
        incident = await self.put(actor, told, incident, change)
        return await self._still(told.room_id, incident)

    async def put(self, actor: Actor | None, told: Told, incident: Incident, change: Change) -> Incident:
        """Enter *change*, which makes *incident* of one that was cleared, for the bot itself without an *actor*.

        Return it with its new revision.
        """
        if change.shown:
            incident = replace(incident, revision=incident.revision + 1)
            await self._store.incident.save(incident)
        await self._enter(actor, told, incident, change)
        if change.shown:
            await self._outputs.card(actor, incident, told)
        return incident

    async def _held(self, incident: Incident, handling: Handling) -> Incident:
        """Return the incident with a part that is labelled so, and keep that."""
        marking = await self.marking(incident)
        held = marking.held(Mark(handling))
        if held == marking:
            return incident
        await self._store.mark.save(incident.ref, held)
        return replace(incident, handling=held.handling)

    async def marking(self, incident: Incident) -> Marking:
        """Return how the incident is marked."""
        return (await self._clearing.records([incident]))[0].marking

    async def _still(self, room_id: str, incident: Incident) -> Cleared[Incident]:
        """Return the incident as the room may read it now; raise UserError if what was just said of it forbids that."""
        cleared = await self._clearing.clear(room_id, incident, Purpose.READING)
        if isinstance(cleared, Hidden):
            raise UserError(ErrorCode.HANDLING, TOO_WIDE)
        return cleared

    async def find(self, room_id: str, ref: Reference) -> Cleared[Incident]:
        """Return the incident as the room may read of it now; raise UserError, as if there were none, if it may not."""
        found = await self._clearing.find(room_id, ref, Purpose.READING)
        if isinstance(found, Hidden):
            raise UserError(ErrorCode.NOT_FOUND, GONE)
        return found

    async def meant(self, room_id: str, typed: str | None, replied: str | None) -> Reference:
        """Return the incident that is meant: by its reference, or by the post that is replied to. Raise UserError."""
        if typed is not None:
            return self._reference(typed)
        found = await self._store.incident.find_posted(room_id, replied) if replied else None
        if found is None:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("Say which incident you mean: reply to its card, or write its reference."),
            )
        return found

    def _reference(self, typed: str) -> Reference:
        found = read(typed, self._config.now.taskforce.code)
        if isinstance(found, Reference):
            return found
        if found is Slip.CHECK:
            raise UserError(
                ErrorCode.NOT_FOUND,
                _("There is a slip in {reference}: its last character does not fit the others.", reference=Code(typed)),
            )
        raise UserError(ErrorCode.NOT_FOUND, GONE)

    def refers(self, typed: str) -> bool:
        """Return whether *typed* can only be meant as a reference."""
        return read(typed, self._config.now.taskforce.code) is not Slip.NONE

    async def list_open(self, room_id: str) -> list[Cleared[Incident]]:
        """Return what is not closed and the room may see, the worst first, then the newest."""
        found = await self._clearing.listed(room_id, [Status.OPEN, Status.CONTAINED])
        return sorted(found, key=lambda one: one.content.severity.rank if one.content.severity else 0)

    async def timeline(self, cleared: Cleared[Incident]) -> Sequence[Entry]:
        """Return the entries of an incident in the order of what they tell; raise UserError if it is cut."""
        if not cleared.full:
            raise UserError(ErrorCode.HANDLING, CLOSED_TO)
        entries = await self._store.incident.entries(cleared.content.ref)
        return sorted(entries, key=lambda one: (one.happened_at or one.sent_at, one.number))

    async def keep(self, ref: Reference, found: Mapping[int, Words]) -> None:
        """Record translations that were made when somebody asked."""
        for number, words in found.items():
            await self._keep(ref, number, words)

    def _handled(self, text: str) -> Handling | None:
        """Return how a text is to be handled; raise UserError if no record may hold it."""
        handling = label_of(text)
        if handling and handling.tlp is TLP.RED:
            raise UserError(
                ErrorCode.HANDLING,
                _("What is labelled TLP:RED goes into no record. Say it without the label, or not here."),
            )
        return handling

    async def _drawn(self) -> Reference:
        while await self._store.incident.taken(ref := draw(self._config.now.taskforce.code, secrets.choice)):
            pass
        return ref

    async def _enter(self, actor: Actor | None, told: Told, incident: Incident, change: Change) -> None:
        number = await self._store.incident.last_number(incident.ref) + 1
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
            told.event_id,
            change.happened_at,
            words.text if words else "",
            words.language if words else None,
            change.values,
            change.corrects,
        )
        await self._store.incident.add(entry)
        await self._audit.append(f"incident.{entry.kind}", actor, str(incident.ref), entry.content, told.now)
        if words:
            await self._keep(incident.ref, number, words)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
