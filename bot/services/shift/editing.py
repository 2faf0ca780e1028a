"""Rosters are changed: by the leads of each agency for their own people, and by volunteers where nobody is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.errors import ErrorCode, UserError
from bot.i18n import Message, Typed, Verbatim, _, _c
from bot.model.person import Actor, UserId
from bot.model.shift import (
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
    rule_of,
)
from bot.model.shift.rotation import LONGEST
from bot.model.shift.strain import NEAR
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.shift.ruling import YEAR, RosterRules, no_such, reasoned
from bot.services.shift.service import ShiftService
from bot.services.shift.telling import ShiftTelling
from bot.store import Store

AHEAD = timedelta(days=28)
"""How far ahead people are told of changes, and their rest and hours are looked at."""
FURTHEST = timedelta(days=60)
"""How far ahead they are told of many changes at once."""
MOST_PEOPLE = 60
FAULTS = {
    RuleFault.UNREADABLE: _(
        "I cannot read that as a rule. Write days of the week, “day”, or a rule such as {example}."
    ),
    RuleFault.OFTEN: _("A shift comes once a day at most: set up one rotation for each shift of the day."),
    RuleFault.NEVER: _("That rule never comes true within five years, so nobody would ever be there."),
    RuleFault.OVERLAPS: _("By that rule a shift is not over when the next one begins."),
}
_EXAMPLE = "FREQ=WEEKLY;BYDAY=MO,WE"


Edit = Callable[[Roster], Roster]

SWAP = Typed(("!", _c("noun", "shift"), " ", _c("verb", "swap")))


class RosterService:
    """Changes rosters; what writes joins the open transaction."""

    def __init__(
        self, store: Store, audit: AuditService, rules: RosterRules, shift: ShiftService, telling: ShiftTelling
    ) -> None:
        self._store = store
        self._audit = audit
        self._rules = rules
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
        insisted = reasoned(insisted)
        self._rules.allow(actor, told.room_id, plan.people)
        if not plan.people or len(plan.people) > MOST_PEOPLE:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("A rotation has from 1 to {most} people.", most=MOST_PEOPLE))
        self._rules.there(told.room_id, plan.people)
        self._rules.as_long(plan.length)
        new = Rotation(
            told.event_id, post.name, actor.agency, plan.people, plan.start, plan.zone, plan.length,
            self.rule(plan.rule, plan), plan.turn,
        )  # fmt: skip
        rotations = [one for _number, one in await self._store.shift.list_rotations(post.name, told.now)]
        self._rules.no_overlap([*rotations, new], told.now)
        before, after = await self.around([post.name], plan.people, told.now, told.now + AHEAD, lambda r: r.turned(new))
        if insisted is None and (against := await self._against(told, post, plan.people, before, after)):
            return Edited(against=against)
        await self._store.shift.add_rotation(new, actor.user_id, told.now)
        number = await self._store.shift.number_of(new.id)
        content = {
            "post": post.name, "number": number, "people": list(plan.people), "start": plan.start.isoformat(),
            "zone": plan.zone, "minutes": plan.length // timedelta(minutes=1), "rule": new.rule, "turn": plan.turn,
        }  # fmt: skip
        return await self.entered(actor, told, [post.name], "shift.rotation", content, insisted, before, after, number)

    async def stop(self, actor: Actor, told: Told, post: DutyPost, number: int) -> Edited:
        """Take a rotation out: what of it begins later is not there any more."""
        found = dict(await self._store.shift.list_rotations(post.name, told.now)).get(number)
        if found is None:
            raise no_such(number)
        self._rules.allow(actor, told.room_id, found.people)
        ended = replace(found, ended=told.now)
        before, after = await self.around([post.name], [], told.now, told.now + AHEAD, lambda r: r.turned(ended))
        await self._store.shift.end_rotation(found.id, told.now)
        content = {"post": post.name, "number": number}
        return await self.entered(
            actor, told, [post.name], "shift.rotation.ended", content, None, before, after, number
        )

    # Single stretches

    async def override(
        self, actor: Actor, told: Told, post: DutyPost, person: UserId | None, span: Span, insisted: str | None = None
    ) -> Edited:
        """Let *person*, or nobody, be at *post* in *span*; without *insisted*, only if nothing speaks against it."""
        if person is not None:
            self._rules.there(told.room_id, [person])
        self._rules.lies_ahead(span, told.now, LONGEST if person else YEAR)
        return await self._put(actor, told, post, person, span, Reason.OVERRIDE, insisted)

    async def take(self, actor: Actor, told: Told, post: DutyPost, span: Span | None) -> Span:
        """Let *actor* be at *post* where nobody is: in *span*, or in the next gap; return when that is."""
        gap = await self._gap(post, span, told.now)
        span = span or Span(max(gap.span.since, told.now), gap.span.until)
        self._rules.lies_ahead(span, told.now, LONGEST)
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
            raise no_such(number)
        before, after = await self.around([post.name], [], told.now, told.now + AHEAD, lambda r: r.without(found.id))
        self._rules.allow(actor, told.room_id, [one.person for one in changed(before, after)])
        await self._store.shift.end_override(found.id, told.now)
        content = {"post": post.name, "number": number}
        return await self.entered(
            actor, told, [post.name], "shift.override.ended", content, None, before, after, number
        )

    async def put(
        self, actor: Actor, told: Told, new: Sequence[Override], posts: Sequence[PostName], content: Mapping[str, Any],
        kind: str, insisted: str | None = None,
    ) -> Edited:  # fmt: skip
        """Record overrides of *posts* that were looked at before, and tell whom they concern."""
        insisted = reasoned(insisted)
        if not new:
            return Edited()
        last = min(max(one.span.until for one in new), told.now + FURTHEST)
        until = max(told.now + AHEAD, last)
        before, after = await self.around(posts, [], told.now, until, lambda r: r.overridden(*new))
        for one in new:
            await self._store.shift.add_override(one)
        return await self.entered(actor, told, posts, kind, content, insisted, before, after, 0)

    # Rules

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
            _("Somebody is at {post} then. To change with them: {command}", post=Verbatim(post.name), command=SWAP),
        )

    # What comes of it

    async def _put(
        self, actor: Actor, told: Told, post: DutyPost, person: UserId | None, span: Span, reason: Reason,
        insisted: str | None,
    ) -> Edited:  # fmt: skip
        insisted = reasoned(insisted)
        new = Override(told.event_id, post.name, person, span, reason, actor.user_id, told.now)
        until = max(told.now + AHEAD, span.until)
        before, after = await self.around([post.name], [person], told.now, until, lambda r: r.overridden(new))
        if reason is not Reason.TAKE:
            self._rules.allow(
                actor, told.room_id, [*(one.person for one in changed(before, after)), *([person] if person else [])]
            )
        if insisted is None and person and (against := await self._against(told, post, [person], before, after)):
            return Edited(against=against)
        await self._store.shift.add_override(new)
        number = await self._store.shift.number_of(new.id)
        content = {
            "post": post.name, "person": person, "since": span.since.isoformat(), "until": span.until.isoformat(),
            "reason": reason, "number": number,
        }  # fmt: skip
        return await self.entered(actor, told, [post.name], "shift.override", content, insisted, before, after, number)

    async def _against(
        self, told: Told, post: DutyPost, people: Sequence[UserId], before: Sequence[Shift], after: Sequence[Shift]
    ) -> tuple[Message, ...]:
        """Return what is asked of *people* in *after* that may not be: their patrols count as shifts do."""
        until = max((one.span.until for one in after), default=told.now) + NEAR
        out = await self._shift.on_patrol(people, told.now - NEAR, until)
        return self._rules.strains([*before, *out], [*after, *out], people, post.zone, told.room_id)

    async def around(
        self, posts: Iterable[PostName], people: Iterable[UserId | None], since: datetime, until: datetime, edit: Edit
    ) -> tuple[list[Shift], list[Shift]]:
        """Return the shifts of *posts*, and of all posts of *people*, as they are and as *edit* makes them."""
        now = await self._shift.roster(None, since - NEAR, until)
        then = edit(now)
        names = sorted({*posts, *now.posts_of(people)})
        before, after = ([one for name in names for one in it.shifts(since - NEAR, until, name)] for it in (now, then))
        return before, after

    async def entered(
        self, actor: Actor, told: Told, posts: Sequence[PostName], kind: str, content: Mapping[str, Any],
        insisted: str | None, before: Sequence[Shift], after: Sequence[Shift], number: int,
    ) -> Edited:  # fmt: skip
        """Record a change in the log, tell whom it concerns, and plan whom to remind."""
        if insisted is not None:
            content = {**content, "insisted": insisted}
        await self._audit.append(kind, actor, None, content, told.now)
        coming = [one for one in changed(_coming(before, told.now), _coming(after, told.now))]
        people = await self._telling.changed(actor, told, coming)
        for post in posts:
            await self._telling.plan(post, told.now)
        return Edited(number, told=len(people))


def _twice(one: Shift, two: Shift) -> bool:
    return one.person is not None and one.person == two.person and one != two and one.span.meets(two.span)


def _coming(shifts: Iterable[Shift], now: datetime) -> list[Shift]:
    return [one for one in shifts if one.span.until > now]
