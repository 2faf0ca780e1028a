"""Reports by template: given at once or field by field, revised, found, and told in each reader's language."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Catalogues, Code, Message, Verbatim, _
from bot.model.due import Woken
from bot.model.incident import EntryKind, Words
from bot.model.names import one_line
from bot.model.person import Actor, LanguageCode
from bot.model.reference import Reference
from bot.model.report import (
    TEMPLATES,
    Draft,
    Field,
    Kind,
    Reading,
    Report,
    Template,
    Value,
    crossed,
    digest,
    field_of,
    following,
    keys_of,
    labels,
    lacking,
    name_of,
    needed,
    parse,
    short,
)
from bot.model.told import Told
from bot.model.translation import Translation
from bot.services.audit import AuditService
from bot.services.incident import Change, IncidentService
from bot.services.notice import NoticeService
from bot.services.person import PersonService
from bot.services.place import PlaceService
from bot.services.reference import referred
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
LEAVE = "-"
DASHES = frozenset("-–—−‐‑‒―")

GONE = _("I know no such incident or report here.")
OVER = _("I do not ask that any more. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says in fields, read but not recorded: values, translations by digest, and what is wrong."""

    values: Mapping[str, Value] = field(default_factory=dict)
    made: Mapping[str, Sequence[Translation]] = field(default_factory=dict)
    faults: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Asks:
    """The field that is asked next; it may be left out, or `again` left as it was."""

    draft: Draft
    field: Field
    optional: bool
    again: bool
    taken_up: bool = False


@dataclass(frozen=True, slots=True)
class _Meant:
    """Which report is given: its reference, its incident, and its last revision, if there is one."""

    ref: Reference
    incident: Reference | None
    before: Report | None


