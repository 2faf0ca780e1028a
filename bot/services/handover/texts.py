"""What people write in handovers: kept as it was written, with its translations beside it."""

from __future__ import annotations

from datetime import datetime

from bot.errors import ErrorCode, UserError
from bot.i18n import _
from bot.model.handling import TLP, label_of
from bot.model.handover import Said
from bot.model.incident import Words
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.store import Store

LONGEST = 500


class Texts:
    """Records texts, in the open transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def say(self, ref: Reference, kind: str, words: Words | None, by: UserId, now: datetime) -> Said:
        """Record what somebody wrote; raise UserError if that is nothing, too long, or may stand in no record."""
        if words is None or not words.text.strip():
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Say it in words."))
        if len(words.text) > LONGEST:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("That has {length} characters. In a handover {most} are the most.",
                  length=len(words.text), most=LONGEST),
            )  # fmt: skip
        label = label_of(words.text)
        if label and label.tlp is TLP.RED:
            raise UserError(
                ErrorCode.HANDLING,
                _("What is labelled TLP:RED goes into no record. Say it without the label, or not here."),
            )
        said = Said(ref, await self._store.handover.last_said(ref) + 1, words.text, words.language, by, now)
        await self._store.handover.say(said, kind)
        await self._store.wording.add(ref, said.number, words.made)
        return said
