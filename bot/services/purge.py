"""Purges that people ask for: one auditor or administrator asks, another one agrees, and what is under hold stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.config import Current, Roles
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _, _c, to_json
from bot.model.handling import Hidden, Purpose
from bot.model.names import one_line
from bot.model.person import Actor, Role, UserId
from bot.model.purge import COMMAND, DUE, LASTS, REFUSE, YES, Record, RecordClass
from bot.model.reference import Reference
from bot.model.release import MOST_ASKED
from bot.model.told import Told
from bot.services.direct import DirectService
from bot.services.incident import IncidentService
from bot.services.labelled import recordable
from bot.services.notice import NoticeService
from bot.services.purging import not_over
from bot.services.question import Asking, QuestionService
from bot.services.release import SETTLED
from bot.services.report import ReportService
from bot.services.room import RoomService
from bot.store import Store

CHOICES = ((YES, _c("choice", "Yes, purge it")), (REFUSE, _c("choice", "No, refuse it")))
GONE = _("I know no such record here.")
Json = Mapping[str, Any]


class PurgeService:
    """Asks and answers; what writes joins the open transaction. `PurgingService` does what was decided."""

    def __init__(
        self, config: Current, store: Store, incident: IncidentService, report: ReportService, room: RoomService,
        direct: DirectService, notice: NoticeService, question: QuestionService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._incident = incident
        self._report = report
        self._room = room
        self._direct = direct
        self._notice = notice
        self._question = question

    # Asking

    async def ask(self, actor: Actor, told: Told, ref: Reference, reason: str) -> list[UserId]:
        """Ask other auditors and administrators whether the record may be purged; return whom.

        Raises UserError if the room may not read it, or it does not exist: in the same words; if it is not over, under
        hold, asked about already, or there is nobody else to agree.
        """
        recordable(reason)
        record = await self._purgeable(told.room_id, ref)
        await self._store.question.expire(COMMAND, told.now - LASTS)
        if await self._store.question.list_about(COMMAND, str(ref)) or await self._store.due.find(DUE, str(ref)):
            raise UserError(ErrorCode.CONFLICT, _("That is asked already, and waits for its answer."))
        judges = await self._judges(actor, told, record)
        if not judges:
            raise UserError(
                ErrorCode.UNAVAILABLE,
                _("Purging {ref} needs a second auditor or administrator, and I reach none who may see it.",
                  ref=Code(str(ref))),
            )  # fmt: skip
        await self._put(actor, told, record, one_line(reason), judges)
        return list(judges)

    async def _purgeable(self, room_id: str, ref: Reference) -> Record:
        record = await self._store.purge.find(ref)
        # Whatever there is of it takes the same steps, so that nobody can tell what is withheld from what is not there.
        seen = await self._seen(room_id, ref, record)
        if record is None or not seen:
            raise UserError(ErrorCode.NOT_FOUND, GONE)
        if record.held:
            said = _("{ref} is under hold. Nothing of it is deleted until the hold is lifted.", ref=Code(str(ref)))
            raise UserError(ErrorCode.CONFLICT, said)
        if record.ended_at is None:
            raise UserError(ErrorCode.CONFLICT, not_over(ref))
        return record

    async def _seen(self, room_id: str, ref: Reference, record: Record | None) -> bool:
        incident = not isinstance(await self._incident.look(room_id, ref, Purpose.READING), Hidden)
        try:
            await self._report.find(room_id, ref)
            report = True
        except UserError:
            report = False
        match record.kind if record else None:
            case RecordClass.INCIDENT:
                return incident
            case RecordClass.REPORT:
                return report
        return record is not None and record.room_id == room_id

    async def _judges(self, actor: Actor, told: Told, record: Record) -> dict[UserId, str]:
        """Return who may agree, and in which room to ask each: where it was asked, else where it is, else directly."""
        roles = self._config.now.roles
        found: dict[UserId, str] = {}
        for user in map(UserId, dict.fromkeys([*roles.auditor, *roles.admin])):
            for room_id in (told.room_id, record.room_id, await self._direct.find(user)):
                there = room_id and user != actor.user_id and user in self._room.members(room_id)
                if room_id and there and await self._seen(room_id, record.ref, record):
                    found.setdefault(user, room_id)
        return dict(list(found.items())[:MOST_ASKED])

    async def _put(self, actor: Actor, told: Told, record: Record, reason: str, judges: Mapping[UserId, str]) -> None:
        """Say in each room what is asked and why, and ask below that."""
        ref, incident = Code(str(record.ref)), record.kind is RecordClass.INCIDENT
        name = f"{actor.name} ({actor.agency})" if actor.agency else actor.name
        said = _("{name} asks that {ref} may be purged. Why: {reason}",
                 name=Verbatim(one_line(name)), ref=ref, reason=Verbatim(reason))  # fmt: skip
        data = {
            "ref": str(record.ref), "tail": record.ref.tail, "request": told.event_id, "by": actor.user_id,
            "room": told.room_id, "at": told.now.isoformat(), "reason": reason, "said": told.said,
        }  # fmt: skip
        shows = (str(record.ref),) if incident else ()
        text = _("Purge {ref}? Its words are deleted for good, wherever I have them.", ref=ref)
        asking = Asking(COMMAND, CHOICES, data, text, str(record.ref), shows=shows)
        after: dict[str, str] = {}
        for index, (user, room_id) in enumerate(judges.items()):
            if room_id not in after:
                after[room_id] = await self._notice.give(
                    room_id, COMMAND, f"{told.event_id} {room_id}", [said], told.now,
                    ref=str(record.ref), shows=record.ref if incident else None, holds=[told.said],
                )  # fmt: skip
            await self._question.ask(room_id, user, asking, told.event_id, after[room_id], told.now, index)

    # Answering

    async def answer(self, actor: Actor, told: Told, data: Json, choice: str) -> bool:
        """Record what the second person answers; return whether the record is purged now.

        Raises UserError if it is too late, both are not entitled any more, or the record may not be purged any more.
        """
        ref = Reference(data["ref"])
        record = await self._purgeable(told.room_id, ref)
        if told.now - datetime.fromisoformat(data["at"]) > LASTS:
            raise UserError(ErrorCode.CONFLICT, SETTLED)
        decided_by_two(self._config.now.roles, actor, data["by"])
        await self._store.question.settle(COMMAND, data)
        if choice != YES:
            await self._refused(told, record, data)
            return False
        payload = {
            "by": data["by"], "agreed": actor.user_id, "room": data["room"], "reason": data["reason"],
            "said": data["said"], "answer": told.event_id,
        }  # fmt: skip
        await self._store.due.plan(DUE, str(ref), told.now, payload)
        return True

    async def _refused(self, told: Told, record: Record, data: Json) -> None:
        """Tell who has asked."""
        said: Message = _("{ref} is not purged: the second person has refused.", ref=Code(str(record.ref)))
        shows = [str(record.ref)] if record.kind is RecordClass.INCIDENT else []
        payload = {
            "to": data["by"], "blocks": [to_json(said)], "command": COMMAND, "ok": False, "ref": str(record.ref),
            "shows": shows,
        }  # fmt: skip
        await self._store.outbox.add(data["room"], "reply", data["request"], payload, told.now, index=1, holds=shows)


def decided_by_two(roles: Roles, actor: Actor, by: str) -> None:
    """Raise UserError unless *actor* may agree to what *by* has asked for: two people, and both entitled now."""
    entitled = actor.may(Role.AUDITOR) or actor.may(Role.ADMIN)
    if not entitled or actor.user_id == by or by not in (*roles.auditor, *roles.admin):
        raise UserError(
            ErrorCode.NOT_ALLOWED,
            _("A purge is decided by two auditors or administrators: one asks, and another one agrees."),
        )
