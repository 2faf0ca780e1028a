"""How often a briefing comes, in words: days and weeks, a day of each month, how many times or until when."""

from __future__ import annotations

from datetime import timedelta

from bot.i18n import Code, Day, Message, Weekday, _, _n
from bot.model.briefing.values import Briefing
from bot.model.recurrence import parts, until

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WORKING = _DAYS[:5]
_LAST = "-1"


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
            return _monthly(rest.get("BYMONTHDAY", str(briefing.begins.day)))
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


def _monthly(day: str) -> Message | None:
    if day == _LAST:
        return _("on the last day of every month")
    return _("every month, on day {day}", day=int(day)) if day.isdigit() else None
