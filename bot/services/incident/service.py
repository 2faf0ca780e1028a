"""What becomes of incidents: each change is an entry of the timeline, and the card says how things stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import _
from bot.model.handling import Cleared, Purpose, strictest
from bot.model.incident import (
    LONGEST_TEXT,
    WHOLE,
    Declaration,
    EntryKind,
    Incident,
    Words,
)
from bot.model.person import Actor
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.duty import DutyService
from bot.services.incident.cards import CardService
from bot.services.incident.clearing import Clearing
from bot.services.incident.contests import Change, Contests
from bot.services.incident.deciding import Deciding
from bot.services.incident.entering import Entering
from bot.services.incident.fields import Fields, given
from bot.services.incident.outputs import Outputs
from bot.services.incident.ringing import Ringing
from bot.services.incident.seeing import Seeing
from bot.services.incident.texts import Texts
from bot.services.incident.wording import Wordings
from bot.services.marking import MarkingService
from bot.services.received import Received
from bot.store import Store

SAME = timedelta(minutes=10)
"""For how long the same declaration by the same person is the same incident."""


class IncidentService:
    """Declares, changes and finds incidents; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, wordings: Wordings, contests: Contests,
        cards: CardService, duty: DutyService, clearing: Clearing, outputs: Outputs,
        ringing: Ringing, marking: MarkingService, received: Received,
    ) -> None:  # fmt: skip
        self._store = store
        self._cards = cards
        self._clearing = clearing
        self._ringing = ringing
        seeing = Seeing(config, store, clearing)
        self._entering = entering = Entering(
            config, store, audit, wordings, contests, cards, duty, clearing, ringing, seeing, marking, received
        )
        fields, texts = Fields(seeing, entering), Texts(store, wordings, clearing)
        self.words = wordings.words
        self.find = seeing.find
        self.read = seeing.read
        self.seen = seeing.seen
        self.list_open = seeing.list_open
        self.list_all = seeing.list_all
        self.redirected = seeing.redirected
        self.meant = seeing.meant
        self.posted = seeing.posted
        self.concerned = seeing.concerned
        self.refers = seeing.refers
        self.change = entering.change
        self.put = entering.put
        self.marking = entering.marking
        self.whole = entering.whole
        self.follow = entering.follow
        self.holds = entering.holds
        self.draw = entering.draw
        self.set_type = fields.set_type
        self.set_severity = fields.set_severity
        self.differs = fields.differs
        self.closable, self.directed = fields.closable, fields.directed
        self.set_status = fields.set_status
        self.set_place = fields.set_place
        self.set_lead = fields.set_lead
        self.assign = fields.assign
        self.validate = fields.validate
        self.decide = Deciding(store, seeing, entering, clearing).decide
        self.title_in = texts.title_in
        self.titles_in = texts.titles_in
        self.text_in = texts.text_in
        self.complete = texts.complete
        self.keep = texts.keep
        self.last_severity = texts.last_severity
        self.last_entry = texts.last_entry
        self.look = clearing.find
        self.records = clearing.records
        self.withheld = clearing.withheld
        self.reads = clearing.reads
        self.lets = clearing.lets
        self.for_agency = clearing.for_agency
        self.reveals = clearing.reveals
        self.lively = clearing.lively
        self.says_unvalidated = clearing.says_unvalidated
        self.rooms_seen = clearing.rooms_seen
        self.about = outputs.about
        self.aggregate = outputs.aggregate
        self.audience = clearing.audience
        self.built = outputs.built
        self.shows = outputs.shows
        self.showing = outputs.showing
        self.lacking = outputs.lacking
        self.showing_files = outputs.showing_files
        self.withdraw = outputs.withdraw
        self.withhold = outputs.withhold
        self.retract = outputs.retract
        self.look_round = outputs.look_round

    async def declare(self, actor: Actor, told: Told, said: Declaration) -> tuple[Cleared[Incident], bool]:
        """Open an incident; return it, and whether it is new: the same words soon again are the same incident."""
        title = said.words.text
        handling = strictest(
            [*(self._entering.handled(words.text) for words in (said.words, *said.whole)), said.handling]
        )
        exercise = await self._exercised(said, told)
        for before in await self._store.incident.list_declared(told.room_id, actor.user_id, told.now - SAME):
            same = before.title.casefold() == title.casefold() and before.exercise is exercise
            if not same or before.ended:
                continue
            known = await self._clearing.clear(told.room_id, before, Purpose.READING)
            if isinstance(known, Cleared):
                return known, False
        incident = Incident(
            await self._entering.draw(),
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
        change = Change(EntryKind.DECLARED, given(values), said.words, said.happened_at)
        await self._store.incident.save(incident)
        cleared = await self._entering.still(told.room_id, incident)
        await self._entering.enter(actor, told, incident, change)
        for words in said.whole:
            values = given({WHOLE: True, "by": said.by})
            await self._entering.enter(actor, told, incident, Change(EntryKind.NOTE, values, words, said.happened_at))
        await self._cards.show(actor, incident, told, first=True)
        await self._ringing.declared(actor, told, incident)
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
        return await self._entering.change(actor, told, ref, Change(EntryKind.NOTE, relied or {}, words, happened_at))

    async def enter(self, actor: Actor | None, told: Told, ref: Reference, change: Change) -> int:
        """Enter *change* into the timeline, for the bot itself without an *actor*; return the entry's number."""
        await self._entering.change(actor, told, ref, change)
        return await self._store.incident.last_number(ref)
