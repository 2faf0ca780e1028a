"""What becomes of incidents: each change is an entry of the timeline, and the card says how things stand."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from datetime import datetime, timedelta
from typing import Any

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, _
from bot.model.handling import TLP, Cleared, Handling, Hidden, Mark, Marking, Purpose, label_of, strictest
from bot.model.incident import (
    WAS,
    Aspect,
    Assigned,
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
    assigned,
    changed,
    moment_before,
    worded,
)
from bot.model.person import Actor, LanguageCode, UserId
from bot.model.places import Place
from bot.model.reference import Reference, Slip, draw, read
from bot.model.told import Told
from bot.model.translation import Translation
from bot.services.audit import AuditService
from bot.services.duty import DutyService
from bot.services.incident.cards import CardService
from bot.services.incident.clearing import Clearing
from bot.services.incident.contests import Change, Contests
from bot.services.incident.outputs import Outputs
from bot.services.incident.wording import Wordings
from bot.services.reference import referred
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


class IncidentService:
    """Declares, changes and finds incidents; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, wordings: Wordings, contests: Contests,
        cards: CardService, duty: DutyService, clearing: Clearing, outputs: Outputs,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._contests = contests
        self._cards = cards
        self._duty = duty
        self.words = wordings.words
        self.complete = wordings.complete
        self._keep = wordings.keep
        self._clearing = clearing
        self.look = clearing.find
        self.records = clearing.records
        self.rooms_seen = clearing.rooms_seen
        self.about = outputs.about
        self.cut = outputs.cut
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
        handling = strictest([self._handled(title), said.handling])
        exercise = await self._exercised(said, told)
        for before in await self._store.incident.list_declared(told.room_id, actor.user_id, told.now - SAME):
            known = await self._clearing.clear(told.room_id, before, Purpose.READING)
            same = before.title.casefold() == title.casefold() and before.exercise is exercise
            if isinstance(known, Cleared) and same and not before.ended:
                return known, False
        incident = Incident(
            await self.draw(),
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
        values = {
            "type": said.type,
            "severity": said.severity,
            "by": said.by,
            "from": said.event_id,
            "exercise": exercise or None,
        }
        change = Change(EntryKind.DECLARED, _given(values), said.words, said.happened_at)
        await self._store.incident.save(incident)
        cleared = await self._still(told.room_id, incident)
        await self._enter(actor, told, incident, change)
        await self._cards.show(actor, incident, told)
        return cleared, True

    async def _exercised(self, said: Declaration, told: Told) -> bool:
        """Return whether what is declared is of an exercise: as the person says, else if one is running."""
        if said.exercise is not None:
            return said.exercise
        running = await self._store.exercise.find(told.room_id)
        return running is not None and running.until > told.now

    async def note(
        self, actor: Actor, told: Told, ref: Reference, words: Words | None, happened_at: datetime | None = None,
        relied: Mapping[str, str] | None = None,
    ) -> Cleared[Incident]:  # fmt: skip
        """Enter what somebody wrote, when it happened, and how far it is to be *relied* on.

        Raises UserError if they wrote nothing.
        """
        if words is None:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Say what is to be entered."))
        if len(words.text) > LONGEST_TEXT:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("A note has {most} characters at most. This one has {length}, and is not entered.",
                  most=LONGEST_TEXT, length=len(words.text)),
            )  # fmt: skip
        return await self._change(actor, told, ref, Change(EntryKind.NOTE, relied or {}, words, happened_at))

    def moment_before(self, text: str, actor: Actor, told: Told) -> datetime | None:
        """Return the past time with which somebody's words begin, or None."""
        return moment_before(text, actor.language, actor.zone, told.sent_at)

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
        of = None if status is Status.OPEN else before.of
        change = Change(kind, values, why, apply=lambda one: replace(one, status=status, reason=reason, of=of))
        return await self._change(actor, told, ref, change)

    async def set_place(
        self, actor: Actor, told: Told, ref: Reference, place: Place | None, words: Words | None = None
    ) -> Cleared[Incident]:
        """Enter where it is, and what is said of that; raise UserError without a place."""
        if place is None:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Say where it is, or share the place in a reply to its card."))
        values = {"place": [*astuple(place)]}
        change = Change(EntryKind.PLACE, values, words, apply=lambda one: replace(one, place=place))
        return await self._change(actor, told, ref, change)

    async def set_lead(self, actor: Actor, told: Told, ref: Reference, lead: UserId) -> Cleared[Incident]:
        """Enter who leads it from now on."""
        before = (await self.find(told.room_id, ref)).content
        values = _given({"lead": lead, "from": before.lead if before.lead != lead else None})
        change = Change(EntryKind.LEAD, values, apply=lambda one: replace(one, lead=lead))
        return await self._change(actor, told, ref, change)

    async def assign(self, actor: Actor, told: Told, ref: Reference, new: Assigned) -> Cleared[Incident]:
        """Enter who has which part from now on."""
        if new.part is Part.LEAD:
            return await self.set_lead(actor, told, ref, new.user_id)
        values = _given({"part": new.part, "person": new.user_id, "agency": new.agency})
        change = Change(EntryKind.ROLE, values, apply=lambda one: replace(one, roles=assigned(one.roles, new)))
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

    async def decide(
        self, actor: Actor, told: Told, ref: Reference, words: Words | None, parts: Mapping[Aspect, str],
        corrects: int | None = None,
    ) -> tuple[Cleared[Incident], int]:  # fmt: skip
        """Enter a decision with its *parts*, in place of the one that it *corrects*; return also its number."""
        if words is None:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Say what was decided."))
        await self.read(told.room_id, ref)
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

    async def title_in(self, cleared: Cleared[Incident], language: str) -> Translation | None:
        """Return the title in *language*, None if it is in it, not translated into it, or not to be said."""
        incident = cleared.content
        if not cleared.full or LanguageCode(language).base == incident.language.base:
            return None
        return (await self._store.wording.list_of(incident.ref, LanguageCode(language).base)).get(1)

    async def titles_in(
        self, incidents: Sequence[Cleared[Incident]], language: LanguageCode
    ) -> Mapping[Reference, Translation]:
        """Return the titles in *language* of those whose title is in another, was translated, and is to be said."""
        said = [one.content for one in incidents if one.full]
        foreign = [(one.ref, 1) for one in said if one.language.base != language.base]
        found = await self._store.wording.list_each(foreign, language.base)
        return {ref: translation for (ref, _number), translation in found.items()}

    async def texts_in(self, ref: Reference, language: LanguageCode) -> Mapping[int, Translation]:
        """Return what people wrote in the timeline of what was read, in *language*, by the numbers of the entries."""
        return await self._store.wording.list_of(ref, language.base)

    async def enter(self, actor: Actor | None, told: Told, ref: Reference, change: Change) -> int:
        """Enter *change* into the timeline, for the bot itself without an *actor*; return the entry's number."""
        await self._change(actor, told, ref, change)
        return await self._store.incident.last_number(ref)

    async def change(self, actor: Actor, told: Told, ref: Reference, change: Change) -> Cleared[Incident]:
        """Enter *change* into the timeline, and return the incident as it stands then."""
        return await self._change(actor, told, ref, change)

    async def follow(self, actor: Actor, told: Told, ref: Reference, change: Change) -> None:
        """Enter what became of a message that stands in the timeline: whether its room may still read that or not."""
        incident = await self._store.incident.find(ref)
        if incident is None:
            return
        await self.put(actor, told, await self._held(incident, change), change)

    async def last_entry(self, ref: Reference) -> Entry | None:
        """Return the last entry of an incident, or None."""
        return await self._store.note.last(ref)

    async def _change(self, actor: Actor | None, told: Told, ref: Reference, change: Change) -> Cleared[Incident]:
        """Enter *change* into the timeline, and let the card say it.

        Raises UserError where its label would hide the incident from the room.
        """
        found = await self.find(told.room_id, ref)
        before, incident = found.content, change.apply(found.content)
        if actor and before.of and incident.of == before.of:
            raise await self.redirected(told.room_id, before)
        was = changed(before, incident)
        if change.words:  # before a question could keep them
            self._handled(change.words.text)
        if actor and found.full:
            await self._contests.look(actor, told, incident, change, was)
        if was:
            change = replace(change, values={**change.values, WAS: was})
        incident = await self._held(incident, change, told.room_id)
        incident = await self.put(actor, told, incident, change)
        if before.of and not incident.of and await self.seen(told.room_id, [before.of]):
            await self._change(actor, told, before.of, Change(EntryKind.SEPARATED, {"ref": str(ref)}))
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
            await self._cards.show(actor, incident, told)
        return incident

    async def _held(self, incident: Incident, change: Change, room_id: str | None = None) -> Incident:
        """Return the incident with a part that is labelled as *change* says, and keep that.

        Raises UserError, before anything is changed, if no record may hold it, or the room could not read it then.
        """
        labels = [change.handling, self._handled(change.words.text) if change.words else None]
        handling = strictest(labels)
        before = await self.marking(incident)
        held = before.held(Mark(handling)) if handling else before
        if held == before:
            return incident
        incident = replace(incident, handling=held.handling)
        if room_id is not None:
            self._readable(await self._clearing.clear(room_id, incident, Purpose.READING, held))
        await self._store.mark.save(incident.ref, held)
        await self._store.incident.save(incident)
        return incident

    async def marking(self, incident: Incident) -> Marking:
        """Return how the incident is marked."""
        return (await self._clearing.records([incident]))[0].marking

    async def _still(self, room_id: str, incident: Incident) -> Cleared[Incident]:
        """Return the incident as the room may read it now; raise UserError if what was just said of it forbids that."""
        return self._readable(await self._clearing.clear(room_id, incident, Purpose.READING))

    def _readable(self, cleared: Cleared[Incident] | Hidden) -> Cleared[Incident]:
        if isinstance(cleared, Hidden):
            raise UserError(ErrorCode.HANDLING, TOO_WIDE)
        return cleared

    async def redirected(self, room_id: str, duplicate: Incident) -> UserError:
        """Return the error for what is to be done with a duplicate: it says which incident to use."""
        ref = Code(str(duplicate.ref))
        if duplicate.of is None or not await self.seen(room_id, [duplicate.of]):
            return UserError(ErrorCode.CONFLICT, _("{ref} is closed as a duplicate.", ref=ref))
        main = Code(str(duplicate.of))
        return UserError(ErrorCode.CONFLICT, _("{ref} is a duplicate of {main}. Use {main}.", ref=ref, main=main))

    async def find(self, room_id: str, ref: Reference) -> Cleared[Incident]:
        """Return the incident as the room may read of it now; raise UserError, as if there were none, if it may not."""
        found = await self._clearing.find(room_id, ref, Purpose.READING)
        if isinstance(found, Hidden):
            raise UserError(ErrorCode.NOT_FOUND, GONE)
        return found

    async def read(self, room_id: str, ref: Reference) -> Incident:
        """Return the incident if the room may read all of it; raise UserError as find does, or if it is cut."""
        found = await self.find(room_id, ref)
        if not found.full:
            raise UserError(ErrorCode.HANDLING, CLOSED_TO)
        return found.content

    async def seen(self, room_id: str, refs: Sequence[Reference]) -> list[Cleared[Incident]]:
        """Return those of the incidents that the room may find, in the order of *refs*."""
        found = await self._store.incident.list_of(refs)
        return await self._clearing.passing(room_id, [found[ref] for ref in refs if ref in found])

    async def meant(self, room_id: str, typed: str | None, replied: str | None) -> Reference:
        """Return the incident that is meant: by its reference, or by the post that is replied to. Raise UserError."""
        if typed is not None:
            return self._reference(typed)
        found = await self.posted(room_id, replied)
        if found is None:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("Say which incident you mean: reply to its card, or write its reference."),
            )
        return found

    async def posted(self, room_id: str, event_id: str | None) -> Reference | None:
        """Return the incident that our post *event_id* is about, or None."""
        return await self._store.incident.find_posted(room_id, event_id) if event_id else None

    def _reference(self, typed: str) -> Reference:
        return referred(typed, self._config.now.taskforce.code, GONE)

    def refers(self, typed: str) -> bool:
        """Return whether *typed* can only be meant as a reference."""
        return read(typed, self._config.now.taskforce.code) is not Slip.NONE

    async def list_open(self, room_id: str) -> list[Cleared[Incident]]:
        """Return what is not closed and the room may see, the worst first, then the newest."""
        found = await self._clearing.listed(room_id, [Status.OPEN, Status.CONTAINED])
        return sorted(found, key=lambda one: one.content.severity.rank if one.content.severity else 0)

    async def list_all(self, room_id: str) -> list[Cleared[Incident]]:
        """Return everything that the room may see, closed or not, the newest first."""
        return await self._clearing.listed(room_id, [*Status])

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

    async def draw(self) -> Reference:
        """Return a reference that nothing has."""
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
        logged = await self._audit.append(f"incident.{entry.kind}", actor, str(incident.ref), entry.content, told.now)
        await self._store.incident.add(entry, logged)
        if words:
            await self._keep(incident.ref, number, words)
        await self._duty.entered(incident, entry)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
