"""Who comes to a briefing as it stands; who organises hears when enough do, and when no longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.config import Current
from bot.i18n import Code, _
from bot.model.briefing import Briefing, Occurrence, next_of
from bot.model.person import UserId
from bot.model.rsvp import Quorum, Standing, begins_at, counted, missing, standing
from bot.services.briefing.board import Board
from bot.services.briefing.clocks import Clocks
from bot.services.briefing.finding import Findings, Planned
from bot.services.briefing.telling import Telling
from bot.store import Store


class Counting:
    """Counts who comes; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, found: Findings, clocks: Clocks, telling: Telling, board: Board
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._found = found
        self._clocks = clocks
        self._telling = telling
        self._board = board

    @property
    def unnamed(self) -> str:
        """What those are called who are of no agency."""
        return self._config.now.taskforce.name

    async def standing(self, planned: Planned, one: Occurrence) -> Standing:
        """Return who comes to *one*, as far as they are in the room and have said."""
        ref = planned.briefing.ref
        said = counted(await self._store.rsvp.list_of(ref), one, planned.changes)
        quorum = await self._store.rsvp.quorum(ref)
        people = {user: self.agency(user) for user in self._clocks.people(planned.briefing.room_id)}
        return standing(said, people, quorum.needs if quorum else None)

    async def shown(self, planned: Planned) -> Standing | None:
        """Return what the card says of who comes: nothing while nobody was asked, or has said anything."""
        if planned.next is None or await self._store.rsvp.quorum(planned.briefing.ref) is None:
            return None
        return await self.standing(planned, planned.next)

    def agency(self, user: UserId) -> str:
        """Return the code of the agency of somebody; "" for none."""
        agency = self._config.now.agency(user)
        return agency.code if agency else ""

    async def changed(self, room_id: str, cause: str, now: datetime) -> None:
        """Count again in the room's briefings: somebody has come into it or left it."""
        for planned in await self._found.list_open(room_id, now):
            if await self._store.rsvp.quorum(planned.briefing.ref) is not None:
                await self.recount(planned, cause, now)
                await self._board.show(planned.briefing, cause, now)

    async def recount(self, planned: Planned, cause: str, now: datetime, by: UserId | None = None) -> None:
        """Tell who organises when enough come to the next one, or no longer do: once each time, unless *by* them."""
        briefing = planned.briefing
        one = next_of(briefing, planned.changes, now)
        if one is None:
            return
        quorum = await self._store.rsvp.quorum(briefing.ref) or Quorum()
        found = await self.standing(planned, one)
        was = quorum.there and quorum.begins == begins_at(one)
        after = replace(quorum, begins=begins_at(one), there=found.there)
        await self._store.rsvp.save_quorum(briefing.ref, after)
        if found.there is was or by == briefing.by or briefing.by not in self._clocks.people(briefing.room_id):
            return
        await self._tell(briefing, one, found, f"{cause} quorum", now)

    async def _tell(self, briefing: Briefing, one: Occurrence, found: Standing, cause: str, now: datetime) -> None:
        ref, moment = Code(str(briefing.ref)), one.begins
        said = _("{ref}, {moment}: the quorum is lost. Still missing: {agencies}.",
                 ref=ref, moment=moment, agencies=missing(found))  # fmt: skip
        if found.there:
            said = _("{ref}, {moment}: the quorum is there now.", ref=ref, moment=moment)
        asked = _("{ref}: the quorum has changed. Please see the message above.", ref=ref)
        await self._telling.tell(briefing, [briefing.by], cause, [said], asked, now)
