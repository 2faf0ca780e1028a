"""How a record is marked, kept: also by a bot that is restored from a backup of before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.model.handling import Mark, Marking, Release
from bot.model.incident import Incident
from bot.model.reference import Reference
from bot.model.release import ENDS
from bot.model.sequel import Sequel, SequelKind
from bot.services.audit import AuditService
from bot.services.sequel import SequelService
from bot.store import Store


class MarkingService:
    """Keeps markings, and the releases that they end; joins the open transaction."""

    def __init__(self, store: Store, audit: AuditService, sequel: SequelService) -> None:
        self._store = store
        self._audit = audit
        self._sequel = sequel

    async def keep(self, incident: Incident, marking: Marking, now: datetime, ended: Sequence[str] = ()) -> Incident:
        """Keep how an incident is marked, and end its releases to the agencies *ended*; return it as it is then."""
        incident = await self._keep(incident, marking, now, ended)
        marks = {"owner": marking.owner.to_json(), "others": marking.others.to_json(), "decided": marking.decided}
        values = {"ref": str(incident.ref), **marks, "ended": list(ended)}
        await self._sequel.tell(SequelKind.MARKED, values, str(incident.ref), now)
        return incident

    async def keep_again(self, sequel: Sequel, now: datetime) -> bool:
        """Mark again as was marked after the backup, if the backup has the record; return whether it does.

        Only what a mark takes away: releases since then are lost, and what is lost is read by fewer.
        """
        said = sequel.values
        incident = await self._store.incident.find(Reference(said["ref"]))
        if incident is None:
            return False
        marking = Marking(Mark.of_json(said["owner"]), Mark.of_json(said["others"]), said["decided"])
        await self._keep(incident, marking, now, said["ended"])
        await self._audit.append(sequel.kind, None, said["ref"], {"mark": marking.whole.to_json()}, now)
        return True

    async def _keep(self, incident: Incident, marking: Marking, now: datetime, ended: Sequence[str]) -> Incident:
        incident = replace(incident, handling=marking.handling)
        await self._store.mark.save(incident.ref, marking)
        await self._store.incident.save(incident)
        # That something was released to them once stays recorded.
        for agency in ended:
            await self._store.mark.release(incident.ref, Release(agency, now, ended=True))
            await self._store.due.drop(ENDS, f"{incident.ref} {agency}")
        return incident
