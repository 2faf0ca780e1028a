"""A verification by emoji that runs: whose keys a second person is comparing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.person import UserId

LASTS = timedelta(minutes=10)
"""How long a verification may take: the specification's time, after which apps end it themselves."""


@dataclass(frozen=True, slots=True)
class Verifying:
    """That *user_id* verifies themselves since *begun_at* (UTC), by the device *device_id*.

    *id* is the verification's own, of the protocol; `room_id` None where it goes from device to device. `master_key` is
    what would be confirmed, in unpadded base64; `matched_by` is who has said that the emoji are the same.
    """

    user_id: UserId
    id: str
    device_id: str
    room_id: str | None
    begun_at: datetime
    master_key: str
    matched_by: UserId | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What both sides show: seven numbers from 0 to 63, each of an emoji, and three numbers of four digits."""

    emoji: tuple[int, ...]
    numbers: tuple[int, ...]
