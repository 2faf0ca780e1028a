"""What the codes of an incident are called in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.i18n import Code, Language, Message, Verbatim, _, _c
from bot.model.handling import Cleared
from bot.model.incident.record import Incident
from bot.model.incident.roles import Part
from bot.model.incident.values import Reason, Severity, Status, Type
from bot.model.person import UserId
from bot.model.places import written
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
    author = with_agency(name_of(incident.declared_by), incident.agency)
    lines.append(_("Declared by {name}, {moment}", name=author, moment=incident.declared_at))
    if incident.lead:
        lines.append(_("Lead: {name}", name=Verbatim(name_of(incident.lead))))
    for one in incident.roles:
        lines.append(_holds(one.part, with_agency(name_of(one.user_id), one.agency)))
    if valid := incident.validation:
        by = with_agency(name_of(valid.by), valid.agency)
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


def with_agency(name: str, agency: str | None) -> Verbatim:
    """Return a person's *name* with the agency, if one is known."""
    return Verbatim(f"{name} ({agency})" if agency else name)
