"""Shifts: who is to stand at which post and when, and who answers for it meanwhile.

A `Rotation` is a rule of RFC 5545 on the wall clock of its zone and the people who follow each other in it; `Override`,
and `Absence` change single stretches of it. What comes of them are `Shift`s: nothing else says who is to be where. Who
*answers* for a post is something else: a `Watch`, which ends only when the next person has accepted.
"""

from __future__ import annotations

from bot.model.recurrence import RuleFault, RuleRefused, rule_of
from bot.model.shift.change import Absence, Override, Reason
from bot.model.shift.changed import Changed, changed
from bot.model.shift.plan import Coverage, Edited, Plan, Planned
from bot.model.shift.post import DutyPost, PostName, post_name
from bot.model.shift.roster import Roster, Shift
from bot.model.shift.rotation import Rotation, Span
from bot.model.shift.sound import Gap, Load, Short, gaps, loads, overlap, shorts
from bot.model.shift.swap import Swap, SwapState
from bot.model.shift.watch import OnCall, Presence, Watch

__all__ = [
    "Absence",
    "Changed",
    "Coverage",
    "DutyPost",
    "Edited",
    "Gap",
    "Load",
    "OnCall",
    "Override",
    "Plan",
    "Planned",
    "PostName",
    "Presence",
    "Reason",
    "Roster",
    "Rotation",
    "RuleFault",
    "RuleRefused",
    "Shift",
    "Short",
    "Span",
    "Swap",
    "SwapState",
    "Watch",
    "changed",
    "gaps",
    "loads",
    "overlap",
    "post_name",
    "rule_of",
    "shorts",
]
