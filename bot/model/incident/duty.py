"""What the entries of a timeline tell of tasks, and of who was asked to do something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.i18n import Code, Message, Verbatim, _, _n
from bot.model.incident.items import said
from bot.model.incident.timeline import Entry, EntryKind
from bot.model.ladder import Rung
from bot.model.person import UserId


def told_duty(entry: Entry, name_of: Callable[[UserId], str]) -> Message:
    """Return what such an entry tells; what a person wrote in it stands beside."""
    values = entry.values
    ref = Code(str(values.get("task", "")))
    match entry.kind:
        case EntryKind.TASK if "owner" in values:
            return _("task {ref} for {name}", ref=ref, name=Verbatim(name_of(UserId(values["owner"]))))
        case EntryKind.TASK:
            return _("task {ref}", ref=ref)
        case EntryKind.TASK_FOR:
            return _("task {ref} is for {name}", ref=ref, name=Verbatim(name_of(UserId(values["owner"]))))
        case EntryKind.TASK_DUE:
            return _("task {ref} is due {moment}", ref=ref, moment=datetime.fromisoformat(values["due"]))
        case EntryKind.TASK_DONE:
            return _("task {ref} is done", ref=ref)
        case EntryKind.ASKED:
            return _asked(Rung(values["rung"]), ref if "task" in values else None)
        case EntryKind.ACKNOWLEDGED if "task" in values:
            return _("sees to task {ref}", ref=ref)
        case EntryKind.ACKNOWLEDGED:
            return _("sees to it")
        case EntryKind.SNOOZED:
            return _n("wants to be asked in {n} minute", "wants to be asked in {n} minutes", values["minutes"])
        case EntryKind.UNANSWERED if "task" in values:
            return _("nobody has answered about task {ref}", ref=ref)
        case EntryKind.UNANSWERED:
            return _("nobody has answered")
        case EntryKind.CHECKED:
            return _("done: {item}", item=said(values["item"], values.get("text")))
    raise ValueError(f"nothing words an entry of kind {entry.kind}")


def _asked(rung: Rung, task: Code | None) -> Message:
    """Return who was asked about an incident of which nothing was heard, or about an overdue *task*."""
    said = TASK_ASKED[rung] if task else ASKED[rung]
    return Message(said.text, {"ref": task} if task else {})


ASKED = {
    Rung.LEAD: _("asked the lead how it stands"),
    Rung.DEPUTY: _("asked the deputy how it stands"),
    Rung.AGENCY: _("asked the leads of the agency how it stands"),
    Rung.LEADS: _("asked the other leads how it stands"),
    Rung.COORDINATORS: _("asked the coordinators how it stands"),
}
TASK_ASKED = {
    Rung.OWNER: _("task {ref} is overdue: asked whom it is for"),
    Rung.LEAD: _("task {ref} is overdue: asked the lead"),
    Rung.DEPUTY: _("task {ref} is overdue: asked the deputy"),
    Rung.AGENCY: _("task {ref} is overdue: asked the leads of the agency"),
    Rung.LEADS: _("task {ref} is overdue: asked the other leads"),
    Rung.COORDINATORS: _("task {ref} is overdue: asked the coordinators"),
}
