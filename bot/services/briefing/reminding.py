"""Who is in a room is reminded of its briefings, so long before as each of them wants.

What was missed comes once, marked late, as long as the briefing is not over; of one that is, the room is told that
nobody was reminded. Who has left the room is reminded no more, and whoever has come is from then on.

What was said of which one is kept for each of them: a clock that was ahead, and is right again, reminds nobody twice of
what it was ahead for, and of everything else as if it had never been.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.i18n import Code, Message, _, _n
from bot.model.briefing import Briefing, Change, Occurrence, State, next_of, occurrences
from bot.model.due import LATE, Woken
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.services.briefing.board import Board
from bot.services.briefing.clocks import Clocks
from bot.services.briefing.finding import LONGEST, current
from bot.services.briefing.pack import Pack
from bot.services.briefing.sittings import Sittings
from bot.services.briefing.telling import OF, Telling
from bot.services.notice import Block, NoticeService
from bot.store import Store

DUE = "briefing"
"""The kind of the due rows: one a briefing, at the next moment at which somebody is reminded, or one of it ends."""
BEFORE = (timedelta(hours=24), timedelta(hours=1))
"""How long before a briefing those are reminded who have not said how long."""
EARLIEST = timedelta(days=14)
"""How long before a briefing one can be reminded at most."""
SOON = timedelta(minutes=1)
"""When it is looked again who is in a room of which nothing is known; then ever later, once a day at last."""
A_DAY = timedelta(days=1)
KEPT = timedelta(days=7)
"""By how much a clock may be ahead without anything being forgotten that was to be said until it is right again."""
MOST_MISSED = 5
Before = Mapping[UserId, tuple[timedelta, ...]]


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of one briefing, as its due row keeps it; all moments are UTC.

    Moments count that are later than `since`: then it was planned or changed last, or who is there. `told` says of each
    that somebody was reminded of, by when it begins, up to which moment everybody was; `missed` are those of which the
    room was told that nobody could be. `planned` is when this was looked at last.
    """

    since: datetime
    planned: datetime
    told: Mapping[datetime, datetime] = field(default_factory=dict)
    missed: frozenset[datetime] = frozenset()

    def up_to(self, one: Occurrence) -> datetime:
        """Return up to which moment nothing more is to be said of *one*."""
        return max(self.since, self.told.get(one.begins.astimezone(UTC), self.since))

    def at(self, now: datetime) -> Said:
        """Return it as it is looked at *now*, without what counts no more, whatever the clock was until now."""
        since = max(min(self.since, now), now - KEPT)
        told = {begins: until for begins, until in self.told.items() if begins > since}
        return Said(since, now, told, frozenset(begins for begins in self.missed if begins > since))

    def json(self) -> dict[str, Any]:
        """Return it as the payload of a due row."""
        return {
            "since": self.since.isoformat(), "planned": self.planned.isoformat(),
            "told": {begins.isoformat(): until.isoformat() for begins, until in self.told.items()},
            "missed": sorted(begins.isoformat() for begins in self.missed),
        }  # fmt: skip

    @classmethod
    def of(cls, payload: Mapping[str, Any], now: datetime) -> Said:
        """Return what a due row says; nothing was said where there is none."""
        since = payload.get("since") or payload.get("done") or now.isoformat()
        return cls(
            datetime.fromisoformat(since), datetime.fromisoformat(payload.get("planned") or since),
            {datetime.fromisoformat(one): datetime.fromisoformat(at) for one, at in payload.get("told", {}).items()},
            frozenset(map(datetime.fromisoformat, payload.get("missed", ()))),
        )  # fmt: skip


