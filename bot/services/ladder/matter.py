"""What somebody is asked about, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.i18n import Code, Message, _, _c
from bot.model.incident import Incident, Severity, marked
from bot.model.ladder import Climb
from bot.model.reference import Reference
from bot.model.task import Task

SEEN, LATER, DONE = "seen", "later", "done"
LABELS = {
    SEEN: _c("choice", "I am on it"),
    LATER: _c("choice", "Ask me again in half an hour"),
    DONE: _c("choice", "It is done"),
}


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody is asked about: an incident, or a task of one."""

    kind: str
    incident: Incident
    task: Task | None = None

    @property
    def ref(self) -> Reference:
        """Its reference."""
        return self.task.ref if self.task else self.incident.ref

    @property
    def loud(self) -> bool:
        """Whether quiet hours do not count."""
        return self.incident.severity not in (Severity.LOW, Severity.MEDIUM)

    def values(self, **more: Any) -> dict[str, Any]:
        """Return what an entry says of it."""
        return {"about": self.kind, **({"task": str(self.task.ref)} if self.task else {}), **more}


def said(matter: Matter, climb: Climb) -> Message:
    """Return what it is about, in codes and times."""
    return marked(matter.incident, _said(matter, climb))


def _said(matter: Matter, climb: Climb) -> Message:
    ref = Code(str(matter.ref))
    if matter.task is None:
        return _(
            "Nothing has been entered about {ref} since {moment}.",
            ref=ref,
            moment=climb.since or matter.incident.declared_at,
        )
    incident = Code(str(matter.incident.ref))
    return _(
        "{ref}, a task of {incident}, was due {moment} and is not done.",
        ref=ref, incident=incident, moment=matter.task.due,
    )  # fmt: skip


def asked_for(matter: Matter) -> Message:
    """Return what is asked: nothing but the reference, and what to do."""
    ref = Code(str(matter.ref))
    if matter.task:
        return marked(matter.incident, _("{ref} is overdue. Please see to it.", ref=ref))
    return marked(matter.incident, _("{ref} needs a word. Please enter how it stands.", ref=ref))
