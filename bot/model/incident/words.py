"""What the codes of an incident are called in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.i18n import Code, Language, Message, Verbatim, _, _c
from bot.model.handling import Cleared, Mark
from bot.model.incident.duty import told_duty
from bot.model.incident.evaluation import Basis, grade
from bot.model.incident.record import Incident
from bot.model.incident.related import Tie
from bot.model.incident.roles import Part
from bot.model.incident.timeline import WHOLE, Entry, EntryKind
from bot.model.incident.values import Reason, Severity, Status, Type
from bot.model.person import UserId
from bot.model.places import Place, written
from bot.model.report import Template, name_of
from bot.model.translation import Translation
from bot.model.uncertainty import labelled

SEVERITIES = {
    Severity.LOW: _c("severity", "low"),
    Severity.MEDIUM: _c("severity", "medium"),
    Severity.HIGH: _c("severity", "high"),
    Severity.VERY_HIGH: _c("severity", "very high"),
}
STATUSES = {
    Status.OPEN: _c("status", "open"),
    Status.CONTAINED: _c("status", "contained"),
    Status.CLOSED: _c("status", "closed"),
}
REASONS = {
    Reason.RESOLVED: _c("reason", "resolved"),
    Reason.CANCELLED: _c("reason", "cancelled"),
    Reason.DUPLICATE: _c("reason", "duplicate"),
}
TYPES = {
    Type.CROSSING: _c("type", "irregular crossing"),
    Type.SMUGGLING: _c("type", "smuggling of goods"),
    Type.TRAFFICKING: _c("type", "trafficking in persons"),
    Type.DOCUMENT: _c("type", "document fraud"),
    Type.DRUGS: _c("type", "drugs"),
    Type.WEAPONS: _c("type", "weapons"),
    Type.VEHICLE: _c("type", "vehicle"),
    Type.RESCUE: _c("type", "person at risk, search and rescue"),
    Type.VIOLENCE: _c("type", "violence against an officer"),
    Type.AIRCRAFT: _c("type", "drone or aircraft"),
    Type.VESSEL: _c("type", "vessel"),
    Type.OTHER: _c("type", "other"),
}


PARTS = {
    Part.LEAD: _c("part", "lead"),
    Part.DEPUTY: _c("part", "deputy"),
    Part.SCRIBE: _c("part", "scribe"),
    Part.LIAISON: _c("part", "liaison"),
}
SHOWN = 16
"""Characters that are shown of a digest; the entry holds it whole."""


def worded(code: Severity | Status | Reason | Type) -> Message:
    """Return what *code* is called."""
    match code:
        case Severity():
            return SEVERITIES[code]
        case Status():
            return STATUSES[code]
        case Reason():
            return REASONS[code]
        case Type():
            return TYPES[code]


def marked(incident: Incident, said: Message) -> Message:
    """Return *said*, which is about the incident, as it is said to people: what is not real begins with that."""
    return _("EXERCISE: {said}", said=said) if incident.exercise else said


def titled(incident: Incident, made: Translation | None = None) -> Message | Verbatim:
    """Return its title, or what was *made* of it in another language; or that it is withheld, or taken back."""
    if not incident.title and not incident.withheld:
        return _("The title was taken back.")
    if not incident.title:
        return _("The title is withheld under its label.")
    return labelled(incident.title, made)


def heading(cleared: Cleared[Incident]) -> Message:
    """Return which incident it is, and how things stand; before all else that it is an exercise, if it is one."""
    return marked(cleared.content, stands(cleared.content))


def stands(incident: Incident) -> Message:
    """Return which incident it is, and how things stand."""
    ref, status = Code(str(incident.ref)), worded(incident.status)
    if incident.reason:
        return _("Incident {ref}: {status} ({reason})", ref=ref, status=status, reason=worded(incident.reason))
    if incident.severity:
        return _(
            "Incident {ref}: {status}, severity {severity}", ref=ref, status=status, severity=worded(incident.severity)
        )
    return _("Incident {ref}: {status}", ref=ref, status=status)


def title_as_written(incident: Incident) -> Message:
    """Return the title in its author's words: what stands with a translation of it."""
    return _("Original, in {language}: {text}", language=Language(incident.language), text=Verbatim(incident.title))


