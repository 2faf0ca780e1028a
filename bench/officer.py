"""An officer with a light client: nio, cross-signed, one room at a time, made for a stopwatch."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from nio import (
    AsyncClient,
    AsyncClientConfig,
    EnableEncryptionBuilder,
    MatrixRoom,
    RoomCreateResponse,
    RoomMessage,
    RoomSendResponse,
)

from bot.demo.homeserver import Homeserver
from bot.matrix.api import path
from bot.matrix.crosssigning import Identity

_POLL = 0.05
WHOLE = {"room": {"timeline": {"limit": 5000}}}
"""The filter that leaves nothing out: the most that our homeserver gives at once."""


class Officer:
    """One person on one device; `start` logs in and keeps listening until `stop`."""

    def __init__(self, homeserver: Homeserver, localpart: str, password: str, folder: Path) -> None:
        """Keep who logs in where; the account exists."""
        self._homeserver = homeserver
        self._password = password
        self.user_id = homeserver.user_id(localpart)
        folder.mkdir(parents=True, exist_ok=True)
        config = AsyncClientConfig(encryption_enabled=True, store_sync_tokens=False)
        self._client = AsyncClient(homeserver.url, self.user_id, store_path=str(folder), config=config)
        self._heard: asyncio.Queue[tuple[float, RoomMessage]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    @property
    def token(self) -> str:
        """The access token, once logged in."""
        return str(self._client.access_token)

    async def start(self, *, listen: bool = True) -> None:
        """Log in, publish and cross-sign the device, and listen; without *listen*, `sync` does when it is asked to."""
        await self._client.login(self._password)
        await self._client.sync(timeout=0, full_state=True)
        if self._client.should_upload_keys:
            await self._client.keys_upload()
        await self._cross_sign()
        self._client.add_event_callback(self._hear, RoomMessage)
        if not listen:
            return
        self._task = asyncio.create_task(self._client.sync_forever(timeout=10_000), name="officer")

    async def stop(self) -> None:
        """Stop listening and close."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=10)
        await self._client.close()

    async def sync(self) -> None:
        """Hear once what there is, and learn the keys of whoever came."""
        await self._client.sync(timeout=0, sync_filter=WHOLE)
        if self._client.should_query_keys:
            await self._client.keys_query()

    def heard(self) -> list[RoomMessage]:
        """Return what was decrypted since the last call, in the order in which it came."""
        return [self._heard.get_nowait()[1] for _ in range(self._heard.qsize())]

    async def room_with(self, *others: str) -> str:
        """Create an encrypted room with the users *others*; return its id once all have joined."""
        answer = await self._client.room_create(
            name="Benchmark", invite=list(others), initial_state=[EnableEncryptionBuilder().as_dict()]
        )
        assert isinstance(answer, RoomCreateResponse), answer
        room_id = str(answer.room_id)
        async with asyncio.timeout(30):
            while not await self._all_joined(room_id, others):
                await asyncio.sleep(_POLL)
        return room_id

    async def invite(self, room_id: str, user_id: str) -> None:
        """Invite somebody."""
        await self._client.room_invite(room_id, user_id)

    async def _all_joined(self, room_id: str, others: tuple[str, ...]) -> bool:
        answer = await self._client.joined_members(room_id)
        joined = {member.user_id for member in getattr(answer, "members", ())}
        room = self._client.rooms.get(room_id)
        # Our own client must know it too: it shares room keys with those that it knows.
        return joined.issuperset(others) and room is not None and set(others) <= set(room.users)

    async def ask(
        self, room_id: str, text: str, other: str, *, reply: bool, holds: str = "", seconds: float = 20.0
    ) -> float:
        """Send *text* and return how many seconds later the next message of *other* is here and decrypted.

        With *reply* it must say that it answers ours; what it says must hold *holds*.
        """
        while not self._heard.empty():
            self._heard.get_nowait()
        began = time.perf_counter()
        event_id = await self.say(room_id, text)
        async with asyncio.timeout(seconds):
            while True:
                moment, event = await self._heard.get()
                if event.sender != other or not event.decrypted or holds not in event.source["content"]["body"]:
                    continue
                if not reply or answered(event) == event_id:
                    return moment - began

    async def say(self, room_id: str, text: str) -> str:
        """Send *text* and return the event's id."""
        content = {"msgtype": "m.text", "body": text, "m.mentions": {}}
        kind = "m.room.message"
        answer = await self._client.room_send(room_id, kind, content, ignore_unverified_devices=True)
        assert isinstance(answer, RoomSendResponse), answer
        return str(answer.event_id)

    async def hears(self, other: str, count: int, seconds: float) -> None:
        """Return once *count* further messages of *other* have come; TimeoutError after *seconds*."""
        async with asyncio.timeout(seconds):
            while count:
                _, event = await self._heard.get()
                count -= event.sender == other and event.decrypted

    async def _hear(self, room: MatrixRoom, event: RoomMessage) -> None:
        self._heard.put_nowait((time.perf_counter(), event))

    async def _cross_sign(self) -> None:
        """Make an identity and sign the device with it, or the bot would take no commands from it."""
        identity = Identity.make(self.user_id)
        await self._post("keys", "device_signing", "upload", body=identity.upload())
        answer = await self._post("keys", "query", body={"device_keys": {self.user_id: []}})
        device_id = self._client.device_id
        device = identity.sign_device(answer["device_keys"][self.user_id][device_id])
        await self._post("keys", "signatures", "upload", body={self.user_id: {device_id: device}})

    async def _post(self, *parts: str, body: dict[str, Any]) -> dict[str, Any]:
        token = self._client.access_token
        return await self._homeserver.request("POST", path(*parts), token=token, body=body)


def answered(event: RoomMessage) -> str | None:
    """Return the id of the event that *event* says it answers."""
    relation = event.source.get("content", {}).get("m.relates_to", {})
    answered = relation.get("m.in_reply_to", {}).get("event_id")
    return str(answered) if answered else None
