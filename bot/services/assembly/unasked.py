"""What the bot says by itself: digests, reminders, and what has become clear meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import DigestService, FreshService, ReminderService, StandingDigestService
from bot.services.assembly.ground import Ground
from bot.services.assembly.incidents import Incidents
from bot.services.assembly.outside import Outside
from bot.services.briefing import BriefingService
from bot.services.digest import Gathering
from bot.services.handover import HandoverService
from bot.services.reminder import ReminderRinging
from bot.services.shift import ShiftTurns


@dataclass(frozen=True, slots=True)
class Unasked:
    """The services of what the bot says by itself."""

    digest: DigestService
    fresh: FreshService
    reminder: ReminderService
    ringing: ReminderRinging
    standing: StandingDigestService


def assemble_unasked(
    outside: Outside, ground: Ground, incidents: Incidents, turns: ShiftTurns, handover: HandoverService,
    briefing: BriefingService,
) -> Unasked:  # fmt: skip
    """Return the services of what the bot says by itself."""
    config, store, incident = outside.config, outside.store, incidents.incident
    audit, direct, notice = ground.audit, ground.direct, ground.notice
    person, question, room = ground.person, ground.question, ground.room
    gathering = Gathering(config, store, incident, incidents.duty, turns, ground.place)
    digest = DigestService(config, store, incident, person, gathering, outside.clock)
    ringing = ReminderRinging(config, store, audit, person, room, direct, notice, question)
    return Unasked(
        digest=digest,
        fresh=FreshService(config, store, person, room, incident, incidents.card, handover, briefing),
        reminder=ReminderService(config, store, audit, incident, incidents.wordings, direct, notice, question, ringing),
        ringing=ringing,
        standing=StandingDigestService(config, store, audit, incident, ground.identity, notice, room, turns, digest),
    )
