"""Polls: everybody says when they can come; then the briefing is planned, or who asked is told why it is not.

A poll ends once all who are in the room have answered, or at its deadline. What people say counts until the poll is
ended, which a bot that was away does only GRACE after it is back: it first reads what was said meanwhile.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, _
from bot.model.due import LATE, Woken
from bot.model.incident import Words
from bot.model.person import Actor, Role, UserId
from bot.model.poll import (
    ANSWERS,
    BALLOT,
    BALLOT_END,
    COMMAND,
    DUE,
    NO_TIME,
    Cast,
    Poll,
    PollState,
    awaited,
    obstacles,
    tallied,
    unanswered,
    votes,
)
from bot.model.reference import Reference
from bot.model.slot import Votes, chosen
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.briefing.asking import Asker
from bot.services.briefing.finding import TOO_LATE
from bot.services.briefing.ranking import Ranking
from bot.services.briefing.service import BriefingService
from bot.services.briefing.telling import OF, TITLE, Telling
from bot.services.notice import NoticeService
from bot.services.person import PersonService
from bot.services.question import QuestionService
from bot.store import Store

GONE = _("I know no such poll here.")
OVER = _("The poll has ended.")
NUDGE = _("Some of you have not answered to all of these times.")
GRACE = timedelta(minutes=5)
MOST_OPEN = 3
"""Polls of one room at once: so many questions of three digits one person can have before them."""


class PollService:
    """Opens and ends polls and counts votes; what writes joins the open transaction."""

    def __init__(
        self, store: Store, audit: AuditService, person: PersonService, notice: NoticeService,
        question: QuestionService, briefing: BriefingService, telling: Telling, ranking: Ranking, asker: Asker,
    ) -> None:  # fmt: skip
        self._store = store
        self._audit = audit
        self._person = person
        self._notice = notice
        self._question = question
        self._briefing = briefing
        self._telling = telling
        self._ranking = ranking
        self._asker = asker

    # As it stands

    async def find(self, ref: Reference) -> Poll | None:
        """Return the poll, or None."""
        return await self._store.poll.find(ref)

    async def still(self, room_id: str, ref: Reference) -> Poll:
        """Return a poll of the room that is open; raise UserError."""
        poll = await self._store.poll.find(ref)
        if poll is None or poll.room_id != room_id:
            raise UserError(ErrorCode.NOT_FOUND, GONE)
        if poll.state is not PollState.OPEN:
            raise UserError(ErrorCode.CONFLICT, _("{ref} has ended. Nothing was changed.", ref=Code(str(ref))))
        return poll

    async def counted(self, poll: Poll) -> tuple[Votes, list[UserId]]:
        """Return what counts, and who in the room has not said something to each time."""
        cast, people = await self._store.poll.cast(poll.ref), self._ranking.people(poll.room_id)
        return votes(poll, cast, people), awaited(poll, cast, [*people])

    async def standing(self, poll: Poll, now: datetime) -> list[Message]:
        """Return how each time stands, or, of a poll that has failed, why it will not do; a line each."""
        found, _awaited = await self.counted(poll)
        numbers, people = range(1, len(poll.slots) + 1), len(self._ranking.people(poll.room_id))
        if poll.state is PollState.FAILED:
            return [obstacles(poll, found, number, poll.ended_at or now) for number in numbers]
        return [tallied(poll, found, people, number) for number in numbers]

    async def next_for(self, poll: Poll, person: UserId) -> int | None:
        """Return the number of the first time to which somebody has said nothing; None if there is none."""
        return unanswered(poll, await self._store.poll.cast(poll.ref), person)

    # Opening

    async def open(self, actor: Actor, told: Told, poll: Poll, words: Words, said: str) -> int:
        """Record a poll that was proposed, and ask everyone in the room; return how many they are.

        *said* is the message that has named it.
        """
        if await self._store.poll.find(poll.ref) is not None:
            raise UserError(ErrorCode.CONFLICT, _("{ref} is planned already.", ref=Code(str(poll.ref))))
        self._asker.in_time(poll.slots, poll.closes_at, told.now)
        if len(await self._store.poll.list_open(told.room_id)) >= MOST_OPEN:
            raise UserError(
                ErrorCode.CONFLICT,
                _("{most} polls are open in this room. Cancel one, or wait until one has ended.", most=MOST_OPEN),
            )
        poll = replace(poll, language=words.language, asked_at=told.now)
        content = {
            "title": poll.title, "room": poll.room_id, "slots": [one.isoformat() for one in poll.slots],
            "minutes": poll.length // timedelta(minutes=1), "need": poll.need, "closes": poll.closes_at.isoformat(),
        }  # fmt: skip
        logged = await self._audit.append("poll.opened", actor, str(poll.ref), content, told.now)
        self._audit.said(logged, told, {name: one for name, one in content.items() if name != "title"}, said)
        await self._store.poll.add(poll, said)
        await self._store.wording.add(poll.ref, TITLE, words.made)
        people = [*self._ranking.people(poll.room_id)]
        await self._asker.ask(poll, people, (), told.event_id, told.now)
        for number in range(1, len(poll.slots) + 1):
            payload = {"ref": str(poll.ref), "slot": number}
            await self._store.outbox.add(poll.room_id, BALLOT, f"poll {poll.ref}", payload, told.now, number)
        half = told.now + (poll.closes_at - told.now) / 2
        await self._store.due.plan(DUE, str(poll.ref), half, {})
        return len(people)

    # What people say

    async def answer(self, actor: Actor, told: Told, poll: Poll, number: int, choice: str) -> int | None:
        """Record what *actor* says to a time; it takes the place of what they had said to it, unless it comes late.

        Return the number of the next time to ask about; None if there is none, or the poll has ended by that.
        """
        if not 1 <= number <= len(poll.slots):
            raise UserError(ErrorCode.NOT_FOUND, GONE)
        cast = await self._store.poll.cast(poll.ref)
        if told.now - told.sent_at > LATE and any((one.person, one.slot) == (actor.user_id, number) for one in cast):
            # Held back on the way, perhaps, until they had said something else.
            raise UserError(ErrorCode.STALE, TOO_LATE)
        for question in await self._store.question.list_open(actor.user_id):
            if question.asks(poll.room_id, COMMAND, poll.data(number)):
                await self._store.question.close(question.id, "answered")
        await self._store.poll.save_cast(poll.ref, Cast(actor.user_id, number, ANSWERS[choice]), told.now)
        content = {"slot": number, "answer": choice}
        await self._audit.append("poll.answered", actor, str(poll.ref), content, told.now)
        if await self._end_if_all_have_said(poll, told.event_id, told.now):
            return None
        return await self.next_for(poll, actor.user_id)

    async def changed(self, room_id: str, user_id: UserId, cause: str, now: datetime) -> None:
        """Follow that somebody has come, who is asked, or gone, who is not waited for any more."""
        for poll in await self._store.poll.list_open(room_id):
            here = user_id in self._ranking.people(room_id)
            if here and await self.next_for(poll, user_id) == 1 and not await self._asks(poll, user_id):
                await self._asker.ask(poll, [user_id], (), f"{cause} {poll.ref}", now)
            elif not here:
                await self._end_if_all_have_said(poll, cause, now)

    async def _asks(self, poll: Poll, user_id: UserId) -> bool:
        waiting = await self._store.question.list_open(user_id)
        return any(one.subject == COMMAND and one.data.get("ref") == str(poll.ref) for one in waiting)

    # The end

    async def wake(self, woken: Woken) -> None:
        """Remind those who have not answered, or end the poll, whichever is due."""
        poll = await self._store.poll.find(Reference(woken.due.ref))
        if poll is None or poll.state is not PollState.OPEN:
            return
        ref, now, waited = str(poll.ref), woken.now, woken.due.payload.get("waited", 0)
        if not self._ranking.people(poll.room_id):
            # Who is in the room is not known yet, or nobody is any more.
            later = min(timedelta(minutes=1) * 2 ** min(waited, 11), timedelta(days=1))
            return await self._store.due.plan(DUE, ref, now + later, {**woken.due.payload, "waited": waited + 1})
        if now >= poll.closes_at:
            if woken.late and not woken.due.payload.get("late"):
                return await self._store.due.plan(DUE, ref, now + GRACE, {"late": True})
            return await self._end(poll, woken.cause, now)
        _found, missing = await self.counted(poll)
        await self._asker.ask(poll, missing, [NUDGE], woken.cause, now)
        await self._store.due.plan(DUE, ref, poll.closes_at, {})

    async def _end_if_all_have_said(self, poll: Poll, cause: str, now: datetime) -> bool:
        """End a poll in which everyone who is in the room has said something to each time; return whether."""
        _found, missing = await self.counted(poll)
        if missing or not self._ranking.people(poll.room_id):
            return False
        await self._end(poll, cause, now)
        return True

    async def _end(self, poll: Poll, cause: str, now: datetime) -> None:
        """Plan the briefing at the time that suits best, and tell everyone, or tell who asked why there is none."""
        found, _missing = await self.counted(poll)
        coming = [number for number, since in enumerate(poll.slots, 1) if since > now]
        ranked = await self._ranking.rank(poll.room_id, [poll.span(number) for number in coming], poll.need, now)
        best = chosen(ranked, found)
        number = next((n for n in coming if poll.span(n) == best), None)
        await self._close(poll, PollState.FAILED if number is None else PollState.CHOSEN, cause, now)
        content = {"chosen": None if number is None else poll.slots[number - 1].isoformat()}
        await self._audit.append("poll.ended", None, str(poll.ref), content, now)
        if number is None:
            return await self._failed(poll, found, cause, now)
        actor = await self._person.actor(poll.by, poll.room_id)
        told = Told(poll.room_id, cause, now, now, now)
        briefing, said = poll.briefing(number), await self._store.poll.origin(poll.ref)
        await self._briefing.schedule(actor, told, briefing, Words(poll.title, poll.language), said)
        one, people = poll.occurrence(number), len(self._ranking.people(poll.room_id))
        named = await self._telling.named(briefing, [actor.menus])
        heading = _("The poll has ended: {briefing} is planned, {from_} to {until}.",
                    briefing=named, from_=one.begins, until=one.ends)  # fmt: skip
        lines = tuple(tallied(poll, found, people, n) for n in range(1, len(poll.slots) + 1))
        asked = _("{ref}: a briefing is planned. Please see the message above.", ref=Code(str(poll.ref)))
        await self._tell_who_asked(poll, [heading, lines], asked, f"{cause} poll", now)

    async def _failed(self, poll: Poll, found: Votes, cause: str, now: datetime) -> None:
        actor = await self._person.actor(poll.by, poll.room_id)
        named = await self._telling.named(poll.briefing(), [actor.menus])
        heading = Message(NO_TIME.text, {"briefing": named})
        lines = tuple(obstacles(poll, found, number, now) for number in range(1, len(poll.slots) + 1))
        asked = _("{ref}: no time was found. Please see the message above.", ref=Code(str(poll.ref)))
        await self._tell_who_asked(poll, [heading, lines], asked, f"{cause} poll", now)

    async def _tell_who_asked(
        self, poll: Poll, blocks: list[Message | tuple[Message, ...]], asked: Message, cause: str, now: datetime
    ) -> None:  # fmt: skip
        """Tell who has asked; the room, without ringing, if they are gone."""
        if poll.by in self._ranking.people(poll.room_id):
            return await self._telling.tell(poll.briefing(), [poll.by], cause, blocks, asked, now)
        ref = str(poll.ref)
        await self._notice.give(poll.room_id, OF, f"{cause} {ref}", blocks, now, ref=ref, holds=[ref])

    async def _close(self, poll: Poll, state: PollState, cause: str, now: datetime) -> None:
        await self._store.poll.end(poll.ref, state, now)
        await self._store.due.drop(DUE, str(poll.ref))
        for index, start in enumerate(await self._store.outbox.list_caused(f"poll {poll.ref}", BALLOT)):
            payload = {"ref": str(poll.ref), "start": start.id}
            await self._store.outbox.add(poll.room_id, BALLOT_END, f"{cause} {poll.ref}", payload, now, index)
        for number in range(1, len(poll.slots) + 1):
            await self._question.settle(COMMAND, poll.data(number), OVER, f"{cause} {number}", now)

    async def cancellable(self, actor: Actor, room_id: str, ref: Reference) -> Poll:
        """Return a poll of the room that is open, and that *actor* may end; raise UserError."""
        poll, code = await self.still(room_id, ref), Code(str(ref))
        if actor.user_id != poll.by and not (actor.may(Role.LEAD) or actor.may(Role.COORDINATOR)):
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("Only who has scheduled {ref}, a lead or a coordinator may do that.", ref=code),
            )
        return poll

    async def cancel(self, actor: Actor, told: Told, ref: Reference) -> int:
        """End a poll without a briefing and tell everyone but *actor*; return how many they are. Raise UserError."""
        poll, code = await self.cancellable(actor, told.room_id, ref), Code(str(ref))
        await self._close(poll, PollState.CANCELLED, told.event_id, told.now)
        await self._audit.append("poll.cancelled", actor, str(poll.ref), {}, told.now)
        people = [user for user in self._ranking.people(poll.room_id) if user != actor.user_id]
        # It is a poll, no briefing yet, that is called off.
        said = _("The poll {ref} is cancelled.", ref=code)
        await self._telling.tell(poll.briefing(), people, told.event_id, [said], said, told.now)
        return len(people)

    async def withdraw(self, room_id: str, event_id: str, cause: str, now: datetime) -> bool:
        """Delete what the message *event_id* has called polls of the room; return whether it has. They go on."""
        named = await self._store.poll.said_by(event_id)
        found = [one for one in named if one.title and one.room_id == room_id]
        for poll in found:
            await self._store.poll.unname(poll.ref)
            await self._store.wording.forget(poll.ref, [TITLE])
            await self._notice.unsay(str(poll.ref), poll.ref, cause, now)
        return bool(found)
