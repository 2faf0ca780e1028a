"""How often a briefing comes, in words: days and weeks, days of each month, how many times or until when."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.i18n import Code, Day, Message, Verbatim, Weekday, _, _n
from bot.model.briefing.values import Briefing
from bot.model.recurrence import parts, until

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WORKING = _DAYS[:5]
_LAST = "-1"
_NUMBERED = re.compile(r"([+-]?\d)?([A-Z]{2})")
# Each has a day of its own, not a weekday's name, to go with its number: no language has to inflect that for a weekday.
_NTH = {
    1: _("every month, on the first of these days: {day}"),
    2: _("every month, on the second of these days: {day}"),
    3: _("every month, on the third of these days: {day}"),
    4: _("every month, on the fourth of these days: {day}"),
    -1: _("every month, on the last of these days: {day}"),
}
"""Which Monday of the month, or other weekday."""


def often(briefing: Briefing) -> Message:
    """Return how often a briefing that repeats comes; where there are no words for that, its rule, said to be one."""
    rule = briefing.rule or ""
    said = parts(rule)
    count, end = said.pop("COUNT", None), said.pop("UNTIL", None)
    words = _worded(said, briefing)
    if words is None:
        return _("by the rule {rule}", rule=Code(rule))
    if count is not None:
        return _n("{often}, {n} time in all", "{often}, {n} times in all", int(count), often=words)
    if end is not None:
        return _("{often}, until {day}", often=words, day=Day(until(end, briefing.zone).date()))
    return words


def _worded(said: dict[str, str], briefing: Briefing) -> Message | None:
    """Return what the parts of a rule say without its end; None where there are no words for all of them."""
    every = int(said.pop("INTERVAL", "1"))
    week = said.pop("WKST", "MO")
    match said:
        case {"FREQ": "DAILY", **rest} if not rest:
            return _("every day") if every == 1 else _n("every {n} day", "every {n} days", every)
        case {"FREQ": "WEEKLY", **rest} if rest.keys() <= {"BYDAY"} and (every == 1 or week == "MO"):
            return _weekly(rest.get("BYDAY", _DAYS[briefing.begins.weekday()]).split(","), every)
        case {"FREQ": "MONTHLY", **rest} if rest.keys() <= {"BYMONTHDAY"} and every == 1:
            return _monthly(rest.get("BYMONTHDAY", str(briefing.begins.day)).split(","))
        case {"FREQ": "MONTHLY", "BYDAY": day, **rest} if rest.keys() <= {"BYSETPOS"} and every == 1:
            return _nth(day, rest.get("BYSETPOS"))
    return None


def _weekly(named: list[str], every: int) -> Message | None:
    if not set(named) <= set(_DAYS):
        return None
    numbers = sorted({_DAYS.index(one) for one in named})
    days = tuple(Weekday(number) for number in numbers)
    if every != 1:
        return _n("every {n} week: {days}", "every {n} weeks: {days}", every, days=days)
    if len(days) == timedelta(weeks=1).days:
        return _("every day")
    if len(days) == len(_WORKING) == numbers[-1] + 1:
        return _("every weekday (Monday to Friday)")
    return _("every week: {days}", days=days)


def _monthly(days: list[str]) -> Message | None:
    if days == [_LAST]:
        return _("on the last day of every month")
    if not all(day.isdigit() for day in days):
        return None
    numbers = sorted({int(day) for day in days})
    if len(numbers) == 1:
        return _("every month, on day {day}", day=numbers[0])
    return _("every month, on these days: {days}", days=tuple(Verbatim(str(number)) for number in numbers))


def _nth(day: str, position: str | None) -> Message | None:
    """Return which weekday of the month is meant, as `1MO` or `MO` at *position* says it; None for anything else."""
    named = _NUMBERED.fullmatch(day)
    if named is None or named[2] not in _DAYS or (named[1] is None) is (position is None):
        return None
    said = _NTH.get(int(named[1] or position or "0"))
    return Message(said.text, {"day": Weekday(_DAYS.index(named[2]))}) if said else None
