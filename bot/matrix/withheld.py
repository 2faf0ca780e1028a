"""Telling devices why they get no room key, so that they do not just show a message that cannot be read.

Source: Matrix specification, `m.room_key.withheld`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from nio.crypto import Olm, OutboundGroupSession

ALGORITHM = "m.megolm.v1.aes-sha2"
MOST_DEVICES = 200
"""More devices than that are not told: a server may list as many as it likes."""

REASONS = {
    "m.unverified": "This device is not cross-signed by its owner.",
    "m.unauthorised": "This homeserver does not belong to the task force.",
    "m.no_olm": "No one-time key of this device could be had.",
}


def withheld(
    olm: Olm, session: OutboundGroupSession, room_id: str, users: Iterable[str], serves: Callable[[str], bool]
) -> dict[str, Any]:
    """Return the body of a to-device request that tells every device of *users* without the key why it has none."""
    messages: dict[str, dict[str, Any]] = {}
    told = 0
    for user in users:
        for device in olm.device_store.active_user_devices(user):
            if device.id == olm.device_id or (user, device.id) in session.users_shared_with or told >= MOST_DEVICES:
                continue
            code = "m.unauthorised" if not serves(user) else "m.no_olm" if device.verified else "m.unverified"
            messages.setdefault(user, {})[device.id] = {
                "algorithm": ALGORITHM,
                "room_id": room_id,
                "session_id": session.id,
                "sender_key": olm.account.identity_keys["curve25519"],
                "code": code,
                "reason": REASONS[code],
            }
            told += 1
    return {"messages": messages}
