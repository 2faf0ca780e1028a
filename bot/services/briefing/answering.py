"""Who comes: everybody is asked, and each says so of the next one, or of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Typed, Verbatim, _, _c
from bot.model.briefing import Briefing, Occurrence, State, occurrences
from bot.model.due import LATE
from bot.model.names import one_line
from bot.model.person import Actor, UserId
from bot.model.reference import Reference
from bot.model.rsvp import (
    CHOICES,
    COMMAND,
    Coming,
    Quorum,
    Rsvp,
    Standing,
    asked,
    begins_at,
    counted,
    data,
)
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.briefing.board import Board
from bot.services.briefing.clocks import Clocks
from bot.services.briefing.counting import Counting
from bot.services.briefing.finding import CANCELLED, TOO_LATE, Findings, Planned
from bot.services.briefing.inviting import Inviting
from bot.services.briefing.moving import CHANGED
from bot.services.briefing.telling import OF, Telling
from bot.services.notice import NoticeService
from bot.services.question import Asking, QuestionService
from bot.store import Store

RSVP = Typed(("!", _c("noun", "briefing"), " ", _c("verb", "rsvp")))
MOST_ASKED = 60
"""People whom one briefing asks: each is asked in a message of their own."""


class AnsweringService:
    """Asks who comes and takes the answers; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, notice: NoticeService, question: QuestionService,
        found: Findings, clocks: Clocks, telling: Telling, board: Board, inviting: Inviting, counting: Counting,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._notice = notice
        self._question = question
        self._found = found
        self._clocks = clocks
        self._telling = telling
        self._board = board
        self._counting = counting
        self._inviting = inviting
        self.still = found.still
        self.standing = counting.standing
        self.shown = counting.shown
        self.changed = counting.changed
        self._recount = counting.recount

    @property
    def unnamed(self) -> str:
        """What those are called who are of no agency."""
        return self._counting.unnamed

    # Who must come

    async def require(self, actor: Actor, told: Told, planned: Planned, needs: Mapping[str, int]) -> None:
        """Record how many of which agency must come; raise UserError for an agency that there is not."""
        known = [agency.code for agency in self._config.now.agencies]
        for code in needs:
            if code not in known:
                raise UserError(
                    ErrorCode.BAD_ARGUMENT,
                    _("I know no agency {code}. The agencies are {known}.",
                      code=Code(code), known=tuple(map(Code, known))),
                )  # fmt: skip
        quorum = await self._store.rsvp.quorum(planned.briefing.ref) or Quorum()
        await self._store.rsvp.save_quorum(planned.briefing.ref, replace(quorum, needs=needs))
        content = {"needs": dict(needs)}
        await self._audit.append("briefing.required", actor, str(planned.briefing.ref), content, told.now)
        await self._recount(planned, told.event_id, told.now, by=actor.user_id)

    async def ask(self, actor: Actor, told: Told, planned: Planned, one: Occurrence) -> int:
        """Ask everyone in the room who has not said whether they come, by a digit and in a poll; return how many."""
        briefing = planned.briefing
        said = (await self.standing(planned, one)).said
        people = [user for user in self._clocks.people(briefing.room_id) if user not in said]
        if len(people) > MOST_ASKED:
            raise UserError(
                ErrorCode.CONFLICT,
                _("I ask {most} people at most. Here each can say it with {command}.", most=MOST_ASKED, command=RSVP),
            )
        if await self._store.rsvp.quorum(briefing.ref) is None:
            await self._store.rsvp.save_quorum(briefing.ref, Quorum())
        await self._ask(briefing, one, people, (), told.event_id, told.now)
        if people:
            await self._inviting.open(briefing, one, told.event_id, told.now)
        content = {"begins": begins_at(one).isoformat(), "people": len(people)}
        await self._audit.append("briefing.asked", actor, str(briefing.ref), content, told.now)
        await self._board.show(briefing, told.event_id, told.now)
        return len(people)

    async def _ask(
        self, briefing: Briefing, one: Occurrence, people: Sequence[UserId], why: Sequence[Message], cause: str,
        now: datetime,
    ) -> None:  # fmt: skip
        """Ask *people*, below a message that says by their clocks when it is, and *why* they are asked."""
        room_id, ref, index = briefing.room_id, str(briefing.ref), 0
        groups = await self._clocks.groups(room_id, people)
        named = await self._telling.named(briefing, [group.language for group in groups])
        when = _("{briefing}: {from_} to {until}.", briefing=named, from_=one.begins, until=one.ends)
        asking = Asking(COMMAND, CHOICES, data(briefing, one), asked(briefing), ref)
        for number, group in enumerate(groups):
            of = f"{cause} {ref} who comes {number}"
            notice = await self._notice.give(
                room_id, OF, of, [*why, when], now, reader=group.people[0], ref=ref, holds=[ref]
            )
            for user in group.people:
                await self._question.ask(room_id, user, asking, f"{cause} {ref} who comes", notice, now, index)
                index += 1

    # What people say

    async def at(self, room_id: str, answered: Mapping[str, str], now: datetime) -> tuple[Planned, Occurrence]:
        """Return what was asked about; raise UserError if it has begun, is at another time by now, or not at all."""
        ref, begins = Reference(answered["ref"]), datetime.fromisoformat(answered["begins"])
        briefing = await self._found.find(room_id, ref)
        planned = await self._found.planned(briefing, now)
        found = occurrences(briefing, planned.changes, begins, begins + datetime.resolution)
        one = next((one for one in found if begins_at(one) == begins), None)
        code = Code(str(ref))
        if briefing.state is State.CANCELLED:
            raise _final(ErrorCode.CONFLICT, Message(CANCELLED.text, {"ref": code}))
        if one is None:
            raise _final(ErrorCode.CONFLICT, Message(CHANGED.text, {"ref": code}))
        if begins <= now:
            raise _final(ErrorCode.STALE, _("{ref} began {moment}. Nothing was changed.", ref=code, moment=one.begins))
        return planned, one

    async def answer(
        self, actor: Actor, told: Told, planned: Planned, one: Occurrence, answer: Coming, *,
        each: bool = False, delegate: UserId | None = None, vote: bool = False,
    ) -> Standing:  # fmt: skip
        """Record whether *actor* comes to *one*, or to *each*, and ask the *delegate* to come instead; raise UserError.

        Return how it stands then. *vote*: the event itself is what has said so, in a poll.
        """
        if delegate is not None:
            self._may_stand_in(actor, planned.briefing, delegate, answer)
        await self._in_time(actor, told, planned, one)
        briefing, begins = planned.briefing, None if each else begins_at(one)
        said = Rsvp(
            actor.user_id, answer, begins, told.now, told.sent_at, delegate, vote=told.event_id if vote else ""
        )  # fmt: skip
        await self._store.rsvp.save(briefing.ref, said)
        content = {"answer": answer, "begins": begins.isoformat() if begins else None, "delegate": delegate}
        await self._audit.append("briefing.answered", actor, str(briefing.ref), content, told.now)
        if delegate is not None:
            name = Verbatim(one_line(actor.name))
            why = _("{name} does not come and asks you to come instead.", name=name)
            await self._ask(briefing, one, [delegate], [why], told.event_id, told.now)
        await self._follow(planned, told.event_id, told.now, actor.user_id)
        return await self.standing(planned, one)

    async def unsay(self, actor: Actor, told: Told, planned: Planned, one: Occurrence) -> bool:
        """Forget what *actor* has said of *one*; return whether they had. Raise UserError."""
        await self._in_time(actor, told, planned, one)
        briefing, begins = planned.briefing, begins_at(one)
        if not await self._store.rsvp.take_back(briefing.ref, actor.user_id, begins):
            return False
        await self._unsaid(actor, briefing, begins, told.now)
        await self._follow(planned, told.event_id, told.now, actor.user_id)
        return True

    async def withdraw(self, room_id: str, event_id: str, cause: str, now: datetime) -> bool:
        """Forget what the vote *event_id* in a poll has said, if that counts still; return whether it did."""
        found = await self._store.rsvp.find_voted(event_id)
        briefing = await self._store.briefing.find(found[0]) if found else None
        if found is None or briefing is None or briefing.room_id != room_id:
            return False
        person, begins = found[1], found[2]
        await self._store.rsvp.take_back(briefing.ref, person, begins)
        await self._unsaid(None, briefing, begins, now)
        await self._follow(await self._found.planned(briefing, now), cause, now, person)
        return True

    def may_vote(self, actor: Actor, room_id: str) -> None:
        """Raise UserError if *actor* is not among those who are asked in a room."""
        if actor.user_id not in self._clocks.people(room_id):
            raise UserError(ErrorCode.NOT_ALLOWED, _("I asked somebody else that. Nothing was changed."))

    async def _unsaid(self, actor: Actor | None, briefing: Briefing, begins: datetime, now: datetime) -> None:
        content = {"answer": None, "begins": begins.isoformat(), "delegate": None}
        await self._audit.append("briefing.answered", actor, str(briefing.ref), content, now)

    async def _follow(self, planned: Planned, cause: str, now: datetime, by: UserId) -> None:
        """Count again, and let the card say so."""
        await self._recount(planned, cause, now, by=by)
        over = planned.next is None
        await self._board.show(planned.briefing, cause, now, over=over)

    async def _in_time(self, actor: Actor, told: Told, planned: Planned, one: Occurrence) -> None:
        """Raise UserError if what comes late was sent before what its sender has said of *one* since."""
        said = counted(await self._store.rsvp.list_of(planned.briefing.ref), one, planned.changes).get(actor.user_id)
        if said and told.now - told.sent_at > LATE and told.sent_at < said.said_at:
            raise UserError(ErrorCode.STALE, TOO_LATE)

    def _may_stand_in(self, actor: Actor, briefing: Briefing, delegate: UserId, answer: Coming) -> None:
        here = delegate in self._clocks.people(briefing.room_id)
        same = self._counting.agency(delegate) == self._counting.agency(actor.user_id)
        if answer is Coming.COMING or delegate == actor.user_id or not (here and same):
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _(
                    "You can send somebody in your place only if you do not come yourself, and only somebody of your"
                    " agency who is in this room."
                ),
            )


def _final(code: ErrorCode, said: Message) -> UserError:
    """Return the refusal of an answer to what can be answered no more."""
    error = UserError(code, said)
    error.final = True
    return error
