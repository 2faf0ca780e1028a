"""nio's client, with our own requests for keys, and with trust in devices by their cross-signing chain."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from copy import deepcopy
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
    ToDeviceResponse,
)

from bot.matrix.api import Api, HomeserverAway, HomeserverError, path
from bot.matrix.crosssigning import is_device, master_key, signed_devices
from bot.matrix.cryptostore import CryptoStore
from bot.model.person import UserId

log = structlog.get_logger(__name__)

SILENCE_SECONDS = (15.0, 600.0)
"""How long somebody whose homeserver did not answer for them is not asked for: at first, and at the most."""


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
        self.refused: frozenset[tuple[str, str]] = frozenset()
        """Devices that were lost, by user id and Ed25519 key: not trusted, whoever has signed them."""
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
            sound = self._trust_any or signed.get(device.id) == (device.ed25519, device.curve25519)
            if sound and (user, device.ed25519) not in self.refused:
                if grant and not device.verified:
                    self.verify_device(device)
            elif not device.blacklisted:
                log.info("device.lost" if sound else "device.not_cross_signed", user=user, device=device.id)
                self.blacklist_device(device)

    def refuse(self, devices: frozenset[tuple[str, str]]) -> None:
        """Trust none of *devices* (user id and Ed25519 key) from now on."""
        self.refused = devices
        for device in self.device_store if self.olm else ():
            if (device.user_id, device.ed25519) in devices and not device.blacklisted:
                self.blacklist_device(device)


def _objects(found: Any) -> dict[str, dict[str, Any]]:
    """Return the objects by name in *found*, which should be an object of objects."""
    if not isinstance(found, Mapping):
        return {}
    return {name: dict(value) for name, value in found.items() if isinstance(value, Mapping)}


async def _nobody_cares(masters: Mapping[UserId, str]) -> None:
    """Stand in for the intake until it is wired."""
