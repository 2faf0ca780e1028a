"""What the entries of a timeline tell of tasks, and of who was asked to do something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.i18n import Code, Message, Verbatim, _
from bot.model.incident.timeline import Entry, EntryKind
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
    raise ValueError(f"nothing words an entry of kind {entry.kind}")
