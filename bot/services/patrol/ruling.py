"""What a patrol has to be, and who may change whose part in it: each breach is said in a whole sentence."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _
from bot.model.names import one_line
from bot.model.patrol import LONGEST_NAME, MOST_PEOPLE, Draft, Member, Patrol
from bot.model.person import Actor, Role, UserId
from bot.model.reference import Reference
from bot.model.rights import only_a_lead
from bot.model.shift.rotation import LONGEST
from bot.model.shift.strain import near
from bot.services.labelled import recordable
from bot.services.reference import referred
from bot.services.room import RoomService
from bot.services.shift import RosterRules, ShiftService
from bot.services.shift.ruling import MOST_STRAINS
from bot.store import Store

FURTHEST = timedelta(days=400)
"""How far ahead a patrol is planned."""
GONE = _("I know no such patrol here.")


class PatrolRules:
    """Says which patrol is meant, and what may not be; only reads."""

    def __init__(
        self, config: Current, store: Store, room: RoomService, shift: ShiftService, roster: RosterRules
    ) -> None:
        self._config = config
        self._store = store
        self._room = room
        self._shift = shift
        self._roster = roster

    # Which one

    async def find(self, room_id: str, ref: Reference) -> Patrol:
        """Return the patrol if it is of that room; raise UserError as if there were none otherwise."""
        found = await self._store.patrol.find(ref)
        if found is None or found.room_id != room_id:
            raise UserError(ErrorCode.NOT_FOUND, GONE)
        return found

    async def meant(self, room_id: str, typed: str | None, replied: str | None, now: datetime) -> Patrol:
        """Return the patrol that is meant: by its reference, by the post replied to, or the only one to come."""
        if typed is not None:
            return await self.find(room_id, referred(typed, self._config.now.taskforce.code, GONE))
        about = await self._store.incident.find_about(room_id, replied) if replied else None
        if about and (found := await self._store.patrol.find(about)) and found.room_id == room_id:
            return found
        here = await self._store.patrol.list_coming(room_id, now)
        if not here:
            raise UserError(ErrorCode.NOT_FOUND, _("No patrol is planned in this room."))
        if len(here) > 1:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Say which patrol you mean, by its reference."))
        return here[0]

    # Who may

    def lead(self, actor: Actor) -> None:
        """Raise UserError unless *actor* is a lead."""
        if not actor.may(Role.LEAD):
            raise only_a_lead(actor, _("Only a lead of an agency plans patrols."))

    def changes(self, actor: Actor, patrol: Patrol, now: datetime) -> None:
        """Raise UserError unless *actor* is a lead of an agency that takes part, and the patrol is not over."""
        self.lead(actor)
        if not patrol.comes(now):
            raise UserError(
                ErrorCode.CONFLICT, _("Patrol {ref} is over, or cancelled. Nothing was changed.", ref=code(patrol))
            )

    def takes_part(self, actor: Actor, patrol: Patrol) -> None:
        """Raise UserError unless the agency of *actor* has planned the patrol, or has people in its crew."""
        if all(self.agency(one) != actor.agency for one in (patrol.by, *patrol.people)):
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("Only a lead of an agency that takes part in {ref} may do that.", ref=code(patrol)),
            )

    def takes_off(self, actor: Actor, patrol: Patrol, people: Collection[UserId]) -> None:
        """Raise UserError unless *people* are of the crew, and of *actor*'s agency if they were agreed to."""
        unknown = [user for user in people if patrol.member(user) is None]
        if unknown:
            raise UserError(
                ErrorCode.NOT_FOUND,
                _("Not in the crew of {ref}: {names}.", ref=code(patrol), names=self._names(patrol, unknown)),
            )
        agreed = set(patrol.people) - set(patrol.awaited())
        others = [user for user in people if user in agreed and self.agency(user) != actor.agency]
        if others:
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("Each agency takes its own people off a patrol alone. Of another agency: {names}.",
                  names=self._names(patrol, others)),
            )  # fmt: skip

    def agency(self, user_id: UserId) -> str | None:
        """Return the code of a person's agency."""
        return self._roster.agency(user_id)

    def member(self, actor: Actor, person: UserId, known: Member | None, *, interprets: bool | None = None) -> Member:
        """Return *person* as *actor* puts them in a crew: those of another agency wait for a lead of theirs.

        They interpret if that is said, and else as far as *known*.
        """
        before = known or Member(person, agreed=False)
        agreed = before.agreed or self.agency(person) == actor.agency
        return replace(before, agreed=agreed, interprets=before.interprets if interprets is None else interprets)

    # What it has to be

    def drafted(self, draft: Draft, now: datetime) -> Draft:
        """Return the draft with its words on one line each; raise UserError if it cannot be."""
        self._roster.lies_ahead(draft.span, now, LONGEST)
        if draft.span.since > now + FURTHEST:
            raise UserError(
                ErrorCode.BAD_ARGUMENT, _("A patrol is planned {days} days ahead at most.", days=FURTHEST.days)
            )
        name, vehicle, area = (_words(text) for text in (draft.name, draft.vehicle, draft.area))
        if not name:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Say what the patrol is called."))
        return replace(draft, name=name, vehicle=vehicle, area=area)

    def manned(self, patrol: Patrol, new: Collection[UserId]) -> None:
        """Raise UserError unless a crew is as large as it may be, and the *new* ones of it are there."""
        self._roster.there(patrol.room_id, new)
        if not 1 <= len(patrol.crew) <= MOST_PEOPLE:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("A patrol has from 1 to {most} people.", most=MOST_PEOPLE))

    async def strains(self, patrol: Patrol, new: Collection[UserId], zone: str) -> tuple[Message, ...]:
        """Return which shifts, patrols and absences of its *new* people speak against a patrol, and their rest."""
        since, until = near(patrol.span)
        roster = await self._shift.roster(None, since, until)
        shifts = [one for post in sorted(roster.posts_of(new)) for one in roster.shifts(since, until, post)]
        before = [*shifts, *await self._shift.on_patrol(new, since, until)]
        said = [
            _("{name} is absent, {from_} to {until}.",
              name=self.named(patrol, one.person), from_=one.span.since, until=one.span.until)
            for one in roster.absences
            if one.person in new and one.span.meets(patrol.span)
        ]  # fmt: skip
        after = [*before, *patrol.shifts(new)]
        return (*said[:MOST_STRAINS], *self._roster.strains(before, after, new, zone, patrol.room_id))

    # Names

    def named(self, patrol: Patrol, user_id: UserId) -> Verbatim:
        """Return what somebody is called in the patrol's room."""
        return Verbatim(self._room.known_as(user_id, patrol.room_id))

    def _names(self, patrol: Patrol, people: Sequence[UserId]) -> tuple[Verbatim, ...]:
        return tuple(self.named(patrol, user) for user in people[:MOST_STRAINS])


def code(patrol: Patrol) -> Code:
    """Return the reference of a patrol, as it can be typed."""
    return Code(str(patrol.ref))


def _words(text: str) -> str:
    words = one_line(text)
    if len(words) > LONGEST_NAME:
        raise UserError(
            ErrorCode.BAD_ARGUMENT,
            _("The name, the vehicle and the area have {most} characters at most each.", most=LONGEST_NAME),
        )
    recordable(words)
    return words
