"""Exports: asked for by who reads a record, agreed to by a lead of its originator within a day. Never by one alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _, _c, to_json
from bot.model.due import Woken
from bot.model.export import (
    AGREE,
    BUILD,
    COMMAND,
    DUE,
    LASTS,
    MARKED,
    MOST_ASKED,
    MOST_ENTRIES,
    MOST_TOGETHER,
    REFUSE,
    Export,
    Form,
    Use,
)
from bot.model.incident import EntryKind, Incident
from bot.model.names import one_line
from bot.model.person import Actor, UserId
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.export import words
from bot.services.export.choosing import Choosing
from bot.services.export.collecting import Collecting
from bot.services.granting import asking
from bot.services.incident import CLOSED_TO, Change, IncidentService
from bot.services.notice import NoticeService
from bot.services.question import Asking, QuestionService
from bot.services.release import NOT_RED, SETTLED, ReleaseService
from bot.store import Store

CHOICES = ((AGREE, _c("choice", "Yes, export it")), (REFUSE, _c("choice", "No, refuse it")))


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: which records are wanted, who was asked, and how many more the agency may not have."""

    refs: tuple[Reference, ...]
    people: tuple[UserId, ...]
    left: int


class ExportService:
    """Asks, answers and ends; what writes joins the open transaction."""

    def __init__(
        self, store: Store, incident: IncidentService, release: ReleaseService, notice: NoticeService,
        question: QuestionService, collecting: Collecting, choosing: Choosing,
    ) -> None:  # fmt: skip
        self._store = store
        self._incident = incident
        self._release = release
        self._notice = notice
        self._question = question
        self._collecting = collecting
        self.begun, self.ended = words.begun, words.ended
        self.chosen = choosing.chosen

    async def ask(
        self, actor: Actor, told: Told, refs: Sequence[Reference], agency: str, use: Use, form: Form, *,
        chosen: bool = False,
    ) -> Asked:  # fmt: skip
        """Ask the leads of the originator that records are given to *agency*: those of one originator in one file.

        Records that were *chosen* by what they are, not named, are left out where the agency may not have them. Raise
        UserError where it may have none, or not one that was named, where these are too many, or nobody could answer.
        """
        wanted, left = list[tuple[Incident, Export]](), list[UserError]()
        for ref in refs:
            try:
                wanted.append(await self._wanted(actor, told, ref, agency, use, form))
            except UserError as error:
                if not chosen:
                    raise
                left.append(error)
        if not wanted:
            raise left[0]
        if len(wanted) > 1:
            await self._fits([export.ref for _incident, export in wanted])
        asked = dict[UserId, None]()
        for index, (_originator, found) in enumerate(groupby(sorted(wanted, key=_order), _owner)):
            together = [*found]
            if len(wanted) > 1:
                name = f"{told.event_id} {index}"
                together = [
                    (one, replace(export, id=f"{name} {one.ref}", together=name)) for one, export in together
                ]  # fmt: skip
            asked |= dict.fromkeys(await self._ask(actor, told, together, index))
        return Asked(tuple(export.ref for _incident, export in wanted), tuple(asked), len(left))

    async def _wanted(
        self, actor: Actor, told: Told, ref: Reference, agency: str, use: Use, form: Form
    ) -> tuple[Incident, Export]:
        """Return the record and the request for it; raise UserError if the agency may not have it."""
        found = await self._incident.find(told.room_id, ref)
        if not found.full:
            raise UserError(ErrorCode.HANDLING, CLOSED_TO)
        incident = await self._incident.whole(found)
        marking = await self._incident.marking(incident)
        code, id, under = self._release.agency(agency), told.event_id, marking.digest
        export = Export(
            id, ref, code, use, form, actor.user_id, told.room_id, told.now, under=under, together=id
        )  # fmt: skip
        if marking.whole.red:
            raise UserError(ErrorCode.HANDLING, NOT_RED)
        if await self._collecting.allowed(export, incident, agreed=True) is None:
            raise UserError(
                ErrorCode.HANDLING,
                _("{agency} may not have {ref}, or not everyone here may. Ask for its release first: {command}.",
                  agency=Verbatim(code), ref=Code(str(ref)), command=asking(ref, code)),
            )  # fmt: skip
        return incident, export

    async def _fits(self, refs: Sequence[Reference]) -> None:
        """Raise UserError if these are more than one file takes."""
        if len(refs) > MOST_TOGETHER:
            raise UserError(ErrorCode.BAD_ARGUMENT, words.TOO_MANY)
        count = sum([await self._store.incident.last_number(ref) for ref in refs])
        if count > MOST_ENTRIES:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("These incidents have {count} entries together; one export takes {most} at most. Choose fewer.",
                  count=count, most=MOST_ENTRIES),
            )  # fmt: skip

    async def _ask(
        self, actor: Actor, told: Told, wanted: Sequence[tuple[Incident, Export]], index: int
    ) -> list[UserId]:  # fmt: skip
        """Record what is asked for together, of one originator, and ask for it; return who was asked."""
        exports = [export for _incident, export in wanted]
        if any([await self._waits(exports, one, told) for one in await self._store.export.list_of(exports[0].ref)]):
            raise UserError(ErrorCode.CONFLICT, _("That is asked already, and waits for its answer."))
        judges = await self._judges([incident for incident, _export in wanted], actor, told)
        for incident, export in wanted:
            await self._store.export.save(export)
            await self.enter(actor, told, incident, EntryKind.EXPORT_ASKED, export)
        await self._store.due.plan(DUE, exports[0].together, told.now + LASTS, {})
        await self._put(exports, judges, actor, told, index)
        return list(judges)

    async def _waits(self, exports: Sequence[Export], before: Export, told: Told) -> bool:
        """Return whether just that was asked *before*, and waits for its answer."""
        first = exports[0]
        same = [(one.agency, one.use, one.form, one.under) for one in (first, before)]
        if not before.waits(told.now) or same[0] != same[1] or not self._release.served(before.asked_by):
            return False
        others = await self._store.export.list_together(before.together)
        return {one.ref for one in others} == {one.ref for one in exports}

    async def _judges(self, incidents: Sequence[Incident], actor: Actor, told: Told) -> dict[UserId, str]:
        """Return who may answer for all of these, and in which room to ask them; raise UserError if nobody."""
        judges = await self._release.judges(incidents[0], actor.user_id, told.room_id)
        for other in incidents[1:]:
            found = await self._release.judges(other, actor.user_id, told.room_id)
            judges = {user: room_id for user, room_id in judges.items() if found.get(user) == room_id}
        if not judges:
            raise UserError(ErrorCode.UNAVAILABLE, *self._release.unreached(incidents[0]))
        return judges

    async def _put(
        self, exports: Sequence[Export], judges: Mapping[UserId, str], actor: Actor, told: Told, index: int
    ) -> None:  # fmt: skip
        """Say in each room what is asked, and ask below that."""
        first, refs = exports[0], [one.ref for one in exports]
        name = Verbatim(one_line(f"{actor.name} ({actor.agency})" if actor.agency else actor.name))
        shown = tuple(map(str, refs))
        asked = Asking(
            COMMAND, CHOICES, {"export": first.together, "tail": first.ref.tail},
            _("Export {ref} to {to}?", ref=words.coded(refs), to=Verbatim(first.agency)), shown[0], shows=shown,
        )  # fmt: skip
        after: dict[str, str] = {}
        for place, (user, room_id) in enumerate(judges.items()):
            if room_id not in after:
                said = [words.asks_for(exports, name)]
                after[room_id] = await self._notice.give(
                    room_id, COMMAND, f"{first.together} {room_id}", said, told.now, shows=refs
                )
            await self._question.ask(
                room_id, user, asked, first.event, after[room_id], told.now, place + index * MOST_ASKED
            )

    async def answer(self, actor: Actor, told: Told, together: str, choice: str) -> list[Export]:
        """Record what a lead of the originator answers; raise UserError if it is not theirs to answer, or too late."""
        exports = await self._store.export.list_together(together)
        if not exports or not all(export.waits(told.now) for export in exports):
            raise UserError(ErrorCode.CONFLICT, SETTLED)
        incidents = {}
        for export in exports:
            incident = await self._incident.whole(await self._incident.find(told.room_id, export.ref))
            self._release.may_answer(actor, incident, export.asked_by)
            incidents[export.ref] = incident
        if await self.remarked(exports, incidents):
            return await self.end(actor, told, incidents, exports, MARKED)
        if choice != AGREE:
            return await self.end(actor, told, incidents, exports, "refused")
        exports = [replace(export, agreed_by=actor.user_id, outcome="agreed") for export in exports]
        await self._settle(exports)
        for export in exports:
            await self._store.export.save(export)
            await self.enter(actor, told, incidents[export.ref], EntryKind.EXPORT_AGREED, export)
        await self._store.due.plan(BUILD, together, told.now, {})
        return exports

    async def remarked(self, exports: Sequence[Export], incidents: Mapping[Reference, Incident]) -> bool:
        """Return whether one of them was marked since it was asked for."""
        found = [(one, await self._incident.marking(incidents[one.ref])) for one in exports]
        return any(marking.digest != one.under for one, marking in found)

    async def end(
        self, actor: Actor | None, told: Told, incidents: Mapping[Reference, Incident], exports: Sequence[Export],
        outcome: str,
    ) -> list[Export]:  # fmt: skip
        """Record that nothing is given, and tell who asked; return the requests."""
        ended = [replace(export, outcome=outcome) for export in exports]
        await self._settle(ended)
        for export in ended:
            await self._store.export.save(export)
            await self.enter(actor, told, incidents[export.ref], EntryKind.EXPORT_ENDED, export)
        await self.tell(ended, words.ended(ended), told, ok=False)
        return ended

    async def tell(self, exports: Sequence[Export], said: Message, told: Told, *, ok: bool) -> None:
        """Tell who asked what came of it, where it was asked."""
        refs, first = [str(export.ref) for export in exports], exports[0]
        payload: dict[str, Any] = {
            "to": first.asked_by, "blocks": [to_json(said)], "command": COMMAND, "ok": ok, "ref": refs[0],
            "shows": refs, "cut": refs,
        }  # fmt: skip
        await self._store.outbox.add(
            first.room_id, "reply", first.event, payload, told.now, index=1 + 2 * first.place, holds=refs
        )

    async def _settle(self, exports: Sequence[Export]) -> None:
        first = exports[0]
        await self._store.question.settle(COMMAND, {"export": first.together, "tail": first.ref.tail})
        await self._store.due.drop(DUE, first.together)

    async def enter(
        self, actor: Actor | None, told: Told, incident: Incident, kind: EntryKind, export: Export,
        more: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Enter into timeline and log what became of a request."""
        values = {
            "agency": export.agency, "purpose": export.use.purpose, "form": export.form, "asked_by": export.asked_by,
            "agreed_by": export.agreed_by, **(more or {}),
        }  # fmt: skip
        await self._incident.put(actor, told, incident, Change(kind, values, shown=False))

    async def expire(self, woken: Woken) -> None:
        """Record that nobody has answered in time, and tell who asked."""
        exports = [one for one in await self._store.export.list_together(woken.due.ref) if not one.outcome]
        incidents = await self._store.incident.list_of([one.ref for one in exports])
        exports = [one for one in exports if one.ref in incidents]
        if exports:
            told = Told(exports[0].room_id, woken.cause, woken.now, woken.now, woken.now)
            await self.end(None, told, incidents, exports, "expired")


def _order(wanted: tuple[Incident, Export]) -> tuple[str, str]:
    """By originator, then as the store lists what was asked for together: whatever is first there is first here."""
    return _owner(wanted), str(wanted[0].ref)


def _owner(wanted: tuple[Incident, Export]) -> str:
    return wanted[0].agency or ""
