"""A simulated stretch of time: people come, come late, or do not; rosters change; now and then Liaison is away.

What it does is held against `Reference` and against the ladder below, at every moment at which anything happens.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from bot.model.handover import Answer, ItemKind, Sheet, State
from bot.model.incident import Declaration, Reason, Severity, Status, Type
from bot.model.person import UserId
from bot.model.reference import Reference as Ref
from bot.model.shift import PostName, Span, Swap, SwapState

from .force import ROWS, Force, Sent, words
from .reference import MINUTE, NOBODY, Run

DAY = 1440
GRACE, WAIT, AGAIN, SEEN, ANEW = 15, 5, 60, 30, DAY
BEFORE = (DAY, 60)
INCIDENTS = ("update", "task")
"""What rings of incidents that nobody has said anything of: tests of incidents hold that against their own clock."""
Act = Callable[[], Awaitable[None]]


@dataclass
class Ladder:
    """How a post's late handover should be asked about: `at` is the next minute, None for never."""

    at: float | None = None
    shift: tuple[int, int] | None = None
    rung: int = 0
    turn: int = -1
    asked: list[UserId] = field(default_factory=list)

    def begins(self, at: float | None, run: Run | None) -> None:
        """Let it begin from its first rung on."""
        self.at, self.shift, self.rung, self.turn, self.asked = at, (run.since, run.person) if run else None, 0, -1, []


@dataclass(frozen=True, slots=True)
class Waiting:
    """That *who* is asked about a swap: again at `at`, until it `ends`."""

    asked_by: UserId
    who: UserId
    at: float
    ends: float


