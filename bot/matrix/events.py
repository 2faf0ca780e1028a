"""Raw inbox rows to our own Incoming: decrypted, converted, with what may be believed of them."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
import vodozemac
from nio import MegolmEvent
from nio.crypto import InboundGroupSession

from bot.intake import Unreadable, Waiting
from bot.matrix.client import MatrixClient
from bot.matrix.cryptostore import RESTORED
from bot.matrix.sync import sent_at
from bot.model.incoming import Incoming, MegolmIndex, Trust
from bot.model.person import UserId
from bot.store.inbox import InboxRow

log = structlog.get_logger(__name__)

MEGOLM = "m.megolm.v1.aes-sha2"
_HALF_A_PAIR = re.compile(r"\\u[dD][89a-fA-F]")
MOST_REQUESTS = 20
"""How many requests for keys to one person may wait: they go out one by one, and no sync is made meanwhile."""
REFRESH_SECONDS = 5.0
"""How often one person's devices are asked for because of what they send."""


class Reader:
    """Reads inbox rows with the room keys that the client holds."""

    def __init__(self, client: MatrixClient) -> None:
        self._client = client
        self._refreshed: dict[str, float] = {}

    def read(self, row: InboxRow) -> Incoming | Waiting | Unreadable:
        """Return the event; Waiting if its room key has not come yet; Unreadable if it never will be."""
        raw = row.raw
        sender = raw.get("sender")
        if not isinstance(sender, str) or not isinstance(raw.get("content"), dict):
            return Unreadable("malformed")
        if raw.get("type") == "m.room.encrypted" and "state_key" not in raw:
            if not raw["content"] and _redacted(raw):
                return Unreadable("redacted")
            return self._decrypt(row, sender, sent_at(row.raw, row.received_at))
        return Incoming(
            event_id=row.event_id,
            room_id=row.room_id,
            sender=UserId(sender),
            type=str(raw.get("type", "")),
            content=_content(raw),
            sent_at=sent_at(row.raw, row.received_at),
            received_at=row.received_at,
            state_key=raw["state_key"] if isinstance(raw.get("state_key"), str) else None,
        )

    def _decrypt(self, row: InboxRow, sender: str, moment: datetime) -> Incoming | Waiting | Unreadable:
        content = row.raw["content"]
        session_id, ciphertext = content.get("session_id"), content.get("ciphertext")
        if content.get("algorithm") != MEGOLM or not isinstance(session_id, str) or not isinstance(ciphertext, str):
            return Unreadable("malformed")
        restored = self._client.restored
        session = self._session(row.room_id, session_id, sender) or restored.find(row.room_id, session_id)
        if session is None:
            self._ask_for_key(row)
            return Waiting(session_id)
        if RESTORED in session.forwarding_chain and restored.covers(moment):
            return Unreadable("restored")
        try:
            text, index = session.decrypt(ciphertext)
            payload = json.loads(text)
            if _HALF_A_PAIR.search(text):
                # Half a surrogate pair is no character: it could be neither stored nor sent.
                payload = json.loads(json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace"))
        except (vodozemac.MegolmDecryptionException, vodozemac.DecodeException, ValueError, RecursionError):
            return Unreadable("undecryptable")
        inner = payload.get("content") if isinstance(payload, dict) else None
        if not isinstance(inner, dict) or payload.get("room_id") != row.room_id:
            return Unreadable("malformed")
        # Clients leave the relation in clear; the homeserver could change it, so its own copy wins.
        if "m.relates_to" not in inner and isinstance(content.get("m.relates_to"), dict):
            inner["m.relates_to"] = content["m.relates_to"]
        return Incoming(
            event_id=row.event_id,
            room_id=row.room_id,
            sender=UserId(sender),
            type=str(payload.get("type", "")),
            content=inner,
            sent_at=moment,
            received_at=row.received_at,
            trust=self._trust(sender, session),
            megolm=MegolmIndex(session.sender_key, session_id, index),
        )

    def _session(self, room_id: str, session_id: str, sender: str) -> InboundGroupSession | None:
        """Return the room key, by its id alone: the sender key beside the ciphertext is not authenticated.

        Of several that people have sent, the one from a device of *sender* is meant.
        """
        olm = self._client.nio.olm
        assert olm is not None
        found = [s[session_id] for s in olm.inbound_group_store[room_id].values() if session_id in s]
        own = [session for session in found if self._client.device_of(sender, session.sender_key)]
        return next(iter(own or found), None)

    async def refresh(self, sender: UserId) -> None:
        """Ask the homeserver for the devices of *sender* anew, within limits; no answer changes nothing."""
        now = asyncio.get_running_loop().time()
        if now - self._refreshed.get(sender, -REFRESH_SECONDS) < REFRESH_SECONDS:
            return
        self._refreshed[sender] = now
        self._client.nio.users_for_key_query.add(sender)
        try:
            await self._client.nio.keys_query()
        # The edge of one query: whatever comes of it, the event is judged by what is known.
        except Exception as error:
            log.warning("keys.not_queried", user=sender, error=type(error).__name__)

    def still_trusts(self, incoming: Incoming) -> bool:
        """Return whether the device that a trusted *incoming* came from is trusted at this moment."""
        olm, key = self._client.nio.olm, incoming.megolm
        if olm is None or key is None:
            return False
        session = olm.inbound_group_store.get(incoming.room_id, key.sender_key, key.session_id)
        return session is not None and self._trust(incoming.sender, session) is Trust.CHECKED

    def unlearn(self, incoming: Incoming) -> None:
        """Give up the room key for *incoming* and all before it that came by the same one."""
        if incoming.megolm:
            self._client.keys.advance(incoming.room_id, incoming.megolm)

    def _trust(self, sender: str, session: InboundGroupSession) -> Trust:
        """Return what may be believed of an event of *sender* that came by the room key *session*."""
        device = self._client.device_of(sender, session.sender_key)
        straight = not session.forwarding_chain
        if device and device.verified and device.ed25519 == session.ed25519 and straight:
            return Trust.CHECKED
        # Who made the room key is proved by the encrypted message that brought it, unless others passed it on.
        others = self._client.owners_of(session.sender_key) - {sender}
        return Trust.FORGED if others and straight else Trust.UNCHECKED

    def _ask_for_key(self, row: InboxRow) -> None:
        event = MegolmEvent.from_dict({**row.raw, "room_id": row.room_id})
        olm = self._client.nio.olm
        if not isinstance(event, MegolmEvent) or not event.device_id or olm is None:
            return
        asked = sum(message.recipient == event.sender for message in olm.outgoing_to_device_messages)
        if asked < MOST_REQUESTS:
            olm.check_if_wedged(event)


def _redacted(raw: Mapping[str, Any]) -> bool:
    unsigned = raw.get("unsigned")
    return isinstance(unsigned, Mapping) and "redacted_because" in unsigned


def _content(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the content of an event in clear; what a redaction takes back stands beside it before room version 11.

    There what the content says is only its sender's claim.
    """
    if raw.get("type") == "m.room.redaction" and "redacts" in raw:
        return {**raw["content"], "redacts": raw["redacts"]}
    content: Mapping[str, Any] = raw["content"]
    return content
