"""The task force's glossary: proposed by one, approved by another, a new version with each change."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Message, Verbatim, _
from bot.model.file import File
from bot.model.person import Actor, LanguageCode, Role
from bot.model.rights import only_a_lead
from bot.model.term import NO_TERMS, Entry, Glossary, Status, Term, Version, digest
from bot.model.term.sheet import print_sheet
from bot.model.term.tbx import print_tbx
from bot.services.room import Rooms
from bot.services.term.reading import read
from bot.services.term.rules import faults
from bot.store import Store

AT_ONCE = 500
"""Terms that are written at once: between them others have their turn."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to: how many terms are new, changed, and were there already."""

    added: int
    changed: int
    same: int
    version: Version


@dataclass(frozen=True, slots=True)
class Approved:
    """What an approval came to: the new terms, those that they replace, and what is said of those `known` already."""

    entries: tuple[Entry, ...]
    replaced: tuple[Entry, ...]
    known: tuple[Message, ...]
    version: Version


class TermService:
    """Keeps the glossary, and hands it to whoever translates."""

    def __init__(self, config: Current, store: Store, rooms: Rooms) -> None:
        self._config = config
        self._store = store
        self._rooms = rooms
        self._glossary = NO_TERMS
        self._building = asyncio.Lock()

    async def glossary(self) -> Glossary:
        """Return the approved terms as they are on the disk."""
        version = await self._store.term.version()
        if version is None or version.number == self._glossary.version:
            return self._glossary
        async with self._building:
            if version.number != self._glossary.version:
                terms = await self._store.term.list_of(version.number)
                # In a thread: to take thousands of them apart takes a moment, and nothing else may wait for it.
                self._glossary = await asyncio.to_thread(Glossary, version.number, tuple(terms))
            return self._glossary

    async def version(self) -> Version | None:
        """Return the latest version of the glossary; None while no term was ever approved."""
        return await self._store.term.version()

    async def list_now(self) -> list[Entry]:
        """Return all that is approved or proposed, proposals first."""
        return await self._store.term.list_now()

    async def find(self, id: int) -> Entry:
        """Return the term of that number; raise UserError if there is none."""
        entry = await self._store.term.find(id)
        if entry is None:
            raise UserError(ErrorCode.NOT_FOUND, _("There is no term with the number {number}.", number=id))
        return entry

    async def read(self, data: bytes, source: LanguageCode | None, target: LanguageCode | None) -> tuple[Term, ...]:
        """Return the terms of a CSV or TBX file (slow, outside any transaction); raise UserError with every fault."""
        return await asyncio.to_thread(read, data, source, target)

    async def export(self, kind: str, languages: Iterable[LanguageCode | None]) -> File:
        """Return the approved terms as a file, `csv` or `tbx` (slow); of two *languages*, only what is in and to them.

        Raise UserError where there are none.
        """
        source, target = languages
        glossary = await self.glossary()
        terms = [
            term
            for term in sorted(glossary.terms, key=lambda term: term.content)
            if source in (None, term.source_language) and target in (None, term.target_language)
        ]
        if not terms:
            raise UserError(ErrorCode.NOT_FOUND, _("There are no approved terms to export."))
        name = f"{self._config.now.taskforce.code.lower()}-terms-{glossary.version}.{kind}"
        if kind == "tbx":
            title = f"{self._config.now.taskforce.name}: glossary, version {glossary.version}"
            about = f"Approved terms, SHA-256 {digest(glossary.terms)}"
            return File(name, "application/x-tbx+xml", await asyncio.to_thread(print_tbx, terms, title, about))
        return File(name, "text/csv", await asyncio.to_thread(print_sheet, terms))

    async def propose(self, actor: Actor, term: Term, now: datetime) -> Entry:
        """Record *term* as proposed by *actor*, in the open transaction; raise UserError if it may not be one."""
        if found := faults(term):
            raise UserError(ErrorCode.BAD_ARGUMENT, *found)
        for other in await self._store.term.list_alike(term):
            if other.term == term:
                raise UserError(ErrorCode.CONFLICT, _already(other))
        return await self._store.term.add(term, actor.user_id, actor.agency, now)

    async def approve(self, actor: Actor, room_id: str, ids: Sequence[int], now: datetime) -> Approved:
        """Make proposed terms part of the glossary, in the open transaction; what they replace goes.

        Those that are part of it already stay, where there are others. Raise UserError unless *actor* may approve every
        one of the others: a second person, of another agency than the one who proposed it where the room has one; a
        lead of any.
        """
        found = [await self.find(id) for id in dict.fromkeys(ids)]
        entries = [entry for entry in found if entry.status is not Status.APPROVED]
        for entry in entries or found:
            self._may_approve(actor, room_id, entry)
        number = await self._next()
        replaced: list[Entry] = []
        for entry in entries:
            old = [one for one in await self._store.term.list_alike(entry.term) if one.status is Status.APPROVED]
            await self._store.term.retire([one.id for one in old], number)
            await self._store.term.approve(entry.id, actor.user_id, number)
            replaced += old
        known = tuple(_already(entry) for entry in found if entry.status is Status.APPROVED)
        return Approved(tuple(entries), tuple(replaced), known, await self._changed(actor, number, now))

    def _may_approve(self, actor: Actor, room_id: str, entry: Entry) -> None:
        if entry.status is Status.APPROVED:
            raise UserError(ErrorCode.CONFLICT, _already(entry))
        if entry.author == actor.user_id:
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("You proposed term {number} yourself. Somebody else must approve it.", number=entry.id),
            )
        if actor.may(Role.LEAD) or actor.agency != entry.agency:
            return
        if self._others(room_id, entry):
            raise only_a_lead(
                actor,
                _(
                    "Term {number} was proposed by your own agency. Somebody of another agency, or a lead, must approve"
                    " it.",
                    number=entry.id,
                ),
            )

    def _others(self, room_id: str, entry: Entry) -> bool:
        """Return whether somebody of another agency than the one that proposed *entry* is in the room."""
        config = self._config.now
        agencies = {
            agency.code
            for user in self._rooms.members(room_id)
            if user != config.matrix.user_id and config.serves(user) and (agency := config.agency(user))
        }
        return bool(agencies - {entry.agency})

    async def remove(self, actor: Actor, ids: Sequence[int], now: datetime) -> tuple[list[Entry], Version | None]:
        """Take terms out of the glossary, or proposals back, in the open transaction.

        Raise UserError unless *actor* is a lead, or the one who proposed what nobody has approved yet. Return the new
        version; None if only proposals went.
        """
        entries = [await self.find(id) for id in dict.fromkeys(ids)]
        for entry in entries:
            own = entry.author == actor.user_id and entry.status is Status.PROPOSED
            if not own and not actor.may(Role.LEAD):
                raise only_a_lead(
                    actor,
                    _("Only a lead may remove term {number}.", number=entry.id)
                    if entry.status is Status.APPROVED
                    else _("Only a lead, or who proposed it, may remove term {number}.", number=entry.id),
                )
        await self._store.term.forget(e.id for e in entries if e.status is Status.PROPOSED)
        approved = [e.id for e in entries if e.status is Status.APPROVED]
        if not approved:
            return entries, None
        number = await self._next()
        await self._store.term.retire(approved, number)
        return entries, await self._changed(actor, number, now)

    async def take_in(self, actor: Actor, terms: Iterable[Term], now: datetime) -> Imported:
        """Make *terms*, which were checked, part of the glossary, in the open transaction, on the word of a lead.

        What they say otherwise is replaced, and what was proposed in the same words is settled by it.
        """
        entries = await self._store.term.list_now()
        change = await asyncio.to_thread(_change, entries, terms)
        await self._store.term.forget(change.settled)
        version = await self._store.term.version()
        if change.new or version is None:
            number = await self._next()
            await self._store.term.retire(change.replaced, number)
            for at in range(0, len(change.new), AT_ONCE):
                batch = change.new[at : at + AT_ONCE]
                await self._store.term.add_approved(batch, actor.user_id, actor.agency, number, now)
            version = await self._changed(actor, number, now)
        replaced = len(change.replaced)
        return Imported(len(change.new) - replaced, replaced, change.same, version)

    async def _next(self) -> int:
        version = await self._store.term.version()
        return version.number + 1 if version else 1

    async def _changed(self, actor: Actor, number: int, now: datetime) -> Version:
        """Record that the glossary has changed to the version *number*."""
        terms = await self._store.term.list_of(number)
        version = Version(number, await asyncio.to_thread(digest, terms), len(terms), now)
        await self._store.term.add_version(version, actor.user_id)
        return version


@dataclass(frozen=True, slots=True)
class _Change:
    """What an import does: new terms, the numbers of those that they replace and of proposals that they settle."""

    new: tuple[Term, ...]
    replaced: tuple[int, ...]
    settled: tuple[int, ...]
    same: int


def _change(entries: Iterable[Entry], terms: Iterable[Term]) -> _Change:
    wanted = {term.key: term for term in terms}
    alike = [(entry, wanted[key]) for entry in entries if (key := entry.term.key) in wanted]
    approved = [(entry, term) for entry, term in alike if entry.status is Status.APPROVED]
    same = {term for entry, term in approved if entry.term == term}
    return _Change(
        tuple(term for term in wanted.values() if term not in same),
        tuple(entry.id for entry, term in approved if term not in same),
        tuple(entry.id for entry, term in alike if entry.status is Status.PROPOSED and entry.term == term),
        len(same),
    )


def _already(entry: Entry) -> Message:
    source = Verbatim(entry.term.source)
    if entry.status is Status.APPROVED:
        return _("“{source}” is in the glossary already, as term {number}.", source=source, number=entry.id)
    return _("“{source}” is proposed already, as term {number}.", source=source, number=entry.id)
