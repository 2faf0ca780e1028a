"""Whether somebody is still who they were: the cross-signing identity that was pinned when it was first seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.person import UserId
from bot.model.reference import tail_for


@dataclass(frozen=True, slots=True)
class PinnedIdentity:
    """A person's public master key as it was first seen, or last confirmed; unpadded base64.

    `changed_to` is another one that the homeserver shows since `changed_at`, not confirmed by anybody yet.
    """

    user_id: UserId
    master_key: str
    pinned_at: datetime
    changed_to: str | None = None
    changed_at: datetime | None = None
    confirmed_by: UserId | None = None

    @property
    def changed(self) -> bool:
        """Whether the homeserver shows another identity, which nobody has confirmed."""
        return self.changed_to is not None


class Method(StrEnum):
    """How somebody's keys were compared: read from their device in person, or by the emoji of a verification."""

    FINGERPRINT = "fingerprint"
    EMOJI = "sas"


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """A device and its Ed25519 key, which its owner finds in the app's settings as the session key."""

    device_id: str
    key: str


@dataclass(frozen=True, slots=True)
class Lost:
    """That a device of somebody was reported lost: by whom and when (UTC); nothing of theirs counts until it is lifted.

    `lifted_by` is the first of the two people whom that takes, and `lifted_at` when they said so.
    """

    user_id: UserId
    by: UserId
    at: datetime
    lifted_by: UserId | None = None
    lifted_at: datetime | None = None

    @property
    def tail(self) -> str:
        """What an answer repeats that lifts it."""
        return tail_for(f"lost {self.user_id} {self.at.isoformat()}")


def fingerprint(key: str) -> str:
    """Return a key in groups of four characters, as Matrix apps show it."""
    return " ".join(key[i : i + 4] for i in range(0, len(key), 4))
