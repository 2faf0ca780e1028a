"""Which briefing is held: the one that is on from shortly before it until an hour after, or the last.

At its start everybody in the room is asked whether they are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Typed, _, _c
from bot.model.briefing import Briefing, Change, Occurrence, State, next_of, occurrences
from bot.model.due import Woken
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.rsvp import Coming, counted
from bot.model.sitting import AFTERWARDS, CHOICES, COMMAND, EARLY, Sitting
from bot.services.briefing.answering import MOST_ASKED
from bot.services.briefing.clocks import Clocks
from bot.services.briefing.finding import GONE, LONGEST
from bot.services.briefing.inviting import Inviting
from bot.services.briefing.telling import OF, Telling
from bot.services.incident import IncidentService
from bot.services.notice import Block, NoticeService
from bot.services.question import Asking, QuestionService
from bot.services.reference import referred
from bot.store import Store

START = "briefing start"
"""The kind of the due rows: one a briefing, when its next one begins."""
END = "briefing end"
"""The kind of the due rows: one a sitting, when it is said no more who is there."""
SOON = timedelta(minutes=1)
SETTLED = _("That is settled.")
ATTEND = Typed(("!", _c("noun", "briefing"), " ", _c("verb", "attend")))


class Sittings:
    """Finds and begins sittings; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, incident: IncidentService, notice: NoticeService,
        question: QuestionService, clocks: Clocks, telling: Telling, inviting: Inviting,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._draw = incident.draw
        self._notice = notice
        self._question = question
        self._clocks = clocks
        self._telling = telling
        self._inviting = inviting

    # Which is meant

    async def look(self, room_id: str, typed: str | None, replied: str | None, now: datetime) -> Sitting | None:
        """Return the sitting that is meant, as `meant` does, if it has been begun already; only reads."""
        try:
            return await self._meant(room_id, typed, replied, now)
        except UserError:
            return None

    async def meant(self, room_id: str, typed: str | None, replied: str | None, now: datetime) -> Sitting:
        """Return the sitting that is meant: by its own reference or its briefing's, by the post replied to, or by none.

        Of a briefing the one that is on, begun if it was not, or else the last; of a room likewise. Raise UserError.
        """
        for briefing in await self._store.briefing.list_open(room_id):
            await self._begin(briefing, now)
        if found := await self._meant(room_id, typed, replied, now):
            return found
        raise UserError(ErrorCode.NOT_FOUND, _("No briefing has begun in this room yet."))

    async def _meant(self, room_id: str, typed: str | None, replied: str | None, now: datetime) -> Sitting | None:
        ref = referred(typed, self._config.now.taskforce.code, GONE) if typed is not None else None
        if ref is None and replied:
            ref = await self._store.incident.find_about(room_id, replied)
        if ref is not None and (found := await self._of(room_id, ref)):
            return found
        if typed is not None:
            raise UserError(ErrorCode.NOT_FOUND, GONE)
        last = [await self._store.attendance.last(one.ref) for one in await self._store.briefing.list_open(room_id)]
        latest = await self._store.attendance.last_in(room_id)
        on = {one.ref: one for one in (*last, latest) if one and one.takes(now)}
        if len(on) > 1:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("Say which briefing you mean: reply to its card, or write its reference."),
            )
        return next(iter(on.values()), latest)

    async def _of(self, room_id: str, ref: Reference) -> Sitting | None:
        """Return the sitting with that reference, or the last one of the briefing with it, if it is of that room."""
        sitting = await self._store.attendance.find(ref)
        if sitting is not None:
            return sitting if sitting.room_id == room_id else None
        briefing = await self._store.briefing.find(ref)
        if briefing is None or briefing.room_id != room_id:
            return None
        if found := await self._store.attendance.last(ref):
            return found
        raise UserError(ErrorCode.CONFLICT, _("{ref} has not begun yet.", ref=Code(str(ref))))

    async def find(self, ref: Reference) -> Sitting:
        """Return the sitting with that reference; raise UserError if there is none any more."""
        found = await self._store.attendance.find(ref)
        if found is None:
            raise UserError(ErrorCode.NOT_FOUND, GONE)
        return found

    async def _begin(self, briefing: Briefing, now: datetime) -> None:
        one = _on(briefing, await self._store.briefing.changes(briefing.ref), now)
        if one is not None:
            await self._begun(briefing, one)

    async def _begun(self, briefing: Briefing, one: Occurrence) -> Sitting:
        """Return the sitting of *one*, recorded as it is at that time now unless its minutes are closed."""
        begins, ends = one.begins.astimezone(UTC), one.ends.astimezone(UTC)
        found = await self._store.attendance.find_at(briefing.ref, one.original)
        if found is None:
            found = Sitting(await self._draw(), briefing.ref, briefing.room_id, one.original, begins, ends)
            await self._store.attendance.save(found)
        elif found.closed_at is None and (found.begins, found.ends) != (begins, ends):
            found = replace(found, begins=begins, ends=ends)
            await self._store.attendance.save(found)
        return found

    # At its start and end

    async def plan(self, briefing: Briefing, now: datetime) -> None:
        """Plan to ask the room when the next one begins, as it is planned now. What is due still is."""
        waiting = await self._store.due.find(START, str(briefing.ref))
        if briefing.state is State.CANCELLED or waiting is None or waiting.at > now:
            await self._plan(briefing, now)

    async def _plan(self, briefing: Briefing, now: datetime) -> None:
        changes = await self._store.briefing.changes(briefing.ref)
        following = None if briefing.state is State.CANCELLED else next_of(briefing, changes, now)
        if following is None:
            return await self._store.due.drop(START, str(briefing.ref))
        await self._store.due.plan(START, str(briefing.ref), following.begins.astimezone(UTC), {})

    async def begin(self, woken: Woken) -> None:
        """Ask the room who is there, if a briefing has begun and is not over."""
        briefing, now = await self._store.briefing.find(Reference(woken.due.ref)), woken.now
        if briefing is None or briefing.state is State.CANCELLED:
            return
        # Before anybody is asked whether they are there: two open questions to one person share no digit.
        await self._inviting.settle(briefing.room_id, briefing.ref, woken.cause, now, lambda begins: begins <= now)
        changes = await self._store.briefing.changes(briefing.ref)
        begun = occurrences(briefing, changes, min(woken.due.at, now - LONGEST), now + datetime.resolution)
        if begun:
            # One that the bot has missed was held nevertheless: it may have minutes.
            one, sitting = begun[-1], await self._begun(briefing, begun[-1])
            if sitting.ends > now:
                if not self._clocks.people(briefing.room_id):
                    # Who is in the room is not known yet.
                    return await self._store.due.plan(START, woken.due.ref, now + SOON, {})
                await self._ask(briefing, one, sitting, woken)
        await self._plan(briefing, now)

    async def _ask(self, briefing: Briefing, one: Occurrence, sitting: Sitting, woken: Woken) -> None:
        if sitting.closed_at or await self._store.due.find(END, str(sitting.ref)):
            return
        await self._store.due.plan(END, str(sitting.ref), sitting.ends + AFTERWARDS, {})
        people = await self._asked(briefing, one, sitting)
        ref, index = str(briefing.ref), 0
        groups = await self._clocks.groups(briefing.room_id, people)
        named = await self._telling.named(briefing, [group.language for group in groups])
        said: list[Block] = [
            _("{briefing} has begun: {from_} to {until}.", briefing=named, from_=one.begins, until=one.ends)
        ]  # fmt: skip
        if many := len(people) > MOST_ASKED:
            said.append(
                _("I ask {most} people at most. Here each can say it with {command}.", most=MOST_ASKED, command=ATTEND)
            )
        asking = Asking(COMMAND, CHOICES, asks(sitting), _("Are you at {ref}?", ref=Code(ref)), ref)
        # The cause is the same whenever it is done: a clock that was set back asks nobody twice.
        cause = f"{START} {sitting.ref}"
        for number, group in enumerate(groups):
            notice = await self._notice.give(
                briefing.room_id, OF, f"{cause} {number}", said, woken.now, reader=group.people[0], ref=ref,
                holds=[ref],
            )  # fmt: skip
            for user in () if many else group.people:
                await self._question.ask(briefing.room_id, user, asking, cause, notice, woken.now, index)
                index += 1

    async def _asked(self, briefing: Briefing, one: Occurrence, sitting: Sitting) -> Sequence[UserId]:
        """Return who is asked: nobody who has said already that they are there, or that they do not come."""
        known = {at.person for at in await self._store.attendance.list_of(sitting.ref)}
        changes = await self._store.briefing.changes(briefing.ref)
        said = counted(await self._store.rsvp.list_of(briefing.ref), one, changes)
        known |= {user for user, rsvp in said.items() if rsvp.answer is Coming.NO}
        return [user for user in self._clocks.people(briefing.room_id) if user not in known]

    async def end(self, woken: Woken) -> None:
        """Take no more digits for who was there."""
        found = await self._store.attendance.find(Reference(woken.due.ref))
        if found is not None:
            await self._question.settle(COMMAND, asks(found), SETTLED, woken.cause, woken.now)


def asks(sitting: Sitting) -> dict[str, str]:
    """Return what the answer to whether somebody is there needs."""
    return {"ref": str(sitting.ref)}


def _on(briefing: Briefing, changes: Sequence[Change], now: datetime) -> Occurrence | None:
    """Return the last occurrence that begins within EARLY from *now*, if an hour has not passed since its end."""
    found = occurrences(briefing, changes, now - LONGEST - AFTERWARDS, now + EARLY + datetime.resolution)
    lasting = [one for one in found if one.ends.astimezone(UTC) + AFTERWARDS > now]
    return lasting[-1] if lasting else None
