"""Cross-signing: our own identity, and whether another's device belongs to its owner's.

Source: Matrix specification, "Cross-signing" and "Signing JSON". matrix-nio has neither half.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from nio import Api
from unpaddedbase64 import decode_base64, encode_base64

Json = dict[str, Any]
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key pair; `seed` is the 32 secret bytes in unpadded base64."""

    seed: str

    @classmethod
    def make(cls) -> SigningKey:
        """Return a new random key."""
        return cls(encode_base64(Ed25519PrivateKey.generate().private_bytes_raw()))

    @property
    def public(self) -> str:
        """The public key in unpadded base64, which is also its id."""
        return encode_base64(self._private.public_key().public_bytes_raw())

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(decode_base64(self.seed))

    def sign(self, user_id: str, thing: Mapping[str, Any]) -> Json:
        """Return *thing* with this key's signature added."""
        signature = encode_base64(self._private.sign(_canonical(thing)))
        signatures = {user: dict(keys) for user, keys in thing.get("signatures", {}).items()}
        signatures.setdefault(user_id, {})[f"ed25519:{self.public}"] = signature
        return {**thing, "signatures": signatures}


@dataclass(frozen=True, slots=True)
class Identity:
    """Our own three cross-signing keys."""

    user_id: str
    master: SigningKey
    self_signing: SigningKey
    user_signing: SigningKey

    @classmethod
    def make(cls, user_id: str) -> Identity:
        """Return a new identity."""
        return cls(user_id, SigningKey.make(), SigningKey.make(), SigningKey.make())

    @property
    def seeds(self) -> tuple[str, str, str]:
        """The secret halves, in the order of the fields."""
        return self.master.seed, self.self_signing.seed, self.user_signing.seed

    def upload(self) -> Json:
        """Return the body of POST /keys/device_signing/upload."""
        return {
            "master_key": self._public("master", self.master),
            "self_signing_key": self.master.sign(self.user_id, self._public("self_signing", self.self_signing)),
            "user_signing_key": self.master.sign(self.user_id, self._public("user_signing", self.user_signing)),
        }

    def sign_device(self, device_keys: Mapping[str, Any]) -> Json:
        """Return the device's keys signed as ours, for POST /keys/signatures/upload."""
        bare = {key: value for key, value in device_keys.items() if key not in ("signatures", "unsigned")}
        return self.self_signing.sign(self.user_id, bare)

    def master_key(self) -> Json:
        """Return the master key as others see it, unsigned."""
        return self._public("master", self.master)

    def _public(self, usage: str, key: SigningKey) -> Json:
        return {"user_id": self.user_id, "usage": [usage], "keys": {f"ed25519:{key.public}": key.public}}


def master_key(answer: Mapping[str, Any], user_id: str) -> str | None:
    """Return the public master key of *user_id* in an answer of /keys/query, or None."""
    return _only_key(_part(answer, "master_keys", user_id), user_id, "master")


def signed_devices(answer: Mapping[str, Any], user_id: str) -> dict[str, tuple[str, str]]:
    """Return the devices of *user_id* in an answer of /keys/query whose chain to the master key holds.

    By device id: the Ed25519 and the Curve25519 key that are signed.
    """
    master = master_key(answer, user_id)
    shown = _part(answer, "self_signing_keys", user_id)
    self_signing = _only_key(shown, user_id, "self_signing")
    if not master or not self_signing or not _signed_by(shown, user_id, master):
        return {}
    devices = _part(answer, "device_keys", user_id)
    return {
        device_id: (keys["keys"][f"ed25519:{device_id}"], keys["keys"][f"curve25519:{device_id}"])
        for device_id in devices
        if is_device(keys := _part(devices, device_id), device_id)
        and keys["user_id"] == user_id
        and _signed_by(keys, user_id, self_signing)
    }


def is_device(keys: object, device_id: str) -> bool:
    """Return whether *keys* is shaped like the keys of the device *device_id*: nio falls over anything else."""
    if not isinstance(keys, Mapping) or keys.get("device_id") != device_id:
        return False
    if not isinstance(keys.get("user_id"), str) or not isinstance(keys.get("unsigned", {}), Mapping):
        return False
    algorithms, held = keys.get("algorithms"), _part(keys, "keys")
    return isinstance(algorithms, list) and all(
        _is_key(held.get(f"{kind}:{device_id}")) for kind in ("ed25519", "curve25519")
    )


def _is_key(text: object) -> bool:
    try:
        return isinstance(text, str) and len(decode_base64(text)) == KEY_BYTES
    except ValueError:
        return False


def _part(thing: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """Return the object below *names*, an empty one where there is none: the homeserver may answer anything."""
    found: object = thing
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _only_key(shown: Mapping[str, Any], user_id: str, usage: str) -> str | None:
    usages, keys = shown.get("usage"), _part(shown, "keys")
    if shown.get("user_id") != user_id or not isinstance(usages, list) or usage not in usages or len(keys) != 1:
        return None
    [(name, key)] = keys.items()
    return key if isinstance(key, str) and name == f"ed25519:{key}" else None


def _signed_by(thing: Mapping[str, Any], user_id: str, key: str) -> bool:
    try:
        signature = _part(thing, "signatures", user_id)[f"ed25519:{key}"]
        public = Ed25519PublicKey.from_public_bytes(decode_base64(key))
        public.verify(decode_base64(signature), _canonical(thing))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, InvalidSignature):
        return False
    return True


def _canonical(thing: Mapping[str, Any]) -> bytes:
    signed = {key: value for key, value in thing.items() if key not in ("signatures", "unsigned")}
    text: str = Api.to_canonical_json(signed)
    return text.encode()
