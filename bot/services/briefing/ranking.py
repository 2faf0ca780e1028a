"""What a time for a briefing asks of those who are in its room, and how such times rank."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.config import Current
from bot.model.briefing import occurrences
from bot.model.busy import spans
from bot.model.person import UserId, Zone
from bot.model.shift import Span
from bot.model.slot import Need, Ranked, burdened, candidates, proposed, ranked, rests
from bot.services.briefing.clocks import Clocks
from bot.services.person import PersonService
from bot.services.shift import RosterRules, ShiftService
from bot.store import Store

BACK = timedelta(days=90)
"""How far back it is looked who had which hours at the briefings of a room."""
MOST_HELD = 30
NEAR = timedelta(days=2)
"""How far from a time shifts count for the rest between them."""


class Ranking:
    """Ranks times; only reads."""

    def __init__(
        self, config: Current, store: Store, person: PersonService, shift: ShiftService, rules: RosterRules,
        clocks: Clocks,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._person = person
        self._shift = shift
        self._rules = rules
        self._clocks = clocks

    def people(self, room_id: str) -> dict[UserId, str]:
        """Return who is in the room and is served, with the code of the agency of each, "" for none."""
        return {user: self._rules.agency(user) or "" for user in self._clocks.people(room_id)}

    async def rank(
        self, room_id: str, slots: Sequence[Span], need: Collection[str] | None, now: datetime
    ) -> list[Ranked]:  # fmt: skip
        """Return *slots* with the reasons for their place, the best first.

        *need* are the agencies without which it is not held; None: all that have people there.
        """
        if not slots:
            return []
        within = Span(min(one.since for one in slots), max(one.until for one in slots))
        needs = await self._needs(room_id, need)
        burden = await self._burden(room_id, needs, now)
        # A week for some hundred people takes half a second: nobody else waits for that.
        return await asyncio.to_thread(ranked, slots, await self._hindered(needs, within), burden)

    async def propose(
        self, room_id: str, since: datetime, zone: Zone, length: timedelta, need: Collection[str] | None,
        now: datetime, most: int,
    ) -> list[Ranked]:  # fmt: skip
        """Return the best *most* times of the week from *since* on, at full hours of *zone*, the best first."""
        found = await self.rank(room_id, candidates(since, zone, length), need, now)
        return proposed(found, [*await self._clocks.zones(room_id)] or [zone], zone, most)

    async def _needs(self, room_id: str, need: Collection[str] | None) -> list[Need]:
        """Return who is to come, where they are, and from which country; nothing of what hinders them."""
        found = []
        for user in self._clocks.people(room_id):
            agency = self._config.now.agency(user)
            zone = (await self._person.actor(user, room_id)).zone
            code = agency.code if agency else self._config.now.taskforce.name
            required = agency is not None and (need is None or code in need)
            found.append(Need(user, code, zone, agency.country if agency else None, required))
        return found

    async def _hindered(self, needs: Sequence[Need], within: Span) -> list[Need]:
        """Return *needs* with the hours that each has blocked, and those that must stay free between their shifts."""
        people = [one.person for one in needs]
        blocked = await self._store.busy.list_of(people)
        resting = await self._resting(set(people), within)
        return [
            Need(one.person, one.agency, one.zone, one.country, one.required,
                 spans(blocked.get(one.person, ()), one.zone, within.since, within.until),
                 resting.get(one.person, ()))
            for one in needs
        ]  # fmt: skip

    async def _resting(self, people: Collection[UserId], within: Span) -> Mapping[UserId, tuple[Span, ...]]:
        since, until = within.since - NEAR, within.until + NEAR
        roster = await self._shift.roster(None, since, until)
        shifts = [one for post in sorted(roster.posts_of(people)) for one in roster.shifts(since, until, post)]
        found: dict[UserId, list[Span]] = {}
        for one in [*shifts, *await self._shift.on_patrol(people, since, until)]:
            if one.person is not None and one.person in people:
                found.setdefault(one.person, []).append(one.span)
        return {user: rests(those, self._rules.limits.rest) for user, those in found.items()}

    async def _burden(self, room_id: str, needs: Sequence[Need], now: datetime) -> dict[str, int]:
        """Return what each country has carried at the last briefings of the room.

        By the clocks and calendars of who is there now: what they had blocked then is not looked at, so that it shows
        nowhere.
        """
        held: list[Span] = []
        for briefing in await self._store.briefing.list_since(room_id, now - BACK):
            changes = await self._store.briefing.changes(briefing.ref)
            for one in occurrences(briefing, changes, now - BACK, now):
                held.append(Span(one.begins.astimezone(UTC), one.ends.astimezone(UTC)))
        burden: dict[str, int] = {}
        for span in sorted(held, key=lambda one: one.since)[-MOST_HELD:]:
            burden = burdened(span, needs, burden)
        return burden