class Reminding:
    """Plans and sends reminders; all of it joins the open transaction."""

    def __init__(
        self, store: Store, notice: NoticeService, clocks: Clocks, telling: Telling, board: Board,
        pack: Pack, sittings: Sittings,
    ) -> None:  # fmt: skip
        self._store = store
        self._notice = notice
        self._clocks = clocks
        self._telling = telling
        self._board = board
        self._pack = pack
        self._sittings = sittings

    async def before(self, room_id: str) -> dict[UserId, tuple[timedelta, ...]]:
        """Return how long before a briefing each in the room is reminded."""
        people = self._clocks.people(room_id)
        said = await self._store.briefing.before(people)
        return {user: said.get(user, BEFORE) for user in people}

    async def plan(self, briefing: Briefing, now: datetime) -> None:
        """Plan when the next person is reminded of it, as it is now. What should have been said already still is."""
        await self._pack.plan(briefing, now)
        await self._sittings.plan(briefing, now)
        if briefing.state is State.CANCELLED:
            await self._store.due.drop(DUE, str(briefing.ref))
            await self._store.briefing.end(briefing.ref, now)
            return
        waiting = await self._store.due.find(DUE, str(briefing.ref))
        if waiting is None or waiting.at > now:
            said = Said.of(await self._store.due.last(DUE, str(briefing.ref)), now)
            await self._plan(briefing, replace(said.at(now), since=now), now)

    async def remind(self, woken: Woken) -> None:
        """Remind whoever is to be reminded by now, each once; let the card say which is next, and plan."""
        briefing = await self._store.briefing.find(Reference(woken.due.ref))
        if briefing is None or briefing.state is State.CANCELLED:
            return
        if not self._clocks.people(briefing.room_id):
            return await self._wait(woken)
        now, last = woken.now, Said.of(woken.due.payload, woken.now)
        said = await self._say(briefing, last.at(now), woken)
        looked = min(last.planned, now)
        changes = await self._store.briefing.changes(briefing.ref)
        ended = [one for one in occurrences(briefing, changes, looked - LONGEST, now) if _ended(one, looked, now)]
        over = not await self._plan(briefing, said, now)
        if ended or over or last.planned > now:
            await self._board.show(briefing, woken.cause, now, over=over)

    async def _say(self, briefing: Briefing, said: Said, woken: Woken) -> Said:
        """Remind whoever was not, or say that nobody could be; return what was said then."""
        now, told, missed = woken.now, dict(said.told), []
        changes = await self._store.briefing.changes(briefing.ref)
        before = await self.before(briefing.room_id)
        for one in occurrences(briefing, changes, said.since - LONGEST, now + EARLIEST + LATE):
            late = _reminded(one, before, said.up_to(one), now)
            if late and one.ends.astimezone(UTC) > now:
                await self._remind(briefing, one, late, woken)
                told[one.begins.astimezone(UTC)] = now
            elif late and one.begins.astimezone(UTC) not in said.missed:
                missed.append(one)
        if missed:
            await self._missed(briefing, missed, before, woken)
        return replace(said, told=told, missed=said.missed | {one.begins.astimezone(UTC) for one in missed})

    async def _wait(self, woken: Woken) -> None:
        """Look again later, as if it were still due: who is in the room is not known yet, or nobody is."""
        waits = min(int(woken.due.payload.get("waits", 0)), 11)
        payload = {**woken.due.payload, "planned": woken.now.isoformat(), "waits": waits + 1}
        await self._store.due.plan(DUE, woken.due.ref, woken.now + min(SOON * 2**waits, A_DAY), payload)

    async def _plan(self, briefing: Briefing, said: Said, now: datetime) -> bool:
        """Plan what is next; return whether anything is to come."""
        changes = await self._store.briefing.changes(briefing.ref)
        before = await self.before(briefing.room_id)
        at = _next(briefing, changes, {one for those in before.values() for one in those}, said, now)
        await self._store.briefing.end(briefing.ref, None if at else now)
        await self._store.due.plan(DUE, str(briefing.ref), at or now, said.json())
        if at is None:
            await self._store.due.drop(DUE, str(briefing.ref))
        return at is not None

    async def _remind(self, briefing: Briefing, one: Occurrence, late: Mapping[UserId, bool], woken: Woken) -> None:
        begun = one.begins.astimezone(UTC) <= woken.now
        for is_late in (False, True):
            people = [user for user, was in late.items() if was is is_late]
            if not people:
                continue
            groups = await self._clocks.groups(briefing.room_id, people)
            named = await self._telling.named(briefing, [group.language for group in groups])
            values = {"briefing": named, "from_": one.begins, "until": one.ends}
            blocks: list[Block] = [
                _("{briefing} has begun: {from_} to {until}.", **values)
                if begun else _("{briefing}: {from_} to {until}.", **values)
            ]  # fmt: skip
            if is_late:
                blocks.append(_("I was away, so I remind you late."))
            cause = f"{woken.cause} {one.original.isoformat()} {int(is_late)}"
            asked = _asked(briefing, one, woken.now)
            await self._telling.tell(briefing, people, cause, blocks, asked, woken.now, reminds=True)

    async def _missed(
        self, briefing: Briefing, missed: Sequence[Occurrence], people: Iterable[UserId], woken: Woken
    ) -> None:  # fmt: skip
        """Tell the room, and *people* in it, that nobody was reminded of what is over by now."""
        lines = tuple(_("{from_} to {until}", from_=one.begins, until=one.ends) for one in missed[-MOST_MISSED:])
        languages = [group.language for group in await self._clocks.groups(briefing.room_id, people)]
        said = _n(
            "I was away, so I could not remind you of {briefing}, which is over:",
            "I was away, so I could not remind you of {briefing}, {n} times:",
            len(missed), briefing=await self._telling.named(briefing, languages),
        )  # fmt: skip
        ref = str(briefing.ref)
        cause = f"{woken.cause} missed"
        await self._notice.give(briefing.room_id, OF, cause, [said, lines], woken.now, ref=ref, holds=[ref])


