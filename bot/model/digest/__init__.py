"""Digests: what has become of incidents in a while, in figures and in lists, for those who see all of it."""

from bot.model.digest.counting import (
    Figures,
    Life,
    Lists,
    Stand,
    Step,
    Times,
    counted,
    listed,
    standing,
)
from bot.model.digest.digest import Daily, Digest, Duties
from bot.model.digest.pace import Hour, hours
from bot.model.digest.period import Period, a_week_before, day_around, day_of
from bot.model.digest.turn import EachShift, Turn, turns
from bot.model.digest.words import FIGURES, MOST_SORTS, TILES, Shown, blocks, counts, exercises, figures, headed, ranked

__all__ = [
    "FIGURES",
    "MOST_SORTS",
    "TILES",
    "Daily",
    "Digest",
    "Duties",
    "EachShift",
    "Figures",
    "Hour",
    "Life",
    "Lists",
    "Period",
    "Shown",
    "Stand",
    "Step",
    "Times",
    "Turn",
    "a_week_before",
    "blocks",
    "counted",
    "counts",
    "day_around",
    "day_of",
    "exercises",
    "figures",
    "headed",
    "hours",
    "listed",
    "ranked",
    "standing",
    "turns",
]
