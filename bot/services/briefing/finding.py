"""Which briefing is meant, which single one of it, and who may change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _
from bot.model import times
from bot.model.briefing import Briefing, Change, Occurrence, State, next_of, occurrences
from bot.model.names import one_line
from bot.model.person import Actor, Role
from bot.model.reference import Reference
from bot.model.times import Note, NotRead
from bot.model.times.telling import unread
from bot.services.reference import referred
from bot.store import Store

GONE = _("I know no such briefing here.")
CANCELLED = _("{ref} is cancelled. Nothing was changed.")
TOO_LATE = _("That reached me too late to change what you had said before. Please say it again.")
LONGEST = timedelta(hours=24)
"""How long a briefing lasts at most."""
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Planned:
    """A briefing with what differs of single ones, and the one that is on, or else the next; None: it is over."""

    briefing: Briefing
    changes: tuple[Change, ...]
    next: Occurrence | None


class Findings:
    """Finds briefings; only reads."""

    def __init__(self, config: Current, store: Store) -> None:
        self._config = config
        self._store = store

    async def find(self, room_id: str, ref: Reference) -> Briefing:
        """Return the briefing if it is of that room; raise UserError as if there were none otherwise."""
        found = await self._store.briefing.find(ref)
        if found is None or found.room_id != room_id:
            raise UserError(ErrorCode.NOT_FOUND, GONE)
        return found

    async def planned(self, briefing: Briefing, now: datetime) -> Planned:
        """Return the briefing as it stands at *now*."""
        changes = tuple(await self._store.briefing.changes(briefing.ref))
        return Planned(briefing, changes, current(briefing, changes, now))

    async def list_open(self, room_id: str, now: datetime) -> list[Planned]:
        """Return what is to come in the room, the soonest first."""
        found = [await self.planned(one, now) for one in await self._store.briefing.list_open(room_id)]
        coming = [(one.next.begins.astimezone(UTC), one) for one in found if one.next]
        return [one for _begins, one in sorted(coming, key=lambda pair: pair[0])]

    async def meant(self, room_id: str, typed: str | None, replied: str | None) -> Reference:
        """Return the briefing that is meant: by its reference, by the post replied to, or the only one to come."""
        if typed is not None:
            return referred(typed, self._config.now.taskforce.code, GONE)
        found = await self._store.incident.find_about(room_id, replied) if replied else None
        if found and await self._store.briefing.find(found):
            return found
        here = await self._store.briefing.list_open(room_id)
        if len(here) == 1:
            return here[0].ref
        if not here:
            raise UserError(ErrorCode.NOT_FOUND, _("No briefing is planned in this room."))
        raise UserError(
            ErrorCode.BAD_ARGUMENT,
            _("Say which briefing you mean: reply to its card, or write its reference."),
        )

    async def open(self, actor: Actor, room_id: str, ref: Reference, now: datetime) -> Planned:
        """Return a briefing that is still to come and that *actor* may change; raise UserError."""
        briefing, code = await self.find(room_id, ref), Code(str(ref))
        if actor.user_id != briefing.by and not (actor.may(Role.LEAD) or actor.may(Role.COORDINATOR)):
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("Only who has scheduled {ref}, a lead or a coordinator may do that.", ref=code),
            )
        return await self.still(room_id, ref, now)

    async def still(self, room_id: str, ref: Reference, now: datetime) -> Planned:
        """Return a briefing that is still to come, whoever asks; raise UserError."""
        briefing, code = await self.find(room_id, ref), Code(str(ref))
        if briefing.state is State.CANCELLED:
            raise UserError(ErrorCode.CONFLICT, Message(CANCELLED.text, {"ref": code}))
        found = await self.planned(briefing, now)
        if found.next is None:
            raise UserError(ErrorCode.CONFLICT, _("{ref} is over. Nothing was changed.", ref=code))
        return found

    def single(self, planned: Planned, typed: str | None, now: datetime, language: str) -> Occurrence:
        """Return the one that *typed* says, by the clock of the briefing, or the next; raise UserError.

        What has begun is not changed any more.
        """
        briefing, changes = planned.briefing, planned.changes
        if typed is None:
            if (found := next_of(briefing, changes, now)) is None:
                raise UserError(
                    ErrorCode.CONFLICT, _("{ref} has begun, and none follows.", ref=Code(str(briefing.ref)))
                )
            return found
        said = times.read(typed.strip(" \"'“”«»„"), now=now, zone=briefing.zone, language=language)
        if isinstance(said, NotRead):
            raise UserError(ErrorCode.BAD_ARGUMENT, unread(Verbatim(one_line(typed)), said, now))
        around = occurrences(briefing, changes, max(now, said.utc - A_DAY), said.utc + 2 * A_DAY)
        for one in around:
            on_that_day = said.note is Note.WHOLE_DAY and one.begins.date() == said.wall.date()
            if on_that_day or one.begins.astimezone(UTC) == said.utc:
                return one
        coming = next_of(briefing, changes, now)
        if coming is None:
            raise UserError(ErrorCode.CONFLICT, _("{ref} has begun, and none follows.", ref=Code(str(briefing.ref))))
        raise UserError(
            ErrorCode.NOT_FOUND,
            _("{ref} is not on then. The next one begins {moment}.", ref=Code(str(briefing.ref)), moment=coming.begins),
        )


def current(briefing: Briefing, changes: Sequence[Change], now: datetime) -> Occurrence | None:
    """Return the occurrence that is on at *now*, or else the next one; None if it is over."""
    begun = occurrences(briefing, changes, now - LONGEST, now)
    lasting = [one for one in begun if one.ends.astimezone(UTC) > now]
    return lasting[0] if lasting else next_of(briefing, changes, now - timedelta(microseconds=1))
