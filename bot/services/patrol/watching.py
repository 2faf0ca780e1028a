"""A crew that had a language in common may lose it: when somebody speaks another one, or is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.i18n import Message, Typed, _, _c
from bot.model.due import Woken
from bot.model.patrol import Patrol
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.services.notice import Block
from bot.services.patrol.ruling import FURTHEST, PatrolRules, code
from bot.services.patrol.telling import NOUN, PatrolTelling
from bot.services.patrol.tongues import Tongues
from bot.services.room import RoomService
from bot.store import Store

DUE = NOUN
"""The kind of the due rows: one a patrol, at the next moment at which its crew is reminded."""
BEFORE = (timedelta(hours=24), timedelta(hours=1))
"""How long before a patrol its crew is reminded."""
AGREE = ("!", _c("noun", "patrol"), " ", _c("verb", "agree"), " ")
CREW = ("!", _c("noun", "patrol"), " ", _c("verb", "crew"), " ")


class Watching:
    """Looks at crews anew, and reminds them; all of it joins the open transaction."""

    def __init__(
        self, store: Store, room: RoomService, rules: PatrolRules, tongues: Tongues,
        telling: PatrolTelling,
    ) -> None:  # fmt: skip
        self._store = store
        self._room = room
        self._rules = rules
        self._tongues = tongues
        self._telling = telling

    async def relearned(self, user_id: UserId, cause: str, now: datetime) -> None:
        """Look at the patrols of somebody who may speak other languages now, or has come back into a room."""
        for patrol in await self._coming(user_id, now):
            await self.look_at(patrol, cause, now)

    async def look_at(self, patrol: Patrol, cause: str, now: datetime) -> None:
        """Tell the leads if the crew of a patrol has no language in common any more, unless they were told that."""
        gaps = await self._tongues.gaps(patrol)
        if bool(gaps) is patrol.warned:
            return
        await self._store.patrol.save(replace(patrol, warned=bool(gaps)))
        if gaps:
            await self._telling.unheard(patrol, gaps, cause, now)

    async def left(self, room_id: str, user_id: UserId, cause: str, now: datetime) -> None:
        """Tell the leads whose patrols somebody is gone from, and whether the others understand each other.

        They stay in the crew until a lead takes them off: they may come back.
        """
        if user_id in self._room.audience(room_id):
            return
        for patrol in await self._coming(user_id, now):
            if patrol.room_id == room_id:
                await self._gone(patrol, user_id, cause, now)

    async def _gone(self, patrol: Patrol, user_id: UserId, cause: str, now: datetime) -> None:
        command = Typed((*CREW, f"{patrol.ref} ", _c("option", "remove"), ":@… ", _c("option", "add"), ":@…"))
        said: list[Block] = [
            _("{name} is to go on patrol {ref} and is not in this room any more. A lead changes its crew with"
              " {command}.",
              name=self._rules.named(patrol, user_id), ref=code(patrol), command=command),
        ]  # fmt: skip
        if gaps := await self._tongues.gaps(patrol):
            said += [_("The others have no language in common:"), gaps]
        await self._store.patrol.save(replace(patrol, warned=bool(gaps)))
        asked = _("Somebody of the crew of {ref} is gone. Please see to it.", ref=code(patrol))
        await self._telling.warn(patrol, said, asked, cause, now)

    async def _coming(self, user_id: UserId, now: datetime) -> list[Patrol]:
        return await self._store.patrol.list_of([user_id], now, now + 2 * FURTHEST)

    # Reminders

    async def plan(self, patrol: Patrol, now: datetime) -> None:
        """Plan when the crew is reminded next; not at all once it is under way or cancelled.

        What should have been said already still is.
        """
        waiting = await self._store.due.find(DUE, str(patrol.ref))
        if waiting and waiting.at <= now and patrol.comes(now):
            return
        moments = [patrol.span.since - before for before in BEFORE]
        at = min([moment for moment in moments if moment > now], default=None)
        if at is None or not patrol.comes(now):
            await self._store.due.drop(DUE, str(patrol.ref))
        else:
            await self._store.due.plan(DUE, str(patrol.ref), at, {})

    async def remind(self, woken: Woken) -> None:
        """Remind the crew of a patrol that has not begun, and look once more whether they understand each other."""
        patrol = await self._store.patrol.find(Reference(woken.due.ref))
        if patrol is None or not patrol.comes(woken.now):
            return
        if patrol.span.since > woken.now:
            said, asked = _remembered(patrol, woken.now)
            agreed = [one.person for one in patrol.crew if one.agreed]
            await self._telling.crew(patrol, agreed, said, asked, woken.cause, woken.now, reminds=True, late=woken.late)
            await self._still_awaited(patrol, woken)
        await self.look_at(patrol, woken.cause, woken.now)
        await self.plan(patrol, woken.now)

    async def _still_awaited(self, patrol: Patrol, woken: Woken) -> None:
        """Ring once more the leads who have not said whether their people go."""
        if not (awaited := patrol.awaited()):
            return
        said = _("No lead has said yet whether they go on patrol {ref}: {names}. To agree to it: {command}",
                 ref=code(patrol), names=tuple(self._rules.named(patrol, user) for user in awaited),
                 command=Typed((*AGREE, str(patrol.ref))))  # fmt: skip
        asked = _("Patrol {ref} waits for your word. Please see the notice above.", ref=code(patrol))
        await self._telling.warn(patrol, [said], asked, f"{woken.cause} awaited", woken.now, awaited)


def _remembered(patrol: Patrol, now: datetime) -> tuple[Message, Message]:
    """Return what is said of a patrol that is to come, and what rings."""
    said = _("You are on patrol {ref}: {patrol}.", ref=code(patrol), patrol=patrol.called)
    if patrol.span.since - now <= BEFORE[1]:
        return said, _("Patrol {ref} begins within the hour. Please see the message above.", ref=code(patrol))
    return said, _("Patrol {ref} begins within a day. Please see the message above.", ref=code(patrol))
