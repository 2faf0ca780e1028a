"""When somebody gets the card of their shift: at its beginning."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model.shift import PostName
from bot.store import Store

CARD = "card"
"""The kind of the due rows: one a post, at the next beginning of a shift."""
CARD_FOR = "card for"
"""One a person who is to get a card."""
LOOK = timedelta(days=8)
"""How far ahead the next shift is looked for at once."""


class CardClock:
    """Plans, in the open transaction, when the next card is sent."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def plan(self, post: PostName, now: datetime) -> None:
        """Set the clock by the roster as it is now: what began before this moment was looked at."""
        waiting = await self._store.due.find(CARD, post)
        done = now
        if waiting and waiting.at <= now:
            done = datetime.fromisoformat(waiting.payload["done"])
        roster = await self._store.shift.roster(done, now + LOOK, [post])
        begins = [one.span.since for one in roster.shifts(done, now + LOOK, post) if one.person]
        at = min([moment for moment in begins if moment > done], default=now + LOOK)
        await self._store.due.plan(CARD, post, at, {"done": done.isoformat()})
