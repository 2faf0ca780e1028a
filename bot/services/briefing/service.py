"""Briefings: planned, moved, left out, cancelled; everyone in the room hears of it, and the log holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, _
from bot.model.briefing import Briefing, Change, Occurrence, State, next_of, proposed_as
from bot.model.incident import Words
from bot.model.person import Actor, UserId, Zone
from bot.model.reference import Reference
from bot.model.rsvp import begins_at
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.briefing.board import Board
from bot.services.briefing.clocks import Clocks
from bot.services.briefing.finding import Findings, Planned
from bot.services.briefing.inviting import Inviting, Which
from bot.services.briefing.moving import PAST, Move, Moved, as_long, as_shown, moved, ruled, still_so
from bot.services.briefing.reminding import BEFORE, EARLIEST, Reminding
from bot.services.briefing.telling import TITLE, Telling
from bot.services.incident import IncidentService
from bot.services.labelled import recordable, shared
from bot.services.notice import NoticeService
from bot.services.room import RoomService
from bot.store import Store

LONGEST_TITLE = 200
MOST_OPEN = 200
"""Briefings that are to come in one room."""
MOST_BEFORE = 5


class BriefingService:
    """Plans and changes briefings; what writes joins the open transaction."""

    def __init__(
        self, store: Store, audit: AuditService, incident: IncidentService, room: RoomService, notice: NoticeService,
        found: Findings, clocks: Clocks, telling: Telling, board: Board, reminding: Reminding,
        inviting: Inviting,
    ) -> None:  # fmt: skip
        self._store = store
        self._audit = audit
        self._draw = incident.draw
        self._room = room
        self._notice = notice
        self._found = found
        self._telling = telling
        self._board = board
        self._reminding = reminding
        self._inviting = inviting
        self.find = found.find
        self.planned = found.planned
        self.list_open = found.list_open
        self.meant = found.meant
        self.open = found.open
        self.single = found.single
        self.as_shown = as_shown
        self.echo = clocks.echo
        self.echo_moved = clocks.moved
        self.plan = reminding.plan
        self.title_in = telling.title_in
        self.named = telling.named

    # A new one

    async def propose(
        self, actor: Actor, told: Told, title: str, begins: datetime, zone: Zone, length: timedelta, rule: str | None
    ) -> tuple[Briefing, Occurrence]:  # fmt: skip
        """Return the briefing that would be planned, and the first of it; raise UserError where it cannot be.

        *begins* is naive wall time of *zone*. One that repeats begins with the first that its rule has.
        """
        handling = recordable(title)
        shared(handling)
        if not title or len(title) > LONGEST_TITLE:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("Say what the briefing is called, in 1 to {most} characters.", most=LONGEST_TITLE),
            )
        as_long(length)
        if len(await self._store.briefing.list_open(told.room_id)) >= MOST_OPEN:
            raise UserError(
                ErrorCode.CONFLICT,
                _("{most} briefings are planned in this room. Cancel one before you plan another.", most=MOST_OPEN),
            )
        briefing = Briefing(
            await self._draw(), title, actor.language, told.room_id, actor.user_id, actor.agency, begins, zone, length,
            ruled(rule, begins, zone, length) if rule else None, told.now, handling=str(handling or ""),
        )  # fmt: skip
        first = next_of(briefing, (), told.now)
        if first is None:
            raise UserError(ErrorCode.BAD_ARGUMENT, PAST)
        return replace(briefing, begins=first.original), first

    async def schedule(
        self, actor: Actor, told: Told, briefing: Briefing, words: Words, said: str
    ) -> tuple[Occurrence, int]:
        """Record a briefing that was proposed, with its title in other languages, and tell everyone.

        *said* is the message that has named it. Return the first, and how many were told.
        """
        if await self._store.briefing.find(briefing.ref) is not None:
            raise UserError(ErrorCode.CONFLICT, _("{ref} is planned already.", ref=Code(str(briefing.ref))))
        briefing = replace(briefing, language=words.language, declared_at=told.now)
        first = next_of(briefing, (), told.now)
        if first is None or first.original != briefing.begins:
            raise UserError(ErrorCode.CONFLICT, PAST)
        await self._store.briefing.save(briefing)
        await self._store.wording.add(briefing.ref, TITLE, words.made)
        left = {"room": briefing.room_id, **_when(briefing)}
        content = {"title": briefing.title, **left}
        logged = await self._audit.append("briefing.scheduled", actor, str(briefing.ref), content, told.now)
        self._audit.said(logged, told, left, said)
        await self._store.briefing.say(briefing.ref, said)
        await self._board.show(briefing, told.event_id, told.now)
        count = await self._telling.scheduled(actor, told, briefing, first)
        await self._reminding.plan(briefing, told.now)
        return first, count

    # Changes

    def propose_move(
        self, told: Told, planned: Planned, one: Occurrence, begins: datetime, length: timedelta | None,
        *, following: bool,
    ) -> tuple[Move, Moved]:  # fmt: skip
        """Return what it is to move *one*, or all from it on, to *begins*, and what would come of that.

        *begins* is naive wall time of the briefing's zone; raise UserError where it cannot be.
        """
        briefing = planned.briefing
        move = Move(briefing.ref, one.original, begins, length, following, briefing.sequence)
        return move, moved(planned, move, told.now)

    async def move(self, actor: Actor, told: Told, data: Mapping[str, Any]) -> tuple[Briefing, Moved, int]:
        """Move what was proposed, and tell everyone; return the briefing that it is now, and how many were told.

        *data* is the move as JSON.
        """
        move = Move.of(data)
        planned = await self._found.open(actor, told.room_id, move.ref, told.now)
        found = moved(planned, move, told.now)
        now_is, content = found.briefing, _moving(move, found)
        if found.anew:
            await self._store.briefing.forget_changes(move.ref)
            await self._store.rsvp.forget_all(move.ref)
        await self._store.briefing.save(found.briefing)
        await self._change(move.ref, found.changes)
        if found.successor is not None:
            now_is = replace(found.successor, ref=await self._draw(), declared_at=told.now)
            await self._store.briefing.save(now_is)
            await self._store.briefing.succeed(move.ref, now_is.ref)
            before = next_of(found.briefing, planned.changes, told.now)
            await self._store.agenda.succeed(move.ref, now_is.ref, all_of_it=before is None)
            await self._change(now_is.ref, found.left_out)
            content["successor"] = str(now_is.ref)
            await self._shown(now_is, told)
        await self._audit.append("briefing.moved", actor, str(move.ref), content, told.now)
        await self._settle(told, move.ref, _touched(found))
        await self._shown(found.briefing, told)
        whole = move.following and found.briefing.rule is not None
        count = await self._telling.moved(actor, told, now_is, found.before, found.after, whole=whole)
        return now_is, found, count

    def propose_skip(self, planned: Planned, one: Occurrence) -> dict[str, Any]:
        """Return what it is to leave *one* out, as JSON; raise UserError where it cannot be."""
        if planned.briefing.rule is None:
            raise UserError(
                ErrorCode.BAD_ARGUMENT, _("{ref} is once only. Cancel it instead.", ref=Code(str(planned.briefing.ref)))
            )
        return as_shown(planned, one)

    async def shown(
        self, actor: Actor, told: Told, data: Mapping[str, Any]
    ) -> tuple[Planned, Occurrence]:  # fmt: skip
        """Return what was shown before something becomes of it; raise UserError if that is not so any more."""
        planned = await self._found.open(actor, told.room_id, Reference(data["ref"]), told.now)
        return planned, still_so(planned, data, told.now)

    async def skip(self, actor: Actor, told: Told, planned: Planned, one: Occurrence) -> tuple[Occurrence | None, int]:
        """Leave *one* out, and tell everyone; return which is next, and how many were told."""
        briefing = replace(planned.briefing, sequence=planned.briefing.sequence + 1)
        await self._store.briefing.save(briefing)
        await self._change(briefing.ref, [Change(one.original, None, None, briefing.sequence)])
        content = {"original": one.original.isoformat()}
        await self._audit.append("briefing.skipped", actor, str(briefing.ref), content, told.now)
        await self._settle(told, briefing.ref, lambda begins: begins == begins_at(one))
        await self._shown(briefing, told)
        after = next_of(briefing, await self._store.briefing.changes(briefing.ref), told.now)
        return after, await self._telling.skipped(actor, told, briefing, one, after)

    async def cancel(self, actor: Actor, told: Told, planned: Planned, one: Occurrence) -> int:
        """Let none take place any more, from *one* on, which is the next; tell everyone, and return how many."""
        briefing = planned.briefing
        briefing = replace(briefing, state=State.CANCELLED, sequence=briefing.sequence + 1)
        await self._store.briefing.save(briefing)
        await self._audit.append("briefing.cancelled", actor, str(briefing.ref), {}, told.now)
        await self._settle(told, briefing.ref, lambda begins: True)
        await self._shown(briefing, told)
        return await self._telling.cancelled(actor, told, briefing, one)

    async def _change(self, ref: Reference, changes: Sequence[Change]) -> None:
        for one in changes:
            await self._store.briefing.save_change(ref, one)

    async def _settle(self, told: Told, ref: Reference, which: Which) -> None:
        """Ask no more who comes to those of a briefing that do not take place, or at another time."""
        await self._inviting.settle(told.room_id, ref, told.event_id, told.now, which)

    async def _shown(self, briefing: Briefing, told: Told) -> None:
        """Plan its reminders as it is now, and let its card say so."""
        await self._reminding.plan(briefing, told.now)
        over = (await self._found.planned(briefing, told.now)).next is None
        await self._board.show(briefing, told.event_id, told.now, over=over)

    async def withdraw(self, room_id: str, event_id: str, cause: str, now: datetime) -> bool:
        """Delete what the message *event_id* has called briefings of the room; return whether it has.

        They stay planned. What the log holds of it goes with the message (`AuditService.withdraw`).
        """
        named = await self._store.briefing.said_by(event_id)
        found = [one for one in named if one.title and one.room_id == room_id]
        proposed = await self._notice.unsay(proposed_as(room_id, event_id), None, cause, now)
        for briefing in found:
            nameless = replace(briefing, title="", handling="")
            await self._store.briefing.save(nameless)
            await self._store.wording.forget(briefing.ref, [TITLE])
            await self._notice.unsay(str(briefing.ref), briefing.ref, cause, now)
            over = (await self._found.planned(nameless, now)).next is None
            await self._board.show(nameless, cause, now, over=over)
        return bool(found) or proposed

    # How long before

    async def before(self, user_id: UserId) -> tuple[timedelta, ...]:
        """Return how long before a briefing somebody is reminded."""
        return (await self._store.briefing.before([user_id])).get(user_id, BEFORE)

    async def set_before(self, actor: Actor, before: Sequence[timedelta] | None, now: datetime) -> None:
        """Remind somebody so long before each briefing from now on; not at all for none, as everyone for None."""
        kept = sorted(set(before or ()), reverse=True)
        if len(kept) > MOST_BEFORE or any(not timedelta() < one <= EARLIEST for one in kept):
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("I remind you {most} times at most, from 1 minute to {days} days before.",
                  most=MOST_BEFORE, days=EARLIEST.days),
            )  # fmt: skip
        await self._store.briefing.set_before(actor.user_id, None if before is None else kept)
        for room_id in self._room.of(actor.user_id):
            await self._replan(room_id, now)

    # Who comes and goes

    async def came(self, room_id: str, user_id: UserId, cause: str, now: datetime) -> bool:
        """Show what is to come to somebody who was not there when it was planned; return whether there is any.

        From now on they are reminded of it as well.
        """
        await self._replan(room_id, now)
        found = await self._store.briefing.list_open(room_id)
        return any([await self._board.renew(briefing, user_id, cause, now) for briefing in found])

    async def left(self, room_id: str, user_id: UserId) -> None:
        """Follow that somebody is gone: they read nothing from now on. They are not reminded, as who is there is."""
        for briefing in await self._store.briefing.list_open(room_id):
            await self._board.unread(briefing, user_id)

    async def pin_all(self, room_id: str, cause: str, now: datetime) -> None:
        """Pin the cards of what is to come in a room: the bot may do that now, perhaps."""
        for briefing in await self._store.briefing.list_open(room_id):
            await self._board.pin(briefing, cause, now)

    async def _replan(self, room_id: str, now: datetime) -> None:
        for briefing in await self._store.briefing.list_open(room_id):
            await self._reminding.plan(briefing, now)


def _when(briefing: Briefing) -> dict[str, Any]:
    return {
        "begins": briefing.begins.isoformat(), "zone": briefing.zone,
        "minutes": briefing.length // timedelta(minutes=1), "rule": briefing.rule,
    }  # fmt: skip


def _touched(found: Moved) -> Which:
    """Return which are not any more as they were: that one, or all from it on; none that only lasts longer."""
    begins = begins_at(found.before)
    if found.anew or found.successor is not None:
        return lambda one: one >= begins
    return lambda one: one == begins != begins_at(found.after)


def _moving(move: Move, found: Moved) -> dict[str, Any]:
    return {
        "original": move.original.isoformat(), "begins": move.begins.isoformat(), "following": move.following,
        "minutes": found.after.length // timedelta(minutes=1),
    }  # fmt: skip
