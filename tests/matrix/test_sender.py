"""What the sender does with a row that nobody will ever take, and how long a message may be."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from nio import Api

from bot.matrix.api import HomeserverError
from bot.matrix.client import MatrixClient
from bot.matrix.sender import MAX_CONTENT_BYTES, Sender, content_of
from bot.render import Post, Renderer
from bot.store.outbox import OutboxRow

from ..fakes import NOON, ROOM, FakeClock, opened


class Refusing:
    """A homeserver that refuses everything."""

    async def request(self, *_args: Any, **_options: Any) -> dict[str, Any]:
        raise HomeserverError(403, "M_FORBIDDEN", "no")


async def test_what_is_given_up_wakes_the_read_receipt(tmp_path: Path) -> None:
    async with opened(tmp_path / "liaison.db") as (_, store):
        client = cast("MatrixClient", SimpleNamespace(api=Refusing()))
        sender = Sender(client, store, cast("Renderer", None), FakeClock())
        woken = asyncio.Queue[str]()
        sender.on_done = woken.put_nowait
        async with store.transaction():
            await store.outbox.add(ROOM, "join", "$invite", {}, NOON)
        work = asyncio.create_task(sender.run())
        assert await asyncio.wait_for(woken.get(), 5) == ROOM
        assert await store.outbox.depth() == 0
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


def row() -> OutboxRow:
    return OutboxRow("id", ROOM, "reply", "$event", {}, NOON)


@pytest.mark.parametrize("letter", ["x", "Ω", "🚨", "&"])
def test_a_content_that_is_let_through_fits_into_an_encrypted_event(letter: str) -> None:
    length = 1
    while True:
        try:
            content = content_of(Post(letter * length, letter * length, {"kind": "reply"}), row())
        except ValueError:
            break
        plain = Api.to_json({"type": "m.room.message", "content": content, "room_id": ROOM})
        # Megolm: padding to 16 bytes, a head, a tag and a signature; then unpadded base64.
        assert (len(plain) + 128) * 4 / 3 < 63_000
        length += 500
    assert length * len(Api.to_json({"": letter})) > MAX_CONTENT_BYTES / 2
