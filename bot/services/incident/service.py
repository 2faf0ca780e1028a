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
from bot.model.handling import TLP, Handling, label_of
from bot.model.incident import (
    Declaration,
    Entry,
    EntryKind,
    Incident,
    Part,
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
from bot.services.incident.wording import Wordings
from bot.store import Store

SAME = timedelta(minutes=10)
"""For how long the same declaration by the same person is the same incident."""
LONGEST_TITLE = 200
LONGEST_TEXT = 4_000
GONE = _("I know no such incident here.")


@dataclass(frozen=True, slots=True)
class Change:
    """An entry to be made: what it says in codes and values, and in words; `apply` makes the incident of it."""

    kind: EntryKind
    values: Mapping[str, Any] = field(default_factory=dict)
    words: Words | None = None
    happened_at: datetime | None = None
    corrects: int | None = None
    apply: Callable[[Incident], Incident] = lambda incident: incident


class IncidentService:
    """Declares, changes and finds incidents; what writes joins the open transaction."""

    def __init__(self, config: Current, store: Store, audit: AuditService, wordings: Wordings) -> None:
        self._config = config
        self._store = store
        self._audit = audit
        self.words = wordings.words
        self.complete = wordings.complete
        self._keep = wordings.keep

    async def declare(self, actor: Actor, told: Told, said: Declaration) -> tuple[Incident, bool]:
        """Open an incident; return it, and whether it is new: the same words soon again are the same incident."""
        title = said.words.text.strip()
        if not title or len(title) > LONGEST_TITLE:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("A title has {most} characters at most. Say the rest in notes.", most=LONGEST_TITLE),
            )
        handling = self._handled(title)
        exercise = await self._exercised(said, told)
        for before in await self._store.incident.list_declared(told.room_id, actor.user_id, told.now - SAME):
            same = before.title.casefold() == title.casefold() and before.exercise is exercise
            if same and not before.ended:
                return before, False
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
            exercise=exercise,
        )
        values = {"type": said.type, "severity": said.severity, "exercise": exercise or None}
        change = Change(EntryKind.DECLARED, _given(values), said.words, said.happened_at)
        await self._store.incident.save(incident)
        await self._enter(actor, told, incident, change)
        await self._card(incident, told)
        return incident, True

    async def _exercised(self, said: Declaration, told: Told) -> bool:
        """Return whether what is declared is of an exercise: as the person says, else if one is running."""
        if said.exercise is not None:
            return said.exercise
        running = await self._store.exercise.find(told.room_id)
        return running is not None and running.until > told.now

    async def note(self, actor: Actor, told: Told, ref: Reference, words: Words | None) -> Incident:
        """Enter what somebody wrote; raise UserError if that is nothing."""
        if words is None:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Say what is to be entered."))
        return await self._change(actor, told, ref, Change(EntryKind.NOTE, words=words))

    async def set_type(self, actor: Actor, told: Told, ref: Reference, type: Type) -> Incident:
        """Enter what kind of incident it is."""
        change = Change(EntryKind.TYPE, {"type": type}, apply=lambda one: replace(one, type=type))
        return await self._change(actor, told, ref, change)

    async def set_severity(
        self, actor: Actor, told: Told, ref: Reference, severity: Severity, why: Words | None = None
    ) -> Incident:
        """Enter how bad it is, and why that is said now."""
        change = Change(
            EntryKind.SEVERITY, {"severity": severity}, why, apply=lambda one: replace(one, severity=severity)
        )
        return await self._change(actor, told, ref, change)

    async def set_status(
        self, actor: Actor, told: Told, ref: Reference, status: Status, reason: Reason | None = None,
        why: Words | None = None,
    ) -> Incident:  # fmt: skip
        """Enter that an incident is contained, closed for a *reason*, or open again."""
        before = await self.find(told.room_id, ref)
        if (before.status, before.reason) == (status, reason):
            raise UserError(ErrorCode.CONFLICT, _("It is so already: {status}.", status=worded(status)))
        kind = EntryKind.REOPENED if before.ended else EntryKind.CLOSED if reason else EntryKind.STATUS
        values = _given({"status": status, "reason": reason})
        change = Change(kind, values, why, apply=lambda one: replace(one, status=status, reason=reason))
        return await self._change(actor, told, ref, change)

    async def set_lead(self, actor: Actor, told: Told, ref: Reference, lead: UserId) -> Incident:
        """Enter who leads it from now on."""
        change = Change(EntryKind.LEAD, {"lead": lead}, apply=lambda one: replace(one, lead=lead))
        return await self._change(actor, told, ref, change)

    async def validate(self, actor: Actor, told: Told, ref: Reference) -> Incident:
        """Enter that it is what it says; raise UserError if that was said, or its own declarer says it."""
        before = await self.find(told.room_id, ref)
        if before.validation:
            raise UserError(ErrorCode.CONFLICT, _("It is validated already."))
        if before.declared_by == actor.user_id:
            raise UserError(ErrorCode.NOT_ALLOWED, _("Who has declared an incident cannot validate it as well."))
        found = Validation(actor.user_id, actor.agency, told.now)
        change = Change(EntryKind.VALIDATED, apply=lambda one: replace(one, validation=found))
        return await self._change(actor, told, ref, change)

    async def decide(
        self, actor: Actor, told: Told, ref: Reference, words: Words | None, parts: Mapping[Part, str],
        corrects: int | None = None,
    ) -> tuple[Incident, int]:  # fmt: skip
        """Enter a decision with its *parts*, in place of the one that it *corrects*; return also its number."""
        if words is None:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Say what was decided."))
        await self.find(told.room_id, ref)
        if corrects is not None:
            await self._decided(ref, corrects)
        for text in parts.values():
            self._handled(text)
        change = Change(EntryKind.DECISION, {"parts": [*parts]}, words, corrects=corrects)
        incident = await self._change(actor, told, ref, change)
        return incident, await self._store.incident.last_number(ref)

    async def _decided(self, ref: Reference, number: int) -> None:
        """Raise UserError unless that entry is a decision, and still stands."""
        decisions = [one for one in await self._store.incident.entries(ref) if one.kind is EntryKind.DECISION]
        if number not in [one.number for one in decisions]:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("{ref} has no decision {number}.", ref=Code(str(ref)), number=number),
            )
        if later := next((one for one in decisions if one.corrects == number), None):
            raise UserError(
                ErrorCode.CONFLICT,
                _(
                    "Decision {number} does not stand any more: {other} took its place. Correct that one.",
                    number=number,
                    other=later.number,
                ),
            )

    async def title_in(self, incident: Incident, language: str) -> Translation | None:
        """Return the title in *language*, None if it is in it, or not translated into it."""
        if LanguageCode(language).base == incident.language.base:
            return None
        return (await self._store.wording.list_of(incident.ref, LanguageCode(language).base)).get(1)

    async def texts_in(self, ref: Reference, language: LanguageCode) -> Mapping[int, Translation]:
        """Return what people wrote in the timeline, in *language*, by the numbers of the entries."""
        return await self._store.wording.list_of(ref, language.base)

    async def _change(self, actor: Actor, told: Told, ref: Reference, change: Change) -> Incident:
        """Enter *change* into the timeline, and let the card say it."""
        incident = change.apply(await self.find(told.room_id, ref))
        incident = replace(incident, revision=incident.revision + 1)
        if change.words:
            self._handled(change.words.text)
        await self._store.incident.save(incident)
        await self._enter(actor, told, incident, change)
        await self._card(incident, told)
        return incident

    async def find(self, room_id: str, ref: Reference) -> Incident:
        """Return the incident if the room may read of it; raise UserError as if there were none otherwise."""
        incident = await self._store.incident.find(ref)
        if incident is None or incident.room_id != room_id:
            raise UserError(ErrorCode.NOT_FOUND, GONE)
        return incident

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

    async def list_open(self, room_id: str) -> list[Incident]:
        """Return what is not closed in the room, the worst first, then the newest."""
        found = await self._store.incident.list_in(room_id, [Status.OPEN, Status.CONTAINED])
        return sorted(found, key=lambda one: one.severity.rank if one.severity else 0)

    async def timeline(self, ref: Reference) -> Sequence[Entry]:
        """Return the entries of an incident in the order of what they tell."""
        entries = await self._store.incident.entries(ref)
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

    async def _enter(self, actor: Actor, told: Told, incident: Incident, change: Change) -> None:
        number = await self._store.incident.last_number(incident.ref) + 1
        words = change.words
        entry = Entry(
            number,
            incident.ref,
            change.kind,
            actor.user_id,
            actor.agency,
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

    async def _card(self, incident: Incident, told: Told) -> None:
        """Let the room's card say how the incident stands now: one card an incident, edited in place."""
        payload: dict[str, Any] = {"of": "incident", "ref": str(incident.ref), "revision": incident.revision}
        before = await self._store.incident.post_of(incident.ref, told.room_id)
        if before:
            payload["post"] = before
        post = await self._store.outbox.add(told.room_id, "card", told.event_id, payload, told.now)
        if not before:
            await self._store.incident.set_post(incident.ref, told.room_id, post)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
