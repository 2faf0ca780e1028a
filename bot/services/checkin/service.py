"""Checking in at a post, saying how one is, and checking out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Message, Typed, Verbatim, _, _c
from bot.model.checkin import (
    LEAST,
    LONGEST,
    MOST,
    OVERDUE,
    SUBJECT,
    WELFARE,
    Call,
    Change,
    CheckIn,
    Patrol,
    beginning,
    planned,
    worded,
)
from bot.model.handling import label_of
from bot.model.ladder import Climb
from bot.model.names import one_line
from bot.model.person import Actor, Role, UserId
from bot.model.rights import only_a_lead
from bot.model.shift import DutyPost, post_name
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.checkin.duress import DuressService
from bot.services.checkin.welfare import WAIT
from bot.services.identity import IdentityService
from bot.services.labelled import shared
from bot.services.notice import NoticeService
from bot.services.question import QuestionService
from bot.services.room import RoomService
from bot.services.shift import ShiftService
from bot.services.shift.service import which
from bot.store import Store

LEAVE = Typed(("!", _c("noun", "checkin"), " ", _c("verb", "end")))
IN = Typed(("!", _c("noun", "checkin")))


class CheckInService:
    """Records check-ins; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, room: RoomService, question: QuestionService,
        duress: DuressService, shift: ShiftService, notice: NoticeService, identity: IdentityService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._room = room
        self._question = question
        self._duress = duress
        self._shift = shift
        self._notice = notice
        self._identity = identity

    async def meant(self, room_id: str, words: str | None) -> tuple[DutyPost, str]:
        """Return the post that *words* begin with, and the vehicle behind it; the room's only post without words.

        A vehicle holds a digit; other words are nothing that is recorded. Raise UserError where no post is meant.
        """
        if not words:
            return await self._shift.post(room_id, None), ""
        split = words.split()
        here = {one.name: one for one in await self._shift.posts(room_id)}
        for count in range(len(split), 0, -1):
            name = post_name(" ".join(split[:count]))
            if name is not None and name in here:
                vehicle = next((word for word in split[count:] if any(map(str.isdigit, word))), "")
                return here[name], vehicle
        # Nothing of what was typed is said again: it may be what only one may hear.
        if not here:
            return await self._shift.post(room_id, None), ""
        raise UserError(ErrorCode.NOT_FOUND, *which(list(here.values())).messages)

    async def begin(
        self, actor: Actor, told: Told, post: DutyPost, vehicle: str, persons: int, every: timedelta | None
    ) -> CheckIn:
        """Check *actor* in at a post of the room; raise UserError if they are checked in already."""
        before = await self._store.checkin.find(actor.user_id)
        if before is not None:
            raise UserError(ErrorCode.CONFLICT, _already(before, told.room_id))
        if every is not None and not LEAST <= every <= MOST:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("I can ask every 5 minutes to 12 hours how you are."))
        minutes = self._config.now.shift.welfare_minutes
        every = every or (timedelta(minutes=minutes) if minutes else None)
        made = CheckIn(
            told.event_id, actor.user_id, actor.agency, post.name, post.room_id, told.now, told.now,
            self._kept(actor, vehicle), persons, every, status_at=told.now,
        )  # fmt: skip
        await self._store.checkin.save(made)
        await self._plan(made)
        content = {"post": post.name, "vehicle": made.vehicle, "persons": persons}
        await self._audit.append("checkin.begun", actor, None, content, told.now)
        return made

    async def say(self, actor: Actor, told: Told, status: Patrol, place: str = "") -> CheckIn:
        """Record how *actor* is and where, which says that they are well; raise UserError if they are not checked in.

        Who needs help is asked for at once, of everyone but them.
        """
        one = await self._own(actor, told)
        return await self._heard(one, actor, told, status, self._kept(actor, place))

    async def well(self, actor: Actor, told: Told) -> CheckIn:
        """Record that *actor* answered that they are well."""
        one = await self._own(actor, told)
        status = Patrol.READY if one.status is Patrol.HELP else one.status
        return await self._heard(one, actor, told, status, "")

    async def call(self, actor: Actor, told: Told, place: str = "") -> bool:
        """Have *actor* looked for, who calls for help by keys that nobody has confirmed; return whether they can be.

        Everyone is asked as by a person's own word, and nothing else is changed by it: neither how they were nor where,
        nor what is asked already, of them or of others. While they are called for, one more call has the next asked in
        WAIT at the latest and begins nothing anew; after one that was over it begins in WAIT from then at the earliest:
        whoever has the account can neither keep off those who are asked later, nor have anybody rung all the time.
        """
        one = await self._store.checkin.find(actor.user_id)
        if one is None:
            return False
        latest = told.now + WAIT
        if one.needs_help:
            await self._hasten(one, latest, told)
            return True
        # A clock that was ahead delays it by no more than that.
        soonest = min(one.heard_at + WAIT, latest) if one.call else told.now
        call = Call(_called_at(told), await self._identity.present(actor.user_id), self._said_place(actor, place))
        after = replace(one, call=call)
        await self._store.checkin.save(after)
        at = max(soonest, told.now)
        await self._store.due.plan(WELFARE, one.person, at, planned(beginning(after, told.now), told.now))
        await self._audit.append("checkin.called", actor, None, {"post": one.post}, told.now)
        return True

    async def _hasten(self, one: CheckIn, latest: datetime, told: Told) -> None:
        """Let those who are asked next about somebody be asked at *latest*."""
        due = await self._store.due.find(WELFARE, one.person)
        if due is None or due.at > latest:
            payload = due.payload if due else planned(beginning(one, told.now), told.now)
            await self._store.due.plan(WELFARE, one.person, latest, payload)

    def _said_place(self, actor: Actor, words: str) -> str:
        """Return *words* as they are recorded, nothing of those that may not be: a call for help is not refused."""
        try:
            return self._kept(actor, words)
        except UserError:
            return ""

    async def unheard(self, actor: Actor, since: datetime) -> bool:
        """Return whether *actor* is checked in, and nobody has said how they are since then."""
        one = await self._store.checkin.find(actor.user_id)
        return one is not None and one.heard_at <= since

    async def vouch(self, actor: Actor, told: Told, person: UserId) -> CheckIn:
        """Record that *actor* knows that another person is well.

        Who has left the room cannot be asked again: so nobody is, until they come back or say something themselves.
        """
        one = await self._other(person, told)
        status = Patrol.READY if one.status is Patrol.HELP else one.status
        after = await self._heard(one, actor, told, status, "")
        if person not in self._room.members(one.room_id):
            await self._store.due.drop(WELFARE, person)
        return after

    async def end(self, actor: Actor, told: Told, person: UserId | None = None) -> CheckIn:
        """Check *actor* out, or, as a lead, a *person* of the same room; raise UserError if they are not checked in.

        Nobody has to know any more where they are.
        """
        one = await self._ending(actor, told, person)
        ended = replace(one.heard, ended_at=told.now, heard_at=told.now, place="")
        await self._store.checkin.save(ended)
        if one.needs_help and one.person == actor.user_id:
            await self._unneeded(ended, told)
        await self._settle(one.person, told, OVERDUE)
        await self._store.due.drop(WELFARE, one.person)
        others = {} if one.person == actor.user_id else {"person": one.person}
        await self._audit.append("checkin.ended", actor, None, {"post": one.post, **others}, told.now)
        return ended

    async def _ending(self, actor: Actor, told: Told, person: UserId | None) -> CheckIn:
        if person is None or person == actor.user_id:
            return await self._own(actor, told)
        if not actor.may(Role.LEAD):
            raise only_a_lead(actor, _("Only a lead checks somebody else out."))
        return await self._other(person, told)

    async def listed(self, room_id: str) -> list[CheckIn]:
        """Return who is checked in at the posts of a room."""
        return await self._store.checkin.list_open(room_id)

    async def _heard(self, one: CheckIn, actor: Actor, told: Told, status: Patrol, place: str) -> CheckIn:
        again = status is Patrol.HELP and one.needs_help
        said_at = _called_at(told) if status is Patrol.HELP else told.now
        after = replace(one.heard, status=status, heard_at=said_at)
        if place or status != one.status:
            after = replace(after, status_at=told.now, place=place or one.place)
        await self._store.checkin.save(after)
        if one.needs_help and status is not Patrol.HELP and one.person == actor.user_id:
            await self._unneeded(after, told)
        await self._settle(one.person, told, *([] if again else [OVERDUE]))
        if status is Patrol.HELP:
            await self._look_for(after, told, again=again)
        else:
            await self._plan(after)
        content = {"post": one.post, "person": one.person, "status": status, "place": place}
        logged = await self._audit.append("checkin.status", actor, None, content, told.now)
        await self._store.checkin.say(one.id, Change(one.person, status, place, told.now), logged)
        return after

    async def _look_for(self, one: CheckIn, told: Told, *, again: bool) -> None:
        """Have everyone else asked at once; who calls *again* has those asked who would be next, nobody anew."""
        due = await self._store.due.find(WELFARE, one.person) if again else None
        payload = due.payload if due else planned(beginning(one, told.now), told.now)
        await self._store.due.plan(WELFARE, one.person, told.now, payload)

    async def _unneeded(self, one: CheckIn, told: Told) -> None:
        """Ring those who were rung about somebody, or the leads: by their own word, they need no help any more.

        It may be that somebody else holds their telephone.
        """
        due = await self._store.due.find(WELFARE, one.person)
        asked = Climb.of(due.payload).asked if due else ()
        there = [user for user in asked if user != one.person and user in self._room.members(one.room_id)]
        name, post = Verbatim(self._room.known_as(one.person, one.room_id)), Verbatim(one.post)
        said = (
            _("{name} is checked out of {post}.", name=name, post=post)
            if one.ended_at
            else _("{name}, {post}: {status}; heard of {moment}", name=name, post=post, status=worded(one.status),
                   moment=one.heard_at)
        )  # fmt: skip
        cause = f"{told.event_id} unneeded"
        if not there:
            return await self._notice.alert(one.room_id, SUBJECT, cause, [said], _UNNEEDED, told.now, about=one.person)
        notice = await self._notice.give(one.room_id, SUBJECT, cause, [said], told.now, people=there)
        await self._notice.ring(one.room_id, SUBJECT, cause, there, _UNNEEDED, notice, told.now)

    async def _plan(self, one: CheckIn) -> None:
        if one.every is None:
            return await self._store.due.drop(WELFARE, one.person)
        at, payload = one.heard_at + one.every, planned(beginning(one, one.heard_at), one.heard_at)
        await self._store.due.plan(WELFARE, one.person, at, payload)

    async def _settle(self, person: UserId, told: Told, *others: str) -> None:
        """Close what was asked about the person, of themselves, and what *others* were asked of that kind."""
        for kind in (WELFARE, *others):
            data = {"kind": kind, "person": person}
            await self._question.settle(SUBJECT, data, _SETTLED, f"{told.event_id} {kind}", told.now)

    async def _own(self, actor: Actor, told: Told) -> CheckIn:
        one = await self._store.checkin.find(actor.user_id)
        if one is None:
            raise UserError(
                ErrorCode.CONFLICT, _("You are not checked in. Check in first, with {command}.", command=IN)
            )
        return one

    async def _other(self, person: UserId, told: Told) -> CheckIn:
        one = await self._store.checkin.find(person)
        if one is None or one.room_id != told.room_id:
            raise UserError(ErrorCode.CONFLICT, _("They are not checked in any more."))
        return one

    def _kept(self, actor: Actor, words: str) -> str:
        """Return what is recorded of *words*, on one line; raise UserError if it may not be, or is too long."""
        words = one_line(self._duress.without(actor.user_id, words))
        shared(label_of(words))
        if len(words) > LONGEST:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Say that in {most} characters at most.", most=LONGEST))
        return words


_SETTLED = _("That is settled.")
_UNNEEDED = _("Somebody who needed help says themselves that it is over. Please make sure of it: see the notice above.")


def _already(one: CheckIn, room_id: str) -> Message:
    if one.room_id != room_id:
        return _("You are checked in somewhere else already. Check out there first, with {command}.", command=LEAVE)
    return _(
        "You are checked in at {post} already, since {since}. Check out first, with {command}.",
        post=Verbatim(one.post), since=one.at, command=LEAVE,
    )  # fmt: skip


def _called_at(told: Told) -> datetime:
    """Return from when a call for help is: it may come late, and who goes there must know that."""
    return min(told.sent_at, told.now)
