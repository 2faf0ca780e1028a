"""What becomes of each event: done with an outcome, answered, or found to be a replay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.command import Reply
from bot.errors import ErrorCode
from bot.i18n import Verbatim, _
from bot.intake.payload import asking, reply_payload
from bot.model.handling import Purpose
from bot.model.incoming import Incoming
from bot.services import Services
from bot.services.notice import LOOK
from bot.services.pulse import Pulse
from bot.store import Store

log = structlog.get_logger(__name__)

ONCE_IN = timedelta(hours=1)
"""How often the same remark is made about the same person in a room."""


class Ledger:
    """Closes events and records their answers; every method but `close` and `fault` joins the open transaction."""

    def __init__(self, store: Store, services: Services, clock: Clock, pulse: Pulse) -> None:
        self._store = store
        self._services = services
        self._clock = clock
        self._pulse = pulse
        self.on_done: Callable[[str], None] = lambda room_id: None
        """Told the room of an event that is done: there may be something to send, and more to mark as read."""

        self.carrying: set[str] = set()
        """Events that are not done with their answer: what they say is carried first (`bot.intake.sirens`)."""

    async def close(self, event_id: str, room_id: str, outcome: str) -> None:
        """Close an event that asks for nothing, in a transaction of its own."""
        if event_id not in self.carrying:
            async with self._store.transaction():
                await self._store.inbox.done(event_id, outcome)
        self.on_done(room_id)

    async def fault(self, event_id: str, room_id: str) -> None:
        """Log the error that is being handled, and close the event: a fault in it comes back at no start."""
        log.exception("event.failed", event_id=event_id, room=room_id)
        self._pulse.count("fault")
        await self.close(event_id, room_id, "fault")

    async def first(self, incoming: Incoming) -> bool:
        """Return whether this ciphertext is seen for the first time; close the event, and say so, if it is a replay."""
        return bool(await self.first_of([incoming]))

    async def first_of(self, incomings: Sequence[Incoming]) -> list[Incoming]:
        """Return those of *incomings* whose ciphertext is seen for the first time; close the others, and say so."""
        keyed = [(incoming, key) for incoming in incomings if (key := incoming.megolm)]
        claims = [(key.sender_key, key.session_id, key.index, incoming.event_id) for incoming, key in keyed]
        claimed = await self._store.inbox.claim_all(claims)
        replays = [incoming for (incoming, _key), new in zip(keyed, claimed, strict=True) if not new]
        for incoming in replays:
            await self._replayed(incoming)
        gone = {incoming.event_id for incoming in replays}
        fresh = [incoming for incoming in incomings if incoming.event_id not in gone]
        for incoming in fresh:
            await self._services.hearing.hear(incoming)
        return fresh

    async def _replayed(self, incoming: Incoming) -> None:
        log.warning("event.replayed", event_id=incoming.event_id, room=incoming.room_id)
        self._pulse.count("replayed")
        if await self.due(incoming, "replay"):
            name = self._services.room.name_of(incoming.room_id, incoming.sender)
            caution = _(
                "Caution: a message of {sender} that I had read before was delivered again as if it were new. I ignored"
                " it. Only the homeserver, or somebody who controls it, can do that.",
                sender=Verbatim(name),
            )
            await self._services.notice.alert(
                incoming.room_id, "replay", incoming.event_id, [caution], LOOK, self._clock.now(), about=incoming.sender
            )
        await self._store.inbox.done(incoming.event_id, "replay")

    async def due(self, incoming: Incoming, kind: str) -> bool:
        """Return whether a remark of that kind on the sender is due: once an hour in a room."""
        now = self._clock.now()
        hour = int(now.timestamp() // ONCE_IN.total_seconds())
        return await self._services.notice.first(incoming.room_id, kind, f"{incoming.sender} {hour}", now)

    async def answer(self, incoming: Incoming, reply: Reply, command: str | None, error: ErrorCode | None) -> None:
        """Record the answer to *incoming*, with what it asks, and close it.

        A reply without a word means that what the command did answers it.
        """
        room_id, cause, now = incoming.room_id, incoming.event_id, self._clock.now()
        payload = reply_payload(reply, incoming.sender, command, error)
        ask = reply.ask
        about = await self._services.incident.about(reply.shows)
        shows = await self._services.incident.built(room_id, about)
        payload, holds = payload | shows, [*([reply.of] if reply.of else []), *reply.quotes, *about]
        if about:
            actor = await self._services.person.actor(incoming.sender, room_id)
            await self._services.incident.showing(actor, room_id, about, Purpose.READING, cause, now)
        if ask is None and (reply.blocks or reply.texts):
            await self._store.outbox.add(room_id, "reply", cause, payload, now, holds=holds)
        elif ask is not None:
            names = [name for name, _label in ask.choices]
            if ask.free:
                await self._store.question.supersede_free(incoming.sender)
            question = self._services.question
            to, of = incoming.sender, ask.of
            choices = await question.choices(room_id, to, of, names, ask.data, ask.digits) if names else {}
            if ask.text is None:
                asked = payload | asking(ask, choices)
                post = await self._store.outbox.add(room_id, "reply", cause, asked, now, holds=holds)
            else:
                after = await self._store.outbox.add(room_id, "reply", cause, payload, now, holds=holds)
                asked = reply_payload(Reply(ask.text), incoming.sender, command, None)
                asked |= {**asking(ask, choices), "after": after, **shows}
                post = await self._store.outbox.add(room_id, "question", cause, asked, now, holds=holds)
            await self._store.question.add(
                room_id, incoming.sender, ask.of, post, choices, ask.data, now, free=ask.free
            )
        if reply.file:
            file = reply.file
            shown = {"to": incoming.sender, "name": file.name, "media_type": file.media_type, "size": len(file.data)}
            post = await self._store.outbox.add(room_id, "file", cause, shown | shows, now, holds=about)
            await self._store.file.add(post, file)
        if cause not in self.carrying:
            await self._store.inbox.done(cause, error.value if error else "done")
