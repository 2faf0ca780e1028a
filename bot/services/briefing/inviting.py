"""The poll that clients show beside the question who comes to a briefing, and the end of both.

One at a time about each of it: who is asked later answers the one that is open, or by a digit.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from bot.i18n import _
from bot.model.briefing import Briefing, Occurrence
from bot.model.poll import BALLOT, BALLOT_END
from bot.model.reference import Reference
from bot.model.rsvp import COMMAND, asked_data, begins_at
from bot.services.question import QuestionService
from bot.store import Store

SETTLED = _("That is settled by now. Nothing was changed.")
Which = Callable[[datetime], bool]
"""Whether one that begins then (UTC) is meant."""


class Inviting:
    """Opens and ends polls, and settles questions; what writes joins the open transaction."""

    def __init__(self, store: Store, question: QuestionService) -> None:
        self._store = store
        self._question = question

    async def open(self, briefing: Briefing, one: Occurrence, cause: str, now: datetime) -> None:
        """Ask in a poll who comes to *one*, unless one does already."""
        begins = begins_at(one)
        if begins in await self._store.rsvp.polls(briefing.ref):
            return
        payload = {**asked_data(briefing.ref, begins), "until": one.ends.astimezone(UTC).isoformat()}
        post = await self._store.outbox.add(briefing.room_id, BALLOT, f"{cause} {briefing.ref}", payload, now)
        await self._store.rsvp.add_poll(briefing.ref, begins, post)

    async def stands(self, ref: Reference, begins: datetime) -> bool:
        """Return whether a poll is open that asks who comes to the one that *begins* then."""
        return begins in await self._store.rsvp.polls(ref)

    async def asks(self, room_id: str, event_id: str) -> dict[str, str] | None:
        """Return what a vote needs in the poll *event_id* of the room, ended or not; None if it is none of these."""
        found = await self._store.rsvp.poll_of(room_id, event_id)
        return asked_data(*found) if found else None

    async def settle(
        self, room_id: str, ref: Reference, cause: str, now: datetime, which: Which
    ) -> None:  # fmt: skip
        """Close the questions who comes to those of a briefing, and end their polls."""
        for asked in await self._store.question.list_about(COMMAND, str(ref)):
            if which(datetime.fromisoformat(asked["begins"])):
                await self._question.settle(COMMAND, asked, SETTLED, cause, now)
        for begins, post in (await self._store.rsvp.polls(ref)).items():
            if which(begins):
                await self._store.rsvp.end_poll(post, now)
                payload = {**asked_data(ref, begins), "start": post}
                await self._store.outbox.add(room_id, BALLOT_END, f"{post} end", payload, now)
