"""Places and times in a message, told to whoever asks by the reaction 🧭: for their zone, and from their post."""

from __future__ import annotations

from datetime import datetime

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Message, Verbatim, _
from bot.model.expansion import PlaceFound, doubt, expansion, told_place, told_time
from bot.model.incident import EntryKind
from bot.model.person import Actor
from bot.services.original import OriginalService
from bot.services.person import PersonService
from bot.services.place import PlaceService
from bot.store import Store
from bot.store.outbox import transaction_id

GONE = _("I cannot read that message: it is gone, or it was written before I came into this room.")
STRANGER = _("Who wrote that message is on a server that is not in this task force. I leave it alone.")
NOTHING = _("There is no grid reference, no coordinates and no time in that message.")
KIND = "compass"
INDEX = 1
"""Which answer of its event it is: commands give the first."""


class CompassService:
    """Finds what a message says of where and when; records that somebody asked."""

    def __init__(
        self, config: Current, store: Store, original: OriginalService, person: PersonService, place: PlaceService
    ) -> None:
        self._config = config
        self._store = store
        self._original = original
        self._person = person
        self._place = place

    async def source_of(self, room_id: str, event_id: str) -> str:
        """Return the message that is meant by *event_id*: of a translation of ours, what it translates."""
        return await self._store.outbox.find_held(room_id, event_id) or event_id

    async def expand(self, asker: Actor, room_id: str, source: str) -> list[Message]:
        """Return what the message says of where and when, a line each (slow, outside any transaction).

        Raises UserError if it cannot be read.
        """
        said = await self._original.fetch(room_id, source)
        if said is None:
            raise UserError(ErrorCode.NOT_FOUND, GONE)
        config = self._config.now
        if said.sender != config.matrix.user_id and not config.serves(said.sender):
            raise UserError(ErrorCode.NOT_ALLOWED, STRANGER)
        author = await self._person.actor(said.sender, room_id)
        text = f"{said.geo} {said.words}" if said.geo else said.words
        entered = await self._entered(source)
        lines: list[Message] = []
        for found in expansion(text, language=author.language, zone=author.zone, sent=said.sent_at):
            if isinstance(found, PlaceFound):
                lines += [told_place(found), *self._place.from_post(asker.agency, found.place)]
            else:
                odd = doubt(found, Verbatim(author.name), author.zone)
                lines += [told_time(found, entered), *([odd] if odd else [])]
        return lines

    async def _entered(self, source: str) -> set[datetime]:
        """Return the moments as of which the message stands in a timeline: they are its times, whatever day it was."""
        notes = await self._store.note.list_of(source, EntryKind.NOTE)
        entries = [*await self._store.note.list_of(source, EntryKind.DECLARED)]
        for note in notes:
            entries += await self._store.note.versions(note)
        return {one.happened_at for one in entries if one.happened_at}

    async def first(self, room_id: str, source: str, asker: Actor, now: datetime) -> bool:
        """Return whether *asker* is answered about that message for the first time, and record it."""
        return await self._store.notice.first(room_id, f"{KIND} {source}", asker.user_id, now)

    async def take_back(self, room_id: str, by: str, cause: str, now: datetime) -> bool:
        """Take back what was answered to the reaction *by*, in the open transaction; return whether anything was."""
        post = transaction_id(by, "reply", INDEX)
        sources = await self._store.outbox.list_held(post)
        for source in sources:
            await self._store.outbox.let_go(source, post)
            await self._store.outbox.add(room_id, "redact", cause, {"post": post}, now, INDEX)
            await self._store.notice.forget(room_id, f"{KIND} {source}")
        return bool(sources)
