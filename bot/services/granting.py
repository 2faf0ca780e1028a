"""What the mark of an originator does to what it has released before: it ends what it does not leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.model.handling import Mark, Release
from bot.model.incident import Incident
from bot.model.release import ENDS
from bot.store import Store


class Granting:
    """Ends releases; joins the open transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def beyond(self, incident: Incident, mark: Mark, now: datetime) -> Sequence[str]:
        """Return the agencies that have it by a release which *mark*, its originator's word, does not leave."""
        releases = (await self._store.mark.releases([incident.ref])).get(incident.ref, ())
        standing = [one.agency for one in releases if one.stands(now)]
        return [agency for agency in standing if mark.red or not mark.leaves(agency, own=False)]

    async def end(self, incident: Incident, agencies: Sequence[str], now: datetime) -> None:
        """End the releases to these agencies. That something was released to them once stays recorded."""
        for agency in agencies:
            await self._store.mark.release(incident.ref, Release(agency, now))
            await self._store.due.drop(ENDS, f"{incident.ref} {agency}")
