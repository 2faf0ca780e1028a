"""Releases: asked for by anyone who reads a record, answered by a lead of its originator within a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _, _c, to_json
from bot.model.due import Woken
from bot.model.handling import Hidden, Purpose, Release
from bot.model.incident import EntryKind, Incident
from bot.model.names import one_line
from bot.model.person import Actor, UserId
from bot.model.reference import Reference
from bot.model.release import COMMAND, DUE, ENDS, LASTS, MARKED, MOST_ASKED, REFUSE, RELEASE, Request
from bot.model.times.telling import past
from bot.model.told import Told
from bot.services.direct import DirectService
from bot.services.incident import Change, IncidentService
from bot.services.mark import MarkService
from bot.services.marking import MarkingService
from bot.services.notice import NoticeService
from bot.services.person import PersonService
from bot.services.question import Asking, QuestionService
from bot.services.received import Received
from bot.services.room import RoomService
from bot.store import Store

CHOICES = ((RELEASE, _c("choice", "Yes, release it")), (REFUSE, _c("choice", "No, refuse it")))
SETTLED = _("That is settled, or more than a day old. Nothing was changed.")
NOT_RED = _("What is marked TLP:RED is for persons, and released to no agency.")
Json = Mapping[str, Any]


class ReleaseService:
    """Asks, answers and ends; what writes joins the open transaction."""

    def __init__(
        self,
        config: Current,
        store: Store,
        incident: IncidentService,
        mark: MarkService,
        person: PersonService,
        notice: NoticeService,
        question: QuestionService,
        room: RoomService,
        direct: DirectService,
        marking: MarkingService,
        received: Received,
    ) -> None:
        self._config = config
        self._store = store
        self._incident = incident
        self._mark = mark
        self._person = person
        self._notice = notice
        self._question = question
        self._room = room
        self._direct = direct
        self._marking = marking
        self._received = received

    # Asking

    async def ask(
        self, actor: Actor, told: Told, ref: Reference, agency: str, until: datetime | None
    ) -> tuple[Request, list[UserId]]:
        """Ask the leads of the originator that *agency* may have a record, *until* a moment or for ever.

        Return the request and who was asked; raise UserError where that means nothing or nobody could answer.
        """
        incident = await self._incident.whole(await self._incident.find(told.room_id, ref))
        code = self.agency(agency)
        if until is not None and until <= told.now:
            raise UserError(ErrorCode.BAD_ARGUMENT, past(until))
        await self._wanted(incident, code, until, told.now)
        first = not await self._store.mark.released_before(code)
        under = (await self._incident.marking(incident)).digest
        request = Request(told.event_id, ref, code, actor.user_id, told.room_id, told.now, until, first, under=under)
        judges = await self.judges(incident, request.asked_by, request.room_id)
        if len(judges) < request.needed:
            raise UserError(ErrorCode.UNAVAILABLE, *self._too_few(incident, request))
        before = await self._store.release.find_open(ref, code)
        if before and before.waits(told.now):
            await self._overtaken(actor, told, incident, before)
        await self._store.release.save(request)
        await self._enter(actor, told, incident, EntryKind.RELEASE_ASKED, request)
        await self._store.due.plan(DUE, request.id, told.now + LASTS, {})
        await self._put(request, incident, judges, actor, told.now)
        return request, list(judges)

    def agency(self, typed: str) -> str:
        """Return the code of the agency that somebody typed; raise UserError if there is none of that code."""
        known = [agency.code for agency in self._config.now.agencies]
        code = typed.strip().upper()
        if code not in known:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("I know no agency {code}. The agencies are {known}.",
                  code=Verbatim(one_line(typed)[:60]), known=Verbatim(", ".join(known))),
            )  # fmt: skip
        return code

    async def _wanted(self, incident: Incident, agency: str, until: datetime | None, now: datetime) -> None:
        """Raise UserError unless there is something to ask for."""
        shown = Verbatim(agency)
        marking = await self._incident.marking(incident)
        if agency == incident.agency:
            raise UserError(ErrorCode.CONFLICT, _("{agency} has declared it itself.", agency=shown))
        if marking.whole.red:
            raise UserError(ErrorCode.HANDLING, NOT_RED)
        releases = (await self._store.mark.releases([incident.ref])).get(incident.ref, ())
        for release in releases:
            further = until is not None and release.until is not None and until > release.until
            if release.agency == agency and release.stands(now) and not (further or (until is None and release.until)):
                raise UserError(ErrorCode.CONFLICT, _("{agency} has it already.", agency=shown))
        before = await self._store.release.find_open(incident.ref, agency)
        if before and before.waits(now) and before.under in ("", marking.digest) and self.served(before.asked_by):
            raise UserError(ErrorCode.CONFLICT, _("That is asked already, and waits for its answer."))

    async def judges(self, incident: Incident, asked_by: UserId, room_id: str) -> dict[UserId, str]:
        """Return who may answer what somebody has asked, and in which room to ask them.

        That is where it was asked, else where the record was declared, else directly.
        """
        config = self._config.now
        named = config.roles.lead if incident.agency else config.roles.coordinator
        found: dict[UserId, str] = {}
        for user in map(UserId, dict.fromkeys(named)):
            if user != asked_by and (where := await self._reached(user, incident, room_id)):
                found[user] = where
        return dict(list(found.items())[:MOST_ASKED])

    async def _reached(self, user: UserId, incident: Incident, asked_in: str) -> str | None:
        for room_id in (asked_in, incident.room_id, await self._direct.find(user)):
            if room_id and user in self._room.members(room_id):
                may = self._mark.decides(await self._person.actor(user, room_id), incident)
                seen = await self._incident.look(room_id, incident.ref, Purpose.READING)
                if may and not isinstance(seen, Hidden):
                    return room_id
        return None

    def _too_few(self, incident: Incident, request: Request) -> tuple[Message, Message]:
        owner, to = Verbatim(incident.agency or self._config.now.taskforce.name), Verbatim(request.agency)
        if request.first:
            return _("The first release to {to} needs two leads of {agency} beside you, and I reach fewer.",
                     to=to, agency=owner), _reaching(incident)  # fmt: skip
        return self.unreached(incident)

    def unreached(self, incident: Incident) -> tuple[Message, Message]:
        """Return that nobody is there who could answer, and how somebody is."""
        owner = Verbatim(incident.agency or self._config.now.taskforce.name)
        return _("I reach no lead of {agency} beside you who could answer.", agency=owner), _reaching(incident)

    async def _put(
        self, request: Request, incident: Incident, judges: Mapping[UserId, str], actor: Actor, now: datetime
    ) -> None:
        """Say in each room what is asked, and ask below that."""
        ref, to = Code(str(request.ref)), Verbatim(request.agency)
        asker = f"{actor.name} ({actor.agency})" if actor.agency else actor.name
        said = [_("{name} asks that {to} may have {ref}.", name=Verbatim(one_line(asker)), to=to, ref=ref)]
        if request.until:
            said.append(_("That would end {moment}.", moment=request.until))
        if request.first:
            said.append(_("Nothing was released to {to} before: two leads must agree.", to=to))
        asking = Asking(
            COMMAND, CHOICES, {"request": request.id, "tail": request.ref.tail},
            _("Release {ref} to {to}?", ref=ref, to=to), str(request.ref), shows=(str(request.ref),),
        )  # fmt: skip
        after: dict[str, str] = {}
        for index, (user, room_id) in enumerate(judges.items()):
            if room_id not in after:
                cause = f"{request.id} {room_id}"
                after[room_id] = await self._notice.give(room_id, COMMAND, cause, said, now, shows=request.ref)
            await self._question.ask(room_id, user, asking, request.id, after[room_id], now, index)

    # Answering

    async def answer(self, actor: Actor, told: Told, id: str, choice: str) -> tuple[Request, Incident]:
        """Record what a lead of the originator answers; raise UserError if it is not theirs to answer, or too late."""
        request = await self._store.release.find(id)
        if request is None or not request.waits(told.now) or (request.until and request.until <= told.now):
            raise UserError(ErrorCode.CONFLICT, SETTLED)
        incident = await self._incident.whole(await self._incident.find(told.room_id, request.ref))
        self.may_answer(actor, incident, request.asked_by)
        if request.under and request.under != (await self._incident.marking(incident)).digest:
            return await self._overtaken(actor, told, incident, request), incident
        if choice != RELEASE:
            request = replace(request, outcome="refused")
            said = _("{ref} is not released to {to}: {agency} has refused.", **self._worded(request, incident))
            await self._end(actor, told, incident, request, EntryKind.RELEASE_REFUSED, said)
            return request, incident
        request = request.agreed_by(actor.user_id, await self._leads(request, incident))
        if not request.complete:
            await self._store.release.save(request)
            await self._enter(actor, told, incident, EntryKind.RELEASE_AGREED, request)
            return request, incident
        request = replace(request, outcome="released")
        await self._release(incident, request, told.now)
        said = _("{ref} is released to {to}.", **self._worded(request, incident))
        await self._end(actor, told, incident, request, EntryKind.RELEASED, said)
        return request, incident

    def may_answer(self, actor: Actor, incident: Incident, asked_by: UserId) -> None:
        """Raise UserError unless *actor* speaks for the originator and is another than who has asked, served still."""
        if actor.user_id == asked_by or not self._mark.decides(actor, incident):
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("Only a lead of {agency} who has not asked for it may answer that.",
                  agency=Verbatim(incident.agency or self._config.now.taskforce.name)),
            )  # fmt: skip
        if not self.served(asked_by):
            raise UserError(ErrorCode.CONFLICT, _("Something has changed meanwhile, so I did nothing. Begin again."))

    def served(self, asked_by: UserId) -> bool:
        """Return whether what somebody has asked for counts still: by a device that was lost others may have asked."""
        return self._config.now.serves(asked_by)

    async def _leads(self, request: Request, incident: Incident) -> set[UserId]:
        """Return who of those that have agreed is a lead of the originator now."""
        found = set()
        for user in request.agreed:
            rooms = (request.room_id, incident.room_id, await self._direct.find(user))
            there = [room_id for room_id in rooms if room_id and user in self._room.members(room_id)]
            if any([self._mark.decides(await self._person.actor(user, room_id), incident) for room_id in there]):
                found.add(user)
        return found

    async def marked(self, actor: Actor, told: Told, incident: Incident) -> None:
        """End what is asked about a record that was marked just now: what leads have agreed to is not so any more."""
        for request in await self._store.release.list_open(incident.ref):
            await self._overtaken(actor, told, incident, request)

    async def _overtaken(self, actor: Actor, told: Told, incident: Incident, request: Request) -> Request:
        """End a request because its record was marked since; return it."""
        request = replace(request, outcome=MARKED)
        await self._end(actor, told, incident, request, EntryKind.RELEASE_ENDED, self.overtaken(request))
        return request

    def overtaken(self, request: Request) -> Message:
        """Return what is said of a request that a mark has ended."""
        return _("{ref} was marked after that was asked, so it is not released to {to}.",
                 ref=Code(str(request.ref)), to=Verbatim(request.agency))  # fmt: skip

    async def _release(self, incident: Incident, request: Request, now: datetime) -> None:
        """Let the agency have it; what others have restricted before is decided for that agency by this."""
        marking = await self._incident.marking(incident)
        if marking.whole.red:
            raise UserError(ErrorCode.HANDLING, NOT_RED)
        await self._store.mark.release(incident.ref, Release(request.agency, request.until))
        if (after := marking.released(request.agency)) != marking:
            await self._marking.keep(incident, after, now)
            for other in await self._store.release.list_open(incident.ref):
                if other.under == request.under:  # it is marked for them as it was
                    await self._store.release.save(replace(other, under=after.digest))
        if request.until:
            await self._store.due.plan(ENDS, f"{request.ref} {request.agency}", request.until, {})

    async def _end(
        self, actor: Actor | None, told: Told, incident: Incident, request: Request, kind: EntryKind, said: Message
    ) -> None:
        """Record what came of a request, and tell who asked."""
        await self._store.release.save(request)
        await self._store.question.settle(COMMAND, {"request": request.id, "tail": request.ref.tail})
        await self._store.due.drop(DUE, request.id)
        await self._enter(actor, told, incident, kind, request)
        payload: Json = {
            "to": request.asked_by, "blocks": [to_json(said)], "command": COMMAND, "ok": request.outcome == "released",
            "ref": str(request.ref), "shows": [str(request.ref)],
            "cut": [str(request.ref)],
        }  # fmt: skip
        holds = [str(request.ref)]
        await self._store.outbox.add(request.room_id, "reply", request.id, payload, told.now, index=1, holds=holds)

    async def _enter(
        self, actor: Actor | None, told: Told, incident: Incident, kind: EntryKind, request: Request
    ) -> None:
        until = request.until.isoformat() if request.until else None
        values: Json = {
            "agency": request.agency,
            "until": until,
            "asked_by": request.asked_by,
            "agreed": request.agreed,
        }
        await self._incident.put(actor, told, incident, Change(kind, values, shown=False))

    def _worded(self, request: Request, incident: Incident) -> dict[str, Any]:
        agency = Verbatim(incident.agency or self._config.now.taskforce.name)
        return {"ref": Code(str(request.ref)), "to": Verbatim(request.agency), "agency": agency}

    # By the clock

    async def expire(self, woken: Woken) -> None:
        """Record that nobody has answered in time, and tell who asked."""
        request = await self._store.release.find(woken.due.ref)
        incident = await self._store.incident.find(request.ref) if request else None
        if request is None or incident is None or request.outcome:
            return
        request = replace(request, outcome="expired")
        told = Told(request.room_id, woken.cause, woken.now, woken.now, woken.now)
        said = _("Nobody of {agency} has answered within a day, so {ref} is not released to {to}.",
                 **self._worded(request, incident))  # fmt: skip
        await self._end(None, told, incident, request, EntryKind.RELEASE_EXPIRED, said)

    async def ended(self, woken: Woken) -> None:
        """End a release for good, and take back what was shown where it was needed for it."""
        typed, _blank, agency = woken.due.ref.partition(" ")
        ref = Reference(typed)
        await self._store.mark.end_release(ref, agency, woken.due.at)
        rooms = [post.room_id for post in await self._store.outbox.list_holding(str(ref))]
        for room_id in dict.fromkeys(rooms):
            await self._incident.withdraw(ref, room_id, woken.cause, woken.now)
        await self._received.ended(ref, woken.now)


def _reaching(incident: Incident) -> Message:
    """Return how more of those can be reached who may answer what is asked about *incident*."""
    return _(
        "I can ask those who are where {ref} was declared, or in a direct room with me. Let more of them join there"
        " or write to me directly, then ask again. If there are no more, an administrator names them in the"
        " configuration.",
        ref=Code(str(incident.ref)),
    )
