"""Sentences before they have a language, and the catalogues that give them one."""

from bot.i18n.catalogues import INTERFACE_LANGUAGES, Catalogues
from bot.i18n.direction import RIGHT_TO_LEFT, isolate, right_to_left, turns
from bot.i18n.markup import Html, Markup, Plain
from bot.i18n.message import (
    AnyOf,
    ByLanguage,
    Code,
    Day,
    Language,
    Length,
    Local,
    Message,
    Typed,
    Verbatim,
    Weekday,
    _,
    _c,
    _n,
    from_json,
    to_json,
)
from bot.i18n.values import locale_of, offset

__all__ = [
    "INTERFACE_LANGUAGES",
    "RIGHT_TO_LEFT",
    "AnyOf",
    "ByLanguage",
    "Catalogues",
    "Code",
    "Day",
    "Html",
    "Language",
    "Length",
    "Local",
    "Markup",
    "Message",
    "Plain",
    "Typed",
    "Verbatim",
    "Weekday",
    "_",
    "_c",
    "_n",
    "from_json",
    "isolate",
    "locale_of",
    "offset",
    "right_to_left",
    "to_json",
    "turns",
]  # fmt: skip
