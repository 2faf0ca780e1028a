"""Whoever a patrol is about hears of it: its crew where only they read it, its leads in its room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.config import Current
from bot.i18n import Language, Message, Verbatim, _
from bot.model.patrol import Member, Patrol
from bot.model.person import Role, UserId
from bot.services.notice import Block, NoticeService
from bot.services.patrol.ruling import PatrolRules, code
from bot.services.patrol.tongues import Tongues
from bot.services.person import PersonService
from bot.services.room import RoomService
from bot.services.shift import ShiftTelling

NOUN = "patrol"


class PatrolTelling:
    """Says what a patrol is; what it posts joins the open transaction."""

    def __init__(
        self, config: Current, person: PersonService, room: RoomService, notice: NoticeService,
        shifts: ShiftTelling, rules: PatrolRules, tongues: Tongues,
    ) -> None:  # fmt: skip
        self._config = config
        self._person = person
        self._room = room
        self._notice = notice
        self._shifts = shifts
        self._rules = rules
        self._tongues = tongues

    async def lines(self, patrol: Patrol) -> tuple[Message, ...]:
        """Return what a patrol is: when, who, with what and where, and which language they have in common."""
        there = {one.person for one in self._tongues.there(patrol)}
        span = patrol.span
        lines = [
            _("When: {from_} to {until}", from_=span.since, until=span.until),
            _("Crew: {names}", names=tuple(self._member(patrol, one, there) for one in patrol.crew)),
        ]
        if patrol.vehicle:
            lines.append(_("Vehicle: {vehicle}", vehicle=Verbatim(patrol.vehicle)))
        if patrol.area:
            lines.append(_("Area: {area}", area=Verbatim(patrol.area)))
        return (*lines, *await self._spoken(patrol))

    async def _spoken(self, patrol: Patrol) -> tuple[Message, ...]:
        if gaps := await self._tongues.gaps(patrol):
            return gaps
        found = await self._tongues.tongue(patrol)
        languages = tuple(map(Language, found.languages))
        if not languages:
            return ()
        if found.through:
            return (_("Language: {languages}, for some through an interpreter", languages=languages),)
        return (_("Language: {languages}, known to all", languages=languages),)

    def _member(self, patrol: Patrol, one: Member, there: Collection[UserId]) -> Message:
        name = self._rules.named(patrol, one.person)
        if one.person not in there:
            return _("{name} (not in this room any more)", name=name)
        if not one.agreed:
            return _("{name} (their lead has not agreed yet)", name=name)
        return _("{name} (interprets)", name=name) if one.interprets else _("{name}", name=name)

    # The crew

    async def crew(
        self, patrol: Patrol, whom: Collection[UserId], said: Message, asked: Message, cause: str, now: datetime, *,
        reminds: bool = False, late: bool = False,
    ) -> list[UserId]:  # fmt: skip
        """Tell *whom* what was *said* of a patrol and what it is, and ring them with *asked*; return who was told.

        Nobody who is not in its room any more.
        """
        blocks: list[Block] = [said, await self.lines(patrol)]
        if late:
            blocks.append(_("I was away, so I remind you late."))
        members = set(self._room.members(patrol.room_id))
        told = [user for user in whom if user in members and self._config.now.serves(user)]
        for user in told:
            await self._shifts.tell(
                user, patrol.room_id, f"{cause} {patrol.ref}", blocks, asked, now, reminds=reminds, ref=str(patrol.ref),
                of=NOUN, holds=[str(patrol.ref)],
            )  # fmt: skip
        return told

    # The leads

    async def leads(self, patrol: Patrol, agencies: Collection[str | None]) -> list[UserId]:
        """Return the leads of *agencies* who are in the patrol's room."""
        config = self._config.now
        there = sorted(user for user in self._room.members(patrol.room_id) if user in config.roles.lead)
        people = [await self._person.actor(user, patrol.room_id) for user in there if config.serves(user)]
        return [one.user_id for one in people if one.may(Role.LEAD) and one.agency in agencies]

    async def warn(
        self, patrol: Patrol, said: Sequence[Block], asked: Message, cause: str, now: datetime,
        people: Sequence[UserId] = (),
    ) -> None:  # fmt: skip
        """Say in the patrol's room what is wrong with its crew, and ring the leads of the agencies that take part.

        Those of *people* alone, if they are named.
        """
        agencies = {self._rules.agency(one) for one in people or (patrol.by, *patrol.people)}
        whom = await self.leads(patrol, agencies)
        cause, ref = f"{cause} {patrol.ref}", str(patrol.ref)
        notice = await self._notice.give(patrol.room_id, NOUN, cause, said, now, ref=ref, people=whom)
        if whom:
            await self._notice.ring(patrol.room_id, NOUN, cause, whom, asked, notice, now, ref=ref)

    async def unheard(self, patrol: Patrol, gaps: tuple[Message, ...], cause: str, now: datetime) -> None:
        """Tell the leads that the crew of a patrol has no language in common any more."""
        said: list[Block] = [
            _("The crew of patrol {ref} has no language in common any more:", ref=code(patrol)), gaps,
        ]  # fmt: skip
        asked = _("The crew of {ref} has no language in common any more. Please see to it.", ref=code(patrol))
        await self.warn(patrol, said, asked, cause, now)
