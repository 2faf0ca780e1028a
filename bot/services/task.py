"""Tasks: added to incidents, taken, given, done; each change is an entry of the incident's timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Verbatim, _
from bot.model.handling import Cleared, Purpose
from bot.model.incident import Entry, EntryKind, Incident, Words, marked
from bot.model.person import Actor, LanguageCode, Role, UserId
from bot.model.reference import Reference
from bot.model.task import Task
from bot.model.told import Told
from bot.model.translation import Translation
from bot.services.duty import TASK, DutyService
from bot.services.incident import Change, IncidentService
from bot.services.notice import NoticeService
from bot.services.reference import gone, referred
from bot.services.room import RoomService
from bot.store import Store
from bot.store.card import Card

LONGEST = 500
CARD = 1
"""The place of a task's card among the cards that one event brings about; the first is its incident's."""
GONE = _("I know no such task here.")


class TaskService:
    """Adds, changes and finds tasks; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, incident: IncidentService, duty: DutyService, notice: NoticeService,
        room: RoomService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._incident = incident
        self._duty = duty
        self._notice = notice
        self._room = room

    async def add(
        self, actor: Actor, told: Told, incident: Reference, words: Words | None,
        owner: UserId | None = None, due: datetime | None = None, *, review: bool = False,
    ) -> Task:  # fmt: skip
        """Add a task to an incident, and ring its owner; to one that is closed only as an action of its *review*."""
        found = await self._incident.read(told.room_id, incident)
        if found.ended and not review:
            raise UserError(
                ErrorCode.CONFLICT,
                _("{ref} is closed. Reopen it before you add a task.", ref=Code(str(incident))),
            )
        words = self._worded(words)
        self._to_come(due, told.now)
        if owner:
            self._there(told.room_id, owner)
        ref = await self._incident.draw()
        values = _values(ref, owner=owner, due=due, review=True if review else None)
        change = Change(EntryKind.TASK, values, words, shown=False)
        number = await self._incident.enter(actor, told, incident, change)
        task = Task(
            ref,
            incident,
            number,
            words.text,
            words.language,
            actor.user_id,
            actor.agency,
            told.now,
            owner,
            due,
            review=review,
        )
        await self._keep(task, told)
        await self._tell(actor, task, told)
        return task

    async def give(self, actor: Actor, told: Told, ref: Reference, owner: UserId) -> Task:
        """Enter that *owner* is to do it: anybody takes one, who may change it gives it to another."""
        task = await self._open(told.room_id, ref)
        if owner != actor.user_id:
            await self._may_change(actor, told.room_id, task)
        self._there(told.room_id, owner)
        if task.owner == owner:
            raise UserError(
                ErrorCode.CONFLICT,
                _("{ref} is for {name} already.", ref=Code(str(ref)), name=self._named(told.room_id, owner)),
            )
        before = task.owner
        task = replace(task, owner=owner, revision=task.revision + 1)
        await self._enter(actor, told, task, EntryKind.TASK_FOR, owner=owner, before={"owner": before})
        await self._tell(actor, task, told)
        await self._tell_before(actor, task, before, told)
        return task

    async def set_due(self, actor: Actor, told: Told, ref: Reference, due: datetime) -> Task:
        """Enter by when it is to be done."""
        task = await self._open(told.room_id, ref)
        await self._may_change(actor, told.room_id, task)
        self._to_come(due, told.now)
        was = {"due": task.due.isoformat() if task.due else None}
        task = replace(task, due=due, revision=task.revision + 1)
        await self._enter(actor, told, task, EntryKind.TASK_DUE, due=due, before=was)
        if task.owner and task.owner != actor.user_id:
            said = _("{ref} is due at another time now. Please look at it.", ref=Code(str(ref)))
            await self._ring(task, task.owner, said, told)
        return task

    async def finish(self, actor: Actor, told: Told, ref: Reference, words: Words | None) -> Task:
        """Enter that it is done, and what came of it."""
        task = await self._open(told.room_id, ref)
        await self._may_change(actor, told.room_id, task)
        task = replace(task, done_by=actor.user_id, done_at=told.now, revision=task.revision + 1)
        await self._enter(actor, told, task, EntryKind.TASK_DONE, words)
        return task

    async def undo(self, actor: Actor, told: Told, entry: Entry) -> Incident:
        """Put back what *entry* changed of a task, by an entry that corrects it; return the incident.

        A task that was added is none any more: its entries stay, its card goes.
        """
        task = await self.find(told.room_id, Reference(entry.values["task"]))
        values = {"kind": entry.kind, "task": str(task.ref)}
        change = Change(EntryKind.UNDONE, values, corrects=entry.number, shown=False)
        incident = (await self._incident.change(actor, told, entry.ref, change)).content
        now = _before(task, entry)
        if entry.kind is EntryKind.TASK:
            await self._tell_before(actor, task, task.owner, told)
            await self._remove(task, told)
            return incident
        await self._keep(now, told)
        if now.owner != task.owner:
            await self._tell(actor, now, told)
            await self._tell_before(actor, now, task.owner, told)
        return incident

    async def find(self, room_id: str, ref: Reference) -> Task:
        """Return the task if the room may read of it; raise UserError as if there were none otherwise."""
        task = await self._store.task.find(ref)
        try:
            # What is not there takes the same steps, and as long, as what is hidden.
            incident = await self._incident.read(room_id, task.incident if task else ref)
        except UserError as error:
            raise gone(error, GONE) from error
        if task is None:
            raise UserError(ErrorCode.NOT_FOUND, GONE)
        return (await self._open_to(room_id, [incident], [task]))[0]

    async def _open_to(self, room_id: str, incidents: Sequence[Incident], tasks: Sequence[Task]) -> list[Task]:
        """Return *tasks* without what the room may not read of them."""
        hidden = await self._incident.withheld(room_id, incidents, Purpose.READING)
        marks = [(task, hidden.get(task.incident, {}).get(task.number)) for task in tasks]
        return [replace(task, text="", label=str(mark.handling or "")) if mark else task for task, mark in marks]

    async def meant(self, room_id: str, typed: str | None, replied: str | None) -> Reference:
        """Return the task that is meant: by its reference, or by the post that is replied to. Raise UserError."""
        if typed is not None:
            return referred(typed, self._config.now.taskforce.code, GONE)
        found = await self._store.incident.find_about(room_id, replied) if replied else None
        if found is None or await self._store.task.find(found) is None:
            raise UserError(
                ErrorCode.BAD_ARGUMENT, _("Say which task you mean: reply to its card, or write its reference.")
            )
        return found

    async def list_open(self, room_id: str, user_id: UserId) -> list[Task]:
        """Return what is to be done in the room: the person's own first, then nobody's; what is due soonest first.

        What is left to do about closed incidents comes after that about others.
        """
        left = await self._store.task.list_left(await self._incident.rooms_seen(room_id))
        closed = [one.content for one in await self._incident.seen(room_id, left) if one.full]
        incidents = [one.content for one in await self._incident.list_open(room_id) if one.full]
        tasks = await self._store.task.list_open([one.ref for one in (*incidents, *closed)])
        hidden = await self._incident.withheld(room_id, [*incidents, *closed], Purpose.READING)
        found = [task for task in tasks if task.number not in hidden.get(task.incident, ())]
        ended = {one.ref for one in closed}
        return sorted(
            found,
            key=lambda one: (_rank(one, user_id), one.incident in ended, one.due is None, one.due or one.added_at),
        )

    async def left(self, incident: Reference) -> list[Reference]:
        """Return what is still to be done about an incident that was just closed, as it was added."""
        return [task.ref for task in await self._store.task.list_open([incident])]

    async def text_in(self, task: Task, language: str) -> Translation | None:
        """Return what is to be done in *language*, None if it is said in it, or not translated into it."""
        if not task.text or LanguageCode(language).base == task.language.base:
            return None
        return await self._incident.text_in(task.incident, task.number, LanguageCode(language))

    async def complete(
        self, tasks: Sequence[Task], room_id: str, language: LanguageCode, now: datetime
    ) -> dict[Reference, dict[int, Words]]:
        """Return what is missing of what is to be done in *language*, by incident and number. Slow."""
        incidents = dict.fromkeys(task.incident for task in tasks)
        numbers = {ref: {task.number for task in tasks if task.incident == ref} for ref in incidents}
        return {ref: await self._incident.complete(ref, room_id, language, now, numbers[ref]) for ref in incidents}

    # Rules

    def _worded(self, words: Words | None) -> Words:
        if words is None:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Say what is to be done."))
        if len(words.text) > LONGEST:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("A task has {most} characters at most. Say the rest in notes.", most=LONGEST),
            )
        return words

    def _to_come(self, due: datetime | None, now: datetime) -> None:
        if due is not None and due <= now:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("A task can only be due at a time that is still to come."))

    def _there(self, room_id: str, user_id: UserId) -> None:
        """Raise UserError unless the person is in the room, and served."""
        there = user_id in self._room.members(room_id) and self._config.now.serves(user_id)
        if not there or user_id == self._config.now.matrix.user_id:
            raise UserError(
                ErrorCode.NOT_FOUND,
                _("{name} cannot be given a task here: only who is in this room can.", name=Verbatim(user_id)),
            )

    async def _open(self, room_id: str, ref: Reference) -> Task:
        task = await self.find(room_id, ref)
        if task.done_by and task.done_at:
            name = self._named(room_id, task.done_by)
            raise UserError(
                ErrorCode.CONFLICT,
                _("{ref} is done: {name} said so, {moment}.", ref=Code(str(ref)), name=name, moment=task.done_at),
            )
        return task

    async def _may_change(self, actor: Actor, room_id: str, task: Task) -> None:
        incident = await self._incident.read(room_id, task.incident)
        own = actor.user_id in (task.owner, task.added_by, incident.lead)
        if not own and not (actor.may(Role.LEAD) or actor.may(Role.COORDINATOR)):
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _(
                    "Only whom {ref} is for, who added it, a lead or a coordinator may do that.",
                    ref=Code(str(task.ref)),
                ),
            )

    def _named(self, room_id: str, user_id: UserId) -> Verbatim:
        return Verbatim(self._room.name_of(room_id, user_id))

    # What is recorded and posted

    async def _enter(
        self, actor: Actor, told: Told, task: Task, kind: EntryKind, words: Words | None = None, **values: Any
    ) -> None:
        await self._incident.enter(
            actor, told, task.incident, Change(kind, _values(task.ref, **values), words, shown=False)
        )
        await self._keep(task, told)

    async def _keep(self, task: Task, told: Told) -> None:
        """Record the task as it stands, when somebody is to be asked about it, and let its card say so."""
        await self._store.task.save(task)
        incident = await self._incident.read(told.room_id, task.incident)
        if task.due and not task.done:
            # Whoever gets what is overdue has a while before it is asked about.
            soon = told.now + self._duty.wait(incident.severity)
            await self._duty.plan(TASK, task.ref, task.due if task.due > told.now else soon)
        else:
            await self._duty.drop(TASK, task.ref)
        cards = await self._store.card.list_of(task.ref)
        for index, room_id in enumerate(dict.fromkeys([incident.room_id, *cards]), CARD):
            cleared = await self._incident.look(room_id, task.incident, Purpose.CARD)
            if isinstance(cleared, Cleared) and cleared.full:
                await self._card(task, room_id, cards.get(room_id), told, index)

    async def _card(self, task: Task, room_id: str, card: Card | None, told: Told, index: int) -> None:
        payload: dict[str, Any] = {"of": "task", "ref": str(task.ref), "revision": task.revision}
        if card:
            payload["post"] = card.post
        holds = [str(task.incident)]
        post = await self._store.outbox.add(room_id, "card", told.event_id, payload, told.now, index, holds)
        if card is None:
            readers = frozenset(self._room.members(room_id))
            await self._store.card.save(Card(task.ref, post, readers), room_id)

    async def _remove(self, task: Task, told: Told) -> None:
        """Forget a task that was added by mistake, and take its cards back."""
        await self._duty.drop(TASK, task.ref)
        await self._store.task.remove(task.ref)
        for index, (room_id, card) in enumerate((await self._store.card.list_of(task.ref)).items()):
            await self._store.card.forget(card.post)
            await self._store.outbox.let_go(str(task.incident), card.post)
            await self._store.outbox.add(room_id, "redact", told.event_id, {"post": card.post}, told.now, index)

    async def _tell_before(self, actor: Actor, task: Task, before: UserId | None, told: Told) -> None:
        """Ring whom the task was for, unless they have said so themselves."""
        if before and before != actor.user_id:
            said = _("{ref} is not for you any more.", ref=Code(str(task.ref)))
            await self._ring(task, before, said, told, index=1)

    async def _tell(self, actor: Actor, task: Task, told: Told) -> None:
        """Ring the owner, unless they have said so themselves."""
        if task.owner and task.owner != actor.user_id:
            await self._ring(task, task.owner, _("{ref} is for you to do.", ref=Code(str(task.ref))), told)

    async def _ring(self, task: Task, whom: UserId, said: Any, told: Told, index: int = 0) -> None:
        """Ring somebody where they are: in the incident's room if they are there, not in that of who says it."""
        incident = await self._incident.read(told.room_id, task.incident)
        cards = await self._store.card.list_of(task.ref)
        rooms = dict.fromkeys([incident.room_id, told.room_id, *cards])
        room_id = next((room for room in rooms if whom in self._room.members(room)), None)
        if room_id is None:
            return
        card = cards.get(room_id)
        await self._notice.ring(
            room_id,
            "task",
            told.event_id,
            [whom],
            marked(incident, said),
            card.post if card else "",
            told.now,
            ref=str(task.ref),
            index=index,
            shows=task.incident,
        )


def _values(ref: Reference, **values: Any) -> Mapping[str, Any]:
    given = {name: value for name, value in values.items() if value is not None}
    return {"task": str(ref)} | {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in given.items()
    }


def _before(task: Task, entry: Entry) -> Task:
    """Return the task as it was before *entry*."""
    was, task = entry.values.get("before", {}), replace(task, revision=task.revision + 1)
    match entry.kind:
        case EntryKind.TASK_FOR:
            return replace(task, owner=was["owner"])
        case EntryKind.TASK_DUE:
            return replace(task, due=datetime.fromisoformat(was["due"]) if was["due"] else None)
        case EntryKind.TASK_DONE:
            return replace(task, done_by=None, done_at=None)
    return task


def _rank(task: Task, user_id: UserId) -> int:
    return 0 if task.owner == user_id else 1 if task.owner is None else 2
