"""Messages that are put on a timeline: proposed by a reaction, confirmed by a digit, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _, _c
from bot.model.file import enclosed
from bot.model.handling import TLP, Cleared
from bot.model.incident import (
    Attached,
    Entry,
    EntryKind,
    Incident,
    Pinned,
    Words,
    digest_of,
    marked,
    moment_before,
    titled,
)
from bot.model.incoming import Incoming
from bot.model.original import Original
from bot.model.person import Actor, LanguageCode, UserId
from bot.model.reference import Reference
from bot.model.told import Told
from bot.model.translation import Flag
from bot.services.file import Media
from bot.services.incident.contests import Change
from bot.services.incident.service import IncidentService
from bot.services.incident.wording import Wordings
from bot.services.original import OriginalService
from bot.services.person import PersonService
from bot.services.relay import Relayed
from bot.services.wish import WishService
from bot.store import Store

PINNED_BY = "incident pin"
"""The command that takes the answers."""
NONE = "none"
MOST_OFFERED = 8
MOST_BYTES = 100_000_000
"""How large a file may be that is read for its digest."""
UNKNOWN = _("I cannot put that on a timeline: it is gone, or it is no message that I have read from somebody here.")
RED = _("That message is marked TLP:RED, and goes into no record.")
CHANGED = _("The message has just been changed. Propose it again.")
NO_INCIDENT = _("No incident is open in this room.")
WHERE = _("On which timeline is the message above to stand?")


Name = Callable[[UserId], str]
"""Returns what a person is called in the room."""


ALREADY = _("That message is on the timeline already.")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is asked before a message is pinned: to which incidents it may belong, a line each."""

    source: str
    heading: Message
    lines: tuple[Message, ...]
    question: Message
    choices: tuple[tuple[str, Message], ...]
    data: Mapping[str, Any]
    shows: tuple[str, ...]


