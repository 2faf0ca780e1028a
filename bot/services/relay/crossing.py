"""What crosses into another room: who said it, its text or translation, its file, whom it rings, what it answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.config import Current
from bot.model.attachment import attachment_of
from bot.model.incoming import Incoming
from bot.model.person import UserId
from bot.model.rich import read
from bot.model.translation import Flag, Translation
from bot.services.relay.destinations import Destination
from bot.services.relay.pages import PART_BYTES, Json, cuts
from bot.services.room import Rooms
from bot.store import Store

LATE = timedelta(minutes=5)
"""From this age on it is said when something was written."""
MAY_RING_ALL = 50
"""The power level that rings a whole room."""


class Crossings:
    """Finds the counterparts of messages in other rooms, and words what crosses as outbox payloads."""

    def __init__(self, config: Current, store: Store, rooms: Rooms) -> None:
        self._config = config
        self._store = store
        self._rooms = rooms

    async def payloads(
        self, incoming: Incoming, source: str, written: tuple[str, str], made: Translation | None, to: Destination,
        doubt: str | None,
    ) -> list[Json]:  # fmt: skip
        """Return what each post of the message *source* says at *to*; *made* is its translation, if there is one."""
        common: Json = {
            "room": incoming.room_id,
            "source": source,
            "sender": incoming.sender,
            "language": to.languages[0],
            "doubt": doubt,
            "answers": incoming.replies_to,
            "thread": incoming.thread,
        }
        if incoming.received_at - incoming.sent_at > LATE:
            common["at"] = incoming.sent_at.isoformat()
        if to.to:
            common["to"] = to.to
        found = [{**common, **part} for part in _parts(*written, made, whole=to.to is None)]
        found[0]["rings"] = await self._rings(incoming)
        if not to.to and (file := attachment_of(incoming.content)):
            found[0]["file"] = {"msgtype": file.msgtype, **file.content}
        return found

    async def _rings(self, incoming: Incoming) -> list[str]:
        """Return whom the message means: people, and `@room` where its sender may ring all of them.

        Whoever answers a post that stands for somebody's message means that person.
        """
        bot = self._config.now.matrix.user_id
        meant: dict[str, None] = {}
        for user in incoming.mentions:
            author = await self._author(incoming) if user == bot else user
            if author:
                meant[author] = None
        may = self._rooms.power_level(incoming.room_id, incoming.sender) >= MAY_RING_ALL
        return [*meant, *(["@room"] if incoming.mentions_room and may else [])]

    async def _author(self, incoming: Incoming) -> UserId | None:
        """Return who said what the post of ours stands for that the message answers, or None."""
        answered = incoming.replies_to
        source = await self._store.outbox.find_held(incoming.room_id, answered) if answered else None
        room_id = await self._store.original.room_of(source) if source else None
        original = await self._store.original.find(room_id, source) if room_id and source else None
        return original.sender if original else None

    async def counterpart(self, room_id: str, event_id: str, target: str) -> str | None:
        """Return the event of the room *target* that stands for *event_id* of another one, or None."""
        source = await self._store.outbox.find_held(room_id, event_id) or event_id
        if await self._store.original.room_of(source) == target:
            return source
        return await self._store.outbox.find_holding(source, target)


def _parts(text: str, html: str, made: Translation | None, *, whole: bool) -> Iterator[Json]:
    """Yield what goes into each post: a piece of the translation *made*, or of the text itself where there is none.

    *whole*: its readers do not see the original, so a doubtful translation has it beside it.
    """
    if made is None or Flag.UNAVAILABLE in made.flags:
        of = made.target if made else None
        rich = read(html) if html else None
        if rich and len((rich.written + rich.html).encode()) <= PART_BYTES:
            yield {"text": rich.written, "html": rich.html, "of": of}
        else:
            yield from ({"text": text[start:end], "of": of} for start, end in cuts(text))
        return
    pieces: list[Json] = [{"part": [made.target, start, end]} for start, end in cuts(made.text)]
    if whole and made.flags and len((made.text + text).encode()) <= PART_BYTES:
        pieces[0]["original"] = text
    yield from pieces
