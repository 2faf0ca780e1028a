"""By which clocks and in which languages a room is told when something is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.config import Current
from bot.i18n import Local, Message, Verbatim, _, _n
from bot.model.briefing import Briefing, Change, Occurrence, occurrences
from bot.model.person import UserId, Zone
from bot.services.person import PersonService
from bot.services.room import RoomService

MOST_ZONES = 12
MOST_NAMES = 4
MOST_MENTIONED = 100
"""People whom one message rings: an event holds no more than 64 KiB."""
A_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Group:
    """People who read the same language by the same clock."""

    language: str
    zone: Zone
    people: tuple[UserId, ...]


class Clocks:
    """Knows the clocks of the people of a room; only reads."""

    def __init__(self, config: Current, person: PersonService, room: RoomService) -> None:
        self._config = config
        self._person = person
        self._room = room

    def people(self, room_id: str) -> list[UserId]:
        """Return who is in the room and is served."""
        bot = self._config.now.matrix.user_id
        return [user for user in self._room.members(room_id) if user != bot and self._config.now.serves(user)]

    async def groups(self, room_id: str, people: Iterable[UserId]) -> list[Group]:
        """Return *people* by their language and clock, so many together as one message can ring."""
        found: dict[tuple[str, Zone], list[UserId]] = {}
        for user in people:
            actor = await self._person.actor(user, room_id)
            found.setdefault((str(actor.menus), actor.zone), []).append(user)
        return [
            Group(language, zone, tuple(those[at : at + MOST_MENTIONED]))
            for (language, zone), those in sorted(found.items())
            for at in range(0, len(those), MOST_MENTIONED)
        ]

    async def zones(self, room_id: str, *also: Zone) -> dict[Zone, list[UserId]]:
        """Return who in the room lives by which clock: the zones *also* first, then those of most people."""
        found: dict[Zone, list[UserId]] = {zone: [] for zone in also}
        for user in self.people(room_id):
            found.setdefault((await self._person.actor(user, room_id)).zone, []).append(user)
        return dict(sorted(found.items(), key=lambda one: (one[0] not in also, -len(one[1]), one[0])))

    async def echo(self, room_id: str, briefing: Briefing, changes: Sequence[Change], one: Occurrence) -> list[Message]:
        """Return when *one* is by the clock of everybody in the room, a line each.

        Where the clocks of a zone and of the briefing's change on different days, also from when on that shows.
        """
        zones = await self.zones(room_id, briefing.zone)
        lines = [self._line(room_id, zone, people, one) for zone, people in [*zones.items()][:MOST_ZONES]]
        if (left := len(zones) - MOST_ZONES) > 0:
            lines.append(_n("and {n} more time zone", "and {n} more time zones", left))
        return [*lines, *shifted(briefing, changes, one, [*zones][:MOST_ZONES])]

    async def moved(self, room_id: str, own: Zone, before: Occurrence, after: Occurrence) -> list[Message]:
        """Return from when to when something moves, by the clock of everybody in the room, a line each."""
        zones = await self.zones(room_id, own)
        lines = [
            _("{zone}: {before} becomes {after} ({people})", zone=Verbatim(zone), before=Local(before.begins, zone),
              after=Local(after.begins, zone), people=self._names(room_id, people))
            if people else
            _("{zone}: {before} becomes {after}", zone=Verbatim(zone), before=Local(before.begins, zone),
              after=Local(after.begins, zone))
            for zone, people in [*zones.items()][:MOST_ZONES]
        ]  # fmt: skip
        if (left := len(zones) - MOST_ZONES) > 0:
            lines.append(_n("and {n} more time zone", "and {n} more time zones", left))
        return lines

    def _line(self, room_id: str, zone: Zone, people: Sequence[UserId], one: Occurrence) -> Message:
        values = {"zone": Verbatim(zone), "from_": Local(one.begins, zone), "until": Local(one.ends, zone)}
        if not people:
            return _("{zone}: {from_} to {until}", **values)
        return _("{zone}: {from_} to {until} ({people})", **values, people=self._names(room_id, people))

    def _names(self, room_id: str, people: Sequence[UserId]) -> tuple[Verbatim | Message, ...]:
        named: list[Verbatim | Message] = [Verbatim(self._room.name_of(room_id, user)) for user in people[:MOST_NAMES]]
        if (left := len(people) - MOST_NAMES) > 0:
            named.append(_n("{n} more", "{n} more", left))
        return tuple(named)


def shifted(briefing: Briefing, changes: Sequence[Change], first: Occurrence, zones: Iterable[Zone]) -> list[Message]:
    """Return from when on a briefing that repeats has another clock time somewhere, though not by its own clock."""
    if briefing.rule is None:
        return []
    begins = first.begins.astimezone(UTC)
    coming = [one.begins.astimezone(UTC) for one in occurrences(briefing, changes, begins, begins + A_YEAR)]
    found = []
    for zone in zones:
        apart = _apart(begins, zone, briefing.zone)
        changed = next((one for one in coming if _apart(one, zone, briefing.zone) != apart), None)
        if changed is not None:
            found.append((changed, zone))
    return [
        _("{zone}: from {moment} on at another hour, because clocks change on different days",
          zone=Verbatim(zone), moment=Local(changed, zone))
        for changed, zone in sorted(found)
    ]  # fmt: skip


def _apart(moment: datetime, one: Zone, other: Zone) -> timedelta:
    """Return by how much the clocks of two zones differ at *moment*."""
    walls = [moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for zone in (one, other)]
    return walls[0] - walls[1]
