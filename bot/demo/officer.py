"""An officer with a Matrix client of their own, which shares no code with the bot.

The client is mautrix with its own Olm machine. It cross-signs its device, gives room keys only to devices
that their owner has cross-signed, and records of every event whether it could be decrypted and who vouches
for it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
from mautrix.api import HTTPAPI
from mautrix.client import Client, DecryptionDispatcher
from mautrix.client.state_store.memory import MemoryStateStore
from mautrix.crypto import OlmMachine
from mautrix.crypto.attachments import decrypt_attachment, encrypt_attachment
from mautrix.crypto.store import StateStore as CryptoStateStore
from mautrix.crypto.store.asyncpg import PgCryptoStore
from mautrix.errors import DecryptionError, MatrixError, MatrixUnknownRequestError, MUnknownToken
from mautrix.types import (
    Event,
    EventType,
    Membership,
    RoomID,
    SerializerError,
    ToDeviceEvent,
    TrustState,
    UserID,
)
from mautrix.util.async_db import Database

from bot.demo.heard import PATIENCE_SECONDS, Ears, Heard

_LOG = logging.getLogger("liaison.demo.officer")
_MEGOLM = "m.megolm.v1.aes-sha2"
_FILTER = json.dumps({"room": {"timeline": {"limit": 5000}}, "presence": {"not_types": ["*"]}})
# mautrix retries a refused request four times by itself; a test wants to see the refusal.
_NO_RETRY = 0
# The folder lives as long as a test or a demo: it must survive our end, not the machine's.
_PRAGMAS = ("PRAGMA synchronous = OFF",)


class _Rooms(MemoryStateStore, CryptoStateStore):
    """What the client knows of its rooms; the Olm machine also asks which rooms it shares with whom."""

    async def is_encrypted(self, room_id: RoomID) -> bool | None:  # type: ignore[override]
        # Both parents have it; mautrix asks the server where the answer is None.
        return await MemoryStateStore.is_encrypted(self, room_id)

    async def find_shared_rooms(self, user_id: UserID) -> list[RoomID]:
        return [
            room_id
            for room_id, members in self.members.items()
            if user_id in members and members[user_id].membership in (Membership.JOIN, Membership.INVITE)
        ]


class _Client(Client):
    """mautrix's client, which gives the password when the homeserver asks for it before a change of identity."""

    password = ""

    async def upload_cross_signing_keys(self, keys: Any, auth: Any = None) -> None:
        try:
            await super().upload_cross_signing_keys(keys, auth)
        except MatrixUnknownRequestError as error:
            session = json.loads(error.text).get("session")
            if auth or not session:
                raise
            identifier = {"type": "m.id.user", "user": self.mxid}
            given: Any = {"type": "m.login.password", "identifier": identifier, "password": self.password}
            await super().upload_cross_signing_keys(keys, {**given, "session": session})


