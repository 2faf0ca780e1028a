"""A reminder's moment: what it is about is said in a notice, and rung for below that, until somebody has seen it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.config import Current
from bot.i18n import Code, Message, Typed, Verbatim, _, _c
from bot.model.due import LATE, Woken
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference
from bot.model.reminder import AGAIN, MOST_RINGS, WITHIN, Reminder, State, Whom
from bot.model.translation import Translation
from bot.model.uncertainty import for_each
from bot.services.audit import AuditService
from bot.services.direct import DirectService
from bot.services.notice import Block, NoticeService
from bot.services.person import PersonService
from bot.services.question import Asking, QuestionService
from bot.services.room import RoomService
from bot.store import Store

log = structlog.get_logger(__name__)

DUE = "reminder"
"""The kind of the due rows: one a reminder, at the next moment at which it rings."""
SUBJECT = "remind me"
"""The command that takes the answers."""
SEEN = "seen"
CHOICES = (
    (SEEN, _c("choice", "I have seen it")),
    ("soon", _c("choice", "Remind me again in 10 minutes")),
    ("later", _c("choice", "Remind me again in an hour")),
)
WAIT = timedelta(minutes=5)
"""After what time somebody is looked for again who cannot be reached: at the start the rooms are not known yet."""
MOST_TRIED = 288
"""How often that is done: for a day."""
TEXT = 1
"""The number of a reminder's text among the translations."""