def _reminded(one: Occurrence, before: Before, done: datetime, now: datetime) -> dict[UserId, bool]:
    """Return who is to be reminded of *one* by *now*, and was not by *done*; and of each whether that is late."""
    begins = one.begins.astimezone(UTC)
    found = {}
    for user, those in before.items():
        if passed := [moment for lead in those if done < (moment := begins - lead) <= now]:
            found[user] = now - max(passed) > LATE
    return found


def _ended(one: Occurrence, done: datetime, now: datetime) -> bool:
    return done < one.ends.astimezone(UTC) <= now


def _next(
    briefing: Briefing, changes: Sequence[Change], leads: Iterable[timedelta], said: Said, now: datetime
) -> datetime | None:
    """Return the next moment at which somebody is to be reminded or one ends; None if none is to come."""
    on = current(briefing, changes, now)
    if on is None:
        return None
    coming = occurrences(briefing, changes, now, now + EARLIEST + A_DAY)
    if (far := next_of(briefing, changes, now)) is not None:
        coming.append(far)
    moments = [one.begins.astimezone(UTC) - lead for one in coming for lead in leads
               if one.begins.astimezone(UTC) - lead > max(now, said.up_to(one))]  # fmt: skip
    return min([on.ends.astimezone(UTC), *moments])


def _asked(briefing: Briefing, one: Occurrence, now: datetime) -> Message:
    """Return what rings: how soon it is, and nothing of what it is."""
    ref = Code(str(briefing.ref))
    left = one.begins.astimezone(UTC) - now
    if left <= timedelta():
        return _("{ref} has begun. Please see the message above.", ref=ref)
    if left <= timedelta(hours=1):
        minutes = max(1, round(left / timedelta(minutes=1)))
        return _n("{ref} begins in {n} minute. Please see the message above.",
                  "{ref} begins in {n} minutes. Please see the message above.", minutes, ref=ref)  # fmt: skip
    hours = round(left / timedelta(hours=1))
    return _n("{ref} begins in {n} hour. Please see the message above.",
              "{ref} begins in {n} hours. Please see the message above.", hours, ref=ref)  # fmt: skip
