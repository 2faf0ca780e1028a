"""What the retention rules purge: found once a day, each record a due row; too much at once waits for a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.config import Current
from bot.i18n import Code, _, _c, _n
from bot.model.due import Woken
from bot.model.person import UserId
from bot.model.purge import BATCH, COMMAND, DUE, REFUSE, YES, Record, RecordClass, too_much
from bot.model.release import MOST_ASKED
from bot.model.told import Told
from bot.services.incident import IncidentService
from bot.services.notice import LOOK, NoticeService
from bot.services.purging import PurgingService
from bot.services.question import Asking, QuestionService
from bot.services.room import RoomService
from bot.store import Store

log = structlog.get_logger(__name__)

ASKED_AGAIN = timedelta(days=7)
"""After how long it is asked again whether so much may be purged at once."""
MANY = ((YES, _c("choice", "Yes, purge them")), (REFUSE, _c("choice", "No, keep them")))


@dataclass(frozen=True, slots=True)
class Due:
    """The records of a class that are due, and how many of that class there are in all."""

    records: tuple[Record, ...]
    of: int


class ExpiringService:
    """Finds what is due by the rules, and asks where that is suspiciously much; joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, incident: IncidentService, room: RoomService, notice: NoticeService,
        question: QuestionService, purging: PurgingService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._incident = incident
        self._room = room
        self._notice = notice
        self._question = question
        self._purging = purging

    async def look(self, now: datetime) -> Mapping[RecordClass, Due]:
        """Return what is due by the rules at *now*, by its class: outside any transaction, for it reads much."""
        found = {}
        for kind in RecordClass:
            if due := await self._due(kind, now):
                found[kind] = Due(tuple(due), await self._store.purge.count(kind))
        return found

    async def _due(self, kind: RecordClass, now: datetime) -> list[Record]:
        rules = self._config.now.retention
        least = rules.least(kind)
        if least is None:
            return []
        over = await self._store.purge.list_over(kind, now - timedelta(days=least, microseconds=-1))
        return [one for one in over if not one.held and one.due(rules.days(kind, one.agency), now)]

    async def plan(self, found: Mapping[RecordClass, Due], now: datetime) -> int:
        """Plan the purge of each record that is due; return how many.

        Of a class of which more than `retention.at_once_percent` would go at once none goes before an auditor or
        administrator has said that this is meant: a wrong clock or a slip in a rule looks like that.
        """
        planned = 0
        for kind, due in found.items():
            if too_much(len(due.records), due.of, self._config.now.retention.at_once_percent):
                await self._ask(kind, len(due.records), due.of, now)
                continue
            await self._plan(due.records, now)
            planned += len(due.records)
        return planned

    async def _plan(self, due: Sequence[Record], now: datetime) -> None:
        for record in due:
            days = self._config.now.retention.days(record.kind, record.agency)
            if await self._store.due.find(DUE, str(record.ref)) is None:
                payload = {"rule": f"{record.kind} {days} days", "planned": now.isoformat()}
                await self._store.due.plan(DUE, str(record.ref), now, payload)

    async def _ask(self, kind: RecordClass, due: int, of_them: int, now: datetime) -> None:
        """Ask in the audit rooms whether so much is to go, unless that was asked a short while ago."""
        log.warning("retention.too_much", kind=kind, due=due, of=of_them)
        if await self._store.due.find(BATCH, kind):
            return
        await self._store.due.plan(BATCH, kind, now + ASKED_AGAIN, {"planned": now.isoformat()})
        ref = await self._incident.draw()
        told = _n(
            "{n} record of {of} of one class would be purged at once. That may be a wrong clock or a slip in a rule, so"
            " nothing of that class is purged until somebody agrees.",
            "{n} records of {of} of one class would be purged at once. That may be a wrong clock or a slip in a rule,"
            " so nothing of that class is purged until somebody agrees.",
            due, of=of_them,
        )  # fmt: skip
        data = {"batch": str(kind), "ref": str(ref), "tail": ref.tail, "at": now.isoformat(), "due": due}
        asking = Asking(COMMAND, MANY, data, _("Purge them now? ({ref})", ref=Code(str(ref))), str(ref))
        roles, index = self._config.now.roles, 0
        for room_id in await self._purging.audit_rooms():
            record = {"class": str(kind), "due": due, "of": of_them}
            after = await self._notice.give(room_id, BATCH, f"{ref} {room_id}", [told], now, record=record)
            there = [one for one in dict.fromkeys([*roles.auditor, *roles.admin]) if one in self._room.members(room_id)]
            for user in there[:MOST_ASKED]:
                await self._question.ask(room_id, UserId(user), asking, str(ref), after, now, index)
                index += 1

    async def warn(self, before: datetime, now: datetime, until: datetime) -> None:
        """Tell the audit rooms, and ring their leads, that the clock went from *before* to *now* at once."""
        said = _(
            "My clock has leapt from {before} to {now}. If it is wrong, set it right: before {until} I delete nothing"
            " as too old.",
            before=before, now=now, until=until,
        )  # fmt: skip
        for room_id in await self._purging.audit_rooms():
            await self._notice.alert(room_id, BATCH, f"leapt {now.isoformat()} {room_id}", [said], LOOK, now)

    async def answer(self, told: Told, data: Mapping[str, Any], choice: str) -> int:
        """Plan what of the class was due when that was asked and is still, if that is wanted; return how many records.

        Where that would be more than was said, because a rule has changed since, it is asked anew at the next look.
        """
        await self._store.question.settle(COMMAND, data)
        if choice != YES:
            return 0
        kind, asked_at = RecordClass(data["batch"]), datetime.fromisoformat(data["at"])
        due = await self._due(kind, min(told.now, asked_at))
        if len(due) > data.get("due", len(due)):
            await self._store.due.drop(BATCH, kind)
            return 0
        await self._plan(due, told.now)
        return len(due)

    async def look_again(self, woken: Woken) -> None:
        """Do nothing: from now on it may be asked again whether so much may be purged at once."""
