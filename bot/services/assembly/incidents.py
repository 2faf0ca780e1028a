"""Incidents, and what is entered about them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import (
    CardService,
    CopyingService,
    DeclaringService,
    DutyService,
    FindingService,
    IncidentService,
    LikenessService,
    NotingService,
    PartService,
    PinningService,
    RelatingService,
    ReportService,
    WithdrawingService,
)
from bot.services.assembly.ground import Ground
from bot.services.assembly.languages import Languages
from bot.services.assembly.outside import Outside
from bot.services.incident import Contests, Ringing, Wordings
from bot.services.report import Alone, Findings, Readings


@dataclass(frozen=True, slots=True)
class Incidents:
    """The services of incidents, of what is entered about them and of reports."""

    card: CardService
    copying: CopyingService
    declaring: DeclaringService
    duty: DutyService
    finding: FindingService
    findings: Findings
    incident: IncidentService
    likeness: LikenessService
    noting: NotingService
    part: PartService
    pinning: PinningService
    relating: RelatingService
    report: ReportService
    withdrawing: WithdrawingService
    wordings: Wordings


def assemble_incidents(outside: Outside, ground: Ground, languages: Languages) -> Incidents:
    """Return the services of incidents, of what is entered about them and of reports."""
    config, store, media, wish = outside.config, outside.store, outside.media, languages.wish
    audit, clearing, notice, outputs = ground.audit, ground.clearing, ground.notice, ground.outputs
    identity, original, person, room = ground.identity, ground.original, ground.person, ground.room
    duty = DutyService(config, store)
    wordings = Wordings(store, person, languages.relay)
    card = CardService(config, store, room, clearing, outputs)
    ringing = Ringing(config, store, notice, room)
    contests = Contests(store, room, clearing, notice, ground.direct)
    incident = IncidentService(
        config,
        store,
        audit,
        wordings,
        contests,
        card,
        duty,
        clearing,
        outputs,
        ringing,
        ground.marking,
        ground.received,
    )
    readings = Readings(store, outside.catalogues, wordings, ground.place)
    findings = Findings(config, store, incident, wordings)
    return Incidents(
        card=card,
        copying=CopyingService(store, incident, original, media, audit),
        declaring=DeclaringService(config, store, original, wish, person, wordings),
        duty=duty,
        finding=FindingService(config, store, incident),
        findings=findings,
        incident=incident,
        likeness=LikenessService(store, incident),
        noting=NotingService(store, incident, person, identity),
        part=PartService(store, incident, person, identity, Alone(store, audit, findings)),
        pinning=PinningService(store, incident, original, wish, person, wordings, media),
        relating=RelatingService(store, incident),
        report=ReportService(store, incident, audit, notice, person, room, readings, findings, ground.received),
        withdrawing=WithdrawingService(store, incident, person, audit),
        wordings=wordings,
    )
