"""What nearly every other service stands on: who people are, what is recorded, and how somebody is told or asked."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import (
    AuditService,
    DirectService,
    IdentityService,
    NoticeService,
    OriginalService,
    PersonService,
    PlaceService,
    PurposeService,
    QuestionService,
    RoomService,
)
from bot.services.assembly.outside import Outside
from bot.services.incident import Clearing, Outputs
from bot.services.marking import MarkingService
from bot.services.received import Received
from bot.services.sequel import SequelService


@dataclass(frozen=True, slots=True)
class Ground:
    """What the other parts stand on."""

    audit: AuditService
    clearing: Clearing
    direct: DirectService
    identity: IdentityService
    marking: MarkingService
    notice: NoticeService
    original: OriginalService
    outputs: Outputs
    person: PersonService
    place: PlaceService
    purpose: PurposeService
    question: QuestionService
    received: Received
    room: RoomService
    sequel: SequelService


def assemble_ground(outside: Outside) -> Ground:
    """Return what the other parts stand on."""
    config, store, rooms = outside.config, outside.store, outside.rooms
    audit = AuditService(config, store)
    clearing = Clearing(config, store, rooms, outside.clock)
    purpose = PurposeService(config, store, audit)
    outputs = Outputs(store, audit, clearing, purpose)
    sequel = SequelService(config, store, rooms)
    return Ground(
        audit=audit,
        clearing=clearing,
        direct=DirectService(config, store, rooms),
        identity=IdentityService(config, store, outside.devices, audit),
        marking=MarkingService(store, audit, sequel),
        notice=NoticeService(config, store, rooms, outputs),
        original=OriginalService(store, rooms, outside.originals),
        outputs=outputs,
        person=PersonService(config, store, rooms, outside.catalogues),
        place=PlaceService(config, store, outside.gazetteer),
        purpose=purpose,
        question=QuestionService(store),
        received=Received(config, store, rooms),
        room=RoomService(config, store, rooms),
        sequel=sequel,
    )
