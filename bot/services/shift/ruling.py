"""What a roster has to be, and who may change whose shifts: each breach is said in a whole sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Message, Verbatim, _
from bot.model.person import Actor, Role, UserId
from bot.model.rights import only_a_lead
from bot.model.shift import Roster, Rotation, Shift, Span, overlap
from bot.model.shift.rotation import LONGEST
from bot.model.shift.strain import Limits, strains
from bot.services.labelled import recordable
from bot.services.room import RoomService
from bot.services.shift.telling import line

YEAR = timedelta(days=400)
SHORTEST = timedelta(minutes=15)
MOST_STRAINS = 5
LONGEST_REASON = 200


class RosterRules:
    """Says what may not be."""

    def __init__(self, config: Current, room: RoomService) -> None:
        self._config = config
        self._room = room

    def agency(self, user_id: UserId) -> str | None:
        """Return the code of a person's agency."""
        found = self._config.now.agency(user_id)
        return found.code if found else None

    def allow(self, actor: Actor, room_id: str, people: Iterable[UserId]) -> None:
        """Raise UserError unless *actor* is a lead, and all of *people* are of the same agency."""
        if not actor.may(Role.LEAD):
            raise only_a_lead(actor, _("Only a lead of an agency changes the shifts of its people."))
        others = [user for user in people if self.agency(user) != actor.agency]
        if others:
            names = tuple(self._named(room_id, user) for user in others[:MOST_STRAINS])
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("Each agency changes the shifts of its own people alone. Of another agency: {names}.", names=names),
            )

    def there(self, room_id: str, people: Iterable[UserId]) -> None:
        """Raise UserError unless all of *people* are in the room, and served."""
        there = set(self._room.members(room_id)) - {self._config.now.matrix.user_id}
        missing = [user for user in people if user not in there or not self._config.now.serves(user)]
        if missing:
            raise UserError(
                ErrorCode.NOT_FOUND,
                _("Only who is in this room can be on its roster. Not here: {names}.",
                  names=tuple(Verbatim(user) for user in missing[:MOST_STRAINS])),
            )  # fmt: skip

    def as_long(self, length: timedelta, most: timedelta = LONGEST) -> None:
        """Raise UserError unless a stretch is neither too short nor longer than *most*."""
        if not SHORTEST <= length <= most:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("That must last from 15 minutes to {hours} hours.", hours=most // timedelta(hours=1)),
            )

    def lies_ahead(self, span: Span, now: datetime, most: timedelta) -> None:
        """Raise UserError unless *span* is to come, or lasts, and is as long as it may be."""
        if span.until <= now or span.until <= span.since:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("That ends before it begins, or is over already."))
        self.as_long(span.length, most)

    def no_overlap(self, rotations: Sequence[Rotation], now: datetime) -> None:
        """Raise UserError if two shifts of *rotations* of one post overlap within a year."""
        found = overlap(Roster(tuple(rotations)).shifts(now, now + YEAR))
        if found is not None:
            raise UserError(ErrorCode.CONFLICT, overlapping(*found))

    @property
    def limits(self) -> Limits:
        """What rosters are held against."""
        shift = self._config.now.shift
        return Limits(timedelta(hours=shift.rest_hours), timedelta(hours=shift.week_hours))

    def strains(
        self, before: Sequence[Shift], after: Sequence[Shift], people: Iterable[UserId], zone: str, room_id: str
    ) -> tuple[Message, ...]:
        """Return what *people* have too little rest or too many hours by in *after* and had not before."""
        limits = self.limits
        short, over = strains(before, after, people, zone, limits)
        said = [
            _("{name} would be on duty twice at once: {first}, and {second}.", name=self._named(room_id, one.person),
              first=line(one.before), second=line(one.after))
            if one.rest < timedelta()
            else _("{name} would have {hours} hours of rest before {moment}: {least} are due.",
                   name=self._named(room_id, one.person), hours=_hours(one.rest), moment=one.after.span.since,
                   least=_hours(limits.rest))
            for one in short
        ]  # fmt: skip
        said += [
            _("{name} would be on duty {hours} hours in the week from {moment}: {most} is the most.",
              name=self._named(room_id, one.person), hours=_hours(one.hours), moment=one.week.since,
              most=_hours(limits.week))
            for one in over
        ]  # fmt: skip
        return tuple(said[:MOST_STRAINS])

    def _named(self, room_id: str, user_id: UserId) -> Verbatim:
        return Verbatim(self._room.known_as(user_id, room_id))


def overlapping(first: Shift, second: Shift) -> Message:
    """Return that two shifts of one post would overlap."""
    return _("Two shifts would overlap: {first}, and {second}. Take the other rotation out first, or change one"
             " of its shifts.", first=line(first), second=line(second))  # fmt: skip


def no_such(number: int) -> UserError:
    """Return that nothing of a roster has that number."""
    return UserError(ErrorCode.NOT_FOUND, _("There is no number {number} here.", number=number))


def reasoned(text: str | None) -> str | None:
    """Return a reason on one line, None for none; raise UserError if it is empty or too long."""
    if text is None:
        return None
    reason = " ".join(text.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("A reason has from 1 to {most} characters.", most=LONGEST_REASON))
    recordable(reason)
    return reason


def _hours(length: timedelta) -> float:
    return round(length / timedelta(hours=1), 1)
