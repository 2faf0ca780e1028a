"""Keeps what rooms say of the bot's commands as it is meant to be (MSC4391)."""

from __future__ import annotations

from datetime import datetime

from bot.config import Current
from bot.router import Router
from bot.services import Services
from bot.store import Store


class Descriptions:
    """Puts state events into the outbox, in the open transaction; none where `access.describe_commands` is off."""

    def __init__(self, config: Current, store: Store, router: Router, services: Services) -> None:
        self._config = config
        self._store = store
        self._router = router
        self._services = services

    async def tell(self, room_id: str, cause: str, now: datetime) -> bool:
        """Tell the room of the commands that it does not know so yet, and withdraw others; return whether any."""
        config, room = self._config.now, self._services.room
        if room.silent(room_id) or not room.may_describe(room_id):
            return False
        meant = self._router.descriptions(config.matrix.user_id) if config.access.describe_commands else ()
        wanted = {description.key: description.content for description in meant}
        standing = room.described(room_id)
        changes = {key: content for key, content in wanted.items() if standing.get(key) != content}
        changes |= {key: {} for key in standing.keys() - wanted.keys()}
        for index, (key, content) in enumerate(changes.items()):
            payload = {"key": key, "content": content}
            await self._store.outbox.add(room_id, "describe", cause, payload, now, index)
        return bool(changes)

    async def tell_all(self, now: datetime) -> list[str]:
        """Tell every room; return those that are told something."""
        rooms, cause = self._services.room.of(self._config.now.matrix.user_id), f"start {now.isoformat()}"
        return [room_id for room_id in rooms if await self.tell(room_id, f"{cause} {room_id}", now)]
