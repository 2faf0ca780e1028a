"""Logging in: as the device that the data folder belongs to, or as a new one; never as another over its keys."""

from __future__ import annotations

from typing import Any

from bot.config import Config, secret
from bot.matrix.api import Api, path
from bot.matrix.cryptostore import device_in
from bot.matrix.errors import StartRefused
from bot.matrix.patience import Patience
from bot.matrix.recovery import recovery_key
from bot.store import Store
from bot.store.opening import DatabaseError


class Login:
    """The bot's way into its account."""

    def __init__(self, config: Config, key: str, api: Api, store: Store, patience: Patience) -> None:
        self._config = config
        self._key = key
        self._api = api
        self._store = store
        self._patience = patience

    async def device_and_token(self) -> tuple[str, str]:
        """Return the device id and the access token that the homeserver takes; kept from the first time on.

        Raises StartRefused when the device, its keys and the configuration do not belong together, SessionEnded for a
        dead token.
        """
        account = self._store.account
        device_id, token = await account.find("device_id"), await account.find("access_token")
        self._check_store(device_id, await account.find("established") is not None)
        if device_id and token:
            self._api.token = token
            await self._check_session(device_id)
            return device_id, token
        matrix = self._config.matrix
        if matrix.access_token_file and matrix.device_id:
            token = secret(matrix.access_token_file, "LIAISON_MATRIX_ACCESS_TOKEN") or ""
            device_id = matrix.device_id
        else:
            recovery_key(self._config)  # what cannot be one is refused before it costs the account a device
            body = {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": self._config.matrix.user_id},
                "password": secret(matrix.password_file, "LIAISON_MATRIX_PASSWORD"),
                "initial_device_display_name": "Liaison",
            }
            found: dict[str, Any] = {}

            async def log_in() -> None:
                found.update(await self._api.request("POST", path("login"), body, needs=["device_id", "access_token"]))

            try:
                await self._patience.until_done(log_in)
            except StartRefused as error:
                raise StartRefused(
                    f"{str(error).rstrip('.')}. matrix.user_id and matrix.password_file (or LIAISON_MATRIX_PASSWORD)"
                    " have to be those of one account."
                ) from error
            device_id, token = found["device_id"], found["access_token"]
        self._api.token = token
        await self._check_session(device_id)
        async with self._store.transaction():
            await account.save(device_id=device_id, access_token=token)
        return device_id, token

    def _check_store(self, device_id: str | None, established: bool) -> None:
        crypto = self._config.storage.directory / "crypto.db"
        try:
            kept = device_in(crypto, self._key)
        except DatabaseError as error:
            raise StartRefused(str(error)) from error
        configured = self._config.matrix.device_id
        if kept and (kept[0] != self._config.matrix.user_id or kept[1] != device_id):
            raise StartRefused(
                f"the crypto store {crypto} belongs to {kept[0]}, device {kept[1]}, but this configuration and"
                f" database are for {self._config.matrix.user_id}, device {device_id or configured or '(none yet)'}."
                " Starting would break the encryption for everyone. Put the matching files back, or move the whole"
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
            found.update(await self._api.request("GET", path("account", "whoami"), needs=["user_id"]))

        await self._patience.until_done(who_am_i)
        if found.get("user_id") != self._config.matrix.user_id or found.get("device_id") not in (None, device_id):
            raise StartRefused(
                f"the access token belongs to {found.get('user_id')}, device {found.get('device_id')},"
                f" not to {self._config.matrix.user_id}, device {device_id}. Give the token of that device, or move the"
                " data folder away to begin as a new device."
            )
