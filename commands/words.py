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
    _c("noun", "term"),
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
    _c("verb", "add"),
    _c("verb", "approve"),
    _c("verb", "export"),
    _c("verb", "import"),
    _c("verb", "list"),
    _c("verb", "remove"),
    _c("option", "as"),
    _c("option", "in"),
    _c("option", "not"),
    _c("verb", "companion"),
    _c("option", "here"),
    _c("option", "reads"),
    _c("option", "to"),
    _c("value", "auto"),
    _c("value", "companion"),
    _c("value", "dm"),
    _c("value", "csv"),
    _c("value", "list"),
    _c("value", "me"),
    _c("value", "none"),
    _c("value", "reply"),
    _c("value", "room"),
    _c("value", "off"),
    _c("value", "thread"),
    _c("placeholder", "COMMAND"),
    _c("placeholder", "PHRASE"),
    _c("placeholder", "TEXT"),
    _c("value", "tbx"),
    _c("placeholder", "SOURCE = TARGET"),
    _c("placeholder", "TABLE"),
    _c("placeholder", "VERB"),
    _c("placeholder", "WORD"),
    _c("placeholder", "WORDS"),
    _c("placeholder", "ZONE"),
)
"""What the declarations name. The placeholders of types (LANG, ZONE, NUMBER …) stand with the types."""
