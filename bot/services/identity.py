"""Whether people are who they were: identities are pinned when first seen, and a change needs a second person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.i18n import Typed, _c
from bot.model.identity import DeviceKey, Lost, PinnedIdentity
from bot.model.person import UserId
from bot.store import Store


class Devices(Protocol):
    """What is known of people's devices."""

    def signed(self, user_id: UserId) -> Sequence[DeviceKey]:
        """Return the devices that the person's present identity has signed, but for those that were lost."""
        ...

    def known(self, user_id: UserId) -> Sequence[DeviceKey]:
        """Return every device of the person that the bot has seen."""
        ...


class IdentityService:
    """Pins master keys, notices changes, and takes their confirmation."""

    def __init__(self, store: Store, devices: Devices) -> None:
        self._store = store
        self._devices = devices

    async def unknown(self, masters: Mapping[UserId, str]) -> bool:
        """Return whether *masters*, the present master keys by user id, hold anything that `learn` would record."""
        known = await self._store.identity.find_all()
        return any(user not in known or _shown(known[user], key) != known[user] for user, key in masters.items())

    async def learn(self, masters: Mapping[UserId, str], now: datetime) -> list[PinnedIdentity]:
        """Record the present master keys, in the open transaction; return the identities that have just changed."""
        changed = []
        for user_id, key in masters.items():
            before = await self._store.identity.find(user_id)
            after = PinnedIdentity(user_id, key, now) if before is None else _shown(before, key, now)
            if after == before:
                continue
            await self._store.identity.save(after)
            if after.changed:
                changed.append(after)
        return changed

    async def find(self, user_id: UserId) -> PinnedIdentity | None:
        """Return what is known of the person's identity, or None when no device of theirs was ever seen."""
        return await self._store.identity.find(user_id)

    async def changed(self, user_id: UserId) -> bool:
        """Return whether the person's identity has changed and nobody has confirmed it."""
        identity = await self._store.identity.find(user_id)
        return identity is not None and identity.changed

    async def confirm(self, user_id: UserId, key: str, by: UserId, now: datetime) -> bool:
        """Pin *key* as the person's identity if it is the one that is shown now; return whether it was."""
        identity = await self._store.identity.find(user_id)
        if identity is None or identity.changed_to != key:
            return False
        await self._store.identity.save(PinnedIdentity(user_id, key, now, confirmed_by=by))
        return True

    def devices(self, user_id: UserId) -> Sequence[DeviceKey]:
        """Return the devices that the person's present identity has signed, but for those that were lost."""
        return self._devices.signed(user_id)

    async def frozen(self, user_id: UserId) -> bool:
        """Return whether nothing of the person counts: it is in doubt who writes, or a device of theirs is lost."""
        return await self.changed(user_id) or await self.lost(user_id) is not None

    async def lost(self, user_id: UserId) -> Lost | None:
        """Return that the person was reported to have lost a device, or None."""
        return await self._store.identity.find_lost(user_id)

    async def lose(self, lost: Lost, devices: Sequence[DeviceKey] = ()) -> Sequence[DeviceKey]:
        """Freeze the person's authority, in the open transaction; return the devices that stay refused for good.

        These are *devices*, and whichever the bot has seen of theirs by now.
        """
        devices = [*dict.fromkeys((*devices, *self.devices(lost.user_id), *self._devices.known(lost.user_id)))]
        await self._store.identity.save_lost(lost, devices)
        return devices

    async def lift(self, user_id: UserId) -> None:
        """Let the person's authority count again, in the open transaction."""
        await self._store.identity.remove_lost(user_id)


def _shown(before: PinnedIdentity, key: str, now: datetime | None = None) -> PinnedIdentity:
    """Return *before* as it is once the homeserver shows the master key *key*."""
    if key == before.master_key:
        return replace(before, changed_to=None, changed_at=None)
    return before if key == before.changed_to else replace(before, changed_to=key, changed_at=now)


def confirmation(user_id: str) -> Typed:
    """Return the command by which a second person confirms the keys of *user_id*."""
    return Typed(("!", _c("noun", "identity"), " ", _c("verb", "confirm"), f" {user_id}"))
