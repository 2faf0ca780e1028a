"""Publishing our identity, and signing our device with it: without that no careful client talks to the bot."""

from __future__ import annotations

from typing import Any

import structlog
from nio import AsyncClient

from bot.config import Config, secret
from bot.matrix.api import Api, HomeserverAway, HomeserverError, path
from bot.matrix.crosssigning import Identity, SigningKey, master_key, signed_devices
from bot.matrix.errors import StartRefused
from bot.store import Store

log = structlog.get_logger(__name__)

SEEDS = ("master_seed", "self_signing_seed", "user_signing_seed")


async def cross_sign(config: Config, api: Api, store: Store, nio: AsyncClient) -> None:
    """Publish our identity where there is none, and sign our device with it where it is not.

    Raises StartRefused when the account has an identity whose keys we do not hold.
    """
    user_id, device_id = config.matrix.user_id, nio.device_id
    query: dict[str, Any] = {"device_keys": {user_id: []}}
    if nio.should_upload_keys:
        await nio.keys_upload()
    answer = await api.request("POST", path("keys", "query"), query)
    identity = await _identity(store, user_id)
    published = master_key(answer, user_id)
    if published not in (None, identity.master.public):
        raise StartRefused(
            f"{user_id} already has a cross-signing identity whose keys are not in this data folder. Restore the"
            " data folder that made it; if it is lost, reset the identity of this account from another client"
            " (every officer will be warned), then start again."
        )
    if published is None:
        await _publish(config, api, identity)
        answer = await api.request("POST", path("keys", "query"), query)
    if device_id not in answer.get("device_keys", {}).get(user_id, {}):
        raise HomeserverAway("our device keys are not published yet")
    if device_id in signed_devices(answer, user_id):
        return
    olm = nio.olm
    assert olm is not None
    # The device's signature under the master key lets our other clients trust it in turn.
    master = identity.master_key()
    signature = olm.sign_json(identity.master_key())
    master["signatures"] = {user_id: {f"ed25519:{device_id}": signature}}
    device = identity.sign_device(answer["device_keys"][user_id][device_id])
    body = {user_id: {device_id: device, identity.master.public: master}}
    answer = await api.request("POST", path("keys", "signatures", "upload"), body)
    if answer.get("failures"):
        raise StartRefused(f"the homeserver refuses our cross-signatures: {answer['failures']}")
    log.info("device.cross_signed", device=device_id)


async def _identity(store: Store, user_id: str) -> Identity:
    """Return our identity, made and kept on first use."""
    seeds = [await store.account.find(name) for name in SEEDS]
    if all(seeds):
        return Identity(user_id, *(SigningKey(seed) for seed in seeds if seed))
    identity = Identity.make(user_id)
    # Kept before they are published: an identity whose seeds are lost can never sign a new device.
    keys = (identity.master, identity.self_signing, identity.user_signing)
    async with store.transaction():
        await store.account.save(**{name: key.seed for name, key in zip(SEEDS, keys, strict=True)})
    return identity


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
