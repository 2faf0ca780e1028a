"""Translations that somebody asks for: by a command, or by the reaction 🌐."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Language, _
from bot.model.incoming import Incoming, Trust
from bot.model.original import Original
from bot.model.person import LanguageCode
from bot.model.translation import Flag
from bot.model.wish import Wish
from bot.services.original import OriginalService
from bot.services.relay import Cause, Relayed, RelayService
from bot.store import Store
from bot.translation import MAX_CHARACTERS

GONE = _(
    "I cannot translate that message: it is gone, I could not read it, or it was written before I came into this room."
)
OWN = _("I wrote that message myself. Ask for the message that you want translated.")
COPY = _(
    "That is a copy of a message from another room. Ask for the message itself: the link below the copy leads to it."
)
STRANGER = _("Who wrote that message is on a server that is not in this task force. I do not translate it.")
NOTHING = _("There is nothing to translate in that message.")
FAILED = _("I could not translate that just now. Please try again in a minute.")
CHANGED = _("The message has just been changed. Please ask again.")


@dataclass(frozen=True, slots=True)
class Fulfilled:
    """What came of a wish before it is recorded; nothing is `made` where the translation stands already."""

    wish: Wish
    incoming: Incoming | None
    original: Original | None
    made: Relayed | None


class WishService:
    """Finds what is meant, has it translated, and remembers who asked."""

    def __init__(self, config: Current, store: Store, original: OriginalService, relay: RelayService) -> None:
        self._config = config
        self._store = store
        self._original = original
        self._relay = relay

    async def source_of(self, room_id: str, event_id: str) -> str:
        """Return the message that is meant by *event_id*: of a translation of ours, what it translates."""
        source = await self._store.outbox.find_held(room_id, event_id)
        return source if source and await self._store.original.find(room_id, source) else event_id

    async def fulfil(self, wish: Wish) -> Fulfilled:
        """Fetch what *wish* means and translate it (slow, outside any transaction). Raises UserError."""
        original = await self._store.original.find(wish.room_id, wish.source)
        if original and await self._relay.shows(wish.room_id, wish.source, original.revision, wish.target):
            return Fulfilled(wish, None, original, None)
        if original is None and await self._store.outbox.find_held(wish.room_id, wish.source):
            raise UserError(ErrorCode.BAD_ARGUMENT, COPY)
        incoming = await self._original.fetch(wish.room_id, wish.source)
        if incoming is None:
            raise UserError(ErrorCode.NOT_FOUND, GONE)
        if incoming.sender == self._config.now.matrix.user_id:
            raise UserError(ErrorCode.BAD_ARGUMENT, OWN)
        if not self._config.now.serves(incoming.sender):
            raise UserError(ErrorCode.NOT_ALLOWED, STRANGER)
        return Fulfilled(wish, incoming, original, await self._translated(incoming, wish.target))

    async def fulfil_text(self, text: str, wish: Wish, now: datetime) -> Fulfilled:
        """Translate *text*, which stands in the command itself (slow, outside any transaction). Raises UserError."""
        content = {"msgtype": "m.text", "body": text}
        incoming = Incoming(
            wish.source, wish.room_id, wish.asker, "m.room.message", content, now, now, trust=Trust.CHECKED
        )
        return Fulfilled(wish, incoming, None, await self._translated(incoming, wish.target))

    async def record(self, fulfilled: Fulfilled, now: datetime) -> bool:
        """Record a wish and what came of it, in the open transaction; return whether there is anything new to read.

        Raises UserError if the message has changed since it was fetched.
        """
        wish = fulfilled.wish
        original = await self._store.original.find(wish.room_id, wish.source)
        if original != fulfilled.original:
            raise UserError(ErrorCode.CONFLICT, CHANGED)
        await self._store.wish.add(wish, now)
        incoming, made = fulfilled.incoming, fulfilled.made
        revision = original.revision if original else wish.source
        if (
            incoming is None
            or made is None
            or await self._relay.shows(wish.room_id, wish.source, revision, wish.target)
        ):
            return False
        if original is None:
            await self._relay.keep(incoming, now)
        elif original.edit and revision == wish.source and not await self._relay.translations(revision):
            # What its last edit says is translated for the first time.
            revision = original.edit
            await self._store.original.save(wish.source, original.edit, revision)
        await self._relay.record_wished(incoming, made, revision, wish.by, now)
        return True

    async def take_back(self, room_id: str, by: str, cause: Cause) -> bool:
        """Record that the event *by* asks no longer, in the open transaction; return whether it ever did.

        Its translation goes unless somebody else has asked for it.
        """
        wish = await self._store.wish.find(room_id, by)
        if wish is None:
            return False
        await self._store.wish.take_back(by)
        if wish.target not in await self._store.wish.list_targets(wish.source):
            await self._relay.take_back(room_id, wish.source, wish.target, cause)
        return True

    async def targets(self, source: str) -> list[LanguageCode]:
        """Return the languages in which somebody asked for that message."""
        return await self._store.wish.list_targets(source)

    async def _translated(self, incoming: Incoming, target: LanguageCode) -> Relayed:
        """Return *incoming* in *target*, or raise UserError."""
        if not self._relay.worth(incoming):
            raise UserError(ErrorCode.BAD_ARGUMENT, NOTHING)
        if len(incoming.words) > MAX_CHARACTERS:
            sentence = _("That is too long for me: I translate {most} characters at most.", most=MAX_CHARACTERS)
            raise UserError(ErrorCode.BAD_ARGUMENT, sentence)
        made = await self._relay.into(incoming, target)
        if made is None:
            raise UserError(ErrorCode.CONFLICT, _("That is in {language} already.", language=Language(target)))
        if made.without_route:
            sentence = _(
                "I cannot translate from {source} into {target}: no model for it is installed.",
                source=Language(made.source),
                target=Language(target),
            )
            raise UserError(ErrorCode.UNAVAILABLE, sentence)
        if any(Flag.UNAVAILABLE in translation.flags for translation in made.translations):
            raise UserError(ErrorCode.UNAVAILABLE, FAILED)
        return made