class PinningService:
    """Proposes, pins and withdraws; what writes joins the open transaction."""

    def __init__(
        self, store: Store, incident: IncidentService, original: OriginalService, wish: WishService,
        person: PersonService, wordings: Wordings, media: Media,
    ) -> None:  # fmt: skip
        self._store = store
        self._incident = incident
        self._original = original
        self._wish = wish
        self._person = person
        self._wordings = wordings
        self._media = media

    async def proposal(
        self, actor: Actor, told: Told, of: str, name_of: Name, ref: Reference | None = None
    ) -> Proposal:
        """Return what is asked about the message *of*, for the incident *ref* or for those that are open.

        Raises UserError where it cannot be pinned.
        """
        source = await self._wish.source_of(told.room_id, of)
        await self._entered(told.room_id, source)
        original = await self._pinnable(told.room_id, source)
        incidents = self._incident
        seen = [await incidents.find(told.room_id, ref)] if ref else await incidents.list_open(told.room_id)
        found = [one for one in seen if one.full]
        if not found:
            raise UserError(ErrorCode.NOT_FOUND, NO_INCIDENT)
        offered = found[:MOST_OFFERED]
        lines = [await self._line(actor, cleared) for cleared in offered]
        refs = [str(cleared.content.ref) for cleared in offered]
        choices = [(ref, _("{ref}", ref=Code(ref))) for ref in refs]
        return Proposal(
            source,
            _("To put this message of {name} on a timeline:", name=Verbatim(name_of(original.sender))),
            tuple(lines),
            WHERE,
            (*choices, (NONE, _c("choice", "none"))),
            {"event": source, "cause": told.event_id},
            tuple(refs),
        )

    async def _entered(self, room_id: str, event_id: str) -> None:
        """Raise UserError if the message has declared an incident of the room, or is a command that entered a note."""
        said = await self._store.original.find(room_id, event_id)  # between people, in reply to a card perhaps
        for kind in (EntryKind.DECLARED, *([] if said else [EntryKind.NOTE])):
            entries = await self._store.note.list_of(event_id, kind)
            if await self._incident.seen(room_id, [entry.ref for entry in entries]):
                raise UserError(ErrorCode.CONFLICT, ALREADY)

    async def _line(self, actor: Actor, cleared: Cleared[Incident]) -> Message:
        incident, made = cleared.content, await self._incident.title_in(cleared, actor.language)
        title = titled(incident, made)
        return marked(incident, _("{ref}: {title}", ref=Code(str(incident.ref)), title=title))

    async def fetch(self, room_id: str, data: Mapping[str, Any], now: datetime) -> Pinned:
        """Return the message that is to be pinned (slow, outside any transaction). Raises UserError."""
        original = await self._pinnable(room_id, data["event"])
        found = await self._original.find(room_id, original.event_id)
        if found is None:
            raise UserError(ErrorCode.NOT_FOUND, UNKNOWN)
        said, text = found.now, found.now.words.strip()
        author = await self._person.actor(said.sender, room_id)
        words = None
        if text:
            words = await self._wordings.words(text, room_id, said.sender, said.event_id, now)
        language = words.language if words else author.language
        return Pinned(
            original,
            said.trusted,
            said.sent_at,
            moment_before(text, language, author.zone, said.sent_at) or said.sent_at,
            digest_of(found.sent.content),
            (found.edit.event_id, digest_of(found.edit.content)) if found.edit else None,
            words,
            await self._attached(found.now),
        )

    async def pin(self, actor: Actor, told: Told, ref: Reference, pinned: Pinned, cause: str) -> Incident:
        """Put a message on the timeline of an incident; raise UserError if it stands there, or is not what it was."""
        await self._incident.read(told.room_id, ref)
        original = await self._pinnable(told.room_id, pinned.original.event_id)
        if original != pinned.original:
            raise UserError(ErrorCode.CONFLICT, CHANGED)
        if any(entry.ref == ref for entry in await self._store.pin.list_of(original.event_id)):
            raise UserError(ErrorCode.CONFLICT, ALREADY)
        author = await self._person.actor(original.sender, told.room_id)
        shown = [one for one in await self._store.translation.list_of(original.revision) if not one.gone]
        values = pinned.values(author.agency, shown)
        change = Change(EntryKind.PIN, values, pinned.words, pinned.happened_at, handling=original.handling)
        incident = (await self._incident.change(actor, told, ref, change)).content
        if entry := await self._incident.last_entry(ref):
            await self._store.pin.add(entry, original.event_id, cause)
        return incident

    async def withdraw(self, actor: Actor, told: Told, entry: Entry) -> Incident:
        """Enter that a pin is withdrawn; nothing is erased."""
        await self._store.pin.remove(entry)
        change = Change(EntryKind.UNPINNED, corrects=entry.number)
        return (await self._incident.change(actor, told, entry.ref, change)).content

    async def unreacted(self, redaction: Incoming, event_id: str, now: datetime) -> bool:
        """Follow the taking back of a reaction: who confirmed what it proposed withdraws it; return whether it did."""
        actor = await self._person.actor(redaction.sender, redaction.room_id)
        proposed = [one for one in await self._store.pin.list_proposed(event_id) if one.author == redaction.sender]
        told = _told(redaction, now)
        for entry in await self._here(redaction.room_id, proposed):
            await self._store.pin.remove(entry)
            change = Change(EntryKind.UNPINNED, corrects=entry.number)
            await self._incident.follow(actor, told, entry.ref, change)
        await self._store.question.withdraw(PINNED_BY, event_id)
        return bool(proposed)

    async def edited(self, edit: Incoming, relayed: Relayed | None, now: datetime) -> None:
        """Enter what an edit makes of a pinned message, beside what was pinned."""
        text = edit.revised().words.strip()
        for entry in await self._here(edit.room_id, await self._store.pin.list_of(edit.replaces or "")):
            if text == (await self._store.note.versions(entry, EntryKind.EDITED))[-1].text:
                continue
            author = await self._person.actor(edit.sender, edit.room_id)
            words = _words(text, relayed, author.language) if text else None
            values = {"event": edit.event_id, "trusted": edit.trusted, "sha256": digest_of(edit.content)}
            change = Change(EntryKind.EDITED, values, words, corrects=entry.number)
            await self._incident.follow(author, _told(edit, now), entry.ref, change)

    async def redacted(self, redaction: Incoming, event_id: str, now: datetime) -> bool:
        """Enter that a pinned message is gone from its room: what was pinned of it stays. Return whether it was one."""
        actor = await self._person.actor(redaction.sender, redaction.room_id)
        pins = await self._here(redaction.room_id, await self._store.pin.list_of(event_id))
        for entry in pins:
            change = Change(EntryKind.REDACTED, corrects=entry.number)
            await self._incident.follow(actor, _told(redaction, now), entry.ref, change)
        return bool(pins)

    async def _here(self, room_id: str, entries: Sequence[Entry]) -> list[Entry]:
        """Return those of *entries* whose incidents are of that room: the homeserver may name any event in any."""
        found = [(entry, await self._store.incident.find(entry.ref)) for entry in entries]
        return [entry for entry, incident in found if incident and incident.room_id == room_id]

    async def _pinnable(self, room_id: str, source: str) -> Original:
        """Return what is known of a message that may be pinned, or raise UserError."""
        original = await self._store.original.find(room_id, source)
        if original is None:
            raise UserError(ErrorCode.NOT_FOUND, UNKNOWN)
        if original.handling and original.handling.tlp is TLP.RED:
            raise UserError(ErrorCode.HANDLING, RED)
        return original

    async def _attached(self, said: Incoming) -> Attached | None:
        """Return the file that a message encloses, with its digest; raise UserError if it cannot be had."""
        file = enclosed(said.content)
        if file is None:
            return None
        data = await self._media.fetch(file, MOST_BYTES)
        return Attached(file.name, file.url, sha256(data).hexdigest(), len(data))


def _words(text: str, relayed: Relayed | None, language: LanguageCode) -> Words:
    if relayed is None:
        return Words(text, language)
    made = tuple(one for one in relayed.translations if Flag.UNAVAILABLE not in one.flags)
    return Words(text, LanguageCode(relayed.source), made)


def _told(incoming: Incoming, now: datetime) -> Told:
    return Told(incoming.room_id, incoming.event_id, incoming.sent_at, incoming.received_at, now)
