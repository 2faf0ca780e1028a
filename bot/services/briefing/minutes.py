"""Minutes: written by a scribe or who leads, closed once, and afterwards only added to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from secrets import token_hex

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Typed, Verbatim, _, _c
from bot.model.handling import label_of
from bot.model.incident import Words
from bot.model.minute import Minute, MinuteKind, frozen, held_as
from bot.model.person import Actor, LanguageCode, UserId
from bot.model.reference import Reference
from bot.model.sitting import COMMAND as ATTEND
from bot.model.sitting import Sitting
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.briefing.attending import AttendingService, closed
from bot.services.briefing.catching import CatchingUp
from bot.services.briefing.clocks import Clocks
from bot.services.briefing.confirming import MOST_LANGUAGES, Confirming
from bot.services.briefing.minuted import Minuted
from bot.services.briefing.moving import CHANGED
from bot.services.briefing.sittings import END, SETTLED, asks
from bot.services.incident import IncidentService, Wordings
from bot.services.labelled import recordable
from bot.services.question import QuestionService
from bot.services.task import TaskService
from bot.store import Store

LONGEST = 500
MOST = 200
"""Lines of one sitting."""
SALT_BYTES = 16
_MINUTES = ("!", _c("noun", "briefing"), " ", _c("verb", "minutes"), " ")
ACTION = Typed((*_MINUTES, _c("value", "action"), " … ", _c("option", "about"), ":…"))
INCIDENTS = Typed(("!", _c("noun", "incident"), " ", _c("verb", "list")))
SCRIBE = Typed((*_MINUTES, _c("option", "scribe"), ":@…"))


class MinutesService:
    """Keeps minutes; what writes joins the open transaction."""

    def __init__(
        self, store: Store, audit: AuditService, incident: IncidentService, task: TaskService, wordings: Wordings,
        question: QuestionService, clocks: Clocks, attending: AttendingService, minuted: Minuted,
        confirming: Confirming, catching: CatchingUp,
    ) -> None:  # fmt: skip
        self._store = store
        self._audit = audit
        self._incident = incident
        self._task = task
        self._wordings = wordings
        self._question = question
        self._clocks = clocks
        self._attending = attending
        self._minuted = minuted
        self._confirming = confirming
        self._catching = catching
        self.page = minuted.page
        self.complete = minuted.complete
        self.keep = minuted.keep
        self.card = minuted.card
        self.judge = confirming.answer
        self.read = catching.answer

    async def languages(self, room_id: str) -> list[LanguageCode]:
        """Return in which languages the people of a room are told something."""
        groups = await self._clocks.groups(room_id, self._clocks.people(room_id))
        return [LanguageCode(one) for one in dict.fromkeys(group.language for group in groups)][:MOST_LANGUAGES]

    async def words(self, text: str, told: Told, by: UserId) -> Words:
        """Return what somebody writes in the languages of the people of the room. Slow."""
        words = await self._wordings.words(text, told.room_id, by, told.said, told.now)
        known = {words.language.base, *(LanguageCode(one.target).base for one in words.made)}
        more = [
            await self._wordings.into(text, told.room_id, by, language, told.said, told.now)
            for language in await self.languages(told.room_id)
            if language.base not in known
        ]
        return replace(words, made=(*words.made, *(made for one in more for made in one.made)))

    async def write(
        self, actor: Actor, told: Told, sitting: Sitting, kind: MinuteKind, words: Words,
        about: Reference | None = None, owner: UserId | None = None, due: datetime | None = None,
    ) -> tuple[Minute, int]:  # fmt: skip
        """Enter a line; return it, and how many are asked whether the decision that it is, if it is one, was taken so.

        An action becomes a task of the incident that it is *about*, for *owner* by *due*. Raise UserError where the
        line cannot be entered.
        """
        await self._may_write(actor, sitting)
        kind = self._kind(sitting, kind, about, owner, due)
        self._sound(words.text)
        lines = await self._store.minute.list_of(sitting.ref)
        if len(lines) >= MOST:
            raise UserError(ErrorCode.CONFLICT, _("Minutes have {most} lines at most.", most=MOST))
        task = None
        if about is not None:
            await self._incident.read(told.room_id, about)
            if kind is MinuteKind.ACTION:
                task = (await self._task.add(actor, told, about, words, owner, due)).ref
        number = max((one.number for one in lines), default=0) + 1
        line = Minute(
            number, kind, words.text, words.language, actor.user_id, told.now, about, task, token_hex(SALT_BYTES)
        )
        left = {"sitting": str(sitting.ref), "number": number, "kind": kind}
        left |= {name: str(ref) for name, ref in (("about", about), ("task", task)) if ref}
        if sitting.closed_at:
            left["digest"] = sitting.digest
        content = left | {"text": words.text}
        logged = await self._audit.append("briefing.minuted", actor, str(sitting.briefing), content, told.now)
        self._audit.said(logged, told, left)
        await self._store.minute.add(sitting.ref, line, told.said)
        await self._store.wording.add(sitting.ref, number, words.made)
        asked = 0
        if kind is MinuteKind.DECISION:
            asked = await self._confirming.ask(actor, told, sitting, line)
        return line, asked

    def _kind(
        self, sitting: Sitting, kind: MinuteKind, about: Reference | None, owner: UserId | None, due: datetime | None
    ) -> MinuteKind:  # fmt: skip
        """Return what a line is; raise UserError where it cannot be that."""
        if kind is not MinuteKind.ACTION and (owner or due):
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Who is to do it, and by when, is only said of an action."))
        if kind is MinuteKind.ACTION and about is None:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("An action becomes a task of an incident. Say of which: {example}", example=ACTION),
                _("The incidents of this room, with their references: {command}", command=INCIDENTS),
            )
        if not sitting.closed_at:
            return kind
        if kind is not MinuteKind.NOTE:
            raise closed(sitting)
        return MinuteKind.ADDENDUM

    def _sound(self, text: str) -> None:
        recordable(text)
        if label_of(text):
            raise UserError(
                ErrorCode.HANDLING, _("Minutes hold no marked text. Name the incident by its reference instead.")
            )
        if not text.strip():
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Say it in words."))
        if len(text) > LONGEST:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Say that in {most} characters at most.", most=LONGEST))

    async def _may_write(self, actor: Actor, sitting: Sitting) -> None:
        if actor.user_id != sitting.scribe and not await self._attending.is_led_by(actor, sitting):
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("Minutes are written by who has scheduled {ref}, a lead, a coordinator, or whom they have named with"
                  " {command}.", ref=Code(str(sitting.briefing)), command=SCRIBE),
            )  # fmt: skip

    async def name_scribe(self, actor: Actor, told: Told, sitting: Sitting, person: UserId) -> Sitting:
        """Let *person* write the minutes too; raise UserError unless *actor* leads and they are in the room."""
        await self._attending.leads(actor, sitting)
        if sitting.closed_at:
            raise closed(sitting)
        if person not in self._clocks.people(sitting.room_id):
            raise UserError(ErrorCode.NOT_FOUND, _("{name} is not in this room.", name=Verbatim(person)))
        after = replace(sitting, scribe=person)
        await self._store.attendance.save(after)
        content = {"sitting": str(sitting.ref), "person": person}
        await self._audit.append("briefing.scribe", actor, str(sitting.briefing), content, told.now)
        return after

    async def closing(self, actor: Actor, told: Told, sitting: Sitting) -> tuple[int, list[Message]]:
        """Return how many lines the minutes have, and which decisions wait for whom; raise UserError where *actor*
        cannot close them.
        """
        await self._attending.leads(actor, sitting)
        if sitting.closed_at:
            raise closed(sitting)
        if told.now < sitting.begins:
            raise UserError(ErrorCode.CONFLICT, _("{ref} has not begun yet.", ref=Code(str(sitting.briefing))))
        return len(await self._store.minute.list_of(sitting.ref)), await self._minuted.waiting(sitting)

    async def close(
        self, actor: Actor, told: Told, sitting: Sitting, count: int
    ) -> tuple[Sitting, int, list[Message]]:  # fmt: skip
        """Freeze the minutes of *count* lines, and ask whoever was not there to read them.

        Return them, how many are asked, and which decisions are not confirmed by whom; raise UserError.
        """
        await self.closing(actor, told, sitting)
        away = (await self._attending.roll(sitting)).away
        there = await self._store.attendance.list_of(sitting.ref)
        lines = await self._store.minute.list_of(sitting.ref)
        if len(lines) != count:
            raise UserError(ErrorCode.CONFLICT, Message(CHANGED.text, {"ref": Code(str(sitting.ref))}))
        verdicts = await self._store.minute.verdicts(sitting.ref)
        after = replace(sitting, closed_at=told.now, closed_by=actor.user_id)
        record, digest = frozen(after, there, lines, verdicts)
        after = replace(after, digest=digest)
        await self._store.attendance.save(after, record)
        content = {"sitting": str(sitting.ref), "lines": len(lines), "digest": digest}
        await self._audit.append("briefing.closed", actor, str(sitting.briefing), content, told.now)
        cause = f"{told.event_id} closed"
        await self._question.settle(ATTEND, asks(sitting), SETTLED, cause, told.now)
        unsaid = [*dict.fromkeys(one.number for one in verdicts if one.right is None)]
        await self._confirming.leave(sitting, unsaid, cause, told.now)
        await self._store.due.drop(END, str(sitting.ref))
        await self._catching.begin(after, away, told.event_id, told.now)
        await self._catching.card(after, told.event_id, told.now)
        return after, len(away), await self._minuted.waiting(after)

    # What is taken back

    async def withdraw(self, event_id: str, cause: str, now: datetime) -> bool:
        """Delete the words that the message *event_id* has brought into minutes, and take back what says them.

        Return whether there were some. Who has not read closed minutes yet is shown what is left of them.
        """
        found = await self._store.minute.said_by(event_id)
        for ref, number in found:
            await self._store.minute.take_back(ref, number)
            await self._store.wording.forget(ref, [number])
            for post in await self._store.outbox.list_holding(held_as(ref, number)):
                await self._store.outbox.let_go(held_as(ref, number), post.id)
                await self._store.outbox.add(post.room_id, "redact", f"{cause} {post.id}", {"post": post.id}, now)
        for ref in dict.fromkeys(ref for ref, _number in found):
            if (sitting := await self._store.attendance.find(ref)) is None:
                continue
            numbers = [number for of, number in found if of == ref]
            await self._confirming.settle(sitting, numbers, cause, now)
            if sitting.closed_at:
                await self._catching.renew(sitting, cause, now)
        return bool(found)
