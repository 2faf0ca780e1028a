"""The only place that sends: one queue a room, so that one room's rate limit delays no other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

import structlog
from nio.crypto import Olm
from nio.exceptions import GroupEncryptionError, OlmUnverifiedDeviceError

from bot.clock import Clock
from bot.command import Reply
from bot.errors import ErrorCode
from bot.i18n import Code, _
from bot.intake.payload import reply_payload
from bot.lanes import Lanes, TryLater
from bot.matrix.api import HomeserverAway, HomeserverError, backoff, path
from bot.matrix.client import MatrixClient
from bot.matrix.echo import find_echo, may_have_been_sent
from bot.matrix.media import Media
from bot.matrix.opening import Opening
from bot.matrix.pinning import Pinning
from bot.matrix.rooms import DESCRIPTION
from bot.matrix.withheld import ALGORITHM, withheld
from bot.model import sequel
from bot.model.person import UserId
from bot.render import Elsewhere, Post
from bot.store import Store
from bot.store.outbox import OutboxRow

log = structlog.get_logger(__name__)

MAX_CONTENT_BYTES = 46_000
"""The specification allows 65,536 bytes for a whole event: base64 makes four of three, the server adds some."""


LEAVES_NOTHING = frozenset({"join", "leave", "redact", "farewell"})
"""What is done also in the direct room of somebody whose device is lost: nobody learns anything by it."""


class KeysNotShared(Exception):
    """Not every device that must read a message has its room key yet."""


class Withdrawn(Exception):
    """What a row was to say is gone, and it was not sent before that."""


async def _unnoted(row: OutboxRow, now: datetime) -> None:
    """Note nothing."""


class Words(Protocol):
    """What words the rows of the outbox; `bot.render` does it."""

    async def post(self, row: OutboxRow) -> Post | None:
        """Return what is posted for *row*, or None if what it was to say is gone."""
        ...

    async def reason(self, row: OutboxRow) -> str | None:
        """Return why the bot leaves a room, or None where that is not said."""
        ...


class Sender:
    """Empties the outbox: render, encrypt, send under the row's transaction id, record."""

    def __init__(self, client: MatrixClient, store: Store, renderer: Words, opening: Opening, clock: Clock) -> None:
        self._client = client
        self._opening = opening
        self._pinning = Pinning(client, store)
        self._store = store
        self._renderer = renderer
        self._clock = clock
        self._lanes = Lanes("send", self._room)
        self.wake = self._lanes.wake
        self.rest = self._lanes.rest
        """Returns once everything is sent."""
        self.on_posted: Callable[[OutboxRow, datetime], Awaitable[None]] = _unnoted
        """Told, in the transaction that records it, what was posted and when."""
        self.on_done: Callable[[str], None] = lambda room_id: None
        """Told the room of what was sent or given up: there may be more to mark as read."""

    async def run(self) -> None:
        """Send until cancelled, what was left over from before included."""
        await self._lanes.run(await self._store.outbox.list_rooms())

    async def _room(self, room_id: str) -> None:
        while row := await self._store.outbox.next(room_id):
            await self._deliver(row)

    async def _deliver(self, row: OutboxRow) -> None:
        failures = 0
        while True:
            try:
                event_id = await self._send(row)
            except HomeserverError as error:
                # A dead token ends the program, not the message: it is sent when the session is good again.
                if not error.passing and not error.ends_session:
                    return await self._give_up(row, str(error))
                await self._pause(row, failures, error, error.retry_after)
            except (HomeserverAway, KeysNotShared, OlmUnverifiedDeviceError, GroupEncryptionError) as error:
                await self._pause(row, failures, error, None)
            except Withdrawn:
                return await self._close(row, "withdrawn")
            except Elsewhere:
                async with self._store.transaction():
                    await self._store.outbox.turn_back(row)
                return None
            except TryLater:
                raise
            # The edge: a row that cannot be rendered or encrypted must not stop its room for ever.
            except Exception as error:
                log.exception("outbox.failed", id=row.id, kind=row.kind, room=row.room_id)
                return await self._give_up(row, type(error).__name__)
            else:
                async with self._store.transaction():
                    await self._store.outbox.sent(row.id, event_id, self._clock.now())
                    await self.on_posted(row, self._clock.now())
                    if row.kind == "file":
                        await self._store.file.forget(row.id)
                    if "post" in row.payload and event_id:
                        await self._store.outbox.stands_in(row.payload["post"], event_id, self._clock.now())
                await self._store.scrub()
                self.on_done(row.room_id)
                return None
            failures += 1

    async def _give_up(self, row: OutboxRow, failure: str) -> None:
        log.error("outbox.given_up", id=row.id, kind=row.kind, room=row.room_id, failure=failure)
        if row.kind == "open":
            await self._opening.refused(UserId(row.room_id), self._clock.now())
        await self._close(row, failure)

    async def _close(self, row: OutboxRow, failure: str) -> None:
        async with self._store.transaction():
            await self._store.outbox.failed(row.id, failure)
            if row.kind == "file":
                await self._store.file.forget(row.id)
                if "ref" not in row.payload:
                    await self._without_file(row)
        await self._store.scrub()
        self.on_done(row.room_id)

    async def _without_file(self, row: OutboxRow) -> None:
        """Have it said that a file is not coming, in the open transaction: its reply has announced it."""
        name = Code(row.payload["name"])
        said = Reply(_("The homeserver does not take the file {name}, so I could not post it.", name=name))
        payload = reply_payload(said, row.payload["to"], None, ErrorCode.UNAVAILABLE)
        await self._store.outbox.add(row.room_id, "reply", row.cause, payload, self._clock.now(), index=1)

    async def _pause(self, row: OutboxRow, failures: int, error: Exception, asked: float | None) -> None:
        wait = backoff(failures, asked)
        if failures in (0, 10) or failures % 100 == 0:
            log.warning("outbox.waiting", room=row.room_id, error=str(error), wait=round(wait, 2))
        await asyncio.sleep(wait)

    async def _send(self, row: OutboxRow) -> str:
        """Do what *row* asks for; return the event id that came of it, or an empty text."""
        if row.kind not in LEAVES_NOTHING and self._client.forsaken(row.room_id):
            raise Withdrawn
        match row.kind:
            case "join":
                await self._client.api.request("POST", path("join", row.room_id), {})
                return ""
            case "leave":
                reason = await self._renderer.reason(row)
                body = {"reason": reason} if reason else {}
                await self._client.api.request("POST", path("rooms", row.room_id, "leave"), body)
                return ""
            case "open":
                await self._opening.open(UserId(row.room_id), self._clock.now())
                return ""
            case "redact":
                return await self._redact(row)
            case "pin":
                return await self._pinning.change(row)
            case "describe":
                return await self._describe(row.room_id, row.payload["key"], row.payload["content"])
            case "verification":
                return await self._verification(row)
            case sequel.EVENT:
                # Sealed, and not with a room key: a bot that is restored has none of those that came after its backup.
                where = path("rooms", row.room_id, "send", sequel.EVENT, row.id)
                content = {**row.payload, "org.liaison": {"id": row.id, "kind": "sequel"}}
                sent = await self._client.api.request("PUT", where, content, needs=["event_id"])
                return str(sent["event_id"])
        if may_have_been_sent(row, self._clock.now()) and (found := await find_echo(self._client, row)):
            log.info("outbox.found", id=row.id, room=row.room_id)
            return found
        post = await self._renderer.post(row)
        if post is None:
            # It may have been sent without our knowing: then what stands behind it changes that event.
            if found := await find_echo(self._client, row):
                return found
            raise Withdrawn
        content = content_of(post, row)
        if row.kind == "file":
            content = await self._enclosing(content, row)
        if post.enclosed:
            # Made anew at each try, as it may be read then: nothing of it is kept, not even where it lies.
            content["file"] = dict(await Media(self._client.api).upload(post.enclosed.data))
        if self._client.nio.rooms.get(row.room_id) is None:
            raise HomeserverError(403, "M_FORBIDDEN", "we are not in that room")
        if row.kind == "farewell":
            # The only plain text that is ever sent: a fixed sentence, into a room that we are about to leave.
            where = path("rooms", row.room_id, "send", "m.room.message", row.id)
            return str((await self._client.api.request("PUT", where, content, needs=["event_id"]))["event_id"])
        message = await self._encrypt(row.room_id, content, post.type)
        where = path("rooms", row.room_id, "send", "m.room.encrypted", row.id)
        answer = await self._client.api.request("PUT", where, message, needs=["event_id"])
        return str(answer["event_id"])

    async def _verification(self, row: OutboxRow) -> str:
        """Send part of a verification, encrypted; its words are the protocol's."""
        if self._client.nio.rooms.get(row.room_id) is None:
            raise HomeserverError(403, "M_FORBIDDEN", "we are not in that room")
        message = await self._encrypt(row.room_id, row.payload["content"], row.payload["type"])
        where = path("rooms", row.room_id, "send", "m.room.encrypted", row.id)
        return str((await self._client.api.request("PUT", where, message, needs=["event_id"]))["event_id"])

    async def _enclosing(self, content: Mapping[str, Any], row: OutboxRow) -> dict[str, Any]:
        """Return *content* with the file that *row* posts, uploaded once, whatever comes between.

        Raises Withdrawn if there is no file any more.
        """
        enclosed = await self._store.file.uploaded(row.id)
        if enclosed is None:
            file = await self._store.file.find(row.id)
            if file is None:
                raise Withdrawn
            enclosed = await Media(self._client.api).upload(file.data)
            async with self._store.transaction():
                await self._store.file.save_uploaded(row.id, enclosed)
        about = {"mimetype": row.payload["media_type"], "size": row.payload["size"]}
        return {**content, "filename": row.payload["name"], "file": dict(enclosed), "info": about}

    async def _redact(self, row: OutboxRow) -> str:
        """Take back what the post of *row* says, if it was ever sent, and its edits, which would keep their words."""
        post = row.payload["post"]
        event_id = await self._store.outbox.event_of(post)
        if not event_id:
            return ""
        where = path("rooms", row.room_id, "redact", event_id, row.id)
        redaction = str((await self._client.api.request("PUT", where, {}, needs=["event_id"]))["event_id"])
        for edit in await self._store.outbox.list_edit_events(post):
            where = path("rooms", row.room_id, "redact", edit, f"{row.id}{edit}")
            await self._client.api.request("PUT", where, {}, needs=["event_id"])
        return redaction

    async def _describe(self, room_id: str, key: str, content: Mapping[str, Any]) -> str:
        """Describe a command in the room's state, where that is still wanted and allowed."""
        rooms = self._client.rooms
        if not rooms.may_describe(room_id) or rooms.described(room_id).get(key, {}) == content:
            return ""
        where = path("rooms", room_id, "state", DESCRIPTION, key)
        answer = await self._client.api.request("PUT", where, content, needs=["event_id"])
        log.info("command.described", room=room_id, command=content.get("command"))
        return str(answer["event_id"])

    async def _encrypt(self, room_id: str, content: Mapping[str, Any], type: str) -> dict[str, Any]:
        """Return *content* encrypted for everyone in the room whose device is trusted; never plain text."""
        nio = self._client.nio
        if not nio.rooms[room_id].encrypted:
            raise HomeserverError(403, "M_FORBIDDEN", "the room is not encrypted, and we send no plain text")
        if nio.should_query_keys:
            await nio.keys_query()
        olm = nio.olm
        assert olm is not None
        if olm.should_share_group_session(room_id):
            await self._share_room_key(room_id)
        return encrypted(olm, room_id, content, type)

    async def _share_room_key(self, room_id: str) -> None:
        """Send a new room key to every trusted device. nio's own call takes failed sends for done."""
        nio = self._client.nio
        olm = nio.olm
        assert olm is not None
        users = list(nio.rooms[room_id].users)
        served = [user for user in users if self._client.serves(user)]
        if missing := self._client.without_session(served):
            await nio.keys_claim(missing)
        trusted = self._client.trusted_devices(room_id)
        # One commit for the sessions with all devices, and before anything of them is sent.
        with nio.store.database.atomic():
            olm.create_outbound_group_session(room_id)
            parts = list(olm.share_group_session_parallel(room_id, served))
        session = olm.outbound_group_sessions[room_id]
        for index, (devices, messages) in enumerate(parts):
            where = path("sendToDevice", "m.room.encrypted", f"{session.id}-{index}")
            await self._client.api.request("PUT", where, messages)
            session.users_shared_with.update(devices)
        # Whoever holds a lost device is not told that it is known to be lost.
        told = [user for user in users if not self._client.lost(user)]
        refusals = withheld(olm, session, room_id, told, self._client.serves)
        if refusals["messages"]:
            where = path("sendToDevice", "m.room_key.withheld", f"{session.id}-withheld")
            await self._client.api.request("PUT", where, refusals)
        # Nothing may be awaited from here until the message is encrypted: a sync could take the session away.
        # nio itself does not take away a session that is still being shared.
        if olm.outbound_group_sessions.get(room_id) is not session or trusted != self._client.trusted_devices(room_id):
            olm.outbound_group_sessions.pop(room_id, None)
            raise KeysNotShared("someone came or went while the room key was shared")
        session.shared = True


