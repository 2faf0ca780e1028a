"""Who does again, after a restore, what sequels tell."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.sequel import SequelKind
from bot.services.assembly.house import House
from bot.services.sequel import Apply


def again(house: House) -> Mapping[SequelKind, Apply]:
    """Return who does each kind of sequel again."""
    hold, lost = house.keeping.hold, house.safety.lost
    return {
        SequelKind.HOLD_PLACED: hold.place_again,
        SequelKind.HOLD_LIFTED: hold.lift_again,
        SequelKind.MARKED: house.ground.marking.keep_again,
        SequelKind.LOST: lost.lose_again,
        SequelKind.FOUND: lost.lift_again,
        SequelKind.DOUBTED: house.safety.verifying.doubt_again,
        SequelKind.PURGED: house.keeping.purging.purge_again,
    }
