"""Sequels: told to the audit rooms as things are done, and done again by a bot that was restored from a backup."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from secrets import token_hex
from typing import Any

import structlog

from bot.config import Current
from bot.i18n import _
from bot.model.room import Use
from bot.model.sequel import EVENT, Sequel, SequelKind, opened, sealed
from bot.services.audit import AuditService
from bot.services.notice import NoticeService
from bot.services.room import Rooms
from bot.store import Store

log = structlog.get_logger(__name__)

LAST = "sequel"
"""The name of the account's value that says which sequel was told, or done again, last."""
ID_BYTES = 12
TOLD = "restored"
"""What a notice is of that tells a room of a restore."""

Apply = Callable[[Sequel, datetime], Awaitable[bool]]
"""Does again, in the open transaction, what a sequel says; returns whether that changed anything."""


class SequelService:
    """Tells the audit rooms what a restored bot is to do again; joins the open transaction."""

    def __init__(self, config: Current, store: Store, rooms: Rooms) -> None:
        self._config = config
        self._store = store
        self._rooms = rooms

    async def tell(self, kind: SequelKind, values: Mapping[str, Any], cause: str, now: datetime) -> None:
        """Post to each audit room, sealed, that this was done: also where nobody may know what it is about."""
        bot, key = self._config.now.matrix.user_id, await self._store.audit.key()
        rooms = [one for one in await self._store.room.list_used_for(Use.AUDIT) if bot in self._rooms.members(one)]
        if key is None or not rooms:
            log.warning("sequel.nowhere_told", kind=kind)
            return
        before = await self._store.account.find(LAST) or ""
        sequel = Sequel(token_hex(ID_BYTES), before, kind, now, values)
        for room_id in rooms:
            payload = {"sealed": sealed(sequel, key.seed)}
            await self._store.outbox.add(room_id, EVENT, f"{cause} {sequel.id} {room_id}", payload, now)
        await self._store.account.save(**{LAST: sequel.id})


class ResumingService:
    """After a restore does again what came after the backup: what `kinds` say how to do, then what was redacted.

    Everyone is told that the rest is gone: they were told that it was on record.
    """

    def __init__(
        self, config: Current, store: Store, rooms: Rooms, audit: AuditService, notice: NoticeService,
        kinds: Mapping[SequelKind, Apply],
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._rooms = rooms
        self._audit = audit
        self._notice = notice
        self._kinds = kinds

    async def since(self) -> datetime | None:
        """Return when the backup was taken that this bot was restored from, until `resume` was done; else None."""
        since, until, done = [
            await self._store.account.find(name) for name in ("restored_from", "restored_at", "restored_resumed")
        ]
        return datetime.fromisoformat(since) if since and until and until != done else None

    async def resume(
        self, texts: Iterable[Any], redactions: Iterable[tuple[str, str, Mapping[str, Any]]], now: datetime
    ) -> None:
        """Do again what sequels, sealed, say in the order in which it was done, and record that, in one transaction.

        *redactions* are raw events with room and event id: they come into the inbox, to be followed as ever. Holds
        come first: of what was redacted before a hold was placed more is kept then, never less.
        """
        since = await self.since()
        if since is None:
            return
        async with self._store.transaction():
            found = await self._opened(texts)
            last = await self._store.account.find(LAST) or ""
            later = sorted((one for one in found.values() if one.at > since), key=lambda one: one.at)
            missing = [one.before for one in later if one.before not in {"", last, *found}]
            done = [one for one in later if await self._kinds[one.kind](one, now)]
            told = {"told": len(later), "missing": len(missing), "done": [one.id for one in done]}
            await self._audit.append("log.resumed", None, None, told, now)
            await self._store.inbox.add_all([(*one, False) for one in redactions], now)
            if later:
                await self._store.account.save(**{LAST: later[-1].id})
            restored = await self._store.account.find("restored_at") or ""
            await self._tell(since, restored, now)
            await self._store.account.save(restored_resumed=restored)
        level = log.error if missing else log.warning
        level("restored.resumed", told=len(later), done=len(done), missing=len(missing))

    async def _tell(self, since: datetime, restored: str, now: datetime) -> None:
        """Tell each room, direct ones too, between which moments what was entered is lost.

        Not when the backup was brought back is the end, but *now*: what is said in between reaches no device of ours.
        """
        said = _(
            "I was restored from a backup of {since}. What was entered from then until {until} is gone, also where a"
            " message of mine still shows it: please enter it again. What I was asked in that time I do not answer any"
            " more.",
            since=since,
            until=now,
        )
        bot = self._config.now.matrix.user_id
        for room_id in self._rooms.of(bot):
            # Nothing is posted in clear, nor where nobody is served.
            served = any(self._config.now.serves(user) for user in self._rooms.members(room_id) if user != bot)
            if served and self._rooms.encrypted(room_id):
                await self._notice.give(room_id, TOLD, f"{TOLD} {restored} {room_id}", [said], now)

    async def _opened(self, texts: Iterable[Any]) -> dict[str, Sequel]:
        """Return the sequels by their id: each room has its own copy of one."""
        key = await self._store.audit.key()
        assert key is not None, "the log begins before anything is resumed"
        found = {}
        for text in texts:
            if one := opened(text, key.seed):
                found[one.id] = one
            else:
                log.warning("restored.sequel_not_ours")
        return found
