"""Puts together what an agency may have of an incident for a purpose, with the proofs that the log holds it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model.audit import Content
from bot.model.audit import Entry as Logged
from bot.model.export import Case, Consistent, Custody, Export, Form, Line, Original, Unpinned
from bot.model.handling import Cleared, Hidden, Purpose
from bot.model.incident import Entry, EntryKind, Incident, PartMark, covered, data_of, named
from bot.model.inclusion import Inclusion, proved
from bot.model.merkle import Address, consistency, covering, inclusion, joined
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.term import Term
from bot.model.translation import Corrected, Translation
from bot.services.audit import AuditService
from bot.services.export.reporting import Reporting
from bot.services.incident import IncidentService
from bot.services.original import OriginalService
from bot.services.person import PersonService
from bot.services.room import RoomService
from bot.services.term import TermService
from bot.store import Store

AROUND = timedelta(hours=2)
"""How far either side of a pinned message those that were not pinned are counted."""
SECONDS = 20.0
"""How long the homeserver is waited for, for all originals together: of the others the digest alone is given."""
AT_ONCE = 8
MOST_BYTES = 40_000_000
"""How much of files is given with a pack."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be given: the incident, which entries are withheld, and which other incidents may be named."""

    cleared: Cleared[Incident]
    hidden: Mapping[int, PartMark]
    others: Collection[str]


