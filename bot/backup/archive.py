"""The file of a backup: a tar within age, the manifest first.

Nothing of it is on the disk unencrypted: the tar exists only as a stream, the databases in it are SQLCipher's, and
the storage key, which opens them, is held in memory.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from pyrage import DecryptError, decrypt_io, encrypt_io
from pyrage.x25519 import Identity, Recipient

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE, ROOM_KEYS = "liaison.db", "room-keys.db"
STORAGE_KEY, RECOVERY_KEY = "storage-key", "recovery-key"
FILES = (DATABASE, ROOM_KEYS)
SECRETS = (STORAGE_KEY, RECOVERY_KEY)
SMALL = 1 << 16
CHUNK = 1 << 20

Member = bytes | Path
"""What stands in a backup: a secret in memory, or a file that is encrypted by itself."""


class BackupRefused(Exception):
    """A backup cannot be made or restored; the text says why, in one sentence."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is of. `members` holds the SHA-256 of each, by its name."""

    format: int
    program: str
    taken_at: datetime
    user_id: str
    device_id: str | None
    schema: int
    members: Mapping[str, str]

    @property
    def json(self) -> bytes:
        """The manifest as it stands in the file."""
        return json.dumps(asdict(self) | {"taken_at": self.taken_at.isoformat()}, indent=1).encode()

    @classmethod
    def parse(cls, text: bytes) -> Manifest:
        """Return the manifest in *text*; raises BackupRefused for another format."""
        try:
            table: dict[str, Any] = json.loads(text)
            if table["format"] != FORMAT:
                raise BackupRefused(
                    f"this backup has format {table['format']}, and this Liaison reads format {FORMAT}: use the Liaison"
                    " that made it, or a newer one."
                )
            made = cls(**table | {"taken_at": datetime.fromisoformat(table["taken_at"])})
            right = isinstance(made.schema, int) and isinstance(made.user_id, str) and made.taken_at.tzinfo
            if not right or not {DATABASE, STORAGE_KEY} <= made.members.keys() <= {*FILES, *SECRETS}:
                raise ValueError("the manifest is incomplete")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise BackupRefused("this is no backup of Liaison: its manifest is not understood") from error
        return made


def digest(member: Member) -> str:
    """Return the SHA-256 of *member* in hexadecimal."""
    found = hashlib.sha256()
    for chunk in _chunks(member):
        found.update(chunk)
    return found.hexdigest()


def write(manifest: Manifest, members: Mapping[str, Member], recipient: Recipient, to: BinaryIO) -> None:
    """Write the backup, encrypted to *recipient*, to *to*."""
    encrypt_io(io.BufferedReader(_Stream(_tar({MANIFEST: manifest.json, **members})), CHUNK), to, [recipient])


def read(src: BinaryIO, identity: Identity, folder: Path) -> tuple[Manifest, dict[str, Member]]:
    """Return what a backup holds: its files in *folder*, its secrets in memory, all as the manifest says.

    Raises BackupRefused when the key does not open it, or anything in it is broken, missing or too much.
    """
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1) as other, os.fdopen(reading, "rb") as plain:
        opening = other.submit(_open, src, identity, os.fdopen(writing, "wb"))
        try:
            members = dict(_members(plain, folder))
        except (tarfile.TarError, EOFError, UnicodeDecodeError) as error:
            # What stops the stream is told by whoever opened it, if it was they.
            plain.close()
            _ended(opening.exception())
            raise BackupRefused("this is no backup of Liaison: it does not hold a tar file") from error
        while plain.read(CHUNK):
            pass
        # Only the last bytes tell that nothing was cut off.
        _ended(opening.exception())
    text = members.pop(MANIFEST, b"")
    manifest = Manifest.parse(text if isinstance(text, bytes) else b"")
    if members.keys() != manifest.members.keys():
        raise BackupRefused("the backup is broken: it does not hold what its manifest lists")
    for name, member in members.items():
        if digest(member) != manifest.members[name]:
            raise BackupRefused(f"the backup is broken: {name} is not what its manifest says")
    return manifest, members


def _open(src: BinaryIO, identity: Identity, to: BinaryIO) -> None:
    with to:
        decrypt_io(src, to, [identity])


def _ended(error: BaseException | None) -> None:
    # A chunk that is not genuine is told as an OSError without a number; one with a number is the disk's.
    if isinstance(error, DecryptError) or (isinstance(error, OSError) and error.errno is None):
        raise BackupRefused(
            f"the backup cannot be opened: this is not its key, or it is broken or cut off ({error})"
        ) from error
    if error is not None and not isinstance(error, BrokenPipeError):
        raise error


def _members(plain: BinaryIO, folder: Path) -> Iterator[tuple[str, Member]]:
    """Yield what the tar holds; only the names that we know, so that nothing is written anywhere else."""
    seen = set()
    with tarfile.open(fileobj=plain, mode="r|", bufsize=CHUNK) as tar:
        for info in tar:
            name = info.name
            if name in seen or not info.isreg() or name not in (MANIFEST, *FILES, *SECRETS):
                raise BackupRefused("the backup is broken: it holds something that no backup holds")
            seen.add(name)
            content = tar.extractfile(info)
            assert content is not None
            if name in FILES:
                with (folder / name).open("xb") as file:
                    while chunk := content.read(CHUNK):
                        file.write(chunk)
                yield name, folder / name
            elif info.size > SMALL:
                raise BackupRefused(f"the backup is broken: {name} is too long")
            else:
                yield name, content.read()


def _tar(members: Mapping[str, Member]) -> Iterator[bytes]:
    for name, member in members.items():
        info = tarfile.TarInfo(name)
        info.mode = 0o600
        info.size = len(member) if isinstance(member, bytes) else member.stat().st_size
        yield info.tobuf()
        yield from _chunks(member)
        yield bytes(-info.size % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _chunks(member: Member) -> Iterator[bytes]:
    if isinstance(member, bytes):
        yield member
        return
    with member.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


class _Stream(io.RawIOBase):
    """Chunks of bytes, as a file that can be read once."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill *buffer* with what comes next; return how many bytes that were, 0 at the end."""
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
