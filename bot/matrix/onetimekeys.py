"""Our fallback key: what others begin with when all of our one-time keys are claimed.

matrix-nio uploads one-time keys only. Anybody on the server can claim them all while we are away, and a new device
that then finds none could never reach us. Source: Matrix specification, "One-time and fallback keys".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from nio.crypto import Olm

from bot.matrix.api import Api, path

log = structlog.get_logger(__name__)

ALGORITHM = "signed_curve25519"


class FallbackKey:
    """Keeps one unused fallback key on the homeserver."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._unsent: dict[str, Any] | None = None

    async def tend(self, sync: Mapping[str, Any], olm: Olm) -> None:
        """Upload a new key if the answer *sync* says that the homeserver holds no unused one.

        Raises HomeserverError and HomeserverAway; the same key is offered again after the next sync.
        """
        unused = sync.get("device_unused_fallback_key_types")
        if not isinstance(unused, list) or not olm.account.shared:
            return
        if ALGORITHM in unused:
            self._unsent = None
            return
        if self._unsent is None:
            self._unsent = _new_key(olm)
        await self._api.request("POST", path("keys", "upload"), {"fallback_keys": self._unsent})
        self._unsent = None
        log.info("keys.fallback_uploaded")


def _new_key(olm: Olm) -> dict[str, Any]:
    """Return a new fallback key, signed by our device. The one before it stays usable."""
    account = olm.account._account
    account.generate_fallback_key()
    keys = {}
    for id, key in account.fallback_key.items():
        signed: dict[str, Any] = {"key": key.to_base64(), "fallback": True}
        signature = olm.sign_json(signed)
        keys[f"{ALGORITHM}:{id}"] = {
            **signed,
            "signatures": {olm.user_id: {f"ed25519:{olm.device_id}": signature}},
        }
    # Before it is sent, for a key whose secret half is lost would be worse than one that nobody knows.
    account.mark_keys_as_published()
    olm.save_account()
    return keys
