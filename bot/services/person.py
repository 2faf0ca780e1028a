"""People: their roles, agency, languages and zone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.config import Agency, Config, Current
from bot.i18n import Catalogues
from bot.model import tongue
from bot.model.person import Actor, LanguageCode, Learned, Person, Reader, Role, UserId, Zone
from bot.model.rights import LEVELS
from bot.services.room import Rooms
from bot.store import Store

MOST_LANGUAGES = 2
MOST_KNOWN = 10_000
"""Of how many people the agency is remembered."""


class PersonService:
    """Who someone is. What a person has set wins, then what they write, then the agency's, then the task force's."""

    def __init__(self, config: Current, store: Store, rooms: Rooms, catalogues: Catalogues) -> None:
        self._config = config
        self._store = store
        self._rooms = rooms
        self._catalogues = catalogues
        self._agencies_of: tuple[Config, dict[str, Agency | None]] = (config.now, {})
        """Whose people are of which agency by that configuration: every message asks for all of its room."""

    async def actor(self, user_id: UserId, room_id: str) -> Actor:
        """Return the person as a command sees them."""
        person = await self._store.person.find(user_id)
        config = self._config.now
        agency = config.agency(user_id)
        given = self._given(user_id)
        language = _language(person, given)
        named = self._named(user_id)
        roles = self._allowed(named, user_id, room_id)
        return Actor(
            user_id=user_id,
            name=self._rooms.name_of(room_id, user_id),
            roles=roles,
            agency=agency.code if agency else None,
            language=language,
            menus=LanguageCode(
                self._catalogues.choose(language, agency.language if agency else None, config.taskforce.language)
            ),
            zone=person.zone or Zone(agency.timezone if agency else config.taskforce.timezone),
            reads=_reads(person, given),
            withheld=named - roles,
        )

    async def readers(self, user_ids: Iterable[UserId]) -> list[Reader]:
        """Return what each of these people writes and reads."""
        people = (await self._store.person.find_all(user_ids)).values()
        given = [self._given(person.user_id) for person in people]
        return [
            Reader(person.user_id, _language(person, own), _reads(person, own), person.translated)
            for person, own in zip(people, given, strict=True)
        ]

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
        given = self._given(user_id)
        old, new = _language(before, given), _language(after, given)
        return Learned(old, new) if old != new else None

    def _given(self, user_id: UserId) -> LanguageCode:
        """Return the language of the person's agency, else the task force's."""
        agency = self._agency(user_id)
        return LanguageCode(agency.language if agency else self._config.now.taskforce.language)

    def _agency(self, user_id: UserId) -> Agency | None:
        config, known = self._agencies_of
        if config is not self._config.now or len(known) >= MOST_KNOWN:
            config, known = self._agencies_of = (self._config.now, {})
        if user_id not in known:
            known[user_id] = config.agency(user_id)
        return known[user_id]

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

    def _named(self, user_id: UserId) -> frozenset[Role]:
        """Return the roles that the configuration gives; everyone is an officer whose devices are not lost."""
        config = self._config.now
        if config.lost(user_id):
            return frozenset()
        named = {role for role in Role if user_id in getattr(config.roles, role.value, ())}
        if any(user_id == monitor.user_id for monitor in config.monitors):
            named.add(Role.MONITOR)
        if any(user_id == agency.keeper for agency in config.agencies):
            named.add(Role.KEEPER)
        return frozenset({Role.OFFICER, *named})

    def _allowed(self, named: frozenset[Role], user_id: UserId, room_id: str) -> frozenset[Role]:
        """Return those of the roles *named* that the person's power level in the room does not take away."""
        alone = set(self._rooms.audience(room_id)) == {user_id, self._config.now.matrix.user_id}
        if alone and self._rooms.encrypted(room_id):
            return named
        level = self._rooms.power_level(room_id, user_id)
        return frozenset(role for role in named if level >= LEVELS.get(role, 0))


def _language(person: Person, given: LanguageCode) -> LanguageCode:
    """Return what a person writes, who is *given* a language by their agency."""
    # Who writes Portuguese in an agency of Brazil reads that of Brazil.
    learned = person.learned if person.learned and person.learned.base != given.base else None
    return person.language or learned or given


def _reads(person: Person, given: LanguageCode) -> frozenset[LanguageCode]:
    """Return all that a person reads: of one whose language was only learned, the agency's as well."""
    return frozenset({_language(person, given), *(() if person.language else (given,)), *person.also_reads})
