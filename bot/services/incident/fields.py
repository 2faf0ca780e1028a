"""What is said of an incident: its type, severity, status, place, who has which part, whether it is so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, replace
from typing import Any

from bot.errors import ErrorCode, UserError
from bot.i18n import _
from bot.model.handling import Cleared
from bot.model.incident import (
    Assigned,
    EntryKind,
    Incident,
    Part,
    Reason,
    Severity,
    Status,
    Type,
    Validation,
    Words,
    assigned,
)
from bot.model.person import Actor, UserId
from bot.model.places import Place
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.incident.contests import Change, already
from bot.services.incident.entering import Entering
from bot.services.incident.seeing import Seeing


class Fields:
    """Changes one field at a time, in the open transaction."""

    def __init__(self, seeing: Seeing, entering: Entering) -> None:
        self._seeing = seeing
        self._entering = entering

    async def set_type(self, actor: Actor, told: Told, ref: Reference, type: Type) -> Cleared[Incident]:
        """Enter what kind of incident it is."""
        change = Change(EntryKind.TYPE, {"type": type}, apply=lambda one: replace(one, type=type))
        return await self._entering.change(actor, told, ref, change)

    async def set_severity(
        self, actor: Actor, told: Told, ref: Reference, severity: Severity, why: Words | None = None
    ) -> Cleared[Incident]:
        """Enter how bad it is, and why that is said now."""
        change = Change(
            EntryKind.SEVERITY, {"severity": severity}, why, apply=lambda one: replace(one, severity=severity)
        )
        return await self._entering.change(actor, told, ref, change)

    async def differs(self, room_id: str, ref: Reference, severity: Severity) -> bool:
        """Return whether that severity changes what was said before: that needs a reason. Raises UserError."""
        return (await self.directed(room_id, ref)).severity not in (None, severity)

    async def directed(self, room_id: str, ref: Reference) -> Incident:
        """Return an incident that can be directed; raise UserError if it is a duplicate of another."""
        found = (await self._seeing.find(room_id, ref)).content
        if found.of:
            raise await self._seeing.redirected(room_id, found)
        return found

    async def closable(self, room_id: str, ref: Reference, said: str) -> Incident:
        """Return an incident that can be closed with what is *said* of it; raise UserError if it cannot be.

        One that is closed may be closed for another reason, where there is something to say of it.
        """
        before = await self.directed(room_id, ref)
        if before.ended and not said:
            raise already(Status.CLOSED)
        return before

    async def set_status(
        self, actor: Actor, told: Told, ref: Reference, status: Status, reason: Reason | None = None,
        why: Words | None = None,
    ) -> Cleared[Incident]:  # fmt: skip
        """Enter that an incident is contained, closed for a *reason*, or open again."""
        before = (await self._seeing.find(told.room_id, ref)).content
        if (before.status, before.reason) == (status, reason):
            raise already(status)
        kind = EntryKind.CLOSED if reason else EntryKind.REOPENED if before.ended else EntryKind.STATUS
        values = given({"status": status, "reason": reason, "before": before.reason if reason else None})
        of = None if status is Status.OPEN else before.of
        change = Change(kind, values, why, apply=lambda one: replace(one, status=status, reason=reason, of=of))
        return await self._entering.change(actor, told, ref, change)

    async def set_place(
        self, actor: Actor, told: Told, ref: Reference, place: Place | None, words: Words | None = None
    ) -> Cleared[Incident]:
        """Enter where it is, and what is said of that; raise UserError without a place."""
        if place is None:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Say where it is, or share the place in a reply to its card."))
        values = {"place": [*astuple(place)]}
        change = Change(EntryKind.PLACE, values, words, apply=lambda one: replace(one, place=place))
        return await self._entering.change(actor, told, ref, change)

    async def set_lead(self, actor: Actor, told: Told, ref: Reference, lead: UserId) -> Cleared[Incident]:
        """Enter who leads it from now on."""
        before = (await self._seeing.find(told.room_id, ref)).content
        values = given({"lead": lead, "from": before.lead if before.lead != lead else None})
        change = Change(EntryKind.LEAD, values, apply=lambda one: replace(one, lead=lead))
        return await self._entering.change(actor, told, ref, change)

    async def assign(self, actor: Actor, told: Told, ref: Reference, new: Assigned) -> Cleared[Incident]:
        """Enter who has which part from now on."""
        if new.part is Part.LEAD:
            return await self.set_lead(actor, told, ref, new.user_id)
        values = given({"part": new.part, "person": new.user_id, "agency": new.agency})
        change = Change(EntryKind.ROLE, values, apply=lambda one: replace(one, roles=assigned(one.roles, new)))
        return await self._entering.change(actor, told, ref, change)

    async def validate(self, actor: Actor, told: Told, ref: Reference) -> Cleared[Incident]:
        """Enter that it is what it says; raise UserError if that was said, or its own declarer says it."""
        before = (await self._seeing.find(told.room_id, ref)).content
        if before.validation:
            raise UserError(ErrorCode.CONFLICT, _("It is validated already."))
        if before.declared_by == actor.user_id:
            raise UserError(ErrorCode.NOT_ALLOWED, _("Who has declared an incident cannot validate it as well."))
        found = Validation(actor.user_id, actor.agency, told.now)
        change = Change(EntryKind.VALIDATED, apply=lambda one: replace(one, validation=found))
        return await self._entering.change(actor, told, ref, change)


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of *values* that are given."""
    return {name: value for name, value in values.items() if value is not None}
