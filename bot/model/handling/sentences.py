"""What is said where a label forbids something, or cannot be read: never to leave it out."""

from __future__ import annotations

from bot.i18n import Message, Verbatim, _
from bot.model.handling.labels import read_label
from bot.model.handling.values import TLP

LABELS = Verbatim("TLP:RED, TLP:AMBER+STRICT, TLP:AMBER, TLP:GREEN, TLP:CLEAR; H0, H1, H2, H3")
IN_NO_RECORD = _(
    "What is labelled TLP:RED goes into no record, so I have kept nothing of it. Say it to those whom it is for, in a"
    " direct room."
)
TOO_WIDE = _(
    "Not everyone in this room may read what is labelled so, so I have kept nothing of it. Say it in a room where all"
    " may, or in a direct room with me."
)
NOT_FOR_LATER = _(
    "Whoever comes into this room later reads its handovers and check-ins, so I keep nothing in them that is labelled"
    " {label}. Say it in an incident that is marked so, or to those whom it is for."
)
_MOST_SHOWN = 60


def unknown(text: str) -> Message:
    """Return that *text* cannot be read as labels."""
    shown = Verbatim(text[:_MOST_SHOWN])
    return _("I could not read “{text}” as labels for certain. The labels are {labels}.", text=shown, labels=LABELS)


def mistyped(text: str) -> str:
    """Return the label that *text* begins with, if it is RED only because nothing else can be read in it; else ""."""
    label = read_label(text)
    if label is None or not label.unclear or label.handling.tlp is not TLP.RED:
        return ""
    return text[: label.end].strip()
