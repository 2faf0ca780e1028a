"""The gate: commands that wait until a watch is taken over, and what breaks it."""

from __future__ import annotations

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Typed, Verbatim, _, _c
from bot.model.incident import Words
from bot.model.names import one_line
from bot.model.person import Actor
from bot.model.shift import DutyPost
from bot.model.told import Told
from bot.model.uncertainty import for_each
from bot.services.audit import AuditService
from bot.services.handover.texts import reason_of
from bot.services.notice import NoticeService
from bot.services.room import RoomService
from bot.services.shift import ShiftService
from bot.store import Store

BREAK = Typed(("!", _c("noun", "handover"), " ", _c("verb", "break"), " …"))


class GateService:
    """Decides whether a command has to wait; breaking the gate joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, notice: NoticeService, room: RoomService,
        shift: ShiftService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._notice = notice
        self._room = room
        self._shift = shift

    async def check(self, told: Told, command: str) -> None:
        """Raise UserError if *command* has to wait in that room until a post is taken over."""
        if command not in self._config.now.shift.gate:
            return
        if (post := next(iter(await self._shut(told)), None)) is None:
            return
        watch = await self._shift.watch(post.name)
        raise UserError(
            ErrorCode.CONFLICT,
            _(
                "{command} is possible only once {post} is taken over; {name} answers for it still. If it cannot wait,"
                " write {break_}.",
                command=Code(f"!{command}"), post=Verbatim(post.name), break_=BREAK,
                name=Verbatim(self._room.name_of(post.room_id, watch.person)),
            ),
        )  # fmt: skip

    async def break_(self, actor: Actor, told: Told, words: Words | None) -> list[DutyPost]:
        """Open the gate of the room until the next watch begins, for a reason that everyone is told."""
        reason = reason_of(words)
        shut = await self._shut(told)
        if not shut:
            raise UserError(ErrorCode.CONFLICT, _("Nothing waits here for a handover."))
        for post in shut:
            watch = await self._shift.watch(post.name)
            await self._store.handover.break_(post.name, watch.number, actor.user_id, told.now)
            content = {"post": post.name, "watch": watch.number}
            logged = await self._audit.append(
                "handover.broken", actor, None, content | {"reason": reason.text}, told.now
            )
            self._audit.said(logged, told, content)
        said = _(
            "{name} does not wait for the handover. Why: {reason}",
            name=Verbatim(one_line(actor.name)), reason=for_each(reason.text, reason.language, reason.made),
        )  # fmt: skip
        asked = _("Somebody does not wait for a handover. Please see the notice above.")
        await self._notice.alert(told.room_id, "handover", told.event_id, [said], asked, told.now, about=actor.user_id)
        return shut

    async def _shut(self, told: Told) -> list[DutyPost]:
        """Return the posts of the room that are to be taken over and are not, unless somebody has broken that."""
        found = []
        for post in await self._shift.posts(told.room_id):
            handover = await self._store.handover.find_open(post.name)
            expected = await self._shift.relief.expected(post.name, told.now)
            late = expected is not None and expected.span.since <= told.now
            if late or (handover is not None and handover.state.handed):
                watch = await self._shift.watch(post.name)
                if not await self._store.handover.broken(post.name, watch.number):
                    found.append(post)
        return found
