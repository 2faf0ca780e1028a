"""Relaying: what one person says, in the languages of those present who could not read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from bot.config import Current
from bot.model.correction import SUBJECT
from bot.model.incoming import Incoming
from bot.model.original import Original
from bot.model.person import UserId
from bot.model.translation import Flag, Translation
from bot.services.identity import IdentityService
from bot.services.person import PersonService
from bot.services.relay.memory import Memory
from bot.services.relay.pages import Json, cuts, paged, posts
from bot.services.relay.translating import Relayed, Translates, Translating
from bot.services.room import Rooms
from bot.store import Store
from bot.store.outbox import OutboxRow


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
        self._memory = Memory(store, translator)
        translating = Translating(config, person, rooms, translator, self._memory)
        self.prepare = translating.prepare
        self.unavailable = translating.unavailable

    async def keep(self, incoming: Incoming, now: datetime) -> None:
        """Keep whose message it is, so that its edits can be followed."""
        await self._store.original.add(
            incoming.room_id, incoming.event_id, incoming.sender, now, trusted=incoming.trusted
        )

    async def record(self, incoming: Incoming, relayed: Relayed, now: datetime) -> None:
        """Record the translations and put their message into the outbox, in the open transaction."""
        await self._add(incoming.event_id, relayed.translations, now)
        room_id, source = incoming.room_id, incoming.event_id
        for index, payload in enumerate(await self._payloads(incoming, relayed)):
            await self._store.outbox.add(room_id, "translation", source, payload, now, index, [source])

    async def _add(self, event_id: str, translations: Sequence[Translation], now: datetime) -> None:
        """Record the translations of what the event *event_id* says, and what may be remembered of them."""
        await self._store.translation.add(event_id, translations, now)
        await self._memory.learn(event_id, translations, now)

    async def _forget(self, event_id: str) -> None:
        """Delete the translations of what the event *event_id* says, and what is remembered of it alone."""
        await self._store.translation.forget(event_id)
        await self._memory.forget(event_id)
        for correction in await self._store.correction.list_of(event_id):
            await self._store.question.settle(SUBJECT, {"correction": correction.id})
            await self._store.correction.forget(correction.id)

    async def _payloads(self, incoming: Incoming, relayed: Relayed) -> list[Json]:
        """Return what each post with these translations says."""
        doubt = await self._doubt(incoming.sender, trusted=incoming.trusted)
        return [{"sender": incoming.sender, "parts": parts, "doubt": doubt} for parts in posts(relayed.translations)]

    async def show(self, cause: Cause, original: Original) -> str | None:
        """Let the posts that hold a message's translations say them as they are recorded now.

        Return the first of these posts; None if there is none.
        """
        source, translations = original.event_id, await self._store.translation.list_of(original.revision)
        held = await self._store.outbox.list_holding(source)
        if own := [post for post in held if post.kind == "translation"]:
            doubt = await self._doubt(original.sender, trusted=original.trusted)
            said = {"sender": original.sender, "doubt": doubt, "of": original.revision}
            payloads = [{**said, "parts": parts} for parts in posts(translations)]
            await self._replace(cause, source, own, payloads)
        for index, page in enumerate((post for post in held if post.kind == "catchup"), len(own)):
            await self._renew(cause, source, page, translations, index)
        return held[0].id if held else None

    async def revise(self, edit: Incoming, relayed: Relayed | None, now: datetime) -> str:
        """Record that the translations of an edit take the place of those before; return what came of it.

        None if nobody needs any now: what was posted is taken back.
        """
        original = await self._store.original.find(edit.room_id, edit.replaces or "")
        if original is None:
            return "redacted"
        if original.edit and await self._store.inbox.precedes(edit.event_id, original.edit):
            return "superseded"
        made = relayed.translations if relayed else ()
        if _texts(made) == _texts(await self._store.translation.list_of(original.revision)):
            await self._store.original.save(original.event_id, edit.event_id, original.revision)
            return "unchanged"
        await self._add(edit.event_id, made, now)
        await self._forget(original.revision)
        await self._store.original.save(original.event_id, edit.event_id, edit.event_id)
        payloads = await self._payloads(edit, relayed) if relayed else []
        await self._repost(Cause(edit.room_id, edit.event_id, now), original.event_id, payloads)
        return "followed"

    async def withdraw(self, redaction: Incoming, event_id: str, now: datetime) -> bool:
        """Record that the event *event_id* is redacted: its translations are deleted, what shows them is taken back.

        Return whether there were any. Of a redacted edit goes the present text alone: later edits still count.
        """
        # Somebody may have taken back a post of ours: then it is not there to be edited.
        await self._store.outbox.let_go_event(redaction.room_id, event_id)
        original = await self._store.original.find_revision(redaction.room_id, event_id)
        if original is None:
            return False
        await self._forget(original.revision)
        await self._repost(Cause(redaction.room_id, redaction.event_id, now), original.event_id, [])
        if event_id == original.event_id:
            await self._store.original.forget(event_id)
        return True

    async def _repost(self, cause: Cause, source: str, payloads: Sequence[Json]) -> None:
        """Let *payloads* take the place of what was posted for the message *source*, in the open transaction.

        What waits needs no word: a row whose text is gone is not sent, and what takes its place stands behind it.
        """
        posts = await self._store.outbox.list_holding(source)
        own = [post for post in posts if post.kind == "translation"]
        await self._replace(cause, source, own, payloads)
        for index, page in enumerate((post for post in posts if post.kind == "catchup"), len(own)):
            await self._take_out(cause, source, page, index)

    async def _replace(self, cause: Cause, source: str, own: Sequence[OutboxRow], payloads: Sequence[Json]) -> None:
        """Let *payloads* take the place of our *own* posts, one by one; more of them are new, fewer taken back."""
        for index, (post, payload) in enumerate(zip_longest(own, payloads)):
            if payload is None:
                await self._take_back(cause, source, post, index)
            else:
                await self._post(cause, source, post, payload, index)

    async def _post(self, cause: Cause, source: str, post: OutboxRow | None, payload: Json, index: int) -> None:
        """Let *payload* take the place of *post*, or be a new one."""
        payload = {**payload, "source": source} | ({"post": post.id} if post else {})
        holds = () if post else (source,)
        await self._store.outbox.add(cause.room_id, "translation", cause.event_id, payload, cause.at, index, holds)

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

    async def _renew(
        self, cause: Cause, source: str, page: OutboxRow, translations: Sequence[Translation], index: int
    ) -> None:
        """Let a summary say what the message *source* is translated as now, in its first part."""
        texts = {t.target: t.text for t in translations}
        entries, seen = [], set()
        for entry in page.payload.get("entries", ()):
            target = entry["part"][0]
            if entry["event"] != source:
                entries.append(entry)
            elif target in texts and target not in seen:
                seen.add(target)
                entries.append({**entry, "part": [target, 0, len(texts[target])]})
        payload = {**page.payload, "entries": entries}
        await self._store.outbox.save(page.id, payload)
        await self._store.outbox.add(
            cause.room_id, "catchup", cause.event_id, {**payload, "post": page.id}, cause.at, index
        )

    async def sum_up(self, missed: Sequence[tuple[Incoming, Relayed]], now: datetime) -> None:
        """Record the translations of what was missed in a room, to be posted as a summary a language."""
        by_language: dict[str, list[tuple[Json, int]]] = {}
        for incoming, relayed in missed:
            await self._add(incoming.event_id, relayed.translations, now)
            doubt = await self._doubt(incoming.sender, trusted=incoming.trusted)
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

    async def _doubt(self, sender: UserId, *, trusted: bool) -> str | None:
        """Return why it is not certain who wrote a message: its `device`, or the sender's `identity`."""
        if not trusted:
            return "device"
        return "identity" if await self._identity.changed(sender) else None

    async def translations(self, event_id: str) -> list[Translation]:
        """Return the recorded translations of a message."""
        return await self._store.translation.list_of(event_id)


def _texts(translations: Sequence[Translation]) -> dict[str, tuple[str, str, tuple[Flag, ...]]]:
    """Return what a reader sees of *translations*, by target language."""
    return {t.target: (t.source, t.text, t.flags) for t in translations}
