"""What is posted for a message, and what takes its place later: room by room, each post once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import Any

from bot.model.original import Original
from bot.model.translation import Translation
from bot.services.relay.pages import Json, again
from bot.store import Store
from bot.store.outbox import OutboxRow

HOME_FROM = 1_000
"""The number of the first post that a mark takes back: an edit that marks a message changes others of its posts."""
RELABELLED_FROM = 2_000
"""The number of the first post that says its label anew."""
UNSAID_FROM = 500
"""The number of the first edit that is taken back: those that take its place change others."""
Place = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True)
class Cause:
    """The event for which posts are changed, and when (UTC)."""

    event_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Posting:
    """What one post says, the room and kind of outbox row that it is for, and its language if that was asked for."""

    room_id: str
    kind: str
    payload: Json
    target: str | None = None

    @property
    def place(self) -> Place:
        """What a later posting of the same message must have in common to take the place of this one."""
        return self.room_id, self.kind, self.target


class Outgoing:
    """Puts posts into the outbox, in the open transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, postings: Sequence[Posting], source: str, now: datetime, by: str | None = None) -> None:
        """Put what shows the message *source* for the first time into the outbox; *by* is who asked, if not itself."""
        for index, posting in enumerate(postings):
            await self._add_one(posting, by or source, source, now, index)

    async def take_back(self, cause: Cause, source: str, target: str) -> bool:
        """Take back what shows the message *source* in *target* because somebody asked; return whether there is any."""
        held = [post for post in await self._store.outbox.list_holding(source) if post.target == target]
        for index, post in enumerate(held):
            await self._take_back(cause, source, post, index)
        return bool(held)

    async def _add_one(self, posting: Posting, cause: str, source: str, now: datetime, index: int) -> None:
        """Put a new post into the outbox; where the person whom it is for has no room yet, one is opened before it."""
        outbox, room_id = self._store.outbox, posting.room_id
        if room_id == posting.payload.get("to"):
            await outbox.add(room_id, "open", cause, {}, now, index)
        await outbox.add(room_id, posting.kind, cause, posting.payload, now, index, [source], posting.target)

    async def relabel(self, cause: Cause, original: Original, index: int = 0) -> None:
        """Let the posts with translations of a message say them behind the label that it has been given.

        What is recorded counts from *index*, for that cause.
        """
        source = original.event_id
        for number, post in enumerate(await self._store.outbox.list_holding(source), RELABELLED_FROM + index):
            payload = (await self._store.outbox.latest(post)).payload
            if post.kind == "catchup":
                held = set(await self._store.outbox.list_held(post.id))
                said = [entry for entry in post.payload["entries"] if entry["event"] in held]
                entries = [_relabelled(entry, original) if entry["event"] == source else entry for entry in said]
                await self._edit_page(cause, post, {**post.payload, "entries": entries}, number)
            elif (("parts" in payload) or ("part" in payload)) and payload.get("label", "") != original.label:
                about = {"source": source, "revision": original.revision, "post": post.id}
                payload = {**_relabelled(payload, original), **about}
                await self._store.outbox.add(post.room_id, post.kind, cause.event_id, payload, cause.at, number)

    async def said_by(self, cause: str, source: str) -> list[OutboxRow]:
        """Return the edits of the posts with the message *source* since the first that the event *cause* asked for."""
        held = await self._store.outbox.list_holding(source)
        return [edit for post in held for edit in await self._store.outbox.list_edits(cause, post)]

    async def unsay(self, cause: Cause, edits: Sequence[OutboxRow], index: int = 0) -> None:
        """Take back *edits* of posts, and not these: clients keep what was edited, and show it to who asks."""
        for number, edit in enumerate(edits, UNSAID_FROM + index):
            await self._store.outbox.add(edit.room_id, "redact", cause.event_id, {"post": edit.id}, cause.at, number)

    async def call_home(self, cause: Cause, original: Original, index: int = 0) -> None:
        """Take back what was carried of a message into other rooms, and what was answered there about its words."""
        source = original.event_id
        held = await self._store.outbox.list_holding(source)
        gone = (p for p in held if p.kind == "relay" or (p.kind == "reply" and p.room_id != original.room_id))
        for number, post in enumerate(gone, HOME_FROM + index):
            await self._take_back(cause, source, post, number)

    async def replace(self, cause: Cause, source: str, postings: Sequence[Posting], index: int = 0) -> int:
        """Let *postings* take the place of what was posted for the message *source*, room by room.

        What is recorded counts from *index*, for that cause; return the next one.
        What waits needs no word: a row whose text is gone is not sent, and what takes its place stands behind it.
        """
        held = await self._store.outbox.list_holding(source)
        own = [post for post in held if post.kind in ("translation", "voice", "relay")]
        places = dict.fromkeys([*map(_place, own), *(p.place for p in postings)])
        for place in places:
            before = [post for post in own if _place(post) == place]
            after = [posting for posting in postings if posting.place == place]
            for post, posting in zip_longest(before, after):
                if posting is None:
                    await self._take_back(cause, source, post, index)
                else:
                    await self._post(cause, source, post, posting, index)
                index += 1
        for page in (post for post in held if post.kind == "catchup"):
            await self.take_out(cause, source, page, index)
            index += 1
        for answer in (post for post in held if post.kind in ("reply", "notice")):  # it says again what was said before
            await self._take_back(cause, source, answer, index)
            index += 1
        return index

    async def renew(self, cause: Cause, original: Original, target: str, index: int = 0) -> list[OutboxRow]:
        """Let the posts with a message in *target* say it as it is recorded now; return these posts.

        What is recorded counts from *index*, for that cause.
        """
        made = {t.target: t for t in await self._store.translation.list_of(original.revision)}
        source = original.event_id
        held = await self._store.outbox.list_holding(source)
        renewed: list[OutboxRow] = []
        for place in dict.fromkeys(_place(post) for post in held if post.kind in ("translation", "relay")):
            own = [post for post in held if _place(post) == place]
            payloads = again([(await self._store.outbox.latest(post)).payload for post in own], target, made)
            renewed += own if payloads else []
            for post, payload in zip_longest(own, payloads) if payloads else ():
                if payload is None:
                    await self._take_back(cause, source, post, index)
                else:
                    room_id, kind, wished = place
                    said = {**_relabelled(payload, original), "revision": original.revision}
                    said |= {"corrected": True} if made[target].reworded else {}
                    posting = Posting(room_id, kind, said, wished)
                    await self._post(cause, source, post, posting, index)
                index += 1
        for page in (post for post in held if post.kind == "catchup"):
            if any(entry["event"] == source and entry["part"][0] == target for entry in page.payload["entries"]):
                await self._renew_page(cause, source, page, made[target], index)
                renewed.append(page)
                index += 1
        return renewed

    async def _renew_page(self, cause: Cause, source: str, page: OutboxRow, made: Translation, index: int) -> None:
        """Let a summary say what the message *source* is translated as now, in its first part."""
        entries, seen = [], False
        held = set(await self._store.outbox.list_held(page.id))
        for entry in (entry for entry in page.payload["entries"] if entry["event"] in held):
            if entry["event"] != source or entry["part"][0] != made.target:
                entries.append(entry)
            elif not seen:
                seen = True
                entries.append({**entry, "part": [made.target, 0, len(made.text)]})
        await self._edit_page(cause, page, {**page.payload, "entries": entries}, index)

    async def _edit_page(self, cause: Cause, page: OutboxRow, payload: Json, index: int) -> None:
        """Let a summary say *payload*, now and whenever it is worded again."""
        await self._store.outbox.save(page.id, payload)
        renewed = {**payload, "post": page.id}
        await self._store.outbox.add(page.room_id, "catchup", cause.event_id, renewed, cause.at, index)

    async def _post(self, cause: Cause, source: str, post: OutboxRow | None, posting: Posting, index: int) -> None:
        """Let *posting* take the place of *post*, or be a new one."""
        payload = {**posting.payload, "source": source}
        if post is None:
            fresh = replace(posting, payload=payload)
            return await self._add_one(fresh, cause.event_id, source, cause.at, index)
        # An edit does not say what its message answers; and where that was never sent, it is posted anew.
        payload |= {name: post.payload[name] for name in ("answers", "thread") if name in post.payload}
        payload["post"] = post.id
        await self._store.outbox.add(posting.room_id, posting.kind, cause.event_id, payload, cause.at, index)

    async def _take_back(self, cause: Cause, source: str, post: OutboxRow, index: int) -> None:
        """Let *post* be redacted."""
        await self._store.outbox.let_go(source, post.id)
        await self._store.outbox.add(post.room_id, "redact", cause.event_id, {"post": post.id}, cause.at, index)

    async def take_out(self, cause: Cause, source: str, page: OutboxRow, index: int) -> None:
        """Let a summary be edited without the message *source*, or be redacted if it holds no other."""
        held = set(await self._store.outbox.list_held(page.id)) - {source}
        entries = [entry for entry in page.payload.get("entries", ()) if entry["event"] in held]
        if not entries:
            return await self._take_back(cause, source, page, index)
        await self._store.outbox.let_go(source, page.id)
        payload = {**page.payload, "entries": entries, "post": page.id}
        await self._store.outbox.add(page.room_id, "catchup", cause.event_id, payload, cause.at, index)


def _relabelled(said: Mapping[str, Any], original: Original) -> Json:
    """Return what a post or an entry *said*, behind the label that the message was given afterwards, if it was."""
    without = {name: value for name, value in said.items() if name not in ("label", "corrected")}
    if not original.label:
        return without
    without.pop("handled", None)
    return {**without, "label": original.label}


def _place(post: OutboxRow) -> Place:
    return post.room_id, post.kind, post.target
