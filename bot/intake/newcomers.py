"""Who comes into a room where the bot is already: told once what the bot is and what it keeps."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.config import Current
from bot.i18n import Message
from bot.intake.ledger import Ledger
from bot.lanes import TryLater
from bot.model.person import UserId
from bot.services import Services
from bot.store import Store

log = structlog.get_logger(__name__)

JOINED = "joined"
"""What is kept of a room in which the bot has said who it is."""
BEGUN, CAME, TOLD = "newcomers", "newcomer", "introduced"
"""What is kept of a room once newcomers are looked for, of who has come and is not told yet, and of who is."""
WITHIN = timedelta(minutes=1)
"""Who comes within this time of somebody else is told with them: a notice that stands already could not be read."""
MOST_LANGUAGES = 3
"""In how many languages one notice speaks to newcomers; if it would be more, in the room's."""
CHECK_SECONDS = 15.0


class Newcomers:
    """Introduces the bot to who comes later, ringing nobody; what it introduces itself with, others say."""

    def __init__(
        self, config: Current, store: Store, services: Services, said: Callable[[], Sequence[Message]], ledger: Ledger,
        clock: Clock,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._services = services
        self._said = said
        self._ledger = ledger
        self._clock = clock

    async def begin(self, room_id: str, now: datetime, but: UserId | None = None, also: Sequence[UserId] = ()) -> None:
        """Record who is there, *but* one, and *also* others, as told already; once a room, in the open transaction."""
        if await self._store.notice.first(room_id, BEGUN, "", now):
            for user_id in dict.fromkeys((*self._services.room.members(room_id), *also)):
                if user_id != but:
                    await self._store.notice.first(room_id, TOLD, user_id, now)

    async def came(self, room_id: str, user_id: UserId, now: datetime) -> None:
        """Record that somebody is in the room, in the open transaction: who was not there before is told soon."""
        room, config = self._services.room, self._config.now
        if room.silent(room_id) or user_id == config.matrix.user_id or not config.serves(user_id):
            return
        if await self._store.notice.subject(room_id, JOINED) is None:
            return  # the bot has not introduced itself to anybody yet
        # In a room from before newcomers were told, this may be a new name: nobody knows who came when.
        await self.begin(room_id, now, but=user_id)
        if await self._store.notice.first(room_id, TOLD, user_id, now):
            await self._store.notice.first(room_id, CAME, user_id, now)

    async def run(self) -> None:
        """Tell those who have come, until cancelled."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                for room_id in await self._store.notice.list_rooms(CAME):
                    await self._tell(room_id)
            except TryLater as error:
                log.error("newcomers.wait", error=str(error))
            # The edge of one round: who came stays recorded and is told by the next one.
            except Exception:
                log.exception("newcomers.failed")

    async def _tell(self, room_id: str) -> None:
        """Tell those who have come into the room, once the first of them is there for long enough."""
        now = self._clock.now()
        async with self._store.transaction():
            waiting = await self._store.notice.list_of(room_id, CAME)
            if not waiting or now - min(waiting.values()) < WITHIN:
                return
            await self._store.notice.forget(room_id, CAME)
            members = self._services.room.members(room_id)
            there = [UserId(user) for user in waiting if user in members]
            for user in waiting.keys() - there:  # gone untold: if they come back, they are new
                await self._store.notice.forget_one(room_id, TOLD, user)
            if not there or self._services.room.silent(room_id):
                return
            cause = f"{room_id} {there[0]} {waiting[there[0]].isoformat()}"
            languages = await self.languages(room_id, there)
            await self._services.notice.give(room_id, "privacy", cause, self._said(), now, languages=languages)
        log.info("newcomers.told", room=room_id, people=len(there))
        self._ledger.on_done(room_id)

    async def languages(self, room_id: str, people: Sequence[UserId]) -> list[str]:
        """Return the interface languages of *people*; the room's where none is known, or too many are needed."""
        need: Counter[str] = Counter()
        for user_id in people:
            actor, set_to = await self._services.person.actor(user_id, room_id), None
            if actor.agency is None:
                person = await self._services.person.find(user_id)
                set_to = person.language or person.learned
            if actor.agency or set_to:
                need[actor.menus] += 1
        if not need or len(need) > MOST_LANGUAGES:
            return list(await self._services.person.room_languages(room_id))
        return sorted(need, key=lambda language: (-need[language], language))
