"""The one connection to the homeserver: log in, keep keys, and put every event into the inbox.

nio keeps the crypto state and the rooms; the sync loop is ours (nio's loses events in a crash and
runs hot on errors). One sync: nio first takes device lists and room keys into its own store, then the
timeline, invitations and the sync token go into our inbox in one transaction. Nothing else happens here.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import structlog
from nio import (
    RoomKeyEvent,
    SyncResponse,
)
from nio.crypto import OlmDevice

from bot.clock import Clock
from bot.config import Current
from bot.matrix.api import Api, HomeserverAway, HomeserverError, path
from bot.matrix.cryptostore import RoomKeys
from bot.matrix.gaps import PAGE, Gaps
from bot.matrix.identity import cross_sign
from bot.matrix.login import Login
from bot.matrix.missed import Missed, missed
from bot.matrix.nioclient import NioClient
from bot.matrix.onetimekeys import FallbackKey
from bot.matrix.patience import Patience
from bot.matrix.restored import Restored
from bot.matrix.rooms import MatrixRooms
from bot.matrix.skew import Skew
from bot.matrix.sync import identified, invitations, is_late, only_echoes, since_joining, without_messages
from bot.model.identity import DeviceKey
from bot.model.person import UserId
from bot.services.pulse import Pulse
from bot.store import Store
from bot.store.failing import Space

log = structlog.get_logger(__name__)

SYNC_SECONDS = 30
KEY_TRIES = 10
"""How often an answer that nio falls over is asked for again before it is taken without its keys."""
ABSENCE = timedelta(minutes=2)
"""A silence of the homeserver, or of ours, that is worth mentioning."""
ECHO_SECONDS, MOST_ECHO_SECONDS = 0.025, 0.5
"""How long not to ask for news after answers that held only what we say ourselves, doubled with each, and at the most:
while we work off a backlog, the homeserver would answer after every message, and be slower at taking the next one."""
HEARD_EVERY = timedelta(seconds=30)

_NOTHING: dict[str, list[str]] = {"types": []}
FILTER = json.dumps(
    {
        "presence": _NOTHING,
        "account_data": _NOTHING,
        "room": {
            "timeline": {"limit": PAGE},
            "state": {"lazy_load_members": False},
            "ephemeral": _NOTHING,
            "account_data": _NOTHING,
        },
    }
)


class MatrixClient:
    """The bot's account on its homeserver."""

    def __init__(self, config: Current, key: str, store: Store, clock: Clock, pulse: Pulse) -> None:
        self._config = config
        self._key = key
        self._store = store
        self._clock = clock
        self._pulse = pulse
        self.api = Api(config.now.matrix.homeserver)
        self.api.on_answer = Skew(clock, pulse).answered
        self.nio = NioClient(
            self.api,
            config.now.matrix.user_id,
            config.now.storage.directory,
            key,
            config.now.access.device_trust == "any",
        )
        self.on_events: Callable[[set[str], set[str]], None] = lambda rooms, late: None
        """Told the rooms that something new was said in, and those in which something came late."""
        self.on_room_keys: Callable[[set[str]], Awaitable[None]] = _nobody_waits
        self.on_to_device: Callable[[Sequence[Any]], None] = lambda events: None
        """Told what came from other devices in clear."""
        self.at_rest: Callable[[], Awaitable[None]] = _always_at_work
        """Returns once all that was said is worked off and all that is to be sent is sent."""
        self.rooms = MatrixRooms(self.nio)
        self.keys = RoomKeys(self.nio)
        self._space = Space(config.now.storage.directory)
        self._fallback_key = FallbackKey(self.api)
        self._gaps = Gaps(self.api, config.now.matrix.user_id, pulse)
        self._patience = Patience(pulse)
        self._key_failures = 0
        self.restored = Restored(config.now.storage.directory, key)
        self._token: str | None = None
        self._echoes = 0
        """How many answers in a row held only what we said ourselves."""
        self._new_keys: set[str] = set()
        """Room keys that came and that nobody was told of yet: a sync that fails half way must not lose them."""
        self.nio.add_to_device_callback(self._key_came, RoomKeyEvent)

    @property
    def user_id(self) -> str:
        """The bot's own user id."""
        return self._config.now.matrix.user_id

    async def close(self) -> None:
        """End the connections. Never a logout: that would end the device."""
        await self.nio.close()
        await self.api.close()
        self.restored.close()

    async def start(self) -> None:
        """Log in, load the crypto store, do the first sync, publish keys and cross-sign the device.

        Raises StartRefused when going on would harm the bot's identity, SessionEnded for a dead token.
        """
        await self.restored.load(self._store.account, self._config.now.matrix.device_id)
        login = Login(self._config.now, self._key, self.api, self._store, self._patience)
        device_id, token = await login.device_and_token()
        self.nio.restore_login(self.user_id, device_id, token)
        # What nio holds of devices may be older than our database: it was killed in between, or is of a new device.
        self.nio.refuse(await self._store.identity.list_refused())
        self._token = await self._store.account.find("sync_token")
        await self._patience.until_done(lambda: self._sync(full_state=True, seconds=0))
        await self._patience.until_done(lambda: cross_sign(self._config.now, self.api, self._store, self.nio))
        async with self._store.transaction():
            await self._store.account.save(established="yes")
        self._pulse.connected = True
        log.info("matrix.ready", device=device_id, rooms=len(self.nio.rooms))

    async def missed(self, since: datetime) -> Missed:
        """Return what our rooms hold of the time since a backup; tries until the homeserver answers."""
        found: list[Missed] = []

        async def step() -> None:
            found.append(await missed(self.api, [*self.nio.rooms], self.user_id, since))

        await self._patience.until_done(step)
        return found[-1]

    async def run(self) -> None:
        """Sync until cancelled. Raises SessionEnded when the token is no longer known."""
        while True:
            await self._patience.until_done(self._next_sync)

    async def _next_sync(self) -> None:
        # After a failure without waiting for news: so we know at once that the homeserver is back.
        raw = await self._sync(full_state=False, seconds=0 if self._pulse.failures else SYNC_SECONDS)
        self._echoes = self._echoes + 1 if only_echoes(raw, self.user_id) else 0
        if self._echoes > 1:
            await self._pause(min(ECHO_SECONDS * 2**self._echoes, MOST_ECHO_SECONDS))

    async def _pause(self, seconds: float) -> None:
        """Ask for no news for so many seconds, but only while we are at work: else somebody may wait for an answer."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.at_rest()

    # Syncing

    async def _sync(self, *, full_state: bool, seconds: int) -> Mapping[str, Any]:
        await self._space.wait()
        query = {"filter": FILTER, "timeout": str(seconds * 1000), "set_presence": "offline"}
        first_ever = self._token is None
        if self._token:
            query["since"] = self._token
        if full_state:
            query["full_state"] = "true"
        raw = await self.api.request("GET", path("sync"), query=query, seconds=seconds + 60, needs=["next_batch"])
        await self._take_keys(raw)
        await self._note_absence()
        rooms, late = await self._take_events(raw, timelines=not first_ever)
        self._pulse.synced_at = self._clock.now()
        try:
            # Before anyone reads: a command of somebody new counts only once their device's keys are known.
            await self._tend_keys(raw)
        finally:
            if self._new_keys:
                await self.on_room_keys(set(self._new_keys))
                self._new_keys.clear()
            if rooms or late:
                self.on_events(rooms, late)
            self.on_to_device(raw.get("to_device", {}).get("events", ()))
        return raw

    async def _take_keys(self, raw: Mapping[str, Any]) -> None:
        """Let nio take device lists, room keys and room state."""
        olm = self.nio.olm
        assert olm is not None
        try:
            response = SyncResponse.from_dict(without_messages(raw))
            if isinstance(response, SyncResponse):
                await self.nio.receive_response(response)
            else:
                # What it holds for our crypto is lost to us; its events still go into the inbox.
                log.error("sync.not_understood")
        except BaseException as error:
            # nio takes an answer that it has seen for done, also if it fell over it.
            self.nio.next_batch = ""
            self._key_failures += 1
            if not isinstance(error, Exception) or self._key_failures < KEY_TRIES:
                raise
            # One answer that nio can never take must not make us deaf for good.
            log.exception("sync.keys_lost")
            self._pulse.count("keys_lost")
        self._key_failures = 0
        for room_id, room in raw.get("rooms", {}).get("join", {}).items():
            for part in ("state", "timeline"):
                self.rooms.learn(room_id, room.get(part, {}).get("events", ()))
            # Our filter asks for all members, so what nio has is complete; it cannot know that.
            if joined := self.nio.rooms.get(room_id):
                joined.members_synced = True
        for room_id in raw.get("rooms", {}).get("leave", {}):
            self.nio.rooms.pop(room_id, None)
            self.rooms.forget(room_id)
            self.nio.invited_rooms.pop(room_id, None)
        counts = raw.get("device_one_time_keys_count")
        if isinstance(counts, Mapping) and olm.account.shared:
            # nio takes a count of 0 for "unknown" and would never upload one-time keys again.
            olm.uploaded_key_count = counts.get("signed_curve25519", 0)

    async def _key_came(self, event: RoomKeyEvent) -> None:
        self._new_keys.add(event.session_id)

    async def _note_absence(self) -> None:
        """Keep when the homeserver last answered, and between which moments it did not for long."""
        now, account = self._clock.now(), self._store.account
        kept = await account.find("heard_at")
        before = datetime.fromisoformat(kept) if kept else now
        if kept and now - before < HEARD_EVERY:
            return
        changes = {"heard_at": now.isoformat()}
        if now - before > ABSENCE:
            changes |= {"away_from": before.isoformat(), "away_to": now.isoformat()}
            log.info("matrix.absent", since=before.isoformat())
        async with self._store.transaction():
            await account.save(**changes)

    async def _take_events(self, raw: Mapping[str, Any], *, timelines: bool) -> tuple[set[str], set[str]]:
        """Put what the rooms said, and the sync token, into the inbox in one transaction; return the rooms."""
        now = self._clock.now()
        rooms: tuple[set[str], set[str]] = (set(), set())
        token = raw["next_batch"]
        events = list(invitations(raw))
        if timelines:
            events += await self._timelines(raw)
        if not events and token == self._token:
            return rooms
        told = [(*event, is_late(event[2], now)) for event in events]
        async with self._store.transaction():
            for (room_id, _id, _event, late), new in zip(told, await self._store.inbox.add_all(told, now), strict=True):
                if new:
                    rooms[late].add(room_id)
            await self._store.account.save(sync_token=token)
        self._token = token
        return rooms

    async def _timelines(self, raw: Mapping[str, Any]) -> list[tuple[str, str, Mapping[str, Any]]]:
        """Return what the joined rooms said since the last sync, gaps filled, oldest first in each room."""
        found = []
        for room_id, room in raw.get("rooms", {}).get("join", {}).items():
            timeline = room.get("timeline", {})
            events, joined = since_joining(timeline.get("events", ()), self.user_id)
            if timeline.get("limited") and not joined and self._token:
                events = await self._gaps.fetch(room_id, timeline.get("prev_batch"), self._token) + events
            found += [(room_id, e["event_id"], e) for e in events if identified(e)]
        return found

    async def _tend_keys(self, raw: Mapping[str, Any]) -> None:
        """Upload, query and claim keys as the sync *raw* made necessary; a failure is tried again next time."""
        try:
            if self.nio.should_upload_keys:
                await self.nio.keys_upload()
            if self.nio.olm is not None:
                await self._fallback_key.tend(raw, self.nio.olm)
            if self.nio.should_query_keys:
                await self.nio.keys_query()
            if self.nio.should_claim_keys:
                await self.nio.keys_claim(self.nio.get_users_for_key_claiming())
            await self.nio.send_to_device_messages()
        except (HomeserverError, HomeserverAway) as error:
            if isinstance(error, HomeserverError) and error.ends_session:
                raise
            log.warning("keys.not_tended", error=str(error))

    def device_of(self, user_id: str, sender_key: str) -> OlmDevice | None:
        """Return the device of *user_id* that has the curve25519 key *sender_key*, or None."""
        return self.nio.device_store.device_from_sender_key(user_id, sender_key)

    def serves(self, user_id: str) -> bool:
        """Return whether the person's homeserver belongs to the task force, and no device of theirs is lost."""
        return self._config.now.serves(user_id)

    def lost(self, user_id: str) -> bool:
        """Return whether a device of the person is lost."""
        return self._config.now.lost(user_id)

    def forsaken(self, room_id: str) -> bool:
        """Return whether what is said in the room would be for somebody alone of whom a device is lost.

        Also in the place of a room that is to be opened for them, which their user id names.
        """
        there = [user for user in self.rooms.audience(room_id) if user != self.user_id]
        return all(map(self.lost, there)) if there else self.lost(room_id)

    def share_keys_anew(self) -> None:
        """Have each room's next message encrypted by a new key, because other people are served now."""
        if self.nio.olm is not None:
            self.nio.olm.outbound_group_sessions.clear()

    def lose(self, devices: frozenset[tuple[str, str]]) -> None:
        """Trust none of *devices* (user id and Ed25519 key) from now on, and begin a new room key in every room."""
        self.nio.refuse(devices)
        self.share_keys_anew()

    def without_session(self, users: Iterable[str]) -> dict[str, list[str]]:
        """Return the trusted devices of *users*, by user id, with which we have no Olm session yet."""
        olm = self.nio.olm
        assert olm is not None
        found: dict[str, list[str]] = {}
        for user in users:
            for device in self.nio.device_store.active_user_devices(user):
                if device.verified and device.id != self.nio.device_id and not olm.session_store.get(device.curve25519):
                    found.setdefault(user, []).append(device.id)
        return found

    def trusted_devices(self, room_id: str) -> set[tuple[str, str]]:
        """Return the devices, by user id and device id, that are to have the room's keys now."""
        users = [user for user in self.nio.rooms[room_id].users if self.serves(user)]
        devices = (device for user in users for device in self.nio.device_store.active_user_devices(user))
        return {(device.user_id, device.id) for device in devices if device.verified}

    def owners_of(self, sender_key: str) -> set[str]:
        """Return whose devices have the curve25519 key *sender_key*, as far as we know."""
        return {device.user_id for device in self.nio.device_store if device.curve25519 == sender_key}

    def signed(self, user_id: UserId) -> list[DeviceKey]:
        """Return the devices that the person's present identity has signed; of the bot itself, this one first."""
        devices = self.nio.device_store.active_user_devices(user_id)
        signed = [DeviceKey(device.id, device.ed25519) for device in devices if device.verified]
        if user_id != self.user_id:
            return signed
        # nio's store holds the devices of others only.
        return [DeviceKey(self.nio.device_id, self.nio.olm.account.identity_keys["ed25519"]), *signed]

    def known(self, user_id: UserId) -> list[DeviceKey]:
        """Return every device of the person that we have seen, signed or not, also such as are gone."""
        return [DeviceKey(d.id, d.ed25519) for d in self.nio.device_store if d.user_id == user_id]


async def _nobody_waits(sessions: set[str]) -> None:
    """Stand in for the intake until it is wired."""


async def _always_at_work() -> None:
    """Stand in for the lanes until they are wired."""
    await asyncio.Event().wait()
