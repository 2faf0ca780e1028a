"""What people write in records, in the languages of those who read them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime

import structlog

from bot.model.incident import Words
from bot.model.incoming import Incoming, Trust
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference
from bot.model.spelling import stems
from bot.model.translation import Flag, Translation
from bot.services.person import PersonService
from bot.services.relay import RelayService
from bot.store import Store

log = structlog.get_logger(__name__)

SECONDS = 1.0
"""How long a record waits for translations: it is there without them, and they are made when somebody asks."""


class Wordings:
    """Translates the texts of records (slow, outside any transaction), and keeps them beside these."""

    def __init__(self, store: Store, person: PersonService, relay: RelayService) -> None:
        self._store = store
        self._person = person
        self._relay = relay

    async def words(
        self, text: str, room_id: str, author: UserId, event_id: str, now: datetime, *, each: bool = False
    ) -> Words:
        """Return *text* in the languages in which the room, and those that are linked with it, are told something.

        With *each* also in those of everybody in the room, where each is told by themselves.
        """
        rooms = dict.fromkeys([room_id, *(one.room_id for one in await self._store.companion.list_of(room_id))])
        told = [code for room in rooms for code in await self._person.room_languages(room)]
        if each:
            told += [code for _, code in await self._person.languages_of(room_id)]
        languages = [LanguageCode(code) for code in dict.fromkeys(told)]
        return await self._in(_said(text, room_id, author, event_id, now), languages)

    async def into(
        self, text: str, room_id: str, author: UserId, language: LanguageCode, event_id: str, now: datetime
    ) -> Words:
        """Return *text* in *language*."""
        return await self._in(_said(text, room_id, author, event_id, now), [language])

    async def words_in(
        self, text: str, room_id: str, author: UserId, event_id: str, now: datetime, language: LanguageCode
    ) -> Words:
        """Return *text* in *language*."""
        return await self._in(_said(text, room_id, author, event_id, now), [language])

    async def _in(self, said: Incoming, languages: Sequence[LanguageCode]) -> Words:
        own = (await self._person.actor(said.sender, said.room_id)).language
        try:
            async with asyncio.timeout(SECONDS):
                found = await self._relay.words(said, languages)
        except TimeoutError:
            log.warning("record.translation_late", characters=len(said.body))
            return Words(said.body, own)
        return Words(said.body, LanguageCode(found.source), _usable(found.translations))

    async def complete(
        self,
        ref: Reference,
        room_id: str,
        language: LanguageCode,
        now: datetime,
        numbers: Collection[int] | None = None,
        hidden: Collection[int] = (),
    ) -> dict[int, Words]:
        """Return what is missing of a record's texts in *language*, by the numbers of their entries.

        Of all, or of those with these *numbers*, but those that are *hidden*.
        """
        found = self._store.incident
        entries = await (found.entries(ref) if numbers is None else found.list_numbered(ref, numbers))
        known = {
            number
            for _ref, number in await self._store.wording.list_each(
                [(ref, one.number) for one in entries], language.base
            )
        }
        missing = [
            entry
            for entry in entries
            if entry.number not in hidden
            and entry.text
            and entry.language
            and entry.language.base != language.base
            and entry.number not in known
        ]
        said = [_said(entry.text, room_id, entry.author, entry.event_id, now) for entry in missing]
        made = await asyncio.gather(*(self._in(one, [language]) for one in said))
        return {entry.number: words for entry, words in zip(missing, made, strict=True)}

    async def keep(self, ref: Reference, number: int, words: Words) -> None:
        """Record the translations of an entry's text, and let it be found by them; joins the open transaction."""
        await self._store.wording.add(ref, number, words.made)
        await self._store.search.add(ref, number, stems(words.text, *(one.text for one in words.made)))


def _said(text: str, room_id: str, author: UserId, event_id: str, now: datetime) -> Incoming:
    content = {"msgtype": "m.text", "body": text}
    return Incoming(event_id, room_id, author, "m.room.message", content, now, now, trust=Trust.CHECKED)


def _usable(made: Sequence[Translation]) -> tuple[Translation, ...]:
    return tuple(one for one in made if Flag.UNAVAILABLE not in one.flags)
