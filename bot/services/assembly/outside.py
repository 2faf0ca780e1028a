"""What stands outside the services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.clock import Clock
from bot.config import Current
from bot.i18n import Catalogues
from bot.model.phrase import Phrasebook
from bot.model.places import NOWHERE, Gazetteer
from bot.services.checklist import Checklists
from bot.services.file import Media
from bot.services.identity import Devices
from bot.services.original import Fetches
from bot.services.pulse import Pulse
from bot.services.relay import Translates
from bot.services.room import Rooms
from bot.services.status import Models
from bot.services.switch import Ways
from bot.store import Store


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
    checklists: Checklists
    pulse: Pulse
    clock: Clock
    gazetteer: Gazetteer = NOWHERE
