"""Who may see which incident: all that decides is read at the moment at which it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime

from bot.clock import Clock
from bot.config import Current
from bot.model.handling import (
    Audience,
    Cleared,
    Handling,
    Hidden,
    Mark,
    Marking,
    Member,
    Purpose,
    Record,
    aggregate,
    decide,
    decide_each,
    passing,
)
from bot.model.incident import TITLE, EntryKind, Incident, PartMark, Status, placed_by, without
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.services.room import Rooms
from bot.store import Store

MOST_KNOWN = 10_000
"""Of how many people it is kept what the configuration says of them, as long as that one stands."""


class Clearing:
    """Decides for the people of a room, as they are now."""

    def __init__(self, config: Current, store: Store, rooms: Rooms, clock: Clock) -> None:
        self._config = config
        self._store = store
        self._rooms = rooms
        self._clock = clock
        self._known: dict[UserId, Member] = {}
        self._known_by = config.now

    def audience(self, room_id: str) -> Audience:
        """Return everyone who has joined the room or is invited to it, but the bot."""
        config = self._config.now
        there = [user for user in dict.fromkeys(self._rooms.audience(room_id)) if user != config.matrix.user_id]
        members = tuple(map(self._member, there))
        return Audience(members, len(members) == 1 and self._rooms.encrypted(room_id))

    def _member(self, user_id: UserId) -> Member:
        config = self._config.now
        if self._known_by is not config or len(self._known) > MOST_KNOWN:
            self._known, self._known_by = {}, config
        if (member := self._known.get(user_id)) is None:
            agency = config.agency(user_id)
            member = self._known[user_id] = Member(user_id, agency.code if agency else None, config.serves(user_id))
        return member

    async def lets(self, user_id: UserId, incident: Incident) -> bool:
        """Return whether somebody may read the incident at all: alone with the bot, not cut."""
        [record] = await self.records([incident])
        audience = Audience((self._member(user_id),), direct=True)
        decided = decide(record, audience, Purpose.READING, self._clock.now())
        return isinstance(decided, Cleared) and decided.full

    def says_unvalidated(self, room_id: str) -> bool:
        """Return whether everyone in the room may know of incidents that they are not validated yet."""
        config = self._config.now
        named = config.incident.unvalidated
        if "officer" in named:
            return True
        known = {user for role in named for user in getattr(config.roles, role)}
        return all(member.user_id in known for member in self.audience(room_id).members)

    async def find(self, room_id: str, ref: Reference, purpose: Purpose) -> Cleared[Incident] | Hidden:
        """Return the incident as far as the room may see it; Hidden as well if there is none."""
        return await self.clear(room_id, await self._store.incident.look(ref), purpose)

    async def clear(
        self, room_id: str, incident: Incident, purpose: Purpose, marking: Marking | None = None
    ) -> Cleared[Incident] | Hidden:
        """Return the incident as far as the room may see it, or might if it were marked so."""
        [record] = await self.records([incident])
        if marking:
            record = replace(record, marking=marking)
        [decided] = await self._decide(room_id, [record], purpose)
        return decided

    async def listed(self, room_id: str, statuses: Sequence[Status]) -> list[Cleared[Incident]]:
        """Return what the room may see of what is in such a state, the newest first.

        Of what was declared in it, or in a room linked with it; in a direct room, in any room of that person; and of
        what was let to the agencies that are there.
        """
        rooms, agencies = await self._around(room_id)
        return await self.passing(room_id, await self._store.incident.list_in(rooms, statuses, agencies))

    async def lively(self, room_id: str, since: datetime) -> list[Cleared[Incident]]:
        """Return what the room may see, as `listed` does, of what is not closed or was worked on *since* then."""
        rooms, agencies = await self._around(room_id)
        return await self.passing(room_id, await self._store.incident.list_lively(rooms, since, agencies))

    async def passing(self, room_id: str, found: Sequence[Incident]) -> list[Cleared[Incident]]:
        """Return what of *found* may be listed in the room, in its order."""
        return passing(await self._decide(room_id, await self.records(found), Purpose.SEARCH))

    async def _decide(
        self, room_id: str, records: Sequence[Record[Incident]], purpose: Purpose
    ) -> list[Cleared[Incident] | Hidden]:
        """Return what the room may see of *records*, without those parts that it may not see."""
        audience, now = self.audience(room_id), self._clock.now()
        found = decide_each(records, audience, purpose, now)
        seen = [one.content for one in found if isinstance(one, Cleared)]
        hidden = await self.withheld(room_id, seen, purpose)
        for at, record in enumerate(records):
            if isinstance(found[at], Cleared) and (marks := hidden.get(record.content.ref)):
                found[at] = decide(
                    replace(record, content=await self._without(record.content, marks)), audience, purpose, now
                )
        return found

    async def withheld(
        self, room_id: str, incidents: Sequence[Incident], purpose: Purpose
    ) -> Mapping[Reference, Mapping[int, PartMark]]:
        """Return which entries of incidents that the room may see it may not: by their numbers, with their marks."""
        return await self._withheld(self.audience(room_id), incidents, purpose)

    async def _withheld(
        self, audience: Audience, incidents: Sequence[Incident], purpose: Purpose
    ) -> Mapping[Reference, Mapping[int, PartMark]]:
        marks = await self._store.part.list_of([one.ref for one in incidents]) if incidents else {}
        if not marks:
            return {}
        now = self._clock.now()
        found = {}
        for incident in incidents:
            decided = {
                number: decide(await self._part(incident, mark), audience, purpose, now)
                for number, mark in marks.get(incident.ref, {}).items()
                if mark.marking.marked
            }
            hidden = {number: marks[incident.ref][number] for number, one in decided.items() if isinstance(one, Hidden)}
            if hidden:
                found[incident.ref] = await self._store.part.spread(incident.ref, hidden)
        return found

    async def for_agency(
        self, room_id: str, incident: Incident, agency: str, purpose: Purpose, permits: Set[Purpose] = frozenset()
    ) -> tuple[Cleared[Incident] | Hidden, Mapping[int, PartMark]]:
        """Return the incident as everyone in the room and an agency may have it for a purpose, and what is withheld.

        *permits* are what its originator has allowed expressly; that says nothing of parts that others have written.
        """
        [record] = await self.records([incident])
        record = replace(record, permits=permits)
        audience, now = self._receiving(room_id, record, agency), self._clock.now()
        if isinstance(decide(record, audience, purpose, now), Hidden):
            return Hidden(), {}
        hidden = (await self._withheld(audience, [incident], purpose)).get(incident.ref, {})
        content = await self._without(incident, hidden) if hidden else incident
        return decide(replace(record, content=content), audience, purpose, now), hidden

    def _receiving(self, room_id: str, record: Record[object], agency: str) -> Audience:
        """Return everyone in the room, and one of the agency: somebody who is where it is, if any of it is."""
        home = sorted(user for user in record.at_home if self._member(user).agency == agency)
        one = next((member for member in map(self._member, home) if member.served), None)
        return Audience((*self.audience(room_id).members, one or Member(UserId(f"@:{agency}"), agency)))

    async def reveals(
        self, room_id: str, home: str, sender: UserId, handling: Handling | None, agency: str, purpose: Purpose
    ) -> bool:
        """Return whether it may be told to an agency that a message is there: without a label always."""
        if handling is None:
            return True
        at_home = await self._at_home(home, handling.travels)
        record = Record(None, self._member(sender).agency, Marking(Mark(handling)), at_home=at_home)
        audience = self._receiving(room_id, record, agency)
        return isinstance(decide(record, audience, purpose, self._clock.now()), Cleared)

    async def aggregate(self, room_id: str, incidents: Sequence[Incident]) -> Mark:
        """Return how an answer in the room that shows all these incidents is handled, and whom all of them leave.

        With the parts of them that are marked and that the room may read, whether it shows these or not; without
        entries that are not counted: they tell of other incidents, which the room may not know of.
        """
        audience, now = self.audience(room_id), self._clock.now()
        marks = await self._store.part.list_of([one.ref for one in incidents])
        parts = [
            await self._part(incident, mark)
            for incident in incidents
            for number, mark in marks.get(incident.ref, {}).items()
            if number > 0
        ]
        seen = [one for one in parts if isinstance(decide(one, audience, Purpose.READING, now), Cleared)]
        return aggregate([*await self.records(incidents), *seen], now)

    async def reads(self, room_id: str, home: str, agency: str | None, handling: Handling | None) -> bool:
        """Return whether the room may read what stands alone in the room *home*, is of an agency and handled so."""
        linked = handling is None or handling.travels
        marking = Marking(Mark(handling))
        record = Record(None, agency, marking, at_home=await self._at_home(home, linked))
        decided = decide(record, self.audience(room_id), Purpose.READING, self._clock.now())
        return isinstance(decided, Cleared)

    async def _part(self, incident: Incident, mark: PartMark) -> Record[PartMark]:
        """Return all that decides about a part that is marked: what the whole was released to does not have it."""
        linked = mark.handling is None or mark.handling.travels
        home = await self._at_home(incident.room_id, linked)
        return Record(mark, mark.agency, mark.marking, at_home=home)

    async def _without(self, incident: Incident, hidden: Mapping[int, PartMark]) -> Incident:
        """Return the incident without what the *hidden* entries have said of it."""
        kinds = (EntryKind.PLACE, EntryKind.UNDONE)
        entries = [entry for kind in kinds for entry in await self._store.incident.list_kind(incident.ref, kind)]
        return without(incident, title=TITLE in hidden, place=placed_by(entries, hidden) in hidden)

    async def rooms_seen(self, room_id: str) -> list[str]:
        """Return the rooms of whose incidents the room may read any: each is to be cleared still."""
        rooms, agencies = await self._around(room_id)
        return [*dict.fromkeys([*rooms, *await self._store.incident.rooms_granted(agencies)])]

    async def _around(self, room_id: str) -> tuple[list[str], list[str]]:
        """Return the rooms whose incidents may concern the room, and the agencies whose people are in it."""
        audience = self.audience(room_id)
        rooms = [room_id, *(self._rooms.of(audience.members[0].user_id) if audience.direct else ())]
        for room in list(rooms):
            rooms += [one.room_id for one in await self._store.companion.list_of(room)]
        agencies = {member.agency for member in audience.members if member.agency}
        return [*dict.fromkeys(rooms)], sorted(agencies)

    async def records(self, incidents: Sequence[Incident]) -> list[Record[Incident]]:
        """Return all that decides about these incidents."""
        refs = [incident.ref for incident in incidents]
        markings, releases = await self._store.mark.list_of(refs), await self._store.mark.releases(refs)
        homes: dict[tuple[str, bool], frozenset[UserId]] = {}
        unmarked: dict[Handling | None, Marking] = {}
        linked: dict[int, bool] = {}
        found = []
        for incident in incidents:
            marking = markings.get(incident.ref) or unmarked.get(incident.handling)
            if marking is None:
                marking = unmarked[incident.handling] = Marking(Mark(incident.handling))
            # By the object: many share one, and to compare what they say takes longer.
            if (travels := linked.get(id(marking))) is None:
                handling = marking.handling
                travels = linked[id(marking)] = handling is None or handling.travels
            home = (incident.room_id, travels)
            if home not in homes:
                homes[home] = await self._at_home(*home)
            given = tuple(releases.get(incident.ref, ()))
            found.append(Record(incident, incident.agency, marking, given, homes[home]))
        return found

    async def _at_home(self, room_id: str, linked: bool) -> frozenset[UserId]:
        """Return who is in the room or invited to it, and in those that are *linked* with it."""
        circle = [one.room_id for one in await self._store.companion.list_of(room_id)]
        rooms: Iterable[str] = [room_id, *circle] if linked else [room_id]
        return frozenset(user for room in rooms for user in self._rooms.audience(room))
