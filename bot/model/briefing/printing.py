"""A briefing as a calendar file (RFC 5545, RFC 5546): one event, and one for each occurrence that stands elsewhere.

It tells when, and nothing else: no room, no person, no title but what the caller gives it, because a calendar carries
what it holds to servers that nobody here knows. So nobody is its organizer either, although RFC 5546 wants one.

Readers disagree about wall times that the clocks skip or show twice, and about how long something lasts while the
clocks change. So nothing is left to them: what begins or ends in such an hour is written in UTC, as an occurrence of
its own where it comes by the rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, vRecur

from bot.model.briefing.clocks import described
from bot.model.briefing.series import by_rule, moved, placed
from bot.model.briefing.values import Briefing, Change, Method, Occurrence, State
from bot.model.names import one_line
from bot.model.recurrence import joined, parts, until, until_text

PINNED = timedelta(days=5 * 366)
"""For how long occurrences at times that readers disagree about are written out."""
MOST_COUNTED = 5000
"""Up to so many occurrences an end is written as their number, about which no reader is in doubt."""
_TIMES = ("DTSTART", "RECURRENCE-ID")
_NAME_DAYS = frozenset({"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"})


def printed(
    briefing: Briefing, changes: Sequence[Change], subject: str, minutes: Sequence[int], method: Method,
    stamp: datetime, uid: str,
) -> bytes:  # fmt: skip
    """Return *briefing* as a calendar file that replaces each earlier one of the same *uid*.

    *subject* stands where others have the title, an alarm rings each of *minutes* before, and *stamp* (UTC) is when it
    is written. `CANCEL` takes the whole of it out of the calendar.
    """
    off = method is Method.CANCEL or briefing.state is State.CANCELLED
    page = _Page(briefing, one_line(subject), tuple(sorted(set(minutes))), stamp, uid, off)
    calendar = Calendar()
    calendar.add("prodid", "-//Liaison//briefing//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method.value)
    events: list[Any] = [page.once(changes)] if briefing.rule is None else page.series(() if off else changes)
    if any("TZID" in event[name].params for event in events for name in _TIMES if name in event):
        years = {briefing.begins.year, stamp.year, *(event["DTSTART"].dt.year for event in events)}
        calendar.add_component(described(briefing.zone, min(years), max(years) + PINNED // timedelta(days=366)))
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


@dataclass(frozen=True, slots=True)
class _Page:
    """What is the same in all events of a file; `off`: they do not take place."""

    briefing: Briefing
    subject: str
    minutes: tuple[int, ...]
    stamp: datetime
    uid: str
    off: bool

    def once(self, changes: Sequence[Change]) -> Event:
        """Return the event of a briefing that does not repeat."""
        briefing = self.briefing
        planned = Change(briefing.begins, briefing.begins, None, briefing.sequence)
        change = {one.original: one for one in (planned, *changes)}[briefing.begins]
        out = change.begins is None
        [found] = moved(briefing, [planned if out else change])
        page = replace(self, off=self.off or out)
        return page._event(self._begins(found), found.length, max(briefing.sequence, change.sequence))

    def series(self, changes: Sequence[Change]) -> list[Event]:
        """Return the event of a briefing that repeats, and one for each occurrence that its rule does not tell."""
        briefing, planned = self.briefing, by_rule(self.briefing)
        event = self._event(self._wall(next(iter(planned))), briefing.length, briefing.sequence)
        event.add("rrule", vRecur.from_ical(self._rule()))
        out = sorted({one.original for one in changes if one.begins is None and one.original in planned})
        if out:
            event.add("exdate", [self._wall(wall) for wall in out])
        return [event] if self.off else [event, *self._others(changes)]

    def _others(self, changes: Sequence[Change]) -> Iterator[Event]:
        """Return the occurrences that were moved, and those at times that readers disagree about.

        Their SEQUENCE is never less than that of the whole, which would make them outdated.
        """
        numbers = {one.original: max(one.sequence, self.briefing.sequence) for one in changes}
        pinned = [one for one in self._pinned() if one.original not in numbers]
        for one in sorted([*moved(self.briefing, changes), *pinned], key=lambda one: one.original):
            number = numbers.get(one.original, self.briefing.sequence)
            yield self._event(self._begins(one), one.length, number, self._wall(one.original))

    def _pinned(self) -> Iterator[Occurrence]:
        briefing = self.briefing
        last = max(self.stamp.replace(tzinfo=None), briefing.begins) + PINNED
        for wall in takewhile(lambda wall: wall < last, by_rule(briefing)):
            one = placed(briefing, wall, wall, briefing.length)
            if one.begins.replace(tzinfo=None) != wall or not self._plain(one):
                yield one

    def _begins(self, one: Occurrence) -> datetime:
        return one.begins if self._plain(one) else one.begins.astimezone(UTC)

    def _plain(self, one: Occurrence) -> bool:
        """Return whether every reader finds it where it is, if it is written by the wall."""
        once = all(at.replace(fold=0).utcoffset() == at.replace(fold=1).utcoffset() for at in (one.begins, one.ends))
        return once and one.ends - one.begins == one.length  # by the wall, as both are of one zone

    def _wall(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=ZoneInfo(self.briefing.zone))

    def _rule(self) -> str:
        zone, said = self.briefing.zone, parts(self.briefing.rule or "")
        if "UNTIL" in said:
            end = said.pop("UNTIL")
            count = sum(1 for _ in islice(by_rule(self.briefing), MOST_COUNTED + 1))
            counted = {"COUNT": str(count)} if count <= MOST_COUNTED else {"UNTIL": until_text(until(end, zone), zone)}
            said |= counted
        if said["FREQ"] == "YEARLY" and said.keys().isdisjoint(_NAME_DAYS):
            # ical.js takes 1 March for the 29 February of other years, unless it is named.
            begins = self.briefing.begins
            said = {"BYMONTH": str(begins.month), **said, "BYMONTHDAY": str(begins.day)}
        return joined(said)

    def _event(self, begins: datetime, length: timedelta, sequence: int, original: datetime | None = None) -> Event:
        event = Event()
        event.add("uid", self.uid)
        event.add("dtstamp", self.stamp)
        event.add("sequence", sequence)
        if original is not None:
            event.add("recurrence-id", original)
        event.add("dtstart", begins)
        event.add("duration", length)
        event.add("summary", self.subject)
        event.add("status", "CANCELLED" if self.off else "CONFIRMED")
        for before in () if self.off else self.minutes:
            event.add_component(self._alarm(before))
        return event

    def _alarm(self, before: int) -> Alarm:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -timedelta(minutes=before))
        alarm.add("description", self.subject)
        return alarm
