"""Handovers: what one person tells the next, item by item, before that one answers for a post.

Parts, lowest first: `values` (states, kinds, answers), `risk` (how deep the read-back must be), `item`, `record` (the
whole, and its frozen form), `things` (what items are about), `words` (what all of it is called).
"""

from __future__ import annotations

from bot.model.handover.item import Answered, Item, ReadBack, Said
from bot.model.handover.record import Handover, Sheet, digest_of, frozen, gone_in
from bot.model.handover.risk import Reason, Risk, Side, risk_of
from bot.model.handover.things import At, Things, incident_of
from bot.model.handover.values import Answer, Depth, Gone, ItemKind, State
from bot.model.handover.words import added, beside, heading, line, not_there, parted, risk, standing

__all__ = [
    "Answer",
    "Answered",
    "At",
    "Depth",
    "Gone",
    "Handover",
    "Item",
    "ItemKind",
    "ReadBack",
    "Reason",
    "Risk",
    "Said",
    "Sheet",
    "Side",
    "State",
    "Things",
    "added",
    "beside",
    "digest_of",
    "frozen",
    "gone_in",
    "heading",
    "incident_of",
    "line",
    "not_there",
    "parted",
    "risk",
    "risk_of",
    "standing",
]
