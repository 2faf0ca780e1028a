"""Frames between the bot and its translation worker: four bytes of length, then JSON."""

from __future__ import annotations

import json
import struct
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asyncio import StreamReader  # the worker has no use for asyncio

MAX_FRAME = 16 * 1024 * 1024
"""Bytes that one frame may have; a longer one means that the other side is out of step."""

_HEAD = struct.Struct(">I")


def pack(message: Any) -> bytes:
    """Return *message* as one frame; raises ValueError beyond `MAX_FRAME`."""
    body = json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode()
    if len(body) > MAX_FRAME:
        raise ValueError("frame too long")
    return _HEAD.pack(len(body)) + body


def read(stream: IO[bytes]) -> Any:
    """Return the next message of a blocking *stream*; raises EOFError at its end."""
    body = _exactly(stream, _length(_exactly(stream, _HEAD.size)))
    return json.loads(body)


async def receive(stream: StreamReader) -> Any:
    """Return the next message; raises IncompleteReadError at the end, ValueError for what is no frame."""
    body = await stream.readexactly(_length(await stream.readexactly(_HEAD.size)))
    return json.loads(body)


def _length(head: bytes) -> int:
    (length,) = _HEAD.unpack(head)
    if length > MAX_FRAME:
        raise ValueError("frame too long")
    return int(length)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
