"""The peer of the round trip: the plainest matrix-nio bot.

It repeats what it hears, in any room that it is asked into.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from nio import AsyncClient, AsyncClientConfig, InviteMemberEvent, MatrixRoom, RoomMessageText

READY = "echo: ready"
"""What is printed after the first sync."""


async def run(homeserver: str, user_id: str, password: str, store: Path) -> None:
    """Log in and echo until cancelled."""
    config = AsyncClientConfig(encryption_enabled=True, store_sync_tokens=True)
    client = AsyncClient(homeserver, user_id, store_path=str(store), config=config)

    async def joined(room: MatrixRoom, event: InviteMemberEvent) -> None:
        if event.membership == "invite" and event.state_key == user_id:
            await client.join(room.room_id)

    async def heard(room: MatrixRoom, event: RoomMessageText) -> None:
        if event.sender != user_id:
            content = {"msgtype": "m.text", "body": event.body}
            await client.room_send(room.room_id, "m.room.message", content, ignore_unverified_devices=True)

    await client.login(password)
    await client.sync(timeout=0, full_state=True)
    client.add_event_callback(joined, InviteMemberEvent)
    client.add_event_callback(heard, RoomMessageText)
    print(READY, flush=True)
    try:
        await client.sync_forever(timeout=30_000)
    finally:
        await client.close()


def main() -> None:
    """Run the bot; the password is read from a file."""
    parser = argparse.ArgumentParser(prog="bench.echo")
    parser.add_argument("homeserver")
    parser.add_argument("user_id")
    parser.add_argument("password_file", type=Path)
    parser.add_argument("store", type=Path)
    options = parser.parse_args()
    password = options.password_file.read_text("utf-8").strip()
    asyncio.run(run(options.homeserver, options.user_id, password, options.store))


if __name__ == "__main__":
    main()
