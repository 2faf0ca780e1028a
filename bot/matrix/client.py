"""The one connection to the homeserver: log in, keep keys, and put every event into the inbox.

nio keeps the crypto state and the rooms; the sync loop is ours (nio's loses events in a crash and
runs hot on errors). One sync: nio first takes device lists and room keys into its own store, then the
timeline, invitations and the sync token go into our inbox in one transaction. Nothing else happens here.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog
from nio import (
    AsyncClient,
    AsyncClientConfig,
    KeysClaimResponse,
    KeysQueryResponse,
    KeysUploadResponse,
    OlmEvent,
    RoomKeyEvent,
    SyncResponse,
    ToDeviceResponse,
)
from nio.crypto import OlmDevice

from bot.clock import Clock
from bot.config import Current, secret
from bot.matrix.api import Api, HomeserverAway, HomeserverError, backoff, path
from bot.matrix.crosssigning import is_device, master_key, signed_devices
from bot.matrix.cryptostore import CryptoStore, RoomKeys, device_in
from bot.matrix.errors import SessionEnded, StartRefused
from bot.matrix.identity import cross_sign
from bot.matrix.onetimekeys import FallbackKey
from bot.matrix.recovery import recovery_key
from bot.matrix.restored import Restored
from bot.matrix.rooms import MatrixRooms
from bot.matrix.skew import Skew
from bot.matrix.sync import identified, invitations, only_echoes, sent_at, since_joining, without_messages
from bot.model.identity import DeviceKey
from bot.model.person import UserId
from bot.services.pulse import Pulse
from bot.store import Store
from bot.store.database import DatabaseError
from bot.store.failing import Space

log = structlog.get_logger(__name__)

SYNC_SECONDS = 30
TIMELINE_LIMIT = 500
GAP_LIMIT = 100_000
GAP_PAGES = 400
GAP_TRIES = 10
LATE = timedelta(minutes=5)
"""What reaches us so long after it was sent waits behind what is said now."""
ABSENCE = timedelta(minutes=2)
"""A silence of the homeserver, or of ours, that is worth mentioning."""
ECHO_SECONDS, MOST_ECHO_SECONDS = 0.025, 0.5
"""How long not to ask for news after a second answer that held only what we say ourselves, and at the most: while we
work off a backlog, the homeserver would answer after every message, and be slower at taking the next one."""
HEARD_EVERY = timedelta(seconds=30)
SILENCE_SECONDS = (15.0, 600.0)
"""How long somebody whose homeserver did not answer for them is not asked for: at first, and at the most."""

_NOTHING: dict[str, list[str]] = {"types": []}
FILTER = json.dumps(
    {
        "presence": _NOTHING,
        "account_data": _NOTHING,
        "room": {
            "timeline": {"limit": TIMELINE_LIMIT},
            "state": {"lazy_load_members": False},
            "ephemeral": _NOTHING,
            "account_data": _NOTHING,
        },
    }
)


class NioClient(AsyncClient):
    """nio's client, which judges devices by their cross-signing chain whenever it learns their keys."""

    def __init__(self, api: Api, user_id: str, folder: Path, key: str, trust_any: bool) -> None:
        config = AsyncClientConfig(
            store=CryptoStore,
            store_name="crypto.db",
            pickle_key=key,
            store_sync_tokens=False,
            encryption_enabled=True,
            request_timeout=30,
            max_timeouts=2,
            max_limit_exceeded=5,
        )
        super().__init__(api.homeserver, user_id, store_path=str(folder), config=config)
        self._api = api
        self._trust_any = trust_any
        self._silent: dict[str, tuple[float, float]] = {}
        """Who was not answered for: until when they are not asked for again, and how long that was."""
        self.on_identities: Callable[[Mapping[UserId, str]], Awaitable[None]] = _nobody_cares
        """Told the present master keys, by user id, before their devices are judged."""

    def _handle_decrypt_to_device(self, event: Any) -> Any:
        """Decrypt one to-device event, as nio does; what it falls over is dropped, since anybody can send such.

        Requests for keys and for a verification are not for us. nio would remember them, answer them and ask for the
        devices of whoever sends them, and all that before the next sync.
        """
        if not isinstance(event, OlmEvent):
            return None
        try:
            # All or nothing: a session that has moved on without the room key that it brought never brings it again.
            with self.store.database.atomic():
                return super()._handle_decrypt_to_device(event)
        # The edge of one event of a stranger: it must not take the sync with it.
        except Exception as error:
            log.warning("to_device.unreadable", error=type(error).__name__)
            return None

    async def keys_upload(self) -> None:
        """Upload our device's keys and as many one-time keys as the homeserver has room for."""
        olm = self.olm
        assert olm is not None
        body = olm.share_keys()
        # nio keeps the account only after the answer: a crash in between would leave keys there that we lost.
        olm.save_account()
        answer = await self._api.request("POST", path("keys", "upload"), body)
        response = KeysUploadResponse.from_dict(answer)
        if not isinstance(response, KeysUploadResponse):
            raise HomeserverAway("the answer to the upload of keys is not understood")
        await self.receive_response(response)

    @property
    def should_query_keys(self) -> bool:
        """Whether there is somebody to ask for: one homeserver that keeps silent must not slow down all else."""
        return bool(self._askable())

    def _askable(self) -> set[str]:
        now, never = asyncio.get_running_loop().time(), (0.0, 0.0)
        return {user for user in self.users_for_key_query if self._silent.get(user, never)[0] <= now}

    def _not_answered(self, users: Iterable[str]) -> None:
        first, most = SILENCE_SECONDS
        now = asyncio.get_running_loop().time()
        for user in users:
            wait = min(most, 2 * self._silent[user][1]) if user in self._silent else first
            self._silent[user] = (now + wait, wait)

    async def keys_query(self) -> None:
        """Ask for the keys of everyone whose device list is stale, and judge their devices."""
        users = self._askable()
        if not users:
            return
        # Taken before the question: a change that a sync tells of meanwhile must be asked about again.
        self.users_for_key_query.difference_update(users)
        try:
            body: dict[str, Any] = {"device_keys": {user: [] for user in users}, "timeout": 10_000}
            answer = await self._api.request("POST", path("keys", "query"), body)
            devices = _objects(answer.get("device_keys"))
            # nio edits what it verifies, so it gets a copy of its own; and it falls over what is no device.
            bare = {user: {id: d for id, d in of.items() if is_device(d, id)} for user, of in devices.items()}
            response = KeysQueryResponse.from_dict(deepcopy({"device_keys": bare, "failures": {}}))
            changed = set(self.users_for_key_query)
            await self.receive_response(response)
            # nio takes everyone in the answer for asked, also who has changed since the question.
            self.users_for_key_query.update(changed)
            # Trust is taken away before an identity may be found to be the old one again, and given only after that.
            for user in users & devices.keys():
                self._judge(user, answer, grant=False)
            masters = {UserId(user): key for user in users & devices.keys() if (key := master_key(answer, user))}
            await self.on_identities(masters)
        except BaseException:
            self.users_for_key_query.update(users)
            raise
        for user in users & devices.keys():
            self._judge(user, answer, grant=True)
            self._silent.pop(user, None)
        # Whose server did not answer is asked for again; until then their devices stand as they were.
        self.users_for_key_query.update(users - devices.keys())
        self._not_answered(users - devices.keys())

    async def keys_claim(self, user_set: Mapping[str, Iterable[str]]) -> None:
        """Begin Olm sessions with devices, by user id and device id."""
        wanted = {user: dict.fromkeys(devices, "signed_curve25519") for user, devices in user_set.items()}
        body = {"one_time_keys": wanted, "timeout": 10_000}
        answer = await self._api.request("POST", path("keys", "claim"), body)
        for user, devices in _objects(answer.get("one_time_keys")).items():
            for device, keys in devices.items():
                await self._begin_session(user, device, keys)

    async def send_to_device_messages(self) -> None:
        """Send what nio has queued for other devices. nio's own call waits as long as the homeserver asks.

        What is refused for good is dropped.
        """
        for message in list(self.outgoing_to_device_messages):
            where = path("sendToDevice", message.type, uuid4().hex)
            try:
                await self._api.request("PUT", where, message.as_dict())
            except HomeserverError as error:
                if error.passing or error.ends_session:
                    raise
                log.warning("to_device.refused", type=message.type, error=str(error))
            await self.receive_response(ToDeviceResponse(message))

    async def _begin_session(self, user: str, device: str, keys: Any) -> None:
        response = KeysClaimResponse.from_dict({"one_time_keys": {user: {device: keys}}})
        try:
            await self.receive_response(response)
        # The edge of one device: nio believes what it is told of keys, and one that is none must not mute the room.
        except Exception as error:
            log.warning("keys.unusable", user=user, device=device, error=type(error).__name__)

    def _judge(self, user: str, answer: Mapping[str, Any], *, grant: bool) -> None:
        """Take trust away from the devices that *user* has not signed; if *grant*, give it to those that are."""
        signed = signed_devices(answer, user)
        for device in self.device_store.active_user_devices(user):
            # nio keeps the first keys that it saw under a device id, so it is these that must be signed.
            if self._trust_any or signed.get(device.id) == (device.ed25519, device.curve25519):
                if grant and not device.verified:
                    self.verify_device(device)
            elif not device.blacklisted:
                log.info("device.not_cross_signed", user=user, device=device.id)
                self.blacklist_device(device)


