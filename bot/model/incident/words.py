"""What the codes of an incident are called in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.i18n import Code, Message, Verbatim, _, _c
from bot.model.handling import Cleared, Mark
from bot.model.incident.record import Incident
from bot.model.incident.timeline import Entry, EntryKind
from bot.model.incident.values import Reason, Severity, Status, Type
from bot.model.person import UserId
from bot.model.places import decimal, grid

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


def heading(cleared: Cleared[Incident]) -> Message:
    """Return which incident it is, and how things stand."""
    incident = cleared.content
    ref, status = Code(str(incident.ref)), worded(incident.status)
    if incident.reason:
        return _("Incident {ref}: {status} ({reason})", ref=ref, status=status, reason=worded(incident.reason))
    if incident.severity:
        return _(
            "Incident {ref}: {status}, severity {severity}", ref=ref, status=status, severity=worded(incident.severity)
        )
    return _("Incident {ref}: {status}", ref=ref, status=status)


def facts(cleared: Cleared[Incident], name_of: Callable[[UserId], str]) -> tuple[Message, ...]:
    """Return what is known of an incident beside its title, a line each; *name_of* tells what a person is called."""
    incident, lines = cleared.content, []
    if incident.handling:
        lines.append(_("Handling: {label}", label=Verbatim(str(incident.handling))))
    if incident.type:
        lines.append(_("Type: {type}", type=worded(incident.type)))
    if not cleared.full:
        return (*lines, _("Its originator shows no more of it here."))
    if incident.place:
        lines.append(_("Place: {grid} ({degrees})", grid=Code(grid(incident.place) or incident.place.text),
                       degrees=Code(decimal(incident.place))))  # fmt: skip
    if incident.happened_at:
        lines.append(_("When: {moment}", moment=incident.happened_at))
    author = _named(name_of(incident.declared_by), incident.agency)
    lines.append(_("Declared by {name}, {moment}", name=author, moment=incident.declared_at))
    if incident.lead:
        lines.append(_("Lead: {name}", name=Verbatim(name_of(incident.lead))))
    if valid := incident.validation:
        by = _named(name_of(valid.by), valid.agency)
        lines.append(_("Validated by {name}, {moment}", name=by, moment=valid.at))
    else:
        lines.append(_("Not validated"))
    return tuple(lines)


def told(entry: Entry, name_of: Callable[[UserId], str]) -> Message:
    """Return what an entry tells in codes and values; what a person wrote in it stands beside."""
    values = entry.values
    match entry.kind:
        case EntryKind.DECLARED:
            return _("declared")
        case EntryKind.NOTE:
            return _("note")
        case EntryKind.TYPE:
            return _("type: {type}", type=worded(Type(values["type"])))
        case EntryKind.SEVERITY:
            return _("severity: {severity}", severity=worded(Severity(values["severity"])))
        case EntryKind.STATUS:
            return _("status: {status}", status=worded(Status(values["status"])))
        case EntryKind.LEAD:
            return _("lead: {name}", name=Verbatim(name_of(UserId(values["lead"]))))
        case EntryKind.VALIDATED:
            return _("validated")
        case EntryKind.CLOSED:
            return _("closed: {reason}", reason=worded(Reason(values["reason"])))
        case EntryKind.REOPENED:
            return _("reopened")
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


def _named(name: str, agency: str | None) -> Verbatim:
    return Verbatim(f"{name} ({agency})" if agency else name)
