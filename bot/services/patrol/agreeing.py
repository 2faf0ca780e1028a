"""People of other agencies go on a patrol once a lead of theirs agrees: each agency decides about its own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Verbatim, _, _c
from bot.model.names import one_line
from bot.model.patrol import AGREE, COMMAND, REFUSE, Patrol
from bot.model.person import Actor, UserId
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.notice import Block, NoticeService
from bot.services.patrol.ruling import PatrolRules, code
from bot.services.patrol.telling import NOUN, PatrolTelling
from bot.services.patrol.watching import Watching
from bot.services.question import Asking, QuestionService
from bot.store import Store

MOST_ASKED = 3
"""Leads of one agency who are asked."""
CHOICES = ((AGREE, _c("choice", "Yes, I agree")), (REFUSE, _c("choice", "No, I do not")))
SETTLED = _("That is settled by now. Nothing was changed.")


class Agreeing:
    """Asks the leads of other agencies, and takes their answers; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, notice: NoticeService, question: QuestionService,
        rules: PatrolRules, telling: PatrolTelling, watching: Watching,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._notice = notice
        self._question = question
        self._rules = rules
        self._telling = telling
        self._watching = watching

    async def needed(self, patrol: Patrol, people: Collection[UserId]) -> None:
        """Raise UserError unless each agency of *people* has a lead in the room who can be asked."""
        for agency in self._agencies(people):
            if not await self._telling.leads(patrol, [agency or None]):
                raise UserError(
                    ErrorCode.UNAVAILABLE,
                    _("No lead of {agency} who could agree to that is in this room.",
                      agency=Verbatim(agency or self._config.now.taskforce.name)),
                )  # fmt: skip

    async def ask(self, patrol: Patrol, people: Collection[UserId], cause: str, told: Told) -> None:
        """Ask leads of the agencies of *people*, who wait for their word, whether they may go."""
        agencies = self._agencies(people)
        if not agencies:
            return
        said: list[Block] = [
            _("{name} plans patrol {ref}, {patrol}, with people of other agencies.",
              name=self._rules.named(patrol, patrol.by), ref=code(patrol), patrol=patrol.called),
            await self._telling.lines(patrol),
        ]  # fmt: skip
        ref, cause = str(patrol.ref), f"{cause} {patrol.ref} asked"
        leads = {agency: (await self._telling.leads(patrol, [agency or None]))[:MOST_ASKED] for agency in agencies}
        whom = [lead for asked in leads.values() for lead in asked]
        notice = await self._notice.give(patrol.room_id, NOUN, cause, said, told.now, ref=ref, people=whom, holds=[ref])
        text = _("Do you agree that your people go on patrol {ref}?", ref=code(patrol))
        asked = [(agency, lead) for agency, found in leads.items() for lead in found]
        for index, (agency, lead) in enumerate(asked):
            asking = Asking(COMMAND, CHOICES, self._data(patrol, agency), text, ref)
            await self._question.ask(patrol.room_id, lead, asking, cause, notice, told.now, index)

    async def answer(self, actor: Actor, told: Told, patrol: Patrol, choice: str) -> Patrol:
        """Let the people of *actor*'s agency who are awaited go, or not; return what the patrol is by it.

        Raises UserError unless *actor* is a lead of an agency whose word is awaited.
        """
        self._rules.changes(actor, patrol, told.now)
        people = [user for user in patrol.awaited() if self._rules.agency(user) == actor.agency]
        if not people:
            raise UserError(ErrorCode.CONFLICT, SETTLED)
        if choice == AGREE:
            members = [one for one in patrol.crew if one.person in people]
            after = patrol.with_crew(*(replace(one, agreed=True) for one in members))
        else:
            after = patrol.without(people)
        await self._store.patrol.save(after)
        kind = "patrol.agreed" if choice == AGREE else "patrol.refused"
        await self._audit.append(kind, actor, str(patrol.ref), {"people": people}, told.now)
        await self.settle(after, told)
        if choice == AGREE:
            await self._welcome(actor, told, after, people)
        else:
            await self._without(actor, told, after, people)
        return after

    async def settle(self, patrol: Patrol, told: Told) -> None:
        """Close the questions about agencies whose word is not awaited any more."""
        awaited = self._agencies(patrol.awaited())
        known = {one.code for one in self._config.now.agencies}
        for agency in sorted({"", *known} - set(awaited)):
            await self._question.settle(COMMAND, self._data(patrol, agency), SETTLED, told.event_id, told.now)

    async def _welcome(self, actor: Actor, told: Told, patrol: Patrol, people: Collection[UserId]) -> None:
        said = _("{name} lets you go on patrol {ref}, {patrol}.", name=Verbatim(one_line(actor.name)),
                 ref=code(patrol), patrol=patrol.called)  # fmt: skip
        asked = _("You are on patrol {ref}. Please see the message above.", ref=code(patrol))
        whom = [user for user in people if user != actor.user_id]
        await self._telling.crew(patrol, whom, said, asked, told.event_id, told.now)

    async def _without(self, actor: Actor, told: Told, patrol: Patrol, people: Collection[UserId]) -> None:
        """Tell whoever planned it, and the leads if the others have no language in common any more."""
        names = tuple(self._rules.named(patrol, user) for user in people)
        said = _("{name} does not agree that they go on patrol {ref}: {names}.", name=Verbatim(one_line(actor.name)),
                 ref=code(patrol), names=names)  # fmt: skip
        asked = _("Somebody does not go on patrol {ref}. Please see the message above.", ref=code(patrol))
        await self._telling.crew(patrol, [patrol.by], said, asked, told.event_id, told.now)
        await self._watching.look_at(patrol, told.event_id, told.now)

    def _agencies(self, people: Collection[UserId]) -> list[str]:
        """Return the agencies of *people*; "" is none."""
        return list(dict.fromkeys(self._rules.agency(one) or "" for one in people))

    def _data(self, patrol: Patrol, agency: str) -> dict[str, str]:
        return {"patrol": str(patrol.ref), "tail": patrol.ref.tail, "agency": agency}


def awaiting(before: Patrol | None, after: Patrol) -> tuple[UserId, ...]:
    """Return about whom their agency's word is awaited now and was not before."""
    known = before.awaited() if before else ()
    return tuple(user for user in after.awaited() if user not in known)
