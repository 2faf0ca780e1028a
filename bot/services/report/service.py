"""Reports by template: given at once or field by field, revised, found, and told in each reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _
from bot.model.due import Woken
from bot.model.handling import Purpose, label_of, strictest
from bot.model.handling.sentences import TOO_WIDE
from bot.model.incident import EntryKind
from bot.model.person import Actor
from bot.model.recall import Line
from bot.model.reference import Reference
from bot.model.report import (
    HANDLING,
    Draft,
    Field,
    Kind,
    Report,
    Template,
    Unchanged,
    Value,
    crossed,
    field_of,
    following,
    handling_of,
    labels,
    lacking,
    name_of,
    needed,
    same_as,
    short,
)
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.incident import Change, IncidentService
from bot.services.notice import NoticeService
from bot.services.person import PersonService
from bot.services.received import Received
from bot.services.report.answers import marks
from bot.services.report.finding import Findings, Meant
from bot.services.report.reading import LEAVE, Given, Readings
from bot.services.report.withdrawing import Withdrawals
from bot.services.room import RoomService
from bot.store import Store

DUE = "report"
PATIENCE = timedelta(minutes=30)
"""How long an answer is waited for before what was given is left as a draft."""
KEPT = timedelta(days=1)
"""How long a draft is taken up again."""
MOST_TEXT = 3_000
"""Characters of all texts of a report."""
LONG = 1_000
"""Characters of all texts from which on each language of the room has a post of its own."""

OVER = _("I do not ask that any more. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Asks:
    """The field that is asked next; it may be left out, or `again` left as it was."""

    draft: Draft
    field: Field
    optional: bool
    again: bool
    taken_up: bool = False


class ReportService:
    """Takes, keeps and finds reports; what writes joins the open transaction."""

    def __init__(
        self,
        store: Store,
        incident: IncidentService,
        audit: AuditService,
        notice: NoticeService,
        person: PersonService,
        room: RoomService,
        readings: Readings,
        findings: Findings,
        received: Received,
    ) -> None:
        self._store = store
        self._meant, self._followed = findings.meant, findings.followed
        self.read, self.heard = readings.read, readings.heard
        self.find, self.list_meant, self.posted = findings.find, findings.list_meant, findings.posted
        self.marked = findings.marked
        self.before, self.texts_in = findings.before, findings.texts_in
        self.complete, self.keep = findings.complete, findings.keep
        self.withdraw = Withdrawals(store, incident, audit, person).withdraw
        self._incident = incident
        self._audit = audit
        self._notice = notice
        self._received = received
        self._person = person
        self._room = room

    async def begin(
        self, actor: Actor, told: Told, template: Template, typed: str | None, replied: str | None, given: Given
    ) -> Report | Asks:
        """Record the report if nothing is missing of it; return it, or what is asked next. Raises UserError."""
        meant = await self._meant(told.room_id, template, typed, replied)
        if given.faults:
            raise UserError(ErrorCode.BAD_ARGUMENT, *given.faults)
        await self._fits(told.room_id, actor, meant.incident, given)
        kept = await self._kept(actor, told, template, meant)
        await self._leave_others(actor, kept)
        draft = Draft(
            kept.id if kept else 0,
            kept.ref if kept else meant.ref,
            template,
            meant.incident,
            told.room_id,
            actor.user_id,
            told.now,
            _with(kept.values if kept else {}, given.values),
            kept.passed if kept else (),
            whole=kept.whole if kept else not given.values.keys() - {HANDLING},
        )
        if kept is None:
            draft = replace(draft, id=await self._store.report.begin(draft))
        await self.keep({draft.ref: given})
        draft, before = await self._current(draft)
        following = await self._on(actor, told, draft, before)
        return replace(following, taken_up=kept is not None) if isinstance(following, Asks) else following

    async def answer(
        self, actor: Actor, told: Told, data: Mapping[str, Any], choice: str | None, given: Given | None
    ) -> Report | Asks | Unchanged:
        """Record the answer to the question for a field: a *choice*, LEAVE, or what was *given*; as `begin` does.

        Where every field was left as it was, that ends it.
        """
        draft = await self._store.report.find_draft(data["draft"])
        if draft is None or not draft.asking or draft.author != actor.user_id or draft.room_id != told.room_id:
            raise UserError(ErrorCode.CONFLICT, OVER)
        if draft.incident:
            await self._incident.read(told.room_id, draft.incident)
        draft, before = await self._current(draft)
        asked = field_of(draft.template, data["field"])
        if choice and choice != LEAVE:
            draft = replace(draft, values={**draft.values, asked.code: Value(choice, choice, event=told.said)})
        elif given and given.faults:
            raise UserError(ErrorCode.BAD_ARGUMENT, *given.faults)
        elif given and given.values:
            await self._fits(told.room_id, actor, draft.incident, given)
            draft = replace(draft, values={**draft.values, **given.values})
            await self.keep({draft.ref: given})
        else:
            if not self._optional(draft, asked, before):
                name = short(draft.template, asked)
                raise UserError(ErrorCode.BAD_ARGUMENT, _("{field} cannot be left out.", field=name))
            draft = replace(draft, passed=(*draft.passed, asked.code))
            if before and not draft.values and self._next(draft, before) is None:
                await self._end(draft)
                return Unchanged(before)
        return await self._on(actor, told, draft, before)

    async def _fits(self, room_id: str, actor: Actor, incident: Reference | None, given: Given) -> None:
        """Raise UserError if no record may hold what is labelled so, or not everyone in the room may read it."""
        handling = handling_of(given.values)
        self._incident.holds(handling)
        if incident is None and not await self._incident.reads(room_id, room_id, actor.agency, handling):
            raise UserError(ErrorCode.HANDLING, TOO_WIDE)

    async def _current(self, draft: Draft) -> tuple[Draft, Report | None]:
        """Return the draft, and the revision that it follows."""
        ref, before = await self._followed(draft)
        if ref != draft.ref:
            await self._store.report.move(draft, ref)
            draft = replace(draft, ref=ref)
        return draft, before

    async def _on(self, actor: Actor, told: Told, draft: Draft, before: Report | None) -> Report | Asks:
        """Record what is given so far; return what is asked next, or the report if that is nothing."""
        values = _merged(before, draft.values)
        if fault := _unfit(draft.template, values):
            raise UserError(ErrorCode.BAD_ARGUMENT, fault)
        missing = self._next(draft, before)
        if missing is None:
            report = await self._make(actor, told, draft, before, values)
            await self._end(draft)
            return report
        draft = replace(draft, touched_at=told.now, asking=True)
        await self._store.report.save_draft(draft)
        await self._store.due.plan(DUE, str(draft.id), told.now + PATIENCE, {})
        again = before is not None and missing.code in before.values
        return Asks(draft, missing, self._optional(draft, missing, before), again)

    async def _end(self, draft: Draft) -> None:
        """Ask nothing more of it."""
        await self._store.report.drop_draft(draft.id)
        await self._store.due.drop(DUE, str(draft.id))

    def _next(self, draft: Draft, before: Report | None) -> Field | None:
        said = _said(_merged(before, draft.values))
        if draft.whole and (found := following(draft.template, said, {*draft.values, *draft.passed})):
            return found
        return next(iter(lacking(draft.template, said)), None)

    def _optional(self, draft: Draft, asked: Field, before: Report | None) -> bool:
        values = _merged(before, draft.values)
        return asked.code in values or not needed(asked, _said(values))

    async def _make(
        self, actor: Actor, told: Told, draft: Draft, before: Report | None, values: Mapping[str, Value]
    ) -> Report:
        report = Report(
            draft.ref,
            before.revision + 1 if before else 1,
            draft.template,
            draft.incident,
            told.room_id,
            actor.user_id,
            actor.agency,
            told.now,
            told.said,
            {code: replace(value, marked={}) for code, value in values.items()},
        )
        if before and not report.changed(before) and not before.values.keys() - values.keys():
            raise UserError(ErrorCode.CONFLICT, same_as(before))
        ref = str(report.ref)
        logged = await self._audit.append(f"report.{report.template}", actor, ref, report.content, told.now)
        await self._store.report.add(report, logged)
        known = {value.event for value in before.values.values()} if before else set()
        await self._store.report.add_sources(report, {value.event for value in values.values()} - known - {""})
        if before and report.incident is None:
            line = Line(report.ref, report.revision, report.room_id, before.made_at)
            await self._received.line_changed(line, actor, told.now)
        if report.incident:
            values_told = {"report": ref, "template": report.template, "revision": report.revision}
            change = Change(EntryKind.REPORT, values_told, shown=False, handling=report.handling)
            number = await self._incident.enter(actor, told, report.incident, change)
            await marks(self._incident, actor, told, (report.incident, number), values)
        await self._post(actor, report, told)
        return report

    async def _post(self, actor: Actor, report: Report, told: Told) -> None:
        """Let the room read it: in one post, or where it is long in one for each of its languages."""
        payload: dict[str, Any] = {"ref": str(report.ref), "revision": report.revision}
        if report.incident:
            card = await self._store.card.find(report.incident, told.room_id)
            payload["after"] = card.post if card else None
            payload |= {"shows": [str(report.incident)], "for": Purpose.CARD}
        holds = [str(report.incident)] if report.incident else []
        await self._incident.showing(actor, told.room_id, holds, Purpose.CARD, told.said, told.now)
        languages = await self._person.room_languages(told.room_id)
        parts = [[language] for language in languages] if _length(report.values) > LONG else [[*languages]]
        for index, part in enumerate(parts):
            shown = {**payload, "languages": part}
            await self._store.outbox.add(told.room_id, "report", told.said, shown, told.now, index, holds)

    async def _kept(self, actor: Actor, told: Told, template: Template, meant: Meant) -> Draft | None:
        """Return what the person has begun of that report in the room, and not given."""
        for draft in await self._store.report.list_drafts(actor.user_id):
            same = (draft.template, draft.room_id, draft.incident) == (template, told.room_id, meant.incident)
            if not same or told.now - draft.touched_at >= KEPT:
                continue
            base = await self._store.report.find(draft.ref)
            if meant.incident or (base.ref if base else None) == (meant.before.ref if meant.before else None):
                return draft
        return None

    async def _leave_others(self, actor: Actor, kept: Draft | None) -> None:
        """Ask nothing any more of what else the person was about to report: one answer, one question."""
        for draft in await self._store.report.list_drafts(actor.user_id):
            if draft.asking and (kept is None or draft.id != kept.id):
                await self._store.report.save_draft(replace(draft, asking=False))
                await self._store.due.drop(DUE, str(draft.id))

    async def abandon(self, woken: Woken) -> None:
        """Stop to ask: nobody has answered. What was given stays as a draft."""
        draft = await self._store.report.find_draft(int(woken.due.ref))
        if draft is None or not draft.asking:
            return
        await self._store.report.save_draft(replace(draft, asking=False))
        await self._store.question.supersede_free(draft.author)
        said = _(
            "{name}, I have stopped asking for {report} {ref}. What you gave is kept for a day: give the same command"
            " again to go on.",
            name=Verbatim(self._room.name_of(draft.room_id, draft.author)),
            report=name_of(draft.template),
            ref=Code(str(draft.ref)),
        )
        await self._notice.give(draft.room_id, "report", woken.cause, [said], woken.now, shows=draft.incident)

    def choices(self, asks: Asks) -> tuple[tuple[str, Message], ...]:
        """Return the choices of the field that is asked, which have a digit each."""
        if asks.field.kind is not Kind.CHOICE:
            return ()
        return tuple(labels(asks.field).items())


def _merged(before: Report | None, values: Mapping[str, Value]) -> dict[str, Value]:
    return _with(before.values if before else {}, values)


def _with(values: Mapping[str, Value], more: Mapping[str, Value]) -> dict[str, Value]:
    """Return *values* with *more* in their places; of labels of the whole, the strictest."""
    label = strictest(label_of(one[HANDLING].meant) for one in (values, more) if HANDLING in one)
    return {**values, **more, **({HANDLING: Value(str(label), str(label))} if label else {})}


def _said(values: Mapping[str, Value]) -> dict[str, str]:
    return {code: str(value.meant) for code, value in values.items()}


def _length(values: Mapping[str, Value]) -> int:
    return sum(len(value.meant) for value in values.values() if value.language)


def _unfit(template: Template, values: Mapping[str, Value]) -> Message | None:
    """Return why a report cannot be so: what does not fit together, or too much text."""
    if (length := _length(values)) > MOST_TEXT:
        return _(
            "All texts of a report have {most} characters at most, these have {length}.", most=MOST_TEXT, length=length
        )
    return crossed(template, values)
