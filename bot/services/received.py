"""Notes who received what as it is posted, and what changes of that: a change is told a minute later."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from bot.config import Current
from bot.model.incident import Entry, Incident
from bot.model.person import Actor, UserId
from bot.model.recall import COMMAND, GATHER, LINES, SHOWING, WORDS, About, Changed, Line, Shown, corrects
from bot.model.reference import Reference, read
from bot.services.room import Rooms
from bot.store import Store
from bot.store.outbox import OutboxRow


class Received:
    """Records receipts and what is to be told of them; joins the open transaction."""

    def __init__(self, config: Current, store: Store, rooms: Rooms) -> None:
        self._config = config
        self._store = store
        self._rooms = rooms

    async def posted(self, row: OutboxRow, now: datetime) -> None:
        """Record who was there when *row* was posted, for each record of which it shows something."""
        if row.kind not in SHOWING or not row.payload.get("ok", True):
            return
        refs = await self._refs(row)
        if refs:
            people = tuple(self._people(row.room_id))
            await self._store.received.add(refs, Shown(row.id, row.room_id, row.kind, people, now, _whole(row)))

    async def exported(self, refs: Iterable[Reference], shown: Shown) -> None:
        """Record that records were given to somebody otherwise than by a post, such as in a file."""
        await self._store.received.add(map(str, refs), shown)

    async def _refs(self, row: OutboxRow) -> list[str]:
        held = await self._store.outbox.list_held(row.id)
        own = row.payload.get("ref")
        code = self._config.now.taskforce.code
        refs = [one for one in dict.fromkeys([*held, own]) if one and isinstance(read(one, code), Reference)]
        # Who has had a receipt for a report to the monitors has made it: nothing may say who that is.
        return [one for one in refs if not await self._store.sealed.holds(one)]

    def _people(self, room_id: str) -> list[UserId]:
        bot = self._config.now.matrix.user_id
        return [user for user in self._rooms.audience(room_id) if user != bot]

    async def entered(self, incident: Incident, entry: Entry) -> None:
        """Follow an entry of a timeline: whoever has received what it changes is told."""
        about = corrects(incident, entry) if entry.number > 0 else None
        if about is None:
            return
        change = Changed(
            incident.ref, str(incident.ref), entry.number, about, entry.entered_at, entry.author, entry.agency
        )
        if about is About.ACCESS:
            return await self._tell(change, None, whole=False, seeing=())
        [before] = (
            await self._store.incident.list_numbered(incident.ref, [entry.corrects]) if entry.corrects else [None]
        )
        words = (before or entry).kind in WORDS
        since = before.entered_at if before else incident.declared_at
        await self._tell(change, since, whole=words, seeing=await self._store.card.list_of(incident.ref))

    async def ended(self, ref: Reference, now: datetime) -> None:
        """Let whoever has received a record be told that it is withdrawn, if they may not read it any more."""
        change = Changed(ref, str(ref), int(now.timestamp()), About.ACCESS, now)
        await self._tell(change, None, whole=False, seeing=())

    async def line_changed(self, line: Line, actor: Actor, now: datetime) -> None:
        """Let whoever has received a record that is no incident's since a *line* was said be told that it has changed.

        But those who are still in its room: there it is taken back, or stands anew.
        """
        change = Changed(line.ref, str(line.ref), line.number, About.LINE, now, actor.user_id, actor.agency)
        await self._tell(change, line.at, whole=False, seeing=(line.room_id,))

    async def _tell(
        self, change: Changed, since: datetime | None, *, whole: bool, seeing: Collection[str]
    ) -> None:  # fmt: skip
        """Plan that everybody is told who has received it but who has changed it.

        And but those who are still in a room *seeing* its card: that one is edited.
        """
        last: dict[UserId, datetime] = {}
        for receipt in await self._store.received.list_of(change.record, since, whole=whole):
            stays = receipt.room_id in seeing and receipt.user_id in self._rooms.audience(receipt.room_id)
            if receipt.user_id != change.by and not stays:
                last[receipt.user_id] = max(receipt.last, last.get(receipt.user_id, receipt.last))
        for user_id, received_at in last.items():
            await self._store.recall.add(user_id, change, received_at)
            if await self._store.due.find(COMMAND, user_id) is None:
                await self._store.due.plan(COMMAND, user_id, change.at + GATHER, {})


def _whole(row: OutboxRow) -> bool:
    """Return whether more than how a record stands and its title may be read in a post."""
    if row.kind == "reply":
        return not row.payload.get("wordless") and row.payload.get("command") not in LINES
    return row.kind not in ("digest", "card")
