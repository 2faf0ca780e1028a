"""What was agreed to is put together, held against what may be given at that moment, posted and recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from importlib.resources import files

from bot.config import Current
from bot.i18n import Catalogues, Code, Verbatim, _
from bot.model.checkpoint import LogKey
from bot.model.due import Woken
from bot.model.export import BUILD, MARKED, Case, Export, Form, ranges
from bot.model.export.pack import pack
from bot.model.export.record import encoded, record
from bot.model.export.tables import points, table
from bot.model.file import File
from bot.model.handling import Purpose
from bot.model.incident import EntryKind, Incident, named
from bot.model.person import UserId
from bot.model.told import Told
from bot.services.audit import LogBroken
from bot.services.export.cap import alert
from bot.services.export.collecting import Allowed, Collecting
from bot.services.export.pages import Pages
from bot.services.export.service import ExportService
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


@dataclass(frozen=True, slots=True)
class Built:
    """What is to be given, and what it was made of."""

    case: Case
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
        export = await self._store.export.find(woken.due.ref)
        if export is None or export.outcome != "agreed":
            return None
        case = await self._collecting.collect(export, woken.now)
        if case is None:
            return None
        key = await self._store.audit.key()
        if key is None:
            raise LogBroken("the signing key of the audit log is gone")
        return Built(case, await asyncio.to_thread(self.file, case, export.form, key))

    def file(self, case: Case, form: Form, key: LogKey) -> File:
        """Return the export as a file of that form."""
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
                return pages.status_summary()
            case Form.ICS214:
                return pages.activity_log()
            case _:
                return encoded(record(case))

    async def post(self, woken: Woken) -> None:
        """Post what was put together, if it may still be given just so; else put it together anew, or give nothing."""
        export = await self._store.export.find(woken.due.ref)
        incident = await self._store.incident.find(export.ref) if export else None
        if export is None or incident is None or export.outcome != "agreed":
            return
        told = Told(export.room_id, woken.cause, woken.now, woken.now, woken.now)
        if (await self._incident.marking(incident)).digest != export.under:
            await self._service.end(None, told, incident, replace(export, outcome=MARKED))
            return
        allowed = await self._collecting.allowed(export, incident, agreed=True)
        two = (export.asked_by, export.agreed_by)
        if allowed is None or not all(user and self._config.now.serves(user) for user in two):
            await self._service.end(None, told, incident, replace(export, outcome="withheld"))
            return
        built: Built | None = woken.prepared
        last = await self._store.incident.last_number(export.ref)
        if built is None or built.case.last != last or not _same(allowed, built.case):
            await self._store.due.plan(BUILD, export.id, woken.now + AGAIN, {})
            return
        await self._give(export, incident, built, told)

    async def _give(self, export: Export, incident: Incident, built: Built, told: Told) -> None:
        """Post the file, and record what it held and who got it."""
        case, file, ref = built.case, built.file, str(export.ref)
        audience = self._incident.audience(export.room_id)
        digest = sha256(file.data).hexdigest()
        export = replace(
            export, outcome="exported", digest=digest, last=case.last, sent_at=told.now,
            people=tuple(UserId(one.user_id) for one in audience.members),
        )  # fmt: skip
        await self._store.export.save(export)
        await self._incident.showing(None, export.room_id, [ref], export.use.purpose, told.event_id, told.now)
        listed = {
            "sha256": digest, "entries": ranges(case.numbers), "withheld": ranges(case.withheld),
            "translations": sum(map(len, case.translations.values())),
            "originals": sum(one.whole for one in case.originals),
        }  # fmt: skip
        await self._service.enter(None, told, incident, EntryKind.EXPORTED, export, listed)
        shown = await self._incident.built(export.room_id, [ref])
        withheld = {**shown["withheld"], ref: sorted({*shown["withheld"].get(ref, ()), *case.withheld})}
        payload = {
            "to": export.asked_by, "ref": ref, "name": file.name, "media_type": file.media_type,
            "size": len(file.data), **shown, "withheld": withheld, "for": Purpose.READING,
        }  # fmt: skip
        said = _("{ref} is exported to {to}: the file has the SHA-256 {digest}.",
                 ref=Code(ref), to=Verbatim(export.agency), digest=Code(digest))  # fmt: skip
        await self._service.tell(export, said, told, ok=True)
        row = await self._store.outbox.add(export.room_id, "file", export.id, payload, told.now, index=2, holds=[ref])
        await self._store.file.add(row, file)


def _same(allowed: Allowed, case: Case) -> bool:
    """Return whether what was put together may still be given."""
    shown = [one.entry for one in case.lines if not one.withheld]
    names = {ref for entry in shown for ref in named(entry)}
    open_still = allowed.hidden.keys().isdisjoint(entry.number for entry in shown) and names <= {*allowed.others}
    before, now = case.incident, allowed.cleared.content
    return open_still and (before.title, before.place) == (now.title, now.place)
