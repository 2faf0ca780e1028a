"""Relaying: what one person says, in the languages of those present who could not read it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count, zip_longest

from bot.config import Current
from bot.model.handling import Handling, label_of
from bot.model.incoming import Incoming
from bot.model.original import Decided, Original
from bot.model.translation import Flag, Translation
from bot.services.identity import IdentityService
from bot.services.person import PersonService
from bot.services.relay.pages import Json, cuts, paged, posts
from bot.services.relay.translating import Relayed, Translates, Translating
from bot.services.room import Rooms
from bot.store import Store
from bot.store.outbox import OutboxRow
from bot.store.translation import digest


@dataclass(frozen=True, slots=True)
class Cause:
    """The event for which posts are changed, its room, and when (UTC)."""

    room_id: str
    event_id: str
    at: datetime


class RelayService:
    """Translates messages for those present."""

    def __init__(
        self,
        config: Current,
        store: Store,
        person: PersonService,
        identity: IdentityService,
        rooms: Rooms,
        translator: Translates,
    ) -> None:
        self._store = store
        self._identity = identity
        self.followers: list[Callable[[Original, Cause], Awaitable[None]]] = []
        """Told, in the open transaction, of a message whose handling has changed: what it forbids is to be undone."""
        translating = Translating(config, store, person, rooms, translator)
        self.worth = translating.worth
        self.prepare = translating.prepare
        self.into = translating.into
        self.unavailable = translating.unavailable

    async def keep(self, incoming: Incoming, now: datetime) -> None:
        """Keep whose message it is, so that its edits can be followed, and how it is to be handled."""
        room_id, event_id, handling = incoming.room_id, incoming.event_id, label_of(incoming.said)
        await self._store.original.add(
            room_id, event_id, incoming.sender, now, trusted=incoming.trusted, handling=handling
        )

    async def record(self, incoming: Incoming, relayed: Relayed, now: datetime) -> None:
        """Record the translations and put their message into the outbox, in the open transaction."""
        await self._store.translation.add(incoming.event_id, relayed.translations, now)
        room_id, source = incoming.room_id, incoming.event_id
        for index, payload in enumerate(await self._payloads(incoming, relayed.translations)):
            await self._store.outbox.add(room_id, "translation", source, payload, now, index, [source])
        await self._let_pass(label_of(incoming.said), source)

    async def _let_pass(self, handling: Handling | None, event_id: str) -> None:
        """See that translations of an event are kept no longer than its *handling* allows."""
        if handling and not handling.kept:
            await self._store.translation.let_pass(event_id)

    async def record_wished(self, incoming: Incoming, relayed: Relayed, revision: str, by: str, now: datetime) -> None:
        """Record a translation that the event *by* asked for, in a post of its own. It is of the text *revision*."""
        await self._store.translation.add(revision, relayed.translations, now)
        room_id, source, target = incoming.room_id, incoming.event_id, relayed.translations[0].target
        for index, payload in enumerate(await self._payloads(incoming, relayed.translations)):
            payload |= {"source": source, "revision": revision}
            await self._store.outbox.add(room_id, "translation", by, payload, now, index, [source], target)
        original = await self._store.original.find(room_id, source)
        await self._let_pass(original.handling if original else label_of(incoming.said), revision)

    async def take_back(self, cause: Cause, source: str, target: str) -> None:
        """Let the posts be redacted that hold the message *source* in *target* because somebody asked."""
        held = [post for post in await self._store.outbox.list_holding(source) if post.target == target]
        for index, post in enumerate(held):
            await self._take_back(cause, source, post, index)
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
        return any(post.target in (None, target) for post in await self._store.outbox.list_holding(source))

    async def _payloads(self, incoming: Incoming, translations: Sequence[Translation]) -> list[Json]:
        """Return what each post with these translations says."""
        if not translations:
            return []
        doubt = await self._doubt(incoming)
        return [{"sender": incoming.sender, "parts": parts, "doubt": doubt} for parts in posts(translations)]

    async def _groups(self, edit: Incoming, relayed: Relayed | None) -> dict[str | None, list[Json]]:
        """Return what the posts say that nobody had to ask for (None), and those in each language asked for."""
        if relayed is None:
            return {}
        groups: dict[str | None, list[Json]] = {None: await self._payloads(edit, relayed.automatic)}
        for t in relayed.translations:
            if t.target in relayed.wished:
                groups[t.target] = await self._payloads(edit, [t])
        return groups

    async def revise(self, edit: Incoming, relayed: Relayed | None, now: datetime) -> str:
        """Record that the translations of an edit take the place of those before; return what came of it.

        None if nobody needs any now: what was posted is taken back.
        """
        original = await self._store.original.find(edit.room_id, edit.replaces or "")
        if original is None:
            return "redacted"
        if original.edit and await self._store.inbox.precedes(edit.event_id, original.edit):
            return "superseded"
        cause = Cause(edit.room_id, edit.event_id, now)
        original = await self._handle(original, *original.edited(label_of(edit.revised().said)), cause)
        made = relayed.translations if relayed else ()
        before = await self._store.translation.list_of(original.revision)
        if _texts(made, original.revision, before) == _texts(before, original.revision, before):
            await self._store.original.save(original.event_id, edit.event_id, original.revision)
            return "unchanged"
        await self._store.translation.forget(original.revision)
        await self._store.translation.add(edit.event_id, made, now)
        await self._store.original.save(original.event_id, edit.event_id, edit.event_id)
        groups = await self._groups(edit, relayed)
        await self._repost(cause, original.event_id, groups)
        await self._let_pass(original.handling, edit.event_id)
        return "followed"

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
            for follow in self.followers:
                await follow(handled, cause)
        return handled

    async def _take_apart(self, original: Original, cause: Cause) -> None:
        """Let a message that stands in summaries have a post of its own: they may have to be worded again later."""
        posts = await self._store.outbox.list_holding(original.event_id)
        pages = [post for post in posts if post.kind == "catchup"]
        if not pages:
            return
        for index, page in enumerate(pages):
            await self._take_out(cause, original.event_id, page, index)
        made = await self._store.translation.list_of(original.revision)
        for index, payload in enumerate(self._laid_out(original.sender, made, pages[0])):
            await self._store.outbox.add(
                original.room_id, "translation", original.revision, payload, cause.at, index, [original.event_id]
            )

    def _laid_out(self, sender: str, made: Sequence[Translation], page: OutboxRow) -> list[Json]:
        """Return what each post with the translations *made* says, where *page* of a summary said them before."""
        doubt = next((entry["doubt"] for entry in page.payload["entries"] if entry["sender"] == sender), None)
        return [{"sender": sender, "parts": parts, "doubt": doubt} for parts in posts(made)]

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
        await self._repost(Cause(redaction.room_id, redaction.event_id, now), original.event_id, {})
        if event_id == original.event_id:
            await self._store.original.forget(event_id)
            await self._store.wish.forget(event_id)
        return True

    async def _repost(self, cause: Cause, source: str, groups: Mapping[str | None, Sequence[Json]]) -> None:
        """Let *groups* take the place of what was posted for the message *source*, in the open transaction.

        What waits needs no word: a row whose text is gone is not sent, and what takes its place stands behind it.
        """
        held = await self._store.outbox.list_holding(source)
        own = [post for post in held if post.kind == "translation"]
        numbers = count()
        for target in dict.fromkeys([*groups, *(post.target for post in own)]):
            before = [post for post in own if post.target == target]
            for post, payload in zip_longest(before, groups.get(target, ())):
                if payload is None:
                    await self._take_back(cause, source, post, next(numbers))
                else:
                    await self._post(cause, source, post, payload, next(numbers), target)
        for page in (post for post in held if post.kind == "catchup"):
            await self._take_out(cause, source, page, next(numbers))

    async def _post(
        self, cause: Cause, source: str, post: OutboxRow | None, payload: Json, index: int, target: str | None
    ) -> None:
        """Let *payload* take the place of *post*, or be a new one."""
        payload = {**payload, "source": source} | ({"post": post.id} if post else {})
        holds = () if post else (source,)
        await self._store.outbox.add(
            cause.room_id, "translation", cause.event_id, payload, cause.at, index, holds, target
        )

    async def _take_back(self, cause: Cause, source: str, post: OutboxRow, index: int) -> None:
        """Let *post* be redacted."""
        await self._store.outbox.let_go(source, post.id)
        await self._store.outbox.add(cause.room_id, "redact", cause.event_id, {"post": post.id}, cause.at, index)

    async def _take_out(self, cause: Cause, source: str, page: OutboxRow, index: int) -> None:
        """Let a summary be edited without the message *source*, or be redacted if it holds no other."""
        held = set(await self._store.outbox.list_held(page.id)) - {source}
        entries = [entry for entry in page.payload.get("entries", ()) if entry["event"] in held]
        if not entries:
            return await self._take_back(cause, source, page, index)
        await self._store.outbox.let_go(source, page.id)
        payload = {**page.payload, "entries": entries, "post": page.id}
        await self._store.outbox.add(cause.room_id, "catchup", cause.event_id, payload, cause.at, index)

    async def sum_up(self, missed: Sequence[tuple[Incoming, Relayed]], now: datetime) -> None:
        """Record the translations of what was missed in a room, to be posted as a summary a language."""
        by_language: dict[str, list[tuple[Json, int]]] = {}
        for incoming, relayed in missed:
            handling = label_of(incoming.said)
            if handling and not handling.kept:
                await self.record(incoming, relayed, now)
                continue
            await self._store.translation.add(incoming.event_id, relayed.translations, now)
            doubt = await self._doubt(incoming)
            said = {"event": incoming.event_id, "sender": incoming.sender, "at": incoming.sent_at.isoformat()}
            for t in relayed.translations:
                for start, end in cuts(t.text):
                    entry = {**said, "part": [t.target, start, end], "doubt": doubt}
                    by_language.setdefault(t.target, []).append((entry, len(t.text[start:end].encode())))
        away = await self._away()
        for language, entries in by_language.items():
            for index, page in enumerate(paged(entries)):
                first = missed[0][0]
                payload = {"language": language, "entries": page, "away": away}
                cause = f"{first.event_id} {language}"
                holds = dict.fromkeys(str(entry["event"]) for entry in page)
                await self._store.outbox.add(first.room_id, "catchup", cause, payload, now, index, holds)

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


def _texts(
    translations: Sequence[Translation], event_id: str, before: Sequence[Translation]
) -> dict[str, tuple[str, str, tuple[Flag, ...]]]:
    """Return what a reader sees of *translations*, by target language; of what is gone from *before*, its digest."""
    gone = {t.target for t in before if t.gone}
    return {
        t.target: (t.source, (t.digest or digest(event_id, t)) if t.target in gone else t.text, t.flags)
        for t in translations
    }
