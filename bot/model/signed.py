"""What is said of a signed checkpoint."""

from __future__ import annotations

from bot.i18n import Code, Message, _n
from bot.model.checkpoint import Cut


def told(cut: Cut) -> Message:
    """Return when a checkpoint was signed, how many entries it has, and its head."""
    return _n(
        "I signed the last checkpoint on {moment}: {n} entry, head {head}.",
        "I signed the last checkpoint on {moment}: {n} entries, head {head}.",
        cut.size,
        moment=cut.cut_at,
        head=Code(cut.head),
    )
