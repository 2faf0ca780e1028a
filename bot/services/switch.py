"""Whether a room is translated for: on, off, paused; announced whenever that changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.config import Current
from bot.i18n import Message, Verbatim, _
from bot.model.incoming import GLOBE
from bot.model.person import Actor, Reader
from bot.model.room import Mode, Translated
from bot.services.direct import DirectService
from bot.services.notice import NoticeService
from bot.services.person import PersonService
from bot.services.room import Rooms
from bot.store import Store


class Ways(Protocol):
    """What is known of the ways between languages."""

    def route(self, source: str, target: str) -> tuple[str, ...] | None:
        """Return the languages that a translation passes through, or None where there is no way."""
        ...


class SwitchService:
    """Switches translation for a room, in the open transaction, and says so."""

    def __init__(
        self, config: Current, store: Store, person: PersonService, notice: NoticeService, rooms: Rooms, ways: Ways,
        direct: DirectService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._person = person
        self._notice = notice
        self._rooms = rooms
        self._ways = ways
        self._direct = direct

    async def turn(self, room_id: str, actor: Actor, cause: str, now: datetime, *, on: bool) -> bool:
        """Turn automatic translation on or off, which ends a pause; return whether that changes anything."""
        before = await self._store.room.find(room_id)
        if before.on is on and before.translates(now) is on:
            return False
        await self._store.room.save(room_id, replace(before, on=on, paused_until=None), now)
        await self._say(room_id, cause, TURNED[on], now, name=Verbatim(actor.name))
        return True

    async def pause(self, room_id: str, actor: Actor, cause: str, length: timedelta, now: datetime) -> bool:
        """Pause automatic translation for *length*; return False if it is off anyway."""
        before = await self._store.room.find(room_id)
        if not before.on:
            return False
        until = now + length
        await self._store.room.save(room_id, replace(before, paused_until=until), now)
        await self._say(room_id, cause, PAUSED, now, name=Verbatim(actor.name), moment=until)
        return True

    async def end_pauses(self, now: datetime) -> list[str]:
        """End the pauses that are over, in a transaction of its own, and say so; return the rooms."""
        rooms = await self._store.room.list_paused(now)
        for room_id in rooms:
            async with self._store.transaction():
                settings = await self._store.room.find(room_id)
                if settings.paused_until is None or settings.paused_until > now:
                    continue
                await self._store.room.save(room_id, replace(settings, paused_until=None), now)
                if self._rooms.members(room_id):
                    await self._say(room_id, f"resume {room_id} {settings.paused_until.isoformat()}", RESUMED, now)
        return rooms

    async def translated(self, room_id: str, now: datetime) -> Translated:
        """Return how the room is translated for."""
        bot = self._config.now.matrix.user_id
        members = [user for user in self._rooms.members(room_id) if user != bot and self._config.now.serves(user)]
        readers = await self._person.readers(members)
        pairs = _pairs(readers)
        routes = {pair: self._ways.route(*pair) for pair in pairs}
        needing = [reader for reader in readers if any(reader.needs(other.language) for other in readers)]
        need = Counter(reader.language.base for reader in needing)
        settings = await self._store.room.find(room_id)
        return Translated(
            settings,
            tuple(sorted(need.items(), key=lambda item: (-item[1], item[0]))),
            sum(not reader.translated for reader in readers),
            tuple(route for route in routes.values() if route),
            tuple(pair for pair, route in routes.items() if route is None),
            sum([await self._direct.awaits(reader.user_id) for reader in needing]) if settings.mode is Mode.DM else 0,
        )

    async def _say(self, room_id: str, cause: str, sentence: Message, now: datetime, **values: object) -> None:
        """Tell the whole room, in its languages."""
        said = Message(sentence.text, {**sentence.values, **values})
        answers = cause.startswith("$")
        await self._notice.give(room_id, "translation", cause, [said], now, answers=answers)


TURNED = {
    True: _("{name} has switched translation on. From now on I translate what is said in this room."),
    False: _(
        "{name} has switched translation off. From now on I translate nothing in this room unless you react to a"
        " message with {globe}.",
        globe=Verbatim(GLOBE),
    ),
}
PAUSED = _(
    "{name} has paused translation until {moment}. Until then I translate nothing in this room unless you react to a"
    " message with {globe}.",
    globe=Verbatim(GLOBE),
)
RESUMED = _("The pause is over. I translate again what is said in this room.")


def _pairs(readers: Sequence[Reader]) -> list[tuple[str, str]]:
    """Return which translations *readers* need: from the language of each into that of each who does not read it."""
    spoken = {reader.language.base for reader in readers}
    needed = {(source, reader.language.base) for source in spoken for reader in readers if reader.needs(source)}
    return sorted(needed)
