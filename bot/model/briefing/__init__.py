"""Briefings: when they take place, also where the clocks change, and how calendars are told of it.

A `Briefing` is a wall time in a zone and perhaps a rule of RFC 5545; a `Change` moves one occurrence or leaves it out.
What comes of them are `Occurrence`s, worked out anew from the wall each time. Parts, lowest first: `values`, `series`
(what takes place when), `repeating` (how often, in words), `splitting` (this one and all that follow), `clocks` and
`printing` (calendar files).
"""

from __future__ import annotations

from bot.model.briefing.printing import printed
from bot.model.briefing.repeating import often
from bot.model.briefing.series import next_of, occurrences
from bot.model.briefing.splitting import Unmovable, carried, following
from bot.model.briefing.values import Briefing, Change, Method, Occurrence, State, proposed_as
from bot.model.recurrence import RuleFault, RuleRefused, rule_of

__all__ = [
    "Briefing",
    "Change",
    "Method",
    "Occurrence",
    "RuleFault",
    "RuleRefused",
    "State",
    "Unmovable",
    "carried",
    "following",
    "next_of",
    "occurrences",
    "often",
    "printed",
    "proposed_as",
    "rule_of",
]
