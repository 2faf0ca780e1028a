"""Exercises: started and ended by leads, announced, and over by themselves after a day."""

from __future__ import annotations

from datetime import datetime

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Message, Typed, Verbatim, _, _c, _n
from bot.model.exercise import LONGEST, Exercise
from bot.model.names import one_line
from bot.model.person import Actor
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.incident import IncidentService
from bot.services.labelled import recordable
from bot.services.notice import NoticeService
from bot.services.room import Rooms
from bot.store import Store

LONGEST_TITLE = 200
STOP = Typed(("!", _c("noun", "exercise"), " ", _c("verb", "stop")))
REAL = Typed(("!", _c("noun", "incident"), " ", _c("verb", "declare"), " … ", _c("option", "exercise"), ":",
              _c("value", "no")))  # fmt: skip


class ExerciseService:
    """Starts and ends exercises; what writes joins the open transaction, but for those that end by themselves."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, notice: NoticeService, rooms: Rooms,
        incident: IncidentService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._incident = incident
        self._notice = notice
        self._rooms = rooms

    async def start(self, actor: Actor, told: Told, title: str) -> Exercise:
        """Begin an exercise in the room and announce it; raises UserError if one runs there."""
        title = self._titled(title)
        if running := await self._store.exercise.find(told.room_id):
            if running.until > told.now:
                raise UserError(
                    ErrorCode.CONFLICT,
                    _(
                        "An exercise is running in this room: “{title}”. End it first, with {command}.",
                        title=Verbatim(running.title),
                        command=STOP,
                    ),
                )
            await self._end(running, None, f"{told.event_id} over", told.now)
        until = told.now + LONGEST
        begun = await self._store.exercise.add(told.room_id, title, actor.user_id, told.now, until)
        content = {"room": told.room_id, "title": title, "until": until.isoformat()}
        await self._audit.append("exercise.started", actor, None, content, told.now)
        said = _(
            "EXERCISE: {name} has started the exercise “{title}”. Whatever is declared in this room from now on belongs"
            " to it and begins with the word EXERCISE, until somebody ends it with {stop}, until {moment} at the"
            " latest. What is real, declare like this: {real}",
            name=Verbatim(one_line(actor.name)), title=Verbatim(title), stop=STOP, moment=until, real=REAL,
        )  # fmt: skip
        await self._notice.give(told.room_id, "exercise", told.event_id, [said], told.now, answers=True)
        return begun

    async def stop(self, actor: Actor, told: Told) -> None:
        """End the room's exercise and announce it; raises UserError if none runs there."""
        running = await self._store.exercise.find(told.room_id)
        if running is None or running.until <= told.now:
            raise UserError(ErrorCode.CONFLICT, _("No exercise is running in this room."))
        await self._end(running, actor, told.event_id, told.now)

    async def end_over(self, now: datetime) -> list[str]:
        """End the exercises whose time is over, each in a transaction of its own; return their rooms."""
        over = await self._store.exercise.list_over(now)
        for exercise in over:
            async with self._store.transaction():
                if await self._store.exercise.find(exercise.room_id) == exercise:
                    await self._end(exercise, None, f"exercise {exercise.id}", now)
        return [exercise.room_id for exercise in over]

    async def _end(self, exercise: Exercise, actor: Actor | None, cause: str, now: datetime) -> None:
        await self._store.exercise.end(exercise, now)
        declared = await self._store.exercise.declared_in(exercise)
        content = {"room": exercise.room_id, "title": exercise.title, "declared": len(declared)}
        await self._audit.append("exercise.ended", actor, None, content, now)
        if not self._rooms.members(exercise.room_id):
            return
        blocks = [
            _ended(exercise, actor),
            _n(
                "{n} incident was declared in it. It stays marked as an exercise.",
                "{n} incidents were declared in it. They stay marked as an exercise.",
                len(await self._incident.seen(exercise.room_id, declared)),
            ),
            _("Whatever is declared from now on is real."),
        ]
        answers = actor is not None
        await self._notice.give(exercise.room_id, "exercise", cause, blocks, now, answers=answers)

    def _titled(self, title: str) -> str:
        title = one_line(title)
        if not title or len(title) > LONGEST_TITLE:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("The title of an exercise has 1 to {most} characters.", most=LONGEST_TITLE),
            )
        recordable(title)
        return title


def _ended(exercise: Exercise, actor: Actor | None) -> Message:
    title = Verbatim(exercise.title)
    if actor is None:
        return _("EXERCISE: “{title}” is over. No exercise lasts longer than a day.", title=title)
    return _("EXERCISE: “{title}” is over. {name} has ended it.", title=title, name=Verbatim(one_line(actor.name)))
