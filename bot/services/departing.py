"""An agency leaves the task force: what it originated is handed back to its leads, then purged; holds still win."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Verbatim, _, _c
from bot.model.due import Woken
from bot.model.mine import DUE as HANDED
from bot.model.names import one_line
from bot.model.person import Actor, UserId
from bot.model.purge import AGENCY, DUE, LASTS, LEAVES, REFUSE, YES, Record
from bot.model.release import MOST_ASKED
from bot.model.shift import Span
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.incident import IncidentService
from bot.services.labelled import recordable
from bot.services.mine import MineService
from bot.services.notice import Block, NoticeService
from bot.services.person import PersonService
from bot.services.purge import decided_by_two
from bot.services.purging import PurgingService
from bot.services.question import Asking, QuestionService
from bot.services.release import SETTLED
from bot.services.room import RoomService
from bot.services.shift import AbsenceService
from bot.store import Store

CHOICES = ((YES, _c("choice", "Yes, it leaves")), (REFUSE, _c("choice", "No, refuse it")))
AGAIN, DAILY = timedelta(minutes=10), timedelta(days=1)
"""When it is looked again: for files that are still to be handed over, and for records that are held or not over."""
ABSENT = timedelta(days=364)
"""For how long whoever leaves is absent from the rosters: until then they are out of the configuration."""


class DepartingService:
    """Asks, answers, and does what was decided step by step; joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, incident: IncidentService, person: PersonService,
        room: RoomService, notice: NoticeService, question: QuestionService, purging: PurgingService, mine: MineService,
        absence: AbsenceService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._incident = incident
        self._person = person
        self._room = room
        self._notice = notice
        self._question = question
        self._purging = purging
        self._mine = mine
        self._absence = absence

    async def ask(self, actor: Actor, told: Told, typed: str, reason: str) -> list[UserId]:
        """Ask other auditors and administrators of the room whether the agency leaves; return whom.

        Raises UserError if there is no such agency, none of its leads could be handed what is its own, it is asked
        about already, or nobody else is there to agree.
        """
        recordable(reason)
        code = self._code(typed)
        if not self._leads(code):
            said = _("{agency} has no lead whom I could hand back what it originated.", agency=Verbatim(code))
            raise UserError(ErrorCode.UNAVAILABLE, said)
        await self._store.question.expire(AGENCY, told.now - LASTS)
        if await self._store.question.list_about(AGENCY, code) or await self._store.due.find(LEAVES, code):
            raise UserError(ErrorCode.CONFLICT, _("That is asked already, and waits for its answer."))
        roles = self._config.now.roles
        there = self._room.members(told.room_id)
        judges = [UserId(one) for one in dict.fromkeys([*roles.auditor, *roles.admin]) if one in there]
        judges = [one for one in judges if one != actor.user_id][:MOST_ASKED]
        if not judges:
            raise UserError(
                ErrorCode.UNAVAILABLE, _("That needs a second auditor or administrator, and none is in this room.")
            )
        ref = await self._incident.draw()
        name = f"{actor.name} ({actor.agency})" if actor.agency else actor.name
        said = _(
            "{name} asks that {agency} leaves the task force: what it originated is handed back to its leads and then"
            " purged. Why: {reason}",
            name=Verbatim(one_line(name)), agency=Verbatim(code), reason=Verbatim(one_line(reason)),
        )  # fmt: skip
        data = {
            "ref": code, "agency": code, "tail": ref.tail, "by": actor.user_id, "room": told.room_id,
            "at": told.now.isoformat(), "reason": one_line(reason), "said": told.said,
        }  # fmt: skip
        asking = Asking(
            AGENCY, CHOICES, data, _("Does {agency} leave? ({ref})", agency=Verbatim(code), ref=Code(str(ref)))
        )
        after = await self._notice.give(told.room_id, AGENCY, told.event_id, [said], told.now, holds=[told.said])
        for index, user in enumerate(judges):
            await self._question.ask(told.room_id, user, asking, told.event_id, after, told.now, index)
        return judges

    def _code(self, typed: str) -> str:
        known = [agency.code for agency in self._config.now.agencies]
        if (code := typed.strip().upper()) in known:
            return code
        raise UserError(
            ErrorCode.BAD_ARGUMENT,
            _("I know no agency {code}. The agencies are {known}.",
              code=Verbatim(one_line(typed)[:60]), known=Verbatim(", ".join(known))),
        )  # fmt: skip

    def _leads(self, code: str) -> list[UserId]:
        config = self._config.now
        leads = [UserId(one) for one in config.roles.lead if (found := config.agency(one)) and found.code == code]
        return [lead for lead in leads if config.serves(lead)]

    async def answer(self, actor: Actor, told: Told, data: Mapping[str, Any], choice: str) -> bool:
        """Record what the second person answers; return whether the agency leaves. Raises UserError as a purge does."""
        if told.now - datetime.fromisoformat(data["at"]) > LASTS:
            raise UserError(ErrorCode.CONFLICT, SETTLED)
        decided_by_two(self._config.now.roles, actor, data["by"])
        await self._store.question.settle(AGENCY, data)
        if choice != YES:
            return False
        code = self._code(data["agency"])
        content = {"agency": code, "agreed": actor.user_id, "room": told.room_id}
        by = await self._person.actor(UserId(data["by"]), data["room"])
        logged = await self._audit.append("agency.left", by, None, content | {"reason": data["reason"]}, told.now)
        self._audit.said(logged, Told(data["room"], data["said"], told.now, told.now, told.now), content)
        payload = {"by": data["by"], "agreed": actor.user_id, "room": data["room"], "since": told.now.isoformat()}
        for lead in self._leads(code):
            await self._mine.plan(lead, {"agency": code}, told)
        await self._part(by, told, code)
        await self._store.due.plan(LEAVES, code, told.now + AGAIN, payload)
        return True

    async def _part(self, by: Actor, told: Told, code: str) -> None:
        """Take its people off the rosters to come, and ask them nothing any more."""
        config = self._config.now

        def of_it(user: str) -> bool:
            found = config.agency(user)
            return found is not None and found.code == code

        for index, user in enumerate(filter(of_it, await self._store.purge.rostered())):
            cause = replace(told, event_id=f"{told.event_id} {index}")
            await self._absence.left(by, cause, UserId(user), Span(told.now, told.now + ABSENT))
        for user in filter(of_it, await self._store.purge.questioned()):
            await self._store.purge.settle_all(user)

    async def act(self, woken: Woken) -> None:
        """Purge what is over and not held once it was handed over, say what stays and why, and look again."""
        code, payload = woken.due.ref, woken.due.payload
        since = datetime.fromisoformat(payload["since"])
        first, leads = not payload.get("told"), self._leads(code)
        waits = first or (payload.get("again") and leads)
        if waits and not await self._store.purge.handed(HANDED, code, since):
            await self._hand(code, woken)
            await self._store.due.plan(LEAVES, code, woken.now + AGAIN, payload)
            return
        await self._store.purge.drop_files(HANDED, code)
        records = await self._store.purge.list_of(code)
        going = [one for one in records if one.ended_at is not None and not one.held]
        if leads and any(one.ended_at and one.ended_at > since for one in going):
            # Of what was still going on the file has no more than there was of it by then.
            again = {**payload, "since": woken.now.isoformat(), "again": True}
            await self._store.due.plan(LEAVES, code, woken.now + AGAIN, again)
            await self._hand(code, woken)
            return
        for record in going:
            said = {**payload, "reason": f"{code} left", "said": ""}
            await self._store.due.plan(DUE, str(record.ref), woken.now, said)
        staying = [one for one in records if one not in going]
        if records:  # of those that are going too one may be held or opened again before its turn comes
            await self._store.due.plan(LEAVES, code, woken.now + DAILY, {**payload, "told": True})
        if not payload.get("told"):
            await self._tell(code, len(going), staying, woken)

    async def _hand(self, code: str, woken: Woken) -> None:
        """Let those of its leads have the file anew to whom none is on its way any more."""
        told = Told(woken.due.payload["room"], woken.cause, woken.now, woken.now, woken.now)
        for lead in self._leads(code):
            if not await self._mine.waits(lead, code) and not await self._store.purge.posting(code, lead):
                await self._mine.plan(lead, {"agency": code}, told)

    async def _tell(self, code: str, going: int, staying: Sequence[Record], woken: Woken) -> None:
        agency, held = Verbatim(code), sum(one.held for one in staying)
        said: list[Block] = [
            _("What {agency} originated was handed back to its leads. Purged now: {n}.", agency=agency, n=going)
        ]
        if held:
            said.append(_("Under hold, and kept until that is lifted: {n}.", n=held))
        if still := len(staying) - held:
            said.append(_("Not over yet, and purged once they are: {n}.", n=still))
        if tasks := await self._tasks(code):
            refs = Verbatim(", ".join(tasks))
            said.append(_("Tasks that are still for its people, and have to be given to others: {refs}", refs=refs))
        for room_id in await self._purging.audit_rooms():
            record = {"agency": code, "purged": going, "held": held, "open": len(staying) - held}
            cause = f"{code} {payload_at(woken)} {room_id}"
            await self._notice.give(room_id, AGENCY, cause, said, woken.now, record=record)

    async def _tasks(self, code: str) -> list[str]:
        config = self._config.now
        owned = await self._store.purge.owned()
        return [ref for ref, owner in owned if (found := config.agency(owner)) and found.code == code]


def payload_at(woken: Woken) -> str:
    """Return since when the agency leaves, as its due row says."""
    return str(woken.due.payload["since"])
