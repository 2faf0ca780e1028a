"""One answer of /sync that the library can never take: the bot neither stays deaf nor quotes it in its log."""

from __future__ import annotations

import asyncio
from itertools import pairwise
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


@pytest.mark.parametrize("works", [True, False])
async def test_after_its_own_echo_it_pauses_only_while_it_is_at_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, works: bool
) -> None:
    """While a backlog is worked off it asks less often; whoever speaks to a bot at rest is heard at once."""
    asked: list[float] = []
    count, clock = 4, asyncio.get_running_loop().time
    pause = 0.05 if works else 600.0
    monkeypatch.setattr("bot.matrix.client.ECHO_SECONDS", pause)
    monkeypatch.setattr("bot.matrix.client.MOST_ECHO_SECONDS", pause)

    async def answers(method: str, path: str, *_: Any, **__: Any) -> dict[str, Any]:
        if "sync" not in path:
            return {}
        asked.append(clock())
        said = {"event_id": f"${len(asked)}", "type": "m.room.encrypted", "sender": client.user_id, "content": {}}
        timeline = {"events": [said], "limited": False, "prev_batch": "p"}
        return {"next_batch": f"s{len(asked) + 1}", "rooms": {"join": {ROOM: {"timeline": timeline}}}}

    config = configuration(storage={"directory": tmp_path})
    async with opened(tmp_path / "liaison.db") as (_, store):
        client = MatrixClient(Current(config), KEY, store, FakeClock(), Pulse(NOON))
        client.nio.restore_login(client.user_id, "DEVICE", "token")
        client._token = "s1"
        rest = asyncio.Event()
        client.at_rest = rest.wait  # type: ignore[assignment]
        if not works:
            rest.set()
        monkeypatch.setattr(client.api, "request", answers)
        async with asyncio.timeout(60):
            for _time in range(count):
                await client._next_sync()
        await client.close()
    pauses = [later - one > pause * 0.9 for one, later in pairwise(asked)]
    assert pauses[1:] == [works] * (count - 2)
