"""Whoever a roster is about hears of it: changes of their shifts, and reminders, in their language and zone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.config import Current
from bot.i18n import Message, Verbatim, _, _n
from bot.model.due import LATE, Woken
from bot.model.names import one_line
from bot.model.person import Actor, UserId
from bot.model.shift import Changed, DutyPost, PostName, Roster, Shift
from bot.model.told import Told
from bot.services.direct import DirectService
from bot.services.notice import Block, NoticeService
from bot.services.room import RoomService
from bot.services.shift.clock import CardClock
from bot.services.shift.service import ShiftService
from bot.services.shift.turns import ShiftTurns
from bot.store import Store

DUE = "shift"
"""The kind of the due rows: one a post, at the next moment at which somebody is reminded."""
BEFORE = (timedelta(hours=24), timedelta(hours=1))
"""How long before a shift its person is reminded."""
LOOK = timedelta(days=8)
"""How far ahead the next reminder is looked for at once."""
MOST_LINES = 6


class ShiftTelling:
    """Tells people of their shifts, where only they read it; all of it joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, room: RoomService, direct: DirectService, notice: NoticeService,
        shift: ShiftService, turns: ShiftTurns,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._room = room
        self._direct = direct
        self._notice = notice
        self._shift = shift
        self._turns = turns
        self._cards = CardClock(store)

    async def changed(self, actor: Actor | None, told: Told, found: Iterable[Changed]) -> list[UserId]:
        """Tell everyone whose shifts have changed what they were and are, but for *actor*; return whom."""
        people = []
        for one in found:
            if actor and one.person == actor.user_id:
                continue
            blocks: list[Block] = [_("Your shifts have changed.")]
            if actor:
                name = Verbatim(one_line(actor.name))
                blocks = [_("{name} has changed your shifts.", name=name)]
            blocks += _lines(one)
            asked = _("Your shifts have changed. Please see the message above.")
            await self.tell(one.person, told.room_id, told.event_id, blocks, asked, told.now)
            people.append(one.person)
        return people

    async def tell(
        self, person: UserId, room_id: str, cause: str, blocks: list[Block], asked: Message, now: datetime, *,
        reminds: bool = False, ref: str | None = None, of: str = DUE, holds: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """Tell one person *blocks* and ring with *asked*: in their direct room, or else in *room_id*.

        *of* is the noun that it is about, *holds* the references whose words it says. Who is not served any more is
        told nothing.
        """
        if not self._config.now.serves(person):
            return
        cause = f"{cause} {person}"
        waits = await self._store.outbox.next(person)
        where = await self._direct.reach(person, now) or room_id
        if where == person and not waits:
            await self._store.outbox.add(person, "open", cause, {}, now)
        notice = await self._notice.give(where, of, cause, blocks, now, reader=person, ref=ref, holds=holds)
        await self._notice.ring(where, of, cause, [person], asked, notice, now, reader=person, reminds=reminds, ref=ref)

    # Reminders

    async def plan(self, post: PostName, now: datetime) -> None:
        """Plan when the next person is reminded of a shift at *post*, and when its handover is late, as it is now.

        So are its digests. What should have been said already still is.
        """
        await self._shift.relief.follow(post, now)
        await self._cards.plan(post, now)
        await self._turns.follow(post, now)
        waiting = await self._store.due.find(DUE, post)
        done = now
        if waiting and waiting.at <= now:
            done = datetime.fromisoformat(waiting.payload["done"])
        await self._plan(post, done, now)

    async def remind(self, woken: Woken) -> None:
        """Remind whoever is to be reminded by now, each once, and plan the next."""
        name = PostName(woken.due.ref)
        post = await self._store.shift.find_post(name)
        if post is None:
            return
        done = datetime.fromisoformat(woken.due.payload["done"])
        roster = await self._shift.roster([name], done, woken.now + BEFORE[0])
        for shift in roster.shifts(woken.now, woken.now + BEFORE[0] + timedelta(seconds=1), name):
            moments = [shift.span.since - before for before in BEFORE]
            passed = [moment for moment in moments if done < moment <= woken.now]
            if shift.person and passed and shift.span.since > woken.now:
                await self._remind(post, shift, shift.person, woken, woken.now - passed[-1] > LATE)
        await self._plan(name, woken.now, woken.now)

    async def _plan(self, post: PostName, done: datetime, now: datetime) -> None:
        roster = await self._shift.roster([post], done, now + LOOK)
        await self._store.due.plan(DUE, post, _next(roster, post, done, now), {"done": done.isoformat()})

    async def _remind(self, post: DutyPost, shift: Shift, person: UserId, woken: Woken, late: bool) -> None:
        blocks: list[Block] = [
            _("Your shift at {post}: {from_} to {until}.",
              post=Verbatim(post.name), from_=shift.span.since, until=shift.span.until)
        ]  # fmt: skip
        if late:
            blocks.append(_("I was away, so I remind you late."))
        if shift.span.since - woken.now <= BEFORE[1]:
            asked = _("Your shift begins within the hour. Please see the message above.")
        else:
            asked = _("Your shift begins within a day. Please see the message above.")
        cause = f"{woken.cause} {shift.span.since.isoformat()}"
        await self.tell(person, post.room_id, cause, blocks, asked, woken.now, reminds=True)


def _next(roster: Roster, post: PostName, done: datetime, now: datetime) -> datetime:
    """Return the next moment after *done* at which somebody is reminded; when to look again if there is none soon."""
    look = now + LOOK - BEFORE[0]
    moments = [
        shift.span.since - before
        for shift in roster.shifts(done, now + LOOK, post)
        if shift.person and shift.span.since > now
        for before in BEFORE
    ]
    return min([moment for moment in moments if moment > done], default=look)


def _lines(one: Changed) -> list[Block]:
    blocks: list[Block] = []
    for heading, shifts in ((_("Not yours any more:"), one.lost), (_("Yours now:"), one.gained)):
        if not shifts:
            continue
        lines = [line(shift) for shift in shifts[:MOST_LINES]]
        if (left := len(shifts) - MOST_LINES) > 0:
            lines.append(_n("and {n} more", "and {n} more", left))
        blocks += [heading, tuple(lines)]
    return blocks


def line(shift: Shift) -> Message:
    """Return where and when a shift is."""
    return _("{post}, {from_} to {until}", post=Verbatim(shift.post), from_=shift.span.since, until=shift.span.until)
