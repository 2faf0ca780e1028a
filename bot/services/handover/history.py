"""Handovers that have been: found by post, day and what they say, and counted without a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from bot.model.handover import Answer, At, Gone, Handover, Item, State, Things
from bot.model.person import LanguageCode
from bot.model.places import spelled
from bot.model.shift import PostName
from bot.services.handover.sheets import Sheets
from bot.services.handover.texts import WHOLE
from bot.store import Store

MOST_COUNTED = 5_000
MOST_SEARCHED = 500
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

    def __init__(self, store: Store, sheets: Sheets) -> None:
        self._store = store
        self._sheets = sheets

    async def listed(
        self, room_id: str, post: PostName | None, since: datetime, until: datetime, most: int
    ) -> list[Handover]:
        """Return the handovers of a room that were begun in [*since*, *until*), the newest first."""
        return await self._store.handover.list_in(room_id, post, since, until, most)

    async def holding(
        self, room_id: str, post: PostName | None, since: datetime, until: datetime, most: int, words: str,
        language: LanguageCode,
    ) -> list[Handover]:  # fmt: skip
        """Return those of them that say *words*, as they were written or in *language*, as far as the room reads it.

        Case, accents and signs count for nothing. Only the newest 500 are looked through.
        """
        sought, found = spelled(words), []
        for one in await self.listed(room_id, post, since, until, MOST_SEARCHED):
            if any(sought in spelled(text) for text in await self._texts(one, language)):
                found.append(one)
                if len(found) == most:
                    break
        return found

    async def _texts(self, handover: Handover, language: LanguageCode) -> list[str]:
        """Return all that is shown of what a handover's items, what belongs to them and its addenda say."""
        sheet = await self._sheets.sheet(handover)
        items = [one for one in sheet.items if sheet.gone.get(one.number) is not Gone.HIDDEN]
        more = [one.number for kind in WHOLE for one in await self._store.handover.said(handover.ref, kind)]
        things = await self._sheets.things(handover, items, language, more)
        places = [at for item in items for at in _shown(handover, item, things)]
        places += [(handover.ref, number) for number in more]
        made = [things.made[at].text for at in places if at in things.made]
        return [*map(things.written, places), *made]

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


def _shown(handover: Handover, item: Item, things: Things) -> Iterator[At]:
    """Return where that stands which is said of an item; of what is cut, nothing is."""
    if at := things.where(item):
        yield from dict.fromkeys((at, things.newest(at)))
        yield from item.notes
        if item.contingency:
            yield item.contingency
        if item.answered and item.answered.reason:
            yield handover.ref, item.answered.reason


def _delay(handover: Handover) -> timedelta | None:
    """Return how long after its time it was accepted."""
    since = handover.expected or handover.ready_at
    return handover.ended_at - since if handover.ended_at and since else None