class ReminderRinging:
    """Rings for reminders, in the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, person: PersonService, room: RoomService,
        direct: DirectService, notice: NoticeService, question: QuestionService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._person = person
        self._room = room
        self._direct = direct
        self._notice = notice
        self._question = question

    async def ring(self, woken: Woken) -> None:
        """Ring for what is due, once; of several moments that were missed, for the last one.

        Where nobody can be reached that is tried again, for a day.
        """
        reminder = await self._store.reminder.find(Reference(woken.due.ref))
        if reminder is None or not reminder.state.open:
            return
        if (latest := reminder.latest(woken.now)) > reminder.at:
            reminder = reminder.waits(latest)
        if reminder.rings >= MOST_RINGS:
            await self.proceed(reminder, State.UNSEEN, woken.now)
            return
        where = await self._where(reminder, woken.now)
        tried = int(woken.due.payload.get("tried", 0))
        if where is None and tried < MOST_TRIED:
            await self._store.reminder.save(reminder)
            return await self._store.due.plan(DUE, str(reminder.ref), woken.now + WAIT, {"tried": tried + 1})
        # Whoever was rung in time is rung again as often as anybody.
        since = reminder.at if reminder.state is State.WAITING else woken.due.at
        if where is not None and woken.now - since <= WITHIN:
            await self._ring(reminder, where, woken)
        elif reminder.state is State.WAITING:
            await self._missed(reminder, where, woken)
        else:
            await self.proceed(reminder, State.UNSEEN, woken.now)

    async def proceed(self, reminder: Reminder, state: State, now: datetime) -> Reminder:
        """Record that *reminder* has come to *state*: it waits for its next moment, or is over."""
        following = reminder.after(now)
        reminder = reminder.waits(following) if following else reminder.ends(state, now)
        await self._store.reminder.save(reminder)
        if following:
            await self._store.due.plan(DUE, str(reminder.ref), following, {})
        else:
            await self._store.due.drop(DUE, str(reminder.ref))
        return reminder

    async def _ring(self, reminder: Reminder, where: str, woken: Woken) -> None:
        """Ring, after a notice that says what it is about, if that was not said there yet for this moment."""
        await self._open(where, reminder, woken)
        if not reminder.said_in(where):
            late = reminder.state is State.WAITING and woken.now - reminder.at > LATE
            more = [_("I remind you late: this was due {moment}.", moment=reminder.at)] if late else []
            reminder = replace(reminder, post=await self._say(reminder, where, more, woken), told_in=where)
        reminder = replace(reminder, state=State.RUNG, rings=reminder.rings + 1)
        await self._ask(reminder, where, woken)
        await self._store.reminder.save(reminder)
        again = woken.now + AGAIN
        if reminder.rings >= MOST_RINGS:
            again = reminder.after(woken.now) or woken.now + WITHIN
        await self._store.due.plan(DUE, str(reminder.ref), again, {})

    async def _missed(self, reminder: Reminder, where: str | None, woken: Woken) -> None:
        """Say, without a ring, what should have rung long ago."""
        log.warning("reminder.missed", seconds=(woken.now - reminder.at).total_seconds(), reached=where is not None)
        if where is not None:
            await self._open(where, reminder, woken)
            more = _("This was due {moment}. That is too long ago, so I mention nobody.", moment=reminder.at)
            await self._say(reminder, where, [more], woken)
        content = {"at": reminder.at.isoformat()}
        await self._audit.append("reminder.missed", None, str(reminder.ref), content, woken.now)
        await self.proceed(reminder, State.MISSED, woken.now)

    # Where, and in which words

    async def _where(self, reminder: Reminder, now: datetime) -> str | None:
        """Return where it is said; the person's id where a room is to be opened first, None where nobody is."""
        if reminder.whom is Whom.ROOM:
            return reminder.room_id if self._people(reminder) else None
        if not self._config.now.serves(reminder.by):
            return None
        if where := await self._direct.reach(reminder.by, now):
            return where
        # What they have said to the bot alone is said before nobody else.
        there = not reminder.alone and reminder.by in self._room.members(reminder.room_id)
        return reminder.room_id if there else None

    def _people(self, reminder: Reminder) -> list[UserId]:
        if reminder.whom is Whom.ME:
            return [reminder.by]
        bot = self._config.now.matrix.user_id
        there = self._room.members(reminder.room_id)
        return [user for user in there if user != bot and self._config.now.serves(user)]

    async def _open(self, where: str, reminder: Reminder, woken: Woken) -> None:
        """Have the person's room opened, if it is to be and nothing waits for that yet."""
        if where == reminder.by and not await self._store.outbox.next(where):
            await self._store.outbox.add(where, "open", woken.cause, {}, woken.now)

    async def _say(self, reminder: Reminder, where: str, more: Sequence[Block], woken: Woken) -> str:
        """Say what it is about; return the outbox row."""
        reader = reminder.by if reminder.whom is Whom.ME else None
        ref = str(reminder.ref)
        blocks: list[Block] = [await self._said(reminder), *more]
        return await self._notice.give(
            where, DUE, woken.cause, blocks, woken.now, ref=ref, reader=reader, holds=[ref]
        )  # fmt: skip

    async def _said(self, reminder: Reminder) -> Message:
        ref = Code(str(reminder.ref))
        if reminder.whom is Whom.ME:
            return _("Reminder {ref}: {text}", ref=ref, text=Verbatim(reminder.text))
        made: list[Translation] = []
        for code in await self._person.room_languages(reminder.room_id):
            base = LanguageCode(code).base
            made += (await self._store.wording.list_each([(reminder.ref, TEXT)], base)).values()
        return _(
            "Reminder {ref}, set by {name}: {text}",
            ref=ref, name=Verbatim(self._room.known_as(reminder.by, reminder.room_id)),
            text=for_each(reminder.text, reminder.language, made),
        )  # fmt: skip

    async def _ask(self, reminder: Reminder, where: str, woken: Woken) -> None:
        """Ring those whom it is for, below what it is about: without a word of that."""
        ref, alone = str(reminder.ref), reminder.whom is Whom.ME
        if alone and where != reminder.by:
            asking = Asking(SUBJECT, CHOICES, {"ref": ref}, _asked(reminder), ref)
            return await self._question.ask(where, reminder.by, asking, woken.cause, reminder.post, woken.now)
        # Of a whole room anyone may answer, and in a room that is not there yet nobody can be asked by digits.
        await self._notice.ring(
            where, DUE, woken.cause, self._people(reminder), _to_acknowledge(reminder), reminder.post, woken.now,
            ref=ref, reader=reminder.by if alone else None, reminds=True,
        )  # fmt: skip


def _asked(reminder: Reminder) -> Message:
    ref = Code(str(reminder.ref))
    if reminder.rings >= MOST_RINGS:
        return _("{ref}: I remind you for the last time. Please see the message above.", ref=ref)
    return _("{ref}: I remind you. Please see the message above.", ref=ref)


def _to_acknowledge(reminder: Reminder) -> Message:
    ref = Code(str(reminder.ref))
    ack = Typed(("!", _c("noun", "ack"), f" {reminder.ref}"))
    if reminder.rings >= MOST_RINGS:
        return _(
            "{ref}: I remind you for the last time. Please see the message above, then write {command}.",
            ref=ref, command=ack,
        )  # fmt: skip
    return _("{ref}: I remind you. Please see the message above, then write {command}.", ref=ref, command=ack)
