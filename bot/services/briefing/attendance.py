"""Which briefing is on, and who is there: said by a command or by a digit, from shortly before it until an hour after.

At its start the bot asks the room, which rings nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _, _c, to_json
from bot.model.briefing import Briefing, Change, Occurrence, State, next_of, occurrences
from bot.model.due import Woken
from bot.model.person import Actor, Role, UserId
from bot.model.reference import Reference
from bot.model.sitting import AFTERWARDS, EARLY, Attendance, Presence, Sitting
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.briefing.clocks import Clocks
from bot.services.briefing.finding import GONE, LONGEST
from bot.services.briefing.telling import OF, Telling
from bot.services.incident import IncidentService
from bot.services.person import PersonService
from bot.services.question import Asking, QuestionService
from bot.services.reference import referred
from bot.services.room import RoomService
from bot.store import Store

START = "briefing start"
"""The kind of the due rows: one a briefing, when its next one begins."""
END = "briefing end"
"""The kind of the due rows: one a sitting, when it is said no more who is there."""
ATTEND = "briefing attend"
"""The command that takes the answers."""
CHOICES = (
    (Presence.PRESENT.value, _c("choice", "I am here")),
    (Presence.LATE.value, _c("choice", "I come late")),
    (Presence.ABSENT.value, _c("choice", "I am not coming")),
)
PRESENCES = {
    Presence.PRESENT: _c("presence", "here"),
    Presence.LATE: _c("presence", "late"),
    Presence.ABSENT: _c("presence", "absent"),
    None: _c("presence", "no answer yet"),
}
CLOSED = _("The minutes {ref} are closed since {moment}. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Roll:
    """Who of an agency is there, late, absent, or has said nothing (None); `agency` is None for those of none."""

    agency: str | None
    people: dict[Presence | None, tuple[UserId, ...]]


class Sittings:
    """Finds and begins sittings, in the open transaction."""

    def __init__(
        self, config: Current, store: Store, incident: IncidentService, clocks: Clocks, telling: Telling,
        question: QuestionService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._draw = incident.draw
        self._clocks = clocks
        self._telling = telling
        self._question = question

    async def meant(self, room_id: str, typed: str | None, replied: str | None, now: datetime) -> Sitting:
        """Return the sitting that is meant: by its own reference or its briefing's, by the post replied to, or by none.

        Of a briefing the one that is on, or else the last; of a room likewise. Raise UserError.
        """
        code = self._config.now.taskforce.code
        ref = referred(typed, code, GONE) if typed is not None else None
        if ref is None and replied:
            ref = await self._store.incident.find_about(room_id, replied)
        if ref is not None and (found := await self._of(room_id, ref, now)):
            return found
        if typed is not None:
            raise UserError(ErrorCode.NOT_FOUND, GONE)
        open_ = [await self.current(one, now) for one in await self._store.briefing.list_open(room_id)]
        last = await self._store.attendance.last_in(room_id)
        on = {one.ref: one for one in (*open_, last) if one and one.on(now)}
        if len(on) > 1:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("Say which briefing you mean: reply to its card, or write its reference."),
            )
        if found := next(iter(on.values()), last):
            return found
        raise UserError(ErrorCode.NOT_FOUND, _("No briefing has begun in this room yet."))

    async def _of(self, room_id: str, ref: Reference, now: datetime) -> Sitting | None:
        sitting = await self._store.attendance.find(ref)
        if sitting is not None:
            return sitting if sitting.room_id == room_id else None
        briefing = await self._store.briefing.find(ref)
        if briefing is None or briefing.room_id != room_id:
            return None
        if found := await self.current(briefing, now) or await self._store.attendance.last(ref):
            return found
        raise UserError(ErrorCode.CONFLICT, _("{ref} has not begun yet.", ref=Code(str(ref))))

    async def latest(self, briefing: Briefing, now: datetime) -> Sitting | None:
        """Return the sitting of a briefing that is on, or else its last; None: it has not begun yet."""
        return await self.current(briefing, now) or await self._store.attendance.last(briefing.ref)

    async def current(self, briefing: Briefing, now: datetime) -> Sitting | None:
        """Return the sitting that is on, begun if it was not; None if none is."""
        if briefing.state is State.CANCELLED:
            last = await self._store.attendance.last(briefing.ref)
            return last if last and last.on(now) else None
        changes = await self._store.briefing.changes(briefing.ref)
        one = _on(briefing, changes, now)
        return await self._begun(briefing, one) if one else None

    async def _begun(self, briefing: Briefing, one: Occurrence) -> Sitting:
        """Return the sitting of *one*, recorded as it is at that time now unless its minutes are closed."""
        begins, ends = one.begins.astimezone(UTC), one.ends.astimezone(UTC)
        found = await self._store.attendance.find_at(briefing.ref, one.original)
        if found is None:
            ref = await self._draw()
            found = Sitting(ref, briefing.ref, briefing.room_id, briefing.by, one.original, begins, ends)
            await self._store.attendance.save(found)
        elif found.closed_at is None and (found.begins, found.ends) != (begins, ends):
            found = replace(found, begins=begins, ends=ends)
            await self._store.attendance.save(found)
        return found

    # At its start and end

    async def plan(self, briefing: Briefing, changes: Sequence[Change], now: datetime) -> None:
        """Plan to ask the room when the next one begins, as it is planned now. What is due still is."""
        waiting = await self._store.due.find(START, str(briefing.ref))
        if waiting is None or waiting.at > now:
            await self._plan(briefing, changes, now)

    async def _plan(self, briefing: Briefing, changes: Sequence[Change], now: datetime) -> None:
        following = next_of(briefing, changes, now)
        if following is None:
            return await self._store.due.drop(START, str(briefing.ref))
        await self._store.due.plan(START, str(briefing.ref), following.begins.astimezone(UTC), {})

    async def begin(self, woken: Woken) -> None:
        """Ask the room who is there, if a briefing has begun and is not over."""
        briefing = await self._store.briefing.find(Reference(woken.due.ref))
        if briefing is None:
            return
        changes, now = await self._store.briefing.changes(briefing.ref), woken.now
        one = _on(briefing, changes, now, timedelta())
        if one and one.ends.astimezone(UTC) > now:
            await self._ask(briefing, one, await self._begun(briefing, one), woken)
        await self._plan(briefing, changes, now)

    async def _ask(self, briefing: Briefing, one: Occurrence, sitting: Sitting, woken: Woken) -> None:
        if sitting.closed_at or await self._store.due.find(END, str(sitting.ref)):
            return
        people = self._clocks.people(briefing.room_id)
        groups = await self._clocks.groups(briefing.room_id, people)
        named = await self._telling.named(briefing, [group.language for group in groups])
        asked = _("{briefing} has begun: {from_} to {until}.", briefing=named, from_=one.begins, until=one.ends)
        blocks = [to_json(asked), to_json(_("Are you there?"))]
        payload = {"of": OF, "blocks": blocks, "answers": False, "ref": str(briefing.ref)}
        asking = Asking(ATTEND, CHOICES, {"ref": str(sitting.ref)}, asked)
        ref, room_id = str(briefing.ref), briefing.room_id
        await self._question.ask_room(room_id, people, asking, f"{woken.cause} {ref}", payload, woken.now, [ref])
        await self._store.due.plan(END, str(sitting.ref), sitting.ends + AFTERWARDS, {})

    async def end(self, woken: Woken) -> None:
        """Take no more digits for who was there."""
        await self._question.end(ATTEND, {"ref": woken.due.ref})


class AttendanceService:
    """Says who is there; what writes joins the open transaction."""

    def __init__(
        self, store: Store, audit: AuditService, person: PersonService, room: RoomService, clocks: Clocks,
        sittings: Sittings,
    ) -> None:  # fmt: skip
        self._store = store
        self._audit = audit
        self._person = person
        self._room = room
        self._clocks = clocks
        self.meant = sittings.meant
        self.latest = sittings.latest

    async def attend(
        self, actor: Actor, told: Told, sitting: Sitting, presence: Presence, who: UserId | None = None
    ) -> None:
        """Record whether *actor*, or *who* by their word, is there; raise UserError when that cannot be said."""
        await self._open(told, sitting)
        person = who or actor.user_id
        if person != actor.user_id:
            self._may_say(actor, sitting)
            if person not in self._clocks.people(sitting.room_id):
                raise UserError(ErrorCode.NOT_FOUND, _("{name} is not in this room.", name=Verbatim(person)))
        await self._store.attendance.attend(sitting.ref, Attendance(person, presence, actor.user_id, told.now))
        content = {"sitting": str(sitting.ref), "person": person, "presence": presence}
        await self._audit.append("briefing.attended", actor, str(sitting.briefing), content, told.now)

    async def answer(self, actor: Actor, told: Told, ref: Reference, presence: Presence) -> Sitting:
        """Record what *actor* has answered to the question of that sitting."""
        sitting = await self._store.attendance.find(ref)
        if sitting is None or sitting.room_id != told.room_id:
            raise UserError(ErrorCode.NOT_FOUND, GONE)
        await self.attend(actor, told, sitting, presence)
        return sitting

    async def roll(self, sitting: Sitting) -> list[Roll]:
        """Return who is there by their agencies: those who have said so, and who is in the room and has not."""
        said = {one.person: one.presence for one in await self._store.attendance.list_of(sitting.ref)}
        silent: Iterable[UserId] = () if sitting.closed_at else self._clocks.people(sitting.room_id)
        found: dict[str | None, dict[Presence | None, tuple[UserId, ...]]] = {}
        for user in sorted({*said, *silent}):
            agency = (await self._person.actor(user, sitting.room_id)).agency
            those = found.setdefault(agency, {})
            those[said.get(user)] = (*those.get(said.get(user), ()), user)
        return [Roll(agency, those) for agency, those in sorted(found.items(), key=lambda one: one[0] or "~")]

    async def lines(self, sitting: Sitting) -> tuple[Message, ...]:
        """Return who is there, a line an agency."""
        return tuple(self._line(roll, sitting.room_id) for roll in await self.roll(sitting))

    def _line(self, roll: Roll, room_id: str) -> Message:
        said = tuple(
            _("{presence}: {names}", presence=PRESENCES[presence],
              names=tuple(Verbatim(self._room.known_as(user, room_id)) for user in roll.people[presence]))
            for presence in PRESENCES if presence in roll.people
        )  # fmt: skip
        return _("{agency}: {lines}", agency=Verbatim(roll.agency or "–"), lines=said)

    async def _open(self, told: Told, sitting: Sitting) -> None:
        if sitting.closed_at:
            raise closed(sitting)
        if not sitting.on(told.now):
            raise UserError(
                ErrorCode.CONFLICT,
                _("Who is there is taken from {from_} until {until}.",
                  from_=sitting.begins - EARLY, until=sitting.ends + AFTERWARDS),
            )  # fmt: skip

    def _may_say(self, actor: Actor, sitting: Sitting) -> None:
        if not may_lead(actor, sitting):
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("Only who has scheduled {ref}, a lead or a coordinator may do that.",
                  ref=Code(str(sitting.briefing))),
            )  # fmt: skip


def may_lead(actor: Actor, sitting: Sitting) -> bool:
    """Return whether *actor* speaks for others in it: who has planned it, a lead, a coordinator."""
    return actor.user_id == sitting.by or actor.may(Role.LEAD) or actor.may(Role.COORDINATOR)


def closed(sitting: Sitting) -> UserError:
    """Return that nothing of it changes any more."""
    values = {"ref": Code(str(sitting.ref)), "moment": sitting.closed_at or sitting.ends}
    return UserError(ErrorCode.CONFLICT, Message(CLOSED.text, values))


def _on(briefing: Briefing, changes: Sequence[Change], now: datetime, early: timedelta = EARLY) -> Occurrence | None:
    """Return the last occurrence that begins within *early* from *now*, if an hour has not passed since its end."""
    found = occurrences(briefing, changes, now - LONGEST - AFTERWARDS, now + early + datetime.resolution)
    lasting = [one for one in found if one.ends.astimezone(UTC) + AFTERWARDS > now]
    return lasting[-1] if lasting else None
