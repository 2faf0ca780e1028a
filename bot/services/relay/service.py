"""Relaying: what one person says, in the languages of those who could not read it, where they read it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.config import Current
from bot.model.handling import Handling, label_of
from bot.model.incoming import Incoming
from bot.model.original import Decided, Original
from bot.model.room import Mode
from bot.model.translation import Flag, Translation
from bot.services.direct import DirectService
from bot.services.identity import IdentityService
from bot.services.person import PersonService
from bot.services.relay.crossing import Crossings
from bot.services.relay.destinations import Destination, Destinations
from bot.services.relay.outgoing import Cause, Outgoing, Posting
from bot.services.relay.pages import Json, cuts, paged, posts
from bot.services.relay.translating import Relayed, Translates, Translating, said_in
from bot.services.room import Rooms
from bot.services.term import TermService
from bot.store import Store
from bot.store.outbox import OutboxRow
from bot.store.translation import digest


class RelayService:
    """Translates messages, and carries them into other rooms."""

    def __init__(
        self,
        config: Current,
        store: Store,
        person: PersonService,
        identity: IdentityService,
        rooms: Rooms,
        translator: Translates,
        term: TermService,
        direct: DirectService,
    ) -> None:
        self._store = store
        self._identity = identity
        self.followers: list[Callable[[Original, Cause], Awaitable[None]]] = []
        """Told, in the open transaction, of a message whose handling has changed: what it forbids is to be undone."""
        self._destinations = Destinations(config, store, rooms, direct)
        self._crossings = Crossings(config, store, rooms)
        self._outgoing = Outgoing(store)
        translating = Translating(config, store, person, rooms, translator, term, self._destinations)
        self.worth = translating.worth
        self.prepare = translating.prepare
        self.into = translating.into
        self.unavailable = translating.unavailable
        self.counterpart = self._crossings.counterpart
        self.share_circle = self._destinations.share_circle

    async def crosses(self, room_id: str, now: datetime) -> bool:
        """Return whether what is said in the room, files included, is carried into others."""
        return bool(await self._destinations.linked(room_id, now))

    async def keep(self, incoming: Incoming, now: datetime) -> None:
        """Keep whose message it is, so that its edits can be followed, and how it is to be handled."""
        room_id, event_id, handling = incoming.room_id, incoming.event_id, label_of(said_in(incoming))
        await self._store.original.add(
            room_id, event_id, incoming.sender, now, trusted=incoming.trusted, handling=handling
        )

    async def says(self, room_id: str, source: str, revision: str) -> bool:
        """Return whether the event *revision* says what the message *source* says now; False once it is redacted."""
        original = await self._store.original.find(room_id, source)
        return original is not None and original.revision == revision

    async def record(self, incoming: Incoming, relayed: Relayed, now: datetime) -> None:
        """Record the translations and put what shows them into the outbox, in the open transaction."""
        source = incoming.event_id
        await self._store.translation.add(source, relayed.translations, now)
        postings = await self._postings(incoming, source, relayed, relayed.destinations)
        await self._outgoing.add(postings, source, source, now)
        await self._let_pass(label_of(said_in(incoming)), source)

    async def _let_pass(self, handling: Handling | None, event_id: str) -> None:
        """See that translations of an event are kept no longer than its *handling* allows."""
        if handling and not handling.kept:
            await self._store.translation.let_pass(event_id)

    async def _postings(
        self, incoming: Incoming, source: str, relayed: Relayed, destinations: Sequence[Destination]
    ) -> list[Posting]:
        """Return what is to be posted for the message *source*, which *incoming* is or makes of it, and where."""
        doubt = await self._doubt(incoming)
        made = {t.target: t for t in relayed.translations}
        found: list[Posting] = []
        for to in destinations:
            if to.crosses:
                one, text = made.get(to.languages[0]), said_in(incoming)
                payloads = await self._crossings.payloads(incoming, source, text, one, to, doubt)
                found += [Posting(to.room_id, "relay", payload) for payload in payloads]
            else:
                shown = [made[language] for language in to.languages]
                thread: Json = {"thread": incoming.thread or source} if to.mode is Mode.THREAD else {}
                payloads = [payload | thread for payload in _laid_out(incoming.sender, shown, doubt)]
                found += [Posting(to.room_id, "translation", payload) for payload in payloads]
        return found

    async def _wished(self, incoming: Incoming, relayed: Relayed) -> list[Posting]:
        """Return the posts with those translations that are there because somebody asked, one a language."""
        doubt = await self._doubt(incoming)
        asked = [t for t in relayed.translations if t.target in relayed.wished]
        return [
            Posting(incoming.room_id, "translation", payload, t.target)
            for t in asked
            for payload in _laid_out(incoming.sender, [t], doubt)
        ]

    async def record_wished(self, incoming: Incoming, relayed: Relayed, revision: str, by: str, now: datetime) -> None:
        """Record a translation that the event *by* asked for, in a post of its own. It is of the text *revision*."""
        await self._store.translation.add(revision, relayed.translations, now)
        about = {"source": incoming.event_id, "revision": revision}
        postings = [replace(one, payload=one.payload | about) for one in await self._wished(incoming, relayed)]
        await self._outgoing.add(postings, by, incoming.event_id, now)
        original = await self._store.original.find(incoming.room_id, incoming.event_id)
        await self._let_pass(original.handling if original else label_of(said_in(incoming)), revision)

    async def take_back(self, cause: Cause, source: str, target: str) -> None:
        """Let the posts be redacted that hold the message *source* in *target* because somebody asked."""
        held = [post for post in await self._store.outbox.list_holding(source) if post.target == target]
        for index, post in enumerate(held):
            await self._outgoing.take_back(cause, source, post, index)
        if held:
            await self._forget_one(cause.room_id, source, target)

    async def _forget_one(self, room_id: str, source: str, target: str) -> None:
        """Delete the translation of the message *source* into *target*."""
        if original := await self._store.original.find(room_id, source):
            await self._store.translation.forget_one(original.revision, target)

    async def stands(self, source: str, revision: str, target: str) -> bool:
        """Return whether a post holds the message *source* in *target*; not one that says that it could not be done."""
        made = await self._store.translation.list_of(revision)
        if not any(t.target == target and Flag.UNAVAILABLE not in t.flags for t in made):
            return False
        held = await self._store.outbox.list_holding(source)
        return any(post.target in (None, target) for post in held if post.kind != "relay")

    async def revise(self, edit: Incoming, relayed: Relayed | None, now: datetime) -> str:
        """Record that the translations of an edit take the place of those before; return what came of it.

        None if nobody needs any now: what was posted is taken back, and what was carried into other rooms.
        """
        original = await self._store.original.find(edit.room_id, edit.replaces or "")
        if original is None:
            return "redacted"
        if original.edit and await self._store.inbox.precedes(edit.event_id, original.edit):
            return "superseded"
        cause = Cause(edit.room_id, edit.event_id, now)
        original = await self._handle(original, *original.edited(label_of(said_in(edit.revised()))), cause)
        made = relayed.translations if relayed else ()
        before = await self._store.translation.list_of(original.revision)
        same = _texts(made, original.revision, before) == _texts(before, original.revision, before)
        if same and not await self._carried(original, relayed):
            await self._store.original.save(original.event_id, edit.event_id, original.revision)
            return "unchanged"
        await self._store.translation.forget(original.revision)
        await self._store.translation.add(edit.event_id, made, now)
        await self._store.original.save(original.event_id, edit.event_id, edit.event_id)
        await self._outgoing.replace(cause, original.event_id, await self._revised(edit, original, relayed))
        await self._let_pass(original.handling, edit.event_id)
        return "followed"

    async def _revised(self, edit: Incoming, original: Original, relayed: Relayed | None) -> list[Posting]:
        """Return what is to be posted instead of what was posted for the message that *edit* changes."""
        if relayed is None:
            return []
        revised = edit.revised()
        places = [to for to in relayed.destinations if not to.crosses or _travels(original)]
        postings = await self._postings(revised, original.event_id, relayed, places)
        return postings + await self._wished(revised, relayed)

    async def _carried(self, original: Original, relayed: Relayed | None) -> bool:
        """Return whether a message is, or is to be, in other rooms: there its text counts, not its translation only."""
        if relayed and _travels(original) and any(to.crosses for to in relayed.destinations):
            return True
        return any(post.kind == "relay" for post in await self._store.outbox.list_holding(original.event_id))

    async def answered(self, room_id: str, event_id: str) -> list[Original]:
        """Return the messages that an answer to *event_id* is about: it itself, or those that our post translates."""
        original = await self._store.original.find(room_id, event_id)
        return [original] if original else await self._store.original.list_held(room_id, event_id)

    async def restrict(self, original: Original, handling: Handling, decided: Decided, cause: Cause) -> Original:
        """Let a message be handled otherwise from now on, in the open transaction; return it so."""
        return await self._handle(original, handling, decided, cause)

    async def _handle(self, original: Original, handling: Handling | None, decided: Decided, cause: Cause) -> Original:
        """Record how a message is handled now, and undo what that forbids."""
        if (handling, decided) == (original.handling, original.decided):
            return original
        await self._store.original.mark(original.event_id, handling, decided)
        handled = replace(original, handling=handling, decided=decided)
        if handling != original.handling:
            if handling and not handling.kept:
                await self._take_apart(handled, cause)
                await self._store.translation.let_pass(handled.revision)
            if not _travels(handled):
                await self._call_home(handled, cause)
            for follow in self.followers:
                await follow(handled, cause)
        return handled

    async def _call_home(self, original: Original, cause: Cause) -> None:
        """Let what was carried of a message into other rooms be redacted."""
        held = await self._store.outbox.list_holding(original.event_id)
        for index, post in enumerate(post for post in held if post.kind == "relay"):
            # An edit that marks it may change other posts for the same reason: these are numbered apart.
            await self._outgoing.take_back(cause, original.event_id, post, HOME_FROM + index)

    async def _take_apart(self, original: Original, cause: Cause) -> None:
        """Let a message that stands in summaries have a post of its own: they may have to be worded again later."""
        held = await self._store.outbox.list_holding(original.event_id)
        pages = [post for post in held if post.kind == "catchup"]
        if not pages:
            return
        for index, page in enumerate(pages):
            await self._outgoing.take_out(cause, original.event_id, page, index)
        made = await self._store.translation.list_of(original.revision)
        payloads = _laid_out(original.sender, made, _doubt_of(original.sender, pages[0]))
        postings = [Posting(original.room_id, "translation", payload) for payload in payloads]
        await self._outgoing.add(postings, original.revision, original.event_id, cause.at)

    async def withdraw(self, redaction: Incoming, event_id: str, now: datetime) -> bool:
        """Record that the event *event_id* is redacted: its translations are deleted, what shows them is taken back.

        Return whether there were any. Of a redacted edit goes the present text alone: later edits still count.
        """
        # Somebody may have taken back a post of ours: then it is not there to be edited.
        for held in await self._store.outbox.list_held_by(redaction.room_id, event_id):
            if held.target:
                await self._forget_one(redaction.room_id, held.source, held.target)
        await self._store.outbox.let_go_event(redaction.room_id, event_id)
        original = await self._store.original.find_revision(redaction.room_id, event_id)
        if original is None:
            return False
        await self._store.translation.forget(original.revision)
        await self._outgoing.replace(Cause(redaction.room_id, redaction.event_id, now), original.event_id, [])
        if event_id == original.event_id:
            await self._store.original.forget(event_id)
            await self._store.wish.forget(event_id)
        else:
            await self._store.original.save(original.event_id, original.edit or event_id, redaction.event_id)
        return True

    async def sum_up(self, missed: Sequence[tuple[Incoming, Relayed]], now: datetime) -> None:
        """Record the translations of what was missed in a room, to be posted as a summary a language.

        What goes to other rooms goes there message by message: there it stands for the message itself. And what may not
        be kept is posted by itself: a summary may have to be worded again.
        """
        by_language: dict[str, list[tuple[Json, int]]] = {}
        for incoming, relayed in missed:
            handling = label_of(said_in(incoming))
            if handling and not handling.kept:
                await self.record(incoming, relayed, now)
                continue
            await self._store.translation.add(incoming.event_id, relayed.translations, now)
            across = [to for to in relayed.destinations if to.crosses]
            postings = await self._postings(incoming, incoming.event_id, relayed, across)
            await self._outgoing.add(postings, incoming.event_id, incoming.event_id, now)
            for language, entry, length in await self._entries(incoming, relayed):
                by_language.setdefault(language, []).append((entry, length))
        away = await self._away()
        for language, entries in by_language.items():
            for index, page in enumerate(paged(entries)):
                first = missed[0][0]
                payload = {"language": language, "entries": page, "away": away}
                cause = f"{first.event_id} {language}"
                holds = dict.fromkeys(str(entry["event"]) for entry in page)
                await self._store.outbox.add(first.room_id, "catchup", cause, payload, now, index, holds)

    async def _entries(self, incoming: Incoming, relayed: Relayed) -> list[tuple[str, Json, int]]:
        """Return what stands in summaries for a missed message: the language, the entry, and its bytes of text."""
        below = {language for to in relayed.destinations if not to.crosses for language in to.languages}
        doubt = await self._doubt(incoming)
        said = {"event": incoming.event_id, "sender": incoming.sender, "at": incoming.sent_at.isoformat()}
        return [
            (t.target, {**said, "part": [t.target, start, end], "doubt": doubt}, len(t.text[start:end].encode()))
            for t in relayed.translations
            if t.target in below
            for start, end in cuts(t.text)
        ]

    async def _away(self) -> list[str]:
        """Return between which moments the bot was away last, ISO 8601; empty if it never was."""
        moments = [await self._store.account.find(name) for name in ("away_from", "away_to")]
        return [moment for moment in moments if moment]

    async def _doubt(self, incoming: Incoming) -> str | None:
        """Return why it is not certain who wrote a message: its `device`, or the sender's `identity`."""
        if not incoming.trusted:
            return "device"
        return "identity" if await self._identity.changed(incoming.sender) else None

    async def translations(self, event_id: str) -> list[Translation]:
        """Return the recorded translations of a message."""
        return await self._store.translation.list_of(event_id)


HOME_FROM = 1_000
"""The number of the first post that a mark takes back."""


def _laid_out(sender: str, translations: Sequence[Translation], doubt: str | None) -> list[Json]:
    """Return what each post with these translations of something that *sender* said says."""
    if not translations:
        return []
    return [{"sender": sender, "parts": parts, "doubt": doubt} for parts in posts(translations)]


def _doubt_of(sender: str, page: OutboxRow) -> str | None:
    """Return the doubt about *sender* that the *page* of a summary says."""
    return next((entry["doubt"] for entry in page.payload["entries"] if entry["sender"] == sender), None)


def _travels(original: Original) -> bool:
    """Return whether a message may leave its room."""
    return original.handling is None or original.handling.travels


def _texts(
    translations: Sequence[Translation], event_id: str, before: Sequence[Translation]
) -> dict[str, tuple[str, str, tuple[Flag, ...]]]:
    """Return what a reader sees of *translations*, by target language; of what is gone from *before*, its digest."""
    gone = {t.target for t in before if t.gone}
    return {
        t.target: (t.source, (t.digest or digest(event_id, t)) if t.target in gone else t.text, t.flags)
        for t in translations
    }
