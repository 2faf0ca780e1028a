"""How the words of records leave the audit log: at once, or under hold when that is lifted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.model.audit import HELD, KEPT
from bot.model.reference import Reference
from bot.services.audit import AuditService
from bot.store import Store


class Held:
    """Empties entries of the log, or sees that this is done later; joins the open transaction."""

    def __init__(self, store: Store, audit: AuditService) -> None:
        self._store = store
        self._audit = audit

    async def forget(
        self, incident: Reference | None, key: tuple[Reference, int], logged: int | None, whole: Mapping[str, Any],
        left: Mapping[str, Any], now: datetime,
    ) -> None:  # fmt: skip
        """Let go what the entry *logged* of the log has of a record's words, which the record itself has no more.

        The *key* is the incident's own reference and the number of its entry, or a report's and its revision. *whole*
        is what the record has said, *left* what stays of that in the log. While the *incident* is under hold, the
        log keeps it, in an entry of its own where the one that is *logged* has it no more.
        """
        if incident is None or await self._store.hold.find(incident) is None:
            if logged is not None:
                await self._audit.forget(logged, left, now)
            return
        if await self._store.hold.keeps(*key):
            return
        if logged is None or not await self._audit.says(logged):
            logged, left = await self._audit.append(KEPT, None, str(incident), whole, now), {}
        await self._store.hold.keep(incident, *key, logged, left, now)
        await self._audit.append(HELD, None, str(logged), left, now)
