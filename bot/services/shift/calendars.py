"""Rosters come and go as calendar files."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Message, Verbatim, _
from bot.model.file import File
from bot.model.names import one_line
from bot.model.person import Actor, UserId, Zone
from bot.model.shift import DutyPost, Edited, Override, Reason, Roster, Shift, changed, overlap
from bot.model.shift.calendar import Found, read, write
from bot.model.shift.strain import NEAR
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.room import RoomService
from bot.services.shift.editing import RosterService
from bot.services.shift.ruling import RosterRules, overlapping
from bot.services.shift.service import ShiftService
from bot.services.shift.telling import line
from bot.store import Store

MOST_NAMED = 5
MEDIA_TYPE = "text/calendar"


@dataclass(frozen=True, slots=True)
class Importing:
    """A file that was read and looked at: the shifts that are new by it, and what it was held against.

    `same` were there already, `left` are past or cancelled; `revision` is the roster's as it was then.
    """

    post: DutyPost
    new: tuple[Override, ...]
    people: tuple[UserId, ...]
    against: tuple[Message, ...]
    same: int
    left: int
    revision: int


class CalendarService:
    """Reads and writes calendar files."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, room: RoomService, shift: ShiftService,
        rules: RosterRules, roster: RosterService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._room = room
        self._shift = shift
        self._rules = rules
        self._roster = roster

    async def read(self, actor: Actor, told: Told, post: DutyPost, data: bytes) -> Importing:
        """Return what a file would change (slow, outside any transaction); raise UserError where it cannot be used."""
        revision = await self._store.shift.revision(post.name)
        found = await asyncio.to_thread(read, data, post.zone, told.now)
        named = self._people(told.room_id, found.shifts)
        if not found.shifts:
            return Importing(post, (), (), (), 0, found.left, revision)
        until = max(one.span.until for one in found.shifts)
        roster = await self._shift.roster(None, told.now - NEAR, until)
        made = [Shift(post.name, one.span, named[one.names]) for one in found.shifts]
        if pair := overlap(made):
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("In the file two shifts overlap: {first}, and {second}.", first=line(pair[0]), second=line(pair[1])),
            )
        new, before, after = await asyncio.to_thread(_looked_at, roster, made, actor, told, until)
        self._allow(actor, told, made, before, after)
        people = tuple(dict.fromkeys(one.person for one in new if one.person))
        against = await asyncio.to_thread(self._rules.strains, before, after, people, post.zone, told.room_id)
        return Importing(post, new, people, against, len(made) - len(new), found.left, revision)

    def _allow(
        self, actor: Actor, told: Told, made: Sequence[Shift], before: Sequence[Shift], after: Sequence[Shift]
    ) -> None:
        """Raise UserError if *actor* may not change these shifts; of one that only stands in the way, say which."""
        try:
            self._rules.allow(actor, told.room_id, [one.person for one in changed(before, after)])
        except UserError as refused:
            there = [one for one in before if one.post == made[0].post and one not in after]
            pairs = [(old, new) for old in there for new in made if old.span.meets(new.span) and new not in before]
            raise UserError(refused.code, *refused.messages, *(overlapping(*pair) for pair in pairs[:1])) from refused

    async def take_in(self, actor: Actor, told: Told, found: Importing, insisted: str | None) -> Edited:
        """Record what a file changes; raise UserError if something speaks against it, or has changed meanwhile."""
        self._rules.allow(actor, told.room_id, found.people)
        if found.against and insisted is None:
            said = _("I have changed nothing. If it has to be so, import it again with the reason as insist:REASON.")
            raise UserError(ErrorCode.CONFLICT, *found.against, said)
        if await self._store.shift.revision(found.post.name) != found.revision:
            raise UserError(
                ErrorCode.CONFLICT, _("The roster was changed meanwhile, so I took in nothing. Please import it again.")
            )
        content = {"post": found.post.name, "shifts": len(found.new), "people": list(found.people)}
        return await self._roster.put(actor, told, found.new, [found.post.name], content, "shift.imported", insisted)

    async def export(self, told: Told, post: DutyPost, length: timedelta) -> tuple[File, int]:
        """Return the coming shifts of a post as a file, and how many they are (slow, outside any transaction)."""
        until = told.now + length
        roster = await self._shift.roster([post.name], told.now, until)
        sequence = await self._store.shift.revision(post.name)
        code = self._config.now.taskforce.code
        names = {user: self._room.known_as(user, told.room_id) for user in _everyone(roster)}
        data, count = await asyncio.to_thread(_printed, roster, post, told.now, until, code, sequence, names)
        name = "".join(c if c.isalnum() else "-" for c in post.name)
        return File(f"{name}-{told.now:%Y-%m-%d}.ics", MEDIA_TYPE, data), count

    async def exported(self, actor: Actor, told: Told, post: DutyPost, count: int) -> None:
        """Record that somebody has got a roster as a file."""
        await self._audit.append("shift.exported", actor, None, {"post": post.name, "shifts": count}, told.now)

    def _people(self, room_id: str, shifts: Iterable[Found]) -> dict[tuple[str, ...], UserId]:
        """Return who is meant by each event's names: a user id, or the display name of one person in the room."""
        there = [user for user in self._room.members(room_id) if self._config.now.serves(user)]
        by_name: dict[str, list[UserId]] = {}
        for user in there:
            if user != self._config.now.matrix.user_id:
                by_name.setdefault(user, []).append(user)
                by_name.setdefault(self._room.own_name(room_id, user).casefold().strip(), []).append(user)
        found: dict[tuple[str, ...], UserId] = {}
        unknown: dict[str, None] = {}
        for one in shifts:
            meant = next((who for name in one.names if (who := _only(by_name, name))), None)
            if meant:
                found[one.names] = meant
            else:
                unknown[one_line(one.names[0])] = None
        if unknown:
            names = tuple(Verbatim(f"“{name}”") for name in [*unknown][:MOST_NAMED])
            raise UserError(
                ErrorCode.NOT_FOUND,
                _(
                    "I took in nothing: these are not in this room, or not plainly one person of it: {names}.",
                    names=names,
                ),
            )
        return found


def _only(by_name: dict[str, list[UserId]], name: str) -> UserId | None:
    found = by_name.get(name.casefold().strip(), []) if name.strip() else []
    return found[0] if len(set(found)) == 1 else None


def _looked_at(
    roster: Roster, made: list[Shift], actor: Actor, told: Told, until: datetime
) -> tuple[tuple[Override, ...], list[Shift], list[Shift]]:
    """Return what is new, and the shifts of all posts before and after."""
    since = told.now - NEAR
    before = roster.shifts(since, until)
    there = {(one.post, one.span, one.person) for one in before}
    new = tuple(
        Override(f"{told.event_id} {number}", one.post, one.person, one.span, Reason.IMPORT, actor.user_id, told.now)
        for number, one in enumerate(made)
        if (one.post, one.span, one.person) not in there
    )
    return new, before, roster.overridden(*new).shifts(since, until)


def _everyone(roster: Roster) -> set[UserId]:
    people = {user for one in roster.rotations for user in one.people}
    return people | {one.person for one in roster.overrides if one.person}


def _printed(
    roster: Roster, post: DutyPost, since: datetime, until: datetime, code: str, sequence: int, names: dict[UserId, str]
) -> tuple[bytes, int]:
    shifts = [one for one in roster.shifts(since, until, post.name) if one.person]
    return write(shifts, post.name, Zone(post.zone), code, sequence, since, lambda user: names.get(user, user)), len(
        shifts
    )
