"""What people have said of a record outside of it goes with it, as if the message that said it were taken back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.i18n import Code, _
from bot.model.reminder import Reminder, Whom
from bot.model.trace import Sought, Trace
from bot.services.audit import AuditService
from bot.services.notice import NoticeService
from bot.services.reminder import DUE
from bot.store import Store


class Withdraws(Protocol):
    """Whatever follows that a message is taken back."""

    async def withdraw(self, room_id: str, event_id: str, cause: str, now: datetime) -> bool:
        """Delete what the message *event_id* of the room has said; return whether it has said anything."""
        ...


@dataclass(frozen=True, slots=True)
class Traces:
    """What tells of a record outside of it, and other messages between people whose translations do."""

    said: tuple[Trace, ...] = ()
    messages: tuple[str, ...] = ()
    sought: Sought = field(default_factory=lambda: Sought((), ()))


class TraceService:
    """Finds them outside any transaction, since it reads much, and takes them back in the open one."""

    def __init__(
        self, store: Store, audit: AuditService, notice: NoticeService, withdraws: Sequence[Withdraws]
    ) -> None:
        self._store = store
        self._audit = audit
        self._notice = notice
        self._withdraws = tuple(withdraws)

    async def find(self, refs: Sequence[str]) -> Traces:
        """Return what names these records, or repeats what is written in them; never what names one under hold."""
        sought = Sought(refs, await self._store.trace.written(refs), await self._store.trace.held())
        said = [one for one in await self._store.trace.said() if sought.tells(one.text)]
        translated = await self._store.trace.translated([ref.rpartition("-")[2] for ref in refs])
        named = [event for event, text in translated if sought.tells(text)]
        messages = dict.fromkeys([*named, *await self._store.trace.whole(named)])
        return Traces(tuple(said), tuple(messages), sought)

    async def take_back(self, found: Traces, cause: str, now: datetime, *, but: str) -> None:
        """Delete what was said, what asks with its words, and the words of what waits to be posted.

        *but* what answers that event: that the record is purged is still to be said.
        """
        for room_id, event in dict.fromkeys((one.room_id, one.event) for one in found.said):
            reminders = await self._store.reminder.list_said_by(event)
            # One message has one cause: what is taken back because of it is known by that.
            by = f"{cause} {event}"
            for one in self._withdraws:
                await one.withdraw(room_id, event, by, now)
            if await self._audit.withdraw(room_id, event, now):
                await self._notice.withdraw(room_id, event, by, now)
            for reminder in reminders:
                await self._tell(reminder, by, now)
        await self._unask(found.sought, cause, now)
        for post in await self._store.outbox.list_unsent():
            if post.cause != but and found.sought.tells(json.dumps(post.payload, ensure_ascii=False)):
                await self._notice.silence(post, None)
                await self._redact(post.id, post.room_id, cause, now)

    async def _tell(self, reminder: Reminder, cause: str, now: datetime) -> None:
        """Tell who has set a reminder, or its room, that it does not come any more: they wait for it."""
        if not reminder.state.open:
            return
        reader = reminder.by if reminder.whom is Whom.ME else None
        said = _("{ref} is taken back.", ref=Code(str(reminder.ref)))
        await self._notice.give(reminder.room_id, DUE, cause, [said], now, reader=reader)

    async def _unask(self, sought: Sought, cause: str, now: datetime) -> None:
        """Ask nothing any more with such words: a command that came late waits for its sender's word, for example."""
        asked = [one for one in await self._store.trace.asked() if sought.tells(json.dumps(one[3], ensure_ascii=False))]
        await self._store.trace.unask([id for id, _post, _room, _data in asked])
        for _id, post, room_id, _data in asked:
            await self._redact(post, room_id, cause, now)

    async def _redact(self, post: str, room_id: str, cause: str, now: datetime) -> None:
        await self._store.outbox.add(room_id, "redact", f"{cause} {post}", {"post": post}, now)