class Collecting:
    """Only reads, but for the checkpoint that it has cut."""

    def __init__(
        self, store: Store, audit: AuditService, incident: IncidentService, original: OriginalService,
        person: PersonService, room: RoomService, term: TermService,
    ) -> None:  # fmt: skip
        self._store = store
        self._audit = audit
        self._incident = incident
        self._original = original
        self._person = person
        self._room = room
        self._term = term
        self._reporting = Reporting(store)

    async def allowed(self, export: Export, incident: Incident, *, agreed: bool) -> Allowed | None:
        """Return what of an incident may be given now; None if nothing may.

        That a lead of its originator has *agreed* to it for this purpose is its originator's word.
        """
        purpose = export.use.purpose
        permits = frozenset({purpose}) if agreed else frozenset[Purpose]()
        cleared, hidden = await self._incident.for_agency(export.room_id, incident, export.agency, purpose, permits)
        if isinstance(cleared, Hidden) or not cleared.full:
            return None
        named_too = {ref for one in await self._store.incident.entries(incident.ref) for ref in named(one)}
        others = await self._store.incident.list_of([Reference(ref) for ref in sorted(named_too)])
        # That another may be named takes no word of its originator's: it may be given as it is, or it is left out.
        seen = [
            str(ref)
            for ref, other in others.items()
            if isinstance((await self._incident.for_agency(export.room_id, other, export.agency, purpose))[0], Cleared)
        ]
        return Allowed(cleared, hidden, frozenset(seen))

    async def collect(
        self, export: Export, now: datetime, most: int = MOST_BYTES, seconds: float = SECONDS
    ) -> Case | None:  # fmt: skip
        """Return what is given (slow, outside any transaction); None if nothing may be given.

        With *most* bytes of files; for other originals the homeserver is waited for so many *seconds*.
        """
        await self._audit.cut(now)
        incident, cut = await self._store.incident.find(export.ref), await self._audit.last()
        allowed = await self.allowed(export, incident, agreed=True) if incident else None
        if incident is None or cut is None or allowed is None:
            return None
        lines = await self._lines(incident, allowed, cut.size)
        shown = {one.entry.number: one.entry for one in lines if not one.withheld}
        custody = [one for one in await self._store.export.custody(export.ref) if one.index < cut.size]
        custody = [one for one in custody if _only(one, export.ref, allowed.hidden)]
        made = {number: found for number, found in (await self._made(export.ref)).items() if number in shown}
        reports = await self._reporting.reports(export.ref, lines, cut.size)
        beside = [*custody, *await self._reporting.logged(reports)]
        actor, alerts = await self._person.actor(export.asked_by, export.room_id), await self._alerts(export)
        unpinned, hidden = await self._unpinned(export, incident, lines)
        texts = [(shown[number].text, one) for number, found in made.items() for one in found]
        people = {one.author for one in shown.values()} | {
            UserId(by) for one in shown.values() for by in _named_in(one)
        }
        people |= {user for user in (incident.declared_by, incident.lead, export.asked_by) if user}
        people |= {incident.validation.by} if incident.validation else set()
        people |= {one.user_id for one in incident.roles}
        return Case(
            allowed.cleared, export.agency, export.use, self._room.known_as(export.asked_by, export.room_id),
            _apart(now, alerts), actor.menus, actor.zone, lines, made,
            await self._corrections(shown.values()), await self._originals(incident, shown.values(), most, seconds),
            [_held(one) for one in custody], unpinned, hidden, await self._terms(texts),
            {user: self._room.known_as(user, export.room_id) for user in people},
            await self._log(cut.size, await self._noted(cut.size, cut.note), lines, beside),
            await self._consistent(cut.size), reports,
            self._room.known_as(export.agreed_by, export.room_id) if export.agreed_by else "",
            alerts,
        )  # fmt: skip

    async def _alerts(self, export: Export) -> list[datetime]:
        """Return when the agency was given alerts of the record before: by themselves, or in packs."""
        forms = Form.CAP, Form.PACK
        given = await self._store.export.list_of(export.ref)
        return sorted(
            {one.sent_at for one in given if one.sent_at and one.agency == export.agency and one.form in forms}
        )

    async def _lines(self, incident: Incident, allowed: Allowed, size: int) -> tuple[Line, ...]:
        """Return the timeline as it may be read; what names incidents that may not be named is withheld or left out."""
        logged, lines = await self._store.export.logged(incident.ref), []
        for entry in await self._store.incident.entries(incident.ref):
            at = logged.get(entry.number)
            if at is None or at >= size:
                continue
            others = {*named(entry)} - {*allowed.others}
            if entry.number < 0 and others:
                continue
            if mark := allowed.hidden.get(entry.number):
                lines.append(Line(covered(entry, mark), None))
            elif others:
                lines.append(Line(_covered(entry), None))
            else:
                lines.append(Line(entry, at))
        return tuple(lines)

    async def _made(self, ref: Reference) -> dict[int, list[Translation]]:
        return await self._store.wording.list_all(ref)

    async def _corrections(self, entries: Iterable[Entry]) -> list[tuple[int, Translation]]:
        """Return the corrections of pinned messages: as they are kept, else as the pin keeps them."""
        pins = [one for one in entries if one.kind is EntryKind.PIN]
        events = {_revision(one): one.number for one in pins}
        found = [
            (events[event], made)
            for event, made in await self._store.translation.list_corrected(events)
        ]  # fmt: skip
        known = {(number, made.target) for number, made in found}
        for pin in pins:
            for target, kept in pin.values.get("translations", {}).items():
                if "corrected_by" in kept and (pin.number, target) not in known:
                    by = Corrected(kept["corrected_by"])
                    route = tuple(kept["route"])
                    source = route[0] if route else str(pin.language or "")
                    made = Translation(kept["text"], source, target, route, kept["engine"], corrected=by)
                    found.append((pin.number, made))
        return sorted(found, key=lambda one: (one[0], one[1].target))

    async def _originals(
        self, incident: Incident, entries: Iterable[Entry], most: int, seconds: float
    ) -> list[Original]:  # fmt: skip
        """Return the messages and files that are pinned, with their bytes where these can be had in time."""
        wanted = [one for entry in entries for one in _pinned(entry)]
        gate, found = asyncio.Semaphore(AT_ONCE), dict[str, bytes]()

        async def fetch(event_id: str) -> None:
            async with gate:
                if said := await self._original.find(incident.room_id, event_id):
                    found[said.sent.event_id] = data_of(said.sent.content)
                    if said.edit:
                        found[said.edit.event_id] = data_of(said.edit.content)

        events = dict.fromkeys(one.event_id for one in wanted if one.kind == "message")
        try:
            async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
                for event_id in events:
                    group.create_task(fetch(event_id))
        except TimeoutError:
            pass  # of those that did not come the digest is given
        left, originals = most, []
        for one in wanted:
            data = found.get(one.event_id)
            if one.kind == "file":
                copy = await self._store.copy.find(incident.ref, one.number)
                data = copy.data if copy and len(copy.data) <= left else None
                left -= len(data or b"")
            originals.append(replace(one, data=data))
        return originals

    async def _unpinned(
        self, export: Export, incident: Incident, lines: Sequence[Line]
    ) -> tuple[list[Unpinned], int]:  # fmt: skip
        """Return the messages near those that were pinned which were not, and how many more may not be told of."""
        pinned = [one.entry for one in lines if one.entry.kind is EntryKind.PIN]
        times = sorted(datetime.fromisoformat(one.values["sent"]) for one in pinned) or [incident.declared_at]
        known = {one.values["event"] for one in pinned} | {one.entry.event_id for one in lines}
        found: dict[str, Unpinned] = {}
        hidden = set()
        since = times[0] - AROUND
        for at in times:
            for one, handling in await self._store.export.around(
                incident.room_id, max(since, at - AROUND), at + AROUND
            ):
                if one.event_id in known or one.event_id in found or one.event_id in hidden:
                    continue
                reveals = await self._incident.reveals(
                    export.room_id, incident.room_id, one.sender, handling, export.agency, export.use.purpose
                )
                if reveals:
                    found[one.event_id] = one
                else:
                    hidden.add(one.event_id)
            since = at + AROUND
        return sorted(found.values(), key=lambda one: (one.said_at, one.event_id)), len(hidden)

    async def _terms(self, texts: Sequence[tuple[str, Translation]]) -> list[Term]:
        """Return the terms of these texts, where those in force are those that the translations were made with."""
        glossary = await self._term.glossary()
        if not glossary.terms:
            return []

        def find() -> list[Term]:
            found: dict[tuple[str, ...], Term] = {}
            for text, made in texts:
                if made.provenance.glossary == glossary.hash(made.source, made.target):
                    terms = [*glossary.find(text, made.source, made.target), *glossary.kept(text, made.source)]
                    found |= {one.term.key: one.term for one in terms}
            return sorted(found.values(), key=lambda one: one.content)

        return await asyncio.to_thread(find)

    # Proofs

    async def _noted(self, size: int, note: str) -> str:
        return note + "".join((await self._store.witness.lines(size)).values())

    async def _log(self, size: int, note: str, lines: Sequence[Line], beside: Sequence[Logged]) -> Inclusion:
        said = {one.logged: one.entry for one in lines if one.logged is not None}
        found = [_bare(one, said.get(one.index)) for one in await self._store.export.proved(sorted(said))]
        entries = sorted([*found, *beside], key=lambda one: one.index)
        spans = [covering(span) for one in entries for span in inclusion(one.index, size)]
        hashes = await self._hashes({at for span in spans for at in span})
        return await asyncio.to_thread(proved, size, note, entries, hashes.__getitem__)

    async def _consistent(self, size: int) -> list[Consistent]:
        found = []
        for old in await self._store.export.checkpoints(size):
            if old:
                spans = [covering(span) for span in consistency(old, size)]
                found.append(Consistent(old, tuple([joined(await self._store.audit.hashes(span)) for span in spans])))
        return found

    async def _hashes(self, wanted: set[Address]) -> dict[Address, bytes]:
        addresses = sorted(wanted, key=lambda at: (at.level, at.place))
        return dict(zip(addresses, await self._store.audit.hashes(addresses), strict=True))


