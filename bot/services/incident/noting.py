"""Notes as people write them: a plain reply to an incident's card, or a message in its thread."""

from __future__ import annotations

from datetime import datetime

from bot.errors import ErrorCode, UserError
from bot.i18n import Message, _
from bot.model.incident import EntryKind, Noted, Words, dated, entered, moment_of
from bot.model.incoming import Incoming
from bot.model.person import Actor, LanguageCode, Role
from bot.model.question import digit, wordy
from bot.model.reference import Reference
from bot.model.told import Told
from bot.model.translation import Flag
from bot.services.identity import IdentityService, confirmation
from bot.services.incident.contests import Change
from bot.services.incident.service import IncidentService
from bot.services.person import PersonService
from bot.services.relay import Relayed
from bot.store import Store

UNTRUSTED = _(
    "I have not entered that into the incident: it came from a device that you have not verified. Verify it in your"
    " Matrix app (Settings, Sessions), then send it again."
)
CHANGED = _(
    "I have not entered that into the incident: your encryption identity is not the one that I know. A colleague has to"
    " compare your keys with you first, and write {command}."
)
WORDLESS = _(
    "I enter words alone by a reply, and there are none. To put a file on the timeline, react to it with 📌 and answer"
    " my question."
)
SILENT = _("I have not entered that into the incident: your power level in this room is below zero.")


class NotingService:
    """Enters what people write below a card, and what they make of it there, in the open transaction."""

    def __init__(
        self, store: Store, incident: IncidentService, person: PersonService, identity: IdentityService
    ) -> None:
        self._store = store
        self._incident = incident
        self._person = person
        self._identity = identity

    async def take(self, incoming: Incoming, relayed: Relayed | None, now: datetime) -> Noted | None:
        """Enter a message if it belongs to an incident, and return what the card does not show of that.

        A digit, a yes or a no alone is meant for a question and tells nothing of the incident: it is not entered.

        Raises UserError, before anything is changed, if it may not be entered.
        """
        ref, text = await self.meant(incoming), incoming.words.strip()
        if ref is None or digit(text) or wordy(text):
            return None
        if not text:
            raise UserError(ErrorCode.BAD_ARGUMENT, WORDLESS)
        actor = await self._author(incoming)
        words = _words(text, relayed, actor)
        began = dated(text, words.language, actor.zone, incoming.sent_at)
        noted = await self._incident.note(actor, _told(incoming, now), ref, words, moment_of(began))
        return Noted(noted.content, entered(noted.content, began, incoming.sent_at, text))

    async def revise(self, edit: Incoming, relayed: Relayed | None, now: datetime) -> None:
        """Enter what an edit makes of a note as a correction of it; raise UserError as `take` does."""
        text = edit.revised().words.strip()
        for first in await self._store.note.list_of(edit.replaces or "", EntryKind.NOTE):
            versions = [one for one in await self._store.note.versions(first) if one.text]
            if not text or not versions or versions[-1].text == text:
                continue
            actor = await self._author(edit)
            words = _words(text, relayed, actor)
            happened_at = moment_of(dated(text, words.language, actor.zone, first.sent_at))
            change = Change(EntryKind.NOTE, words=words, happened_at=happened_at, corrects=first.number)
            await self._incident.change(actor, _told(edit, now), first.ref, change)

    async def meant(self, incoming: Incoming) -> Reference | None:
        """Return the incident whose card a message replies to, or in whose thread it stands."""
        for event_id in filter(None, (incoming.replies_to, incoming.thread)):
            if ref := await self._store.note.find_card(incoming.room_id, event_id):
                return ref
        return None

    async def _author(self, incoming: Incoming) -> Actor:
        """Return who wrote a note; raise UserError if nothing of theirs may be entered."""
        actor = await self._person.actor(incoming.sender, incoming.room_id)
        if not incoming.trusted:
            raise UserError(ErrorCode.NOT_ALLOWED, UNTRUSTED)
        if await self._identity.frozen(incoming.sender):
            raise UserError(ErrorCode.NOT_ALLOWED, Message(CHANGED.text, {"command": confirmation(incoming.sender)}))
        if not actor.may(Role.OFFICER):
            raise UserError(ErrorCode.NOT_ALLOWED, SILENT)
        return actor


def _words(text: str, relayed: Relayed | None, actor: Actor) -> Words:
    """Return *text* with the translations that the room got of it."""
    if relayed is None:
        return Words(text, actor.language)
    made = tuple(one for one in relayed.translations if Flag.UNAVAILABLE not in one.flags)
    return Words(text, LanguageCode(relayed.source), made)


def _told(incoming: Incoming, now: datetime) -> Told:
    return Told(incoming.room_id, incoming.event_id, incoming.sent_at, incoming.received_at, now)
