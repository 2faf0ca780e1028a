"""One answer of /sync that the library can never take: the bot neither stays deaf nor quotes it in its log."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.config import Current
from bot.matrix.client import KEY_TRIES, MatrixClient
from bot.services.pulse import Pulse

from ..fakes import KEY, NOON, ROOM, FakeClock, configuration, opened


async def test_an_answer_that_stuns_the_library_is_taken_without_its_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"event_id": "$1", "type": "m.room.encrypted", "sender": "@ana:gnr.example", "content": {}}
    tries = 0

    async def answers(method: str, path: str, *_: Any, **__: Any) -> dict[str, Any]:
        timeline = {"events": [said], "limited": False, "prev_batch": "p"}
        return {"next_batch": "s2", "rooms": {"join": {ROOM: {"timeline": timeline}}}} if "sync" in path else {}

    async def stunned(response: Any) -> None:
        nonlocal tries
        tries += 1
        raise ValueError("the van is at the bridge")

    async def at_once(seconds: float) -> None: ...

    config = configuration(storage={"directory": tmp_path})
    async with opened(tmp_path / "liaison.db") as (_, store):
        client = MatrixClient(Current(config), KEY, store, FakeClock(), Pulse(NOON))
        client.nio.restore_login(client.user_id, "DEVICE", "token")
        client._token = "s1"
        monkeypatch.setattr(client.api, "request", answers)
        monkeypatch.setattr(client.nio, "receive_response", stunned)
        monkeypatch.setattr(asyncio, "sleep", at_once)
        with structlog.testing.capture_logs() as logs:
            async with asyncio.timeout(5):
                await client._patience.until_done(client._next_sync)
        assert [row.event_id for row in await store.inbox.list_open(ROOM, 0, 10)] == ["$1"]
        assert (tries, await store.account.find("sync_token")) == (KEY_TRIES, "s2")
        assert "bridge" not in str([{k: v for k, v in entry.items() if k != "exc_info"} for entry in logs])
        await client.close()
