"""People: their roles, agency, languages and zone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.config import Current
from bot.i18n import Catalogues
from bot.model import tongue
from bot.model.person import Actor, LanguageCode, Learned, Person, Reader, Role, UserId, Zone
from bot.services.room import Rooms
from bot.store import Store

MOST_LANGUAGES = 2
LEVELS = {Role.LEAD: 50}
"""The power level that a role needs in a room; 0 for all others."""


class PersonService:
    """Who someone is. What a person has set wins, then what they write, then the agency's, then the task force's."""

    def __init__(self, config: Current, store: Store, rooms: Rooms, catalogues: Catalogues) -> None:
        self._config = config
        self._store = store
        self._rooms = rooms
        self._catalogues = catalogues

    async def actor(self, user_id: UserId, room_id: str) -> Actor:
        """Return the person as a command sees them."""
        person = await self._store.person.find(user_id)
        config = self._config.now
        agency = config.agency(user_id)
        language = self._language(person)
        return Actor(
            user_id=user_id,
            name=self._rooms.name_of(room_id, user_id),
            roles=self._roles(user_id, room_id),
            agency=agency.code if agency else None,
            language=language,
            menus=LanguageCode(
                self._catalogues.choose(language, agency.language if agency else None, config.taskforce.language)
            ),
            zone=person.zone or Zone(agency.timezone if agency else config.taskforce.timezone),
            reads=self._reads(person),
        )

    async def readers(self, user_ids: Iterable[UserId]) -> list[Reader]:
        """Return what each of these people writes and reads."""
        people = (await self._store.person.find_all(user_ids)).values()
        return [self._reader(person) for person in people]

    async def find(self, user_id: UserId) -> Person:
        """Return what the person has set."""
        return await self._store.person.find(user_id)

    async def set_language(
        self,
        user_id: UserId,
        language: LanguageCode | None,
        also_reads: tuple[LanguageCode, ...] | None,
        now: datetime,
    ) -> Person:
        """Set the language and, unless None, what else the person reads.

        Without a language it is again the one that they write, else the agency's.
        """
        person = await self._store.person.find(user_id)
        reads = person.also_reads if also_reads is None else also_reads
        person = replace(person, language=language, also_reads=tuple(dict.fromkeys(reads)))
        await self._store.person.save(person, now)
        return person

    async def set_zone(self, user_id: UserId, zone: Zone | None, now: datetime) -> Person:
        """Set the time zone; None: back to the agency's."""
        person = replace(await self._store.person.find(user_id), zone=zone)
        await self._store.person.save(person, now)
        return person

    async def set_translated(self, user_id: UserId, translated: bool, now: datetime) -> bool:
        """Set whether the person's language is a reason to translate; return whether that is a change."""
        person = await self._store.person.find(user_id)
        await self._store.person.save(replace(person, translated=translated), now)
        return person.translated is not translated

    async def learns(self, user_id: UserId, language: LanguageCode) -> bool:
        """Return whether a message in *language* says something new of a person.

        Who has set a language, or wants nothing translated, is left alone.
        """
        person = await self._store.person.find(user_id)
        return person.language is None and person.translated and tongue.hear(person.heard, language) != person.heard

    async def hear(self, user_id: UserId, language: LanguageCode, now: datetime) -> Learned | None:
        """Record that a person wrote in *language*, in the open transaction; return what changes for them by it."""
        before = await self._store.person.find(user_id)
        if before.language:
            return None
        heard = tongue.hear(before.heard, language)
        found = tongue.learned(heard)
        after = replace(before, heard=heard, learned=LanguageCode(found) if found else before.learned)
        await self._store.person.save(after, now)
        old, new = self._language(before), self._language(after)
        return Learned(old, new) if old != new else None

    def _language(self, person: Person) -> LanguageCode:
        return self._reader(person).language

    def _reads(self, person: Person) -> frozenset[LanguageCode]:
        return self._reader(person).reads

    def _reader(self, person: Person) -> Reader:
        """Return what a person writes and reads: one whose language was only learned reads the agency's as well."""
        own = self._given(person.user_id)
        # Who writes Portuguese in an agency of Brazil reads that of Brazil.
        learned = person.learned if person.learned and person.learned.base != own.base else None
        language = person.language or learned or own
        given = () if person.language else (own,)
        reads = frozenset({language, *given, *person.also_reads})
        return Reader(person.user_id, language, reads, person.translated)

    def _given(self, user_id: UserId) -> LanguageCode:
        """Return the language of the person's agency, else the task force's."""
        config = self._config.now
        agency = config.agency(user_id)
        return LanguageCode(agency.language if agency else config.taskforce.language)

    @property
    def zone(self) -> Zone:
        """The task force's time zone, for what is said to a whole room."""
        return Zone(self._config.now.taskforce.timezone)

    async def room_languages(self, room_id: str) -> tuple[str, ...]:
        """Return the interface languages in which to say something to the whole room, two at the most.

        Those that its served members need; if these are more, the task force's and the most needed other one.
        """
        bot = self._config.now.matrix.user_id
        members = [user for user in self._rooms.members(room_id) if user != bot and self._config.now.serves(user)]
        need = Counter([str((await self.actor(user, room_id)).menus) for user in members])
        wanted = sorted(need, key=lambda language: (-need[language], language))
        own = self._catalogues.choose(self._config.now.taskforce.language)
        if len(wanted) > MOST_LANGUAGES:
            wanted = [own, *(language for language in wanted if language != own)]
        return tuple(wanted[:MOST_LANGUAGES]) or (own,)

    async def languages_of(self, room_id: str) -> list[tuple[LanguageCode, LanguageCode]]:
        """Return the language and the interface language of each served member, those that most people need first."""
        bot = self._config.now.matrix.user_id
        members = [user for user in self._rooms.members(room_id) if user != bot and self._config.now.serves(user)]
        actors = [await self.actor(user, room_id) for user in members]
        need = Counter((actor.language, actor.menus) for actor in actors)
        return sorted(need, key=lambda pair: (-need[pair], pair))

    def _roles(self, user_id: UserId, room_id: str) -> frozenset[Role]:
        """Return the configured roles, less those that the person's power level in the room takes away."""
        config = self._config.now
        named = {role for role in Role if user_id in getattr(config.roles, role.value, ())}
        if any(user_id == monitor.user_id for monitor in config.monitors):
            named.add(Role.MONITOR)
        alone = set(self._rooms.audience(room_id)) == {user_id, config.matrix.user_id}
        if alone and self._rooms.encrypted(room_id):
            return frozenset({Role.OFFICER, *named})
        level = self._rooms.power_level(room_id, user_id)
        return frozenset(role for role in {Role.OFFICER, *named} if level >= LEVELS.get(role, 0))
