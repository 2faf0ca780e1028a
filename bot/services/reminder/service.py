"""Reminders as people set them, list them, put them off, take them back, and say that they have seen them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, _
from bot.model.incident import Words
from bot.model.names import one_line
from bot.model.person import Actor, Role
from bot.model.reference import Reference, read
from bot.model.reminder import AHEAD, LONGEST, Reminder, State, Whom, simple
from bot.model.times import Understood
from bot.model.times.telling import past
from bot.model.told import Told
from bot.model.translation import Translation
from bot.services.audit import AuditService
from bot.services.direct import DirectService
from bot.services.incident import IncidentService, Wordings
from bot.services.labelled import recordable, shared
from bot.services.notice import NoticeService
from bot.services.question import QuestionService
from bot.services.reference import referred
from bot.services.reminder.ringing import DUE, SUBJECT, TEXT, ReminderRinging
from bot.store import Store

MOST = 100
"""Reminders of one person that wait."""
MOST_MADE = 30
"""Texts that are translated at once."""
GONE = _("I know no such reminder here.")
SETTLED = _("The reminder is settled.")


@dataclass(frozen=True, slots=True)
class Listed:
    """What a person may be shown in a room: the reminders, and how many more there are that they have set elsewhere.

    `made` are translations of their texts into the person's language.
    """

    reminders: tuple[Reminder, ...]
    elsewhere: int
    made: dict[Reference, Translation]


class ReminderService:
    """Keeps reminders; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, incident: IncidentService, wordings: Wordings,
        direct: DirectService, notice: NoticeService, question: QuestionService, ringing: ReminderRinging,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._incident = incident
        self._wordings = wordings
        self._direct = direct
        self._notice = notice
        self._question = question
        self._ringing = ringing

    # What may be kept

    async def words(self, actor: Actor, told: Told, whom: Whom, text: str) -> Words:
        """Return *text* in the languages of the room whom it is for; of one's own, as it is. Slow.

        Raises UserError where no record may hold it.
        """
        text = _kept(text)
        if whom is Whom.ME:
            return Words(text, actor.language)
        return await self._wordings.words(text, told.room_id, actor.user_id, told.event_id, told.now)

    async def add(
        self, actor: Actor, told: Told, whom: Whom, words: Words, when: Understood, rule: str | None
    ) -> Reminder:
        """Record that *actor*, or the room, is to be told *words* at that time, and again by *rule*.

        Raises UserError for a time that is past or too far ahead, for a rule that is none, and for one too many.
        """
        text = _kept(words.text)
        await self._not_too_many(actor)
        alone = self._direct.holds(told.room_id, actor.user_id)
        reminder = Reminder(
            await self._incident.draw(), told.room_id, actor.user_id, whom, text, words.language, when.wall, when.zone,
            _rule(rule), when.utc, told.said, told.now, alone,
        )  # fmt: skip
        if reminder.rule:
            reminder = reminder.waits(reminder.after(when.utc - timedelta(microseconds=1)) or when.utc)
        _ahead(reminder.at, told.now)
        await self._store.reminder.save(reminder)
        await self._store.wording.add(reminder.ref, TEXT, words.made)
        await self._store.due.plan(DUE, str(reminder.ref), reminder.at, {})
        content = {"room": told.room_id, "whom": whom, "at": reminder.at.isoformat(), "rule": reminder.rule}
        await self._audit.append("reminder.set", actor, str(reminder.ref), content, told.now)
        return reminder

    async def _not_too_many(self, actor: Actor) -> None:
        found = await self._store.reminder.list_open(actor.user_id, "")
        own = [one for one in found if one.state is State.WAITING]
        if len(own) >= MOST:
            raise UserError(
                ErrorCode.RATE_LIMITED, _("You have {n} reminders that wait. Cancel one of them first.", n=len(own))
            )

    # Which one is meant

    async def meant(self, actor: Actor, room_id: str, typed: str | None, replied: str | None) -> Reminder:
        """Return the reminder of the reference *typed*, or of the post that is *replied* to, or the only one there is.

        Raises UserError where that is none, or none that *actor* may know of in the room.
        """
        if typed is not None:
            ref: Reference | None = referred(typed, self._config.now.taskforce.code, GONE)
        else:
            ref = await self._store.incident.find_about(room_id, replied) if replied else None
        if ref is not None:
            found = await self._known(actor, room_id, ref)
            if found is None:
                raise UserError(ErrorCode.NOT_FOUND, GONE)
            return found
        seen = (await self.list_of(actor, room_id)).reminders
        rung = [one for one in seen if one.state is State.RUNG]
        if len(only := rung or seen) == 1:
            return only[0]
        if not seen:
            raise UserError(ErrorCode.NOT_FOUND, _("No reminder waits here."))
        raise UserError(
            ErrorCode.BAD_ARGUMENT, _("Say which reminder: give its reference, or reply to what I have said of it.")
        )

    async def asked(self, actor: Actor, room_id: str, typed: str | None, replied: str | None) -> Reminder | None:
        """Return the reminder that *actor* means by a reference, or by what is replied to; None if they mean none."""
        if typed is not None:
            found = read(typed, self._config.now.taskforce.code)
            ref = found if isinstance(found, Reference) else None
        else:
            ref = await self._store.incident.find_about(room_id, replied) if replied else None
        return await self._known(actor, room_id, ref) if ref else None

    async def _known(self, actor: Actor, room_id: str, ref: Reference) -> Reminder | None:
        """Return the reminder if *actor* has set it, or if it is for everyone in the room."""
        found = await self._store.reminder.find(ref)
        if found is None:
            return None
        here = found.whom is Whom.ROOM and found.room_id == room_id
        return found if here or found.by == actor.user_id else None

    async def list_of(self, actor: Actor, room_id: str) -> Listed:
        """Return what waits and may be shown to *actor* in the room: elsewhere, others would read it."""
        found = await self._store.reminder.list_open(actor.user_id, room_id)
        alone = self._direct.holds(room_id, actor.user_id)
        here = tuple(one for one in found if alone or one.room_id == room_id)
        foreign = [(one.ref, TEXT) for one in here if one.language.base != actor.menus.base]
        made = await self._store.wording.list_each(foreign, actor.menus.base)
        return Listed(here, len(found) - len(here), {ref: one for (ref, _number), one in made.items()})

    async def complete(self, actor: Actor, told: Told) -> dict[Reference, Words]:
        """Return what is missing in the person's language of what the room is reminded of. Slow."""
        found = await self.list_of(actor, told.room_id)
        missing = [
            one
            for one in found.reminders
            if one.whom is Whom.ROOM and one.language.base != actor.menus.base and one.ref not in found.made
        ]
        made = await asyncio.gather(
            *(
                self._wordings.into(one.text, one.room_id, one.by, actor.menus, one.event, told.now)
                for one in missing[:MOST_MADE]
            )
        )
        return {one.ref: words for one, words in zip(missing, made, strict=False)}

    async def keep(self, found: Mapping[Reference, Words]) -> None:
        """Record translations that were made when somebody asked, of what is not taken back meanwhile."""
        for ref, words in found.items():
            reminder = await self._store.reminder.find(ref)
            if reminder and reminder.text:
                await self._store.wording.add(ref, TEXT, words.made)

    # What becomes of it

    async def acknowledge(self, actor: Actor, told: Told, reminder: Reminder) -> Reminder:
        """Record that somebody has seen it, however late; raise UserError if it has not rung."""
        if reminder.state not in (State.RUNG, State.UNSEEN):
            raise UserError(
                ErrorCode.CONFLICT, _("Nothing about {ref} waits for an answer.", ref=Code(str(reminder.ref)))
            )
        await self._settle(reminder, told)
        await self._audit.append("reminder.seen", actor, str(reminder.ref), {}, told.now)
        return await self._ringing.proceed(reminder, State.SEEN, told.now)

    async def put_off(self, actor: Actor, told: Told, reminder: Reminder, until: datetime) -> Reminder:
        """Let it ring at *until*; raise UserError if that is past, or it is over, or not theirs to put off."""
        self._may_change(actor, reminder)
        _ahead(until, told.now)
        await self._settle(reminder, told)
        reminder = reminder.waits(until)
        await self._store.reminder.save(reminder)
        await self._store.due.plan(DUE, str(reminder.ref), until, {})
        content = {"at": until.isoformat()}
        await self._audit.append("reminder.put_off", actor, str(reminder.ref), content, told.now)
        return reminder

    async def cancel(self, actor: Actor, told: Told, reminder: Reminder) -> None:
        """Let it not ring any more, nor come again; raise UserError if it is over, or not theirs to take back."""
        self._may_change(actor, reminder)
        await self._end(reminder, told)
        await self._audit.append("reminder.cancelled", actor, str(reminder.ref), {}, told.now)

    async def withdraw(self, room_id: str, event_id: str, cause: str, now: datetime) -> bool:
        """End what the message *event_id* of the room has set, and take its words back; return whether there was any.

        With them goes whatever has said them again: notices and lists.
        """
        found = [one for one in await self._store.reminder.list_said_by(event_id) if one.room_id == room_id]
        for reminder in found:
            await self._store.wording.forget(reminder.ref, [TEXT])
            await self._notice.unsay(str(reminder.ref), reminder.ref, cause, now)
            await self._end(reminder, Told(room_id, cause, now, now, now), text="")
            await self._audit.append("reminder.withdrawn", None, str(reminder.ref), {}, now)
        return bool(found)

    async def _end(self, reminder: Reminder, told: Told, text: str | None = None) -> None:
        kept = reminder if text is None else replace(reminder, text=text)
        await self._settle(reminder, told)
        await self._store.due.drop(DUE, str(reminder.ref))
        await self._store.reminder.save(kept.ends(State.CANCELLED, told.now) if reminder.state.open else kept)

    async def _settle(self, reminder: Reminder, told: Told) -> None:
        await self._question.settle(SUBJECT, {"ref": str(reminder.ref)}, SETTLED, told.event_id, told.now)

    def _may_change(self, actor: Actor, reminder: Reminder) -> None:
        ref = Code(str(reminder.ref))
        if not reminder.state.open:
            raise UserError(ErrorCode.CONFLICT, _("Reminder {ref} is over already.", ref=ref))
        if reminder.by != actor.user_id and not (actor.may(Role.LEAD) or actor.may(Role.COORDINATOR)):
            raise UserError(
                ErrorCode.NOT_ALLOWED, _("Only who has set {ref}, a lead or a coordinator may do that.", ref=ref)
            )


def _kept(text: str) -> str:
    """Return *text* on one line; raise UserError if it is none, too long, or may not be read by who comes later."""
    text = one_line(text)
    if not text:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("Say what I am to remind of."))
    if len(text) > LONGEST:
        raise UserError(
            ErrorCode.BAD_ARGUMENT,
            _("That has {length} characters. In a reminder {most} are the most.", length=len(text), most=LONGEST),
        )
    shared(recordable(text))
    return text


def _rule(rule: str | None) -> str | None:
    found = simple(rule) if rule is not None else None
    if rule is not None and found is None:
        raise UserError(
            ErrorCode.BAD_ARGUMENT,
            _("I can remind again every day, every week, on weekdays, at weekends, or on days of the week that you"
              " name."),
        )  # fmt: skip
    return found


def _ahead(at: datetime, now: datetime) -> None:
    """Raise UserError unless *at* is to come, and not too far ahead."""
    if at <= now:
        raise UserError(ErrorCode.BAD_ARGUMENT, past(at))
    if at - now > AHEAD:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("I remind nobody later than in {n} years.", n=AHEAD.days // 366))
