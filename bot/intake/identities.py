"""Encryption identities that have changed: every room of the person is told."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from bot.clock import Clock
from bot.intake.ledger import Ledger
from bot.model.identity import PinnedIdentity
from bot.model.person import UserId
from bot.services import Services
from bot.services.identity import caution
from bot.services.notice import LOOK
from bot.services.pulse import Pulse
from bot.store import Store

log = structlog.get_logger(__name__)


class Identities:
    """Compares what the homeserver shows with what was pinned."""

    def __init__(self, store: Store, services: Services, ledger: Ledger, clock: Clock, pulse: Pulse) -> None:
        self._store = store
        self._services = services
        self._ledger = ledger
        self._clock = clock
        self._pulse = pulse

    async def seen(self, masters: Mapping[UserId, str]) -> None:
        """Compare the present master keys, by user id, with those that were pinned; say which have changed."""
        if not await self._services.identity.unknown(masters):
            return
        rooms: set[str] = set()
        async with self._store.transaction():
            for identity in await self._services.identity.learn(masters, self._clock.now()):
                log.warning("identity.changed", user=identity.user_id)
                self._pulse.count("identity_changed")
                rooms.update(await self._say_changed(identity))
        for room_id in rooms:
            self._ledger.on_done(room_id)

    async def _say_changed(self, identity: PinnedIdentity) -> list[str]:
        """Tell every room of a person whose identity has changed; return the rooms."""
        user_id = identity.user_id
        rooms = [room_id for room_id in self._services.room.of(user_id) if not self._services.room.silent(room_id)]
        for room_id in rooms:
            said = caution(user_id, self._services.room.name_of(room_id, user_id))
            # With the moment: a key that is shown, taken back and shown again is said each time.
            cause = f"{room_id} {user_id} {identity.changed_to} {identity.changed_at}"
            await self._services.notice.alert(
                room_id, "identity", cause, [said], LOOK, self._clock.now(), about=user_id
            )
        return rooms
