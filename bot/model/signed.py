"""What is said of a checkpoint, and of who has cosigned it."""

from __future__ import annotations

from bot.i18n import Code, Message, Verbatim, _n
from bot.model.checkpoint import Cut
from bot.model.cosignature import Cosigned


def told(cut: Cut) -> Message:
    """Return when a checkpoint was signed, how many entries it has, and its head."""
    return _n(
        "I signed the last checkpoint on {moment}: {n} entry, head {head}.",
        "I signed the last checkpoint on {moment}: {n} entries, head {head}.",
        cut.size,
        moment=cut.cut_at,
        head=Code(cut.head),
    )


def cosigned_by(found: Cosigned) -> Message:
    """Return who has cosigned the log, and how far."""
    return _n(
        "The log of {n} entry was cosigned by {names}.",
        "The log of {n} entries was cosigned by {names}.",
        found.size,
        names=tuple(map(Verbatim, found.names)),
    )