def facts(
    cleared: Cleared[Incident], name_of: Callable[[UserId], str], *, unvalidated: bool = True
) -> tuple[Message, ...]:
    """Return what is known of an incident beside its title, a line each; *name_of* tells what a person is called.

    That it is not validated yet is said only if *unvalidated*.
    """
    incident, lines = cleared.content, []
    if incident.handling:
        lines.append(_("Handling: {label}", label=Verbatim(str(incident.handling))))
    if incident.type:
        lines.append(_("Type: {type}", type=worded(incident.type)))
    if not cleared.full:
        return (*lines, _("Its originator shows no more of it here."))
    if whom := _whom(cleared, name_of):
        lines.insert(1 if incident.handling else 0, _("Whom it is for: {names}", names=whom))
    if incident.place:
        lines.append(_("Place: {place}", place=written(incident.place)))
    if incident.happened_at:
        lines.append(_("When: {moment}", moment=incident.happened_at))
    author = _named(name_of(incident.declared_by), incident.agency)
    lines.append(_("Declared by {name}, {moment}", name=author, moment=incident.declared_at))
    if incident.lead:
        lines.append(_("Lead: {name}", name=Verbatim(name_of(incident.lead))))
    for one in incident.roles:
        lines.append(_holds(one.part, _named(name_of(one.user_id), one.agency)))
    if valid := incident.validation:
        by = _named(name_of(valid.by), valid.agency)
        lines.append(_("Validated by {name}, {moment}", name=by, moment=valid.at))
    elif unvalidated:
        lines.append(_("Not validated"))
    return tuple(lines)


def _whom(cleared: Cleared[Incident], name_of: Callable[[UserId], str]) -> tuple[Verbatim, ...]:
    """Return whom its label leaves it to: agencies, among them those it was released to, and persons."""
    mark = cleared.mark
    agencies: Iterable[str] = ()
    if mark.releasable is not None:
        agencies = sorted({*mark.releasable, *cleared.released})
    return (*map(Verbatim, agencies), *(Verbatim(name_of(user_id)) for user_id in mark.named or ()))


def told(entry: Entry, name_of: Callable[[UserId], str]) -> Message:
    """Return what an entry tells in codes and values; what a person wrote in it stands beside."""
    if entry.language and not entry.text and entry.kind is not EntryKind.NOTE:
        return _("{what}, taken back", what=_coded(entry, name_of))
    return _coded(entry, name_of)


def _coded(entry: Entry, name_of: Callable[[UserId], str]) -> Message:
    values = entry.values
    match entry.kind:
        case EntryKind.DECLARED:
            if by := values.get("by"):
                return _("declared, from a message of {name}", name=Verbatim(name_of(UserId(by))))
            return _("declared")
        case EntryKind.NOTE if WHOLE in values and "by" in values:
            return _("declared, from a message of {name}", name=Verbatim(name_of(UserId(values["by"]))))
        case EntryKind.NOTE:
            return _relied(_note(entry), values)
        case EntryKind.TYPE:
            return _("type: {type}", type=worded(Type(values["type"])))
        case EntryKind.SEVERITY:
            return _("severity: {severity}", severity=worded(Severity(values["severity"])))
        case EntryKind.STATUS:
            return _("status: {status}", status=worded(Status(values["status"])))
        case EntryKind.LEAD:
            name = Verbatim(name_of(UserId(values["lead"])))
            if before := values.get("from"):
                return _("command handed over by {before} to {name}", before=Verbatim(name_of(before)), name=name)
            return _("lead: {name}", name=name)
        case EntryKind.ROLE:
            person = _named(name_of(UserId(values["person"])), values.get("agency"))
            return _("{role}: {name}", role=PARTS[Part(values["part"])], name=person)
        case EntryKind.UNDONE:
            return _("entry {number} undone", number=entry.corrects or 0)
        case EntryKind.VALIDATED:
            return _("validated")
        case EntryKind.CLOSED if "of" in values:
            return _("closed: duplicate of {ref}", ref=Code(values["of"]))
        case EntryKind.CLOSED if "before" in values:
            reason, before = worded(Reason(values["reason"])), worded(Reason(values["before"]))
            return _("closed: {reason}, before: {before}", reason=reason, before=before)
        case EntryKind.CLOSED:
            return _("closed: {reason}", reason=worded(Reason(values["reason"])))
        case EntryKind.REOPENED:
            return _("reopened")
        case EntryKind.WITHHELD:
            return _("withheld under its label ({label})", label=Verbatim(values["label"]))
        case EntryKind.MARKED if entry.corrects:
            label = Verbatim(str(Mark.of_json(values["mark"]).handling or "-"))
            number = entry.corrects if entry.corrects > 0 else Verbatim("–")
            return _("entry {number} marked {label}", number=number, label=label)
        case EntryKind.MARKED:
            mark = Mark.of_json(values["mark"])
            return _("marked {label}", label=Verbatim(str(mark))) if mark.marked else _("not marked any more")
        case EntryKind.RELEASE_ASKED:
            return _("release to {agency} asked for", agency=Verbatim(values["agency"]))
        case EntryKind.RELEASE_AGREED:
            return _("release to {agency} agreed to, with one more to agree", agency=Verbatim(values["agency"]))
        case EntryKind.RELEASED:
            agency = Verbatim(values["agency"])
            if until := values.get("until"):
                return _("released to {agency} until {moment}", agency=agency, moment=datetime.fromisoformat(until))
            return _("released to {agency}", agency=agency)
        case EntryKind.RELEASE_REFUSED:
            return _("release to {agency} refused", agency=Verbatim(values["agency"]))
        case EntryKind.RELEASE_EXPIRED:
            return _("release to {agency} not answered in time", agency=Verbatim(values["agency"]))
        case EntryKind.RELEASE_ENDED if "asked_by" in values:
            return _("request to release to {agency} ended by a mark", agency=Verbatim(values["agency"]))
        case EntryKind.RELEASE_ENDED:
            return _("release to {agency} ended by a mark", agency=Verbatim(values["agency"]))
        case EntryKind.EXPORT_ASKED:
            return _("export to {agency} asked for", agency=Verbatim(values["agency"]))
        case EntryKind.EXPORT_AGREED:
            return _("export to {agency} agreed to", agency=Verbatim(values["agency"]))
        case EntryKind.EXPORTED:
            digest = Code(values["sha256"][:SHOWN])
            return _("exported to {agency} (SHA-256 {digest})", agency=Verbatim(values["agency"]), digest=digest)
        case EntryKind.EXPORT_ENDED:
            return _("export to {agency} did not take place", agency=Verbatim(values["agency"]))
        case EntryKind.DECISION if entry.corrects:
            return _("decision {number}, in place of {other}", number=entry.number, other=entry.corrects)
        case EntryKind.DECISION:
            return _("decision {number}", number=entry.number)
        case EntryKind.PLACE:
            return _("place: {place}", place=written(Place(*values["place"])))
        case EntryKind.REPORT:
            return told_report(values)
        case EntryKind.WITHDRAWN:
            return _("the message of {number} was taken back", number=entry.corrects or 0)
        case EntryKind.PIN:
            return _pin(values, name_of)
        case EntryKind.UNPINNED:
            return _("pin {number} withdrawn", number=entry.corrects or 0)
        case EntryKind.EDITED:
            return _("the message of pin {number} was edited afterwards", number=entry.corrects or 0)
        case EntryKind.REDACTED:
            return _("the message of pin {number} was deleted afterwards", number=entry.corrects or 0)
        case EntryKind.COPIED:
            digest = Code(values["sha256"][:SHOWN])
            return _(
                "copy of the file of pin {number} kept (SHA-256 {digest})", number=entry.corrects or 0, digest=digest
            )
        case EntryKind.LINKED | EntryKind.SEPARATED if "as" in values:
            return _tied(entry.kind, Tie(values["as"]), Code(values["ref"]))
        case EntryKind.LINKED:
            return _("linked with {ref}", ref=Code(values["ref"]))
        case EntryKind.DUPLICATED:
            return _("{ref} was closed as its duplicate", ref=Code(values["ref"]))
        case EntryKind.SEPARATED:
            return _("{ref} is not its duplicate any more", ref=Code(values["ref"]))
        case _:
            return told_duty(entry, name_of)


