"""Checklists: what is to be thought of in an incident of some type, as far as it applies."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from bot.i18n import Message
from bot.model.incident.items import said
from bot.model.incident.record import Incident
from bot.model.incident.values import Severity


@dataclass(frozen=True, slots=True)
class Item:
    """An item: one that comes with Liaison by its `key`, or the task force's own `text`; `when` must hold."""

    key: str
    text: str | None = None
    when: tuple[tuple[str, str], ...] = ()

    @classmethod
    def own(cls, text: str, when: tuple[tuple[str, str], ...] = ()) -> Item:
        """Return an item of the task force's; with other words it is another one."""
        return cls(f"own-{hashlib.sha256(text.encode()).hexdigest()[:12]}", text, when)

    def applies(self, incident: Incident) -> bool:
        """Return whether it is to be thought of, as *incident* stands; one that nobody has rated may be high."""
        severity = incident.severity or Severity.HIGH
        known = {"validation": incident.validation, "place": incident.place, "lead": incident.lead}
        for how, value in self.when:
            match how:
                case "at_least":
                    holds = severity.rank <= Severity(value).rank
                case "at_most":
                    holds = severity.rank >= Severity(value).rank
                case _:
                    holds = known[value] is None
            if not holds:
                return False
        return True

    def worded(self, translated: str | None = None) -> Message:
        """Return what is to be done; a text of the task force's as it was *translated*, if it was."""
        return said(self.key, self.text, translated)
