"""Whether people are safe, and whether who writes is who they say."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import CheckInService, DuressService, HearingService, LostService, VerifyingService, WelfareService
from bot.services.assembly.duties import Duties
from bot.services.assembly.ground import Ground
from bot.services.assembly.outside import Outside
from bot.services.shift import ShiftService


@dataclass(frozen=True, slots=True)
class Safety:
    """The services of check-ins, and of lost and verified devices."""

    checkin: CheckInService
    duress: DuressService
    hearing: HearingService
    lost: LostService
    verifying: VerifyingService
    welfare: WelfareService


def assemble_safety(outside: Outside, ground: Ground, duties: Duties, shift: ShiftService) -> Safety:
    """Return the services of check-ins, and of lost and verified devices."""
    config, store, audit, identity = outside.config, outside.store, ground.audit, ground.identity
    direct, notice, question, room = ground.direct, ground.notice, ground.question, ground.room
    duress = DuressService(config, store, room, direct, notice, question)
    return Safety(
        checkin=CheckInService(config, store, audit, room, question, duress, shift, notice, identity),
        duress=duress,
        hearing=HearingService(store, identity),
        lost=LostService(config, store, audit, identity, room, direct, notice, question, ground.sequel),
        verifying=VerifyingService(
            config, store, identity, ground.person, room, direct, notice, question, ground.sequel
        ),
        welfare=WelfareService(store, audit, duties.rungs, room, notice, question, identity),
    )
