"""Which incidents an export is asked for: those that were named, or all in the room that are as somebody says."""

from __future__ import annotations

from collections.abc import Sequence

from bot.errors import ErrorCode, UserError
from bot.i18n import _
from bot.model.export import MOST_TOGETHER
from bot.model.incident import Wanted
from bot.model.reference import Ref, Reference
from bot.services.export.words import TOO_MANY
from bot.services.incident import IncidentService
from bot.services.incident.finding import FindingService


class Choosing:
    """Only reads."""

    def __init__(self, incident: IncidentService, finding: FindingService) -> None:
        self._incident = incident
        self._finding = finding

    async def chosen(self, room_id: str, typed: Sequence[Ref], wanted: Wanted) -> list[Reference]:
        """Return the incidents that were *typed*, or, without any, those that are *wanted* and the room may read.

        Raise UserError where that is none, more than one file takes, or both are given.
        """
        if typed and not wanted.anything:
            raise UserError(
                ErrorCode.BAD_ARGUMENT, _("Write references, or options that say which incidents: not both.")
            )
        if typed:
            return [*dict.fromkeys([await self._incident.meant(room_id, ref, None) for ref in typed])]
        hits, more = await self._finding.find(room_id, wanted, MOST_TOGETHER)
        if more:
            raise UserError(ErrorCode.BAD_ARGUMENT, TOO_MANY)
        if not hits:
            raise UserError(ErrorCode.NOT_FOUND, _("I have found no such incident here."))
        return [hit.incident.ref for hit in hits]
