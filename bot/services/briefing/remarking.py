"""What minutes and agendas have of a message that is marked afterwards is marked as well, and nothing is erased."""

from __future__ import annotations

from datetime import datetime

from bot.model.agenda import held_as as held_on_agenda
from bot.model.agenda import wording_of
from bot.model.incoming import Incoming
from bot.model.minute import held_as
from bot.model.original import Original
from bot.model.reference import Reference
from bot.services.audit import AuditService
from bot.services.briefing.catching import CatchingUp
from bot.services.briefing.confirming import Confirming
from bot.services.notice import NoticeService
from bot.services.person import PersonService
from bot.store import Store


class Remarking:
    """Follows marks, in the open transaction: minutes and agendas hold no marked text, so it is withheld there."""

    def __init__(
        self, store: Store, audit: AuditService, person: PersonService, notice: NoticeService, confirming: Confirming,
        catching: CatchingUp,
    ) -> None:  # fmt: skip
        self._store = store
        self._audit = audit
        self._person = person
        self._notice = notice
        self._confirming = confirming
        self._catching = catching

    async def recorded(self, room_id: str, event_id: str) -> Original | None:
        """Return a message of the room of which minutes or an agenda have a text, as it is handled; or None."""
        return await self._store.line_mark.find(room_id, event_id)

    async def follow(self, by: Incoming, original: Original, now: datetime) -> None:
        """Let what a message has said be handled as it is now, because of what *by* says."""
        before = await self.recorded(original.room_id, original.event_id)
        if before is None or original.handling is None or before.handling == original.handling:
            return
        await self._store.line_mark.save(original.event_id, original.handling, original.decided)
        actor = await self._person.actor(by.sender, by.room_id)
        for ref, numbers in await self._lines(original):
            content: dict[str, object] = {"numbers": numbers, "label": str(original.handling)}
            await self._audit.append("briefing.marked", actor, str(ref), content, now)
            await self._withhold_lines(ref, numbers, original, by.event_id, now)
        for ref, number in await self._store.agenda.said_by(original.room_id, original.event_id):
            content = {"numbers": [number], "label": str(original.handling)}
            await self._audit.append("briefing.marked", actor, str(ref), content, now)
            if not original.handling.travels:
                await self._store.wording.forget(ref, [wording_of(number)])
                await self._notice.unsay(held_on_agenda(ref), ref, by.event_id, now)

    async def _lines(self, original: Original) -> list[tuple[Reference, list[int]]]:
        found: dict[Reference, list[int]] = {}
        for ref, number in await self._store.minute.said_by(original.event_id):
            sitting = await self._store.attendance.find(ref)
            if sitting is not None and sitting.room_id == original.room_id:
                found.setdefault(ref, []).append(number)
        return [*found.items()]

    async def _withhold_lines(
        self, ref: Reference, numbers: list[int], original: Original, cause: str, now: datetime
    ) -> None:  # fmt: skip
        """Take back what says lines that may stand there no more, and let who is to read them read what is left."""
        sitting = await self._store.attendance.find(ref)
        if sitting is None or original.handling is None or original.handling.travels:
            return
        await self._store.wording.forget(ref, numbers)
        for number in numbers:
            await self._notice.unsay(held_as(ref, number), ref, f"{cause} {number}", now)
        await self._confirming.settle(sitting, numbers, cause, now)
        if sitting.closed_at:
            await self._catching.renew(sitting, cause, now)
