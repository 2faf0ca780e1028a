"""The peer of the rows on many messages: the plainest matrix-nio client, which sends or reads as nio does.

It does what its standard input asks, one line of JSON a task, and answers each with one line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from nio import AsyncClient, AsyncClientConfig, RoomMessage, RoomSendResponse, SyncResponse

from bench.officer import WHOLE


async def _join(client: AsyncClient) -> dict[str, Any]:
    """Follow all invitations."""
    await client.sync(timeout=0, full_state=True)
    for room_id in list(client.invited_rooms):
        await client.join(room_id)
    return {}


async def _meet(client: AsyncClient) -> dict[str, Any]:
    """Learn who is where, and their keys."""
    await client.sync(timeout=0, full_state=True, sync_filter=WHOLE)
    if client.should_query_keys:
        await client.keys_query()
    return {}


async def _send(client: AsyncClient, rooms: list[str], count: int) -> dict[str, Any]:
    """Send *count* messages into each room, one room beside the other; return the events' ids."""

    async def one_room(room_id: str) -> list[str]:
        return [await _say(client, room_id, f"Message {number}: all is well.") for number in range(count)]

    sent = await asyncio.gather(*map(one_room, rooms))
    return {"events": [event_id for room in sent for event_id in room]}


async def _say(client: AsyncClient, room_id: str, text: str) -> str:
    content = {"msgtype": "m.notice", "body": text}
    answer = await client.room_send(room_id, "m.room.message", content, ignore_unverified_devices=True)
    assert isinstance(answer, RoomSendResponse), answer
    return str(answer.event_id)


async def _read(client: AsyncClient) -> dict[str, Any]:
    """Sync and decrypt; return how many messages that were, and the seconds."""
    began = time.perf_counter()
    answer = await client.sync(timeout=0, sync_filter=WHOLE)
    seconds = time.perf_counter() - began
    assert isinstance(answer, SyncResponse), answer
    events = [event for room in answer.rooms.join.values() for event in room.timeline.events]
    return {"seconds": seconds, "messages": sum(isinstance(e, RoomMessage) and e.decrypted for e in events)}


_TASKS: dict[str, Callable[..., Awaitable[dict[str, Any]]]] = {
    "join": _join,
    "meet": _meet,
    "send": _send,
    "read": _read,
}


async def run(homeserver: str, user_id: str, password: str, store: Path) -> None:
    """Log in, then do what is asked until the input ends."""
    config = AsyncClientConfig(encryption_enabled=True, store_sync_tokens=True)
    client = AsyncClient(homeserver, user_id, store_path=str(store), config=config)
    try:
        await client.login(password)
        await client.sync(timeout=0, full_state=True)
        if client.should_upload_keys:
            await client.keys_upload()
        print("{}", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            task = json.loads(line)
            print(json.dumps(await _TASKS[task.pop("task")](client, **task)), flush=True)
    finally:
        await client.close()


def main() -> None:
    """Run the client; the password is read from a file."""
    parser = argparse.ArgumentParser(prog="bench.bare_nio")
    parser.add_argument("homeserver")
    parser.add_argument("user_id")
    parser.add_argument("password_file", type=Path)
    parser.add_argument("store", type=Path)
    options = parser.parse_args()
    password = options.password_file.read_text("utf-8").strip()
    asyncio.run(run(options.homeserver, options.user_id, password, options.store))


if __name__ == "__main__":
    main()