class Year:
    """The simulation, from `zero` for so many *days*."""

    def __init__(
        self, path: Path, zero: datetime, days: int, seed: int, only: str | None = None, rows: Collection[int] = ROWS
    ) -> None:
        self.force = Force(path, zero, (days + 70) * DAY, only, rows)
        self.reference = self.force.reference
        self.end = days * DAY
        self.draw = random.Random(seed)
        self.counts: Counter[str] = Counter()
        self.watch: dict[str, list[tuple[int, float]]] = {}
        """Who answers for each post since when, as people were told."""
        self.items: dict[str, set[str]] = {}
        """What was written for the handovers of a post and not cleared."""
        self.open: dict[str, set[str]] = {}
        """The incidents that are open, with the tasks in each that are."""
        self.kept: dict[str, dict[str, UserId]] = {}
        self.ladders: dict[str, Ladder] = {}
        self.expected: Counter[tuple[object, ...]] = Counter()
        self.woken = 0.0
        self.waiting: dict[str, Waiting] = {}
        self._acts: list[tuple[float, int, Act]] = []
        self._numbers = itertools.count()
        self._away: list[tuple[float, float]] = []

    # The course of time

    async def run(self) -> None:
        """Live through it; raise AssertionError at the first thing that is not as it should be."""
        force = self.force
        await force.starts()
        try:
            await force.begins()
            for post, staff in force.staff.items():
                self.watch[post], self.items[post], self.kept[post] = [(staff[-1], 0)], set(), {}
                self.ladders[post] = Ladder()
                self._replan(post)
            await force.sent()
            for post in force.staff:
                self._at(0, lambda post=post: self._day(post))
            self._at(0, self._away_now_and_then)
            while await self._moves():
                pass
            await self._check_watches()
        finally:
            await force.world.stop()

    def _at(self, minute: float, act: Act) -> None:
        heapq.heappush(self._acts, (minute, next(self._numbers), act))

    async def _moves(self) -> bool:
        """Go to the next moment at which anything happens, and let it; return whether there is one."""
        due = await self.force.world.store.due.next()
        moments = [self._acts[0][0]] if self._acts else []
        moments += [(due - self.force.zero) / MINUTE] if due else []
        # Those at which something should be said too, so that what is late is missed at its very minute.
        moments += self._awaited()
        now = max(min(moments), self.woken)
        acts_first = False
        if self._away and self._away[0][0] < now:
            _since, until = self._away.pop(0)
            if until > now:
                now, acts_first = until, self.draw.random() < 0.5
                await self._restarts()
        if now > self.end:
            return False
        self.force.world.clock.at = self.force.at(now)
        if acts_first:
            await self._people_act(now)
        await self._wakes(now)
        await self._people_act(now)
        return True

    def _awaited(self) -> list[float]:
        """Return the next moments at which Liaison should ring, by the reference alone."""
        found = [ladder.at for ladder in self.ladders.values() if ladder.at is not None]
        found += [waiting.at for waiting in self.waiting.values()]
        for post, before in itertools.product(self.force.staff, BEFORE):
            begins = self.reference.begin(post, self.woken + before, self.woken + before + 2 * DAY)
            found += [run.since - before for run in itertools.islice(begins, 1)]
        return found

    async def _restarts(self) -> None:
        if self.draw.random() < 0.2:
            await self.force.world.stop()
            await self.force.starts()
        self.counts["times away"] += 1

    async def _away_now_and_then(self) -> None:
        now = self.force.minute
        since = now + self.draw.randrange(60, 6 * DAY)
        self._away.append((since + 0.5, since + self.draw.choice((3, 20, 90, 600, 2000))))
        self._at(self._away[-1][1] + 5, self._away_now_and_then)

    async def _people_act(self, now: float) -> None:
        while self._acts and self._acts[0][0] <= now:
            _minute, _number, act = heapq.heappop(self._acts)
            await act()
            await self._compare()

    async def _wakes(self, now: float) -> None:
        for post in self.force.staff:
            self._reminders(post, now)
            while (at := self.ladders[post].at) is not None and at <= now:
                self._climbs(post, now)
        self._pursues(now)
        self.woken = now
        await self.force.wakes()
        await self._compare()

    # What should be said

    def _reminders(self, post: str, now: float) -> None:
        begun = {
            run: True
            for before in BEFORE
            for run in self.reference.begin(post, self.woken + before, now + before)
            if run.person != NOBODY and run.since > now
        }
        for run in begun:
            self.expected["reminder", now, post, run.since, self.force.people[run.person]] += 1

    def _relief(self, post: str, now: float) -> Run | None:
        person, since = self.watch[post][-1]
        for run in self.reference.following(post, now):
            if run.since > now + 400 * DAY:
                return None
            if run.person not in (NOBODY, person) and (run.since > now or since < run.since):
                return run
        return None

    def _replan(self, post: str) -> None:
        """Set the ladder of *post* by who answers for it now."""
        now = self.force.minute
        run = self._relief(post, now)
        self.ladders[post].begins(max(run.since + GRACE, now) if run else None, run)

    def _rostered(self, post: str) -> None:
        """Follow a change of the roster: what stays as it was goes on as it was."""
        run, ladder = self._relief(post, self.force.minute), self.ladders[post]
        if ((run.since, run.person) if run else None) != ladder.shift:
            self._replan(post)

    def _climbs(self, post: str, now: float) -> None:
        ladder, run = self.ladders[post], self._relief(post, now)
        assert ladder.at is not None
        if run is None or ladder.shift != (run.since, run.person) or run.since > now:
            return self._replan(post)
        if now - ladder.at > ANEW:
            ladder.begins(ladder.at, run)
        force = self.force
        own = force.leads[force.agency[post]]
        rungs = [
            [force.people[self.watch[post][-1][0]]],
            [force.people[run.person]],
            sorted(one for one in force.leads.values() if one != own),
        ]
        if force.posts[post].agency:
            rungs.insert(2, [own])
        ladder.turn += 1
        if ladder.turn >= (2 if ladder.rung == 0 else 1):
            ladder.rung, ladder.turn = ladder.rung + 1, 0
        if ladder.rung >= len(rungs):
            self.expected["unanswered", now, post, tuple(ladder.asked)] += 1
            return ladder.begins(now + AGAIN, run)
        if (ladder.rung, ladder.turn) == (0, 0):
            later, act = (
                now + self.draw.randrange(2, 18),
                self.draw.choice((self._sees, self._helps, self._helps, None)),
            )
            if act:
                self._at(int(later), lambda: act(post))
        for user in rungs[ladder.rung]:
            self.expected["late", now, post, user] += 1
            ladder.asked += [user] if user not in ladder.asked else []
        ladder.at = now + WAIT

    # What is said

    async def _compare(self) -> None:
        """Hold what was sent against what should have been."""
        found: Counter[tuple[object, ...]] = Counter()
        now = self.force.minute
        for sent in (everything := await self.force.sent()):
            if (rung := self._rung(sent)) is not None:
                found[rung[0], now, *rung[1:]] += 1
        for kind, *_ in found.elements():
            self.counts[str(kind)] += 1
        expected, self.expected = self.expected, Counter()
        assert found == expected, (
            f"{self.force.world.clock.now()}: too much {found - expected}, too little {expected - found}\n"
            + "\n".join(f"{one.kind} {one.cause} {one.payload}" for one in everything)
        )

    def _rung(self, sent: Sent) -> tuple[object, ...] | None:
        """Return what a thing that was sent says to whom, if it is held against anything."""
        payload, cause = sent.payload, sent.cause.split(" ")
        if sent.kind == "question" and payload["of"] == "handover start":
            return "late", cause[2], UserId(payload["to"])
        if sent.kind == "question" and payload["of"] == "shift swap":
            return "swap asked", payload["ref"], payload["to"]
        if sent.kind != "alert" or payload["of"] in INCIDENTS:
            return None
        if payload["of"] == "handover":
            if cause[:2] == ["due", "handover"]:
                return "unanswered", cause[2], tuple(map(UserId, payload["to"]))
            return "handover", tuple(payload["to"])
        if payload.get("reminds"):
            since = (datetime.fromisoformat(cause[5]) - self.force.zero) / MINUTE
            return "reminder", cause[2], since, UserId(payload["to"][0])
        if payload["of"] == "shift" and "ref" in payload:
            return "swap over", payload["ref"], payload["to"][0]
        if payload["of"] == "shift" and len(cause) == 2 and cause[1].startswith("@"):
            return "told", UserId(cause[1])
        return "no one there", tuple(payload["to"])

    def _tells(self, before: dict[str, list[Run]], actor: UserId) -> None:
        """Expect that everyone is told whose shifts are others than *before*, but who has changed them."""
        concerned: set[int] = set()
        for post in before:
            changed = {(one.since, one.until, one.person) for one in before[post]}
            changed ^= {(one.since, one.until, one.person) for one in self._coming(post)}
            concerned |= {person for _since, _until, person in changed}
            self._rostered(post)
        for person in sorted(concerned - {NOBODY}):
            if self.force.people[person] != actor:
                self.expected["told", self.force.minute, self.force.people[person]] += 1

    def _coming(self, post: str) -> list[Run]:
        now = self.force.minute
        return list(itertools.takewhile(lambda run: run.since < now + 28 * DAY, self.reference.following(post, now)))

    # What people do

    async def _day(self, post: str) -> None:
        """Plan what happens at a post in the next 24 hours."""
        now, draw = int(self.force.minute), self.draw
        for run in self.reference.begin(post, now + 60, now + 60 + DAY):
            self._at(run.since - 20, lambda since=run.since: self._relieves(post, since))
        shares = ((0.1, self._absent), (0.06, self._overrides), (0.05, self._swaps), (0.08, self._declares))
        for share, act in shares:
            if draw.random() < share:
                self._at(now + draw.randrange(DAY), lambda act=act: act(post))
        self._at(now + DAY, lambda: self._day(post))

    async def _relieves(self, post: str, since: int) -> None:
        """Let the next person take over with the shift that begins then, if one does; early, late, or not at all."""
        draw, now = self.draw, self.force.minute
        run = next((one for one in self.reference.following(post, since) if one.since == since), None)
        if now > since + 60 or run is None or run.person in (NOBODY, self.watch[post][-1][0]):
            return
        how = draw.choices(("in time", "late", "missed", "left as a draft", "refused", "passed"), (78, 9, 4, 3, 3, 3))[
            0
        ]
        self.counts[how] += 1
        if how == "passed":
            self._at(now + draw.randrange(60), lambda: self._passes(post, run.person))
        if how in ("missed", "passed"):
            return
        ref = await self._starts(post, run.person)
        if ref is None or how == "left as a draft":
            return
        if how == "refused":
            self._at(now + 25, lambda: self._refuses(post, ref, run.person))
        else:
            late = draw.randrange(6, 34) if how == "in time" else draw.randrange(37, 180)
            self._at(now + late, lambda: self._takes_over(post, ref, run.person))

    async def _starts(self, post: str, person: int) -> Ref | None:
        force, handover = self.force, self.force.world.services.handover
        outgoing, incoming = force.people[self.watch[post][-1][0]], force.people[person]
        before = await force.world.store.handover.find_open(PostName(post))
        if before and before.incoming == incoming:
            sheet = await handover.sheet(before)
        else:
            if before and before.state.handed:
                self._rings(before.incoming)
            found, _ = await force.does(outgoing, lambda a, t: handover.start(a, t, force.posts[post], incoming))
            assert found, force.refused
            sheet = found
        ref = sheet.handover.ref
        for _ in range(self.draw.choice((0, 0, 0, 0, 1, 2))):
            await self._notes(post, ref, outgoing)
        if not sheet.handover.state.handed:
            done, _ = await force.does(outgoing, lambda a, t: handover.ready(a, t, ref))
            assert done, force.refused
            self._rings(incoming)
        return ref

    def _rings(self, *people: UserId) -> None:
        self.expected["handover", self.force.minute, people] += 1

    async def _notes(self, post: str, ref: Ref, outgoing: UserId) -> None:
        force, draw = self.force, self.draw
        kind = draw.choice((ItemKind.NOTE, ItemKind.STANDING, ItemKind.EQUIPMENT, ItemKind.EXPECTED))
        said, critical = words(f"note {draw.random()}"), draw.random() < 0.2
        before = await force.world.store.handover.find(ref)
        number, _ = await force.does(
            outgoing,
            lambda a, t: force.world.services.handover.note(a, t, ref, None, said, None, kind, critical=critical),
        )
        assert number and before, force.refused
        if before.state.handed:
            self._rings(before.incoming)
        items = await force.world.store.handover.items(ref)
        self.items[post].add(next(one.key for one in items if one.number == number))
        self.counts["written"] += 1

    async def _goes_on(self, post: str, ref: Ref, person: int) -> Sheet | None:
        """Return the handover if it is still for that person, and handed to them."""
        found = await self.force.world.store.handover.find(ref)
        if found is None or not found.state.handed or found.incoming != self.force.people[person]:
            return None
        return await self.force.world.services.handover.sheet(found)

    async def _refuses(self, post: str, ref: Ref, person: int) -> None:
        if not (sheet := await self._goes_on(post, ref, person)):
            return
        force = self.force
        done, _ = await force.does(
            force.people[person], lambda a, t: force.world.services.handover.refuse(a, t, ref, words("not so"))
        )
        assert done, force.refused
        self._rings(sheet.handover.outgoing)

    async def _takes_over(self, post: str, ref: Ref, person: int) -> None:
        """Let the incoming person settle what there is, and accept."""
        force, handover = self.force, self.force.world.services.handover
        incoming = force.people[person]
        for _ in range(3):
            if not (sheet := await self._goes_on(post, ref, person)):
                return
            await self._settles(sheet)
            kept = await handover.sheet(sheet.handover)
            found, _event = await force.does(incoming, lambda a, t: handover.accept(a, t, ref))
            assert found, force.refused
            if found.handover.state is State.ACCEPTED:
                return await self._accepted(post, kept, found, person)
        raise AssertionError(f"{ref} cannot be accepted")

    async def _settles(self, sheet: Sheet) -> None:
        force, services = self.force, self.force.world.services
        ref, incoming, outgoing = sheet.handover.ref, sheet.handover.incoming, sheet.handover.outgoing
        plain: list[int] = []
        for item in sheet.open:
            if item.kind.written and self.draw.random() < 0.08:
                done, _ = await force.does(
                    incoming,
                    lambda a, t, n=item.number: services.handover.answer(a, t, ref, [n], Answer.REFUSED, words("no")),
                )
                assert done, force.refused
                self._rings(item.stays_with or outgoing)
                self.counts["items refused"] += 1
            elif sheet.needs_reading(item):
                said = words("so I have understood it")
                read, _ = await force.does(
                    incoming, lambda a, t, n=item.number, s=said: services.reading.read_back(a, t, ref, n, s)
                )
                assert read, force.refused
                data = {"ref": str(ref), "item": item.number, "said": read.said}
                judged, _ = await force.does(outgoing, lambda a, t, d=data: services.reading.judge(a, t, d, right=True))
                assert judged, force.refused
                if not judged[0].open:
                    self._rings(incoming)
                self.counts["items read back"] += 1
            else:
                plain.append(item.number)
        if plain:
            done, _ = await force.does(
                incoming, lambda a, t: services.handover.answer(a, t, ref, plain, Answer.OK, None)
            )
            assert done, force.refused

    async def _accepted(self, post: str, before: Sheet, sheet: Sheet, person: int) -> None:
        """Check that nothing has disappeared."""
        now, store = self.force.minute, self.force.world.store
        self.watch[post].append((person, now))
        self._replan(post)
        for item in before.standing:
            if item in before.refused:
                self.kept[post][item.key] = item.stays_with or before.handover.outgoing
            else:
                self.kept[post].pop(item.key, None)
        items = await store.handover.items(sheet.handover.ref)
        there = {one.key for one in items if one.kind.written}
        assert self.items[post] <= there, f"{sheet.handover.ref}: {self.items[post] - there} disappeared"
        gone = {one.key for one in items if one.number in before.gone}
        assert there - gone == self.items[post], f"{sheet.handover.ref}: {there - gone - self.items[post]} came back"
        for kind, still in ((ItemKind.INCIDENT, {*self.open}), (ItemKind.TASK, set[str]().union(*self.open.values()))):
            held = {str(one.about) for one in items if one.kind is kind and one.number not in before.gone}
            assert held == still, f"{sheet.handover.ref}: {kind} {held}, and not {still}"
            self.counts[f"{kind}s handed on"] += len(held)
        kept = {item.key: user for user, _ref, item in await store.handover.kept(PostName(post))}
        assert kept == self.kept[post], f"{sheet.handover.ref}: {kept} stay, and not {self.kept[post]}"
        assert (await store.shift.watch(PostName(post))).person == self.force.people[person]  # type: ignore[union-attr]
        self.counts["handovers"] += 1
        self.counts["items handed on"] += len(there)
        often = [one for one in sheet.taken if one.passed >= 3]
        if often:
            self._rings(*self.force.leads.values())
        for item in items:
            if item.key in self.items[post] and self.draw.random() < 0.3:
                await self._clears(post, sheet.handover.ref, item.number, item.key, person)
        if self.draw.random() < 0.03:
            await self._adds(post, sheet, person)

    async def _clears(self, post: str, ref: Ref, number: int, key: str, person: int) -> None:
        force = self.force
        done, _ = await force.does(
            force.people[person], lambda a, t: force.world.services.handover.clear(a, t, ref, number)
        )
        assert done, force.refused
        self.items[post].discard(key)
        self.kept[post].pop(key, None)
        self.counts["items cleared"] += 1

    async def _adds(self, post: str, sheet: Sheet, person: int) -> None:
        force = self.force
        said, _ = await force.does(
            force.people[person], lambda a, t: force.world.services.handover.add(a, t, sheet.handover, words("more"))
        )
        assert said, force.refused
        self.items[post].add(f"note {said.ref} {said.number}")
        self._rings(sheet.handover.outgoing)

    async def _passes(self, post: str, person: int) -> None:
        force = self.force
        before = self.watch[post][-1][0]
        if before == person:
            return
        lead = force.leads[force.agency[post]]
        await force.does(
            lead,
            lambda a, t: force.world.services.handover.pass_on(
                a, t, force.posts[post], force.people[person], words("so")
            ),
        )
        self.watch[post].append((person, force.minute))
        self._replan(post)
        self._rings(force.people[person], force.people[before])

    async def _helps(self, post: str) -> None:
        """Let a lead decide who answers for a post whose handover is late."""
        if (run := self._relief(post, self.force.minute)) and run.since <= self.force.minute:
            await self._passes(post, run.person)

    async def _sees(self, post: str) -> None:
        """Let one of those who are asked about a late handover say that they see to it."""
        force, ladder = self.force, self.ladders[post]
        if not ladder.asked:
            return
        user = self.draw.choice(ladder.asked)
        await force.does(user, lambda a, t: force.world.services.lateness.seen(a, t, PostName(post)))
        ladder.begins(force.minute + SEEN, self._relief(post, force.minute))
        self.counts["late and seen to"] += 1

    # Incidents

    async def _declares(self, post: str) -> None:
        """Let whoever answers for a post declare an incident, perhaps with tasks; each is over some days later."""
        force, draw, incidents = self.force, self.draw, self.force.world.services.incident
        user, now = force.people[self.watch[post][-1][0]], int(self.force.minute)
        said = Declaration(words(f"boat {draw.random()}"), Type.VESSEL, Severity.LOW)
        found, _ = await force.does(user, lambda a, t: incidents.declare(a, t, said))
        assert found, force.refused
        ref = found[0].content.ref
        self.open[str(ref)] = set()
        self._at(now + draw.randrange(60, 3 * DAY), lambda: self._closes(post, ref))
        for _ in range(draw.choice((0, 1, 2))):
            task, _ = await force.does(
                user, lambda a, t: force.world.services.task.add(a, t, ref, words(f"look {draw.random()}"))
            )
            assert task, force.refused
            self.open[str(ref)].add(str(task.ref))
            self.counts["tasks"] += 1
            self._at(now + draw.randrange(30, 2 * DAY), lambda task=task: self._does(user, ref, task.ref))
        self.counts["incidents"] += 1

    async def _does(self, user: UserId, ref: Ref, task: Ref) -> None:
        if str(ref) not in self.open:
            return
        done, _ = await self.force.does(user, lambda a, t: self.force.world.services.task.finish(a, t, task, None))
        assert done, self.force.refused
        self.open[str(ref)].discard(str(task))

    async def _closes(self, post: str, ref: Ref) -> None:
        force = self.force
        lead = force.leads[force.agency[post]]
        done, _ = await force.does(
            lead,
            lambda a, t: force.world.services.incident.set_status(a, t, ref, Status.CLOSED, Reason.RESOLVED, None),
        )
        assert done, force.refused
        del self.open[str(ref)]

    # Rosters

    async def _absent(self, post: str) -> None:
        force, draw, now = self.force, self.draw, int(self.force.minute)
        person = draw.choice(force.staff[post])
        since = now + draw.randrange(30, 5 * DAY)
        until = since + draw.randrange(8 * 60, 72 * 60)
        before = {post: self._coming(post)}
        span = Span(force.at(since), force.at(until))
        user = force.people[person]
        done, _ = await force.does(user, lambda a, t: force.world.services.absence.absent(a, t, user, span))
        assert done, force.refused
        id = self.reference.misses(person, since, until)
        self._tells(before, user)
        missed = {(one.since, one.until) for one in before[post] if one.person == person}
        if any(low < until and since < high for low, high in missed):
            self.expected["no one there", force.minute, tuple(force.leads.values())] += 1
        self.counts["absences"] += 1
        if draw.random() < 0.8:
            self._at(now + draw.randrange(5, 600), lambda: self._takes(post))
        if draw.random() < 0.2:
            self._at(now + draw.randrange(5, DAY), lambda: self._back(post, user, id, done.number))

    async def _back(self, post: str, user: UserId, id: int, number: int) -> None:
        before, force = {post: self._coming(post)}, self.force
        done, _ = await force.does(user, lambda a, t: force.world.services.absence.back(a, t, number))
        assert done, force.refused
        self.reference.is_back(id)
        self._tells(before, user)

    async def _takes(self, post: str) -> None:
        force = self.force
        user = force.people[person := self.draw.choice(force.staff[post])]
        before = {post: self._coming(post)}
        span, _ = await force.does(user, lambda a, t: force.world.services.roster.take(a, t, force.posts[post], None))
        if span:
            self.reference.puts(post, *self._minutes(span), person)
            self._tells(before, user)
            self.counts["shifts taken"] += 1

    async def _overrides(self, post: str) -> None:
        force, draw, now = self.force, self.draw, int(self.force.minute)
        run = draw.choice(self._coming(post)[1:60])
        since, until = max(run.since, now + 1), run.until
        if draw.random() < 0.3 and until - since > 60:
            since += draw.randrange(0, until - since - 30)
        person = draw.choice([NOBODY, *force.staff[post] * 2])
        if until - since > 36 * 60 or until - since < 15:
            return
        lead, span, before = (
            force.leads[force.agency[post]],
            Span(force.at(since), force.at(until)),
            {post: self._coming(post)},
        )
        done, _ = await force.does(
            lead,
            lambda a, t: force.world.services.roster.override(
                a, t, force.posts[post], force.people[person] or None, span, "it has to be"
            ),
        )
        assert done, force.refused
        id = self.reference.puts(post, since, until, person)
        self._tells(before, lead)
        self.counts["overrides"] += 1
        if draw.random() < 0.3:
            self._at(now + draw.randrange(5, 2 * DAY), lambda: self._puts_back(post, lead, id, done.number))

    async def _puts_back(self, post: str, lead: UserId, id: int, number: int) -> None:
        before, force = {post: self._coming(post)}, self.force
        done, _ = await force.does(
            lead, lambda a, t: force.world.services.roster.put_back(a, t, force.posts[post], number)
        )
        assert done, force.refused
        self.reference.puts_back(post, id)
        self._tells(before, lead)

    async def _swaps(self, post: str) -> None:
        force, draw = self.force, self.draw
        one, two = draw.sample(force.staff[post], 2)
        user, other = force.people[one], force.people[two]
        swap, _ = await force.does(
            user, lambda a, t: force.world.services.swap.ask(a, t, force.posts[post], other, None, None)
        )
        if swap is None:
            self.counts["swaps refused at once"] += 1
            return
        self.counts["swaps"] += 1
        self.expected["swap asked", force.minute, str(swap.ref), other] += 1
        self._waits(swap, other)
        if draw.random() < 0.85:
            answer = "agree" if draw.random() < 0.9 else "refuse"
            self._at(int(force.minute) + draw.randrange(5, 300), lambda: self._answers(swap, other, answer))

    def _waits(self, swap: Swap, who: UserId) -> None:
        """Expect that *who* is asked again at half-time, and that the swap ends if nobody answers."""
        now, ends = self.force.minute, (swap.ends - self.force.zero) / MINUTE
        self.waiting[str(swap.ref)] = Waiting(swap.asked_by, who, now + (ends - now) / 2, ends)

    def _pursues(self, now: float) -> None:
        for ref, waiting in [*self.waiting.items()]:
            if waiting.at > now:
                continue
            if now >= waiting.ends:
                self.expected["swap over", now, ref, waiting.asked_by] += 1
                del self.waiting[ref]
                continue
            self.expected["swap asked", now, ref, waiting.who] += 1
            self.waiting[ref] = replace(waiting, at=waiting.ends)

    async def _answers(self, swap: Swap, user: UserId, choice: str) -> None:
        """Let *user*, the other person or a lead, answer."""
        force, ref = self.force, str(swap.ref)
        post = str(swap.own.post)
        before, lead = {post: self._coming(post)}, force.leads[force.agency[post]]
        found, _ = await force.does(
            user, lambda a, t: force.world.services.swap.answer(a, t, swap.ref, choice, force.agency[post])
        )
        if found is None:
            self.counts["swaps that could not be made any more"] += 1
            return
        match found.state:
            case SwapState.AGREED:
                self.expected["swap asked", force.minute, ref, lead] += 1
                self._waits(swap, lead)
                if self.draw.random() < 0.85:
                    later = int(force.minute) + self.draw.randrange(5, 300)
                    self._at(later, lambda: self._answers(swap, lead, "agree"))
            case SwapState.REFUSED:
                del self.waiting[ref]
                self.expected["swap over", force.minute, ref, swap.asked_by] += 1
            case SwapState.DONE:
                del self.waiting[ref]
                for shift, person in ((swap.own, swap.asked), (swap.theirs, swap.asked_by)):
                    self.reference.puts(post, *self._minutes(shift.span), force.people.index(person))
                self._tells(before, user)
                self.counts["swaps made"] += 1

    def _minutes(self, span: Span) -> tuple[int, int]:
        return tuple(int((one - self.force.zero) / MINUTE) for one in (span.since, span.until))  # type: ignore[return-value]

    # Who answers

    async def _check_watches(self) -> None:
        """Check that every minute of every post has exactly one person who answers for it, and the right one."""
        for post, told in self.watch.items():
            found = await self.force.world.store.shift.list_watches(
                PostName(post), self.force.zero, self.force.at(self.end) + timedelta(days=1)
            )
            held = [(one.person, (one.since - self.force.zero) / MINUTE) for one in found]
            assert [one.number for one in found] == list(range(found[0].number, found[0].number + len(found)))
            assert held[-len(told) :] == [(self.force.people[person], since) for person, since in told], post
            assert held[0][1] <= 0 and all(one[1] <= two[1] for one, two in itertools.pairwise(held))


def lived(folder: Path, only: str, rows: Collection[int], days: int, seed: int) -> Counter[str]:
    """Live through so many days with those posts of an agency, in a process of its own; return what has happened."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    folder.mkdir()
    year = Year(folder / "liaison.db", datetime(2026, 1, 5, tzinfo=UTC), days, seed, only, rows)
    asyncio.run(year.run())
    return year.counts
