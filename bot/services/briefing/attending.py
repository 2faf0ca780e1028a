"""Who is at a briefing: each says it of themselves, who leads it of others, from shortly before until an hour after."""

from __future__ import annotations

from datetime import datetime

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _, _n
from bot.model.person import Actor, Role, UserId
from bot.model.reference import Reference
from bot.model.rsvp import Quorum
from bot.model.sitting import AFTERWARDS, EARLY, Attendance, Presence, Roll, Sitting, counted, roll, tallied
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.briefing.clocks import Clocks
from bot.services.briefing.sittings import Sittings
from bot.services.room import RoomService
from bot.store import Store

MOST_NAMED = 60
CLOSED = _("The minutes {ref} are closed since {moment}. Nothing was changed.")


class AttendingService:
    """Says who is there; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, room: RoomService, clocks: Clocks, sittings: Sittings,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._room = room
        self._clocks = clocks
        self.meant = sittings.meant
        self.look = sittings.look
        self.find = sittings.find

    async def attend(
        self, actor: Actor, told: Told, sitting: Sitting, presence: Presence | None, who: UserId | None = None
    ) -> Attendance:
        """Record whether *actor*, or *who* by their word, is there; raise UserError when that cannot be said.

        Without a *presence* they have come just now. Return what counts.
        """
        self._open(sitting, told.now)
        person = who or actor.user_id
        if person != actor.user_id:
            await self.leads(actor, sitting)
            if person not in self._clocks.people(sitting.room_id):
                raise UserError(ErrorCode.NOT_FOUND, _("{name} is not in this room.", name=Verbatim(person)))
        before = next((one for one in await self._store.attendance.list_of(sitting.ref) if one.person == person), None)
        counts, minutes = counted(presence, sitting, before, told.now)
        found = Attendance(person, counts, minutes, actor.user_id, told.now)
        await self._store.attendance.attend(sitting.ref, found)
        content = {"sitting": str(sitting.ref), "person": person, "presence": counts, "minutes": minutes}
        await self._audit.append("briefing.attended", actor, str(sitting.briefing), content, told.now)
        return found

    def _open(self, sitting: Sitting, now: datetime) -> None:
        if sitting.closed_at:
            raise closed(sitting)
        if not sitting.takes(now):
            raise UserError(
                ErrorCode.CONFLICT,
                _("Who is there is taken from {from_} until {until}.",
                  from_=sitting.begins - EARLY, until=sitting.ends + AFTERWARDS),
            )  # fmt: skip

    async def leads(self, actor: Actor, sitting: Sitting) -> None:
        """Raise UserError unless *actor* speaks for others in it: who has planned it, a lead, a coordinator."""
        if not await self.is_led_by(actor, sitting):
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("Only who has scheduled {ref}, a lead or a coordinator may do that.",
                  ref=Code(str(sitting.briefing))),
            )  # fmt: skip

    async def is_led_by(self, actor: Actor, sitting: Sitting) -> bool:
        """Return whether *actor* speaks for others in it."""
        if actor.may(Role.LEAD) or actor.may(Role.COORDINATOR):
            return True
        briefing = await self._store.briefing.find(sitting.briefing)
        return briefing is not None and actor.user_id == briefing.by

    # As it stands

    async def last(self, briefing: Reference) -> Sitting | None:
        """Return the last sitting of a briefing, or None."""
        return await self._store.attendance.last(briefing)

    async def roll(self, sitting: Sitting) -> Roll:
        """Return who is there; of closed minutes, who was when they were closed."""
        said = await self._store.attendance.list_of(sitting.ref)
        people = {user: self._agency(user) for user in self._clocks.people(sitting.room_id)}
        if sitting.closed_at:
            asked = await self._store.minute.readings(sitting.ref)
            known = {*(one.person for one in said), *(one.person for one in asked)}
            people = {user: self._agency(user) for user in known}
        quorum = await self._store.rsvp.quorum(sitting.briefing) or Quorum()
        return roll(said, people, {one.person: self._agency(one.person) for one in said}, quorum.needs)

    async def lines(self, sitting: Sitting) -> tuple[Message, ...]:
        """Return who is there: as `tallies` does, and a line for each who has said something, but for very many."""
        found = await self.roll(sitting)
        order = [*Presence]
        said = sorted(found.said.values(), key=lambda one: (order.index(one.presence), one.person))
        named = [self.line(sitting, one) for one in said[:MOST_NAMED]]
        if (left := len(said) - MOST_NAMED) > 0:
            named.append(_n("and {n} more", "and {n} more", left))
        return (*self._tallied(found), *named)

    async def tallies(self, sitting: Sitting) -> tuple[Message, ...]:
        """Return how many are there, a line an agency, and what the quorum needs."""
        return self._tallied(await self.roll(sitting))

    def _tallied(self, found: Roll) -> tuple[Message, ...]:
        return tuple(tallied(found, self._config.now.taskforce.name))

    def line(self, sitting: Sitting, one: Attendance) -> Message:
        """Return what is said of one person, and by whom if not by themselves."""
        name, said = self._name(sitting, one.person), one.said
        if one.by == one.person:
            return _("{name}: {answer}", name=name, answer=said)
        return _("{name}: {answer} (noted by {by})", name=name, answer=said, by=self._name(sitting, one.by))

    def _name(self, sitting: Sitting, user: UserId) -> Verbatim:
        return Verbatim(self._room.known_as(user, sitting.room_id))

    def _agency(self, user: UserId) -> str:
        agency = self._config.now.agency(user)
        return agency.code if agency else ""


def closed(sitting: Sitting) -> UserError:
    """Return that nothing of it changes any more."""
    values = {"ref": Code(str(sitting.ref)), "moment": sitting.closed_at or sitting.ends}
    return UserError(ErrorCode.CONFLICT, Message(CLOSED.text, values))
