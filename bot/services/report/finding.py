"""Which report is meant, and who may read it: that of an incident whoever may read the incident."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, _
from bot.model.handling import Purpose, strictest
from bot.model.incident import EntryKind, Incident, marked
from bot.model.person import Actor, LanguageCode
from bot.model.reference import Reference
from bot.model.report import Draft, Report, Template, digest, name_of
from bot.model.told import Told
from bot.model.translation import Translation
from bot.services.incident import IncidentService, Wordings
from bot.services.reference import gone, referred
from bot.services.report.reading import Given
from bot.store import Store

GONE = _("I know no such incident or report here.")


@dataclass(frozen=True, slots=True)
class Meant:
    """Which report is given: its reference, its incident, and its last revision, if there is one."""

    ref: Reference
    incident: Reference | None
    before: Report | None


class Findings:
    """Finds reports, and their texts in a reader's language."""

    def __init__(self, config: Current, store: Store, incident: IncidentService, wordings: Wordings) -> None:
        self._config = config
        self._store = store
        self._incident = incident
        self._wordings = wordings

    async def meant(self, room_id: str, template: Template, typed: str | None, replied: str | None) -> Meant:
        """Return which report is given, by a reference of it or its incident, or by what is replied to."""
        ref = await self._referred(room_id, typed, replied)
        if ref is None:
            return Meant(await self._incident.draw(), None, None)
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
            return Meant(report.ref, report.incident, report)
        try:
            incident = await self._incident.read(room_id, ref)
        except UserError as error:
            raise gone(error, GONE) from error
        before = await self._latest(room_id, incident, template)
        return Meant(before.ref if before else await self._incident.draw(), incident.ref, before)

    async def _referred(self, room_id: str, typed: str | None, replied: str | None) -> Reference | None:
        if typed is not None:
            return referred(typed, self._config.now.taskforce.code, GONE)
        if replied is None:
            return None
        about = await self._store.incident.find_about(room_id, replied)
        if about and await self._store.report.find(about):
            return about
        return await self._store.incident.find_posted(room_id, replied)

    async def _visible(self, room_id: str, ref: Reference, revision: int | None = None) -> Report | None:
        """Return the report if the room may read it: that of an incident, as the incident is; None otherwise."""
        report = await self._store.report.find(ref, revision)
        # What is not there takes the same steps, and as long, as what is hidden.
        if await self._alone(room_id, ref, report):
            return report
        try:
            incident = await self._incident.read(room_id, report.incident if report and report.incident else ref)
        except UserError:
            return None
        if report and report.ref in await self._withheld(room_id, incident):
            return None
        return report

    async def _latest(self, room_id: str, incident: Incident, template: Template) -> Report | None:
        """Return the last revision of the incident's report by that template that the room may read, or None."""
        return await self._store.report.find_of(incident.ref, template, await self._withheld(room_id, incident))

    async def followed(self, draft: Draft) -> tuple[Reference, Report | None]:
        """Return the revision that a draft follows, and its reference: a new one if what it followed is withheld now.

        Somebody else may have given a revision meanwhile.
        """
        incident = await self._store.incident.find(draft.incident) if draft.incident else None
        before = await self._store.report.find(draft.ref)
        if incident is None:
            if before is None or await self._alone(draft.room_id, draft.ref, before):
                return draft.ref, before
            return await self._incident.draw(), None
        if latest := await self._latest(draft.room_id, incident, draft.template):
            return latest.ref, latest
        return await self._incident.draw() if before else draft.ref, None

    async def readable(self, report: Report) -> bool:
        """Return whether the room of a report that belongs to no incident may read it."""
        return await self._alone(report.room_id, report.ref, report)

    async def lets(self, room_id: str, ref: Reference) -> bool:
        """Return whether who is in the room may read all that a report says, given that they may read its incident.

        One that belongs to none they may read here if they might where it was given.
        """
        report = await self._store.report.find(ref)
        incident = await self._store.incident.find(report.incident) if report and report.incident else None
        if incident is not None:
            return ref not in await self._withheld(room_id, incident)
        return report is not None and await self._reads(room_id, report.room_id, ref, report)

    async def _alone(self, room_id: str, ref: Reference, report: Report | None) -> bool:
        """Return whether the room may read a report that belongs to no incident: it is for its own room alone."""
        reads = await self._reads(room_id, room_id, ref, report)
        return reads and report is not None and report.incident is None and report.room_id == room_id

    async def _reads(self, room_id: str, home: str, ref: Reference, report: Report | None) -> bool:
        # A revision repeats what those before it say: what one of them is marked, all are.
        marks = (await self._store.report.marks(ref)).values()
        handling = strictest([report.handling if report else None, *(handling for handling, _decided in marks)])
        return await self._incident.reads(room_id, home, report.agency if report else None, handling)

    async def _withheld(self, room_id: str, incident: Incident) -> set[Reference]:
        """Return the reports of an incident of which the room may not read a revision: the next ones repeat it."""
        hidden = (await self._incident.withheld(room_id, [incident], Purpose.READING)).get(incident.ref)
        if not hidden:
            return set()
        given = await self._store.incident.list_kind(incident.ref, EntryKind.REPORT)
        return {Reference(entry.values["report"]) for entry in given if entry.number in hidden}

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
            incident = await self._incident.read(room_id, ref)
        except UserError as error:
            raise gone(error, GONE) from error
        hidden = await self._withheld(room_id, incident)
        found = [one for one in await self._store.report.list_of(incident.ref) if one.ref not in hidden]
        if not found:
            raise UserError(ErrorCode.NOT_FOUND, _("{ref} has no report yet.", ref=Code(str(ref))))
        return found

    async def posted(self, room_id: str, event_id: str) -> Report | None:
        """Return the report, as it stands now, that our post *event_id* shows; None if it shows none."""
        ref = await self._store.incident.find_about(room_id, event_id)
        return await self._visible(room_id, ref) if ref else None

    async def marked(self, report: Report, said: Message) -> Message:
        """Return *said* of the report as it is said to people: what is not real begins with that."""
        incident = await self._store.incident.find(report.incident) if report.incident else None
        return marked(incident, said) if incident else said

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
                if value.language and value.meant and value.language.base != actor.language.base
                and digest(code, value.meant) not in known
            }  # fmt: skip
            words = await asyncio.gather(
                *(
                    self._wordings.words_in(
                        text, told.room_id, report.author, report.event_id, told.now, actor.language
                    )
                    for text in missing.values()
                )
            )
            found[report.ref] = Given(made=dict(zip(missing, (one.made for one in words), strict=True)))
        return found

    async def keep(self, made: Mapping[Reference, Given], of: Sequence[Report] | None = None) -> None:
        """Record translations that were made when somebody asked, if *of* is given only of what these reports say."""
        said = {
            (report.ref, digest(code, value.meant))
            for report in of or ()
            for code, value in report.values.items()
            if value.language
        }
        for ref, given in made.items():
            for key, translations in given.made.items():
                if of is None or (ref, key) in said:
                    await self._store.report.word(ref, key, translations)
