"""Who has come to a post and who has gone; who answers for it, that does not change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.errors import ErrorCode, UserError
from bot.i18n import Message, Typed, Verbatim, _, _c
from bot.model.names import one_line
from bot.model.person import Actor
from bot.model.shift import DutyPost, Shift, Watch
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.notice import Block, NoticeService
from bot.services.room import RoomService
from bot.services.shift.service import ShiftService
from bot.services.shift.telling import DUE
from bot.store import Store

HAND_OVER = Typed(("!", _c("noun", "handover"), " ", _c("verb", "start")))
EARLY = timedelta(hours=2)
"""How early somebody comes for a shift."""


@dataclass(frozen=True, slots=True)
class Come:
    """That somebody has come: who answers for the post, and the shift that they have come for, if they have one."""

    watch: Watch
    shift: Shift | None


class PresenceService:
    """Records who is there; what writes joins the open transaction."""

    def __init__(
        self, store: Store, audit: AuditService, room: RoomService, notice: NoticeService, shift: ShiftService
    ) -> None:
        self._store = store
        self._audit = audit
        self._room = room
        self._notice = notice
        self._shift = shift

    async def start(self, actor: Actor, told: Told, post: DutyPost) -> Come:
        """Record that *actor* is at *post*, and ring whoever answers for it: they are to hand over."""
        present = await self._store.shift.list_present(post.name)
        if (since := present.get(actor.user_id)) is not None:
            raise UserError(
                ErrorCode.CONFLICT,
                _("You are on duty at {post} already, since {since}.", post=Verbatim(post.name), since=since),
            )
        await self._store.shift.come(post.name, actor.user_id, told.now)
        await self._audit.append("shift.started", actor, None, {"post": post.name}, told.now)
        roster = await self._shift.roster([post.name], told.now, told.now + EARLY)
        mine = [one for one in roster.shifts(told.now, told.now + EARLY, post.name) if one.person == actor.user_id]
        watch = await self._shift.watch(post.name)
        if watch.person != actor.user_id and watch.person in self._room.members(told.room_id):
            said: list[Block] = [
                _("{name} has come to {post}.", name=Verbatim(one_line(actor.name)), post=Verbatim(post.name))
            ]
            asked = _("Somebody has come to relieve you. Please hand over: {command}", command=HAND_OVER)
            notice = await self._notice.give(told.room_id, DUE, told.event_id, said, told.now, people=[watch.person])
            await self._notice.ring(told.room_id, DUE, told.event_id, [watch.person], asked, notice, told.now)
        return Come(watch, mine[0] if mine else None)

    async def end(self, actor: Actor, told: Told, post: DutyPost) -> Watch:
        """Record that *actor* has left *post*; raise UserError while they answer for it, or were not there."""
        watch = await self._shift.watch(post.name)
        if watch.person == actor.user_id:
            raise UserError(ErrorCode.CONFLICT, await self._who(post, told))
        if actor.user_id not in await self._store.shift.list_present(post.name):
            raise UserError(ErrorCode.CONFLICT, _("You are not on duty at {post}.", post=Verbatim(post.name)))
        await self._store.shift.go(post.name, actor.user_id, told.now)
        await self._audit.append("shift.ended", actor, None, {"post": post.name}, told.now)
        return watch

    async def _who(self, post: DutyPost, told: Told) -> Message:
        """Return that somebody has to accept the post first, and who."""
        found = await self._shift.on_call(post, told.now)
        others = [one for one in (found.now, found.next) if one and one.person not in (None, found.watch.person)]
        name = Verbatim(post.name)
        if not others or others[0].person is None:
            return _("You answer for {post} until somebody else has accepted it, and nobody is planned to.", post=name)
        return _(
            "You answer for {post} until {next} has accepted it, whose shift begins {moment}.",
            post=name, next=Verbatim(self._room.known_as(others[0].person, told.room_id)), moment=others[0].span.since,
        )  # fmt: skip
