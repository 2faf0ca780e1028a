"""This occurrence and all that follow, at another time: a briefing becomes two."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import dropwhile, takewhile

from bot.model.briefing.series import by_rule
from bot.model.briefing.values import Briefing, Change, State
from bot.model.recurrence import joined, parts, rule_of, until, until_text, walls

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Unmovable(ValueError):
    """A rule cannot be moved to another day, because it names several: it has to be said anew."""


def following(
    briefing: Briefing, changes: Sequence[Change], at: datetime, begins: datetime
) -> tuple[Briefing, Briefing]:
    """Return *briefing* as it ends before *at*, and the one that follows it from *begins* on.

    *at* is the naive wall time by the rule of an occurrence, or LookupError is raised, and *begins* is naive as well.
    On another day a rule that names one day moves along: Mondays become Tuesdays, the first Monday the second Tuesday.
    Any other raises Unmovable, because nobody knows what was meant of the rest of its days. Where nothing is before
    *at*, the old one is cancelled. The new one has as many occurrences as the old one had left, and its reference, in
    place of which it needs one of its own.
    """
    planned = by_rule(briefing)
    if at not in planned:
        raise LookupError(at)
    before = sum(1 for _ in takewhile(lambda wall: wall < at, planned))
    sequence = 1 + max(briefing.sequence, *(one.sequence for one in changes), 0)
    rule = _moved(briefing, at, begins, before)
    new = replace(briefing, begins=begins, rule=rule, sequence=0)
    if briefing.rule is None or not before:
        return replace(briefing, state=State.CANCELLED, sequence=sequence), new
    kept = {name: value for name, value in parts(briefing.rule).items() if name not in ("COUNT", "UNTIL")}
    return replace(briefing, rule=joined({**kept, "COUNT": str(before)}), sequence=sequence), new


def carried(briefing: Briefing, new: Briefing, changes: Sequence[Change], at: datetime) -> list[Change]:
    """Return what of *changes* holds for *new*, which follows *briefing* (as it was until now) from *at* on.

    What was left out stays left out: the third after *at* of the one is the third of the other. What was moved by
    itself comes with all the others, for it was moved away from a time that is no more.
    """
    out = {one.original for one in changes if one.begins is None and one.original > at}
    if not out:
        return []
    later = takewhile(lambda wall: wall <= max(out), dropwhile(lambda wall: wall < at, by_rule(briefing)))
    pairs = zip(later, by_rule(new), strict=False)
    return [Change(wall, None, None, 0) for before, wall in pairs if before in out]


def _moved(briefing: Briefing, at: datetime, begins: datetime, before: int) -> str | None:
    """Return the rule without its first *before* occurrences, moved from *at* to *begins*; raise Unmovable."""
    if briefing.rule is None:
        return None
    said = parts(briefing.rule)
    if "COUNT" in said:
        said["COUNT"] = str(int(said["COUNT"]) - before)
    if "UNTIL" in said:
        said["UNTIL"] = until_text(until(said["UNTIL"], briefing.zone) + (begins - at), briefing.zone)
    if begins.date() != at.date():
        said |= _days(said, begins)
    rule = rule_of(joined(said), begins, briefing.zone, briefing.length)
    if next(iter(walls(rule, begins, briefing.zone))) != begins:
        raise Unmovable(rule)
    return rule


def _days(said: dict[str, str], begins: datetime) -> dict[str, str]:
    """Return what the parts of a rule that name a day say of *begins*; raise Unmovable where one names several."""
    found = {}
    if "BYDAY" in said:
        found["BYDAY"] = _weekday(said["BYDAY"], begins)
    if "BYMONTHDAY" in said:
        found["BYMONTHDAY"] = str(_from_end(begins) if said["BYMONTHDAY"].startswith("-") else begins.day)
    if "BYMONTH" in said and said["FREQ"] == "YEARLY":
        found["BYMONTH"] = str(begins.month)
    if any("," in said[name] for name in found):
        raise Unmovable(joined(said))
    return found


def _weekday(said: str, begins: datetime) -> str:
    """Return *begins* as the weekday that *said* is one: of all in the month, or the so-manieth of it from an end."""
    day = _DAYS[begins.weekday()]
    if said[0] == "-":
        return f"-{(-_from_end(begins) - 1) // 7 + 1}{day}"
    return f"{(begins.day - 1) // 7 + 1}{day}" if said[0].isdigit() else day


def _from_end(day: datetime) -> int:
    """Return which day of its month it is from the end: -1 is the last."""
    return day.day - monthrange(day.year, day.month)[1] - 1
