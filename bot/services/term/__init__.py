"""The glossary: who proposes, who approves, what holds, and files in and out."""

from __future__ import annotations

from bot.services.term.rules import faults
from bot.services.term.service import Imported, TermService

__all__ = ["Imported", "TermService", "faults"]
