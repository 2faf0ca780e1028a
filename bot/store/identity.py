"""The identities that people had when we first saw them, and which of their devices are lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from bot.model.identity import DeviceKey, Lost, PinnedIdentity
from bot.model.person import UserId
from bot.store.database import Database, Row


class IdentityStore:
    """The identity table: a row for each person whose master key was ever seen."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.on_lost: Callable[[frozenset[str], frozenset[tuple[str, str]]], None] = lambda people, devices: None
        """Told, once a change of these is on the disk, whose devices are lost, and which devices (user id and Ed25519
        key) stay refused."""

    async def find(self, user_id: UserId) -> PinnedIdentity | None:
        """Return what is known of a person's identity, or None."""
        row = await self._db.row("SELECT * FROM identity WHERE user_id = ?", user_id)
        return _identity(row) if row else None

    async def find_all(self) -> Mapping[UserId, PinnedIdentity]:
        """Return every identity that was ever seen, by user id."""
        rows = await self._db.rows("SELECT * FROM identity")
        return {identity.user_id: identity for identity in map(_identity, rows)}

    async def save(self, identity: PinnedIdentity) -> None:
        """Record *identity* as it is."""
        self._db.write(
            "INSERT OR REPLACE INTO identity (user_id, master_key, pinned_at, changed_to, changed_at, confirmed_by)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            identity.user_id,
            identity.master_key,
            identity.pinned_at.isoformat(),
            identity.changed_to,
            identity.changed_at.isoformat() if identity.changed_at else None,
            identity.confirmed_by,
        )

    # Lost devices

    async def find_lost(self, user_id: UserId) -> Lost | None:
        """Return that the person was reported to have lost a device, or None."""
        row = await self._db.row("SELECT * FROM lost WHERE user_id = ?", user_id)
        return _lost(row) if row else None

    async def list_lost(self) -> frozenset[str]:
        """Return who was reported to have lost a device."""
        return frozenset(row["user_id"] for row in await self._db.rows("SELECT user_id FROM lost"))

    async def list_refused(self) -> frozenset[tuple[str, str]]:
        """Return the devices that were lost, ever: user id and Ed25519 key."""
        rows = await self._db.rows("SELECT user_id, key FROM refused_device")
        return frozenset((row["user_id"], row["key"]) for row in rows)

    async def save_lost(self, lost: Lost, devices: Iterable[DeviceKey] = ()) -> None:
        """Record *lost* as it is, and that *devices* stay refused for good."""
        self._db.write(
            "INSERT OR REPLACE INTO lost (user_id, by, at, lifted_by, lifted_at) VALUES (?, ?, ?, ?, ?)",
            lost.user_id,
            lost.by,
            lost.at.isoformat(),
            lost.lifted_by,
            lost.lifted_at.isoformat() if lost.lifted_at else None,
        )
        for device in devices:
            self._db.write(
                "INSERT OR IGNORE INTO refused_device (user_id, key, device_id) VALUES (?, ?, ?)",
                lost.user_id,
                device.key,
                device.device_id,
            )
        await self._tell()

    async def remove_lost(self, user_id: UserId) -> None:
        """Record that the person is served again; their lost devices stay refused."""
        self._db.write("DELETE FROM lost WHERE user_id = ?", user_id)
        await self._tell()

    async def _tell(self) -> None:
        people, devices = await self.list_lost(), await self.list_refused()
        self._db.afterwards(lambda: self.on_lost(people, devices))


def _lost(row: Row) -> Lost:
    return Lost(
        UserId(row["user_id"]),
        UserId(row["by"]),
        datetime.fromisoformat(row["at"]),
        UserId(row["lifted_by"]) if row["lifted_by"] else None,
        datetime.fromisoformat(row["lifted_at"]) if row["lifted_at"] else None,
    )


def _identity(row: Row) -> PinnedIdentity:
    return PinnedIdentity(
        UserId(row["user_id"]),
        row["master_key"],
        datetime.fromisoformat(row["pinned_at"]),
        row["changed_to"],
        datetime.fromisoformat(row["changed_at"]) if row["changed_at"] else None,
        UserId(row["confirmed_by"]) if row["confirmed_by"] else None,
    )
