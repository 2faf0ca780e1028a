"""Digests: what has become of incidents in a while, in figures and in lists, for those who see all of it."""

from bot.model.digest.counting import (
    Figures,
    Life,
    Lists,
    Times,
    closed_in,
    counted,
    is_carried,
    is_overdue,
    listed,
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
    "Times",
    "a_week_before",
    "blocks",
    "closed_in",
    "counted",
    "counts",
    "day_around",
    "day_of",
    "is_carried",
    "is_overdue",
    "listed",
]