def encrypted(olm: Olm, room_id: str, content: Mapping[str, Any], type: str = "m.room.message") -> dict[str, Any]:
    """Return *content* encrypted with the room key that was shared; raises KeysNotShared when that one is worn out.

    In UTF-8: nio's own call writes each character beyond ASCII in six or twelve bytes, so that a summary in Cyrillic,
    or full of names in emoji, would be more than the homeserver takes.
    """
    session = olm.outbound_group_sessions[room_id]
    if session.expired:
        raise KeysNotShared("the room key has been used often enough")
    event = {"type": type, "content": content, "room_id": room_id}
    relation = {"m.relates_to": content["m.relates_to"]} if "m.relates_to" in content else {}
    return {
        "algorithm": ALGORITHM,
        "sender_key": olm.account.identity_keys["curve25519"],
        "ciphertext": session.encrypt(json.dumps(event, ensure_ascii=False, separators=(",", ":"))),
        "session_id": session.id,
        "device_id": olm.device_id,
        **relation,
    }


def content_of(post: Post, row: OutboxRow) -> dict[str, Any]:
    """Return the content of the event for *post*; raises ValueError when it is too long for one."""
    if post.content:
        return {"m.mentions": _mentions(post), **post.content, "org.liaison": {"id": row.id, **post.record}}
    content: dict[str, Any] = {
        "msgtype": post.msgtype,
        "body": post.body,
        **({"format": "org.matrix.custom.html", "formatted_body": post.html} if post.html else {}),
        "m.mentions": _mentions(post),
        "org.liaison": {"id": row.id, **post.record},
        **post.file,
    }
    if post.replaces:
        edit = _edit(content, post.replaces, f"* {post.body}")
        # What fits is edited, always: what clients show that know no edits may be left out.
        content = edit if _fits(edit) else _edit(content, post.replaces, "*") | {"org.liaison": {"id": row.id}}
    elif relation := _relation(post):
        content["m.relates_to"] = relation
    if not _fits(content):
        raise ValueError("the message is too long for one event")
    return content


def _mentions(post: Post) -> dict[str, Any]:
    people = {"user_ids": list(post.mentions)} if post.mentions else {}
    return people | ({"room": True} if post.rings_all else {})


def _relation(post: Post) -> dict[str, Any]:
    """Return what *post* answers, and the thread that it stands in.

    Clients that show no threads see a reply; those that do see none where it answers what begins the thread.
    """
    if post.thread is None and post.reply_to is None:
        return {}
    answered = {"m.in_reply_to": {"event_id": post.reply_to or post.thread}}
    if post.thread is None:
        return answered
    falls_back = post.reply_to in (None, post.thread)
    return {"rel_type": "m.thread", "event_id": post.thread, "is_falling_back": falls_back, **answered}


def _edit(content: Mapping[str, Any], event_id: str, body: str) -> dict[str, Any]:
    """Return the content that puts *content* in the place of our post *event_id*; *body* is for who knows no edits."""
    return {
        "msgtype": content["msgtype"],
        "body": body,
        "m.mentions": {},
        "m.new_content": dict(content),
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
        "org.liaison": content["org.liaison"],
    }


def _fits(content: Mapping[str, Any]) -> bool:
    return len(json.dumps(content, ensure_ascii=False).encode()) <= MAX_CONTENT_BYTES