class Officer:
    """One person with one device; `start` logs in and keeps listening until `stop`.

    A stopped officer starts again on the same device from the same folder, and misses nothing.
    """

    def __init__(
        self,
        homeserver_url: str,
        user_id: str,
        password: str,
        folder: Path,
        display_name: str | None = None,
        *,
        auto_join: bool = False,
    ) -> None:
        """Keep who logs in where; `auto_join` accepts every invitation as it comes."""
        self.homeserver_url = homeserver_url
        self.user_id = user_id
        self.password = password
        self.folder = folder
        self.display_name = display_name
        self.auto_join = auto_join
        self.invitations: list[str] = []
        self.recovery_key = ""
        # Untyped, because mautrix wants a type of its own for every kind of id.
        self._client: Any = None
        self._crypto: Any = None
        self._store: Any = None
        self._ears = Ears(user_id)
        self._synced = asyncio.Event()
        self._withheld: dict[str, str] = {}
        self._audience: dict[str, frozenset[str]] = {}
        self._http: aiohttp.ClientSession | None = None
        self._database: Database | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def heard(self) -> list[Heard]:
        """All events of all rooms since the start, oldest first, own ones included."""
        return self._ears.heard

    @property
    def device_id(self) -> str:
        """The id of this officer's device."""
        return str(self._client.device_id)

    @property
    def access_token(self) -> str:
        """The token of this login, for requests that the officer has no method for."""
        return str(self._client.api.token)

    async def start(self) -> None:
        """Log in, publish and cross-sign the device, and return when the first sync is done."""
        self.folder.mkdir(parents=True, exist_ok=True)
        url = f"sqlite://{(self.folder / 'crypto.db').resolve()}"
        self._database = Database.create(
            url, upgrade_table=PgCryptoStore.upgrade_table, db_args={"init_commands": list(_PRAGMAS)}
        )
        await self._database.start()
        self._store = PgCryptoStore(self.user_id, "officer", self._database)
        rooms = _Rooms()
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        api = HTTPAPI(self.homeserver_url, client_session=self._http, default_retry_count=_NO_RETRY)
        self._client = _Client(self.user_id, api=api, state_store=rooms, sync_store=self._store)
        self._client.password = self.password
        await self._log_in()
        self._crypto = OlmMachine(self._client, self._store, rooms)
        self._crypto.send_keys_min_trust = TrustState.CROSS_SIGNED_TOFU
        self._crypto.share_keys_min_trust = TrustState.CROSS_SIGNED_TOFU
        await self._crypto.load()
        self._client.crypto = self._crypto
        self._listen()
        await self._publish()
        if self.display_name is not None:
            await self._client.set_displayname(self.display_name)
        self._synced.clear()
        self._task = asyncio.create_task(self._sync(), name=f"sync of {self.user_id}")
        self._task.add_done_callback(self._note_end)
        await asyncio.wait_for(self._synced.wait(), 20)

    async def _log_in(self) -> None:
        known = await self._store.get_device_id()
        await self._client.login(password=self.password, device_id=known or None, device_name="Officer's client")
        await self._store.put_device_id(self._client.device_id)

    def _listen(self) -> None:
        """Have mautrix finish keys, device lists and membership before we look at the timeline."""
        self._client.remove_dispatcher(DecryptionDispatcher)
        waiting = [
            (EventType.TO_DEVICE_ENCRYPTED, self._crypto.handle_to_device_event),
            (EventType.ROOM_MEMBER, self._crypto.handle_member_event),
            (EventType.ROOM_KEY_WITHHELD, self._note_withheld),
            (EventType.ALL, self._client._update_state),
        ]
        for kind, handler in waiting:
            self._client.add_event_handler(kind, handler, wait_sync=True)

    async def _publish(self) -> None:
        """Upload the device's keys and have them signed by a new identity; later starts find both done."""
        file = self.folder / "recovery-key"
        if not self._crypto.account.shared:
            await self._crypto.share_keys()
            key = await self._crypto.generate_recovery_key()
            file.touch(mode=0o600)
            file.write_text(key, "utf-8")
        self.recovery_key = file.read_text("utf-8")

    async def stop(self) -> None:
        """Stop listening and close everything; the device stays logged in."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=10)
            self._task = None
        if self._http is not None:
            await self._http.close()
        if self._database is not None:
            await self._database.stop()

    # Rooms

    async def create_room(
        self, name: str, invite: Iterable[str] = (), encrypted: bool = True, direct: bool = False
    ) -> str:
        """Create a private room, invite those user ids, and return its id."""
        encryption = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": _MEGOLM}}
        body = {
            "name": name,
            "invite": list(invite),
            "is_direct": direct,
            "preset": "trusted_private_chat" if direct else "private_chat",
            "initial_state": [encryption] if encrypted else [],
        }
        answer = await self._client.api.request("POST", "/_matrix/client/v3/createRoom", content=body)
        return str(answer["room_id"])

    async def join(self, room_id: str) -> None:
        """Join a room that one is invited to; joining twice is no fault."""
        await self._client.join_room_by_id(room_id)

    async def invite(self, room_id: str, user_id: str) -> None:
        """Invite somebody."""
        await self._client.invite_user(room_id, user_id)

    async def leave(self, room_id: str) -> None:
        """Leave a room."""
        await self._client.leave_room(room_id)

    async def members(self, room_id: str) -> set[str]:
        """Return the user ids of those who have joined the room, asked of the server."""
        return {str(user_id) for user_id in await self._client.get_joined_members(room_id)}

    # Sending

    async def say(
        self,
        room_id: str,
        text: str,
        html: str | None = None,
        reply_to: str | None = None,
        **extra_content: Any,
    ) -> str:
        """Send a message and return its event id; further content keys override the usual ones."""
        content: dict[str, Any] = {"msgtype": "m.text", "body": text, "m.mentions": {}}
        if html is not None:
            content |= {"format": "org.matrix.custom.html", "formatted_body": html}
        if reply_to is not None:
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": reply_to}}
        return await self.send(room_id, "m.room.message", content | extra_content)

    async def post_file(self, room_id: str, name: str, data: bytes, media_type: str = "text/csv") -> str:
        """Post an encrypted file and return its event id."""
        encrypted, file = encrypt_attachment(data)
        file.url = await self._client.upload_media(encrypted, mime_type="application/octet-stream")
        info = {"mimetype": media_type, "size": len(data)}
        content = {"msgtype": "m.file", "body": name, "filename": name, "info": info, "file": file.serialize()}
        return await self.send(room_id, "m.room.message", {**content, "m.mentions": {}})

    async def read_file(self, heard: Heard) -> bytes:
        """Return the file in a message, decrypted; raises DecryptionError if it is not what the message says."""
        file = heard.content["file"]
        data = await self._client.download_media(file["url"])
        return bytes(decrypt_attachment(data, file["key"]["k"], file["hashes"]["sha256"], file["iv"]))

    async def edit(self, room_id: str, event_id: str, text: str) -> str:
        """Replace the text of an own message and return the id of the edit."""
        content = {
            "msgtype": "m.text",
            "body": f"* {text}",
            "m.mentions": {},
            "m.new_content": {"msgtype": "m.text", "body": text, "m.mentions": {}},
            "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
        }
        return await self.send(room_id, "m.room.message", content)

    async def attach(
        self,
        room_id: str,
        name: str,
        data: bytes,
        caption: str = "",
        *,
        msgtype: str = "m.image",
        mimetype: str = "image/jpeg",
        **extra_content: Any,
    ) -> str:
        """Send a file, encrypted, with a caption if there is one, and return its event id."""
        ciphertext, keys = encrypt_attachment(data)
        url = await self._client.upload_media(ciphertext, "application/octet-stream")
        content: dict[str, Any] = {
            "msgtype": msgtype,
            "body": caption or name,
            "filename": name,
            "file": {**keys.serialize(), "url": str(url)},
            "info": {"mimetype": mimetype, "size": len(data)},
            "m.mentions": {},
        }
        return await self.send(room_id, "m.room.message", content | extra_content)

    async def speak(self, room_id: str, seconds: float, data: bytes = b"OggS") -> str:
        """Send a voice message as clients record them, and return its event id."""
        info = {"mimetype": "audio/ogg", "size": len(data), "duration": round(seconds * 1000)}
        voice: dict[str, Any] = {
            "org.matrix.msc3245.voice": {},
            "org.matrix.msc1767.audio": {"duration": info["duration"]},
        }
        name = "Voice message.ogg"
        return await self.attach(room_id, name, data, msgtype="m.audio", mimetype="audio/ogg", info=info, **voice)

    async def react(self, room_id: str, event_id: str, key: str) -> str:
        """React to an event, unencrypted as in every client, and return the reaction's id."""
        relation = {"rel_type": "m.annotation", "event_id": event_id, "key": key}
        return await self.send(room_id, "m.reaction", {"m.relates_to": relation}, in_clear=True)

    async def redact(self, room_id: str, event_id: str, reason: str | None = None) -> str:
        """Take an event's content away and return the id of the redaction."""
        return str(await self._client.redact(room_id, event_id, reason))

    async def send(self, room_id: str, kind: str, content: dict[str, Any], *, in_clear: bool = False) -> str:
        """Send an event of any type and return its id; `in_clear` forbids encryption, whatever the room."""
        event_type = EventType.find(kind, EventType.Class.MESSAGE)
        if not in_clear:
            await self._refresh(room_id)
        return str(await self._client.send_message_event(room_id, event_type, content, disable_encryption=in_clear))

    async def forget_room_key(self, room_id: str) -> None:
        """Begin a new room session with the next message."""
        await self._store.remove_outbound_group_session(room_id)

    async def _refresh(self, room_id: str) -> None:
        """Begin a new room session when others are in the room than at the last message.

        Otherwise a message sent at once after somebody joined would miss them until our next sync.
        """
        audience = frozenset(await self.members(room_id))
        if self._audience.get(room_id, audience) != audience:
            await self._store.remove_outbound_group_session(room_id)
        self._audience[room_id] = audience

    # Listening

    async def hears(
        self,
        predicate: Callable[[Heard], object],
        timeout: float = PATIENCE_SECONDS,
    ) -> Heard:
        """Return the first event, past or to come, own ones included, that the predicate holds for.

        After `timeout` seconds an AssertionError lists all that was heard instead.
        """
        return await self._ears.wait(predicate, timeout)

    async def _sync(self) -> None:
        """Ask the homeserver for news for ever; an absent homeserver is asked again."""
        since = await self._store.get_next_batch()
        full_state = True
        while True:
            try:
                data = await self._client.sync(
                    since=since or None,
                    timeout=10_000 if self._synced.is_set() else 0,
                    filter_id=_FILTER,
                    full_state=full_state,
                )
            except MUnknownToken:
                raise
            except (MatrixError, aiohttp.ClientError, TimeoutError) as error:
                _LOG.info("%s: sync failed: %s", self.user_id, error)
                await asyncio.sleep(0.3)
                continue
            await asyncio.gather(*self._client.handle_sync(data))
            await self._take(data)
            since, full_state = data["next_batch"], False
            await self._store.put_next_batch(since)
            self._synced.set()

    def _note_end(self, task: asyncio.Task[None]) -> None:
        self._ears.fault = None if task.cancelled() else task.exception()

    async def _take(self, data: dict[str, Any]) -> None:
        """Record what one sync brought, in the server's order."""
        if data.get("to_device", {}).get("events"):
            await self._retry()
        rooms = data.get("rooms", {})
        for room_id, room in rooms.get("join", {}).items():
            for raw in room.get("timeline", {}).get("events", []):
                await self._ears.record(await self._understand(raw | {"room_id": room_id}))
        for room_id in rooms.get("invite", {}):
            if room_id not in self.invitations:
                self.invitations.append(room_id)
            if self.auto_join:
                await self.join(room_id)

    async def _retry(self) -> None:
        """Try again what waits for its key, now that keys, or refusals of keys, have come."""
        for heard in [heard for heard in self.heard if heard.error is not None]:
            await self._ears.record(await self._understand(heard.raw))

    async def _note_withheld(self, event: ToDeviceEvent) -> None:
        content = event.content.serialize()
        self._withheld[str(content.get("session_id"))] = str(content.get("code"))

    async def _understand(self, raw: dict[str, Any]) -> Heard:
        plain = Heard(raw["event_id"], raw["room_id"], raw["sender"], raw["type"], raw["content"], False, "", None, raw)
        # A redacted event has no ciphertext any more.
        if raw["type"] != "m.room.encrypted" or "ciphertext" not in raw["content"]:
            return plain
        session_id = str(raw["content"].get("session_id"))
        try:
            event = await self._crypto.decrypt_megolm_event(Event.deserialize(raw))
            session = await self._store.get_group_session(raw["room_id"], session_id)
            payload = json.loads(session.decrypt(raw["content"]["ciphertext"])[0])
        except (DecryptionError, SerializerError) as error:
            code = self._withheld.get(session_id)
            reason = f"withheld: {code}" if code else f"{type(error).__name__}: {error}"
            return replace(plain, content={}, encrypted=True, error=reason)
        # The payload, not mautrix's event: its types drop and reorder what they do not know.
        content = payload["content"]
        if "m.relates_to" in raw["content"]:
            content.setdefault("m.relates_to", raw["content"]["m.relates_to"])
        trust = str(event["mautrix"]["trust_state"])
        return replace(plain, type=payload["type"], content=content, encrypted=True, trust=trust)


def new_password() -> str:
    """Return a password for one run."""
    return secrets.token_urlsafe(12)
