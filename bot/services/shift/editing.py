"""Rosters are changed: by the leads of each agency for their own people, and by volunteers where nobody is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Message, Typed, Verbatim, _, _c
from bot.model.person import Actor, Role, UserId
from bot.model.shift import (
    Absence,
    DutyPost,
    Edited,
    Gap,
    Override,
    Plan,
    Planned,
    PostName,
    Reason,
    Roster,
    Rotation,
    RuleFault,
    RuleRefused,
    Shift,
    Span,
    changed,
    gaps,
    overlap,
    rule_of,
)
from bot.model.shift.rotation import LONGEST
from bot.model.shift.strain import NEAR, Limits, strains
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.notice import Block, NoticeService
from bot.services.room import RoomService
from bot.services.shift.service import ShiftService
from bot.services.shift.telling import DUE, ShiftTelling, line
from bot.store import Store

AHEAD = timedelta(days=28)
"""How far ahead people are told of changes, and their rest and hours are looked at."""
YEAR = timedelta(days=400)
MOST_PEOPLE = 60
MOST_STRAINS = 5
LONGEST_REASON = 200
TAKE = Typed(("!", _c("noun", "shift"), " ", _c("verb", "take")))
FAULTS = {
    RuleFault.UNREADABLE: _(
        "I cannot read that as a rule. Write days of the week, “day”, or a rule such as {example}."
    ),
    RuleFault.OFTEN: _("A shift comes once a day at most: set up one rotation for each watch of the day."),
    RuleFault.NEVER: _("That rule never comes true within five years, so nobody would ever be there."),
    RuleFault.OVERLAPS: _("By that rule a shift is not over when the next one begins."),
}
_EXAMPLE = "FREQ=WEEKLY;BYDAY=MO,WE"


Edit = Callable[[Roster], Roster]


class RosterService:
    """Changes rosters; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, room: RoomService, notice: NoticeService,
        shift: ShiftService, telling: ShiftTelling,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._room = room
        self._notice = notice
        self._shift = shift
        self._telling = telling

    # Rotations

    def rule(self, text: str, plan: Plan) -> str:
        """Return the rule *text* of RFC 5545 in its one spelling; raise UserError if no shifts can come of it."""
        try:
            return rule_of(text, plan.start, plan.zone, plan.length)
        except RuleRefused as refused:
            said = FAULTS[refused.fault]
            raise UserError(ErrorCode.BAD_ARGUMENT, replace(said, values={"example": Verbatim(_EXAMPLE)})) from refused

    async def rotations(self, post: DutyPost, now: datetime) -> list[tuple[int, Rotation]]:
        """Return the rotations of a post, each with its number."""
        return await self._store.shift.list_rotations(post.name, now)

    async def planned(self, post: DutyPost, now: datetime, length: timedelta) -> list[Planned]:
        """Return who is to be at a post and when, from *now* on; where nobody is, that."""
        whole = Span(now, now + length)
        roster = await self._shift.roster(None, whole.since, whole.until)
        own = roster.shifts(whole.since, whole.until, post.name)
        others = roster.posts_of(one.person for one in own) - {post.name}
        every = [*own, *(one for name in others for one in roster.shifts(whole.since, whole.until, name))]
        found = [Planned(gap.span, None, gap.absent[0] if gap.absent else None) for gap in gaps(own, whole, post.name)]
        for one in own:
            if one.person or not one.absent:
                twice = next((two.post for two in every if _twice(one, two)), None)
                found.append(Planned(one.span, one.person, shut=one.person is None, twice=twice))
        return sorted(found, key=lambda one: one.span.since)

    async def rotate(self, actor: Actor, told: Told, post: DutyPost, plan: Plan, insisted: str | None = None) -> Edited:
        """Let people follow each other at *post*; without *insisted*, only if nothing speaks against it."""
        self.allow(actor, told.room_id, plan.people)
        if not plan.people or len(plan.people) > MOST_PEOPLE:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("A rotation has from 1 to {most} people.", most=MOST_PEOPLE))
        self._there(told.room_id, plan.people)
        self._as_long(plan.length)
        new = Rotation(
            told.event_id, post.name, actor.agency, plan.people, plan.start, plan.zone, plan.length,
            self.rule(plan.rule, plan), plan.turn,
        )  # fmt: skip
        rotations = [one for _number, one in await self._store.shift.list_rotations(post.name, told.now)]
        self._no_overlap([*rotations, new], told.now)
        before, after = await self._around(
            [post.name], plan.people, told.now, told.now + AHEAD, lambda r: r.turned(new)
        )
        if insisted is None and (against := self._strains(before, after, plan.people, post, told)):
            return Edited(against=against)
        await self._store.shift.add_rotation(new, actor.user_id, told.now)
        number = await self._store.shift.number_of(new.id)
        content = {
            "post": post.name, "number": number, "people": list(plan.people), "start": plan.start.isoformat(),
            "zone": plan.zone, "minutes": plan.length // timedelta(minutes=1), "rule": new.rule, "turn": plan.turn,
        }  # fmt: skip
        return await self._entered(actor, told, [post.name], "shift.rotation", content, insisted, before, after, number)

    async def stop(self, actor: Actor, told: Told, post: DutyPost, number: int) -> Edited:
        """Take a rotation out: what of it begins later is not there any more."""
        found = dict(await self._store.shift.list_rotations(post.name, told.now)).get(number)
        if found is None:
            raise self._no_such(number)
        self.allow(actor, told.room_id, found.people)
        ended = replace(found, ended=told.now)
        before, after = await self._around([post.name], [], told.now, told.now + AHEAD, lambda r: r.turned(ended))
        await self._store.shift.end_rotation(found.id, told.now)
        content = {"post": post.name, "number": number}
        return await self._entered(
            actor, told, [post.name], "shift.rotation.ended", content, None, before, after, number
        )

    # Single stretches

    async def override(
        self, actor: Actor, told: Told, post: DutyPost, person: UserId | None, span: Span, insisted: str | None = None
    ) -> Edited:
        """Let *person*, or nobody, be at *post* in *span*; without *insisted*, only if nothing speaks against it."""
        if person is not None:
            self._there(told.room_id, [person])
        self._lies_ahead(span, told.now, LONGEST if person else YEAR)
        return await self._put(actor, told, post, person, span, Reason.OVERRIDE, insisted)

    async def take(self, actor: Actor, told: Told, post: DutyPost, span: Span | None) -> Span:
        """Let *actor* be at *post* where nobody is: in *span*, or in the next gap; return when that is."""
        gap = await self._gap(post, span, told.now)
        span = span or Span(max(gap.span.since, told.now), gap.span.until)
        self._lies_ahead(span, told.now, LONGEST)
        done = await self._put(actor, told, post, actor.user_id, span, Reason.TAKE, None)
        if done.against:
            raise UserError(
                ErrorCode.CONFLICT, *done.against, _("I have changed nothing. A lead of your agency can insist on it.")
            )
        return span

    async def put_back(self, actor: Actor, told: Told, post: DutyPost, number: int) -> Edited:
        """Take an override back."""
        found = await self._store.shift.find_override(number)
        if found is None or found.post != post.name:
            raise self._no_such(number)
        before, after = await self._around([post.name], [], told.now, told.now + AHEAD, lambda r: r.without(found.id))
        self.allow(actor, told.room_id, [one.person for one in changed(before, after)])
        await self._store.shift.end_override(found.id, told.now)
        content = {"post": post.name, "number": number}
        return await self._entered(
            actor, told, [post.name], "shift.override.ended", content, None, before, after, number
        )

    async def put(
        self, actor: Actor, told: Told, new: Sequence[Override], posts: Sequence[PostName], content: Mapping[str, Any],
        kind: str, insisted: str | None = None,
    ) -> Edited:  # fmt: skip
        """Record overrides of *posts* that were looked at before, and tell whom they concern."""
        if not new:
            return Edited()
        before, after = await self._around(posts, [], told.now, told.now + AHEAD, lambda r: r.overridden(*new))
        for one in new:
            await self._store.shift.add_override(one)
        return await self._entered(actor, told, posts, kind, content, insisted, before, after, 0)

    # Absences

    async def absent(self, actor: Actor, told: Told, person: UserId, span: Span) -> Edited:
        """Record that *person* is not there in *span*, and ask who comes instead."""
        if person != actor.user_id:
            self.allow(actor, told.room_id, [person])
        self._lies_ahead(span, told.now, YEAR)
        new = Absence(told.event_id, person, span, actor.user_id, told.now)
        until = max(told.now + AHEAD, min(span.until, told.now + YEAR))
        before, after = await self._around([], [person], told.now, until, lambda r: r.missing(new))
        await self._store.shift.add_absence(new)
        number = await self._store.shift.number_of(new.id)
        content = {"person": person, "since": span.since.isoformat(), "until": span.until.isoformat(), "number": number}
        missed = [one for one in after if one.absent == person and one.person is None and one.span.meets(span)]
        posts = list(dict.fromkeys(one.post for one in missed))
        done = await self._entered(actor, told, posts, "shift.absent", content, None, before, after, number)
        await self._ask_for(told, missed)
        return done

    async def back(self, actor: Actor, told: Told, number: int) -> Edited:
        """Take an absence back."""
        found = await self._store.shift.find_absence(number)
        if found is None:
            raise self._no_such(number)
        if found.person != actor.user_id:
            self.allow(actor, told.room_id, [found.person])
        until = max(told.now + AHEAD, min(found.span.until, told.now + YEAR))
        before, after = await self._around([], [found.person], told.now, until, lambda r: r.present(found.id))
        await self._store.shift.end_absence(found.id, told.now)
        posts = list(dict.fromkeys(one.post for one in after if one.person == found.person))
        content = {"person": found.person, "number": number}
        return await self._entered(actor, told, posts, "shift.absent.ended", content, None, before, after, number)

    async def _ask_for(self, told: Told, missed: Iterable[Shift]) -> None:
        """Say in each post's room that nobody is there now, and ring the leads: somebody has to be found."""
        by_room: dict[str, list[Shift]] = {}
        for shift in missed:
            if (post := await self._store.shift.find_post(shift.post)) is not None:
                by_room.setdefault(post.room_id, []).append(shift)
        for index, (room_id, shifts) in enumerate(by_room.items()):
            lines = tuple(line(shift) for shift in shifts[:MOST_STRAINS])
            blocks: list[Block] = [
                _("Nobody is there, because somebody is absent. Whoever can come: {command}", command=TAKE),
                lines,
            ]
            asked = _("A shift has nobody. Please see the notice above.")
            await self._notice.alert(room_id, DUE, f"{told.event_id} {index}", blocks, asked, told.now)

    # Rules

    def agency(self, user_id: UserId) -> str | None:
        """Return the code of a person's agency."""
        found = self._config.now.agency(user_id)
        return found.code if found else None

    def allow(self, actor: Actor, room_id: str, people: Iterable[UserId]) -> None:
        """Raise UserError unless *actor* is a lead, and all of *people* are of the same agency."""
        if not actor.may(Role.LEAD):
            raise UserError(ErrorCode.NOT_ALLOWED, _("Only a lead of an agency changes the shifts of its people."))
        others = [user for user in people if self.agency(user) != actor.agency]
        if others:
            names = tuple(self._named(room_id, user) for user in others[:MOST_STRAINS])
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("Each agency changes the shifts of its own people alone. Of another agency: {names}.", names=names),
            )

    def _there(self, room_id: str, people: Iterable[UserId]) -> None:
        there = set(self._room.members(room_id)) - {self._config.now.matrix.user_id}
        missing = [user for user in people if user not in there or not self._config.now.serves(user)]
        if missing:
            raise UserError(
                ErrorCode.NOT_FOUND,
                _("Only who is in this room can be on its roster. Not here: {names}.",
                  names=tuple(Verbatim(user) for user in missing[:MOST_STRAINS])),
            )  # fmt: skip

    def _as_long(self, length: timedelta, most: timedelta = LONGEST) -> None:
        if not timedelta(minutes=15) <= length <= most:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("That must last from 15 minutes to {hours} hours.", hours=most // timedelta(hours=1)),
            )

    def _lies_ahead(self, span: Span, now: datetime, most: timedelta) -> None:
        if span.until <= now or span.until <= span.since:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("That ends before it begins, or is over already."))
        self._as_long(span.length, most)

    def _no_such(self, number: int) -> UserError:
        return UserError(ErrorCode.NOT_FOUND, _("There is no number {number} here.", number=number))

    def _no_overlap(self, rotations: Sequence[Rotation], now: datetime) -> None:
        found = overlap(Roster(tuple(rotations)).shifts(now, now + YEAR))
        if found is not None:
            first, second = found
            raise UserError(
                ErrorCode.CONFLICT,
                _("Two shifts would overlap: {first}, and {second}. Take the other rotation out first, or change one"
                  " of its shifts.", first=line(first), second=line(second)),
            )  # fmt: skip

    async def _gap(self, post: DutyPost, span: Span | None, now: datetime) -> Gap:
        whole = Span(now, max(now + AHEAD, span.until if span else now))
        roster = await self._shift.roster([post.name], whole.since, whole.until)
        found = gaps(roster.shifts(whole.since, whole.until, post.name), whole, post.name)
        if span is None:
            short = [gap for gap in found if gap.span.length <= LONGEST]
            found = [gap for gap in short if gap.absent] or short or found
        for gap in found:
            if span is None or (gap.span.since <= max(span.since, now) and span.until <= gap.span.until):
                return gap
        raise UserError(
            ErrorCode.NOT_FOUND,
            _("Somebody is at {post} then. To change with them: {command}", post=Verbatim(post.name),
              command=Typed(("!", _c("noun", "shift"), " ", _c("verb", "swap")))),
        )  # fmt: skip

    # What comes of it

    async def _put(
        self, actor: Actor, told: Told, post: DutyPost, person: UserId | None, span: Span, reason: Reason,
        insisted: str | None,
    ) -> Edited:  # fmt: skip
        new = Override(told.event_id, post.name, person, span, reason, actor.user_id, told.now)
        until = max(told.now + AHEAD, span.until)
        before, after = await self._around([post.name], [person], told.now, until, lambda r: r.overridden(new))
        if reason is not Reason.TAKE:
            self.allow(
                actor, told.room_id, [*(one.person for one in changed(before, after)), *([person] if person else [])]
            )
        if insisted is None and person and (against := self._strains(before, after, [person], post, told)):
            return Edited(against=against)
        await self._store.shift.add_override(new)
        number = await self._store.shift.number_of(new.id)
        content = {
            "post": post.name, "person": person, "since": span.since.isoformat(), "until": span.until.isoformat(),
            "reason": reason, "number": number,
        }  # fmt: skip
        return await self._entered(actor, told, [post.name], "shift.override", content, insisted, before, after, number)

    async def _around(
        self, posts: Iterable[PostName], people: Iterable[UserId | None], since: datetime, until: datetime, edit: Edit
    ) -> tuple[list[Shift], list[Shift]]:
        """Return the shifts of *posts*, and of all posts of *people*, as they are and as *edit* makes them."""
        now = await self._shift.roster(None, since - NEAR, until)
        then = edit(now)
        names = sorted({*posts, *now.posts_of(people)})
        before, after = ([one for name in names for one in it.shifts(since - NEAR, until, name)] for it in (now, then))
        return before, after

    def _strains(
        self, before: Sequence[Shift], after: Sequence[Shift], people: Iterable[UserId], post: DutyPost, told: Told
    ) -> tuple[Message, ...]:
        """Return what speaks against a change, in sentences."""
        return self.strains(before, after, people, post.zone, told.room_id)

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

    async def _entered(
        self, actor: Actor, told: Told, posts: Sequence[PostName], kind: str, content: Mapping[str, Any],
        insisted: str | None, before: Sequence[Shift], after: Sequence[Shift], number: int,
    ) -> Edited:  # fmt: skip
        """Record a change in the log, tell whom it concerns, and plan whom to remind."""
        if insisted is not None:
            content = {**content, "insisted": one_line_reason(insisted)}
        await self._audit.append(kind, actor, None, content, told.now)
        coming = [one for one in changed(_coming(before, told.now), _coming(after, told.now))]
        people = await self._telling.changed(actor, told, coming)
        for post in posts:
            await self._telling.plan(post, told.now)
        return Edited(number, told=len(people))

    def _named(self, room_id: str, user_id: UserId) -> Verbatim:
        return Verbatim(self._room.known_as(user_id, room_id))


def one_line_reason(text: str) -> str:
    """Return a reason on one line; raise UserError if there is none, or it is too long."""
    reason = " ".join(text.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("A reason has from 1 to {most} characters.", most=LONGEST_REASON))
    return reason


def _twice(one: Shift, two: Shift) -> bool:
    return one.person is not None and one.person == two.person and one != two and one.span.meets(two.span)


def _coming(shifts: Iterable[Shift], now: datetime) -> list[Shift]:
    return [one for one in shifts if one.span.until > now]


def _hours(length: timedelta) -> float:
    return round(length / timedelta(hours=1), 1)
