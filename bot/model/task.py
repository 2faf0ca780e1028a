"""Tasks: what somebody is to do about an incident, by when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.i18n import Code, Message, Verbatim, _
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference


@dataclass(frozen=True, slots=True)
class Standing:
    """That something was to be done at a moment: what entry `number` of `incident` says, and by when (UTC)."""

    incident: Reference
    number: int
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it stands now. Times are UTC.

    It is what entry `number` of the timeline of `incident` says: `text` as it was written, in `language`. Without an
    `owner` it is for whoever takes it; without `due` it is never overdue.
    """

    ref: Reference
    incident: Reference
    number: int
    text: str
    language: LanguageCode
    added_by: UserId
    agency: str | None
    added_at: datetime
    owner: UserId | None = None
    due: datetime | None = None
    done_by: UserId | None = None
    done_at: datetime | None = None
    revision: int = 1
    label: str = ""
    """The label under which what is to be done is withheld here; empty if it is not."""
    review: bool = False
    """Whether a review has brought it about: it stays to be done though its incident is closed."""

    @property
    def done(self) -> bool:
        """Whether nothing is to be done any more."""
        return self.done_at is not None

    @property
    def said(self) -> Verbatim | Message:
        """What is to be done, or that it is withheld, or was taken back."""
        if self.text:
            return Verbatim(self.text)
        return _("withheld under its label ({label})", label=Verbatim(self.label)) if self.label else _("taken back")

    def overdue(self, now: datetime) -> bool:
        """Return whether it should have been done by *now*."""
        return not self.done and self.due is not None and self.due <= now


def heading(task: Task) -> Message:
    """Return which task it is, and whether it is done."""
    if task.done:
        return _("Task {ref}: done", ref=Code(str(task.ref)))
    return _("Task {ref}: to be done", ref=Code(str(task.ref)))


def facts(task: Task, name_of: Callable[[UserId], str]) -> tuple[Message, ...]:
    """Return what is known of a task beside its text, a line each; *name_of* tells what a person is called."""
    lines = [_("Incident: {ref}", ref=Code(str(task.incident))), owner(task, name_of)]
    if task.due:
        lines.append(_("Due: {moment}", moment=task.due))
    by = name_of(task.added_by)
    lines.append(_("From: {name}", name=Verbatim(f"{by} ({task.agency})" if task.agency else by)))
    if task.done_by and task.done_at:
        lines.append(_("Done by {name}, {moment}", name=Verbatim(name_of(task.done_by)), moment=task.done_at))
    return tuple(lines)


def owner(task: Task, name_of: Callable[[UserId], str]) -> Message:
    """Return whose task it is."""
    if task.owner is None:
        return _("For whoever takes it")
    return _("For: {name}", name=Verbatim(name_of(task.owner)))


def line(task: Task, text: Message, name_of: Callable[[UserId], str], now: datetime) -> Message:
    """Return an open task in one line; *text* is what is to be done, as its reader reads it."""
    ref = Code(str(task.ref))
    if task.owner is None:
        if task.due is None:
            return _("{ref} for whoever takes it: {text}", ref=ref, text=text)
        if task.overdue(now):
            return _("{ref} for whoever takes it, overdue since {moment}: {text}", ref=ref, moment=task.due, text=text)
        return _("{ref} for whoever takes it, due {moment}: {text}", ref=ref, moment=task.due, text=text)
    name = Verbatim(name_of(task.owner))
    if task.due is None:
        return _("{ref} for {name}: {text}", ref=ref, name=name, text=text)
    if task.overdue(now):
        return _("{ref} for {name}, overdue since {moment}: {text}", ref=ref, name=name, moment=task.due, text=text)
    return _("{ref} for {name}, due {moment}: {text}", ref=ref, name=name, moment=task.due, text=text)
