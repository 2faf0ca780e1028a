"""Whoever was not at a briefing reads its minutes afterwards, and says so by a digit; once they are asked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, _
from bot.model.due import Woken
from bot.model.minute import COMMAND, READ, READING, Reading
from bot.model.person import Actor, UserId
from bot.model.reference import Reference
from bot.model.sitting import Sitting
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.briefing.board import Board
from bot.services.briefing.clocks import Clocks
from bot.services.briefing.finding import GONE, Findings
from bot.services.briefing.minuted import Minuted
from bot.services.briefing.sittings import Sittings
from bot.services.briefing.telling import OF
from bot.services.direct import DirectService
from bot.services.notice import NoticeService
from bot.services.question import Asking, QuestionService
from bot.services.room import RoomService
from bot.store import Store

UNREAD = "minutes unread"
"""The kind of the due rows: one a sitting, when those are asked again who have not read its minutes."""
AGAIN = timedelta(hours=24)


class CatchingUp:
    """Asks people to read minutes; what writes joins the open transaction."""

    def __init__(
        self, store: Store, audit: AuditService, notice: NoticeService, question: QuestionService, room: RoomService,
        direct: DirectService, found: Findings, clocks: Clocks, board: Board, sittings: Sittings, minuted: Minuted,
    ) -> None:  # fmt: skip
        self._store = store
        self._audit = audit
        self._notice = notice
        self._question = question
        self._room = room
        self._direct = direct
        self._found = found
        self._clocks = clocks
        self._board = board
        self._sittings = sittings
        self._minuted = minuted

    async def begin(self, sitting: Sitting, people: Sequence[UserId], cause: str, now: datetime) -> None:
        """Ask *people* to read the minutes that were just closed, and plan to ask once more."""
        await self._ask(sitting, people, f"{cause} {sitting.ref} read", now)
        if people:
            await self._store.due.plan(UNREAD, str(sitting.ref), now + AGAIN, {})

    async def renew(self, sitting: Sitting, cause: str, now: datetime) -> None:
        """Let those read the minutes anew who have not yet: what they were shown was taken back."""
        await self._ask(sitting, await self._unread(sitting), f"{cause} {sitting.ref} anew", now)

    async def nudge(self, woken: Woken) -> None:
        """Ask those again who have not read them."""
        sitting = await self._store.attendance.find(Reference(woken.due.ref))
        if sitting is not None:
            await self._ask(sitting, await self._unread(sitting), f"{UNREAD} {sitting.ref}", woken.now, again=True)

    async def _unread(self, sitting: Sitting) -> list[UserId]:
        return [one.person for one in await self._store.minute.readings(sitting.ref) if one.read_at is None]

    async def _ask(
        self, sitting: Sitting, people: Sequence[UserId], cause: str, now: datetime, *, again: bool = False
    ) -> None:  # fmt: skip
        """Show the minutes to each of *people* and ask them, alone where they can be: once a room and language."""
        places: dict[str, list[UserId]] = {}
        for user in people:
            # All of them before any is shown the minutes, which count those as away who are to read them.
            await self._store.minute.ask(sitting.ref, Reading(user, now))
            if where := await self._where(sitting, user):
                places.setdefault(where, []).append(user)
        number = 0
        for where, those in places.items():
            for group in await self._clocks.groups(where, those):
                post = await self._show(sitting, where, group.people[0], group.language, f"{cause} {number}", now)
                for index, user in enumerate(group.people):
                    ref = str(sitting.ref)
                    asking = Asking(COMMAND, READING, asks(sitting), _asked(sitting, again=again), ref)
                    await self._question.ask(where, user, asking, f"{cause} {number}", post, now, index)
                number += 1

    async def _where(self, sitting: Sitting, user: UserId) -> str | None:
        """Return where somebody is asked: in their own room, else in that of the briefing; None: they have left it."""
        if user not in self._clocks.people(sitting.room_id):
            return None
        where = await self._direct.find(user)
        if where and user in self._room.members(where):
            return where
        return sitting.room_id

    async def _show(
        self, sitting: Sitting, where: str, reader: UserId, language: str, cause: str, now: datetime
    ) -> str:  # fmt: skip
        """Show the minutes, in as many messages as they need; return the outbox row of the last."""
        ref, first = str(sitting.ref), 1
        while True:
            page = await self._minuted.page(sitting, where, [language], now, first)
            post = await self._notice.give(
                where, OF, f"{cause} {first}", page.blocks, now, reader=reader, ref=ref, shows=page.shows,
                holds=page.holds,
            )  # fmt: skip
            if not page.left:
                return post
            first = page.following

    async def answer(self, actor: Actor, told: Told, ref: Reference) -> Sitting:
        """Record that *actor* has read the minutes, and let the card say so; raise UserError if nobody has asked."""
        sitting = await self._sittings.find(ref)
        found = {one.person: one for one in await self._store.minute.readings(ref)}.get(actor.user_id)
        if found is None:
            raise UserError(ErrorCode.NOT_FOUND, GONE)
        await self._store.minute.ask(ref, replace(found, read_at=told.now))
        await self._audit.append("briefing.read", actor, str(sitting.briefing), {"sitting": str(ref)}, told.now)
        await self.card(sitting, told.event_id, told.now)
        return sitting

    async def card(self, sitting: Sitting, cause: str, now: datetime) -> None:
        """Let the card of the briefing say who has read its minutes."""
        briefing = await self._store.briefing.find(sitting.briefing)
        if briefing is not None:
            over = (await self._found.planned(briefing, now)).next is None
            await self._board.show(briefing, cause, now, over=over)


def asks(sitting: Sitting) -> dict[str, str]:
    """Return what the answer to whether somebody has read the minutes needs."""
    return {"kind": READ, "ref": str(sitting.ref)}


def _asked(sitting: Sitting, *, again: bool) -> Message:
    ref = Code(str(sitting.ref))
    if again:
        return _("{ref}: you have not read these minutes yet. Please read the message above.", ref=ref)
    return _("{ref}: you were not there. Please read the minutes in the message above.", ref=ref)
