"""Decisions are read back: everybody reads them in their language, leads of other agencies say whether they are so."""

from __future__ import annotations

from datetime import datetime

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Verbatim, _
from bot.model.minute import COMMAND, JUDGING, Minute, MinuteKind, Verdict, disputed, held_as
from bot.model.names import one_line
from bot.model.person import Actor, Role, UserId
from bot.model.reference import Reference
from bot.model.sitting import Sitting
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.briefing.attending import closed
from bot.services.briefing.clocks import Clocks
from bot.services.briefing.minuted import Minuted
from bot.services.briefing.sittings import SETTLED, Sittings
from bot.services.briefing.telling import OF
from bot.services.notice import NoticeService
from bot.services.question import Asking, QuestionService
from bot.store import Store

MOST_LANGUAGES = 8
"""Languages in which a decision is read back; whoever reads none of them has it translated when they ask."""


UNSAID = _("The minutes were closed before you had answered: this decision is kept as not confirmed by you.")


class Confirming:
    """Asks about decisions, in the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, notice: NoticeService, question: QuestionService,
        clocks: Clocks, sittings: Sittings, minuted: Minuted,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._notice = notice
        self._question = question
        self._clocks = clocks
        self._sittings = sittings
        self._minuted = minuted

    async def ask(self, actor: Actor, told: Told, sitting: Sitting, decision: Minute) -> int:
        """Read a decision back to the room, and ask the leads of other agencies; return how many they are."""
        leads, room_id, ref = self._leads(actor, sitting), sitting.room_id, str(sitting.ref)
        for user in leads:
            await self._store.minute.judge(sitting.ref, Verdict(decision.number, user))
        readers: dict[str, list[UserId]] = {}
        # Those who are asked first: where a room reads very many languages, theirs are among those that are told.
        for people in (leads, [one for one in self._clocks.people(room_id) if one != actor.user_id]):
            for group in await self._clocks.groups(room_id, people):
                readers.setdefault(group.language, []).extend(group.people)
        asked = _("{ref}: was decision {number} taken like that? Please see the message above.",
                  ref=Code(ref), number=decision.number)  # fmt: skip
        asking = Asking(COMMAND, JUDGING, asks(sitting, decision.number), asked, ref)
        cause, index = f"{told.event_id} {ref} decision", 0
        holds = [held_as(sitting.ref, decision.number)]
        for language, people in [*readers.items()][:MOST_LANGUAGES]:
            lines, shows = await self._minuted.lines(sitting, [decision], room_id, [language], told.now)
            notice = await self._notice.give(
                room_id, OF, f"{cause} {language}", lines, told.now, reader=people[0], ref=ref, shows=shows, holds=holds
            )
            for user in dict.fromkeys(people):
                if user in leads:
                    await self._question.ask(room_id, user, asking, cause, notice, told.now, index)
                    index += 1
        return len(leads)

    def _leads(self, actor: Actor, sitting: Sitting) -> list[UserId]:
        config = self._config.now
        here = [user for user in self._clocks.people(sitting.room_id) if user in config.roles.lead]
        return [user for user in here if user != actor.user_id and self._agency(user) != actor.agency]

    def _agency(self, user: UserId) -> str | None:
        agency = self._config.now.agency(user)
        return agency.code if agency else None

    async def answer(self, actor: Actor, told: Told, ref: Reference, number: int, *, right: bool) -> Sitting:
        """Record what *actor* says to a decision; who has written it is rung where it is disputed."""
        sitting = await self._sittings.find(ref)
        if sitting.closed_at:
            raise closed(sitting)
        asked = {one.person for one in await self._store.minute.verdicts(ref) if one.number == number}
        if actor.user_id not in asked or not actor.may(Role.LEAD):
            raise UserError(ErrorCode.NOT_ALLOWED, _("I asked somebody else that. Nothing was changed."))
        await self._store.minute.judge(ref, Verdict(number, actor.user_id, right, told.now))
        content = {"sitting": str(ref), "number": number, "right": right}
        await self._audit.append("briefing.judged", actor, str(sitting.briefing), content, told.now)
        if not right:
            await self._tell(actor, told, sitting, number)
        return sitting

    async def _tell(self, actor: Actor, told: Told, sitting: Sitting, number: int) -> None:
        [decision] = [one for one in await self._store.minute.list_of(sitting.ref) if one.number == number]
        room_id, ref, cause = sitting.room_id, str(sitting.ref), f"{told.event_id} disputed"
        said = disputed(number, (Verbatim(one_line(actor.name)),))
        notice = await self._notice.give(room_id, OF, cause, [said], told.now, ref=ref, people=[decision.by])
        if decision.by in self._clocks.people(room_id) and decision.by != actor.user_id:
            asked = _("{ref}: a decision is disputed. Please see the message above.", ref=Code(ref))
            await self._notice.ring(room_id, OF, cause, [decision.by], asked, notice, told.now, ref=ref)

    async def settle(self, sitting: Sitting, numbers: list[int], cause: str, now: datetime) -> None:
        """Ask about these decisions no more."""
        for number in numbers:
            await self._question.settle(COMMAND, asks(sitting, number), SETTLED, f"{cause} {number}", now)

    async def leave(self, sitting: Sitting, numbers: list[int], cause: str, now: datetime) -> None:
        """Ask about these decisions no more, which nobody has confirmed before the minutes were closed."""
        for number in numbers:
            await self._question.settle(COMMAND, asks(sitting, number), UNSAID, f"{cause} {number}", now)


def asks(sitting: Sitting, number: int) -> dict[str, str | int]:
    """Return what the answer to the question about a decision needs."""
    return {"kind": MinuteKind.DECISION, "ref": str(sitting.ref), "number": number}
