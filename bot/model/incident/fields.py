"""What a change changes, as JSON: an entry tells what was before, so that it can be put back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import astuple, replace
from datetime import datetime
from typing import Any

from bot.model.incident.record import Incident, Validation
from bot.model.incident.roles import Assigned, Part
from bot.model.incident.values import Reason, Severity, Status, Type
from bot.model.person import UserId
from bot.model.places import Place
from bot.model.reference import Reference

WAS = "was"
"""Under which name an entry's values tell what was before."""


def _place(kept: Any) -> Place:
    return Place(*kept)


def _validation(kept: Any) -> Validation:
    by, agency, at = kept
    return Validation(UserId(by), agency, datetime.fromisoformat(at))


def _roles(kept: Any) -> tuple[Assigned, ...]:
    return tuple(Assigned(Part(part), UserId(user_id), agency) for part, user_id, agency in kept)


_READ: Mapping[str, Callable[[Any], Any]] = {
    "type": Type,
    "severity": Severity,
    "status": Status,
    "reason": Reason,
    "place": _place,
    "happened_at": datetime.fromisoformat,
    "lead": UserId,
    "roles": _roles,
    "validation": _validation,
    "of": Reference,
}
"""Every field that a change may change and an undo put back, by how its JSON is read."""


def packed(value: Any) -> Any:
    """Return the value of such a field as JSON."""
    match value:
        case datetime():
            return value.isoformat()
        case Place():
            return [*astuple(value)]
        case Validation():
            return [value.by, value.agency, value.at.isoformat()]
        case Reference():
            return str(value)
        case tuple():
            return [[str(one.part), one.user_id, one.agency] for one in value]
    return str(value) if value is not None else None


def changed(before: Incident, after: Incident) -> dict[str, Any]:
    """Return the fields that differ, as they were *before*: JSON."""
    return {name: packed(getattr(before, name)) for name in _READ if getattr(before, name) != getattr(after, name)}


def put(incident: Incident, fields: Mapping[str, Any]) -> Incident:
    """Return *incident* with *fields*, given as JSON."""
    read: dict[str, Any] = {name: _READ[name](one) if one is not None else None for name, one in fields.items()}
    return replace(incident, **read)
