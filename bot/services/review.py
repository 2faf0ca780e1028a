"""Reviews of closed incidents: a draft that is always current, comments and actions, and what is published for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.config import Agency, Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Typed, Verbatim, _, _c
from bot.model.digest import Life
from bot.model.due import Woken
from bot.model.handling import Cleared, Hidden, Purpose
from bot.model.incident import Entry, EntryKind, Incident, Words, marked
from bot.model.person import Actor, UserId
from bot.model.reference import Reference
from bot.model.review import BRIEF, COMMENT, DUE, FLAG, Facts, Review, facts_of, frozen
from bot.model.task import Task
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.duty import DutyService
from bot.services.incident import IncidentService
from bot.services.mark import speaks_for
from bot.services.notice import NoticeService
from bot.services.room import RoomService
from bot.services.task import TaskService
from bot.store import Store

MOST_RUNG = 5
"""People who are rung at most because a review is missing."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review as a room may read it: the figures, what happened in brief, comments, actions; whether it is published.

    Entries that the room may not read are in none of them.
    """

    incident: Incident
    facts: Facts
    brief: tuple[Entry, ...]
    comments: tuple[Entry, ...]
    actions: tuple[Task, ...]
    published: Review | None = None


class ReviewService:
    """Drafts, takes comments and actions, publishes, reminds; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, incident: IncidentService, task: TaskService,
        duty: DutyService, room: RoomService, notice: NoticeService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._incident = incident
        self._task = task
        self._duty = duty
        self._room = room
        self._notice = notice

    # Reading

    async def of(self, room_id: str, ref: Reference) -> Reviewed:
        """Return the review of a closed incident as the room may read it; raise UserError if it is not closed."""
        incident = await self._closed(room_id, ref)
        hidden = frozenset((await self._incident.withheld(room_id, [incident], Purpose.READING)).get(ref, ()))
        published = await self._store.review.find(ref)
        if published is not None and not published.sound:
            raise RuntimeError(f"the published review of {ref} is not the one that the log has")
        entries = [
            one for one in await self._store.incident.entries(ref) if one.number > 0 and one.number not in hidden
        ]
        actions = await self._actions(ref, hidden)
        if published is None:
            facts = await self._facts(incident, entries, hidden)
        else:
            facts, (numbers, tasks) = published.facts, published.numbers
            entries = [one for one in entries if one.number in numbers]
            actions = [one for one in actions if str(one.ref) in tasks]
        comments = tuple(one for one in entries if one.kind is EntryKind.NOTE and FLAG in one.values)
        brief = tuple(one for one in entries if one.kind in BRIEF)
        return Reviewed(incident, facts, brief, comments, tuple(actions), published)

    async def _closed(self, room_id: str, ref: Reference) -> Incident:
        incident = await self._incident.read(room_id, ref)
        if not incident.ended and await self._store.review.find(ref) is None:
            raise UserError(
                ErrorCode.CONFLICT, _("{ref} is not closed yet. Its review begins then.", ref=Code(str(ref)))
            )
        return incident

    async def _actions(self, ref: Reference, hidden: frozenset[int]) -> list[Task]:
        refs = await self._store.review.list_actions(ref)
        found = await self._store.task.list_of(refs)
        return [found[one] for one in refs if one in found and found[one].number not in hidden]

    async def _facts(self, incident: Incident, entries: Sequence[Entry], hidden: frozenset[int]) -> Facts:
        ref, config = incident.ref, self._config.now
        steps = (await self._store.digest.steps([ref])).get(ref, [])
        people = {one.user_id for one in await self._store.received.list_of(str(ref))}
        agencies = [agency.code if (agency := config.agency(user)) else "" for user in people]
        life = Life(incident, tuple(steps), hidden=hidden)
        return facts_of(life, entries, agencies, self._duty.cadence, UserId(config.matrix.user_id))

    # Writing

    async def comment(self, actor: Actor, told: Told, ref: Reference, words: Words | None) -> Cleared[Incident]:
        """Enter what somebody says of it into the timeline, as a note of the review; raise UserError once published."""
        await self._open(told.room_id, ref)
        return await self._incident.note(actor, told, ref, words, relied={FLAG: COMMENT})

    async def act(
        self, actor: Actor, told: Told, ref: Reference, words: Words | None, owner: UserId, due: datetime | None
    ) -> Task:  # fmt: skip
        """Add what is to be done differently as a task of the *owner*'s; raise UserError once it is published."""
        await self._open(told.room_id, ref)
        return await self._task.add(actor, told, ref, words, owner, due, review=True)

    async def _open(self, room_id: str, ref: Reference) -> Incident:
        incident = await self._closed(room_id, ref)
        if await self._store.review.find(ref):
            raise UserError(
                ErrorCode.CONFLICT,
                _("The review of {ref} is published, and does not change any more.", ref=Code(str(ref))),
            )
        return incident

    async def publishable(self, actor: Actor, told: Told, ref: Reference) -> Incident:
        """Return the incident whose review *actor* may publish now; raise UserError if there is none."""
        incident = await self._incident.whole(await self._incident.find(told.room_id, ref))
        await self._open(told.room_id, ref)
        if actor.user_id != incident.lead and not speaks_for(actor, incident.agency):
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("Only its lead, or a lead of {agency}, may publish the review of {ref}.",
                  ref=Code(str(ref)), agency=Verbatim(incident.agency or self._config.now.taskforce.name)),
            )  # fmt: skip
        return incident

    async def publish(self, actor: Actor, told: Told, ref: Reference) -> Review:
        """Freeze the review as it stands, and enter its digest into the log; raise UserError if it is not theirs to do.

        Its record names all of its entries, also those that the room may not read.
        """
        incident = await self.publishable(actor, told, ref)
        entries = [one for one in await self._store.incident.entries(ref) if one.number > 0]
        # Its figures are for everybody who may read the incident: parts that are marked more strictly count nowhere.
        marks = (await self._store.part.list_of([ref])).get(ref, {})
        apart = frozenset(number for number, mark in marks.items() if mark.marking.marked)
        facts = await self._facts(incident, [one for one in entries if one.number not in apart], apart)
        kept = [one for one in entries if one.kind in BRIEF or FLAG in one.values]
        logged = [(one, await self._store.note.logged(one)) for one in kept]
        record, digest = frozen(ref, facts, logged, await self._store.review.list_actions(ref), told.now)
        review = Review(ref, record, digest, actor.user_id, actor.agency, told.now)
        await self._store.review.add(review)
        await self._store.due.drop(DUE, str(ref))
        content = {"sha256": digest, "room": told.room_id, "event": told.event_id}
        await self._audit.append("review.published", actor, str(ref), content, told.now)
        return review

    # By the clock

    async def remind(self, woken: Woken) -> None:
        """Say that the draft is there, and again every few days until it is published."""
        ref = Reference(woken.due.ref)
        incident = await self._store.incident.find(ref)
        if incident is None or not incident.ended or await self._store.review.find(ref):
            return
        days = self._config.now.incident.review_days
        again = woken.due.payload.get("again", 0) + 1
        await self._store.due.plan(DUE, str(ref), woken.now + timedelta(days=days), {"again": again})
        room_id = incident.room_id
        if isinstance(await self._incident.look(room_id, ref, Purpose.CARD), Hidden):
            return
        command = Typed(("!", _c("noun", "review"), f" {ref}"))
        values = {"ref": Code(str(ref)), "command": command}
        said = (
            _("The review of {ref} is still not published: {command}", **values) if again > 1
            else _("{ref} is closed. A draft of its review is ready: {command}", **values)
        )  # fmt: skip
        whom = self._responsible(incident)
        blocks = [marked(incident, said)]
        notice = await self._notice.give(
            room_id, DUE, woken.cause, blocks, woken.now, ref=str(ref), shows=ref, people=whom
        )  # fmt: skip
        if whom and again > 1:  # that there is a draft can wait until somebody looks
            asked: Message = _("{ref}: please see the notice above.", ref=Code(str(ref)))
            await self._notice.ring(
                room_id, DUE, woken.cause, whom, marked(incident, asked), notice, woken.now, ref=str(ref), shows=ref,
                reminds=True,
            )  # fmt: skip

    def _responsible(self, incident: Incident) -> list[UserId]:
        """Return who is rung: its lead, else the leads of its agency who are there, else who declared it."""
        config = self._config.now
        there = [user for user in self._room.members(incident.room_id) if config.serves(user)]
        leads = [user for user in there if user in config.roles.lead and _code(config.agency(user)) == incident.agency]
        for found in ([incident.lead], leads, [incident.declared_by]):
            if whom := [user for user in there if user in found]:
                return whom[:MOST_RUNG]
        return []


def _code(agency: Agency | None) -> str | None:
    return agency.code if agency else None
