"""What an incident is declared with: a title of one's own, or the message of somebody else that says it."""

from __future__ import annotations

import asyncio
from datetime import datetime

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import _
from bot.model.handling import TLP, Handling
from bot.model.incident import Declaration, Words, moment_in, place_in, title_of, whole_of
from bot.model.incoming import Incoming
from bot.model.person import Actor, UserId
from bot.model.told import Told
from bot.services.incident.wording import Wordings
from bot.services.original import OriginalService
from bot.services.person import PersonService
from bot.services.wish import WishService
from bot.store import Store

NOTHING = _("Say in a few words what has happened, or reply to the message that says it.")
UNREAD = _(
    "I cannot read the message that you replied to: it is gone, or it was written before I came into this room. Say in"
    " a few words what has happened."
)
OWN = _("I wrote that message myself. Reply to the message of the person who says what has happened.")
WORDLESS = _("There are no words in the message that you replied to. Say in a few words what has happened.")
RED = _("That message is marked TLP:RED, and goes into no record.")


class DeclaringService:
    """Reads declarations (slow, outside any transaction)."""

    def __init__(
        self, config: Current, store: Store, original: OriginalService, wish: WishService, person: PersonService,
        wordings: Wordings,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._original = original
        self._wish = wish
        self._person = person
        self._wordings = wordings

    async def of(self, actor: Actor, told: Told, title: str | None, replied: str | None) -> Declaration:
        """Return what is declared by *title*, or by the message *replied*, with the place and the time in it.

        Raises UserError where there is neither.
        """
        if title:
            words, whole = await self._worded(title, told.room_id, actor.user_id, told.event_id, told.now)
            place = place_in(title, words.language)
            moment = moment_in(title, words.language, actor.zone, told.sent_at)
            return Declaration(words, place=place, happened_at=moment, whole=whole)
        if replied is None:
            raise UserError(ErrorCode.BAD_ARGUMENT, NOTHING)
        said, handling = await self._said(told.room_id, replied)
        text, author = said.words.strip(), await self._person.actor(said.sender, told.room_id)
        words, whole = await self._worded(text, told.room_id, said.sender, said.event_id, told.now)
        place = place_in(text, words.language)
        moment = moment_in(text, words.language, author.zone, said.sent_at)
        return Declaration(
            words, place=place, happened_at=moment, by=said.sender, event_id=said.event_id, handling=handling,
            whole=whole,
        )  # fmt: skip

    async def _worded(
        self, text: str, room_id: str, author: UserId, event_id: str, now: datetime
    ) -> tuple[Words, tuple[Words, ...]]:
        """Return the title of what somebody says, and all of it, in parts, where a title cannot hold it."""
        title = title_of(text)
        if not title:
            raise UserError(ErrorCode.BAD_ARGUMENT, NOTHING)
        said = [title, *whole_of(text)]
        words, *whole = await asyncio.gather(*(self._wordings.words(s, room_id, author, event_id, now) for s in said))
        return words, tuple(whole)

    async def _said(self, room_id: str, replied: str) -> tuple[Incoming, Handling | None]:
        """Return the message that is meant, and how it is handled; or raise UserError."""
        source = await self._wish.source_of(room_id, replied)
        original = await self._store.original.find(room_id, source)
        if original and original.handling and original.handling.tlp is TLP.RED:
            raise UserError(ErrorCode.HANDLING, RED)
        said = await self._original.fetch(room_id, source)
        if said is None:
            raise UserError(ErrorCode.NOT_FOUND, UNREAD)
        if said.sender == self._config.now.matrix.user_id:
            raise UserError(ErrorCode.BAD_ARGUMENT, OWN)
        if not said.words.strip():
            raise UserError(ErrorCode.BAD_ARGUMENT, WORDLESS)
        return said, original.handling if original else None
