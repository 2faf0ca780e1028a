"""Digests that come by themselves: of each day, and of each shift at its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

import structlog

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Message, Typed, Verbatim, _, _c
from bot.model.digest import Daily, EachShift, Turn
from bot.model.due import Woken
from bot.model.person import Actor, UserId
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.digest.service import DigestService
from bot.services.identity import IdentityService, confirmation
from bot.services.incident import IncidentService
from bot.services.notice import NoticeService
from bot.services.room import RoomService
from bot.services.shift.turns import DUE as SHIFT
from bot.services.shift.turns import ShiftTurns
from bot.store import Store

log = structlog.get_logger(__name__)

DUE = "digest"
DAILY = Typed(("!", _c("noun", "digest"), " ", _c("verb", "daily"), " 06:00"))
EACH = Typed(("!", _c("noun", "digest"), " ", _c("verb", "shift")))
WITHIN = timedelta(hours=18)
"""How late one still comes: later than that, the next is near."""


class _Word(Enum):
    """What the word of who has set digests is worth now."""

    STANDS = 1
    WAITS = 2
    """A device of theirs is lost, and nobody else reads there: none comes until that is lifted."""
    DOUBTED = 3
    """Their keys have changed, and nobody has confirmed the new ones."""
    GONE = 4
    """They have left, or have no part any more."""


class StandingDigestService:
    """Sets when digests come by themselves, and posts them; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, incident: IncidentService, identity: IdentityService,
        notice: NoticeService, room: RoomService, turns: ShiftTurns, digest: DigestService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._incident = incident
        self._identity = identity
        self._notice = notice
        self._room = room
        self._turns = turns
        self._digest = digest

    async def daily(self, actor: Actor, told: Told, at: datetime) -> Daily:
        """Let one come to the room each day, at the wall time of *at* by the person's clock."""
        wall = at.astimezone(ZoneInfo(actor.zone)).time().replace(second=0, microsecond=0)
        daily = Daily(told.room_id, actor.user_id, wall, actor.zone)
        await self._store.digest.save(daily, told.now)
        await self._plan(daily, told.now, told.now)
        content = {"room": told.room_id, "at": wall.isoformat("minutes"), "zone": daily.zone}
        await self._audit.append("digest.daily", actor, None, content, told.now)
        return daily

    async def each_shift(self, actor: Actor, told: Told, post: str | None) -> Turn:
        """Let one come to the room at the end of each shift, of *post* or of all; return the first.

        Raises UserError if there is no such post, or no shift to come.
        """
        named = await self._turns.post(told.room_id, post) if post else None
        each = EachShift(told.room_id, actor.user_id, named, told.now)
        first = await self._turns.next(each, told.now)
        await self._store.digest.save_each(each)
        await self._turns.plan(each, told.now, told.now)
        await self._audit.append("digest.shift", actor, None, {"room": told.room_id, "post": named}, told.now)
        return first

    async def off(self, actor: Actor, told: Told) -> None:
        """Let none come to the room any more; raise UserError if none does."""
        removed = [await self._store.digest.remove(told.room_id), await self._store.digest.remove_each(told.room_id)]
        if not any(removed):
            raise UserError(ErrorCode.NOT_FOUND, _("No digest comes to this room."))
        for kind in (DUE, SHIFT):
            await self._store.due.drop(kind, told.room_id)
        await self._audit.append("digest.off", actor, None, {"room": told.room_id}, told.now)

    async def send(self, woken: Woken) -> None:
        """Post that of the day before, and plan the next: whoever set it may still have it, or nobody gets it."""
        daily = await self._store.digest.find(woken.due.ref)
        if daily is None:
            return
        if _planned(woken) > woken.now:
            # A clock that was ahead has planned it: what has come by now still does, and what was posted is not again.
            return await self._plan(daily, woken.now - WITHIN, woken.now)
        match await self._word(daily.by, daily.room_id):
            case _Word.GONE:
                content = {"at": daily.at.isoformat("minutes"), "zone": daily.zone}
                await self._store.digest.remove(daily.room_id)
                return await self._end(daily.by, daily.room_id, DAILY, content, woken)
            case _Word.DOUBTED:
                said = _("No digest comes today: {name} has set it up, and nobody has confirmed their new keys."
                         " {command}",
                         name=self._named(daily.by, daily.room_id), command=confirmation(daily.by))  # fmt: skip
                await self._withhold(daily.room_id, said, woken)
            case _Word.STANDS:
                period = self._digest.yesterday(woken.due.at)
                # The same whenever it is done, so that no clock has it posted twice.
                cause = f"{DUE} {daily.room_id} {period.since.isoformat()}"
                await self._digest.put(daily.room_id, cause, period, self._reader(daily.by, daily.room_id), woken.now)
        await self.skip(woken)

    async def skip(self, woken: Woken) -> None:
        """Plan the next one: this one is done with."""
        await self._go_on(woken, woken.now)

    async def missed(self, woken: Woken) -> None:
        """Plan the next one, which may have come by now: for this one it is too late, for that it need not be."""
        await self._go_on(woken, woken.now - WITHIN)

    async def _go_on(self, woken: Woken, after: datetime) -> None:
        daily = await self._store.digest.find(woken.due.ref)
        if daily is not None:
            await self._plan(daily, after, woken.now)

    async def send_shifts(self, woken: Woken) -> None:
        """Post that of each shift that has ended since the last look, WITHIN ago at the most, and plan the next."""
        each, now = await self._store.digest.find_each(woken.due.ref), woken.now
        if each is None:
            return
        # A clock that was ahead has planned it: what has ended by now is told, and what was posted is not again.
        done = each.since if _planned(woken) > now else datetime.fromisoformat(woken.due.payload["done"])
        ended = await self._turns.ended(each, max(done, now - WITHIN), now)
        word = await self._word(each.by, each.room_id) if ended else _Word.WAITS
        match word:
            case _Word.GONE:
                await self._store.digest.remove_each(each.room_id)
                return await self._end(each.by, each.room_id, EACH, {"post": each.post}, woken)
            case _Word.DOUBTED:
                said = _("No digest of this shift comes: {name} has set it up, and nobody has confirmed their new keys."
                         " {command}",
                         name=self._named(each.by, each.room_id), command=confirmation(each.by))  # fmt: skip
                await self._withhold(each.room_id, said, woken)
            case _Word.STANDS:
                for turn in ended:
                    payload = {"posts": turn.posts, **self._reader(each.by, each.room_id)}
                    cause = f"{SHIFT} {each.room_id} {turn.since.isoformat()} {turn.until.isoformat()}"
                    await self._digest.put(each.room_id, cause, turn.period, payload, now)
        await self._turns.plan(each, now, now)

    async def _word(self, by: UserId, room_id: str) -> _Word:
        role, lost = self._config.now.roles, self._config.now.lost(by)
        if lost and self._incident.audience(room_id).direct:
            return _Word.WAITS
        there, named = self._room.members(room_id), {*role.coordinator, *role.lead}
        if not lost and (by not in there or by not in named):
            return _Word.GONE
        # Whose word it is that it comes is not known before a second person has confirmed it.
        doubted = await self._identity.changed(by) or not await self._identity.trusted(by)
        return _Word.DOUBTED if doubted else _Word.STANDS

    def _reader(self, by: UserId, room_id: str) -> dict[str, object]:
        return {"reader": by} if self._incident.audience(room_id).direct else {}

    async def _end(self, by: UserId, room_id: str, command: Typed, content: Mapping[str, object], woken: Woken) -> None:
        """Tell the room and those who lead there that none comes any more."""
        await self._audit.append("digest.ended", None, None, {"room": room_id, "by": by, **content}, woken.now)
        log.warning("digest.ended", room=room_id)
        said = _("No digest comes here any more: {name} had set it up, and is not here any more or has no part for it."
                 " To have it again: {command}", name=self._named(by, room_id), command=command)  # fmt: skip
        asked = _("No digest comes to this room any more. Please see the message above.")
        await self._notice.alert(room_id, DUE, f"{woken.cause} ended", [said], asked, woken.now)

    async def _withhold(self, room_id: str, said: Message, woken: Woken) -> None:
        log.warning("digest.withheld", room=room_id)
        if not self._incident.audience(room_id).direct:
            await self._notice.give(room_id, DUE, f"{woken.cause} withheld", [said], woken.now)

    def _named(self, by: UserId, room_id: str) -> Verbatim:
        return Verbatim(self._room.known_as(by, room_id))

    async def _plan(self, daily: Daily, after: datetime, now: datetime) -> None:
        await self._store.due.plan(DUE, daily.room_id, daily.next(after), {"planned": now.isoformat()})


def _planned(woken: Woken) -> datetime:
    """Return when it was planned, by the clock of then."""
    said = woken.due.payload.get("planned")
    return datetime.fromisoformat(said) if said else woken.due.at
