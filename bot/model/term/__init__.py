"""Terms: what a task force calls things, and the rules by which a text is searched for them."""

from __future__ import annotations

from bot.model.term.glossary import NO_TERMS, Found, Glossary, Rules, digest
from bot.model.term.inflection import Said
from bot.model.term.term import ANY, Entry, Status, Term, Version, tidy

__all__ = [
    "ANY",
    "NO_TERMS",
    "Entry",
    "Found",
    "Glossary",
    "Rules",
    "Said",
    "Status",
    "Term",
    "Version",
    "digest",
    "tidy",
]
