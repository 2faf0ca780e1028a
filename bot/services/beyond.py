"""What a purge cannot take back: files that somebody has saved, and posts in rooms that the bot is not in any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.i18n import Code, Verbatim, _, _n
from bot.model.names import one_line
from bot.model.person import UserId
from bot.model.purge import Purged
from bot.services.notice import Block
from bot.services.room import RoomService
from bot.store import Store
from bot.store.outbox import OutboxRow


@dataclass(frozen=True, slots=True)
class Beyond:
    """Who was there when files with something of the record were posted, for which agencies; and how many posts stay.

    Whether somebody has downloaded a file only their own device knows, and the homeserver.
    """

    people: tuple[UserId, ...] = ()
    agencies: tuple[str, ...] = ()
    posts: int = 0

    @property
    def record(self) -> Mapping[str, Any]:
        """What programs are told of that; nothing if there is nothing."""
        return {"beyond": {"people": [*self.people], "agencies": [*self.agencies], "posts": self.posts}} if self else {}

    def __bool__(self) -> bool:
        """Return whether there is anything."""
        return bool(self.people or self.agencies or self.posts)


class BeyondService:
    """Looks before the purge deletes who has received what, and words it."""

    def __init__(self, store: Store, room: RoomService) -> None:
        self._store = store
        self._room = room

    async def find(self, refs: Sequence[str], posts: Sequence[OutboxRow], bot: str) -> Beyond:
        """Return what of these records, and of the *posts* about them, cannot be taken back."""
        people = await self._store.received.in_files(refs, bot)
        agencies = await self._store.export.agencies(refs)
        left = {post.id for post in posts if bot not in self._room.members(post.room_id)}
        stay = [one for one in posts if one.id in left and await self._stands(one)]
        return Beyond(tuple(people), tuple(agencies), len({one.id for one in stay}))

    async def _stands(self, post: OutboxRow) -> bool:
        event = await self._store.outbox.event_of(post.id)
        posted = await self._store.outbox.find_post(post.room_id, event) if event else None
        return posted is not None and posted.stands

    def words(self, beyond: Beyond, purged: Purged, room_id: str) -> list[Block]:
        """Return what an audit room is told of that."""
        ref, said = Code(str(purged.ref)), list[Block]()
        if beyond.people:
            said.append(
                _n(
                    "I take back the files that hold something of {ref}. {n} person could download them; what they"
                    " have saved I cannot take back:",
                    "I take back the files that hold something of {ref}. {n} people could download them; what they"
                    " have saved I cannot take back:",
                    len(beyond.people), ref=ref,
                )
            )  # fmt: skip
            names = [Verbatim(one_line(self._room.known_as(one, room_id))) for one in beyond.people]
            said.append(tuple(_("{text}", text=name) for name in names))
        if beyond.agencies:
            agencies = Verbatim(", ".join(beyond.agencies))
            said.append(_("{ref} was exported to {agencies}.", ref=ref, agencies=agencies))
        if beyond.posts:
            said.append(
                _n(
                    "{n} post about {ref} stands in a room that I am not in any more, so it stays there.",
                    "{n} posts about {ref} stand in rooms that I am not in any more, so they stay there.",
                    beyond.posts, ref=ref,
                )
            )  # fmt: skip
        return said
