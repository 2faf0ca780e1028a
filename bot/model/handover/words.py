"""What is said of handovers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bot.i18n import Code, Message, Typed, Verbatim, _, _c, _n
from bot.model.handover.item import Item, Said
from bot.model.handover.record import Handover, Sheet
from bot.model.handover.risk import Reason
from bot.model.handover.things import Things, incident_of
from bot.model.handover.values import Answer, Depth, Gone, ItemKind, State
from bot.model.incident import marked
from bot.model.incident import worded as incident_worded
from bot.model.person import UserId
from bot.model.shift import DutyPost
from bot.model.task import owner as task_owner

Name = Callable[[UserId], str]
PASS = ("!", _c("noun", "handover"), " ", _c("verb", "pass"))
MOST_NAMED = 10
MOST_NOTES = 3
"""Notes to an item that are shown, the last ones."""

REASONS = {
    Reason.LANGUAGE: _c("risk", "another language"),
    Reason.AGENCY: _c("risk", "another agency"),
    Reason.ABSENCE: _c("risk", "more than a week away"),
    Reason.NEW: _c("risk", "new at this post"),
    Reason.NIGHT: _c("risk", "at night"),
    Reason.LOAD: _c("risk", "much to take over"),
}


def heading(handover: Handover) -> Message:
    """Return which handover it is, and how it stands."""
    values = {"ref": Code(str(handover.ref)), "post": Verbatim(handover.post)}
    match handover.state:
        case State.DRAFT:
            return _("Handover {ref} of {post}: a draft", **values)
        case State.READY:
            return _("Handover {ref} of {post}: ready to be gone through", **values)
        case State.WAITING:
            return _("Handover {ref} of {post}: being gone through", **values)
        case State.ACCEPTED:
            return _("Handover {ref} of {post}: accepted", **values)
    return _("Handover {ref} of {post}: refused", **values)


def parties(handover: Handover, name_of: Name) -> Message:
    """Return who hands over to whom, and who answers for the post."""
    outgoing, incoming = (Verbatim(name_of(user)) for user in (handover.outgoing, handover.incoming))
    if handover.state is State.ACCEPTED and handover.ended_at:
        return _("{incoming} answers for it since {moment}; before, {outgoing} did.",
                 incoming=incoming, moment=handover.ended_at, outgoing=outgoing)  # fmt: skip
    if handover.state is State.REFUSED:
        return _("From {outgoing} to {incoming}.", outgoing=outgoing, incoming=incoming)
    return _("From {outgoing}, who answers for it until {incoming} has accepted.", outgoing=outgoing, incoming=incoming)


def risk(handover: Handover) -> Message:
    """Return in one line what must be read back, and why."""
    reasons = tuple(REASONS[reason] for reason in handover.risk.reasons)
    match handover.risk.depth:
        case Depth.EVERY:
            return _("Every item must be read back: {reasons}.", reasons=reasons)
        case Depth.CRITICAL:
            return _("Critical items must be read back: {reasons}.", reasons=reasons)
    return _("Nothing must be read back: same language, same agency, known post, by day.")


def standing(sheet: Sheet, name_of: Name, whole: Sequence[Message]) -> list[Message]:
    """Return who hands over to whom, what must be read back while it is open, and how much is settled.

    Of a refused one also the *whole*, which says why.
    """
    must = [risk(sheet.handover)] if sheet.handover.state.open else []
    why = whole if sheet.handover.state is State.REFUSED else ()
    return [parties(sheet.handover, name_of), *why, *must, progress(sheet)]


def not_there(posts: Sequence[DutyPost], name: Verbatim) -> Message:
    """Return that somebody who is gone answers for *posts*, and how a lead names somebody else."""
    names = [Verbatim(post.name) for post in posts[:MOST_NAMED]]
    shown = (*names, *([Verbatim("…")] if len(posts) > MOST_NAMED else []))
    return _(
        "{name} answers for {posts} and is not in this room any more. A lead names somebody else with {command}.",
        name=name, posts=shown, command=Typed((*PASS, " @… …")),
    )  # fmt: skip


def progress(sheet: Sheet) -> Message:
    """Return how much is settled."""
    total = len(sheet.items)
    return _n(
        "{settled} of {n} item is settled.", "{settled} of {n} items are settled.", total,
        settled=total - len(sheet.open),
    )  # fmt: skip


def parted(items: Sequence[Item]) -> list[tuple[Message, list[Item]]]:
    """Return *items* under the headings of I-PASS, those without items left out.

    Illness severity is `risk`, patient summary the incidents, action list the tasks, situation awareness what is known
    beside them; what to do if something comes stands with each item, as does the synthesis: how it was read back.
    """
    found = [(said, [one for one in items if one.kind in kinds]) for said, kinds in _PARTS]
    return [(said, those) for said, those in found if those]


def line(sheet: Sheet, item: Item, things: Things, name_of: Name, most: int | None = None) -> Message:
    """Return an item in one line; texts cut to *most* characters."""
    gone = sheet.gone.get(item.number)
    if gone is Gone.HIDDEN:
        at = things.where(item)
        if at and at in things.hidden:
            return _said(item, things, most)
        return _("{number}. This is not for everyone in this room any more.", number=item.number)
    said = _said(item, things, most)
    if cleared := things.incidents.get(incident_of(item)):
        said = marked(cleared.content, said)
    for mark in _marks(sheet, item, things, name_of, most):
        said = _("{item} · {mark}", item=said, mark=mark)
    return said


def added(said: Said, things: Things, name_of: Name) -> Message:
    """Return what was added to a record afterwards, or why a handover was refused, in one line."""
    text = things.worded((said.ref, said.number))
    return _("{name}, {moment}: {text}", name=Verbatim(name_of(said.by)), moment=said.at, text=text)


def beside(item: Item, things: Things, most: int | None = None) -> list[Message]:
    """Return what is said to an item beside its own words: of what was said in addition, the last MOST_NOTES.

    Of a pinned message first what it says since its author has edited it.
    """
    found = _edited(item, things, most)
    found += [_("in addition: {text}", text=things.worded(at, most)) for at in item.notes[-MOST_NOTES:]]
    if (left := len(item.notes) - MOST_NOTES) > 0:
        found.append(_n("and {n} more", "and {n} more", left))
    if item.contingency:
        found.append(_("if needed: {text}", text=things.worded(item.contingency, most)))
    return found


def _said(item: Item, things: Things, most: int | None) -> Message:
    at = things.where(item)
    values: dict[str, Any] = {"number": item.number}
    if item.about:
        values["ref"] = Code(str(item.about))
    if at is None:
        return _("{number}. {ref}", **values)
    values["text"] = things.worded(at, most)
    if item.kind is ItemKind.INCIDENT and item.about:
        incident = things.incidents[item.about].content
        values["status"] = incident_worded(incident.status)
        if incident.severity is None:
            return _("{number}. Incident {ref} ({status}): {text}", **values)
        values["severity"] = incident_worded(incident.severity)
        return _("{number}. Incident {ref} ({status}, {severity}): {text}", **values)
    return Message(_KINDS[item.kind].text, values)


_PARTS = (
    (_("What goes on:"), (ItemKind.INCIDENT, ItemKind.PIN)),
    (_("To be done:"), (ItemKind.TASK,)),
    (_("To be known:"), (ItemKind.STANDING, ItemKind.EQUIPMENT, ItemKind.EXPECTED, ItemKind.NOTE)),
)

_KINDS = {
    ItemKind.TASK: _("{number}. Task {ref}: {text}"),
    ItemKind.PIN: _("{number}. Pinned in {ref}: {text}"),
    ItemKind.STANDING: _("{number}. Standing order: {text}"),
    ItemKind.EQUIPMENT: _("{number}. Equipment: {text}"),
    ItemKind.EXPECTED: _("{number}. Expected: {text}"),
    ItemKind.NOTE: _("{number}. Note: {text}"),
}


def _marks(sheet: Sheet, item: Item, things: Things, name_of: Name, most: int | None) -> list[Message]:
    """Return what is to be known of an item beside what it says."""
    if sheet.gone.get(item.number) is Gone.CLOSED:
        return [_("settled meanwhile")]
    if things.where(item) is None:
        return _history(sheet, item, name_of)  # of what is cut, nothing that anybody wrote or knows of it
    found = [*_facts(item, things, name_of), *_history(sheet, item, name_of)]
    return [*found, *beside(item, things, most), *_answers(sheet, item, things, most)]


def _facts(item: Item, things: Things, name_of: Name) -> list[Message]:
    found: list[Message] = []
    if item.kind is ItemKind.INCIDENT and item.facts.get("overdue"):
        found.append(_("an update is overdue, nothing since {moment}",
                       moment=datetime.fromisoformat(item.facts["heard"])))  # fmt: skip
    task = things.tasks.get(item.about) if item.about else None
    if task:
        found.append(task_owner(task, name_of))
    if task and task.due:
        overdue = item.facts.get("overdue")
        found.append(_("overdue since {moment}", moment=task.due) if overdue else _("due {moment}", moment=task.due))
    return found


def _edited(item: Item, things: Things, most: int | None) -> list[Message]:
    """Return what a pinned message says since its author has edited it."""
    at = things.edits.get((item.about, item.entry)) if item.about and item.entry else None
    return [_("edited since: {text}", text=things.worded(at, most))] if at else []


def _history(sheet: Sheet, item: Item, name_of: Name) -> list[Message]:
    found = []
    if item.passed and item.since:
        found.append(_n("handed on {n} time since {moment}", "handed on {n} times since {moment}", item.passed,
                        moment=item.since))  # fmt: skip
    if item.stays_with and (sheet.handover.state.open or item in sheet.refused):
        found.append(_("stays with {name} so far", name=Verbatim(name_of(item.stays_with))))
    return found


def _answers(sheet: Sheet, item: Item, things: Things, most: int | None) -> list[Message]:
    ref, answered = sheet.handover.ref, item.answered
    if answered and answered.answer is not Answer.OK:
        text = things.worded((ref, answered.reason or 0), most)
        if answered.answer is Answer.ASKED:
            return [_("asked: {text}", text=text)]
        return [_("refused, and stays: {text}", text=text)]
    if answered and not sheet.needs_reading(item):
        return [_("✓ {moment}", moment=answered.at)]
    if not sheet.needs_reading(item):
        return []
    found = sheet.read_back.get(item.number)
    if found is None:
        return [_("to be read back")]
    if found.right:
        return [_("✓ read back {moment}", moment=found.at)]
    return [_("read back, waits for a word")] if found.right is None else [_("to be read back again")]
