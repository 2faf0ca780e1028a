"""The other side of a verification by emoji, written from the specification with other primitives than the bot's."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from unpaddedbase64 import decode_base64, encode_base64

from bot.matrix.verifying import Party

PREFIX = "m.key.verification."
Event = tuple[str, dict[str, Any]]


class App:
    """Ana's app. `me` and `other` are the keys as this side believes them to be."""

    def __init__(self, me: Party, other: Party, id: str, *, in_room: bool = False) -> None:
        self.me = me
        self.other = other
        self.id = id
        self._in_room = in_room
        self._private = X25519PrivateKey.generate()
        self.public = encode_base64(self._private.public_key().public_bytes_raw())
        self._theirs = ""
        self._start: dict[str, Any] = {}
        self._commitment = ""
        self.begins = True

    def event(self, kind: str, **content: Any) -> Event:
        """Return an event of this verification."""
        relation: dict[str, Any] = {"transaction_id": self.id}
        if self._in_room:
            relation = {"m.relates_to": {"rel_type": "m.reference", "event_id": self.id}}
        return PREFIX + kind, {**content, **relation}

    def start(self, **other: Any) -> Event:
        """Begin with the emoji."""
        kind, self._start = self.event(
            "start",
            **{
                "from_device": self.me.device_id,
                "method": "m.sas.v1",
                "key_agreement_protocols": ["curve25519-hkdf-sha256"],
                "hashes": ["sha256"],
                "message_authentication_codes": ["hkdf-hmac-sha256", "hkdf-hmac-sha256.v2"],
                "short_authentication_string": ["decimal", "emoji"],
                **other,
            },
        )
        return kind, self._start

    def accepted(self, content: Mapping[str, Any]) -> None:
        """Take the other side's promise."""
        self._commitment = content["commitment"]

    def accept(self, start: Mapping[str, Any], **other: Any) -> Event:
        """Accept the other side's start."""
        self.begins = False
        self._start = dict(start)
        chosen = {
            "key_agreement_protocol": "curve25519-hkdf-sha256",
            "hash": "sha256",
            "message_authentication_code": "hkdf-hmac-sha256.v2",
            "short_authentication_string": ["decimal", "emoji"],
            "commitment": self._promise(self.public),
        }
        return self.event("accept", **{**chosen, **other})

    def key(self) -> Event:
        """Show the public key."""
        return self.event("key", key=self.public)

    def took(self, content: Mapping[str, Any]) -> None:
        """Take the other side's key; if we have begun, it must be the one that was promised."""
        self._theirs = content["key"]
        assert not self.begins or self._commitment == self._promise(self._theirs)

    def shown(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the numbers of the emoji, and the three numbers."""
        ours = f"{self.me.user_id}|{self.me.device_id}|{self.public}"
        theirs = f"{self.other.user_id}|{self.other.device_id}|{self._theirs}"
        parts = [ours, theirs] if self.begins else [theirs, ours]
        found = self._derive("|".join(["MATRIX_KEY_VERIFICATION_SAS", *parts, self.id]), 6)
        bits = int.from_bytes(found, "big")
        number = int.from_bytes(found[:5], "big") >> 1
        emoji = tuple(bits >> (48 - 6 * (i + 1)) & 63 for i in range(7))
        return emoji, tuple((number >> (26 - 13 * i) & 8191) + 1000 for i in range(3))

    def mac(self, keys: Mapping[str, str] | None = None) -> Event:
        """Prove our keys, or others that are given by id."""
        keys = keys or {f"ed25519:{self.me.device_id}": self.me.key, f"ed25519:{self.me.master}": self.me.master}
        macs = {id: self._mac(key, id, self.me, self.other) for id, key in keys.items()}
        return self.event("mac", mac=macs, keys=self._mac(",".join(sorted(keys)), "KEY_IDS", self.me, self.other))

    def proves(self, content: Mapping[str, Any]) -> bool:
        """Return whether the other side's MAC is over the keys that we believe to be its own."""
        keys = {f"ed25519:{self.other.device_id}": self.other.key, f"ed25519:{self.other.master}": self.other.master}
        macs = {id: self._mac(key, id, self.other, self.me) for id, key in keys.items()}
        ids = self._mac(",".join(sorted(keys)), "KEY_IDS", self.other, self.me)
        return dict(content["mac"]) == macs and content["keys"] == ids

    def _promise(self, key: str) -> str:
        said = json.dumps(self._start, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return encode_base64(hashlib.sha256((key + said).encode()).digest())

    def _derive(self, info: str, length: int) -> bytes:
        shared = self._private.exchange(X25519PublicKey.from_public_bytes(decode_base64(self._theirs)))
        return HKDF(SHA256(), length, None, info.encode()).derive(shared)

    def _mac(self, text: str, id: str, by: Party, to: Party) -> str:
        who = f"{by.user_id}{by.device_id}{to.user_id}{to.device_id}"
        key = self._derive(f"MATRIX_KEY_VERIFICATION_MAC{who}{self.id}{id}", 32)
        return encode_base64(hmac.new(key, text.encode(), hashlib.sha256).digest())
