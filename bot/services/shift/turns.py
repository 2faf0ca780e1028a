"""When the digest of a shift comes: at its end, by the roster as it is then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Verbatim, _
from bot.model.digest import EachShift, Turn, turns
from bot.model.names import one_line
from bot.model.shift import DutyPost, PostName, post_name
from bot.model.shift.roster import FAR
from bot.services.room import RoomService
from bot.services.shift.service import EARLIER, which
from bot.store import Store

DUE = "digest shift"
"""The kind of the due rows: one a room to which digests of shifts come."""
LOOK = timedelta(hours=6)
"""How soon it is looked again at the latest: of whose shifts somebody hears changes with the rooms they are in."""
AHEAD = (timedelta(days=2), timedelta(days=30), FAR)
BACK = (timedelta(days=2), timedelta(days=31))
"""How far the next shift, and the last one, is looked for, step by step: what is near is found soon."""


class ShiftTurns:
    """Finds the shifts of which a room hears, and plans, in the open transaction, when their digests come."""

    def __init__(self, config: Current, store: Store, room: RoomService) -> None:
        self._config = config
        self._store = store
        self._room = room

    async def posts(self, room_id: str) -> list[DutyPost]:
        """Return the posts of whose shifts the room hears."""
        return [post for room in self.rooms(room_id) for post in await self._store.shift.list_posts(room)]

    def rooms(self, room_id: str) -> list[str]:
        """Return the rooms of whose posts the room hears: itself, and a direct room of those of the person as well."""
        there = [one for one in self._room.audience(room_id) if one != self._config.now.matrix.user_id]
        direct = len(there) == 1 and self._room.encrypted(room_id)
        return [*dict.fromkeys([room_id, *(self._room.of(there[0]) if direct else ())])]

    async def post(self, room_id: str, name: str) -> PostName:
        """Return the post of that name of whose shifts the room hears; raise UserError if there is none."""
        wanted = post_name(name)
        if wanted not in {one.name for one in await self.posts(room_id)} or wanted is None:
            said = _("There is no post {post} in this room.", post=Verbatim(one_line(name)[:40]))
            raise UserError(ErrorCode.NOT_FOUND, said)
        return wanted

    async def ended(self, each: EachShift, after: datetime, until: datetime) -> list[Turn]:
        """Return the shifts that ended in (*after*, *until*], the first first."""
        found = await self._turns(await self._names(each), after, until + timedelta(microseconds=1))
        return [one for one in found if after < one.until <= until]

    async def next(self, each: EachShift, now: datetime) -> Turn:
        """Return the shift that ends first after *now*; raise UserError if none is planned."""
        names = await self._names(each)
        for ahead in AHEAD:
            if found := [one for one in await self._turns(names, now, now + ahead) if one.until > now]:
                return found[0]
        raise _none()

    async def present(self, room_id: str, post: PostName | None, now: datetime) -> Turn:
        """Return the shift that lasts, or else the last; raise UserError if there is none, or posts differ in it."""
        posts = [one for one in await self.posts(room_id) if post in (None, one.name)]
        found = [one for one in [await self._present(one.name, now) for one in posts] if one]
        if not found:
            raise _none()
        if len({(one.since, one.until) for one in found}) > 1:
            raise which(posts)
        return Turn(tuple(sorted(name for one in found for name in one.posts)), found[0].since, found[0].until)

    async def follow(self, post: PostName, now: datetime) -> None:
        """Plan the digests of the shifts of *post* by the roster as it is now.

        To be called whenever shifts of the post change. What ended before this moment is told as it was planned.
        """
        for each in await self._store.digest.list_each():
            if post in await self._names(each):
                waiting = await self._store.due.find(DUE, each.room_id)
                done = now
                if waiting and waiting.at <= now:
                    done = datetime.fromisoformat(waiting.payload["done"])
                await self.plan(each, done, now)

    async def plan(self, each: EachShift, done: datetime, now: datetime) -> None:
        """Plan the next: the digests of all shifts that ended by *done* have come, or will not."""
        found = await self._turns(await self._names(each), done, now + LOOK)
        at = min([one.until for one in found if one.until > done], default=now + LOOK)
        payload = {"done": done.isoformat(), "planned": now.isoformat()}
        await self._store.due.plan(DUE, each.room_id, min(at, now + LOOK), payload)

    async def _names(self, each: EachShift) -> list[PostName]:
        return [one.name for one in await self.posts(each.room_id) if each.post in (None, one.name)]

    async def _present(self, post: PostName, now: datetime) -> Turn | None:
        for back in BACK:
            found = [one for one in await self._turns([post], now - back, now) if one.since < now]
            lasting = [one for one in found if one.until > now]
            if found:
                return (lasting or found)[-1]
        return None

    async def _turns(self, posts: Iterable[PostName], since: datetime, until: datetime) -> list[Turn]:
        names = list(posts)
        if not names:
            return []
        # Whole: what an override makes longer begins earlier.
        roster = await self._store.shift.roster(since - EARLIER, until + EARLIER, names)
        found = turns(roster, names, since - EARLIER, until + EARLIER)
        return [one for one in found if one.since < until and one.until >= since]


def _none() -> UserError:
    return UserError(ErrorCode.NOT_FOUND, _("No shift is planned here, so there can be no digest of one."))
