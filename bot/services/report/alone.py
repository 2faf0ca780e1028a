"""Reports that belong to no incident and are marked afterwards: there is no timeline whose entry could say so."""

from __future__ import annotations

from bot.model.original import Decided, Original
from bot.model.person import Actor
from bot.model.report import Report, digest
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.report.finding import Findings
from bot.store import Store


class Alone:
    """Marks such reports and takes back what may not be read any more; what writes joins the open transaction."""

    def __init__(self, store: Store, audit: AuditService, findings: Findings) -> None:
        self._store = store
        self._audit = audit
        self._findings = findings

    async def find(self, room_id: str, event_id: str) -> Report | None:
        """Return the revision that a message of the room has given, or that our post *event_id* shows; or None."""
        given = await self._store.report.list_made(room_id, event_id)
        given += await self._store.report.list_from(room_id, event_id)
        if not given and (ref := await self._store.incident.find_about(room_id, event_id)):
            shown = await self._store.report.find(ref)
            given = [shown] if shown and shown.room_id == room_id else []
        return next((report for report in given if report.incident is None), None)

    async def original(self, report: Report) -> Original:
        """Return the message that has given a revision, as that is handled now."""
        own = report.handling
        handling, decided = own, Decided.TEXT if own else Decided.NOBODY
        if mark := (await self._store.report.marks(report.ref)).get(report.revision):
            handling, decided = mark
        event_id = report.event_id
        return Original(event_id, report.author, True, event_id, None, handling, decided, report.room_id)

    async def follow(self, actor: Actor, told: Told, original: Original) -> None:
        """Mark the revision that a message has given as that is handled now, and enter that into the audit log."""
        report = await self.find(original.room_id, original.event_id)
        if report is None:
            return
        await self._store.report.mark(report, original.handling, original.decided)
        content = {
            "revision": report.revision, "handling": str(original.handling or ""), "decided": original.decided,
        }  # fmt: skip
        await self._audit.append("report.marked", actor, str(report.ref), content, told.now)
        if original.handling and not original.handling.kept:
            texts = report.said_since(None)
            await self._store.report.unword(report.ref, [digest(code, text) for code, text in texts.items()])
        await self._take_back(report, told)

    async def _take_back(self, report: Report, told: Told) -> None:
        """Take back what shows any revision of the report, if its room may not read it any more."""
        if await self._findings.readable(report):
            return
        first = await self._store.report.find(report.ref, 1)
        for one in await self._store.report.list_since(first or report):
            shown = await self._store.outbox.list_caused(one.event_id, "report")
            shown += await self._store.outbox.list_holding(one.event_id)
            for post in shown:
                cause = f"{told.event_id} {post.id}"
                await self._store.outbox.add(post.room_id, "redact", cause, {"post": post.id}, told.now)
