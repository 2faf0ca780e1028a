"""Digests: asked for, and coming by themselves each day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Typed, Verbatim, _, _c
from bot.model.digest import Daily, Digest, Period, day_around, day_of
from bot.model.due import Woken
from bot.model.handling import Purpose
from bot.model.person import Actor, LanguageCode, UserId
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.digest.gathering import Gathering
from bot.services.identity import IdentityService, confirmation
from bot.services.incident import IncidentService
from bot.services.notice import NoticeService
from bot.services.person import PersonService
from bot.services.purpose import PurposeNeeded
from bot.services.room import RoomService
from bot.store import Store
from bot.store.outbox import OutboxRow

log = structlog.get_logger(__name__)

DUE = "digest"
DAILY = Typed(("!", _c("noun", "digest"), " ", _c("verb", "daily"), " 06:00"))
WITHIN = timedelta(hours=18)
"""How late one still comes: later than that, the next is near."""


class DigestService:
    """Puts digests into the outbox, in the open transaction: what they say is gathered when they are sent."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, incident: IncidentService, person: PersonService,
        identity: IdentityService, notice: NoticeService, room: RoomService, gathering: Gathering, clock: Clock,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._person = person
        self._incident = incident
        self._person = person
        self._identity = identity
        self._notice = notice
        self._room = room
        self._gathering = gathering
        self._clock = clock
        self.of = gathering.of
        self.said = gathering.said

    @property
    def taskforce(self) -> str:
        """What the task force is called."""
        return self._config.now.taskforce.name

    @property
    def code(self) -> str:
        """Its code, which stands in references."""
        return self._config.now.taskforce.code

    def day(self, day: date) -> Period:
        """Return that day of the task force, by its own clock."""
        return day_of(day, self._config.now.taskforce.timezone)

    def today(self, now: datetime) -> Period:
        """Return the task force's day at *now*."""
        return self.day(day_around(now, self._config.now.taskforce.timezone))

    def yesterday(self, now: datetime) -> Period:
        """Return the task force's day before that."""
        return self.day(day_around(now, self._config.now.taskforce.timezone) - timedelta(days=1))

    async def post(
        self, actor: Actor, told: Told, period: Period, languages: Sequence[LanguageCode] | None = None
    ) -> None:
        """Post the digest of *period* below what asked for it, in *languages* or that of the *actor*."""
        payload: dict[str, object] = {"answers": True, "reader": actor.user_id}
        if languages:
            payload |= {"languages": [*languages]}
        refs = await self._seen(told.room_id, period, told.now)
        await self._incident.lacking(actor, told.room_id, refs, told.event_id, told.now)
        await self._put(told.room_id, told.event_id, period, payload, told.now)

    async def daily(self, actor: Actor, told: Told, at: datetime) -> Daily:
        """Let one come to the room each day, at the wall time of *at* by the person's clock."""
        wall = at.astimezone(ZoneInfo(actor.zone)).time().replace(second=0, microsecond=0)
        daily = Daily(told.room_id, actor.user_id, wall, actor.zone)
        await self._store.digest.save(daily, told.now)
        await self._plan(daily, told.now, told.now)
        content = {"room": told.room_id, "at": wall.isoformat("minutes"), "zone": daily.zone}
        await self._audit.append("digest.daily", actor, None, content, told.now)
        return daily

    async def off(self, actor: Actor, told: Told) -> None:
        """Let none come to the room any more; raise UserError if none does."""
        if not await self._store.digest.remove(told.room_id):
            raise UserError(ErrorCode.NOT_FOUND, _("No digest comes to this room."))
        await self._store.due.drop(DUE, told.room_id)
        await self._audit.append("digest.off", actor, None, {"room": told.room_id}, told.now)

    async def send(self, woken: Woken) -> None:
        """Post that of the day before, and plan the next: whoever set it may still have it, or nobody gets it."""
        daily = await self._store.digest.find(woken.due.ref)
        if daily is None:
            return
        if _planned(woken) > woken.now:
            # A clock that was ahead has planned it: what has come by now still does, and what was posted is not again.
            return await self._plan(daily, woken.now - WITHIN, woken.now)
        role = self._config.now.roles
        lost = self._config.now.lost(daily.by)
        if lost and self._incident.audience(daily.room_id).direct:
            return await self.skip(woken)
        there, named = self._room.members(daily.room_id), {*role.coordinator, *role.lead}
        if not lost and (daily.by not in there or daily.by not in named):
            return await self._end(daily, woken)
        if await self._identity.changed(daily.by):
            # Whose word it is that it comes is not known before a second person has confirmed it.
            await self._withhold(daily, woken)
            return await self.skip(woken)
        payload = {"reader": daily.by} if self._incident.audience(daily.room_id).direct else {}
        period = self.yesterday(woken.due.at)
        # The same whenever it is done, so that no clock has it posted twice.
        cause = f"{DUE} {daily.room_id} {period.since.isoformat()}"
        await self._put(daily.room_id, cause, period, payload, woken.now)
        await self.skip(woken)

    async def _end(self, daily: Daily, woken: Woken) -> None:
        """Let none come any more, and tell the room and those who lead there."""
        await self._store.digest.remove(daily.room_id)
        content = {"room": daily.room_id, "by": daily.by, "at": daily.at.isoformat("minutes"), "zone": daily.zone}
        await self._audit.append("digest.ended", None, None, content, woken.now)
        log.warning("digest.ended", room=daily.room_id)
        said = _("No digest comes here any more: {name} had set it up, and is not here any more or has no part for it."
                 " To have it again: {command}", name=self._named(daily), command=DAILY)  # fmt: skip
        asked = _("No digest comes to this room any more. Please see the message above.")
        await self._notice.alert(daily.room_id, DUE, f"{woken.cause} ended", [said], asked, woken.now)

    async def _withhold(self, daily: Daily, woken: Woken) -> None:
        log.warning("digest.withheld", room=daily.room_id)
        if not self._incident.audience(daily.room_id).direct:
            said = _("No digest comes today: {name} has set it up, and nobody has confirmed their new keys. {command}",
                     name=self._named(daily), command=confirmation(daily.by))  # fmt: skip
            await self._notice.give(daily.room_id, DUE, f"{woken.cause} withheld", [said], woken.now)

    def _named(self, daily: Daily) -> Verbatim:
        return Verbatim(self._room.known_as(daily.by, daily.room_id))

    async def skip(self, woken: Woken) -> None:
        """Plan the next one: for this one it is too late."""
        daily = await self._store.digest.find(woken.due.ref)
        if daily is not None:
            await self._plan(daily, woken.now, woken.now)

    async def _plan(self, daily: Daily, after: datetime, now: datetime) -> None:
        await self._store.due.plan(DUE, daily.room_id, daily.next(after), {"planned": now.isoformat()})

    async def showing(self, row: OutboxRow, digest: Digest) -> bool:
        """Enter into the audit log which marked records *digest* shows, which *row* posts now; it holds all it names.

        In a transaction of its own, before it is sent, so that nothing is shown that is not entered; once for each
        list, however many posts show it and however often sending is tried. Returns False, and enters nothing, if its
        reader has not stated for what they read what is sensitive of it by now.
        """
        refs, now = sorted(map(str, digest.seen)), self._clock.now()
        async with self._store.transaction():
            # Its picture and its file show the same: what is sent has lost its payload, and waits no more.
            waiting = [
                one for one in await self._store.outbox.list_caused(row.cause, "digest") if "until" in one.payload
            ]
            payload = next((one.payload for one in waiting if one.id == row.id), row.payload)
            if payload.get("shown") == refs:
                return True
            actor = None
            if payload.get("answers"):
                actor = await self._person.actor(UserId(payload["reader"]), row.room_id)
            try:
                await self._incident.showing(actor, row.room_id, refs, Purpose.READING, row.cause, now)
            except PurposeNeeded:
                return False
            since, until = map(datetime.fromisoformat, payload["period"])
            came_by = datetime.fromisoformat(payload["until"])
            await self._gathering.entered(row.room_id, Period(since, until), came_by)
            for one in waiting:
                await self._store.outbox.hold(one.id, refs)
                await self._store.outbox.save(one.id, {**one.payload, "shown": refs})
        return True

    async def _put(
        self, room_id: str, cause: str, period: Period, payload: Mapping[str, object], now: datetime
    ) -> None:
        """Put it into the outbox: its text, then a picture and a file in each language of its readers.

        They hold what they would name as things stand.
        """
        refs = await self._seen(room_id, period, now)
        kept = {"period": [period.since.isoformat(), period.until.isoformat()], "until": now.isoformat(), **payload}
        await self._store.outbox.add(room_id, "digest", cause, kept, now, holds=refs)
        languages = await self._languages(room_id, payload)
        rows = [{"form": form, "language": language} for language in languages for form in ("picture", "file")]
        rows[-1] |= {"last": "yes"}
        for index, row in enumerate(rows, 1):
            await self._store.outbox.add(room_id, "digest", cause, kept | row, now, index=index, holds=refs)

    async def _seen(self, room_id: str, period: Period, now: datetime) -> list[str]:
        return sorted(map(str, (await self._gathering.of(room_id, period, now)).seen))

    async def _languages(self, room_id: str, payload: Mapping[str, Any]) -> list[str]:
        """Return the languages that its pictures and files are in: those of a person, or those of the room."""
        if named := payload.get("languages"):
            return [*named]
        if reader := payload.get("reader"):
            return [(await self._person.actor(UserId(reader), room_id)).menus]
        return [*await self._person.room_languages(room_id)]


def _planned(woken: Woken) -> datetime:
    """Return when it was planned, by the clock of then."""
    said = woken.due.payload.get("planned")
    return datetime.fromisoformat(said) if said else woken.due.at
