"""Raw inbox rows to our own Incoming: decrypted, converted, with what may be believed of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import structlog
import vodozemac
from nio import MegolmEvent
from nio.crypto import InboundGroupSession

from bot.intake import Unreadable, Waiting
from bot.matrix.api import HomeserverAway, HomeserverError
from bot.matrix.client import MatrixClient
from bot.matrix.cryptostore import RESTORED
from bot.model.incoming import Incoming, MegolmIndex
from bot.model.person import UserId
from bot.store.inbox import InboxRow

log = structlog.get_logger(__name__)

MEGOLM = "m.megolm.v1.aes-sha2"


class Reader:
    """Reads inbox rows with the room keys that the client holds."""

    def __init__(self, client: MatrixClient) -> None:
        self._client = client

    def read(self, row: InboxRow) -> Incoming | Waiting | Unreadable:
        """Return the event; Waiting if its room key has not come yet; Unreadable if it never will be."""
        raw = row.raw
        sender, sent = raw.get("sender"), raw.get("origin_server_ts")
        if not isinstance(sender, str) or not isinstance(raw.get("content"), dict):
            return Unreadable("malformed")
        if raw.get("type") == "m.room.encrypted" and "state_key" not in raw:
            return self._decrypt(row, sender, _moment(sent, row.received_at))
        return Incoming(
            event_id=row.event_id,
            room_id=row.room_id,
            sender=UserId(sender),
            type=str(raw.get("type", "")),
            content=raw["content"],
            sent_at=_moment(sent, row.received_at),
            received_at=row.received_at,
            state_key=raw["state_key"] if isinstance(raw.get("state_key"), str) else None,
        )

    def _decrypt(self, row: InboxRow, sender: str, sent_at: datetime) -> Incoming | Waiting | Unreadable:
        content = row.raw["content"]
        session_id, ciphertext = content.get("session_id"), content.get("ciphertext")
        if content.get("algorithm") != MEGOLM or not isinstance(session_id, str) or not isinstance(ciphertext, str):
            return Unreadable("malformed")
        restored = self._client.restored
        session = self._session(row.room_id, session_id) or restored.find(row.room_id, session_id)
        if session is None:
            self._ask_for_key(row)
            return Waiting(session_id)
        if RESTORED in session.forwarding_chain and restored.covers(sent_at):
            return Unreadable("restored")
        try:
            text, index = session.decrypt(ciphertext)
            payload = json.loads(text)
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
            sent_at=sent_at,
            received_at=row.received_at,
            encrypted=True,
            trusted=self._trusted(sender, session),
            megolm=MegolmIndex(session.sender_key, session_id, index),
        )

    def _session(self, room_id: str, session_id: str) -> InboundGroupSession | None:
        """Return the room key, by its id alone: the sender key beside the ciphertext is not authenticated."""
        olm = self._client.nio.olm
        assert olm is not None
        for sessions in olm.inbound_group_store[room_id].values():
            if session_id in sessions:
                return sessions[session_id]
        return None

    async def refresh(self, sender: UserId) -> None:
        """Ask the homeserver for the devices of *sender* anew, within a limit; no answer changes nothing."""
        self._client.nio.users_for_key_query.add(sender)
        try:
            await self._client.nio.keys_query()
        except (HomeserverError, HomeserverAway) as error:
            log.warning("keys.not_queried", user=sender, error=str(error))

    def _trusted(self, sender: str, session: InboundGroupSession) -> bool:
        """Return whether the room key came straight from a cross-signed device of *sender*."""
        device = self._client.device_of(sender, session.sender_key)
        return (
            device is not None
            and device.verified
            and device.ed25519 == session.ed25519
            and not session.forwarding_chain
        )

    def _ask_for_key(self, row: InboxRow) -> None:
        event = MegolmEvent.from_dict({**row.raw, "room_id": row.room_id})
        olm = self._client.nio.olm
        if isinstance(event, MegolmEvent) and event.device_id and olm is not None:
            olm.check_if_wedged(event)


def _moment(milliseconds: Any, otherwise: datetime) -> datetime:
    """Return the homeserver's time stamp as UTC, or *otherwise* for one that is none."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int):
        return otherwise
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return otherwise
