"""Every name that can be typed or stands in a usage line, listed so that the catalogues have it.

A translation may hold several names, separated by `|`: all of them are understood, the first is shown. A
name is one word; spaces in it become hyphens.
"""

from __future__ import annotations

from bot.i18n import Message, _c

WORDS: tuple[Message, ...] = (
    _c("noun", "about"),
    _c("noun", "genuine"),
    _c("noun", "help"),
    _c("noun", "identity"),
    _c("noun", "language"),
    _c("noun", "privacy"),
    _c("noun", "room"),
    _c("noun", "say"),
    _c("noun", "status"),
    _c("noun", "timezone"),
    _c("noun", "translate"),
    _c("verb", "companion"),
    _c("verb", "confirm"),
    _c("verb", "mode"),
    _c("verb", "off"),
    _c("verb", "on"),
    _c("verb", "pause"),
    _c("verb", "show"),
    _c("verb", "status"),
    _c("option", "here"),
    _c("option", "reads"),
    _c("value", "auto"),
    _c("value", "companion"),
    _c("value", "dm"),
    _c("value", "list"),
    _c("value", "me"),
    _c("value", "none"),
    _c("value", "off"),
    _c("value", "reply"),
    _c("value", "room"),
    _c("value", "thread"),
    _c("placeholder", "COMMAND"),
    _c("placeholder", "PHRASE"),
    _c("placeholder", "TEXT"),
    _c("placeholder", "VERB"),
    _c("placeholder", "ZONE"),
)
"""What the declarations name. The placeholders of types (LANG, ZONE, NUMBER …) stand with the types."""
