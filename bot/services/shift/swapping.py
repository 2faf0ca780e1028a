"""Swaps: asked of the other person, then of a lead of each agency; only then does the roster change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _, _c
from bot.model.due import Woken
from bot.model.names import one_line
from bot.model.person import Actor, Role, UserId
from bot.model.reference import Reference
from bot.model.shift import DutyPost, Override, Reason, Roster, Shift, Swap, SwapState
from bot.model.shift.strain import NEAR
from bot.model.shift.swap import AGREE, COMMAND, LASTS, REFUSE
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.incident import IncidentService
from bot.services.notice import Block, NoticeService
from bot.services.person import PersonService
from bot.services.question import Asking, QuestionService
from bot.services.room import RoomService
from bot.services.shift.editing import RosterService
from bot.services.shift.ruling import RosterRules
from bot.services.shift.service import ShiftService
from bot.services.shift.telling import ShiftTelling, line
from bot.store import Store

DUE = "swap"
LOOK = timedelta(days=60)
"""How far ahead shifts are looked for that can be swapped."""
MOST_ASKED = 3
"""Leads of one agency who are asked."""
CHOICES = ((AGREE, _c("choice", "Yes, I agree")), (REFUSE, _c("choice", "No, I do not")))
SETTLED = _("That swap is settled, or too old. Nothing was changed.")


class SwapService:
    """Asks for swaps, takes the answers, and makes them; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, room: RoomService, person: PersonService,
        notice: NoticeService, question: QuestionService, incident: IncidentService, shift: ShiftService,
        rules: RosterRules, roster: RosterService, telling: ShiftTelling,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._room = room
        self._person = person
        self._notice = notice
        self._question = question
        self._incident = incident
        self._shift = shift
        self._rules = rules
        self._roster = roster
        self._telling = telling

    async def ask(
        self, actor: Actor, told: Told, post: DutyPost, other: UserId, mine: datetime | None, theirs: datetime | None
    ) -> Swap:
        """Ask *other* to swap a shift with *actor*; raise UserError where that cannot be."""
        self._somebody_else(actor, told, other)
        roster = await self._shift.roster(None, told.now - NEAR, told.now + LOOK + NEAR)
        posts = [one.name for one in await self._shift.posts(told.room_id)]
        own = [one for one in self._coming(roster, actor.user_id, told.now) if one.post == post.name]
        others = [one for one in self._coming(roster, other, told.now) if one.post in posts]
        first = self._one(own, mine, actor.name)
        second = self._one(others, theirs, self._room.name_of(told.room_id, other))
        if [one for one in await self._store.shift.list_swaps(actor.user_id) if first in (one.own, one.theirs)]:
            raise UserError(ErrorCode.CONFLICT, _("A swap of that shift is asked for already."))
        self._sound(roster, told, post, first, second)
        ends = min(told.now + LASTS, first.span.since, second.span.since)
        swap = Swap(await self._incident.draw(), told.room_id, actor.user_id, other, first, second, told.now, ends)
        for agency in self._agencies(swap):
            await self._needed(swap, agency)
        await self._store.shift.save_swap(swap)
        await self._enter(actor, swap, "shift.swap.asked", told.now)
        await self._wait(swap, told.now)
        await self._put(swap, [other], "", told)
        return swap

    async def answer(self, actor: Actor, told: Told, ref: Reference, choice: str, agency: str) -> Swap:
        """Record an answer of whom it was asked, or of a lead of *agency*; raise UserError if it is not theirs."""
        swap = await self._store.shift.find_swap(ref)
        if swap is None or not swap.waits or swap.ends <= told.now:
            raise UserError(ErrorCode.CONFLICT, SETTLED)
        if swap.state is SwapState.AGREED:
            self._may_approve(actor, swap)
        if choice != AGREE:
            return await self._end(actor, told, replace(swap, state=SwapState.REFUSED))
        await self._still_so(actor, told, swap)
        if swap.state is SwapState.ASKED:
            swap = replace(swap, state=SwapState.AGREED)
            await self._enter(actor, swap, "shift.swap.agreed", told.now)
            await self._store.shift.save_swap(swap)
            await self._wait(swap, told.now)
            for agency in self._agencies(swap):
                await self._needed(swap, agency)
            await self._ask_leads(swap, told)
            return swap
        swap = replace(swap, approved=(*swap.approved, actor.agency or ""))
        await self._question.settle(COMMAND, self._data(swap, actor.agency or ""), SETTLED, told.event_id, told.now)
        if set(self._agencies(swap)) - set(swap.approved):
            await self._store.shift.save_swap(swap)
            await self._enter(actor, swap, "shift.swap.approved", told.now)
            return swap
        return await self._make(actor, told, replace(swap, state=SwapState.DONE))

    async def pursue(self, woken: Woken) -> None:
        """Ask once more at half-time; end a swap that nobody has answered in time, and tell who asked."""
        swap = await self._store.shift.find_swap(Reference(woken.due.ref))
        if swap is None or not swap.waits:
            return
        told = Told(swap.room_id, woken.cause, woken.now, woken.now, woken.now)
        if woken.now >= swap.ends:
            await self._end(None, told, replace(swap, state=SwapState.LAPSED))
            return
        await self._store.due.plan(DUE, str(swap.ref), swap.ends, {})
        if swap.state is SwapState.ASKED:
            await self._put(swap, [swap.asked], "", told)
        else:
            await self._ask_leads(swap, told)

    async def _wait(self, swap: Swap, now: datetime) -> None:
        await self._store.due.plan(DUE, str(swap.ref), now + (swap.ends - now) / 2, {})

    async def _ask_leads(self, swap: Swap, told: Told) -> None:
        for number, agency in enumerate(self._agencies(swap)):
            leads = await self._leads(swap, agency)
            if leads and agency not in swap.approved:
                await self._put(swap, leads, agency, told, number)

    # Rules

    def _somebody_else(self, actor: Actor, told: Told, other: UserId) -> None:
        if other == actor.user_id:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("You cannot swap with yourself. Say whose shift you would take."))
        there = other in self._room.members(told.room_id) and self._config.now.serves(other)
        if not there or other == self._config.now.matrix.user_id:
            raise UserError(
                ErrorCode.NOT_FOUND, _("{name} is not in this room, so I cannot ask.", name=Verbatim(other))
            )

    def _coming(self, roster: Roster, person: UserId, now: datetime) -> list[Shift]:
        return [one for one in roster.of(person, now, now + LOOK) if one.span.since > now]

    def _one(self, shifts: Sequence[Shift], at: datetime | None, name: str) -> Shift:
        found = next((one for one in shifts if at is None or at in one.span), None)
        if found is None:
            raise UserError(
                ErrorCode.NOT_FOUND, _("{name} has no shift to come that could be swapped so.",
                                       name=Verbatim(one_line(name)))
            )  # fmt: skip
        return found

    def _sound(self, roster: Roster, told: Told, post: DutyPost, first: Shift, second: Shift) -> None:
        since, until = min(first.span.since, second.span.since) - NEAR, max(first.span.until, second.span.until) + NEAR
        before = roster.shifts(since, until)
        after = roster.overridden(*_made(first, second, "", first.person or UserId(""), told.now)).shifts(since, until)
        people = [one.person for one in (first, second) if one.person]
        if against := self._rules.strains(before, after, people, post.zone, told.room_id):
            said = _("I have asked nobody. A lead can still change each shift and give the reason.")
            raise UserError(ErrorCode.CONFLICT, *against, said)

    def _agencies(self, swap: Swap) -> list[str]:
        """Return the agencies whose leads must agree; "" is none."""
        return list(dict.fromkeys(self._rules.agency(one) or "" for one in (swap.asked_by, swap.asked)))

    async def _needed(self, swap: Swap, agency: str) -> list[UserId]:
        """Return the leads of *agency* who are asked; raise UserError if there are none."""
        found = await self._leads(swap, agency)
        if not found:
            shown = Verbatim(agency or self._config.now.taskforce.name)
            raise UserError(
                ErrorCode.UNAVAILABLE,
                _("No lead of {agency} who could agree is in this room, beside those who swap.", agency=shown),
            )
        return found

    async def _leads(self, swap: Swap, agency: str) -> list[UserId]:
        """Return the leads of *agency* in the room who can be asked, nobody who swaps."""
        found = []
        for user in self._room.members(swap.room_id):
            if user in (swap.asked_by, swap.asked) or user not in self._config.now.roles.lead:
                continue
            actor = await self._person.actor(user, swap.room_id)
            if actor.may(Role.LEAD) and (actor.agency or "") == agency and self._config.now.serves(user):
                found.append(user)
        return found[:MOST_ASKED]

    def _may_approve(self, actor: Actor, swap: Swap) -> None:
        agency = actor.agency or ""
        left = [one for one in self._agencies(swap) if one not in swap.approved]
        if not actor.may(Role.LEAD) or agency not in left or actor.user_id in (swap.asked_by, swap.asked):
            raise UserError(
                ErrorCode.NOT_ALLOWED, _("Only a lead of their agency, who does not swap, may agree to that.")
            )

    async def _still_so(self, actor: Actor, told: Told, swap: Swap) -> None:
        """Raise UserError if the shifts are not as they were when it was asked for; the swap ends by itself then."""
        if not await self._stands(swap, told.now):
            raise UserError(
                ErrorCode.CONFLICT, _("The roster has changed meanwhile, so they cannot swap that any more.")
            )

    async def _stands(self, swap: Swap, now: datetime) -> bool:
        roster = await self._shift.roster([swap.own.post, swap.theirs.post], now, now + LOOK)
        return all(one in roster.shifts(one.span.since, one.span.until, one.post) for one in (swap.own, swap.theirs))

    # What comes of it

    async def _make(self, actor: Actor, told: Told, swap: Swap) -> Swap:
        post = await self._store.shift.find_post(swap.own.post)
        if post is None:
            raise UserError(ErrorCode.CONFLICT, SETTLED)
        await self._store.shift.save_swap(swap)
        await self._store.due.drop(DUE, str(swap.ref))
        content = {"swap": str(swap.ref), "asked_by": swap.asked_by, "asked": swap.asked}
        new = _made(swap.own, swap.theirs, str(swap.ref), actor.user_id, told.now)
        posts = list(dict.fromkeys([swap.own.post, swap.theirs.post]))
        await self._roster.put(actor, told, new, posts, content, "shift.swapped")
        return swap

    async def _end(self, actor: Actor | None, told: Told, swap: Swap) -> Swap:
        """Record that a swap is not made, and tell who asked."""
        await self._store.shift.save_swap(swap)
        await self._store.due.drop(DUE, str(swap.ref))
        for agency in ("", *self._agencies(swap)):
            await self._question.settle(COMMAND, self._data(swap, agency), SETTLED, told.event_id, told.now)
        await self._question.settle(COMMAND, self._data(swap, None), SETTLED, told.event_id, told.now)
        await self._enter(actor, swap, f"shift.swap.{swap.state}", told.now)
        said = _("Your swap {ref} is not made: nobody has answered in time.", ref=Code(str(swap.ref)))
        if actor is not None:
            said = _("Your swap {ref} is not made: {name} does not agree.",
                     ref=Code(str(swap.ref)), name=Verbatim(one_line(actor.name)))  # fmt: skip
        lines: list[Block] = [said, (line(swap.own), line(swap.theirs))]
        asked = _("Swap {ref} is not made. Please see the message above.", ref=Code(str(swap.ref)))
        cause = f"{told.event_id} {swap.ref}"
        await self._telling.tell(swap.asked_by, swap.room_id, cause, lines, asked, told.now, ref=str(swap.ref))
        return swap

    async def _put(self, swap: Swap, people: Sequence[UserId], agency: str, told: Told, number: int = 0) -> None:
        """Say what would be swapped, and ask each of *people*; a lead is asked for their agency."""
        names = {
            "name": Verbatim(self._room.name_of(swap.room_id, swap.asked_by)),
            "other": Verbatim(self._room.name_of(swap.room_id, swap.asked)),
            "ref": Code(str(swap.ref)),
        }
        said: list[Block] = [
            _("Swap {ref}: {name} would give the first of these to {other} and take the second.", **names),
            (line(swap.own), line(swap.theirs)),
        ]
        cause = f"{told.event_id} {swap.ref} {number}"
        notice = await self._notice.give(swap.room_id, DUE, cause, said, told.now, ref=str(swap.ref))
        lead = swap.state is SwapState.AGREED
        data = self._data(swap, agency if lead else None)
        text: Message = _("Do you agree to swap {ref}?", ref=Code(str(swap.ref)))
        for index, user in enumerate(people):
            asking = Asking(COMMAND, CHOICES, data, text, str(swap.ref))
            await self._question.ask(swap.room_id, user, asking, cause, notice, told.now, index)

    def _data(self, swap: Swap, agency: str | None) -> dict[str, str | None]:
        return {"swap": str(swap.ref), "tail": swap.ref.tail, "agency": agency}

    async def _enter(self, actor: Actor | None, swap: Swap, kind: str, now: datetime) -> None:
        content = {
            "asked_by": swap.asked_by, "asked": swap.asked, "own": _told(swap.own), "theirs": _told(swap.theirs),
        }  # fmt: skip
        await self._audit.append(kind, actor, str(swap.ref), content, now)


def _told(shift: Shift) -> list[str]:
    return [shift.post, shift.span.since.isoformat(), shift.span.until.isoformat()]


def _made(first: Shift, second: Shift, id: str, by: UserId, now: datetime) -> tuple[Override, Override]:
    """Return the overrides that give each of two shifts to whose the other is."""
    return (
        Override(f"{id} 1", first.post, second.person, first.span, Reason.SWAP, by, now),
        Override(f"{id} 2", second.post, first.person, second.span, Reason.SWAP, by, now),
    )
