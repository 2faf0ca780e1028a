"""People: their roles, agency, languages and zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.config import Config
from bot.i18n import Catalogues
from bot.model.person import Actor, LanguageCode, Person, Role, UserId, Zone
from bot.services.room import Rooms
from bot.store import Store


class PersonService:
    """Who someone is. A person's own setting wins, then the agency's, then the task force's."""

    def __init__(self, config: Config, store: Store, rooms: Rooms, catalogues: Catalogues) -> None:
        self._config = config
        self._store = store
        self._rooms = rooms
        self._catalogues = catalogues

    async def actor(self, user_id: UserId, room_id: str) -> Actor:
        """Return the person as a command sees them."""
        person = await self._store.person.find(user_id)
        agency = self._config.agency(user_id)
        language = self._language(person)
        return Actor(
            user_id=user_id,
            name=self._rooms.name_of(room_id, user_id),
            roles=self._roles(user_id),
            agency=agency.code if agency else None,
            language=language,
            zone=person.zone or Zone(agency.timezone if agency else self._config.taskforce.timezone),
            reads=frozenset({language, *person.also_reads}),
        )

    def interface_language(self, actor: Actor) -> str:
        """Return the language of the menus for *actor*: their own, else the agency's, else the task force's."""
        agency = self._config.agency(actor.user_id)
        return self._catalogues.choose(
            actor.language, agency.language if agency else None, self._config.taskforce.language
        )

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
        """Set the language (None: back to the agency's) and, unless None, what else the person reads."""
        person = await self._store.person.find(user_id)
        reads = person.also_reads if also_reads is None else also_reads
        person = replace(person, language=language, also_reads=tuple(dict.fromkeys(reads)))
        await self._store.person.save(person, now)
        return person

    async def set_zone(self, user_id: UserId, zone: Zone, now: datetime) -> Person:
        """Set the time zone."""
        person = replace(await self._store.person.find(user_id), zone=zone)
        await self._store.person.save(person, now)
        return person

    def _language(self, person: Person) -> LanguageCode:
        agency = self._config.agency(person.user_id)
        return person.language or LanguageCode(agency.language if agency else self._config.taskforce.language)

    def _roles(self, user_id: str) -> frozenset[Role]:
        named = {role for role in Role if user_id in getattr(self._config.roles, role.value, ())}
        return frozenset({Role.OFFICER, *named})
