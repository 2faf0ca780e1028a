"""What a change of a roster comes to for each person: shifts that are not theirs any more, and shifts that are now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.model.person import UserId
from bot.model.shift.roster import Shift


@dataclass(frozen=True, slots=True)
class Changed:
    """What `person` had and has not any more, and what they have now, the earliest first."""

    person: UserId
    lost: tuple[Shift, ...] = ()
    gained: tuple[Shift, ...] = ()


def changed(before: Iterable[Shift], after: Iterable[Shift]) -> list[Changed]:
    """Return for whom a roster has changed that came to *before* and comes to *after*, by user id."""
    old = {(one.post, one.span, one.person): one for one in before if one.person}
    new = {(one.post, one.span, one.person): one for one in after if one.person}
    lost = [one for key, one in old.items() if key not in new]
    gained = [one for key, one in new.items() if key not in old]
    people = sorted({one.person for one in (*lost, *gained) if one.person})
    return [Changed(person, _own(lost, person), _own(gained, person)) for person in people]


def _own(shifts: Iterable[Shift], person: UserId) -> tuple[Shift, ...]:
    return tuple(sorted((one for one in shifts if one.person == person), key=lambda one: one.span.since))
