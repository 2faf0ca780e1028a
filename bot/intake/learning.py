"""What people write tells which language they are to be served in, where they have not set one."""

from __future__ import annotations

from datetime import datetime

from bot.command import Reply
from bot.i18n import Language, Typed, _, _c
from bot.intake.payload import reply_payload
from bot.model.incoming import Incoming
from bot.model.person import LanguageCode
from bot.services import Services
from bot.services.pulse import Pulse
from bot.store import Store


class Learning:
    """Notes the languages of messages, and tells their senders what follows from it."""

    def __init__(self, store: Store, services: Services, pulse: Pulse) -> None:
        self._store = store
        self._services = services
        self._pulse = pulse

    async def hear(self, incoming: Incoming, heard: LanguageCode, now: datetime) -> None:
        """Note what language the sender writes; if they are served in another one from now on, tell them so.

        Joins the open transaction. Of somebody whose identity is in doubt nothing is noted: it may be the homeserver
        that writes.
        """
        if await self._services.identity.frozen(incoming.sender):
            return
        learned = await self._services.person.hear(incoming.sender, heard, now)
        if learned is None:
            return
        self._pulse.count("language_learned")
        undo = Typed(("!", _c("noun", "language"), f" {learned.before}"))
        said = _(
            "You write {language}, so from now on I translate for you into {language} and answer you in it. To undo"
            " that: {command}",
            language=Language(learned.now),
            command=undo,
        )
        payload = reply_payload(Reply(said), incoming.sender, None, None)
        await self._store.outbox.add(incoming.room_id, "reply", incoming.event_id, payload, now)
        await self._services.patrol.relearned(incoming.sender, incoming.event_id, now)