class ReportService:
    """Takes, keeps and finds reports; what writes joins the open transaction."""

    def __init__(
        self,
        config: Current,
        store: Store,
        catalogues: Catalogues,
        incident: IncidentService,
        audit: AuditService,
        notice: NoticeService,
        person: PersonService,
        place: PlaceService,
        room: RoomService,
    ) -> None:
        self._config = config
        self._store = store
        self._catalogues = catalogues
        self._incident = incident
        self._audit = audit
        self._notice = notice
        self._person = person
        self._place = place
        self._room = room

    # What is said, before it is recorded

    async def read(self, actor: Actor, told: Told, template: Template, text: str | None) -> Given:
        """Return what a text says of the fields of *template* (slow, outside any transaction)."""
        if not text or not text.strip():
            return Given()
        called = [
            (one.code, name)
            for one in TEMPLATES[template]
            for name in self._named(actor, short(template, replace(one, letter="")))
        ]
        said, before, twice = parse(text, keys_of(template, called))
        faults = [_("{field} is given twice.", field=short(template, field_of(template, code))) for code in twice]
        if before:
            names = tuple(short(template, one) for one in TEMPLATES[template])
            faults.append(
                _(
                    "I do not know where “{text}” belongs. Begin each field with its name and a colon: {names}.",
                    text=Verbatim(one_line(before)[:60]),
                    names=names,
                )
            )
        found = await self._values(actor, told, template, said)
        return replace(found, faults=(*faults, *found.faults))

    async def heard(self, actor: Actor, told: Told, data: Mapping[str, Any], said: str) -> Given:
        """Return what an answer in words says of the field that was asked (slow, outside any transaction)."""
        draft = await self._store.report.find_draft(data["draft"])
        if draft is None or said.strip() in DASHES:
            return Given()
        return await self._values(actor, told, draft.template, {data["field"]: said})

    async def _values(self, actor: Actor, told: Told, template: Template, said: Mapping[str, str]) -> Given:
        reading = Reading(
            actor.language,
            actor.zone,
            told.now,
            told.sent_at,
            self._place.gazetteer,
            lambda message: self._named(actor, message),
        )
        read = {code: reading.value(template, field_of(template, code), text) for code, text in said.items()}
        values = {code: value for code, value in read.items() if isinstance(value, Value)}
        texts = [code for code in values if field_of(template, code).kind is Kind.TEXT]
        worded = await asyncio.gather(*(self._words(actor, told, values[code].meant) for code in texts))
        for code, words in zip(texts, worded, strict=True):
            values[code] = replace(values[code], language=words.language)
        made = {digest(code, words.text): words.made for code, words in zip(texts, worded, strict=True)}
        return Given(values, made, tuple(fault for fault in read.values() if isinstance(fault, Message)))

    async def _words(self, actor: Actor, told: Told, text: str) -> Words:
        return await self._incident.words(text, told.room_id, actor.user_id, told.event_id, told.now)

    def _named(self, actor: Actor, message: Message) -> tuple[str, ...]:
        return tuple(self._catalogues.text(message, language) for language in (actor.menus, "en"))

    # Giving one

    async def begin(
        self, actor: Actor, told: Told, template: Template, typed: str | None, replied: str | None, given: Given
    ) -> Report | Asks:
        """Record the report if nothing is missing of it; return it, or what is asked next. Raises UserError."""
        meant = await self._meant(told.room_id, template, typed, replied)
        if given.faults:
            raise UserError(ErrorCode.BAD_ARGUMENT, *given.faults)
        kept = await self._kept(actor, told, template, meant)
        await self._leave_others(actor, kept)
        draft = Draft(
            kept.id if kept else 0,
            kept.ref if kept and meant.before is None else meant.ref,
            template,
            meant.incident,
            told.room_id,
            actor.user_id,
            told.now,
            {**(kept.values if kept else {}), **given.values},
            kept.passed if kept else (),
            whole=kept.whole if kept else not given.values,
        )
        if kept is None:
            draft = replace(draft, id=await self._store.report.begin(draft))
        await self._keep(draft.ref, given)
        following = await self._on(actor, told, draft, meant.before)
        return replace(following, taken_up=kept is not None) if isinstance(following, Asks) else following

    async def answer(
        self, actor: Actor, told: Told, data: Mapping[str, Any], choice: str | None, given: Given | None
    ) -> Report | Asks:
        """Record the answer to the question for a field: a *choice*, LEAVE, or what was *given*; as `begin` does."""
        draft = await self._store.report.find_draft(data["draft"])
        if draft is None or not draft.asking or draft.author != actor.user_id or draft.room_id != told.room_id:
            raise UserError(ErrorCode.CONFLICT, OVER)
        if draft.incident:
            await self._incident.find(told.room_id, draft.incident)
        asked, before = field_of(draft.template, data["field"]), await self._store.report.find(draft.ref)
        if choice and choice != LEAVE:
            draft = replace(draft, values={**draft.values, asked.code: Value(choice, choice)})
        elif given and given.faults:
            raise UserError(ErrorCode.BAD_ARGUMENT, *given.faults)
        elif given and given.values:
            draft = replace(draft, values={**draft.values, **given.values})
            await self._keep(draft.ref, given)
        else:
            if not self._optional(draft, asked, before):
                name = short(draft.template, asked)
                raise UserError(ErrorCode.BAD_ARGUMENT, _("{field} cannot be left out.", field=name))
            draft = replace(draft, passed=(*draft.passed, asked.code))
        return await self._on(actor, told, draft, before)

    async def _on(self, actor: Actor, told: Told, draft: Draft, before: Report | None) -> Report | Asks:
        """Record what is given so far; return what is asked next, or the report if that is nothing."""
        values = _merged(before, draft.values)
        if fault := _unfit(draft.template, values):
            raise UserError(ErrorCode.BAD_ARGUMENT, fault)
        missing = self._next(draft, before)
        if missing is None:
            report = await self._make(actor, told, draft, before, values)
            await self._store.report.drop_draft(draft.id)
            await self._store.due.drop(DUE, str(draft.id))
            return report
        draft = replace(draft, touched_at=told.now, asking=True)
        await self._store.report.save_draft(draft)
        await self._store.due.plan(DUE, str(draft.id), told.now + PATIENCE, {})
        again = before is not None and missing.code in before.values
        return Asks(draft, missing, self._optional(draft, missing, before), again)

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
            told.event_id,
            values,
        )
        if before and not report.changed(before) and not before.values.keys() - values.keys():
            raise UserError(
                ErrorCode.CONFLICT,
                _("That says the same as revision {revision}. Nothing was changed.", revision=before.revision),
            )
        await self._store.report.add(report)
        ref = str(report.ref)
        await self._audit.append(f"report.{report.template}", actor, ref, report.content, told.now)
        if report.incident:
            values_told = {"report": ref, "template": report.template, "revision": report.revision}
            change = Change(EntryKind.REPORT, values_told, shown=False)
            await self._incident.enter(actor, told, report.incident, change)
        await self._post(report, told)
        return report

    async def _post(self, report: Report, told: Told) -> None:
        """Let the room read it: in one post, or where it is long in one for each of its languages."""
        payload: dict[str, Any] = {"ref": str(report.ref), "revision": report.revision}
        if report.incident:
            payload["after"] = await self._store.incident.post_of(report.incident, told.room_id)
        languages = await self._person.room_languages(told.room_id)
        parts = [[language] for language in languages] if _length(report.values) > LONG else [[*languages]]
        for index, part in enumerate(parts):
            shown = {**payload, "languages": part}
            post = await self._store.outbox.add(told.room_id, "report", told.event_id, shown, told.now, index)
            await self._store.about.add(post, report.ref)

    async def _keep(self, ref: Reference, given: Given) -> None:
        for key, made in given.made.items():
            await self._store.report.word(ref, key, made)

    async def _kept(self, actor: Actor, told: Told, template: Template, meant: _Meant) -> Draft | None:
        """Return what the person has begun of that report in the room, and not given."""
        for draft in await self._store.report.list_drafts(actor.user_id):
            same = (draft.template, draft.room_id, draft.incident) == (template, told.room_id, meant.incident)
            if same and told.now - draft.touched_at < KEPT and (meant.before is None or draft.ref == meant.before.ref):
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
        await self._notice.give(draft.room_id, "report", woken.cause, [said], woken.now)

    # Finding one

    async def _meant(self, room_id: str, template: Template, typed: str | None, replied: str | None) -> _Meant:
        """Return which report is given, by a reference of it or its incident, or by what is replied to."""
        ref = await self._referred(room_id, typed, replied)
        if ref is None:
            return _Meant(await self._incident.draw(), None, None)
        if report := await self._visible(room_id, ref):
            if report.template is not template:
                raise UserError(
                    ErrorCode.BAD_ARGUMENT,
                    _(
                        "{ref} is a report of another kind: {report}.",
                        ref=Code(str(ref)),
                        report=name_of(report.template),
                    ),
                )
            return _Meant(report.ref, report.incident, report)
        try:
            incident = await self._incident.find(room_id, ref)
        except UserError as error:
            raise UserError(error.code, GONE) from error
        before = await self._store.report.find_of(incident.ref, template)
        return _Meant(before.ref if before else await self._incident.draw(), incident.ref, before)

    async def _referred(self, room_id: str, typed: str | None, replied: str | None) -> Reference | None:
        if typed is not None:
            return referred(typed, self._config.now.taskforce.code, GONE)
        if replied is None:
            return None
        about = await self._store.about.find(room_id, replied)
        if about and await self._store.report.find(about):
            return about
        return await self._store.incident.find_posted(room_id, replied)

    async def _visible(self, room_id: str, ref: Reference, revision: int | None = None) -> Report | None:
        """Return the report if the room may read it: that of an incident, as the incident is; None otherwise."""
        report = await self._store.report.find(ref, revision)
        if report is None or (report.incident is None and report.room_id != room_id):
            return None
        if report.incident:
            try:
                await self._incident.find(room_id, report.incident)
            except UserError:
                return None
        return report

    async def find(self, room_id: str, ref: Reference, revision: int | None = None) -> Report:
        """Return a revision of the report, by default the last; raise UserError if the room may not read it."""
        if report := await self._visible(room_id, ref, revision):
            return report
        raise UserError(ErrorCode.NOT_FOUND, GONE)

    async def list_meant(
        self, room_id: str, typed: str | None, replied: str | None, revision: int | None
    ) -> list[Report]:
        """Return the report that is meant, or all of the incident that is; raise UserError if there is none."""
        ref = await self._referred(room_id, typed, replied)
        if ref is None:
            raise UserError(
                ErrorCode.BAD_ARGUMENT, _("Say which report you mean: reply to it, or write its reference.")
            )
        if await self._visible(room_id, ref):
            return [await self.find(room_id, ref, revision)]
        try:
            incident = await self._incident.find(room_id, ref)
        except UserError as error:
            raise UserError(error.code, GONE) from error
        found = await self._store.report.list_of(incident.ref)
        if not found:
            raise UserError(ErrorCode.NOT_FOUND, _("{ref} has no report yet.", ref=Code(str(ref))))
        return found

    async def posted(self, room_id: str, event_id: str) -> Report | None:
        """Return the report, as it stands now, that our post *event_id* shows; None if it shows none."""
        ref = await self._store.about.find(room_id, event_id)
        return await self._visible(room_id, ref) if ref else None

    async def before(self, report: Report) -> Report | None:
        """Return the revision before, or None."""
        return await self._store.report.find(report.ref, report.revision - 1) if report.revision > 1 else None

    async def texts_in(self, ref: Reference, language: str) -> Mapping[str, Translation]:
        """Return the texts of the report in *language*, by their digests, as far as they are translated."""
        return await self._store.report.worded(ref, LanguageCode(language).base)

    async def complete(self, reports: Sequence[Report], actor: Actor, told: Told) -> Mapping[Reference, Given]:
        """Return what is missing of the texts of *reports* in the person's language (slow)."""
        found: dict[Reference, Given] = {}
        for report in reports:
            known = await self.texts_in(report.ref, actor.language)
            missing = {
                digest(code, value.meant): value.meant
                for code, value in report.values.items()
                if value.language and value.language.base != actor.language.base
                and digest(code, value.meant) not in known
            }  # fmt: skip
            words = await asyncio.gather(
                *(
                    self._incident.words_in(
                        text, told.room_id, report.author, report.event_id, told.now, actor.language
                    )
                    for text in missing.values()
                )
            )
            found[report.ref] = Given(made=dict(zip(missing, (one.made for one in words), strict=True)))
        return found

    async def keep(self, made: Mapping[Reference, Given]) -> None:
        """Record translations that were made when somebody asked."""
        for ref, given in made.items():
            await self._keep(ref, given)

    def choices(self, asks: Asks) -> tuple[tuple[str, Message], ...]:
        """Return the choices of the field that is asked, which have a digit each."""
        if asks.field.kind is not Kind.CHOICE:
            return ()
        return tuple(labels(asks.field).items())


def _merged(before: Report | None, values: Mapping[str, Value]) -> dict[str, Value]:
    return {**(before.values if before else {}), **values}


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
