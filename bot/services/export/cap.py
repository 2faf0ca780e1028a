"""An export as an alert of the Common Alerting Protocol (OASIS, CAP 1.2): one `info` for each language.

Its scope is Restricted: it says of itself whom it is for. Only the title is free text; all else is in codes and values.
What an agency has been given alerts of before is an Update of all of them, or their Cancel.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET  # nosec B405 # it is written here, never read
from datetime import UTC, datetime

from bot.i18n import Catalogues
from bot.model.export import Case
from bot.model.incident import Incident, Reason, Severity, Status, Type, facts, worded
from bot.model.translation import Translation

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to hold."""
_SEVERITIES = {
    Severity.LOW: "Minor", Severity.MEDIUM: "Moderate", Severity.HIGH: "Severe", Severity.VERY_HIGH: "Extreme",
}  # fmt: skip
_VOID = (Reason.CANCELLED, Reason.DUPLICATE)
"""Why one is closed of which there was nothing to be alerted to, or is by another."""
_URGENCIES = {Status.OPEN: "Immediate", Status.CONTAINED: "Expected", Status.CLOSED: "Past"}


def alert(case: Case, code: str, catalogues: Catalogues) -> bytes:
    """Return the alert; *code* is that of the task force, which sends it."""
    incident = case.incident
    root = ET.Element("alert", xmlns=NAMESPACE)
    _add(root, "identifier", _identifier(case, case.made_at))
    _add(root, "sender", code)
    _add(root, "sent", _moment(case.made_at))
    _add(root, "status", "Exercise" if incident.exercise else "Actual")
    _add(root, "msgType", ("Cancel" if incident.reason in _VOID else "Update") if case.alerts else "Alert")
    _add(root, "scope", "Restricted")
    _add(root, "restriction", "; ".join(one for one in (case.agency, str(case.use), str(case.cleared.mark)) if one))
    if case.alerts:
        earlier = (f"{code},{_identifier(case, sent)},{_moment(sent)}" for sent in case.alerts)
        _add(root, "references", " ".join(earlier))
    said: dict[str, Translation | None] = {incident.language.base: None, **case.texts(1)}
    for language, made in said.items():
        _info(root, case, language, made, catalogues)
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _info(root: ET.Element, case: Case, language: str, made: Translation | None, catalogues: Catalogues) -> None:
    incident, info = case.incident, ET.SubElement(root, "info")
    menus = catalogues.choose(language)
    title = (made.text if made else incident.title) if not incident.withheld else ""
    kind = worded(incident.type or Type.OTHER)
    _add(info, "language", language)
    _add(info, "category", "Rescue" if incident.type is Type.RESCUE else "Security")
    _add(info, "event", catalogues.text(kind, menus))
    _add(info, "urgency", _URGENCIES[incident.status])
    _add(info, "severity", _SEVERITIES[incident.severity] if incident.severity else "Unknown")
    _add(info, "certainty", "Observed" if incident.validation else "Unknown")
    if incident.agency:
        _add(info, "senderName", incident.agency)
    if title:
        _add(info, "headline", title)
    lines = [catalogues.text(one, menus, case.zone) for one in facts(case.cleared, case.name_of, unvalidated=False)]
    _add(info, "description", "\n".join(lines))
    for name, value in _parameters(incident, made):
        parameter = ET.SubElement(info, "parameter")
        _add(parameter, "valueName", name)
        _add(parameter, "value", value)
    if place := incident.place:
        area = ET.SubElement(info, "area")
        _add(area, "areaDesc", place.name or place.text or f"{place.latitude:.5f} {place.longitude:.5f}")
        _add(area, "circle", f"{place.latitude:.6f},{place.longitude:.6f} {place.precision_m / 1000:.3f}")


def _parameters(incident: Incident, made: Translation | None) -> list[tuple[str, str]]:
    found = [("reference", str(incident.ref)), ("status", str(incident.status))]
    if made:
        found.append(("machineTranslation", f"{made.engine} {'>'.join(made.route)}"))
    return found


def _identifier(case: Case, sent: datetime) -> str:
    """Return what an alert is called: no two are, of whatever agency and however little has changed between them."""
    return f"{case.incident.ref}.{case.agency}.{sent.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _UNWRITABLE.sub("\ufffd", text)


def _moment(at: datetime) -> str:
    """Return a time as CAP has it: UTC is written -00:00, never Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")
