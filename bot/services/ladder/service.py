"""Whoever must act is asked, asked again, and passed over for the next, until somebody answers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, _
from bot.model.due import Due, Woken
from bot.model.handling import Hidden, Purpose
from bot.model.incident import EntryKind, Incident, marked
from bot.model.incident.roles import Part
from bot.model.ladder import Climb, Quiet, Rung, Step, next_step
from bot.model.person import Actor, Role, UserId
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.duty import SUBJECT, TASK, UPDATE, DutyService, asking
from bot.services.incident import Change, IncidentService
from bot.services.ladder.matter import DONE, LABELS, LATER, SEEN, Matter, asked_for, said
from bot.services.ladder.people import Rungs
from bot.services.notice import NoticeService
from bot.services.person import PersonService
from bot.services.question import Asking, QuestionService
from bot.services.reference import gone, referred
from bot.services.room import RoomService
from bot.store import Store

REPEATS = 2
"""How often those are asked who are asked first."""
SNOOZE = timedelta(minutes=30)
MOST_SNOOZES = 3
AGAIN = timedelta(hours=4)
"""When it is asked anew about an overdue task that somebody has acknowledged, or that nobody has answered about."""
WITHIN = timedelta(days=1)
"""How late the next rung may be asked; later than that, the ladder begins anew."""
GONE = _("I know nothing of that reference here.")


class LadderService:
    """Asks whoever is due to be asked, and takes their answers; all of it joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, incident: IncidentService, duty: DutyService,
        person: PersonService, rungs: Rungs, room: RoomService, notice: NoticeService, question: QuestionService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._incident = incident
        self._duty = duty
        self._person = person
        self._rungs = rungs
        self._room = room
        self._notice = notice
        self._question = question

    async def climb(self, woken: Woken) -> None:
        """Ask those who are next."""
        matter = await self._matter(woken.due)
        if matter is None:
            return
        wait = self._duty.wait(matter.incident.severity)
        if not await self._reaches(matter):
            return await self._store.due.plan(matter.kind, str(matter.ref), woken.now + wait, woken.due.payload)
        before = Climb.of(woken.due.payload)
        rungs = await self._rungs.of(matter.incident.room_id, matter.incident.agency, _near(matter))
        people = {user for rung in rungs.values() for user in rung}
        resting = {} if matter.loud else await self._resting(people, matter.incident.room_id, woken.now)
        step = next_step(before, [*rungs.values()], woken.now, wait, REPEATS, resting)
        if step.again is None:
            return await self._unanswered(matter, before, woken)
        if step.ask:
            await self._ask(matter, before, step, [*rungs][step.climb.rung], woken)
        await self._store.due.plan(matter.kind, str(matter.ref), step.again, step.climb.payload)

    async def begin_anew(self, woken: Woken) -> None:
        """Ask from the first rung on: it is too late for those who were next."""
        await self.climb(
            replace(woken, due=replace(woken.due, payload=Climb(since=Climb.of(woken.due.payload).since).payload))
        )

    async def acknowledge(self, actor: Actor, told: Told, kind: str, ref: Reference) -> None:
        """Enter that *actor* sees to it, so that nobody else is asked; raise UserError if nobody was."""
        matter, _climb = await self._asked(actor, told, kind, ref)
        # First the entry: somebody who enters something about an incident has said how it stands.
        await self._enter(actor, told, matter, EntryKind.ACKNOWLEDGED)
        if kind == TASK:
            await self._duty.plan(TASK, ref, told.now + AGAIN)

    async def snooze(self, actor: Actor, told: Told, kind: str, ref: Reference) -> None:
        """Enter that *actor* wants to be asked later, MOST_SNOOZES times at most."""
        matter, climb = await self._asked(actor, told, kind, ref)
        if climb.snoozes >= MOST_SNOOZES:
            raise UserError(
                ErrorCode.CONFLICT,
                _("{ref} was put off {most} times already. Say that you are on it, or how it stands.",
                  ref=Code(str(ref)), most=MOST_SNOOZES),
            )  # fmt: skip
        await self._duty.drop(kind, ref)
        await self._store.due.plan(kind, str(ref), told.now + SNOOZE, climb.snoozed().payload)
        minutes = int(SNOOZE.total_seconds() // 60)
        await self._enter(actor, told, matter, EntryKind.SNOOZED, minutes=minutes)

    async def meant(self, room_id: str, typed: str | None, replied: str | None) -> tuple[str, Reference]:
        """Return what is to be acknowledged, and its kind; raise UserError if it is nothing that the room knows."""
        if typed is not None:
            ref = referred(typed, self._config.now.taskforce.code, GONE)
        else:
            found = await self._store.incident.find_about(room_id, replied) if replied else None
            ref = found or await self._incident.meant(room_id, None, replied)
        task = await self._store.task.find(ref)
        try:
            # What is not there takes the same steps, and as long, as what is hidden.
            await (self._incident.read(room_id, task.incident) if task else self._incident.find(room_id, ref))
        except UserError as error:
            raise gone(error, GONE) from error
        return TASK if task else UPDATE, ref

    async def incident_of(self, room_id: str, ref: Reference) -> Incident:
        """Return the incident that *ref* is of, or of whose task it is; raise UserError as find does."""
        task = await self._store.task.find(ref)
        return (await self._incident.find(room_id, task.incident if task else ref)).content

    async def _asked(self, actor: Actor, told: Told, kind: str, ref: Reference) -> tuple[Matter, Climb]:
        """Return what *actor* was asked about; raise UserError if nobody was asked, or somebody else."""
        due = await self._store.due.find(kind, str(ref))
        climb = Climb.of(due.payload) if due else Climb()
        await self.incident_of(told.room_id, ref)
        matter = await self._matter(due) if due else None
        if matter is None or not climb.asked:
            raise UserError(ErrorCode.CONFLICT, _("Nothing about {ref} waits for an answer.", ref=Code(str(ref))))
        if actor.user_id not in climb.asked and not (actor.may(Role.LEAD) or actor.may(Role.COORDINATOR)):
            raise UserError(ErrorCode.NOT_ALLOWED, _("I have asked somebody else about {ref}.", ref=Code(str(ref))))
        return matter, climb

    # What it is about, and who is asked

    async def _matter(self, due: Due) -> Matter | None:
        """Return what is due to be asked about; None if there is nothing to ask any more."""
        task = await self._store.task.find(Reference(due.ref)) if due.kind == TASK else None
        record = await self._store.incident.find(task.incident if task else Reference(due.ref))
        if record is None or (due.kind == TASK and (task is None or task.done)):
            return None
        ended = record.ended and not (task and task.review)
        return None if ended else Matter(due.kind, record, task)

    async def _reaches(self, matter: Matter) -> bool:
        """Return whether somebody can be asked in its room: if not, that is waited for.

        The bot may not be in the room, or has just started and does not know yet who is; or not everyone who is there
        may know of it.
        """
        room, ref = matter.incident.room_id, matter.incident.ref
        there = bool(self._room.members(room))
        return there and not isinstance(await self._incident.look(room, ref, Purpose.RING), Hidden)

    async def _resting(self, people: set[UserId], room_id: str, now: datetime) -> dict[UserId, datetime]:
        hours = self._config.now.incident.quiet_hours
        if hours is None:
            return {}
        quiet, found = Quiet(*hours), {}
        for user in people:
            if until := quiet.ends(now, (await self._person.actor(user, room_id)).zone):
                found[user] = until
        return found

    # What is said

    async def _ask(self, matter: Matter, before: Climb, step: Step, rung: Rung, woken: Woken) -> None:
        """Say what it is about, and ask each of those who are next."""
        room, blocks = matter.incident.room_id, [said(matter, before)]
        if before.asked and step.climb.rung > before.rung:
            blocks.append(_("Nobody whom I have asked so far has answered."))
        if woken.late:
            blocks.append(_("I say that late: I should have asked at {moment}.", moment=woken.due.at))
        notice = await self._notice.give(
            room, matter.kind, woken.cause, blocks, woken.now, ref=str(matter.ref), shows=matter.incident.ref,
            people=step.ask,
        )  # fmt: skip
        names = [SEEN, *([LATER] if step.climb.snoozes < MOST_SNOOZES else []), *([DONE] if matter.task else [])]
        choices = tuple((name, LABELS[name]) for name in names)
        asked = Asking(
            SUBJECT,
            choices,
            asking(matter.kind, matter.ref),
            asked_for(matter),
            str(matter.ref),
            shows=(str(matter.incident.ref),),
        )
        for index, user in enumerate(step.ask):
            await self._question.ask(room, user, asked, woken.cause, notice, woken.now, index)
        if step.climb.turn == 0:
            told = Told(room, woken.cause, woken.now, woken.now, woken.now)
            await self._enter(None, told, matter, EntryKind.ASKED, rung=rung, people=list(step.ask))

    async def _unanswered(self, matter: Matter, climb: Climb, woken: Woken) -> None:
        """Say whom to telephone, ring those who began it, and begin anew after a while."""
        room, ref = matter.incident.room_id, Code(str(matter.ref))
        blocks = [said(matter, climb), *self._rungs.telephone(room, matter.incident.agency)]
        began = dict.fromkeys([matter.task.added_by if matter.task else matter.incident.declared_by])
        began |= dict.fromkeys(climb.asked)
        whom = [user for user in began if user in self._room.members(room) and self._config.now.serves(user)]
        notice = await self._notice.give(
            room, matter.kind, woken.cause, blocks, woken.now, ref=str(matter.ref), shows=matter.incident.ref,
            people=whom,
        )  # fmt: skip
        if whom:
            asked = marked(matter.incident, _("{ref}: nobody has answered. Please see the notice above.", ref=ref))
            await self._notice.ring(
                room,
                matter.kind,
                woken.cause,
                whom,
                asked,
                notice,
                woken.now,
                ref=str(matter.ref),
                shows=matter.incident.ref,
            )
        told = Told(room, woken.cause, woken.now, woken.now, woken.now)
        await self._enter(None, told, matter, EntryKind.UNANSWERED)
        again = AGAIN if matter.task else self._duty.cadence(matter.incident.severity)
        await self._duty.plan(matter.kind, matter.ref, woken.now + again, climb.since)

    async def _enter(self, actor: Actor | None, told: Told, matter: Matter, kind: EntryKind, **values: Any) -> None:
        change = Change(kind, matter.values(**values), shown=False)
        await self._incident.enter(actor, told, matter.incident.ref, change)


def _near(matter: Matter) -> dict[Rung, Collection[UserId | None]]:
    """Return who is asked before other leads: whose task it is, the incident's lead, deputies."""
    incident, owner = matter.incident, {Rung.OWNER: [matter.task.owner]} if matter.task else {}
    deputies = {one.user_id for one in incident.roles if one.part is Part.DEPUTY}
    return {**owner, Rung.LEAD: [incident.lead], Rung.DEPUTY: deputies}
