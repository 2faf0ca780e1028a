"""Briefings go as calendar files."""

from __future__ import annotations

import asyncio
from hashlib import sha256

from bot.config import Current
from bot.i18n import Catalogues, _
from bot.model.briefing import Briefing, Method, State, printed
from bot.model.file import File
from bot.model.handling import Handling
from bot.model.person import Actor
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.briefing.finding import Planned
from bot.services.briefing.service import BriefingService

MEDIA_TYPE = "text/calendar"


class BriefingCalendarService:
    """Writes calendar files."""

    def __init__(self, config: Current, audit: AuditService, catalogues: Catalogues, briefing: BriefingService) -> None:
        self._config = config
        self._audit = audit
        self._catalogues = catalogues
        self._briefing = briefing

    async def export(self, actor: Actor, told: Told, planned: Planned) -> File:
        """Return a briefing as a file for *actor*: in their language, and with their reminders (slow).

        Of one that is cancelled, what takes it out of a calendar. A calendar lies on phones and servers that are not
        ours: of what may not leave its room it says no more than that there is a briefing.
        """
        briefing = planned.briefing
        before = await self._briefing.before(actor.user_id)
        minutes = [one.total_seconds() // 60 for one in before]
        method = Method.CANCEL if briefing.state is State.CANCELLED else Method.PUBLISH
        subject = await self._subject(actor, briefing)
        data = await asyncio.to_thread(
            printed, briefing, planned.changes, subject, [int(one) for one in minutes], method, told.now,
            uid(briefing, self._config.now.taskforce.code),
        )  # fmt: skip
        return File(f"{briefing.ref}.ics", MEDIA_TYPE, data)

    async def exported(self, actor: Actor, told: Told, briefing: Briefing) -> None:
        """Record that somebody has got a briefing as a file."""
        content = {"sequence": briefing.sequence}
        await self._audit.append("briefing.exported", actor, str(briefing.ref), content, told.now)

    async def _subject(self, actor: Actor, briefing: Briefing) -> str:
        handling = Handling.of(briefing.handling)
        if not briefing.title or (handling and not handling.travels):
            return self._catalogues.text(_("Briefing"), actor.menus)
        made = await self._briefing.title_in(briefing, actor.language)
        return made.text if made else briefing.title


def uid(briefing: Briefing, code: str) -> str:
    """Return what a briefing is known by in calendars, as long as there is any of it."""
    said = f"{code}\n{briefing.ref}"
    return f"{sha256(said.encode()).hexdigest()[:32]}@{code.lower()}.liaison"
