"""Whether people are who they were: identities are pinned when first seen, and a change needs a second person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.config import Current
from bot.i18n import Message, Typed, Verbatim, _, _c
from bot.model.identity import DeviceKey, Lost, Method, PinnedIdentity
from bot.model.person import Actor, UserId
from bot.model.sequel import SequelKind
from bot.services.audit import AuditService
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

    def __init__(self, config: Current, store: Store, devices: Devices, audit: AuditService) -> None:
        self._config = config
        self._store = store
        self._audit = audit
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

    async def present(self, user_id: UserId) -> str:
        """Return the master key that is shown now as the person's, confirmed or not; empty when none was ever seen."""
        identity = await self._store.identity.find(user_id)
        return (identity.changed_to or identity.master_key) if identity else ""

    async def changed(self, user_id: UserId) -> bool:
        """Return whether the person's identity has changed and nobody has confirmed it."""
        identity = await self._store.identity.find(user_id)
        return identity is not None and identity.changed

    async def vouched(self, user_id: UserId, key: str) -> bool:
        """Return whether *key*, which was shown as the person's, is theirs by now: pinned, and shown still."""
        identity = await self._store.identity.find(user_id)
        return identity is not None and identity.master_key == key and not identity.changed

    async def trusted(self, user_id: UserId) -> bool:
        """Return whether the person's identity is one of which commands count, however its devices are signed.

        Where `access.device_trust` is "verified", somebody has confirmed it; else nobody need.
        """
        if self._config.now.access.device_trust != "verified":
            return True
        identity = await self._store.identity.find(user_id)
        return identity is not None and identity.confirmed_by is not None

    async def confirm(self, user_id: UserId, key: str, by: Actor, method: Method, now: datetime) -> bool:
        """Pin *key* as the person's identity if it is the one that is shown now; return whether it was.

        The log says who has confirmed it, and by which *method*.
        """
        identity = await self._store.identity.find(user_id)
        if identity is None or (identity.changed_to or identity.master_key) != key:
            return False
        await self._store.identity.save(PinnedIdentity(user_id, key, now, confirmed_by=by.user_id))
        content = {"user": user_id, "key": key, "method": method}
        await self._audit.append("identity.confirmed", by, None, content, now)
        return True

    async def doubt(self, user_id: UserId, key: str, by: Actor | None, now: datetime) -> bool:
        """Take *key*, which the person's app could not show to be theirs, for one that nobody has confirmed.

        Returns whether it is a key that is known to be shown as theirs.
        """
        identity = await self._store.identity.find(user_id)
        if identity is None or key not in (identity.master_key, identity.changed_to):
            return False
        if key == identity.master_key:
            # No key is known to be theirs now: whatever is shown, somebody has to confirm it.
            await self._store.identity.save(PinnedIdentity(user_id, "", identity.pinned_at, key, now))
        await self._audit.append(SequelKind.DOUBTED, by, None, {"user": user_id, "key": key}, now)
        return True

    def devices(self, user_id: UserId) -> Sequence[DeviceKey]:
        """Return the devices that the person's present identity has signed, but for those that were lost."""
        return self._devices.signed(user_id)

    async def frozen(self, user_id: UserId) -> bool:
        """Return whether nothing of the person counts: it is in doubt who writes, or a device of theirs is lost."""
        doubtful = await self.changed(user_id) or not await self.trusted(user_id)
        return doubtful or await self.lost(user_id) is not None

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


def caution(user_id: UserId, name: str) -> Message:
    """Return that the keys of *user_id*, who is known by *name*, have changed, and who may be behind that."""
    return _(
        "Caution: the encryption identity of {name} ({user}) has changed. It may be a new phone, or somebody"
        " else. I take no commands from {name} until a colleague has compared the keys in person and written"
        " {command}.",
        name=Verbatim(name),
        user=Verbatim(user_id),
        command=confirmation(user_id),
    )
