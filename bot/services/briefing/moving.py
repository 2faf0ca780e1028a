"""What becomes of a briefing that is moved: one of it, or all from one on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _
from bot.model.briefing import (
    Briefing,
    Change,
    Occurrence,
    State,
    Unmovable,
    carried,
    following,
    next_of,
    occurrences,
)
from bot.model.person import Zone
from bot.model.recurrence import RuleFault, RuleRefused, rule_of
from bot.model.reference import Reference
from bot.services.briefing.finding import LONGEST, Planned

SHORTEST = timedelta(minutes=5)
NEAR = timedelta(days=1)
_EXAMPLE = "FREQ=WEEKLY;BYDAY=MO,TH"
_MINUTE = timedelta(minutes=1)
FAULTS = {
    RuleFault.UNREADABLE: _(
        "I do not understand how often. Write day, week, weekdays, days of the week, or a rule such as {example}."
    ),
    RuleFault.OFTEN: _("A briefing comes once a day at most."),
    RuleFault.NEVER: _("That rule gives no date within the next five years."),
    RuleFault.OVERLAPS: _("With that rule, a briefing would not be over when the next one begins."),
}
"""Why there can be no such briefing; {example} is a rule."""
CHANGED = _("{ref} was changed meanwhile, so I changed nothing. Please say it again.")
PAST = _("That time is past by now, so I changed nothing.")


@dataclass(frozen=True, slots=True)
class Move:
    """What is to be moved, and where to: the one that the rule has at `original`, or all from it on (`following`).

    `original` and `begins` are naive wall times of the briefing's zone; `length` None: it stays. `sequence` is the
    briefing's as it was when this was said.
    """

    ref: Reference
    original: datetime
    begins: datetime
    length: timedelta | None
    following: bool
    sequence: int

    def json(self) -> dict[str, Any]:
        """Return it as the data of a question."""
        return {
            "ref": str(self.ref), "original": self.original.isoformat(), "begins": self.begins.isoformat(),
            "minutes": None if self.length is None else self.length // _MINUTE, "following": self.following,
            "sequence": self.sequence,
        }  # fmt: skip

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Move:
        """Return what `json` has returned."""
        minutes = data["minutes"]
        return cls(
            Reference(data["ref"]), datetime.fromisoformat(data["original"]), datetime.fromisoformat(data["begins"]),
            None if minutes is None else minutes * _MINUTE, data["following"], data["sequence"],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moved:
    """What comes of it: from when to when the first moves, and the briefing as it is then, with what differs of it.

    `successor` is what follows it and has no reference of its own yet, `left_out` what is left out of that. Where all
    of a briefing moves there is none: then it begins `anew`, and only `changes` differ of it.
    """

    before: Occurrence
    after: Occurrence
    briefing: Briefing
    changes: tuple[Change, ...] = ()
    successor: Briefing | None = None
    left_out: tuple[Change, ...] = ()
    anew: bool = False


def moved(planned: Planned, move: Move, now: datetime) -> Moved:
    """Return what comes of *move*; raise UserError where it cannot be."""
    briefing, changes = planned.briefing, planned.changes
    if briefing.sequence != move.sequence:
        raise UserError(ErrorCode.CONFLICT, Message(CHANGED.text, {"ref": Code(str(briefing.ref))}))
    before = _at(briefing, changes, move.original, now)
    if move.length is not None:
        as_long(move.length)
    length = move.length or briefing.length
    if briefing.rule is None:
        new = replace(briefing, begins=move.begins, length=length, sequence=briefing.sequence + 1)
        found = Moved(before, _first(new, (), now), new)
    elif move.following:
        found = _following(planned, move, before, length, now)
    else:
        sequence = briefing.sequence + 1
        change = Change(move.original, move.begins, move.length or _own(changes, move.original), sequence)
        others = [one for one in changes if one.original != move.original]
        after = _at(replace(briefing, sequence=sequence), (*others, change), move.original, now)
        found = Moved(before, after, replace(briefing, sequence=sequence), (change,))
    if (found.after.begins.astimezone(UTC), found.after.length) == (before.begins.astimezone(UTC), before.length):
        raise UserError(ErrorCode.CONFLICT, _("{ref} is at that time already.", ref=Code(str(briefing.ref))))
    return found


def as_shown(planned: Planned, one: Occurrence) -> dict[str, Any]:
    """Return, as the data of a question, which occurrence of a briefing was shown, and as what."""
    briefing = planned.briefing
    return {"ref": str(briefing.ref), "original": one.original.isoformat(), "sequence": briefing.sequence}


def still_so(planned: Planned, data: Mapping[str, Any], now: datetime) -> Occurrence:
    """Return the occurrence that `as_shown` has named; raise UserError if it is not as it was, or has begun."""
    briefing = planned.briefing
    if briefing.sequence != data["sequence"]:
        raise UserError(ErrorCode.CONFLICT, Message(CHANGED.text, {"ref": Code(str(briefing.ref))}))
    return _at(briefing, planned.changes, datetime.fromisoformat(data["original"]), now)


def _following(planned: Planned, move: Move, before: Occurrence, length: timedelta, now: datetime) -> Moved:
    briefing, changes = planned.briefing, planned.changes
    try:
        old, new = following(briefing, changes, move.original, move.begins)
    except RuleRefused as refused:
        raise refusal(refused) from refused
    except Unmovable as error:
        raise UserError(
            ErrorCode.BAD_ARGUMENT,
            _("The rule {rule} cannot move to another day by itself. Cancel {ref} and plan a new one.",
              rule=Code(briefing.rule or ""), ref=Code(str(briefing.ref))),
        ) from error  # fmt: skip
    if length != new.length:
        new = replace(new, length=length, rule=ruled(new.rule or "", new.begins, new.zone, length))
    left_out = tuple(carried(briefing, new, changes, move.original))
    after = _first(new, left_out, now)
    if old.state is State.CANCELLED:
        same = replace(new, ref=briefing.ref, sequence=old.sequence)
        return Moved(before, after, same, left_out, anew=True)
    return Moved(before, after, old, (), new, left_out)


def _at(briefing: Briefing, changes: tuple[Change, ...], original: datetime, now: datetime) -> Occurrence:
    """Return the occurrence that the rule has at *original*; raise UserError if it is none, or has begun."""
    own = next((one.begins for one in changes if one.original == original and one.begins), original)
    around = own.replace(tzinfo=UTC)
    near = occurrences(briefing, changes, around - 2 * NEAR, around + 2 * NEAR)
    found = next((one for one in near if one.original == original), None)
    if found is None or found.begins.astimezone(UTC) <= now:
        raise UserError(ErrorCode.CONFLICT, PAST)
    return found


def _first(briefing: Briefing, changes: tuple[Change, ...], now: datetime) -> Occurrence:
    found = next_of(briefing, changes, now)
    # What is moved into the past would begin with a later one.
    if found is None or (found.original != briefing.begins and not changes):
        raise UserError(ErrorCode.CONFLICT, PAST)
    return found


def _own(changes: tuple[Change, ...], original: datetime) -> timedelta | None:
    return next((one.length for one in changes if one.original == original), None)


def as_long(length: timedelta) -> None:
    """Raise UserError unless a briefing can last so long."""
    if not SHORTEST <= length <= LONGEST:
        raise UserError(
            ErrorCode.BAD_ARGUMENT,
            _("A briefing lasts from {least} minutes to {most} hours.",
              least=SHORTEST // _MINUTE, most=LONGEST // timedelta(hours=1)),
        )  # fmt: skip


def ruled(rule: str, begins: datetime, zone: Zone, length: timedelta) -> str:
    """Return the rule in its one spelling; raise UserError if no briefings can come of it."""
    try:
        return rule_of(rule, begins, zone, length)
    except RuleRefused as refused:
        raise refusal(refused) from refused


def refusal(refused: RuleRefused) -> UserError:
    """Return why there can be no such briefing."""
    return UserError(ErrorCode.BAD_ARGUMENT, replace(FAULTS[refused.fault], values={"example": Verbatim(_EXAMPLE)}))
