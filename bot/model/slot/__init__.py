"""Finding the time: what a proposed slot asks of people, how slots rank, and which one a poll chooses.

A slot strains a person by night, on free days, in the rest between shifts and in hours that they have blocked. What it
asks of a country is the mean of its people, so that a large delegation counts like a small one. The burden is what a
country has carried so far; the more it is ahead of the others, the more the next strain of it costs, so it rotates.
"""

from __future__ import annotations

from bot.model.slot.days import Day, day_in
from bot.model.slot.need import Need, Strain, rests, strains
from bot.model.slot.proposing import candidates, proposed
from bot.model.slot.ranking import Ranked, burdened, ranked
from bot.model.slot.voting import Answer, Vote, Votes, chosen

__all__ = [
    "Answer",
    "Day",
    "Need",
    "Ranked",
    "Strain",
    "Vote",
    "Votes",
    "burdened",
    "candidates",
    "chosen",
    "day_in",
    "proposed",
    "ranked",
    "rests",
    "strains",
]
