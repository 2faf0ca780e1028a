"""Which incidents may be the same as one that was just declared: only among those that the room may read."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from bot.model.handling import Cleared
from bot.model.incident import APART, Incident, Looks, likeness
from bot.model.reference import Reference
from bot.services.incident.service import IncidentService
from bot.store import Store

MOST = 3
LOOKED_AT = 200
"""How many that the room may read are compared, and how many are read at a time."""


class LikenessService:
    """Compares incidents; only reads."""

    def __init__(self, store: Store, incident: IncidentService) -> None:
        self._store = store
        self._incident = incident

    async def alike(self, room_id: str, incident: Incident) -> list[Cleared[Incident]]:
        """Return what may be the same, MOST at most: the likeliest first, then the nearest in time.

        What is real is never the same as what is of an exercise.
        """
        moment = incident.moment
        others = await self._around(room_id, incident)
        titles = await self._store.wording.titles([incident.ref, *(one.content.ref for one in others)])
        mine = _looks(incident, titles)
        found = [(likeness(mine, _looks(one.content, titles)), one) for one in others]
        found.sort(key=lambda at: (-at[0], abs(at[1].content.moment - moment), str(at[1].content.ref)))
        return [one for likely, one in found if likely][:MOST]

    async def _around(self, room_id: str, incident: Incident) -> list[Cleared[Incident]]:
        """Return what happened about then and can be compared: what the room may not read takes nobody's place."""
        rooms, moment = await self._incident.rooms_seen(room_id), incident.moment
        found = list[Cleared[Incident]]()
        for offset in count(0, LOOKED_AT):
            refs = await self._store.search.around(
                rooms, moment - APART, moment + APART, incident.ref, LOOKED_AT, offset
            )
            seen = [one for one in await self._incident.seen(room_id, refs) if one.full and one.content.title]
            found += [one for one in seen if one.content.exercise is incident.exercise]
            if len(refs) < LOOKED_AT or len(found) >= LOOKED_AT:
                break
        return found[:LOOKED_AT]


def _looks(incident: Incident, titles: Mapping[Reference, Mapping[str, str]]) -> Looks:
    worded = {**titles.get(incident.ref, {}), incident.language.base: incident.title}
    return Looks(incident.moment, incident.type, incident.place, worded)
