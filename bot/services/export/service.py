"""Exports: asked for by who reads a record, agreed to by a lead of its originator within a day. Never by one alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _, _c, to_json
from bot.model.due import Woken
from bot.model.export import AGREE, BUILD, COMMAND, DUE, LASTS, MARKED, REFUSE, Export, Form, Use
from bot.model.incident import EntryKind, Incident
from bot.model.names import one_line
from bot.model.person import Actor, UserId
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.export.collecting import Collecting
from bot.services.granting import TYPED
from bot.services.incident import CLOSED_TO, Change, IncidentService
from bot.services.notice import NoticeService
from bot.services.question import Asking, QuestionService
from bot.services.release import NOT_RED, SETTLED, ReleaseService
from bot.store import Store

CHOICES = ((AGREE, _c("choice", "Yes, export it")), (REFUSE, _c("choice", "No, refuse it")))


class ExportService:
    """Asks, answers and ends; what writes joins the open transaction."""

    def __init__(
        self, store: Store, incident: IncidentService, release: ReleaseService, notice: NoticeService,
        question: QuestionService, collecting: Collecting,
    ) -> None:  # fmt: skip
        self._store = store
        self._incident = incident
        self._release = release
        self._notice = notice
        self._question = question
        self._collecting = collecting

    async def ask(
        self, actor: Actor, told: Told, ref: Reference, agency: str, use: Use, form: Form
    ) -> tuple[Export, list[UserId]]:
        """Ask the leads of the originator that a record is given to *agency*; return the request and who was asked.

        Raise UserError where the agency may not have it, or nobody could answer.
        """
        found = await self._incident.find(told.room_id, ref)
        if not found.full:
            raise UserError(ErrorCode.HANDLING, CLOSED_TO)
        incident = await self._incident.whole(found)
        marking = await self._incident.marking(incident)
        code = self._release.agency(agency)
        export = Export(
            told.event_id, ref, code, use, form, actor.user_id, told.room_id, told.now, under=marking.digest
        )
        if marking.whole.red:
            raise UserError(ErrorCode.HANDLING, NOT_RED)
        if await self._collecting.allowed(export, incident, agreed=True) is None:
            raise UserError(
                ErrorCode.HANDLING,
                _("{agency} may not have {ref}, or not everyone here may. Ask for its release first: {command}.",
                  agency=Verbatim(code), ref=Code(str(ref)), command=TYPED),
            )  # fmt: skip
        before = [one for one in await self._store.export.list_of(ref) if one.agency == code and one.waits(told.now)]
        before = [one for one in before if self._release.served(one.asked_by)]
        if any((one.use, one.form, one.under) == (use, form, export.under) for one in before):
            raise UserError(ErrorCode.CONFLICT, _("That is asked already, and waits for its answer."))
        judges = await self._release.judges(incident, actor.user_id, told.room_id)
        if not judges:
            raise UserError(ErrorCode.UNAVAILABLE, self._release.unreached(incident))
        await self._store.export.save(export)
        await self.enter(actor, told, incident, EntryKind.EXPORT_ASKED, export)
        await self._store.due.plan(DUE, export.id, told.now + LASTS, {})
        await self._put(export, judges, actor, told)
        return export, list(judges)

    async def _put(self, export: Export, judges: Mapping[UserId, str], actor: Actor, told: Told) -> None:
        """Say in each room what is asked, and ask below that."""
        ref, to = Code(str(export.ref)), Verbatim(export.agency)
        name = Verbatim(one_line(f"{actor.name} ({actor.agency})" if actor.agency else actor.name))
        said = _("{name} asks that {ref} is given to {to} as a file, for cooperation.", name=name, ref=ref, to=to)
        if export.use is Use.COURT:
            said = _(
                "{name} asks that {ref} is given to {to} as a file, for a court. Whoever agrees gives the originator's"
                " permission for that.", name=name, ref=ref, to=to,
            )  # fmt: skip
        asking = Asking(
            COMMAND, CHOICES, {"export": export.id, "tail": export.ref.tail},
            _("Export {ref} to {to}?", ref=ref, to=to), str(export.ref), shows=(str(export.ref),),
        )  # fmt: skip
        after: dict[str, str] = {}
        for index, (user, room_id) in enumerate(judges.items()):
            if room_id not in after:
                cause = f"{export.id} {room_id}"
                after[room_id] = await self._notice.give(room_id, COMMAND, cause, [said], told.now, shows=export.ref)
            await self._question.ask(room_id, user, asking, export.id, after[room_id], told.now, index)

    async def answer(self, actor: Actor, told: Told, id: str, choice: str) -> Export:
        """Record what a lead of the originator answers; raise UserError if it is not theirs to answer, or too late."""
        export = await self._store.export.find(id)
        if export is None or not export.waits(told.now):
            raise UserError(ErrorCode.CONFLICT, SETTLED)
        incident = await self._incident.whole(await self._incident.find(told.room_id, export.ref))
        self._release.may_answer(actor, incident, export.asked_by)
        if (await self._incident.marking(incident)).digest != export.under:
            return await self.end(actor, told, incident, replace(export, outcome=MARKED))
        if choice != AGREE:
            return await self.end(actor, told, incident, replace(export, outcome="refused"))
        export = replace(export, agreed_by=actor.user_id, outcome="agreed")
        await self._settle(export)
        await self._store.export.save(export)
        await self.enter(actor, told, incident, EntryKind.EXPORT_AGREED, export)
        await self._store.due.plan(BUILD, export.id, told.now, {})
        return export

    async def end(self, actor: Actor | None, told: Told, incident: Incident, export: Export) -> Export:
        """Record that nothing is given, and tell who asked; return the request."""
        await self._settle(export)
        await self._store.export.save(export)
        await self.enter(actor, told, incident, EntryKind.EXPORT_ENDED, export)
        await self.tell(export, self.ended(export), told, ok=False)
        return export

    def ended(self, export: Export) -> Message:
        """Return what is said of a request of which nothing came."""
        values = {"ref": Code(str(export.ref)), "to": Verbatim(export.agency)}
        if export.outcome == MARKED:
            return _("{ref} was marked after that was asked, so it is not exported to {to}.", **values)
        return _("{ref} is not exported to {to}.", **values)

    async def tell(self, export: Export, said: Message, told: Told, *, ok: bool) -> None:
        """Tell who asked what came of it, where it was asked."""
        ref = str(export.ref)
        payload: dict[str, Any] = {
            "to": export.asked_by, "blocks": [to_json(said)], "command": COMMAND, "ok": ok, "ref": ref,
            "shows": [ref], "cut": [ref],
        }  # fmt: skip
        await self._store.outbox.add(export.room_id, "reply", export.id, payload, told.now, index=1, holds=[ref])

    async def _settle(self, export: Export) -> None:
        await self._store.question.settle(COMMAND, {"export": export.id, "tail": export.ref.tail})
        await self._store.due.drop(DUE, export.id)

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
        export = await self._store.export.find(woken.due.ref)
        incident = await self._store.incident.find(export.ref) if export else None
        if export is None or incident is None or export.outcome:
            return
        told = Told(export.room_id, woken.cause, woken.now, woken.now, woken.now)
        await self.end(None, told, incident, replace(export, outcome="expired"))
