"""What is posted of incidents: who may see it still, what the log says of it, and what is withdrawn again."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.model.handling import Cleared, Hidden, Mark, Purpose
from bot.model.incident import Entry, EntryKind, Incident
from bot.model.person import Actor
from bot.model.purpose import Stated
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.incident.clearing import Clearing
from bot.services.purpose import PurposeService
from bot.store import Store
from bot.store.card import Card
from bot.store.outbox import OutboxRow

UNASKED = (Purpose.CARD, Purpose.RING, Purpose.MEMORY)
"""What is shown without anybody asking for it."""


class Outputs:
    """Posts and withdraws what rooms see; what writes joins the open transaction."""

    def __init__(self, store: Store, audit: AuditService, clearing: Clearing, purposes: PurposeService) -> None:
        self._store = store
        self._audit = audit
        self._clearing = clearing
        self._purposes = purposes

    async def about(self, refs: Iterable[str]) -> list[str]:
        """Return the incidents that these references are of: their own, that of a task, that of a report."""
        return [str(ref) for ref in (await self._whose(refs))[0]]

    async def _whose(self, refs: Iterable[str]) -> tuple[list[Reference], dict[Reference, Incident]]:
        """Return the incidents that these references are of, and those of them that were read on the way."""
        wanted = [Reference(ref) for ref in dict.fromkeys(refs)]
        known = await self._store.incident.list_of(wanted)
        found = [ref if ref in known else await self._store.incident.find_whose(ref) for ref in wanted]
        return [ref for ref in dict.fromkeys(found) if ref], known

    async def shows(
        self,
        room_id: str,
        refs: Sequence[str],
        purpose: Purpose = Purpose.READING,
        cut: Container[str] = (),
        withheld: Mapping[str, Sequence[int]] | None = None,
    ) -> bool:
        """Return whether the room may still see of each of these records what was put together for it.

        Of those in *cut*, nothing but what is said of a cut one. *withheld* are the entries that were left out; None
        where nothing is said of entries.
        """
        for ref in await self.about(refs):
            known = await self._store.incident.find(Reference(ref))
            cleared = await self._clearing.clear(room_id, known, purpose) if known else None
            if isinstance(cleared, Hidden):
                return False
            if cleared and purpose is Purpose.READING and not cleared.full and ref not in cut:
                return False
            if cleared and withheld is not None:
                hidden = await self._clearing.withheld(room_id, [cleared.content], Purpose.READING)
                if not {*hidden.get(cleared.content.ref, ())} <= {*withheld.get(ref, ())}:
                    return False
        return True

    async def built(self, room_id: str, about: Sequence[str]) -> dict[str, Any]:
        """Return what an answer keeps that is put together now, of these incidents, for `shows`: JSON."""
        if not about:
            return {}
        found = await self._store.incident.list_of([Reference(ref) for ref in about])
        hidden = await self._clearing.withheld(room_id, [*found.values()], Purpose.READING)
        withheld = {str(ref): sorted(marks) for ref, marks in hidden.items()}
        return {"shows": [*about], "cut": await self._cut(room_id, about), "withheld": withheld}

    async def aggregate(self, room_id: str, refs: Iterable[str]) -> Mark:
        """Return how an answer in the room that says something of all these records is handled, and whom it is for."""
        found = await self._store.incident.list_of([Reference(ref) for ref in refs])
        return await self._clearing.aggregate(room_id, [*found.values()])

    async def _cut(self, room_id: str, refs: Sequence[str]) -> list[str]:
        """Return those of *refs* that are cut for the room."""
        found = [(ref, await self._clearing.find(room_id, Reference(ref), Purpose.READING)) for ref in refs]
        return [ref for ref, cleared in found if isinstance(cleared, Cleared) and not cleared.full]

    async def showing(
        self, actor: Actor | None, room_id: str, refs: Sequence[str], purpose: Purpose, cause: str, now: datetime
    ) -> None:
        """Enter into the audit log that those of *refs* that are marked are shown to the room: one entry an output.

        Raises PurposeNeeded if somebody has asked for it who has not stated for what they read what is sensitive of it.
        """
        wanted, found = await self._whose(refs)
        if others := [ref for ref in wanted if ref not in found]:
            found |= await self._store.incident.list_of(others)
        incidents = [found[ref] for ref in wanted if ref in found]
        stated = await self._stated(actor, room_id, incidents, purpose, cause, now)
        records = await self._clearing.records(incidents)
        marked = [str(one.content.ref) for one in records if one.marking.marked or one.content.ref in stated]
        if marked:
            agencies = sorted({one.agency for one in self._clearing.audience(room_id).members if one.agency})
            content: dict[str, Any] = {
                "refs": marked,
                "purpose": purpose,
                "room": room_id,
                "event": cause,
                "agencies": agencies,
            }
            if stated:
                content["stated"] = {str(ref): {"purpose": one.code, "entry": one.entry} for ref, one in stated.items()}
            await self._audit.append("record.shown", actor, marked[0] if len(marked) == 1 else None, content, now)

    async def _stated(
        self, actor: Actor | None, room_id: str, incidents: Sequence[Incident], purpose: Purpose, cause: str,
        now: datetime,
    ) -> Mapping[Reference, Stated]:  # fmt: skip
        """Return for what somebody reads what is sensitive of *incidents*: what stands in rooms nobody asks for."""
        if actor is None or purpose in UNASKED or not self._purposes.asked:
            return {}
        marks = [(one.ref, await self._clearing.aggregate(room_id, [one])) for one in incidents]
        return await self._purposes.of(
            actor, [ref for ref, mark in marks if self._purposes.sensitive(mark)], cause, now
        )

    async def lacking(self, actor: Actor, room_id: str, refs: Sequence[str], cause: str, now: datetime) -> None:
        """Raise PurposeNeeded if somebody has not stated for what they read what is sensitive of these records."""
        if refs and self._purposes.asked:
            found = await self._store.incident.list_of((await self._whose(refs))[0])
            await self._stated(actor, room_id, [*found.values()], Purpose.READING, cause, now)

    async def showing_files(self, actor: Actor, told: Told, ref: Reference, entries: Iterable[Entry]) -> None:
        """Enter into the audit log that *entries* show the room which files are pinned: one entry an output."""
        files = [
            {"ref": str(one.ref), "number": number, "sha256": digest}
            for one in entries
            for number, digest in _file(one)
        ]
        if files:
            content = {"files": files, "room": told.room_id, "event": told.event_id}
            await self._audit.append("file.shown", actor, str(ref), content, told.now)

    async def look_round(self, room_id: str, cause: str, now: datetime) -> None:
        """Withdraw from the room what not everyone who is there now may see; joins the open transaction."""
        for ref in await self._store.incident.list_marked_in(room_id):
            await self.withdraw(ref, room_id, cause, now)
        for ref in await self._store.part.list_in(room_id):
            await self.withhold(ref, room_id, cause, now)
            card = await self._store.card.find(ref, room_id)
            if card:
                payload = {"of": "incident", "ref": str(ref), "post": card.post}
                await self._store.outbox.add(room_id, "card", f"{cause} {ref} part", payload, now, holds=[str(ref)])

    async def withdraw(self, ref: Reference, room_id: str, cause: str, now: datetime) -> bool:
        """Take back from the room what says of the incident what it may not see any more; return whether it was that.

        What waits to be sent is looked at again when it is.
        """
        cleared = await self._clearing.find(room_id, ref, Purpose.CARD)
        if isinstance(cleared, Cleared) and cleared.full:
            return False
        held = [post for post in await self._store.outbox.list_holding(str(ref)) if post.room_id == room_id]
        await self._take_back(ref, room_id, held, cause, now)
        return True

    async def withhold(self, ref: Reference, room_id: str, cause: str, now: datetime) -> None:
        """Take back from the room what may say what it may not read any more of the incident: answers, reports.

        Its cards say it no more once they are edited, and what asks something says nothing of entries.
        """
        incident = await self._store.incident.find(ref)
        hidden = await self._clearing.withheld(room_id, [incident] if incident else [], Purpose.READING)
        if not hidden.get(ref):
            return
        since = min([one.entered_at for one in await self._store.incident.entries(ref) if one.number in hidden[ref]])
        held = [
            post
            for post in await self._store.outbox.list_holding(str(ref))
            if post.room_id == room_id and post.created_at >= since and await self._quotes(post)
        ]
        await self._take_back(ref, room_id, held, cause, now)
        await self._edit_handovers(ref, room_id, cause, now)

    async def retract(self, ref: Reference, said: str, since: datetime, cause: str, now: datetime) -> None:
        """Take back what may quote the incident's entries as they were from *since* on, but answers to *said* itself.

        What can hold nobody's words stays. Its cards are edited, and what asks something says nothing of entries. What
        was given as a file stays given; one that still waits to be posted is not.
        """
        rooms: dict[str, list[OutboxRow]] = {}
        for post in await self._store.outbox.list_holding(str(ref)):
            if post.kind == "file":
                await self._stop(post, now)
            later = post.kind in ("reply", "digest") and post.created_at >= since and post.cause != said
            if later and not post.payload.get("wordless") and await self._quotes(post):
                rooms.setdefault(post.room_id, []).append(post)
        for room_id, held in rooms.items():
            await self._take_back(ref, room_id, held, cause, now)
        for room_id in dict.fromkeys(post.room_id for post in await self._store.outbox.list_holding(str(ref))):
            await self._edit_handovers(ref, room_id, cause, now)

    async def _stop(self, post: OutboxRow, now: datetime) -> None:
        """Let a file that waits to be posted be posted no more; what `again` says how to make is made anew."""
        again = post.payload.get("again")  # of what is posted nothing is kept, neither that nor the file
        if again:
            kind, ref, payload = again
            await self._store.due.plan(kind, ref, now, payload)
        if again or await self._store.export.asked(post.cause):
            await self._store.file.forget(post.id)

    async def _edit_handovers(self, ref: Reference, room_id: str, cause: str, now: datetime) -> None:
        """Let the cards of handovers that hold the incident say what they may say of it now."""
        posts = await self._store.outbox.list_holding(str(ref))
        shown = [post.payload["ref"] for post in posts if (post.room_id, post.kind) == (room_id, "card")]
        for found in dict.fromkeys(map(Reference, shown)):
            card, handover = await self._store.card.find(found, room_id), await self._store.handover.find(found)
            if card and handover:
                payload = {"of": "handover", "ref": str(found), "revision": handover.revision, "post": card.post}
                await self._store.outbox.add(room_id, "card", f"{cause} {found} cut", payload, now, holds=[str(ref)])

    async def _quotes(self, post: OutboxRow) -> bool:
        """Return whether *post* may say again what stands in an entry, and is not edited for that."""
        if post.kind == "card":
            card = await self._store.card.find_post(post.id)
            return card is not None and await self._store.handover.find(card.ref) is not None
        return post.kind in ("reply", "digest", "report", "file") and not await self._store.question.asks(post.id)

    async def _take_back(
        self, ref: Reference, room_id: str, held: Sequence[OutboxRow], cause: str, now: datetime
    ) -> None:
        for post in held:
            await self._renew(post.id, room_id, cause, now)
            if await self._store.card.forget(post.id):
                await self._store.outbox.add(room_id, "pin", f"{cause} {post.id}", {"unpins": [post.id]}, now)
            await self._store.outbox.let_go(str(ref), post.id)
            await self._store.outbox.add(room_id, "redact", f"{cause} {post.id}", {"post": post.id}, now)

    async def _renew(self, post: str, room_id: str, cause: str, now: datetime) -> None:
        """Post a handover's card anew, which is to be taken back: it says less of what it may not show any more."""
        card = await self._store.card.find_post(post)
        handover = await self._store.handover.find(card.ref) if card else None
        if card is None or handover is None:
            return
        payload = {"of": "handover", "ref": str(card.ref), "revision": handover.revision}
        holds = await self._store.outbox.list_held(post)
        new = await self._store.outbox.add(room_id, "card", f"{cause} {post}", payload, now, holds=holds)
        if card.pinned:
            pins = {"pins": [new], "unpins": [post]}
            await self._store.outbox.add(room_id, "pin", f"{cause} {post} new", pins, now)
        await self._store.card.save(Card(card.ref, new, card.readers, card.pinned), room_id)


def _file(entry: Entry) -> list[tuple[int, str]]:
    """Return the number of the pin whose file *entry* tells of, and that file's SHA-256; nothing if of none."""
    if entry.kind is EntryKind.PIN and "file" in entry.values:
        return [(entry.number, entry.values["file"]["sha256"])]
    if entry.kind is EntryKind.COPIED:
        return [(entry.corrects or 0, entry.values["sha256"])]
    return []
