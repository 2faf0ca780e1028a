"""What the bot says by itself: notices to a room, and alerts to those who must look at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from bot.config import Current
from bot.i18n import Code, Message, Typed, _, _c, to_json
from bot.model.handling import Purpose
from bot.model.person import Actor, UserId
from bot.model.posted import Posted
from bot.model.reference import Reference
from bot.services.room import Rooms
from bot.store import Store
from bot.store.outbox import OutboxRow

HELP = Typed(("!", _c("noun", "help")))
LOOK = _("Please read the notice above and look into it.")
"""With what those are rung who have to look into a notice."""
_WORDS = ("texts", "html", "original", "file", "record")
"""What holds people's words in the payload of a post that waits, beside its blocks and its text."""
Block = Message | tuple[Message, ...]
"""A paragraph, or a list of lines."""


class Shows(Protocol):
    """What enters into the audit log that something of a marked record is shown."""

    async def showing(
        self, actor: Actor | None, room_id: str, refs: Sequence[str], purpose: Purpose, cause: str, now: datetime
    ) -> None:
        """Enter that those of *refs* that are marked are shown to the room."""
        ...

    async def shows(self, room_id: str, refs: Sequence[str], purpose: Purpose) -> bool:
        """Return whether the room may see these records."""
        ...


class NoticeService:
    """Puts notices and alerts into the outbox, in the open transaction."""

    def __init__(self, config: Current, store: Store, rooms: Rooms, outputs: Shows) -> None:
        self._config = config
        self._outputs = outputs
        self._store = store
        self._rooms = rooms

    async def give(
        self, room_id: str, of: str, cause: str, blocks: Sequence[Block], now: datetime, *,
        answers: bool = False, languages: Sequence[str] | None = None, ref: str | None = None,
        shows: Reference | Sequence[Reference] | None = None, reader: UserId | None = None,
        people: Sequence[UserId] = (), holds: Sequence[str] = (), record: Mapping[str, Any] | None = None,
    ) -> str:  # fmt: skip
        """Tell the room *blocks* in its languages, or in *languages*; return the outbox id.

        In those of the *people* who are to act before all.

        *answers*: as a reply to the event *cause*; *ref* is what they are about, *shows* the incidents of which they
        say something: nothing is said where not everyone may see those. For one *reader* it is in theirs, and in
        their zone. It is listed as what *holds* the words of these references or messages; programs are
        told *record* of it.
        """
        payload: dict[str, Any] = {"of": of, "blocks": [_json(block) for block in blocks], "answers": answers}
        if reader is not None:
            payload["reader"] = reader
        if languages is not None:
            payload["languages"] = list(languages)
        if record:
            payload["record"] = dict(record)
        if people:
            payload["people"] = list(people)
        if ref:
            payload["ref"] = ref
        shown = _shown(payload, shows, Purpose.CARD)
        if shown and await self._outputs.shows(room_id, shown, Purpose.CARD):
            await self._outputs.showing(None, room_id, shown, Purpose.CARD, cause, now)
        held = [*shown, *holds]
        return await self._store.outbox.add(room_id, "notice", cause, payload, now, holds=held)

    async def alert(
        self, room_id: str, of: str, cause: str, blocks: Sequence[Block], asked: Message, now: datetime, *,
        about: UserId | None = None,
    ) -> None:  # fmt: skip
        """Tell the room *blocks*, then ring its leads with *asked*, which names nothing and nobody.

        The person whom it is *about* is not rung.
        """
        notice = await self.give(room_id, of, cause, blocks, now)
        leads = [user for user in self._rooms.members(room_id) if user in self._config.now.roles.lead and user != about]
        if leads:
            payload = {"of": of, "blocks": [_json(asked)], "to": leads, "after": notice}
            await self._store.outbox.add(room_id, "alert", cause, payload, now)

    async def ring(
        self, room_id: str, of: str, cause: str, to: Sequence[UserId], asked: Message, after: str, now: datetime, *,
        ref: str | None = None, index: int = 0, shows: Reference | None = None, reader: UserId | None = None,
        reminds: bool = False,
    ) -> str:  # fmt: skip
        """Ring *to* with *asked*, below the outbox row *after*, which says what it is about; return the outbox id.

        It is in their languages. For one *reader* it is in their language; one that *reminds* says so to programs.
        """
        payload: dict[str, Any] = {"of": of, "blocks": [_json(asked)], "to": list(to), "after": after}
        if reader is not None:
            payload["reader"] = reader
        if reminds:
            payload["reminds"] = True
        if ref:
            payload["ref"] = ref
        holds = _shown(payload, shows, Purpose.RING)
        return await self._store.outbox.add(room_id, "alert", cause, payload, now, index, holds)

    async def withdraw(self, room_id: str, event_id: str, cause: str, now: datetime) -> None:
        """Take back what the message *event_id* brought the bot to tell the room."""
        for post in await self._store.outbox.list_caused(event_id, "notice"):
            if post.room_id == room_id:
                await self._store.outbox.add(room_id, "redact", f"{cause} {post.id}", {"post": post.id}, now)

    async def unsay(self, held: str, ref: Reference | None, cause: str, now: datetime) -> bool:
        """Take back every post that holds the words of *held*; return whether there is any.

        One that waits says no more than that, of *ref* if they have one.
        """
        posts = await self._store.outbox.list_holding(held)
        for post in posts:
            await self.silence(post, ref)
            await self._store.outbox.let_go(held, post.id)
            await self._store.outbox.add(post.room_id, "redact", f"{cause} {post.id}", {"post": post.id}, now)
        return bool(posts)

    async def silence(self, post: OutboxRow, ref: Reference | None) -> None:
        """Let a post that waits say no more than that it is taken back, of *ref* if it has one."""
        kept = {name: value for name, value in post.payload.items() if name not in _WORDS}
        if "text" in kept:
            kept["text"] = ""
        if "blocks" in kept:
            kept["blocks"] = [to_json(_("{ref} is taken back.", ref=Code(str(ref))) if ref else _("taken back"))]
        if kept != post.payload:
            await self._store.outbox.save(post.id, kept)

    async def farewell(self, room_id: str, cause: str, blocks: Sequence[Block], now: datetime) -> None:
        """Say *blocks* to a room that is not encrypted, the only plain text that is ever sent, and leave it."""
        payload = {"of": "farewell", "blocks": [_json(block) for block in blocks]}
        await self._store.outbox.add(room_id, "farewell", cause, payload, now)
        await self._store.outbox.add(room_id, "leave", cause, {}, now)

    async def event_of(self, id: str) -> str | None:
        """Return the event that the outbox row *id* was sent as, or None."""
        return await self._store.outbox.event_of(id)

    async def posted(self, room_id: str, event_id: str) -> Posted | None:
        """Return what is known of the bot's own message *event_id* in the room; None if it is not the bot's."""
        posted = await self._store.outbox.find_post(room_id, event_id)
        question = await self._store.question.find_post(room_id, event_id)
        return replace(posted, stands=False) if posted and question and not question.open else posted

    async def first(self, room_id: str, of: str, subject: str, now: datetime) -> bool:
        """Return whether this is said for the first time in the room, and record that it is said now."""
        return await self._store.notice.first(room_id, of, subject, now)


def _shown(
    payload: dict[str, Any], shows: Reference | Sequence[Reference] | None, purpose: Purpose
) -> list[str]:  # fmt: skip
    """Let *payload* say of which incidents it says something, and what for; return what it holds therefore."""
    refs = [str(shows)] if isinstance(shows, Reference) else [str(one) for one in shows or ()]
    if refs:
        payload |= {"shows": refs, "for": purpose}
    return refs


def _json(block: Block) -> Any:
    return to_json(block) if isinstance(block, Message) else {"lines": to_json(block)}