def _objects(found: Any) -> dict[str, dict[str, Any]]:
    """Return the objects by name in *found*, which should be an object of objects."""
    if not isinstance(found, Mapping):
        return {}
    return {name: dict(value) for name, value in found.items() if isinstance(value, Mapping)}


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
        self.rooms = MatrixRooms(self.nio)
        self.keys = RoomKeys(self.nio)
        self._space = Space(config.now.storage.directory)
        self._fallback_key = FallbackKey(self.api)
        self._gap_failures: dict[str, int] = {}
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
        device_id, token = await self._log_in()
        self.nio.restore_login(self.user_id, device_id, token)
        self._token = await self._store.account.find("sync_token")
        await self._patiently(lambda: self._sync(full_state=True, seconds=0))
        await self._patiently(lambda: cross_sign(self._config.now, self.api, self._store, self.nio))
        async with self._store.transaction():
            await self._store.account.save(established="yes")
        self._pulse.connected = True
        log.info("matrix.ready", device=device_id, rooms=len(self.nio.rooms))

    async def run(self) -> None:
        """Sync until cancelled. Raises SessionEnded when the token is no longer known."""
        while True:
            await self._patiently(self._next_sync)

    async def _next_sync(self) -> None:
        # After a failure without waiting for news: so we know at once that the homeserver is back.
        raw = await self._sync(full_state=False, seconds=0 if self._pulse.failures else SYNC_SECONDS)
        self._echoes = self._echoes + 1 if only_echoes(raw, self.user_id) else 0
        if self._echoes > 1:
            await asyncio.sleep(min(ECHO_SECONDS * 2**self._echoes, MOST_ECHO_SECONDS))

    async def _patiently(self, step: Callable[[], Any]) -> None:
        """Do *step* until it succeeds, waiting longer after each failure, up to a limit."""
        failures = 0
        while True:
            self._pulse.rounds += 1
            try:
                await step()
            except HomeserverError as error:
                if error.ends_session:
                    raise SessionEnded(str(error)) from error
                if not error.passing and not self._pulse.connected:
                    raise StartRefused(f"the homeserver refuses: {error}") from error
                await self._pause(failures, error, error.retry_after)
            except HomeserverAway as error:
                await self._pause(failures, error, None)
            except (StartRefused, SessionEnded):
                raise
            # The edge: an answer that nobody foresaw must not end the bot; the token has not moved, so nothing is lost.
            except Exception as error:
                log.exception("matrix.fault")
                await self._pause(failures, error, None)
            else:
                if failures:
                    log.info("matrix.back", failures=failures)
                self._pulse.failures = 0
                return
            failures += 1

    async def _pause(self, failures: int, error: Exception, asked: float | None) -> None:
        wait = backoff(failures, asked)
        self._pulse.failures = failures + 1
        if failures in (0, 10) or failures % 100 == 0:
            # The words of an error that nobody foresaw may quote a message.
            foreseen = isinstance(error, HomeserverError | HomeserverAway)
            said = str(error) if foreseen else type(error).__name__
            log.warning("matrix.away", error=said, failures=failures + 1, wait=round(wait, 2))
        await asyncio.sleep(wait)

    # Logging in

    async def _log_in(self) -> tuple[str, str]:
        account = self._store.account
        device_id, token = await account.find("device_id"), await account.find("access_token")
        self._check_store(device_id, await account.find("established") is not None)
        if device_id and token:
            self.api.token = token
            await self._check_session(device_id)
            return device_id, token
        matrix = self._config.now.matrix
        if matrix.access_token_file and matrix.device_id:
            token = secret(matrix.access_token_file, "LIAISON_MATRIX_ACCESS_TOKEN") or ""
            device_id = matrix.device_id
        else:
            recovery_key(self._config.now)  # what cannot be one is refused before it costs the account a device
            body = {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": self.user_id},
                "password": secret(matrix.password_file, "LIAISON_MATRIX_PASSWORD"),
                "initial_device_display_name": "Liaison",
            }
            found: dict[str, Any] = {}

            async def log_in() -> None:
                found.update(await self.api.request("POST", path("login"), body, needs=["device_id", "access_token"]))

            await self._patiently(log_in)
            device_id, token = found["device_id"], found["access_token"]
        self.api.token = token
        await self._check_session(device_id)
        async with self._store.transaction():
            await account.save(device_id=device_id, access_token=token)
        return device_id, token

    def _check_store(self, device_id: str | None, established: bool) -> None:
        crypto = self._config.now.storage.directory / "crypto.db"
        try:
            kept = device_in(crypto, self._key)
        except DatabaseError as error:
            raise StartRefused(str(error)) from error
        configured = self._config.now.matrix.device_id
        if kept and (kept[0] != self.user_id or kept[1] != device_id):
            raise StartRefused(
                f"the crypto store {crypto} belongs to {kept[0]}, device {kept[1]}, but this configuration and"
                f" database are for {self.user_id}, device {device_id or configured or '(none yet)'}. Starting"
                " would break the encryption for everyone. Put the matching files back, or move the whole"
                " data folder away to begin as a new device."
            )
        if established and not kept:
            raise StartRefused(
                f"the crypto store {crypto} of device {device_id} is missing. Put it back beside the database,"
                " or move the whole data folder away to begin as a new device."
            )
        if device_id and configured and configured != device_id:
            raise StartRefused(
                f"matrix.device_id is {configured}, but the data folder belongs to device {device_id}."
                f" Set matrix.device_id back to {device_id}, or move the data folder away to begin anew."
            )

    async def _check_session(self, device_id: str) -> None:
        found: dict[str, Any] = {}

        async def who_am_i() -> None:
            found.update(await self.api.request("GET", path("account", "whoami"), needs=["user_id"]))

        await self._patiently(who_am_i)
        if found.get("user_id") != self.user_id or found.get("device_id") not in (None, device_id):
            raise StartRefused(
                f"the access token belongs to {found.get('user_id')}, device {found.get('device_id')},"
                f" not to {self.user_id}, device {device_id}. Give the token of that device, or move the data"
                " folder away to begin as a new device."
            )

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
            if not isinstance(error, Exception) or self._key_failures < GAP_TRIES:
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
        told = [(*event, "state_key" not in event[2] and now - sent_at(event[2], now) > LATE) for event in events]
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
                events = await self._gap_or_less(room_id, timeline.get("prev_batch"), self._token) + events
            found += [(room_id, e["event_id"], e) for e in events if identified(e)]
        return found

    async def _gap_or_less(self, room_id: str, newest: str | None, oldest: str) -> list[Any]:
        """Return the events of a gap; after some tries without them, so that one room cannot hold up all others."""
        try:
            found = await self._gap(room_id, newest, oldest)
        except (HomeserverError, HomeserverAway):
            self._gap_failures[room_id] = self._gap_failures.get(room_id, 0) + 1
            if self._gap_failures[room_id] < GAP_TRIES:
                raise
            log.error("sync.gap_lost", room=room_id)
            self._pulse.count("gap_lost")
            found = []
        self._gap_failures.pop(room_id, None)
        return found

    async def _gap(self, room_id: str, newest: str | None, oldest: str) -> list[Any]:
        """Return the events between two sync tokens that the timeline's limit left out, oldest first."""
        found: list[Any] = []
        pages = 0
        while newest and len(found) < GAP_LIMIT and pages < GAP_PAGES:
            self._pulse.rounds += 1
            query = {"dir": "b", "from": newest, "to": oldest, "limit": str(TIMELINE_LIMIT)}
            answer = await self.api.request("GET", path("rooms", room_id, "messages"), query=query)
            events, joined = since_joining(list(reversed(answer.get("chunk", ()))), self.user_id)
            found = events + found
            # A page may be empty although older ones are not.
            newest = answer.get("end") if not joined else None
            pages += 1
        if newest:
            log.error("sync.gap_too_long", room=room_id, events=len(found))
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
        """Return whether the person's homeserver belongs to the task force."""
        return self._config.now.serves(user_id)

    def share_keys_anew(self) -> None:
        """Have each room's next message encrypted by a new key, because other people are served now."""
        if self.nio.olm is not None:
            self.nio.olm.outbound_group_sessions.clear()

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


async def _nobody_cares(masters: Mapping[UserId, str]) -> None:
    """Stand in for the intake until it is wired."""


async def _nobody_waits(sessions: set[str]) -> None:
    """Stand in for the intake until it is wired."""
