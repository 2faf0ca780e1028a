"""Voice messages: announced to those who do not speak the sender's language, and written down by whoever does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.model.incoming import Incoming
from bot.model.person import LanguageCode
from bot.model.voice import Recording
from bot.services.relay.translating import Translates
from bot.store import Store

MOST_LANGUAGES = 2
"""Languages in which a voice message is announced, those that most people need."""


class Voices:
    """Keeps which voice messages there are, and which reply says what was heard in each."""

    def __init__(self, store: Store, translator: Translates) -> None:
        self._store = store
        self._translator = translator

    async def announce(self, incoming: Incoming, languages: Sequence[LanguageCode], now: datetime) -> None:
        """Record a voice message and, in *languages* if there are any, that it is not translated."""
        room_id, event_id, voice = incoming.room_id, incoming.event_id, incoming.voice
        await self._store.voice.add(room_id, event_id, incoming.sender, now)
        if languages:
            payload = {
                "sender": incoming.sender,
                "seconds": voice.seconds if voice else None,
                "languages": list(languages[:MOST_LANGUAGES]),
            }
            await self._store.outbox.add(room_id, "voice", event_id, payload, now, holds=[event_id])

    async def heard(self, incoming: Incoming) -> Recording | None:
        """Return the voice message that *incoming* writes down: it is the first reply to it that says something.

        Only from a device that is believed: another one could take the place of who listened.
        """
        answered = incoming.replies_to
        if not answered or not incoming.trusted or incoming.beside or not self._translator.worth(incoming.words):
            return None
        await self._store.voice.claim(incoming.room_id, answered, incoming.event_id)
        return await self.of(incoming.room_id, incoming.event_id)

    async def of(self, room_id: str, transcript: str) -> Recording | None:
        """Return the voice message that the message *transcript* writes down, or None."""
        return await self._store.voice.find_transcribed(room_id, transcript)

    async def withdraw(self, room_id: str, event_id: str) -> str | None:
        """Record that *event_id* is redacted; return the transcript of the voice message that it was, if it has one."""
        await self._store.voice.release(room_id, event_id)
        recording = await self._store.voice.find(room_id, event_id)
        await self._store.voice.forget(event_id)
        return recording.transcript if recording else None
