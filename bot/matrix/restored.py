"""What a restore leaves for the new device: room keys that only read, and the gap that nobody filled."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import structlog
from nio.crypto import InboundGroupSession

from bot.matrix.cryptostore import ROOM_KEYS, RestoredKeys
from bot.matrix.errors import StartRefused
from bot.store.account import AccountStore

log = structlog.get_logger(__name__)


class Restored:
    """The restore that this data folder came from, if it came from one.

    The old device's room keys stay in a file of their own: in nio's store they would stand in the way of the same key
    when its owner shares it with the new device, and that one does carry commands.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._keys = RestoredKeys(folder / ROOM_KEYS, key)
        self._at: datetime | None = None

    async def load(self, account: AccountStore, configured_device: str | None) -> None:
        """Learn when it was, and say what was missed; raises StartRefused if the old device is to be used again."""
        since, until = await account.find("restored_from"), await account.find("restored_at")
        if until is None:
            return
        device = await account.find("restored_device")
        if device and device == configured_device:
            raise StartRefused(
                f"matrix.device_id is {device}, the device that was lost: its keys are not in the backup, and a second"
                " set of keys under its name would break the encryption for everyone. Give password_file, or the token"
                " and device_id of a new device."
            )
        self._at = datetime.fromisoformat(until)
        if await account.find("restored_resumed") != until:
            # Once: at a later start it is no news. The gap ends now, not when the backup was brought back.
            log.warning("restored.gap", since=since, restored=until, lost_device=device)

    def close(self) -> None:
        """Close the file."""
        self._keys.close()

    def find(self, room_id: str, session_id: str) -> InboundGroupSession | None:
        """Return a room key of the old device, or None."""
        return self._keys.find(room_id, session_id)

    def covers(self, sent_at: datetime) -> bool:
        """Return whether something sent then was the old device's to answer: acting on it again would be twice."""
        return sent_at < (self._at or datetime.min.replace(tzinfo=UTC))
