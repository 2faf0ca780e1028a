"""Joint patrols are planned, their crews changed, and cancelled."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.errors import ErrorCode, UserError
from bot.i18n import Message, Verbatim, _
from bot.model.names import one_line
from bot.model.patrol import AGREE, Draft, Member, Outcome, Patrol
from bot.model.person import Actor, UserId
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.incident import IncidentService
from bot.services.notice import NoticeService
from bot.services.patrol.agreeing import Agreeing, awaiting
from bot.services.patrol.ruling import PatrolRules, code
from bot.services.patrol.telling import PatrolTelling
from bot.services.patrol.tongues import Tongues
from bot.services.patrol.watching import Watching
from bot.services.shift.ruling import reasoned
from bot.store import Store

PLAN = "patrol.plan"


class PatrolService:
    """Plans patrols; what writes joins the open transaction. Nothing is saved of a crew that shares no language."""

    def __init__(
        self, store: Store, audit: AuditService, incident: IncidentService, rules: PatrolRules, tongues: Tongues,
        notice: NoticeService, telling: PatrolTelling, agreeing: Agreeing, watching: Watching,
    ) -> None:  # fmt: skip
        self._store = store
        self._audit = audit
        self._incident = incident
        self._rules = rules
        self._tongues = tongues
        self._notice = notice
        self._telling = telling
        self._agreeing = agreeing
        self._watching = watching
        self.meant = rules.meant
        self.lines = telling.lines
        self.left = watching.left
        self.relearned = watching.relearned

    async def coming(self, room_id: str, now: datetime) -> list[Patrol]:
        """Return the patrols of a room that are to come or under way, the earliest first."""
        return await self._store.patrol.list_coming(room_id, now)

    # Changes

    async def plan(
        self, actor: Actor, told: Told, draft: Draft, insisted: str | None = None, said: str = ""
    ) -> Outcome:
        """Plan a patrol; without *insisted*, only if nothing speaks against it. Raises UserError.

        *said* is the message that has named it, if that is not the one that was told.

        People of other agencies are of its crew once a lead of theirs has agreed, who is asked.
        """
        insisted = reasoned(insisted)
        self._rules.lead(actor)
        draft = self._rules.drafted(draft, told.now)
        people = tuple(dict.fromkeys((*draft.people, *draft.interpreters)))
        crew = [self._rules.member(actor, one, None, interprets=one in draft.interpreters) for one in people]
        new = Patrol(
            await self._incident.draw(), told.room_id, draft.name, draft.span, tuple(crew), actor.user_id, told.now,
            draft.vehicle, draft.area, said=said or told.said,
        )  # fmt: skip
        return await self._put(actor, told, None, new, PLAN, insisted)

    async def crew(
        self, actor: Actor, told: Told, ref: Reference, add: Sequence[UserId], remove: Collection[UserId],
        insisted: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Put people into a crew and take others off it, all at once; otherwise as `plan`."""
        insisted = reasoned(insisted)
        patrol = await self._changed(actor, told, ref)
        self._rules.takes_off(actor, patrol, remove)
        members = [self._rules.member(actor, one, patrol.member(one)) for one in add]
        after = patrol.without(remove).with_crew(*members)
        return await self._put(actor, told, patrol, after, "patrol.crew", insisted)

    async def interpret(
        self, actor: Actor, told: Told, ref: Reference, who: UserId | None, insisted: str | None = None
    ) -> Outcome:
        """Let *who* interpret for a crew, and be of it; nobody: let nobody interpret any more. Otherwise as `plan`."""
        insisted = reasoned(insisted)
        patrol = await self._changed(actor, told, ref)
        if who is None:
            after = replace(patrol, crew=tuple(replace(one, interprets=False) for one in patrol.crew))
        else:
            after = patrol.with_crew(self._rules.member(actor, who, patrol.member(who), interprets=True))
        return await self._put(actor, told, patrol, after, "patrol.interpreter", insisted)

    async def agree(self, actor: Actor, told: Told, ref: Reference, choice: str = AGREE) -> Patrol:
        """Record whether the people of *actor*'s agency who are awaited go on a patrol; raise UserError."""
        patrol = await self._rules.find(told.room_id, ref)
        return await self._agreeing.answer(actor, told, patrol, choice)

    async def cancel(self, actor: Actor, told: Told, ref: Reference) -> Outcome:
        """Cancel a patrol, and tell its crew."""
        patrol = await self._changed(actor, told, ref)
        after = replace(patrol, cancelled_at=told.now)
        await self._store.patrol.save(after)
        await self._watching.plan(after, told.now)
        await self._audit.append("patrol.cancel", actor, str(ref), _crew(after), told.now)
        await self._agreeing.settle(replace(after, crew=()), told)
        name = Verbatim(one_line(actor.name))
        said = _("{name} has cancelled patrol {ref}, {patrol}.",
                 name=name, ref=code(patrol), patrol=patrol.called)  # fmt: skip
        asked = _("Patrol {ref} is cancelled. Please see the message above.", ref=code(patrol))
        whom = [one.person for one in patrol.crew if one.agreed and one.person != actor.user_id]
        done = await self._telling.crew(patrol, whom, said, asked, told.event_id, told.now)
        return Outcome(after, told=len(done))

    # What comes of it

    async def _changed(self, actor: Actor, told: Told, ref: Reference) -> Patrol:
        patrol = await self._rules.find(told.room_id, ref)
        self._rules.changes(actor, patrol, told.now)
        self._rules.takes_part(actor, patrol)
        return patrol

    async def _put(
        self, actor: Actor, told: Told, before: Patrol | None, after: Patrol, kind: str, insisted: str | None
    ) -> Outcome:
        if before == after:
            raise UserError(ErrorCode.CONFLICT, _("That is so already."))
        known = before.people if before else ()
        new = [user for user in after.people if user not in known]
        self._rules.manned(after, new)
        await self._tongues.understood(after)
        asked = awaiting(before, after)
        await self._agreeing.needed(after, asked)
        if insisted is None and (against := await self._rules.strains(after, new, actor.zone)):
            return Outcome(after, against=against)
        after = replace(after, warned=False)
        await self._store.patrol.save(after)
        await self._log(actor, told, after, kind, insisted)
        await self._watching.plan(after, told.now)
        if before is not None:
            await self._agreeing.settle(after, told)
        await self._agreeing.ask(after, asked, told.event_id, told)
        return Outcome(after, asked=asked, told=await self._tell(actor, told, before, after))

    async def _log(self, actor: Actor, told: Told, patrol: Patrol, kind: str, insisted: str | None) -> None:
        """Enter a change into the log, so that what was said for it can be taken out of that.

        What the patrol is called stands in one entry alone, that of its planning.
        """
        left = _crew(patrol)
        said = {told.said} if insisted is not None else set()
        content = left | ({"insisted": insisted} if insisted is not None else {})
        if kind == PLAN:
            content |= {"name": patrol.name, "vehicle": patrol.vehicle, "area": patrol.area}
            said |= {patrol.said}
        logged = await self._audit.append(kind, actor, str(patrol.ref), content, told.now)
        for event in sorted(said):
            self._audit.said(logged, told, left, event)

    async def withdraw(self, room_id: str, event_id: str, cause: str, now: datetime) -> bool:
        """Delete what the message *event_id* has called patrols, and take back whatever says it; return whether it has.

        They stay planned. What the log holds of it goes with the message (`AuditService.withdraw`).
        """
        found = [one for one in await self._store.patrol.said_by(event_id) if one.room_id == room_id]
        for patrol in found:
            await self._store.patrol.save(replace(patrol, name="", vehicle="", area=""))
            await self._notice.unsay(str(patrol.ref), patrol.ref, cause, now)
        return bool(found)

    async def _tell(self, actor: Actor, told: Told, before: Patrol | None, after: Patrol) -> int:
        """Tell everyone who was of the crew or is now, but *actor*, what that is for them; return how many."""
        name = Verbatim(one_line(actor.name))
        values = {"name": name, "ref": code(after), "patrol": after.called}
        was, now = _agreed(before), _agreed(after)
        on = _("{name} has put you on patrol {ref}, {patrol}.", **values)
        off = _("{name} has taken you off patrol {ref}, {patrol}.", **values)
        stays = _("{name} has changed the crew of patrol {ref}, {patrol}.", **values)
        asked = _("You are on patrol {ref}. Please see the message above.", ref=code(after))
        asked_off = _("You are not on patrol {ref} any more. Please see the message above.", ref=code(after))
        asked_stays = _("The crew of patrol {ref} has changed. Please see the message above.", ref=code(after))
        groups: list[tuple[list[UserId], Message, Message]] = [
            ([one for one in now if one not in was], on, asked),
            ([one for one in was if one not in now], off, asked_off),
            ([one for one in now if one in was], stays, asked_stays),
        ]
        count = 0
        for people, said, ring in groups:
            whom = [one for one in people if one != actor.user_id]
            count += len(await self._telling.crew(after, whom, said, ring, told.event_id, told.now))
        return count


def _agreed(patrol: Patrol | None) -> list[UserId]:
    return [one.person for one in patrol.crew if one.agreed] if patrol else []


def _crew(patrol: Patrol) -> dict[str, object]:
    """Return what the log says of a patrol as it is now, without anybody's words."""
    return {
        "since": patrol.span.since.isoformat(), "until": patrol.span.until.isoformat(),
        "crew": [_logged(one) for one in patrol.crew],
    }  # fmt: skip


def _logged(one: Member) -> dict[str, object]:
    return {"person": one.person, "agreed": one.agreed, "interprets": one.interprets}
