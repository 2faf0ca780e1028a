"""Where a message is read in other languages: below itself, in linked rooms, or in each reader's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.config import Current
from bot.model.attachment import attachment_of
from bot.model.companion import Companion
from bot.model.handling import label_of
from bot.model.incoming import Incoming
from bot.model.person import LanguageCode, Reader, UserId
from bot.model.room import Mode
from bot.services.direct import DirectService
from bot.services.room import Rooms
from bot.store import Store

RECORD = "org.liaison"
MOST = 2
"""How many languages one reply holds without being asked: those that most people need."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A room in which a message appears, how, and in which languages: one, unless it is below the message itself.

    `to` is the person whose direct room it is; where there is none yet, `room_id` is their user id. `wished`: it is
    there because somebody asked, in a post of its own.
    """

    room_id: str
    mode: Mode
    languages: tuple[LanguageCode, ...]
    to: UserId | None = None
    wished: bool = False

    @property
    def crosses(self) -> bool:
        """Whether it is another room than the message's own."""
        return self.mode in (Mode.COMPANION, Mode.DM)


class Destinations:
    """Knows which rooms are linked and who has a direct room."""

    def __init__(self, config: Current, store: Store, rooms: Rooms, direct: DirectService) -> None:
        self._config = config
        self._store = store
        self._rooms = rooms
        self._direct = direct

    async def companions(self, incoming: Incoming, text: str) -> list[Companion]:
        """Return the linked rooms that a message goes to; none if its label, or what it is, keeps it in its own."""
        if RECORD in incoming.content or not travels(text):
            return []
        if not text.strip() and attachment_of(incoming.content) is None:
            return []
        return await self.linked(incoming.room_id, incoming.received_at)

    async def linked(self, room_id: str, now: datetime) -> list[Companion]:
        """Return the rooms that what is said in *room_id* is carried into."""
        if not await self._takes_part(room_id, now):
            return []
        others = [one for one in await self._store.companion.list_of(room_id) if one.room_id != room_id]
        return [one for one in others if await self._takes_part(one.room_id, now)]

    async def share_circle(self, room_id: str, target: str) -> bool:
        """Return whether the two rooms are linked still, and what is said in *target* is encrypted."""
        circle = {one.room_id for one in await self._store.companion.list_of(room_id)}
        return target in circle and self._rooms.encrypted(target)

    async def _takes_part(self, room_id: str, now: datetime) -> bool:
        settings = await self._store.room.find(room_id)
        if settings.mode is not Mode.COMPANION or not settings.translates(now):
            return False
        return self._rooms.encrypted(room_id) and self._config.now.matrix.user_id in self._rooms.members(room_id)

    async def translates(self, incoming: Incoming) -> bool:
        """Return whether *incoming* is translated without being asked for."""
        return (await self._store.room.find(incoming.room_id)).translates(incoming.received_at)

    async def of(
        self, incoming: Incoming, text: str, source: str, readers: Sequence[Reader], companions: Sequence[Companion]
    ) -> tuple[Destination, ...]:
        """Return where *incoming*, which says *text* in the language *source*, is to be read."""
        mode = (await self._store.room.find(incoming.room_id)).mode
        if mode is Mode.DM and travels(text):
            return await self._directly(incoming, source, readers)
        across = tuple(Destination(one.room_id, Mode.COMPANION, (one.language.base,)) for one in companions)
        rest = [reader for reader in readers if not (companions and self._reads_elsewhere(reader, companions))]
        return (*across, *_below(incoming, Mode.THREAD if mode is Mode.THREAD else Mode.REPLY, source, rest))

    async def asked(self, room_id: str, languages: Sequence[LanguageCode]) -> tuple[Destination, ...]:
        """Return where a message appears in each of the *languages* that somebody asked for."""
        if not languages:
            return ()
        mode = (await self._store.room.find(room_id)).mode
        below = Mode.THREAD if mode is Mode.THREAD else Mode.REPLY
        return tuple(Destination(room_id, below, (language,), wished=True) for language in languages)

    def _reads_elsewhere(self, reader: Reader, companions: Sequence[Companion]) -> bool:
        """Return whether the reader is in a linked room whose language they read."""
        spoken = {language.base for language in reader.reads}
        return any(
            one.language.base in spoken and reader.user_id in self._rooms.members(one.room_id) for one in companions
        )

    async def _directly(self, incoming: Incoming, source: str, readers: Sequence[Reader]) -> tuple[Destination, ...]:
        """Return the direct room of each who needs a translation; who has none reads it below the message."""
        found, rest = [], []
        for reader in readers:
            if not reader.needs(source):
                continue
            room_id = await self._direct.reach(reader.user_id, incoming.received_at)
            if room_id is None:
                rest.append(reader)
            else:
                found.append(Destination(room_id, Mode.DM, (reader.language.base,), reader.user_id))
        return (*found, *_below(incoming, Mode.REPLY, source, rest))


def travels(text: str) -> bool:
    """Return whether the label that *text* begins with, if any, lets it leave its room."""
    handling = label_of(text)
    return handling is None or handling.travels


def targets(source: str, readers: Sequence[Reader]) -> list[LanguageCode]:
    """Return the languages that *readers* need, the most needed first: none for who reads the source."""
    need = Counter(reader.language.base for reader in readers if reader.needs(source))
    return [language for language, _ in sorted(need.items(), key=lambda item: (-item[1], item[0]))]


def _below(incoming: Incoming, mode: Mode, source: str, readers: Sequence[Reader]) -> tuple[Destination, ...]:
    languages = targets(source, readers)
    return (Destination(incoming.room_id, mode, tuple(languages)),) if languages else ()


def limited(destinations: Sequence[Destination]) -> tuple[tuple[Destination, ...], tuple[LanguageCode, ...]]:
    """Return *destinations* with the most needed languages in each reply, and the languages that are left out."""
    left_out = [
        language for to in destinations if to.mode is Mode.REPLY and not to.wished for language in to.languages[MOST:]
    ]
    short = (replace(to, languages=to.languages[:MOST]) if to.mode is Mode.REPLY else to for to in destinations)
    return tuple(short), tuple(left_out)
