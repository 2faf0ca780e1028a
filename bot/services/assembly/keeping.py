"""How long what is recorded is kept, and what somebody has of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services import DepartingService, ExpiringService, HoldService, MineService, PurgeService
from bot.services.assembly.ground import Ground
from bot.services.assembly.incidents import Incidents
from bot.services.assembly.outside import Outside
from bot.services.beyond import BeyondService
from bot.services.purging import PurgingService
from bot.services.shift import AbsenceService
from bot.services.trace import TraceService, Withdraws


@dataclass(frozen=True, slots=True)
class Keeping:
    """The services of how long what is recorded is kept."""

    departing: DepartingService
    expiring: ExpiringService
    hold: HoldService
    mine: MineService
    purge: PurgeService
    purging: PurgingService


def assemble_keeping(
    outside: Outside, ground: Ground, incidents: Incidents, absence: AbsenceService, withdraws: Sequence[Withdraws]
) -> Keeping:
    """Return the services of how long what is recorded is kept."""
    config, store, incident = outside.config, outside.store, incidents.incident
    audit, direct, notice, person = ground.audit, ground.direct, ground.notice, ground.person
    question, room, sequel = ground.question, ground.room, ground.sequel
    trace, beyond = TraceService(store, audit, notice, withdraws), BeyondService(store, room)
    purging = PurgingService(config, store, audit, person, room, notice, sequel, outside.pulse, trace, beyond)
    mine = MineService(config, store, audit, incident, room, direct, incidents.findings, notice)
    return Keeping(
        departing=DepartingService(
            config, store, audit, incident, person, room, notice, question, purging, mine, absence
        ),
        expiring=ExpiringService(config, store, incident, room, notice, question, purging),
        hold=HoldService(config, store, audit, incident, room, direct, notice, sequel),
        mine=mine,
        purge=PurgeService(config, store, incident, incidents.report, room, direct, notice, question),
        purging=purging,
    )
