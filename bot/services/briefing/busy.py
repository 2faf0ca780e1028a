"""Hours that people block for meetings: each sets and sees their own alone."""

from __future__ import annotations

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, _
from bot.model.busy import Busy, read
from bot.model.person import Actor, UserId
from bot.services.direct import DirectService
from bot.store import Store

MOST = 20


class BusyService:
    """Keeps blocked hours, in the open transaction. No log names them."""

    def __init__(self, store: Store, direct: DirectService) -> None:
        self._store = store
        self._direct = direct

    def alone(self, actor: Actor, room_id: str) -> None:
        """Raise UserError unless the room is the person's own direct room with the bot."""
        if not self._direct.holds(room_id, actor.user_id):
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("The hours that you block are for nobody but you. Tell me in our direct room. I kept nothing."),
            )

    async def block(self, actor: Actor, text: str) -> None:
        """Record the hours that *text* says as blocked; raise UserError where that is not plain."""
        busy = read(text, actor.language)
        if busy is None:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("Write from when to when, and on which days, such as {example}.",
                  example=Code("22:00-07:00 mon, tue")),
            )  # fmt: skip
        if len(await self.list_of(actor.user_id)) >= MOST:
            raise UserError(ErrorCode.CONFLICT, _("You can block {most} such times at most.", most=MOST))
        await self._store.busy.add(actor.user_id, busy)

    async def list_of(self, person: UserId) -> list[Busy]:
        """Return what the person has blocked, the earliest hours first."""
        return (await self._store.busy.list_of([person])).get(person, [])

    async def forget(self, person: UserId) -> None:
        """Let the person have blocked nothing."""
        await self._store.busy.forget(person)
