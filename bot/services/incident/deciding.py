"""Decisions: entered with their parts, and put in each other's place."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, _
from bot.model.handling import Cleared, Purpose
from bot.model.incident import (
    Aspect,
    EntryKind,
    Incident,
    Words,
)
from bot.model.person import Actor
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.incident.clearing import Clearing
from bot.services.incident.contests import Change
from bot.services.incident.entering import Entering
from bot.services.incident.seeing import Seeing
from bot.store import Store


class Deciding:
    """Enters decisions, in the open transaction."""

    def __init__(self, store: Store, seeing: Seeing, entering: Entering, clearing: Clearing) -> None:
        self._store = store
        self._seeing = seeing
        self._entering = entering
        self._clearing = clearing

    async def decide(
        self, actor: Actor, told: Told, ref: Reference, words: Words | None, parts: Mapping[Aspect, str],
        corrects: int | None = None,
    ) -> tuple[Cleared[Incident], int]:  # fmt: skip
        """Enter a decision with its *parts*, in place of the one that it *corrects*; return also its number."""
        if words is None:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Say what was decided."))
        incident = await self._seeing.read(told.room_id, ref)
        if corrects is not None:
            await self._decided(told.room_id, incident, corrects)
        for text in parts.values():
            self._entering.handled(text)
        change = Change(EntryKind.DECISION, {"parts": [*parts]}, words, corrects=corrects)
        cleared = await self._entering.change(actor, told, ref, change)
        return cleared, await self._store.incident.last_number(ref)

    async def _decided(self, room_id: str, incident: Incident, number: int) -> None:
        """Raise UserError unless that entry is a decision, and still stands, as far as the room may read."""
        ref = incident.ref
        hidden = (await self._clearing.withheld(room_id, [incident], Purpose.READING)).get(ref, {})
        entries = [one for one in await self._store.incident.entries(ref) if one.number not in hidden]
        decisions = [one for one in entries if one.kind is EntryKind.DECISION]
        if number not in [one.number for one in decisions]:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("{ref} has no decision {number}.", ref=Code(str(ref)), number=number),
            )
        if later := next((one for one in decisions if one.corrects == number), None):
            raise UserError(
                ErrorCode.CONFLICT,
                _(
                    "Decision {number} does not stand any more: {other} took its place. Correct that one.",
                    number=number,
                    other=later.number,
                ),
            )
