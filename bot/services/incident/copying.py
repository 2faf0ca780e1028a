"""Copies of pinned files: made when somebody asks, held against the pin's digest, given to whoever may read it."""

from __future__ import annotations

import asyncio
from hashlib import sha256

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, _
from bot.model.file import Enclosed, File, enclosed
from bot.model.handling import Purpose
from bot.model.incident import Entry, EntryKind, Incident
from bot.model.person import Actor
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.file import MOST_BYTES, Media, Unfetched
from bot.services.incident.contests import Change
from bot.services.incident.pinning import RED
from bot.services.incident.service import IncidentService
from bot.services.original import OriginalService
from bot.store import Store

GIVEN = "copy.given"
"""The kind of the audit entry that says who got a copy."""
PLAIN = "application/octet-stream"


class CopyingService:
    """Keeps copies and hands them out; what writes joins the open transaction."""

    def __init__(
        self, store: Store, incident: IncidentService, original: OriginalService, media: Media, audit: AuditService
    ) -> None:
        self._store = store
        self._incident = incident
        self._original = original
        self._media = media
        self._audit = audit

    async def fetch(self, room_id: str, ref: Reference, number: int) -> File:
        """Return the file of a pin, a copy that is kept or a new one (slow, outside any transaction).

        Raises UserError if there is no such pin, or its file, or the copy, cannot be had as it was pinned.
        """
        incident, entry = await self._pin(room_id, ref, number)
        pinned = entry.values["file"]
        file = await self._store.copy.find(ref, number)
        if file is None:
            data = await self._media.fetch(await self._enclosed(incident, room_id, entry), MOST_BYTES)
            file = File(pinned["name"] or f"{ref}-{number}", PLAIN, data)
        if await asyncio.to_thread(_digest, file.data) != pinned["sha256"]:
            raise Unfetched.broken()
        return file

    async def keep(self, actor: Actor, told: Told, ref: Reference, number: int, file: File) -> None:
        """Keep *file*, which was fetched, as the copy of a pin's if there is none yet, and record who got it.

        Raises UserError if the room may not have it any more.
        """
        incident, entry = await self._pin(told.room_id, ref, number)
        pinned = entry.values["file"]
        if not await self._store.copy.has(ref, number):
            await self._store.copy.add(ref, number, file)
            change = Change(EntryKind.COPIED, {"sha256": pinned["sha256"]}, corrects=number)
            await self._incident.change(actor, told, ref, change)
        content = {"number": number, "sha256": pinned["sha256"]}
        await self._audit.append(GIVEN, actor, str(incident.ref), content, told.now)

    async def _pin(self, room_id: str, ref: Reference, number: int) -> tuple[Incident, Entry]:
        """Return the incident and its pin *number*, which has a file; raise UserError if the room may read none."""
        incident = await self._incident.read(room_id, ref)
        entry = next(iter(await self._store.incident.list_numbered(ref, [number])), None)
        hidden = (await self._incident.withheld(room_id, [incident], Purpose.READING)).get(ref, {})
        pinned = await self._store.pin.stands(ref, number)
        if entry is None or number in hidden or not pinned or "file" not in entry.values:
            raise UserError(
                ErrorCode.NOT_FOUND,
                _("{ref} has no pin {number} with a file.", ref=Code(str(ref)), number=number),
            )
        mark = (await self._store.part.list_of([ref])).get(ref, {}).get(number)
        if mark and mark.unkept:
            raise UserError(ErrorCode.HANDLING, RED)
        return incident, entry

    async def _enclosed(self, incident: Incident, room_id: str, entry: Entry) -> Enclosed:
        """Return the file that the pinned message encloses, with its key: that is fetched again, and not kept."""
        for room in dict.fromkeys([incident.room_id, room_id]):
            if found := await self._original.find(room, entry.values["event"]):
                for said in (found.now, found.sent):
                    file = enclosed(said.content)
                    if file and file.url == entry.values["file"]["url"]:
                        return file
        raise Unfetched.away()


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
