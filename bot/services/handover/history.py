"""Handovers that have been: found by post and day, and counted without a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from bot.model.handover import Answer, Handover, State
from bot.model.shift import PostName
from bot.store import Store

MOST_COUNTED = 5_000
LONG = 3
"""How often something may be handed on before it is counted as carried for long."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of the handovers of a while; delays are in minutes, counted from the shift's beginning or from ready."""

    accepted: int
    refused: int
    median_delay: int | None
    longest_delay: int | None
    carried: int
    refused_items: int
    wrong: int


class History:
    """Looks back; only reads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def listed(
        self, room_id: str, post: PostName | None, since: datetime, until: datetime, most: int
    ) -> list[Handover]:
        """Return the handovers of a room that were begun in [*since*, *until*), the newest first."""
        return await self._store.handover.list_in(room_id, post, since, until, most)

    async def statistics(self, room_id: str, post: PostName | None, now: datetime, days: int) -> Statistics:
        """Return counts of the last *days*, of one *post* or of all in the room."""
        since = now - timedelta(days=days)
        found = await self._store.handover.list_in(room_id, post, since, now + timedelta(seconds=1), MOST_COUNTED)
        accepted = [one for one in found if one.state is State.ACCEPTED]
        delays = [max(0, int(delay.total_seconds() // 60)) for one in accepted if (delay := _delay(one)) is not None]
        refs = [one.ref for one in accepted]
        carried, refused = await self._store.handover.count_items(refs, LONG, Answer.REFUSED)
        return Statistics(
            len(accepted),
            sum(one.state is State.REFUSED for one in found),
            int(median(delays)) if delays else None,
            max(delays, default=None),
            carried,
            refused,
            await self._store.handover.count_wrong(refs),
        )


def _delay(handover: Handover) -> timedelta | None:
    """Return how long after its time it was accepted."""
    since = handover.expected or handover.ready_at
    return handover.ended_at - since if handover.ended_at and since else None
