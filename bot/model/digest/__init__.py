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
from bot.model.digest.period import Period, a_week_before, day_around, day_of
from bot.model.digest.words import Shown, blocks, counts

__all__ = [
    "Daily",
    "Digest",
    "Duties",
    "Figures",
    "Life",
    "Lists",
    "Period",
    "Shown",
    "Stand",
    "Step",
    "Times",
    "a_week_before",
    "blocks",
    "counted",
    "counts",
    "day_around",
    "day_of",
    "listed",
    "standing",
]
