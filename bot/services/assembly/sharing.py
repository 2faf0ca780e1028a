"""Who may have what: marks, and what is released, exported or called back."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import ExportService, MarkService, RecallService, ReleaseService
from bot.services.assembly.ground import Ground
from bot.services.assembly.incidents import Incidents
from bot.services.assembly.languages import Languages
from bot.services.assembly.outside import Outside
from bot.services.export import Building, Choosing, Collecting
from bot.services.granting import Granting


@dataclass(frozen=True, slots=True)
class Sharing:
    """The services of who may have what."""

    building: Building
    export: ExportService
    mark: MarkService
    recall: RecallService
    release: ReleaseService


def assemble_sharing(outside: Outside, ground: Ground, languages: Languages, incidents: Incidents) -> Sharing:
    """Return the services of who may have what."""
    config, store, rooms, catalogues = outside.config, outside.store, outside.rooms, outside.catalogues
    audit, direct, marking, notice = ground.audit, ground.direct, ground.marking, ground.notice
    person, question, received, room = ground.person, ground.question, ground.received, ground.room
    incident = incidents.incident
    mark = MarkService(config, store, incident, languages.relay, Granting(config, store), direct, notice, marking)
    release = ReleaseService(config, store, incident, mark, person, notice, question, room, direct, marking, received)
    collecting = Collecting(store, audit, incident, ground.original, person, room, languages.term)
    choosing = Choosing(incident, incidents.finding)
    export = ExportService(store, incident, release, notice, question, collecting, choosing)
    return Sharing(
        building=Building(config, store, incident, catalogues, collecting, export),
        export=export,
        mark=mark,
        recall=RecallService(config, store, audit, incident, person, room, rooms, direct, notice, question, received),
        release=release,
    )