def _covered(entry: Entry) -> Entry:
    """Return what remains of an entry that names what may not be named."""
    return replace(
        entry, kind=EntryKind.WITHHELD, happened_at=None, text="", language=None, values={"label": ""}, corrects=None
    )


def _pinned(entry: Entry) -> list[Original]:
    """Return what an entry pins by a digest."""
    values, found = entry.values, []
    if entry.kind in (EntryKind.PIN, EntryKind.EDITED):
        kind = "message" if entry.kind is EntryKind.PIN else "edit"
        found.append(Original(entry.number, kind, values["event"], values["sha256"]))
        if edit := values.get("edit"):
            found.append(Original(entry.number, "edit", edit["event"], edit["sha256"]))
        if file := values.get("file"):
            found.append(Original(entry.number, "file", values["event"], file["sha256"]))
    return found


def _apart(now: datetime, alerts: Sequence[datetime]) -> datetime:
    """Return *now*, or the first second from it on in which the agency was given no alert: that names it."""
    taken = {int(one.timestamp()) for one in alerts}
    while int(now.timestamp()) in taken:
        now += timedelta(seconds=1)
    return now


def _revision(pin: Entry) -> str:
    """Return the event whose text was pinned."""
    edit = pin.values.get("edit")
    return str(edit["event"] if edit else pin.values["event"])


def _named_in(entry: Entry) -> list[str]:
    """Return the people whom the values of an entry name."""
    return [entry.values[name] for name in ("by", "lead", "from", "person", "owner") if name in entry.values and
            str(entry.values[name]).startswith("@")]  # fmt: skip


def _bare(logged: Logged, entry: Entry | None) -> Logged:
    """Return an entry of the log; what its record has lost meanwhile, it may hold under a hold: without that."""
    content = logged.content
    kept = entry is not None and content is not None and json.loads(content.data).get("text") == entry.text
    return logged if kept else replace(logged, content=None)


def _said(content: Content | None) -> dict[str, object]:
    return dict(json.loads(content.data)) if content else {}


def _only(logged: Logged, ref: Reference, hidden: Collection[int]) -> bool:
    """Return whether an entry tells of this record alone, and of nothing that is withheld."""
    said = _said(logged.content)
    files = said.get("files", [said] if "number" in said else [])
    assert isinstance(files, list)
    return all(one.get("ref", str(ref)) == str(ref) and one["number"] not in hidden for one in files)


def _held(logged: Logged) -> Custody:
    envelope, said = json.loads(logged.envelope), _said(logged.content)
    agencies = said.get("agencies") or ([envelope["agency"]] if envelope["agency"] else [])
    assert isinstance(agencies, list)
    return Custody(logged.index, envelope["kind"], envelope["time"], tuple(agencies))
