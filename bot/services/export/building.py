"""What was agreed to is put together, held against what may be given at that moment, posted and recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from importlib.resources import files
from typing import Any

from bot.config import Current
from bot.i18n import Catalogues
from bot.model.checkpoint import LogKey
from bot.model.due import Woken
from bot.model.export import BUILD, MARKED, Case, Export, Form, ranges
from bot.model.export.bundle import bundle
from bot.model.export.pack import pack
from bot.model.export.record import encoded, record
from bot.model.export.tables import points, table
from bot.model.file import File
from bot.model.handling import Purpose
from bot.model.incident import EntryKind, Incident, named
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.audit import LogBroken
from bot.services.export.cap import alert
from bot.services.export.collecting import MOST_BYTES, SECONDS, Allowed, Collecting
from bot.services.export.forms import Forms
from bot.services.export.pages import Pages
from bot.services.export.service import ExportService
from bot.services.export.words import given
from bot.services.incident import IncidentService
from bot.store import Store

AGAIN = timedelta(seconds=5)
"""When it is put together anew, if something has changed meanwhile."""
MEDIA = {
    Form.PACK: "application/zip", Form.HTML: "text/html", Form.JSON: "application/json", Form.CSV: "text/csv",
    Form.GEOJSON: "application/geo+json", Form.CAP: "application/cap+xml", Form.ICS209: "text/html",
    Form.ICS214: "text/html",
}  # fmt: skip
NAMES = {
    Form.HTML: "incident.html", Form.JSON: "record.json", Form.CSV: "timeline.csv", Form.GEOJSON: "places.geojson",
    Form.CAP: "alert.cap.xml", Form.ICS209: "ics-209.html", Form.ICS214: "ics-214.html",
}  # fmt: skip
"""What each form is called in a pack."""
VERIFIER = "verify.py"


TOGETHER = 60.0
"""Seconds that the homeserver is waited for, for the originals of all that is given in one file."""


@dataclass(frozen=True, slots=True)
class Built:
    """What is to be given, and what it was made of: a case for each request, in their order."""

    cases: tuple[Case, ...]
    file: File


class Building:
    """Prepares outside any transaction; posts in one."""

    def __init__(
        self, config: Current, store: Store, incident: IncidentService, catalogues: Catalogues, collecting: Collecting,
        service: ExportService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._incident = incident
        self._catalogues = catalogues
        self._collecting = collecting
        self._service = service

    async def prepare(self, woken: Woken) -> Built | None:
        """Return what is to be given (slow); None if nothing may be given any more."""
        exports = await self._agreed(woken)
        cases, left, until = list[Case](), MOST_BYTES, asyncio.get_running_loop().time() + TOGETHER
        for export in exports:
            seconds = min(SECONDS, max(0.5, until - asyncio.get_running_loop().time()))
            case = await self._collecting.collect(export, woken.now, left, seconds)
            if case is None:
                return None
            left -= sum(len(one.data or b"") for one in case.originals if one.kind == "file")
            cases.append(case)
        key = await self._store.audit.key()
        if key is None:
            raise LogBroken("the signing key of the audit log is gone")
        if not cases:
            return None
        return Built(tuple(cases), await asyncio.to_thread(self.whole, cases, exports[0].form, key))

    async def _agreed(self, woken: Woken) -> list[Export]:
        """Return what was asked for together and agreed to; nothing else is given."""
        return [one for one in await self._store.export.list_together(woken.due.ref) if one.outcome == "agreed"]

    def whole(self, cases: Sequence[Case], form: Form, key: LogKey) -> File:
        """Return what is given: the one file, or all of them in one."""
        if len(cases) == 1:
            return self.file(cases[0], form, key)
        first = cases[0]
        made = [self.file(case, form, key) for case in cases]
        verifier = files("bot.services.export").joinpath(VERIFIER).read_bytes()
        readme = Pages(first, self._catalogues).readme(cases)
        parts = {**{one.name: one.data for one in made}, "README.txt": readme, VERIFIER: verifier}
        name = f"{first.incident.ref}-{len(cases)}-{first.agency}.zip"
        return File(name, MEDIA[Form.PACK], bundle(cases, key, parts))

    def file(self, case: Case, form: Form, key: LogKey) -> File:
        """Return the export of one incident as a file of that form."""
        name = f"{case.incident.ref}-{case.agency}"
        if form is Form.PACK:
            return File(f"{name}.zip", MEDIA[form], pack(case, key, self._parts(case)))
        return File(f"{name}-{NAMES[form]}", MEDIA[form], self._part(case, form))

    def _parts(self, case: Case) -> Mapping[str, bytes]:
        """Return what people read in a pack, and the program that checks it."""
        read = {name: self._part(case, form) for form, name in NAMES.items() if form is not Form.JSON}
        verifier = files("bot.services.export").joinpath(VERIFIER).read_bytes()
        return {**read, "README.txt": Pages(case, self._catalogues).readme(), VERIFIER: verifier}

    def _part(self, case: Case, form: Form) -> bytes:
        pages = Pages(case, self._catalogues)
        match form:
            case Form.HTML:
                return pages.whole()
            case Form.CSV:
                return table(case)
            case Form.GEOJSON:
                return points(case)
            case Form.CAP:
                return alert(case, self._config.now.taskforce.code, self._catalogues)
            case Form.ICS209:
                return Forms(case, self._catalogues).status_summary()
            case Form.ICS214:
                return Forms(case, self._catalogues).activity_log()
            case _:
                return encoded(record(case))

    async def post(self, woken: Woken) -> None:
        """Post what was put together, if it may still be given just so; else put it together anew, or give nothing."""
        exports = await self._agreed(woken)
        incidents = await self._store.incident.list_of([one.ref for one in exports])
        if not exports or len(incidents) < len(exports):
            return
        told = Told(exports[0].room_id, woken.cause, woken.now, woken.now, woken.now)
        if await self._service.remarked(exports, incidents):
            await self._service.end(None, told, incidents, exports, MARKED)
            return
        built: Built | None = woken.prepared
        cases = {one.incident.ref: one for one in built.cases} if built else {}
        for export in exports:
            allowed = await self._collecting.allowed(export, incidents[export.ref], agreed=True)
            two = (export.asked_by, export.agreed_by)
            if allowed is None or not all(user and self._config.now.serves(user) for user in two):
                await self._service.end(None, told, incidents, exports, "withheld")
                return
            case, last = cases.get(export.ref), await self._store.incident.last_number(export.ref)
            if case is None or case.last != last or not _same(allowed, case):
                built = None
        if built is None or len(built.cases) != len(exports):
            await self._store.due.plan(BUILD, exports[0].together, woken.now + AGAIN, {})
            return
        await self._give(exports, incidents, built, told)

    async def _give(
        self, exports: Sequence[Export], incidents: Mapping[Reference, Incident], built: Built, told: Told
    ) -> None:  # fmt: skip
        """Post the file, and record what it held and who got it."""
        first, file, refs = exports[0], built.file, [str(one.ref) for one in exports]
        people = tuple(UserId(one.user_id) for one in self._incident.audience(first.room_id).members)
        digest = sha256(file.data).hexdigest()
        await self._incident.showing(None, first.room_id, refs, first.use.purpose, told.event_id, told.now)
        for export, case in zip(exports, built.cases, strict=True):
            kept = replace(
                export, outcome="exported", digest=digest, last=case.last, sent_at=case.made_at, people=people
            )  # fmt: skip
            await self._store.export.save(kept)
            listed = _listed(case, digest)
            await self._service.enter(None, told, incidents[export.ref], EntryKind.EXPORTED, kept, listed)
        shown = await self._incident.built(first.room_id, refs)
        withheld = {
            ref: sorted({*shown["withheld"].get(ref, ()), *case.withheld})
            for ref, case in zip(refs, built.cases, strict=True)
        }
        payload = {
            "to": first.asked_by, "ref": refs[0], "name": file.name, "media_type": file.media_type,
            "size": len(file.data), **shown, "withheld": {**shown["withheld"], **withheld}, "for": Purpose.READING,
        }  # fmt: skip
        await self._service.tell(exports, given(exports, digest), told, ok=True)
        index = 2 + 2 * first.place
        row = await self._store.outbox.add(first.room_id, "file", first.event, payload, told.now, index, holds=refs)
        await self._store.file.add(row, file)


def _listed(case: Case, digest: str) -> dict[str, Any]:
    """Return what the log says of a record that was given, beside to whom."""
    return {
        "sha256": digest, "entries": ranges(case.numbers), "withheld": ranges(case.withheld),
        "translations": sum(map(len, case.translations.values())),
        "originals": sum(one.whole for one in case.originals),
    }  # fmt: skip


def _same(allowed: Allowed, case: Case) -> bool:
    """Return whether what was put together may still be given."""
    shown = [one.entry for one in case.lines if not one.withheld]
    names = {ref for entry in shown for ref in named(entry)}
    open_still = allowed.hidden.keys().isdisjoint(entry.number for entry in shown) and names <= {*allowed.others}
    before, now = case.incident, allowed.cleared.content
    return open_still and (before.title, before.place) == (now.title, now.place)
