"""What the entries of a timeline tell, in codes and values; of tasks, and of who was asked, `duty` does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.i18n import Code, Message, Verbatim, _
from bot.model.handling import Mark
from bot.model.incident.duty import told_duty
from bot.model.incident.evaluation import Basis, grade
from bot.model.incident.related import Tie
from bot.model.incident.roles import Part
from bot.model.incident.timeline import WHOLE, Entry, EntryKind
from bot.model.incident.values import Reason, Severity, Status, Type
from bot.model.incident.words import PARTS, with_agency, worded
from bot.model.person import UserId
from bot.model.places import Place, written
from bot.model.report import Template
from bot.model.report import name_of as template_name

SHOWN = 16
"""Characters that are shown of a digest; the entry holds it whole."""

ALONE = {
    EntryKind.VALIDATED: _("validated"),
    EntryKind.REOPENED: _("reopened"),
}
OF_ENTRY = {
    EntryKind.UNDONE: _("entry {number} undone"),
    EntryKind.WITHDRAWN: _("the message of {number} was taken back"),
    EntryKind.UNPINNED: _("pin {number} withdrawn"),
    EntryKind.EDITED: _("the message of pin {number} was edited afterwards"),
    EntryKind.REDACTED: _("the message of pin {number} was deleted afterwards"),
}
"""What was done to the entry that it corrects, or to its message."""
OF_INCIDENT = {
    EntryKind.LINKED: _("linked with {ref}"),
    EntryKind.DUPLICATED: _("{ref} was closed as its duplicate"),
    EntryKind.SEPARATED: _("{ref} is not its duplicate any more"),
}
OF_AGENCY = {
    EntryKind.RELEASE_ASKED: _("release to {agency} asked for"),
    EntryKind.RELEASE_AGREED: _("release to {agency} agreed to, with one more to agree"),
    EntryKind.RELEASED: _("released to {agency}"),
    EntryKind.RELEASE_REFUSED: _("release to {agency} refused"),
    EntryKind.RELEASE_EXPIRED: _("release to {agency} not answered in time"),
    EntryKind.RELEASE_ENDED: _("release to {agency} ended by a mark"),
    EntryKind.EXPORT_ASKED: _("export to {agency} asked for"),
    EntryKind.EXPORT_AGREED: _("export to {agency} agreed to"),
    EntryKind.EXPORT_ENDED: _("export to {agency} did not take place"),
}
TIED = {
    (EntryKind.LINKED, Tie.PARENT): _("part of {ref}"),
    (EntryKind.LINKED, Tie.PART): _("{ref} is a part of it"),
    (EntryKind.SEPARATED, Tie.PARENT): _("not part of {ref} any more"),
    (EntryKind.SEPARATED, Tie.PART): _("{ref} is not a part of it any more"),
}


def told(entry: Entry, name_of: Callable[[UserId], str]) -> Message:
    """Return what an entry tells in codes and values; what a person wrote in it stands beside."""
    if entry.language and not entry.text and entry.kind is not EntryKind.NOTE:
        return _("{what}, taken back", what=_coded(entry, name_of))
    return _coded(entry, name_of)


def _coded(entry: Entry, name_of: Callable[[UserId], str]) -> Message:
    values = entry.values
    match entry.kind:
        case EntryKind.DECLARED:
            return _declared(values, name_of)
        case EntryKind.NOTE if WHOLE in values and "by" in values:
            return _declared(values, name_of)
        case EntryKind.NOTE:
            return _relied(_note(entry), values)
        case EntryKind.TYPE:
            return _("type: {type}", type=worded(Type(values["type"])))
        case EntryKind.SEVERITY:
            return _("severity: {severity}", severity=worded(Severity(values["severity"])))
        case EntryKind.STATUS:
            return _("status: {status}", status=worded(Status(values["status"])))
        case EntryKind.PLACE:
            return _("place: {place}", place=written(Place(*values["place"])))
        case EntryKind.LEAD:
            return _lead(values, name_of)
        case EntryKind.ROLE:
            return _role(values, name_of)
        case EntryKind.CLOSED:
            return _closed(values)
        case EntryKind.MARKED:
            return _marked(entry)
        case EntryKind.WITHHELD:
            return _("withheld under its label ({label})", label=Verbatim(values["label"]))
        case EntryKind.DECISION:
            return _decision(entry)
        case EntryKind.REPORT:
            return _report(values)
        case EntryKind.PIN:
            return _pin(values, name_of)
        case EntryKind.COPIED:
            number = entry.corrects or 0
            return _("copy of the file of pin {number} kept (SHA-256 {digest})", number=number, digest=_digest(values))
        case EntryKind.EXPORTED:
            agency = Verbatim(values["agency"])
            return _("exported to {agency} (SHA-256 {digest})", agency=agency, digest=_digest(values))
        case _:
            return _in_a_sentence(entry) or told_duty(entry, name_of)


def _in_a_sentence(entry: Entry) -> Message | None:
    """Return what is one sentence with one value, whatever else is known; None if it is not."""
    kind, values = entry.kind, entry.values
    if kind in ALONE:
        return ALONE[kind]
    if kind in OF_ENTRY:
        return Message(OF_ENTRY[kind].text, {"number": entry.corrects or 0})
    if kind in OF_INCIDENT:
        return _related(kind, values)
    return _of_agency(kind, values) if kind in OF_AGENCY else None


def _related(kind: EntryKind, values: Mapping[str, Any]) -> Message:
    said = TIED.get((kind, values["as"])) if "as" in values else None
    return Message((said or OF_INCIDENT[kind]).text, {"ref": Code(values["ref"])})


def _of_agency(kind: EntryKind, values: Mapping[str, Any]) -> Message:
    agency = Verbatim(values["agency"])
    if kind is EntryKind.RELEASED and (until := values.get("until")):
        return _("released to {agency} until {moment}", agency=agency, moment=datetime.fromisoformat(until))
    if kind is EntryKind.RELEASE_ENDED and "asked_by" in values:
        return _("request to release to {agency} ended by a mark", agency=agency)
    return Message(OF_AGENCY[kind].text, {"agency": agency})


def _declared(values: Mapping[str, Any], name_of: Callable[[UserId], str]) -> Message:
    if by := values.get("by"):
        return _("declared, from a message of {name}", name=Verbatim(name_of(UserId(by))))
    return _("declared")


def _note(entry: Entry) -> Message:
    if not entry.text:
        return _("note {number}, taken back", number=entry.number)
    if entry.corrects:
        return _("note, in place of {number}", number=entry.corrects)
    return _("note")


def _relied(note: Message, values: Mapping[str, Any]) -> Message:
    """Return *note* with how far it can be relied on, if that was said."""
    if mark := grade(values):
        note = _("{what}, evaluated {grade}", what=note, grade=Code(mark))
    match values.get("basis"):
        case Basis.FACT:
            return _("{what}, as a fact", what=note)
        case Basis.ASSESSMENT:
            return _("{what}, as an assessment", what=note)
    return note


def _lead(values: Mapping[str, Any], name_of: Callable[[UserId], str]) -> Message:
    name = Verbatim(name_of(UserId(values["lead"])))
    if before := values.get("from"):
        return _("command handed over by {before} to {name}", before=Verbatim(name_of(before)), name=name)
    return _("lead: {name}", name=name)


def _role(values: Mapping[str, Any], name_of: Callable[[UserId], str]) -> Message:
    person = with_agency(name_of(UserId(values["person"])), values.get("agency"))
    return _("{role}: {name}", role=PARTS[Part(values["part"])], name=person)


def _closed(values: Mapping[str, Any]) -> Message:
    if "of" in values:
        return _("closed: duplicate of {ref}", ref=Code(values["of"]))
    reason = worded(Reason(values["reason"]))
    if "before" in values:
        return _("closed: {reason}, before: {before}", reason=reason, before=worded(Reason(values["before"])))
    return _("closed: {reason}", reason=reason)


def _marked(entry: Entry) -> Message:
    mark = Mark.of_json(entry.values["mark"])
    if not entry.corrects:
        return _("marked {label}", label=Verbatim(str(mark))) if mark.marked else _("not marked any more")
    number = entry.corrects if entry.corrects > 0 else Verbatim("–")
    return _("entry {number} marked {label}", number=number, label=Verbatim(str(mark.handling or "-")))


def _decision(entry: Entry) -> Message:
    if entry.corrects:
        return _("decision {number}, in place of {other}", number=entry.number, other=entry.corrects)
    return _("decision {number}", number=entry.number)


def _report(values: Mapping[str, Any]) -> Message:
    return _(
        "report {report} {ref}, revision {revision}",
        report=template_name(Template(values["template"])),
        ref=Code(values["report"]),
        revision=values["revision"],
    )


def _pin(values: Mapping[str, Any], name_of: Callable[[UserId], str]) -> Message:
    """Return whose message was pinned, and by which digests it can be known again."""
    name, digest = Verbatim(name_of(UserId(values["by"]))), _digest(values)
    if not (file := values.get("file")):
        return _("pinned message of {name} (SHA-256 {digest})", name=name, digest=digest)
    return _(
        "pinned message of {name} (SHA-256 {digest}) with the file {file} (SHA-256 {other})",
        name=name,
        digest=digest,
        file=Verbatim(file["name"]),
        other=_digest(file),
    )


def _digest(values: Mapping[str, Any]) -> Code:
    return Code(values["sha256"][:SHOWN])
