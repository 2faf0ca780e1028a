"""What an encrypted database file holds, page by page, with the free pages and the log: what a thief with its key sees.

Source: "SQLCipher Design": AES-256-CBC, a page's IV at the beginning of its last 80 bytes, the first page after a salt.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE = 4096
_RESERVED = 80
_SALT = 16
_LOG_HEADER = 32
_FRAME_HEADER = 24


def plain(path: Path, key: bytes) -> bytes:
    """Return all pages of the database *path* and of its log, decrypted with the raw *key*."""
    file = path.read_bytes()
    pages = [(at // PAGE + 1, file[at : at + PAGE]) for at in range(0, len(file), PAGE)]
    log = path.with_name(path.name + "-wal")
    frames = list(_frames(log.read_bytes())) if log.exists() else []
    return b"".join(_decrypted(page, number, key) for number, page in [*pages, *frames])


def _frames(log: bytes) -> Iterator[tuple[int, bytes]]:
    for at in range(_LOG_HEADER, len(log), _FRAME_HEADER + PAGE):
        body = at + _FRAME_HEADER
        yield int.from_bytes(log[at : at + 4]), log[body : body + PAGE]


def _decrypted(page: bytes, number: int, key: bytes) -> bytes:
    start, end = _SALT if number == 1 else 0, PAGE - _RESERVED
    decryptor = Cipher(algorithms.AES(key), modes.CBC(page[end : end + 16])).decryptor()
    return decryptor.update(page[start:end]) + decryptor.finalize()
