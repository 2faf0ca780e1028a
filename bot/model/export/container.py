"""The container of an evidence pack: a zip that has one form for its files, whatever wrote it and when.

Names in their order, no times, no attributes, nothing between or behind the members, so that whoever checks a pack can
account for each byte of it. Source: PKWARE, APPNOTE.TXT. The checking program has a reading of its own.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from struct import pack as packed

LEVEL = 6
_VERSION, _TIME, _DAY = 20, 0, 0x21


@dataclass(frozen=True, slots=True)
class Member:
    """A file as it lies in the container."""

    name: str
    method: int
    packed: bytes
    size: int
    crc: int

    @classmethod
    def stored(cls, name: str, data: bytes) -> Member:
        """Return a file that lies there as it is."""
        return cls(name, 0, data, len(data), zlib.crc32(data))

    @classmethod
    def deflated(cls, name: str, data: bytes) -> Member:
        """Return a file that lies there compressed."""
        stream = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
        return cls(name, 8, stream.compress(data) + stream.flush(), len(data), zlib.crc32(data))

    @property
    def digest(self) -> str:
        """The SHA-256 of it as it lies there: what is compressed can be written in many ways that say the same."""
        return sha256(self.packed).hexdigest()


def container(members: Mapping[str, Member]) -> bytes:
    """Return the zip that holds these, by name."""
    body, index = bytearray(), bytearray()
    for _, one in sorted(members.items()):
        name = one.name.encode("ascii")
        numbers = (one.crc, len(one.packed), one.size, len(name), 0)
        common = packed("<HHHHHIIIHH", _VERSION, 0, one.method, _TIME, _DAY, *numbers)
        index += b"PK\x01\x02" + packed("<H", _VERSION) + common + packed("<HHHII", 0, 0, 0, 0, len(body)) + name
        body += b"PK\x03\x04" + common + name + one.packed
    end = packed("<HHHHIIH", 0, 0, len(members), len(members), len(index), len(body), 0)
    return bytes(body + index + b"PK\x05\x06" + end)
