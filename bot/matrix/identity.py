"""Publishing our identity, and signing our device with it: without that no careful client talks to the bot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from nio import AsyncClient

from bot.config import Config, secret
from bot.matrix.api import Api, HomeserverAway, HomeserverError, path
from bot.matrix.crosssigning import Identity, SigningKey, is_device, master_key, signed_devices
from bot.matrix.errors import StartRefused
from bot.matrix.recovery import VARIABLE, keep_seeds, recover, recovery_key
from bot.store import Store

log = structlog.get_logger(__name__)

SEEDS = ("master_seed", "self_signing_seed", "user_signing_seed")


async def cross_sign(config: Config, api: Api, store: Store, nio: AsyncClient) -> None:
    """Publish our identity where there is none, sign our device with it where it is not, keep it in secret storage.

    Raises StartRefused when the account has an identity whose keys we neither hold nor can recover.
    """
    user_id, device_id = config.matrix.user_id, nio.device_id
    query: dict[str, Any] = {"device_keys": {user_id: []}}
    if nio.should_upload_keys:
        await nio.keys_upload()
    answer = await api.request("POST", path("keys", "query"), query)
    published = master_key(answer, user_id)
    identity = await kept(store, user_id)
    if published is not None and (identity is None or identity.master.public != published):
        identity = await _recovered(config, api, store, answer)
    elif identity is None:
        identity = await _keep(store, Identity.make(user_id))
    if published is None:
        await _publish(config, api, identity)
        answer = await api.request("POST", path("keys", "query"), query)
    shown = answer.get("device_keys", {}).get(user_id, {}).get(device_id)
    if shown is None:
        raise HomeserverAway("our device keys are not published yet")
    _refuse_others(shown, nio)
    if device_id not in signed_devices(answer, user_id):
        await _sign(api, nio, identity, shown)
        # As others will see it: to them a device that does not show as signed is a stranger.
        if device_id not in signed_devices(await api.request("POST", path("keys", "query"), query), user_id):
            raise HomeserverAway("our device does not show as signed yet")
    try:
        await keep_seeds(config, api, store, identity)
    except HomeserverError as error:
        if error.passing or error.status == 401:
            raise
        # The way back is shut, and the log says so at each start; that is no reason to leave everyone without a bot.
        log.error("secret_storage.refused", error=str(error))


def _refuse_others(shown: Any, nio: AsyncClient) -> None:
    """Raise StartRefused unless the keys that the homeserver shows under our device's name are those that we hold.

    Signed by us, other keys would be ours for everybody: whoever holds them could read and speak as the bot.
    """
    device_id, olm = nio.device_id, nio.olm
    assert olm is not None
    keys = shown["keys"] if is_device(shown, device_id) else {}
    ours = olm.account.identity_keys
    if any(keys.get(f"{kind}:{device_id}") != ours[kind] for kind in ("ed25519", "curve25519")):
        raise StartRefused(
            f"the homeserver shows other encryption keys for our device {device_id} than those in the data folder, so"
            " nobody could write to us, or somebody else is to be taken for us. If the data folder was put back from an"
            " older copy, move it away to begin as a new device; if not, do not trust this homeserver."
        )


async def _sign(api: Api, nio: AsyncClient, identity: Identity, keys: Mapping[str, Any]) -> None:
    """Publish our signatures: the identity's of our device *keys*, and the device's of the master key."""
    user_id, device_id = identity.user_id, nio.device_id
    olm = nio.olm
    assert olm is not None
    # The device's signature under the master key lets our other clients trust it in turn.
    master = identity.master_key()
    signature = olm.sign_json(identity.master_key())
    master["signatures"] = {user_id: {f"ed25519:{device_id}": signature}}
    device = identity.sign_device(keys)
    body = {user_id: {device_id: device, identity.master.public: master}}
    answer = await api.request("POST", path("keys", "signatures", "upload"), body)
    if answer.get("failures"):
        raise StartRefused(f"the homeserver refuses our cross-signatures: {answer['failures']}")
    log.info("device.cross_signed", device=device_id)


async def kept(store: Store, user_id: str) -> Identity | None:
    """Return the identity whose seeds are in our database, or None."""
    seeds = [await store.account.find(name) for name in SEEDS]
    return Identity(user_id, *(SigningKey(seed) for seed in seeds if seed)) if all(seeds) else None


async def _keep(store: Store, identity: Identity) -> Identity:
    """Save the seeds, before they are published: an identity whose seeds are lost can never sign a new device."""
    async with store.transaction():
        await store.account.save(**dict(zip(SEEDS, identity.seeds, strict=True)))
    return identity


async def _recovered(config: Config, api: Api, store: Store, answer: Mapping[str, Any]) -> Identity:
    """Return the account's identity by its recovery key, kept from now on."""
    if key := recovery_key(config):
        return await _keep(store, await recover(config, api, key, answer))
    raise StartRefused(
        f"{config.matrix.user_id} already has a cross-signing identity whose keys are not in this data folder. Restore"
        " a backup with `liaison restore`, or put the recovery key of this account into"
        f" {config.matrix.recovery_key_file or 'the file that matrix.recovery_key_file names'} (or {VARIABLE}). If both"
        " are lost, reset the identity of this account from another client (every officer will be warned), then start"
        " again."
    )


async def _publish(config: Config, api: Api, identity: Identity) -> None:
    """Upload the public keys; with the password where the homeserver asks for it."""
    body = identity.upload()
    where = path("keys", "device_signing", "upload")
    try:
        await api.request("POST", where, body)
    except HomeserverError as error:
        password = secret(config.matrix.password_file, "LIAISON_MATRIX_PASSWORD")
        if error.status != 401 or not password:
            raise
        auth = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": identity.user_id},
            "password": password,
            "session": error.session,
        }
        await api.request("POST", where, {**body, "auth": auth})
    log.info("identity.published")
