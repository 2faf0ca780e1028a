"""What people say to each other in different languages."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import (
    CheckService,
    CompassService,
    CorrectionService,
    PhraseService,
    RelayService,
    SwitchService,
    TermService,
    WishService,
)
from bot.services.assembly.ground import Ground
from bot.services.assembly.outside import Outside
from bot.services.correction import Drafting, Judging


@dataclass(frozen=True, slots=True)
class Languages:
    """The services of what is translated."""

    check: CheckService
    compass: CompassService
    correction: CorrectionService
    phrase: PhraseService
    relay: RelayService
    switch: SwitchService
    term: TermService
    wish: WishService


def assemble_languages(outside: Outside, ground: Ground) -> Languages:
    """Return the services of what is translated."""
    config, store, rooms, translator = outside.config, outside.store, outside.rooms, outside.translator
    direct, original, person, question = ground.direct, ground.original, ground.person, ground.question
    term = TermService(config, store, rooms)
    relay = RelayService(config, store, person, ground.identity, rooms, translator, term, direct, question)
    drafting = Drafting(store, original, translator)
    judging = Judging(config, store, person, rooms, relay, question)
    return Languages(
        check=CheckService(store, rooms, original, drafting, translator, term),
        compass=CompassService(config, store, original, person, ground.place),
        correction=CorrectionService(store, relay, drafting, judging),
        phrase=PhraseService(outside.phrases, person),
        relay=relay,
        switch=SwitchService(config, store, person, ground.notice, rooms, outside.pairs, direct),
        term=term,
        wish=WishService(config, store, original, relay),
    )
