"""`export mine`: what the bot keeps about somebody, as a file in their direct room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.config import Current
from bot.i18n import Verbatim, _
from bot.model.due import Woken
from bot.model.file import File
from bot.model.handling import Purpose
from bot.model.incident import Incident
from bot.model.mine import DUE, packed
from bot.model.person import Actor, UserId
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.direct import DirectService
from bot.services.incident import IncidentService
from bot.services.notice import NoticeService
from bot.services.report.finding import Findings
from bot.services.room import RoomService
from bot.store import Store

AGAIN = timedelta(minutes=1)
"""After how long it is looked again whether somebody has come into the room that was opened for them."""
TITLE, PLACE = ("title", "language", "happened_at", "moment"), ("place", "latitude", "longitude", "band")
"""The columns of an incident that say what its title does, with the time that was read from it, and where it is."""
NAMES = ("ref", "report", "handover", "sitting")
"""The columns with the reference of a record."""
LASTS = timedelta(hours=24)
"""For how long; what an agency that leaves is handed back waits for ever, since nothing of it is purged before."""


class MineService:
    """Plans files for people, and sends each once they have a room for it; joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, incident: IncidentService, room: RoomService,
        direct: DirectService, findings: Findings, notice: NoticeService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._incident = incident
        self._room = room
        self._direct = direct
        self._findings = findings
        self._notice = notice

    async def ask(self, actor: Actor, told: Told) -> None:
        """Let *actor* have the file as soon as they have a direct room."""
        await self.plan(actor.user_id, {}, told)

    async def plan(self, person: UserId, payload: Mapping[str, str], told: Told) -> None:
        """Let a person have a file; the *payload* may name the agency of which it is."""
        until = told.now + LASTS
        ref = " ".join([person, *payload.values()])
        await self._store.due.plan(DUE, ref, told.now, {"until": until.isoformat(), **payload})

    async def waits(self, person: UserId, agency: str) -> bool:
        """Return whether the file of the agency that a person is to have is still to be made."""
        return await self._store.due.find(DUE, f"{person} {agency}") is not None

    async def send(self, woken: Woken) -> None:
        """Send one person their file; if they have no room for it yet, open one and look again for a day."""
        person, payload = UserId(woken.due.ref.partition(" ")[0]), woken.due.payload
        agency, late = payload.get("agency"), woken.now.isoformat() > payload["until"]
        served = self._config.now.serves(person)
        if not agency and (late or not served):
            return
        room_id = await self._direct.reach(person, woken.now) if served else None
        if room_id is None or person not in self._room.members(room_id):
            if room_id == person and not await self._store.outbox.next(person):
                await self._store.outbox.add(person, "open", woken.cause, {}, woken.now)
            await self._store.due.plan(DUE, woken.due.ref, woken.now + AGAIN, payload)
            return
        rows = await (self._store.mine.of_agency(agency) if agency else self._store.mine.of_person(person))
        shown, withheld, refs = await self._readable(room_id, rows)
        file = packed("agency" if agency else "mine", agency or person, woken.now, shown, withheld)
        # A purge takes the file back, whichever of these records goes.
        named = sorted({str(row[name]) for each in shown.values() for row in each for name in NAMES if row.get(name)})
        await self._post(person, room_id, file, refs, named, woken)

    async def _readable(
        self, room_id: str, rows: Mapping[str, Sequence[Mapping[str, Any]]]
    ) -> tuple[dict[str, list[Mapping[str, Any]]], int, list[str]]:
        """Return those *rows* that the person may read, how many not, and the incidents that the others are about."""
        named = {
            str(ref) for each in rows.values() for row in each for ref in (row.get("ref"), row.get("incident")) if ref
        }
        incidents = await self._store.incident.list_of([Reference(ref) for ref in named])
        seen = [one for one in await self._incident.seen(room_id, [*incidents]) if one.full]
        full = {str(one.content.ref): one.content for one in seen}
        hidden = await self._incident.withheld(room_id, [one.content for one in seen], Purpose.READING)
        reports = {one for one in map(_report, rows.get("reports", ())) if not await self._findings.lets(room_id, one)}
        shown: dict[str, list[Mapping[str, Any]]] = {}
        withheld = 0
        for name, each in rows.items():
            for row in each:
                about = [ref for ref in (row.get("ref"), row.get("incident")) if ref and Reference(ref) in incidents]
                part = any(row.get("number") in hidden.get(Reference(ref), {}) for ref in about)
                if part or not full.keys() >= {*about} or (name == "reports" and _report(row) in reports):
                    withheld += 1
                    continue
                left = _without(row, full[row["ref"]]) if "title" in row else row
                withheld += left != row
                shown.setdefault(name, []).append(left)
        return shown, withheld, sorted(full)

    async def _post(
        self, person: UserId, room_id: str, file: File, refs: Sequence[str], named: Sequence[str], woken: Woken
    ) -> None:  # fmt: skip
        await self._incident.showing(None, room_id, refs, Purpose.READING, woken.cause, woken.now)
        payload: dict[str, Any] = {
            "to": person, "of": "mine", "name": file.name, "media_type": file.media_type, "size": len(file.data),
            **await self._incident.built(room_id, refs),
            # How it is made anew, if words that it holds are taken back before it is posted.
            "again": [DUE, woken.due.ref, dict(woken.due.payload)],
        }  # fmt: skip
        if "agency" in woken.due.payload:
            payload["agency"] = woken.due.payload["agency"]
            said = _(
                "{agency} leaves the task force. The file below holds what it originated; once you have it, that is"
                " purged here.",
                agency=Verbatim(payload["agency"]),
            )
            await self._notice.give(room_id, "mine", woken.cause, [said], woken.now, reader=person)
        row = await self._store.outbox.add(room_id, "file", woken.cause, payload, woken.now, holds=[*refs, *named])
        await self._store.file.add(row, file)
        agency = woken.due.payload.get("agency")
        await self._audit.append("person.exported", None, None, {"person": person, "agency": agency}, woken.now)


def _report(row: Mapping[str, Any]) -> Reference:
    """Return the report of which a row is a revision: `ref` is its incident's where it says `report`."""
    return Reference(row.get("report", row["ref"]))


def _without(row: Mapping[str, Any], incident: Incident) -> Mapping[str, Any]:
    """Return the row of an incident with no more of its title and its place than its reader may know."""
    gone = {*(TITLE if incident.withheld else ()), *(() if incident.place else PLACE)}
    return {name: None if name in gone else value for name, value in row.items()}
