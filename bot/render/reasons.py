"""How a translation came about, and who may not have written it."""

from __future__ import annotations

from bot.i18n import _
from bot.model.translation import Translation
from bot.translation.engine import LIBRETRANSLATE

DOUBTS = {
    "device": _("⚠ Not sure who wrote this: it came from a device that its owner has not verified."),
    "identity": _("⚠ Not sure who wrote this: the sender's encryption identity has changed."),
}


def way_of(translation: Translation) -> str:
    """Return the languages that a translation passed through, and its engine if that is not on this machine."""
    way = " → ".join(translation.route)
    return f"{way} ({translation.engine})" if LIBRETRANSLATE in translation.engine.split("+") else way
