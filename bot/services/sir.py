"""Serious-incident reports to the rights monitors alone: sealed before anything is written down, sent past everyone."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Verbatim, _, to_json
from bot.model.incident import Entry, EntryKind
from bot.model.person import Actor, UserId
from bot.model.reference import Reference, draw
from bot.model.sealed import Sealed, seal, written
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.direct import DirectService
from bot.store import Store

LOGGED_AS = f"incident.{EntryKind.DECLARED}"
"""The kind of its entry in the audit log: what is most usual there."""
NOT_ALONE = _(
    "Reports to the rights monitors are taken only in a direct room with me, where nobody else is. I kept nothing of"
    " this one. Delete your message here now: everyone in this room can read it. Then write to me alone."
)
TAKEN = _("Something else has just got the reference of this report. I kept nothing of it: please send it again.")


class SirService:
    """Seals reports, hands them over, and pursues those that did not arrive."""

    def __init__(self, config: Current, store: Store, audit: AuditService, direct: DirectService) -> None:
        self._config = config
        self._store = store
        self._audit = audit
        self._direct = direct

    async def seal(self, actor: Actor, told: Told, text: str) -> Sealed:
        """Return *text* sealed for the monitors (outside any transaction); raises UserError where there is no way."""
        self._alone(actor, told.room_id)
        config = self._config.now
        if not config.monitors:
            raise UserError(
                ErrorCode.UNAVAILABLE,
                _(
                    "No rights monitor is named for this task force, so I can hand your report to nobody, and I kept"
                    " nothing of it. Turn to the fundamental-rights monitor of your own agency, or to {contact}.",
                    contact=Verbatim(config.privacy.contact),
                ),
            )
        ref = await self._drawn()
        keys = {UserId(monitor.user_id): monitor.public_key for monitor in config.monitors}
        return seal(ref, written(ref, actor, told, text), keys)

    async def hand_over(self, actor: Actor, told: Told, sealed: Sealed) -> None:
        """Record a report and send it to its readers, in the open transaction; raises UserError."""
        self._alone(actor, told.room_id)
        if await self._store.incident.taken(sealed.ref):
            raise UserError(ErrorCode.CONFLICT, TAKEN)
        await self._store.sealed.add(sealed, told.now)
        # Who reports is known to the readers alone: the name in the log is nobody's.
        content = _logged(sealed, actor, told.now)
        await self._audit.append(LOGGED_AS, actor, str(sealed.ref), content, told.now, unnamed=True)
        for reader in sealed.readers:
            await self._post(sealed, reader, 0, told.now)

    async def pursue(self, now: datetime) -> None:
        """Send again what did not reach a monitor, and delete what has reached all, in a transaction of its own.

        Each monitor has a room before there is a report: else its opening would tell that there is one.
        """
        monitors = {UserId(monitor.user_id) for monitor in self._config.now.monitors}
        async with self._store.transaction():
            for undelivered in await self._store.sealed.list_undelivered():
                if undelivered.reader in monitors:
                    await self._post(undelivered.sealed, undelivered.reader, undelivered.attempts + 1, now)
            await self._store.sealed.let_go()
            for monitor in sorted(monitors):
                if not await self._store.direct.find(monitor) and not await self._direct.find(monitor):
                    await self._store.outbox.add(monitor, "open", f"monitor {monitor}", {}, now)

    def _alone(self, actor: Actor, room_id: str) -> None:
        if not self._direct.holds(room_id, actor.user_id):
            raise UserError(ErrorCode.NOT_ALLOWED, NOT_ALONE)

    async def _post(self, sealed: Sealed, reader: UserId, attempts: int, now: datetime) -> None:
        """Send the file to one reader's direct room, and ring for it with its reference alone.

        Nothing of it names the message that it came from: that would say whose it is.
        """
        cause, outbox, ref = f"{sealed.ref} {reader} {attempts}", self._store.outbox, str(sealed.ref)
        room_id = await self._room_of(reader, cause, now)
        file = sealed.file
        shown = {"ref": ref, "name": file.name, "media_type": file.media_type, "size": len(file.data)}
        post = await outbox.add(room_id, "file", cause, shown, now)
        await self._store.file.add(post, file)
        asked = to_json(_("{ref}: please open the file above.", ref=Code(ref)))
        ring = {"of": "sir", "ref": ref, "blocks": [asked], "to": [reader], "after": post}
        await outbox.add(room_id, "alert", cause, ring, now)
        await self._store.sealed.posted(sealed.ref, reader, post, attempts)

    async def _room_of(self, reader: UserId, cause: str, now: datetime) -> str:
        """Return the reader's direct room; their user id where one is to be opened first, as often as it takes."""
        if room_id := await self._direct.find(reader):
            return room_id
        await self._store.outbox.add(reader, "open", cause, {}, now)
        return reader

    async def _drawn(self) -> Reference:
        while await self._store.incident.taken(ref := draw(self._config.now.taskforce.code, secrets.choice)):
            pass
        return ref


def _logged(sealed: Sealed, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """Return what the log keeps of a report: as of any other entry, and nothing of the message that it came in.

    In the place of the event stands the file's digest, as the homeserver writes its own.
    """
    event = "$" + urlsafe_b64encode(bytes.fromhex(sealed.digest)).decode().rstrip("=")
    return Entry(1, sealed.ref, EntryKind.DECLARED, actor.user_id, actor.agency, now, now, now, event).content
