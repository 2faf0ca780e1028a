"""Our identity's way back: its seeds in secret storage, and the recovery key in a file that people keep elsewhere.

The same steps as any client's "set up recovery", so that another client of the account can read them too.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

import structlog
from unpaddedbase64 import decode_base64

from bot.config import Config, keep_secret, secret
from bot.matrix.api import Api, HomeserverError, path
from bot.matrix.crosssigning import Identity, SigningKey
from bot.matrix.errors import StartRefused
from bot.matrix.secretstorage import RecoveryKey
from bot.store import Store

log = structlog.get_logger(__name__)

Json = dict[str, Any]

DEFAULT_KEY = "m.secret_storage.default_key"
SECRETS = ("m.cross_signing.master", "m.cross_signing.self_signing", "m.cross_signing.user_signing")
VARIABLE = "LIAISON_RECOVERY_KEY"


def recovery_key(config: Config) -> RecoveryKey | None:
    """Return the recovery key that the operator gave, or that we made before; None where there is neither.

    Raises StartRefused for one that cannot be right.
    """
    file = config.matrix.recovery_key_file
    text = secret(file, VARIABLE)
    if text is None:
        return None
    try:
        return RecoveryKey.parse(text)
    except ValueError as error:
        where = VARIABLE if os.environ.get(VARIABLE) else f"matrix.recovery_key_file: {file}"
        raise StartRefused(f"{where}: {error}. Put the right recovery key there, or take it away.") from None


async def recover(config: Config, api: Api, key: RecoveryKey, answer: Mapping[str, Any]) -> Identity:
    """Return the identity that the account shows in *answer* (of /keys/query), its seeds out of secret storage.

    Raises StartRefused when *key* does not open them, or they are another identity's.
    """
    user_id = config.matrix.user_id
    seeds = []
    for name in SECRETS:
        stored = (await _account_data(api, user_id, name)).get("encrypted")
        if not isinstance(stored, Mapping) or not stored:
            raise StartRefused(
                f"the secret storage of {user_id} does not hold {name}, so the recovery key cannot bring its identity"
                " back. Restore a backup with `liaison restore`; if there is none, reset the identity of this account"
                " from another client (every officer will be warned), then start again."
            )
        seeds.append(_opened(user_id, key, name, stored))
    identity = Identity(user_id, *(SigningKey(seed) for seed in seeds))
    # A homeserver, or a person with the recovery key, can put other seeds there: only those that everyone knows count.
    if not _is_shown(identity, answer):
        raise StartRefused(
            f"the secret storage of {user_id} holds another identity than the one that the account shows. Use the"
            " recovery key that was written when the present identity was made, or restore a backup."
        )
    log.info("identity.recovered")
    return identity


async def keep_seeds(config: Config, api: Api, store: Store, identity: Identity) -> None:
    """Put the seeds of *identity* into secret storage, once; make the recovery key where there is none."""
    account = store.account
    if await account.find("secret_storage"):
        return
    key = recovery_key(config) or _made(config)
    if key is None:
        return
    user_id = config.matrix.user_id
    named = f"m.secret_storage.key.{key.id}"
    if not key.opens(await _account_data(api, user_id, named)):
        await _save(api, user_id, named, key.description())
    for name, seed in zip(SECRETS, identity.seeds, strict=True):
        stored = await _account_data(api, user_id, name)
        entries = stored.get("encrypted")
        entries = dict(entries) if isinstance(entries, Mapping) else {}
        # Beside what others put there: with their key they still read theirs, which may be all they have.
        await _save(api, user_id, name, {**stored, "encrypted": {**entries, key.id: key.encrypt(name, seed.encode())}})
    default = (await _account_data(api, user_id, DEFAULT_KEY)).get("key")
    if not default:
        await _save(api, user_id, DEFAULT_KEY, {"key": key.id})
    elif default != key.id:
        # Another client made it, and keeps secrets (of a key backup, say) under it alone. Were ours the default, that
        # client would ask its owner for a key that they never saw, or begin anew and reset the identity. We need no
        # default: `recover` tries our key on every entry.
        log.warning("secret_storage.other_default", ours=key.id, default=str(default)[:64])
    async with store.transaction():
        await account.save(secret_storage=key.id)
    log.info("secret_storage.kept", key=key.id)


def _opened(user_id: str, key: RecoveryKey, name: str, stored: Mapping[str, Any]) -> str:
    """Return the seed in the first entry that *key* opens; the entry's own check tells whether it does."""
    for entry in stored.values():
        try:
            seed = key.decrypt(name, entry if isinstance(entry, Mapping) else {})
            if len(decode_base64(seed.decode("ascii"))) == 32:
                return seed.decode("ascii").rstrip("=")
        except ValueError:
            continue
    raise StartRefused(
        f"the recovery key does not open the secret storage of {user_id} ({name}). Use the one that was written when"
        " this account's identity was made, or restore a backup with `liaison restore`."
    )


def _is_shown(identity: Identity, answer: Mapping[str, Any]) -> bool:
    """Return whether all three public keys of *identity* are those of the account."""
    for name, ours in identity.upload().items():
        shown = answer.get(f"{name}s")
        shown = shown.get(identity.user_id) if isinstance(shown, Mapping) else None
        if not isinstance(shown, Mapping) or shown.get("keys") != ours["keys"]:
            return False
    return True


def _made(config: Config) -> RecoveryKey | None:
    """Return a new recovery key, written to its file; None where it cannot be written.

    Without the file there is no secret storage: a key that nobody holds opens nothing. The bot runs all the same.
    """
    file = config.matrix.recovery_key_file
    if file is None:
        log.warning("secret_storage.no_recovery_key_file")
        return None
    key = RecoveryKey.make()
    try:
        keep_secret(file, key.text)
    except OSError as error:
        log.error("secret_storage.recovery_key_not_written", file=str(file), reason=error.strerror)
        return None
    log.info("recovery_key.written", file=str(file))
    if sys.stderr.isatty():
        sys.stderr.write(
            f"\nThe recovery key of {config.matrix.user_id}, also in {file}. Keep it elsewhere; it is shown only now:\n"
            f"\n    {key.text}\n\n"
        )
    return key


async def _account_data(api: Api, user_id: str, name: str) -> Json:
    """Return the content of the account data event *name*, empty where there is none."""
    try:
        return await api.request("GET", path("user", user_id, "account_data", name))
    except HomeserverError as error:
        if error.status == 404:
            return {}
        raise


async def _save(api: Api, user_id: str, name: str, content: Json) -> None:
    await api.request("PUT", path("user", user_id, "account_data", name), content)
