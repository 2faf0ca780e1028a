"""Handovers that are late, or were missed: who must act is asked, then the next, until somebody sees to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.i18n import Message, Verbatim, _, _c
from bot.model.due import Woken
from bot.model.handover import Handover, State
from bot.model.ladder import Climb, Rung, Step, next_step
from bot.model.person import Actor
from bot.model.shift import DutyPost, PostName, Shift, Watch
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.ladder.people import Rungs
from bot.services.notice import Block, NoticeService
from bot.services.question import Asking, QuestionService
from bot.services.room import RoomService
from bot.services.shift import ShiftService
from bot.services.shift.relief import DUE, SUBJECT
from bot.store import Store

WAIT = timedelta(minutes=5)
"""How long somebody has to answer before the next are asked."""
SEEN_FOR = timedelta(minutes=30)
"""How long it is not asked about again once somebody has said that they see to it."""
AGAIN = timedelta(hours=1)
"""When it is asked anew if nobody has answered at all."""
REPEATS = 2
SEEN = (("seen", _c("choice", "I am on it")),)


class LatenessService:
    """Asks about late handovers, in the open transaction."""

    def __init__(
        self, store: Store, audit: AuditService, rungs: Rungs, room: RoomService,
        notice: NoticeService, question: QuestionService, shift: ShiftService,
    ) -> None:  # fmt: skip
        self._store = store
        self._audit = audit
        self._rungs = rungs
        self._room = room
        self._notice = notice
        self._question = question
        self._shift = shift

    async def climb(self, woken: Woken) -> None:
        """Ask those who are next; if the roster has changed since, only set the clock anew."""
        post = await self._store.shift.find_post(PostName(woken.due.ref))
        if post is None:
            return
        before = Climb.of(woken.due.payload)
        shift = await self._shift.relief.expected(post.name, woken.now)
        if shift is None or before.since != shift.span.since or shift.span.since > woken.now:
            return await self._shift.relief.plan(post.name, woken.now)
        if not self._room.members(post.room_id):
            return await self._store.due.plan(DUE, post.name, woken.now + WAIT, woken.due.payload)
        watch = await self._shift.watch(post.name)
        rungs = await self._rungs.of(
            post.room_id, post.agency, {Rung.OUTGOING: [watch.person], Rung.INCOMING: [shift.person]}
        )
        step = next_step(before, [*rungs.values()], woken.now, WAIT, REPEATS, {})
        if step.again is None:
            return await self._unanswered(post, watch, shift, before, woken)
        await self._ask(post, watch, shift, step, [*rungs][step.climb.rung], woken)
        await self._store.due.plan(DUE, post.name, step.again, {**woken.due.payload, **step.climb.payload})

    async def begin_anew(self, woken: Woken) -> None:
        """Ask from the first rung on: it is too late for those who were next."""
        payload = {**woken.due.payload, **Climb(since=Climb.of(woken.due.payload).since).payload}
        await self.climb(replace(woken, due=replace(woken.due, payload=payload)))

    async def seen(self, actor: Actor, told: Told, post: PostName) -> None:
        """Record that *actor* sees to it: it is asked about again only after a while."""
        due = await self._store.due.find(DUE, post)
        payload = {**due.payload, **Climb(since=Climb.of(due.payload).since).payload} if due else Climb().payload
        await self._question.settle(SUBJECT, {"post": post}, _SEEN_TO, told.event_id, told.now)
        await self._store.due.plan(DUE, post, told.now + SEEN_FOR, payload)
        await self._audit.append("handover.seen", actor, None, {"post": post}, told.now)

    async def _ask(self, post: DutyPost, watch: Watch, shift: Shift, step: Step, rung: Rung, woken: Woken) -> None:
        blocks: list[Block] = [await self._said(post, watch, shift)]
        if woken.late:
            blocks.append(_("I say that late: I should have asked at {moment}.", moment=woken.due.at))
        notice = await self._notice.give(post.room_id, DUE, woken.cause, blocks, woken.now, people=step.ask)
        asking = Asking(SUBJECT, SEEN, {"post": post.name}, _ASKED)
        for index, user in enumerate(step.ask):
            await self._question.ask(post.room_id, user, asking, woken.cause, notice, woken.now, index)
        content = {"post": post.name, "rung": rung, "people": list(step.ask), "shift": shift.span.since.isoformat()}
        await self._audit.append("handover.late", None, None, content, woken.now)

    async def _said(self, post: DutyPost, watch: Watch, shift: Shift) -> Message:
        """Return how the handover stands that is late."""
        values = {
            "post": Verbatim(post.name), "moment": shift.span.since,
            "incoming": self._named(post, shift.person or ""), "outgoing": self._named(post, watch.person),
        }  # fmt: skip
        handover = await self._store.handover.find_open(post.name)
        return Message(_HOW[_state(handover)].text, values)

    async def _unanswered(self, post: DutyPost, watch: Watch, shift: Shift, climb: Climb, woken: Woken) -> None:
        """Say whom to telephone, ring all who were asked, and begin anew after a while."""
        blocks: list[Block] = [
            await self._said(post, watch, shift), *self._rungs.telephone(post.room_id, post.agency)
        ]  # fmt: skip
        there = [user for user in climb.asked if user in self._room.members(post.room_id)]
        notice = await self._notice.give(post.room_id, DUE, woken.cause, blocks, woken.now, people=there)
        if there:
            await self._notice.ring(post.room_id, DUE, woken.cause, there, _NOBODY, notice, woken.now)
        content = {"post": post.name, "asked": list(climb.asked)}
        await self._audit.append("handover.unanswered", None, None, content, woken.now)
        payload = {**woken.due.payload, **Climb(since=climb.since).payload}
        await self._store.due.plan(DUE, post.name, woken.now + AGAIN, payload)

    def _named(self, post: DutyPost, user_id: str) -> Verbatim:
        return Verbatim(self._room.name_of(post.room_id, user_id))


def _state(handover: Handover | None) -> State | None:
    return handover.state if handover else None


_ASKED = _("A handover is late. Please see to it.")
_NOBODY = _("A handover is late and nobody has answered. Please see the notice above.")
_SEEN_TO = _("Somebody sees to it.")
_WAITS = _(
    "{post}: the shift of {incoming} began {moment}, and the handover waits for their word. {outgoing} answers for it"
    " still."
)
_HOW: dict[State | None, Message] = {
    None: _(
        "{post}: the shift of {incoming} began {moment}, and no handover was begun. {outgoing} answers for it still."
    ),
    State.DRAFT: _(
        "{post}: the shift of {incoming} began {moment}, and the handover is a draft. {outgoing} answers for it still."
    ),
    State.READY: _WAITS,
    State.WAITING: _WAITS,
}
"""What is said, by how far the handover is."""
