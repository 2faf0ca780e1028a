"""Digests as they are put into the outbox, and what of them is entered into the log as they are sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.config import Current
from bot.model.digest import Digest, Period, day_around, day_of
from bot.model.handling import Purpose
from bot.model.person import Actor, LanguageCode, UserId
from bot.model.shift import PostName
from bot.model.told import Told
from bot.services.digest.gathering import Gathering
from bot.services.incident import IncidentService
from bot.services.person import PersonService
from bot.services.purpose import PurposeNeeded
from bot.store import Store
from bot.store.outbox import OutboxRow


class DigestService:
    """Puts digests into the outbox, in the open transaction: what they say is gathered when they are sent."""

    def __init__(
        self, config: Current, store: Store, incident: IncidentService, person: PersonService, gathering: Gathering,
        clock: Clock,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._incident = incident
        self._person = person
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

    @property
    def zone(self) -> str:
        """The IANA zone by whose clock its days begin."""
        return self._config.now.taskforce.timezone

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
        self, actor: Actor, told: Told, period: Period, languages: Sequence[LanguageCode] | None = None,
        posts: Sequence[PostName] = (),
    ) -> None:  # fmt: skip
        """Post the digest of *period* below what asked for it, in *languages* or that of the *actor*.

        It is that of a shift if there are *posts*.
        """
        payload: dict[str, object] = {"answers": True, "reader": actor.user_id}
        if posts:
            payload |= {"posts": [*posts]}
        if languages:
            payload |= {"languages": [*languages]}
        refs = await self._seen(told.room_id, period, told.now)
        await self._incident.lacking(actor, told.room_id, refs, told.event_id, told.now)
        await self.put(told.room_id, told.event_id, period, payload, told.now)

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

    async def put(self, room_id: str, cause: str, period: Period, payload: Mapping[str, object], now: datetime) -> None:
        """Put it into the outbox, once for a *cause*: text, then a picture and a file in each language of its readers.

        They hold what they would name as things stand. *payload* says for whom it is, if not for the room (`reader`,
        `languages`), whether it `answers`, and whose shift it is (`posts`).
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
