"""Secrets that lie encrypted on the homeserver, and the recovery key that opens them.

Source: Matrix specification, "Secrets" (`m.secret_storage.v1.aes-hmac-sha2`, recovery key). matrix-nio has none of it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import xor
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from unpaddedbase64 import decode_base64, encode_base64

Json = dict[str, Any]

ALGORITHM = "m.secret_storage.v1.aes-hmac-sha2"
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PREFIX = b"\x8b\x01"
_ZEROS = bytes(32)


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """The 32 secret bytes that open our secret storage."""

    secret: bytes = field(repr=False)

    @classmethod
    def make(cls) -> RecoveryKey:
        """Return a new random key."""
        return cls(secrets.token_bytes(32))

    @classmethod
    def parse(cls, text: str) -> RecoveryKey:
        """Return the key in the form that people keep; raises ValueError, which does not quote it."""
        raw = _from_base58("".join(text.split()))
        if len(raw) != 35 or raw[:2] != _PREFIX or reduce(xor, raw):
            raise ValueError("not a recovery key: a letter is wrong or missing")
        return cls(raw[2:-1])

    @property
    def text(self) -> str:
        """The key as people keep it: base 58 in groups of four."""
        raw = _PREFIX + self.secret
        digits = _to_base58(raw + bytes([reduce(xor, raw)]))
        return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))

    @property
    def id(self) -> str:
        """The key's name on the homeserver: the same at each try, so that a start cut short leaves no second one."""
        return hashlib.sha256(b"org.liaison.secret-storage-key\n" + self.secret).hexdigest()[:32]

    def description(self) -> Json:
        """Return the content of `m.secret_storage.key.<id>`, by which any client can check the key."""
        check = self.encrypt("", _ZEROS)
        return {"name": "Liaison", "algorithm": ALGORITHM, "iv": check["iv"], "mac": check["mac"]}

    def opens(self, description: Mapping[str, Any]) -> bool:
        """Return whether *description*, the content of a `m.secret_storage.key.<id>`, is of this key."""
        iv, mac = description.get("iv"), description.get("mac")
        if description.get("algorithm") != ALGORITHM or not isinstance(iv, str) or not isinstance(mac, str):
            return False
        try:
            return hmac.compare_digest(decode_base64(self._encrypt("", _ZEROS, decode_base64(iv))["mac"]), _bytes(mac))
        except ValueError:
            return False

    def encrypt(self, name: str, secret: bytes) -> Json:
        """Return *secret* encrypted for the account data event *name*."""
        iv = bytearray(secrets.token_bytes(16))
        # The specification wants bit 63 clear: some libraries' counters have 63 bits.
        iv[8] &= 0x7F
        return self._encrypt(name, secret, bytes(iv))

    def decrypt(self, name: str, stored: Mapping[str, Any]) -> bytes:
        """Return the secret of the account data event *name*; raises ValueError for another key, or a changed text."""
        iv, ciphertext, mac = (_bytes(stored.get(part)) for part in ("iv", "ciphertext", "mac"))
        aes, mac_key = self._keys(name)
        if not hmac.compare_digest(hmac.digest(mac_key, ciphertext, "sha256"), mac):
            raise ValueError("encrypted with another key, or changed")
        return _ctr(aes, iv, ciphertext)

    def _encrypt(self, name: str, secret: bytes, iv: bytes) -> Json:
        aes, mac_key = self._keys(name)
        ciphertext = _ctr(aes, iv, secret)
        mac = hmac.digest(mac_key, ciphertext, "sha256")
        return {"iv": encode_base64(iv), "ciphertext": encode_base64(ciphertext), "mac": encode_base64(mac)}

    def _keys(self, name: str) -> tuple[bytes, bytes]:
        derived = HKDF(algorithm=SHA256(), length=64, salt=_ZEROS, info=name.encode()).derive(self.secret)
        return derived[:32], derived[32:]


def _ctr(key: bytes, iv: bytes, text: bytes) -> bytes:
    context = Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor()
    return context.update(text) + context.finalize()


def _bytes(text: object) -> bytes:
    """Return what base 64 *text* holds; raises ValueError where it holds nothing."""
    if not isinstance(text, str):
        raise ValueError("not a text")
    return bytes(decode_base64(text))


def _to_base58(raw: bytes) -> str:
    number, digits = int.from_bytes(raw, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        digits = _ALPHABET[rest] + digits
    return digits


def _from_base58(text: str) -> bytes:
    number = 0
    for letter in text[:64]:
        if letter not in _ALPHABET:
            raise ValueError("not a recovery key: it holds a letter that none has")
        number = number * 58 + _ALPHABET.index(letter)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
