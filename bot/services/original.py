"""Messages between people once more: fetched from the homeserver when somebody asks for one, and never stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from bot.model.incoming import Incoming, Trust
from bot.services.room import Rooms
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Fetched:
    """An event as it was sent, and the last edit of it as far as the homeserver says, which is to be checked."""

    incoming: Incoming
    edit: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A message as it was sent, the edit that counts now as it was sent, and what the message says by it."""

    sent: Incoming
    edit: Incoming | None
    now: Incoming


class Fetches(Protocol):
    """What fetches events (`bot.matrix.fetching`)."""

    async def fetch(self, room_id: str, event_id: str) -> Fetched | None:
        """Return the event; None if it is redacted, missing, unreadable, or does not come in time."""
        ...


class OriginalService:
    """Finds out what a message says now."""

    def __init__(self, store: Store, rooms: Rooms, fetches: Fetches) -> None:
        self._store = store
        self._rooms = rooms
        self._fetches = fetches
        self.withholds: Callable[[Incoming], bool] = lambda incoming: False
        """Whether a message is one of which nothing may be made: a report that was meant for the monitors alone."""

    async def fetch(self, room_id: str, event_id: str) -> Incoming | None:
        """Return the message as its last edit left it (slow, outside any transaction).

        None if the bot was not there when it was said, if it is gone or cannot be read, and if it came in clear or from
        somebody else's device.
        """
        found = await self.find(room_id, event_id)
        return found.now if found else None

    async def find(self, room_id: str, event_id: str) -> Found | None:
        """Return what `fetch` does, with what it was made of."""
        fetched = await self._believed(room_id, event_id)
        if fetched is None or fetched.incoming.replaces:
            return None
        original = await self._store.original.find(room_id, event_id)
        for edit_id in filter(None, (original.edit if original else None, fetched.edit)):
            edit = await self._believed(room_id, edit_id)
            if edit and (edited := _edited(fetched.incoming, edit.incoming)):
                return Found(fetched.incoming, edit.incoming, edited)
        return Found(fetched.incoming, None, fetched.incoming)

    async def _believed(self, room_id: str, event_id: str) -> Fetched | None:
        """Return an event of the time since the bot joined, if it is the one that it was then."""
        if not self._rooms.encrypted(room_id) or not await self._store.inbox.knows(room_id, event_id):
            return None
        fetched = await self._fetches.fetch(room_id, event_id)
        if fetched is None or fetched.incoming.trust in (Trust.PLAIN, Trust.FORGED):
            return None
        if self.withholds(fetched.incoming):
            return None
        return fetched if await self._same(fetched.incoming) else None

    async def _same(self, incoming: Incoming) -> bool:
        """Return whether no other event has this ciphertext: the homeserver may answer with any that it has."""
        if incoming.megolm is None:
            return True
        holder = await self._store.inbox.holder(incoming.megolm)
        if holder is None:
            # What was read was claimed; what was only looked at, such as a photo, was not.
            return await self._store.original.find(incoming.room_id, incoming.event_id) is None
        return holder == incoming.event_id


def _edited(message: Incoming, edit: Incoming) -> Incoming | None:
    """Return *message* as *edit* leaves it; None if that is no edit of it by its sender, from a device as trusted."""
    if (edit.sender, edit.replaces) != (message.sender, message.event_id) or not edit.edited:
        return None
    if message.trusted and not edit.trusted:
        return None
    relation = {"m.relates_to": message.content["m.relates_to"]} if "m.relates_to" in message.content else {}
    return replace(message, content={**edit.edited, **relation})
