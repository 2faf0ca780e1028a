"""All services, built from what stands outside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.clock import Clock
from bot.config import Current
from bot.i18n import Catalogues
from bot.model.phrase import Phrasebook
from bot.services import Services
from bot.services.audit import AuditService
from bot.services.checking import CheckService
from bot.services.companion import CompanionService
from bot.services.correction import CorrectionService, Drafting
from bot.services.direct import DirectService
from bot.services.due import DueService, Kind
from bot.services.file import FileService, Media
from bot.services.hint import HintService
from bot.services.identity import Devices, IdentityService
from bot.services.incident import Clearing, IncidentService, Wordings
from bot.services.mark import MarkService
from bot.services.notice import NoticeService
from bot.services.original import Fetches, OriginalService
from bot.services.person import PersonService
from bot.services.phrase import PhraseService
from bot.services.pulse import Pulse
from bot.services.question import QuestionService
from bot.services.relay import RelayService, Translates
from bot.services.release import DUE, ENDS, ReleaseService
from bot.services.room import Rooms, RoomService
from bot.services.status import Models, StatusService
from bot.services.switch import SwitchService, Ways
from bot.services.term import TermService
from bot.services.wish import WishService
from bot.store import Store

ALWAYS = timedelta(days=3650)
"""How late it may still be done where it must never be left out."""


class Pairs(Models, Ways, Protocol):
    """What is known of the pairs that can be translated."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What services need of the rest of the program."""

    config: Current
    store: Store
    rooms: Rooms
    catalogues: Catalogues
    devices: Devices
    translator: Translates
    pairs: Pairs
    originals: Fetches
    media: Media
    phrases: Phrasebook
    pulse: Pulse
    clock: Clock


def assemble(outside: Outside) -> Services:
    """Return all services."""
    config, store, rooms = outside.config, outside.store, outside.rooms
    person = PersonService(config, store, rooms, outside.catalogues)
    identity = IdentityService(store, outside.devices)
    notice = NoticeService(config, store, rooms)
    original = OriginalService(store, rooms, outside.originals)
    direct = DirectService(config, store, rooms)
    term = TermService(config, store, rooms)
    relay = RelayService(config, store, person, identity, rooms, outside.translator, term, direct)
    room = RoomService(config, store, rooms)
    question = QuestionService(store)
    audit = AuditService(config, store)
    clearing = Clearing(config, store, rooms, outside.clock)
    incident = IncidentService(config, store, audit, Wordings(store, person, relay), clearing)
    mark = MarkService(config, store, incident, relay)
    release = ReleaseService(config, store, incident, mark, person, notice, question, room, direct)
    drafting = Drafting(store, original, outside.translator)
    return Services(
        audit=audit,
        check=CheckService(store, rooms, original, drafting, outside.translator, term),
        companion=CompanionService(config, store, person, notice, question, room),
        correction=CorrectionService(config, store, person, rooms, relay, drafting, question),
        direct=direct,
        due=DueService(store, {DUE: Kind(release.expire, ALWAYS), ENDS: Kind(release.ended, ALWAYS)}),
        file=FileService(original, outside.media),
        hint=HintService(notice, room),
        identity=identity,
        incident=incident,
        mark=mark,
        notice=notice,
        original=original,
        person=person,
        phrase=PhraseService(outside.phrases, person),
        question=question,
        relay=relay,
        release=release,
        room=room,
        status=StatusService(config, store, outside.pairs, outside.catalogues, outside.pulse),
        switch=SwitchService(config, store, person, notice, rooms, outside.pairs),
        term=term,
        wish=WishService(config, store, original, relay),
    )
