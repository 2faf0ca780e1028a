"""Whoever is checked in is asked whether they are well; if they do not answer, the others are asked about them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import ErrorCode, UserError
from bot.i18n import Message, Verbatim, _, _c
from bot.model.checkin import OVERDUE, SUBJECT, WELFARE, CheckIn, ahead, beginning, planned
from bot.model.due import Woken
from bot.model.ladder import Climb, Rung, Step, next_step
from bot.model.person import Actor, UserId
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.checkin.said import called, lines
from bot.services.identity import IdentityService, caution
from bot.services.ladder.people import Rungs
from bot.services.notice import Block, NoticeService
from bot.services.question import Asking, QuestionService
from bot.services.room import RoomService
from bot.store import Store

WAIT = timedelta(minutes=5)
"""How long somebody has to answer before the next are asked."""
SEEN_FOR = timedelta(minutes=30)
"""How long the others are not asked again once somebody has said that they see to it."""
AGAIN = timedelta(minutes=30)
"""When it is asked anew if nobody has answered at all."""
REPEATS = 2
WELL = (("well", _c("choice", "I am well")), ("help", _c("choice", "I need help")))
ABOUT = (("seen", _c("choice", "I am on it")), ("safe", _c("choice", "I know that they are well")))


class WelfareService:
    """Asks, in the open transaction."""

    def __init__(
        self, store: Store, audit: AuditService, rungs: Rungs, room: RoomService,
        notice: NoticeService, question: QuestionService, identity: IdentityService,
    ) -> None:  # fmt: skip
        self._store = store
        self._audit = audit
        self._rungs = rungs
        self._room = room
        self._notice = notice
        self._question = question
        self._identity = identity

    async def climb(self, woken: Woken) -> None:
        """Ask those who are next about one who is checked in."""
        one = await self._store.checkin.find(UserId(woken.due.ref))
        if one is None:
            return
        if not self._room.members(one.room_id):
            return await self._store.due.plan(WELFARE, one.person, woken.now + WAIT, woken.due.payload)
        if ahead(woken.due.payload, woken.now):
            return await self._begin_later(one, woken.now)
        one, before = one.by(woken.now), Climb.of(woken.due.payload)
        rungs = await self._rungs.of(one.room_id, one.agency, await self._near(one))
        if watch := await self._store.shift.watch(one.post):
            # Of many at the post, only the first are asked.
            rungs[Rung.MATES].sort(key=lambda user: user != watch.person)
        step = next_step(before, [*rungs.values()], woken.now, WAIT, REPEATS, {})
        if step.again is None:
            return await self._unanswered(one, before, woken)
        climb = step.climb
        if (climb.rung, climb.turn) == (0, 0):
            climb = replace(climb, since=woken.now)
        await self._ask(one, replace(step, climb=climb), [*rungs][climb.rung], woken)
        await self._store.due.plan(WELFARE, one.person, step.again, planned(climb, woken.now))

    async def begin_anew(self, woken: Woken) -> None:
        """Ask from the first rung on: it is too late for those who were next."""
        one = await self._store.checkin.find(UserId(woken.due.ref))
        if one is not None:
            payload = beginning(one, Climb.of(woken.due.payload).since).payload
            await self.climb(replace(woken, due=replace(woken.due, payload=payload)))

    async def _begin_later(self, one: CheckIn, now: datetime) -> None:
        """Plan anew what a clock that was ahead has planned, as if they were heard of now: nobody is asked twice.

        For as long as it was ahead they would else be asked no more, nor looked for.
        """
        wait = WAIT if one.needs_help else one.every
        if wait is not None:
            await self._store.due.plan(WELFARE, one.person, now + wait, planned(beginning(one, now), now))

    async def seen(self, actor: Actor, told: Told, person: UserId) -> CheckIn:
        """Record that *actor* sees to it: the others are asked again only after a while."""
        one = await self._store.checkin.find(person)
        if one is None or one.room_id != told.room_id:
            raise UserError(ErrorCode.CONFLICT, _("They are not checked in any more."))
        data = {"kind": OVERDUE, "person": person}
        await self._question.settle(SUBJECT, data, _SEEN_TO, told.event_id, told.now)
        due = await self._store.due.find(WELFARE, person)
        before = Climb.of(due.payload) if due else Climb()
        again = replace(beginning(one, before.since), asked=before.asked)
        await self._store.due.plan(WELFARE, person, told.now + SEEN_FOR, planned(again, told.now))
        await self._audit.append("checkin.seen", actor, None, {"person": person}, told.now)
        return one

    async def left(self, room_id: str, user_id: UserId, now: datetime) -> None:
        """Ask the others at once, once a check-in, about somebody who has left the room while checked in there."""
        one = await self._store.checkin.find(user_id)
        if one is None or one.room_id != room_id or user_id in self._room.audience(room_id):
            return
        if await self._notice.first(room_id, WELFARE, f"left {one.id}", now):
            await self._store.due.plan(WELFARE, user_id, now, planned(Climb(rung=1, since=now), now))

    async def came(self, room_id: str, user_id: UserId, now: datetime) -> None:
        """Ask somebody again who is checked in and is back in the room, if nobody is asked about them now."""
        one = await self._store.checkin.find(user_id)
        if one is None or one.room_id != room_id or one.every is None:
            return
        if await self._store.due.find(WELFARE, user_id) is None:
            payload = planned(beginning(one, one.heard_at), now)
            await self._store.due.plan(WELFARE, user_id, now + one.every, payload)

    async def _near(self, one: CheckIn) -> dict[Rung, Collection[UserId]]:
        """Return who is asked before the leads: the person, then who answers for the post or is on duty there."""
        mates = {other.person for other in await self._store.checkin.list_open(one.room_id) if other.post == one.post}
        mates.update(await self._store.shift.list_present(one.post))
        if watch := await self._store.shift.watch(one.post):
            mates.add(watch.person)
        return {Rung.OWNER: [one.person], Rung.MATES: mates}

    async def _ask(self, one: CheckIn, step: Step, rung: Rung, woken: Woken) -> None:
        blocks: list[Block] = [] if rung is Rung.OWNER else await self._about(one, step.climb)
        if rung is Rung.OWNER:
            blocks.append(_("I ask everyone who is checked in at times whether they are well."))
        if woken.late:
            blocks.append(_("I say that late: I should have asked at {moment}.", moment=woken.due.at))
        notice = await self._notice.give(one.room_id, WELFARE, woken.cause, blocks, woken.now, people=step.ask)
        data = {"kind": WELFARE if rung is Rung.OWNER else OVERDUE, "person": one.person}
        asking = Asking(SUBJECT, WELL, data, _ARE_YOU_WELL)
        if rung is not Rung.OWNER:
            asking = Asking(SUBJECT, ABOUT, data, _asked(one, step.climb))
        for index, user in enumerate(step.ask):
            await self._question.ask(one.room_id, user, asking, woken.cause, notice, woken.now, index)
        if rung is not Rung.OWNER:
            content = {"person": one.person, "post": one.post, "rung": rung, "people": list(step.ask)}
            await self._audit.append("checkin.overdue", None, None, content, woken.now)

    async def _about(self, one: CheckIn, climb: Climb) -> list[Block]:
        """Return what those are told who are asked about somebody; first, where it is so, that it may be a lure."""
        said: list[Block] = [self._how(one, climb), (*lines(one), *called(one))]
        call = one.doubted
        if call is None or await self._identity.vouched(one.person, call.key):
            return said
        return [caution(one.person, self._room.known_as(one.person, one.room_id)), *said]

    def _how(self, one: CheckIn, climb: Climb) -> Message:
        values = {"name": self._named(one), "moment": one.last_at}
        if one.needs_help:
            said = one.doubted.at if one.doubted else one.heard_at
            return _("{name} needs help, said {moment}.", name=values["name"], moment=said)
        if one.person not in self._room.members(one.room_id):
            return _("{name} has left this room, so I cannot ask whether they are well.", **values)
        if _wrote(one, climb):
            return _("{name} wrote here, {moment}, but has not answered whether they are well.", **values)
        return _("{name} does not answer. Last heard of: {moment}.", **values)

    async def _unanswered(self, one: CheckIn, climb: Climb, woken: Woken) -> None:
        """Say whom to telephone, ring all who were asked, and begin anew after a while."""
        blocks: list[Block] = [*await self._about(one, climb), *self._rungs.telephone(one.room_id, one.agency)]
        there = [user for user in climb.asked if user in self._room.members(one.room_id)]
        notice = await self._notice.give(one.room_id, WELFARE, woken.cause, blocks, woken.now, people=there)
        if there:
            await self._notice.ring(one.room_id, WELFARE, woken.cause, there, _unseen(one, climb), notice, woken.now)
        content = {"person": one.person, "post": one.post, "asked": list(climb.asked)}
        await self._audit.append("checkin.unanswered", None, None, content, woken.now)
        again = replace(beginning(one, climb.since), asked=climb.asked)
        await self._store.due.plan(WELFARE, one.person, woken.now + AGAIN, planned(again, woken.now))

    def _named(self, one: CheckIn) -> Verbatim:
        return Verbatim(self._room.known_as(one.person, one.room_id))


def _wrote(one: CheckIn, climb: Climb) -> bool:
    """Return whether somebody has written in the room since they were asked last: alive, and perhaps not well."""
    return one.wrote_at is not None and climb.since is not None and one.wrote_at > climb.since


def _asked(one: CheckIn, climb: Climb) -> Message:
    if one.needs_help:
        return _HELP
    return _WROTE if _wrote(one, climb) else _ASKED


def _unseen(one: CheckIn, climb: Climb) -> Message:
    """Return what those are rung with of whom nobody has answered; of who was heard, not that they were not."""
    asked = _asked(one, climb)
    return _NOBODY if asked is _ASKED else asked


_ARE_YOU_WELL = _("Are you well?")
_ASKED = _("Somebody who is checked in does not answer. Please see to it.")
_WROTE = _("Somebody who is checked in writes, but does not answer whether they are well. Please see to it.")
_HELP = _("Somebody who is checked in needs help. Please see to it at once.")
_NOBODY = _("Somebody who is checked in was not heard of, and nobody has answered. Please see the notice above.")
_SEEN_TO = _("Somebody sees to it.")