def _tied(kind: EntryKind, tie: Tie, ref: Code) -> Message:
    match kind, tie:
        case EntryKind.LINKED, Tie.PARENT:
            return _("part of {ref}", ref=ref)
        case EntryKind.LINKED, _part:
            return _("{ref} is a part of it", ref=ref)
        case _separated, Tie.PARENT:
            return _("not part of {ref} any more", ref=ref)
        case _:
            return _("{ref} is not a part of it any more", ref=ref)


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


def _holds(part: Part, name: Verbatim) -> Message:
    match part:
        case Part.DEPUTY:
            return _("Deputy: {name}", name=name)
        case Part.SCRIBE:
            return _("Scribe: {name}", name=name)
        case Part.LIAISON:
            return _("Liaison: {name}", name=name)
        case Part.LEAD:
            return _("Lead: {name}", name=name)


def told_report(values: Mapping[str, Any]) -> Message:
    """Return which report was given."""
    return _(
        "report {report} {ref}, revision {revision}",
        report=name_of(Template(values["template"])),
        ref=Code(values["report"]),
        revision=values["revision"],
    )


def _pin(values: Mapping[str, Any], name_of: Callable[[UserId], str]) -> Message:
    """Return whose message was pinned, and by which digests it can be known again."""
    name, digest = Verbatim(name_of(UserId(values["by"]))), Code(values["sha256"][:SHOWN])
    if not (file := values.get("file")):
        return _("pinned message of {name} (SHA-256 {digest})", name=name, digest=digest)
    return _(
        "pinned message of {name} (SHA-256 {digest}) with the file {file} (SHA-256 {other})",
        name=name,
        digest=digest,
        file=Verbatim(file["name"]),
        other=Code(file["sha256"][:SHOWN]),
    )


def _named(name: str, agency: str | None) -> Verbatim:
    return Verbatim(f"{name} ({agency})" if agency else name)
