"""What others hold of the log: checkpoints that they are given, each with a proof, and cosignatures of witnesses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, _, to_json
from bot.model.checkpoint import Checkpoint, Cut, NotACheckpoint, encoded
from bot.model.cosignature import Cosigned, Cosigner, cosigner, lines, only, pasted
from bot.model.extension import written
from bot.model.merkle import consistency, covering, joined
from bot.model.person import UserId
from bot.model.room import Use
from bot.model.signed import cosigned_by, told
from bot.services.direct import DirectService
from bot.services.room import Rooms
from bot.store import Store

log = structlog.get_logger(__name__)

KIND = "checkpoint"
"""Of the outbox row."""
NOT_OURS = _(
    "That is no checkpoint of this log. Send all that the witness has printed, from the name of the log to the last"
    " line."
)


class WitnessService:
    """Hands checkpoints to the audit rooms and the keepers; takes what witnesses have cosigned."""

    def __init__(self, config: Current, store: Store, rooms: Rooms, direct: DirectService) -> None:
        self._config = config
        self._store = store
        self._rooms = rooms
        self._direct = direct

    async def hand_out(self, now: datetime) -> None:
        """Give the last checkpoint to whoever was not given it yet, in a transaction of its own: once each."""
        last = await self._store.audit.last_checkpoint()
        if last is None:
            return
        async with self._store.transaction():
            for room_id in await self._store.room.list_used_for(Use.AUDIT):
                if self._config.now.matrix.user_id in self._rooms.members(room_id) and self._rooms.encrypted(room_id):
                    await self._hand(room_id, room_id, last, {}, now)
            for keeper in dict.fromkeys(UserId(one.keeper) for one in self._config.now.agencies if one.keeper):
                # Nobody else gets our room keys: who is not served could not read it.
                where = await self._direct.reach(keeper, now) if self._config.now.serves(keeper) else None
                if where:
                    await self._hand(keeper, where, last, {"reader": keeper}, now)
                else:
                    log.warning("audit.keeper_not_reached", keeper=keeper)

    async def _hand(self, whom: str, where: str, last: Cut, reader: Mapping[str, Any], now: datetime) -> None:
        old = await self._store.witness.handed(whom)
        if old >= last.size:
            return
        cause = f"checkpoint {last.size} {whom}"
        if where == whom and whom.startswith("@"):
            await self._store.outbox.add(where, "open", cause, {}, now)
        proof, cosigned = await self._proof(old, last.size), await self.cosigned()
        payload = {
            "blocks": [to_json(told(last)), *([to_json(cosigned_by(cosigned))] if cosigned else [])],
            "text": written(old, proof, last.note),
            "record": _record(old, proof, last, cosigned),
            **reader,
        }
        await self._store.outbox.add(where, KIND, cause, payload, now)
        await self._store.witness.hand(whom, last.size)

    async def since(self, old: int) -> str:
        """Return the last checkpoint with the proof that it extends that of *old* entries; raises UserError."""
        last = await self._store.audit.last_checkpoint()
        if last is None or not 1 <= old <= last.size:
            size = last.size if last else 0
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("My last checkpoint has {size} entries: there is no proof from {old} to it.",
                  size=Code(str(size)), old=Code(str(old))),
            )  # fmt: skip
        return written(old, await self._proof(old, last.size), await self.noted(last))

    async def noted(self, cut: Cut) -> str:
        """Return the signed note of a checkpoint, with the lines of those who have cosigned it."""
        return cut.note + "".join((await self._store.witness.lines(cut.size)).values())

    async def _proof(self, old: int, size: int) -> list[bytes]:
        """Return the hashes that prove that the log of *size* entries begins with *old*; none for an *old* of 0."""
        spans = consistency(old, size) if old else ()
        return [joined(await self._store.audit.hashes(covering(span))) for span in spans]

    async def cosigned(self) -> Cosigned | None:
        """Return the greatest checkpoint that a witness has cosigned, and by whom; None if there is none."""
        size = await self._store.witness.last()
        return Cosigned(size, tuple(await self._store.witness.lines(size))) if size else None

    async def cosign(self, text: str) -> Cosigned:
        """Keep the cosignatures in *text*, a checkpoint of ours, in the open transaction; raises UserError.

        Nothing is entered into the log: there would be something new to cosign each time.
        """
        try:
            shown = pasted(text)
        except NotACheckpoint as error:
            raise UserError(ErrorCode.BAD_ARGUMENT, NOT_OURS) from error
        own = await self._store.witness.checkpoint(shown.size)
        if own is None or own.note.partition("\n\n")[0] + "\n" != shown.text:
            log.warning("audit.checkpoint_not_ours", size=shown.size, head=shown.head)
            raise UserError(ErrorCode.CONFLICT, NOT_OURS)
        found = [(one, at) for one in self._witnesses() if (at := one.cosigned(shown))]
        if not found:
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("No witness that I know has signed this. Witnesses stand in my configuration, under {key}.",
                  key=Code("[[witnesses]]")),
            )  # fmt: skip
        for one, at in found:
            await self._store.witness.add(shown.size, one.name, _line(shown, one), at)
        return Cosigned(shown.size, tuple(one.name for one, _at in found))

    def _witnesses(self) -> list[Cosigner]:
        return [cosigner(one.key) for one in self._config.now.witnesses]


def _record(old: int, proof: list[bytes], last: Cut, cosigned: Cosigned | None) -> Mapping[str, Any]:
    """Return what programs read of a checkpoint that is handed over."""
    found = {"size": last.size, "head": last.head, "checkpoint": last.note}
    proved = {"old": old, "proof": [encoded(one) for one in proof]}
    by = {"cosigned": {"size": cosigned.size, "by": list(cosigned.names)}} if cosigned else {}
    return {"kind": "notice", "of": KIND, **found, **proved, **by}


def _line(shown: Checkpoint, by: Cosigner) -> str:
    """Return the line by which *by* has cosigned *shown*; of several, the first."""
    return lines(only(shown, by.name, by.id)).partition("\n")[0] + "\n"
