"""Rosters as iCalendar files (RFC 5545): written for any calendar, and read from any.

Read is what a roster can hold: events that begin and end, each with one person. Times without a zone, and whole days,
are by the clock of the post; a zone that is neither of the IANA database nor described in the file is refused, because
nobody knows what was meant. What cannot be used refuses the whole file: half a roster is worse than none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from hashlib import sha256
from threading import Lock
from typing import Any
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress
from icalendar.error import BrokenCalendarProperty
from icalendar.timezone import tzp
from icalendar.timezone.zoneinfo import ZONEINFO

from bot.errors import ErrorCode, UserError
from bot.i18n import Message, Verbatim, _
from bot.model.names import one_line
from bot.model.person import UserId, Zone
from bot.model.recurrence import RuleRefused, moment, rule_of
from bot.model.shift.post import PostName
from bot.model.shift.roster import Shift
from bot.model.shift.rotation import LONGEST, Rotation, Span

MOST_EVENTS = 2000
MOST_SHIFTS = 1000
MOST_FAULTS = 5
WINDOW = timedelta(days=400)
"""How far ahead of now what repeats is taken."""
_SMALL = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})
_DAYS = frozenset({"BYMONTHDAY", "BYYEARDAY"})
_MOST_RULES = 100
"""By which the clocks of all zones in a file change."""
_MOST_SOUGHT = 50_000
"""Rules that are gone through for all events of a file together, each from its beginning, 1601 at times."""
_OLDEST = 20
"""For so many years an event may have repeated: all of its occurrences are counted."""
_CALENDAR = (1900, 9000)
"""Years that no shift lies outside of."""
_PERSON = "matrix:u/"
_NOBODY = UserId("")
_READING = Lock()
"""The library keeps the zones of a file for the whole process."""


@dataclass(frozen=True, slots=True)
class Found:
    """An event that is to come: who may be meant by it, the surest name first."""

    span: Span
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds: shifts to come, and how many events are past or cancelled."""

    shifts: tuple[Found, ...]
    left: int


class _Fault(Exception):
    """Why one event cannot be used."""

    def __init__(self, why: Message) -> None:
        super().__init__(why)
        self.why = why


class _Zones(ZONEINFO):
    """The zones that there are. Looked up as a file, a name that is too long, or a folder's, is a fault of the disk."""

    def timezone(self, name: str) -> tzinfo | None:
        """Return the zone of that *name*, or None."""
        try:
            found: tzinfo | None = super().timezone(name)
        except OSError:
            return None
        return found


def read(data: bytes, zone: Zone, now: datetime) -> Read:
    """Return the shifts of a file that end after *now*, of repeating ones those within `WINDOW`; raise UserError.

    It takes a while for thousands of events, so it belongs into a thread.
    """
    if (events := data.upper().count(b"BEGIN:VEVENT")) > MOST_EVENTS:
        raise _many(events)
    try:
        with _READING:
            tzp.use(_Zones())  # else a zone that another file has described counts for this one
            calendars = Calendar.from_ical(data.decode("utf-8-sig"), multiple=True)
        parts = [part for one in calendars for part in one.walk("VEVENT")]
    except (ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        raise _refused(_("That is no calendar that I can read (iCalendar, .ics).")) from error
    if (events := len(parts)) > MOST_EVENTS:
        raise _many(events)
    _check_zones([zone for one in calendars for zone in one.walk("VTIMEZONE")], events)
    if not parts:
        raise _refused(_("There is no event in that file."))
    return _read(parts, zone, now)


def _read(parts: Sequence[Any], zone: Zone, now: datetime) -> Read:
    moved = _moved(parts, zone)
    found: list[Found] = []
    faults: dict[str, tuple[Message, str]] = {}
    """Each fault once, with the first event that has it."""
    left = 0
    for part in parts:
        try:
            spans = [span for span in _spans(part, zone, now, moved) if span.until > now]
        except _Fault as fault:
            faults.setdefault(f"{fault.why}", (fault.why, _called(part)))
            continue
        left += not spans
        found += [Found(span, _names(part)) for span in spans]
        if len(found) > MOST_SHIFTS:
            raise _refused(
                _("That file comes to more than {most} shifts within the coming year, which is the most that I take.",
                  most=MOST_SHIFTS)
            )  # fmt: skip
    if faults:
        said = [
            _("“{event}”: {why}", event=Verbatim(event), why=why) for why, event in [*faults.values()][:MOST_FAULTS]
        ]
        raise _refused(_("Something in that file cannot be used, so I have taken in nothing."), *said)
    return Read(tuple(sorted(found, key=lambda one: one.span.since)), left)


def _check_zones(zones: Iterable[Any], events: int) -> None:
    """Raise UserError where clocks change oftener than true ones: looking for those changes takes for ever."""
    parts = [part for zone in zones for part in zone.subcomponents]
    rules = [rule for part in parts if (rule := part.get("RRULE"))]
    many = len(rules) > _MOST_RULES or len(rules) * events > _MOST_SOUGHT
    if many or any("EXRULE" in part or "EXDATE" in part for part in parts) or not all(map(_seldom, rules)):
        raise _refused(_("That is no calendar that I can read (iCalendar, .ics)."))


def _seldom(rule: Any) -> bool:
    """Return whether clocks change by *rule* once a year, though it may give a week of days of which one is meant."""
    if isinstance(rule, list) or rule.get("FREQ") != ["YEARLY"] or not _SMALL.isdisjoint(rule):
        return False
    if ("BYDAY" in rule or "BYMONTHDAY" in rule) and "BYMONTH" not in rule:
        return False
    return all(len(rule.get(name, ())) <= (7 if name in _DAYS else 1) for name in rule if name.startswith("BY"))


def _many(events: int) -> UserError:
    return _refused(
        _("That file has {n} events, and I take {most} at most: export fewer days.", n=events, most=MOST_EVENTS)
    )


def _refused(*messages: Message) -> UserError:
    return UserError(ErrorCode.BAD_ARGUMENT, *messages)


def _spans(part: Any, zone: Zone, now: datetime, moved: Mapping[str, set[datetime]]) -> Iterator[Span]:
    """Return when an event is, each time if it repeats."""
    if str(part.get("STATUS", "")).upper() == "CANCELLED":
        return
    start, clock = _moment(part, "DTSTART", zone)
    if "RECURRENCE-ID" in part:
        _moment(part, "RECURRENCE-ID", zone)  # else it would stand beside what it takes the place of
    length = _length(part, start, zone)
    if not timedelta() < length <= LONGEST:
        raise _Fault(_("It does not last from some minutes to {hours} hours.", hours=LONGEST // timedelta(hours=1)))
    if "RRULE" not in part and "RDATE" not in part:
        yield Span(_utc(start, clock), _utc(start + length, clock))
        return
    left_out = set(_listed(part, "EXDATE", zone)) | moved.get(str(part.get("UID")), set())
    for since in dict.fromkeys(_starts(part, start, clock, length, now, zone)):
        wall = since.astimezone(clock).replace(tzinfo=None)
        if since not in left_out:
            yield Span(since, _utc(wall + length, clock))


def _starts(
    part: Any, start: datetime, clock: tzinfo, length: timedelta, now: datetime, zone: Zone
) -> Iterator[datetime]:
    yield from _listed(part, "RDATE", zone)
    if "RRULE" not in part:
        yield _utc(start, clock)
        return
    several = isinstance(part["RRULE"], list) or "EXRULE" in part  # RFC 5545: one rule at most, and none of exceptions
    if several or start.year < now.year - _OLDEST:
        raise _Fault(_("Its rule cannot be used: it never comes true, comes too often, or overlaps."))
    rules = [part["RRULE"]]
    key = Zone(getattr(clock, "key", "UTC" if clock is UTC else ""))
    if not key:
        raise _unknown(_tzid(part))
    for rule in rules:
        try:
            text = rule_of(rule.to_ical().decode(), start, key, length)
        except RuleRefused as refused:
            raise _Fault(_("Its rule cannot be used: it never comes true, comes too often, or overlaps.")) from refused
        rotation = Rotation("", PostName(""), None, (_NOBODY,), start, key, length, text)
        yield from (span.since for span, _person in rotation.occurrences(now, now + WINDOW))


def _moved(parts: Iterable[Any], zone: Zone) -> dict[str, set[datetime]]:
    """Return which occurrences of repeating events other events stand for, by their UID."""
    found: dict[str, set[datetime]] = {}
    for part in parts:
        if "RECURRENCE-ID" in part:
            try:
                found.setdefault(str(part.get("UID")), set()).add(_utc(*_moment(part, "RECURRENCE-ID", zone)))
            except _Fault:
                continue  # it is said where the event itself is read
    return found


def _moment(part: Any, name: str, zone: Zone) -> tuple[datetime, tzinfo]:
    """Return a time of an event as naive wall time, and the clock that it is by."""
    try:
        if name not in part:
            raise _Fault(_("It does not say when it begins."))
        found = part[name]
        return _of(found, zone)
    except (BrokenCalendarProperty, AttributeError, ValueError, TypeError) as error:
        raise _Fault(_("It does not say when it begins.")) from error


def _of(found: Any, zone: Zone, params: Mapping[str, Any] | None = None) -> tuple[datetime, tzinfo]:
    value, params = found.dt, found.params if params is None else params
    if not isinstance(value, date):
        raise ValueError(value)
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day), ZoneInfo(zone)
    if value.tzinfo is not None:
        return value.replace(tzinfo=None), value.tzinfo
    if named := params.get("TZID"):
        raise _unknown(str(named))
    return value, ZoneInfo(zone)


def _length(part: Any, start: datetime, zone: Zone) -> timedelta:
    try:
        if "DTEND" in part:
            end, clock = _of(part["DTEND"], zone)
            _start, own = _moment(part, "DTSTART", zone)
            same = clock == own or getattr(clock, "key", clock) == getattr(own, "key", own)
            return end - start if same else _utc(end, clock).astimezone(own).replace(tzinfo=None) - start
        if "DURATION" in part:
            lasting: timedelta = part["DURATION"].dt
            return lasting + timedelta()
        return timedelta() if isinstance(part["DTSTART"].dt, datetime) else timedelta(days=1)
    except (BrokenCalendarProperty, AttributeError, ValueError, TypeError) as error:
        raise _Fault(_("It does not say when it ends.")) from error


def _listed(part: Any, name: str, zone: Zone) -> list[datetime]:
    """Return the moments of a property that may stand several times, each with several."""
    found = part.get(name, [])
    lists = found if isinstance(found, list) else [found]
    try:
        return [_utc(*_of(one, zone, several.params)) for several in lists for one in several.dts]
    except (BrokenCalendarProperty, AttributeError, ValueError) as error:
        raise _Fault(_("It does not say when it begins.")) from error


def _unknown(zone: str) -> _Fault:
    return _Fault(
        _("Its time zone {zone} is neither a known one nor described in the file.", zone=Verbatim(one_line(zone)))
    )


def _tzid(part: Any) -> str:
    return str(part["DTSTART"].params.get("TZID", "?"))


def _utc(wall: datetime, clock: tzinfo) -> datetime:
    if not _CALENDAR[0] < wall.year < _CALENDAR[1]:
        raise _Fault(_("It does not say when it begins."))
    return wall.replace(tzinfo=clock, fold=0).astimezone(UTC)


def _called(part: Any) -> str:
    return one_line(_summary(part) or str(part.get("UID") or "?"))


def _summary(part: Any) -> str:
    found = part.get("SUMMARY", "")
    return ", ".join(map(str, found)) if isinstance(found, list) else str(found)


def _names(part: Any) -> tuple[str, ...]:
    """Return who may be meant by an event: an attendee's Matrix id, then names."""
    found = part.get("ATTENDEE", [])
    attendees = found if isinstance(found, list) else [found]
    ids = ["@" + unquote(str(one)[len(_PERSON) :]) for one in attendees if str(one).lower().startswith(_PERSON)]
    names = [str(one.params["CN"]) for one in attendees if "CN" in getattr(one, "params", {})]
    return tuple(dict.fromkeys([*ids, *names, _summary(part)]))


def write(
    shifts: Iterable[Shift], post: PostName, zone: Zone, code: str, sequence: int, now: datetime,
    name_of: Callable[[UserId], str],
) -> bytes:  # fmt: skip
    """Return *shifts* of one post as a calendar: an event each, that keeps its UID whoever comes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Liaison//roster//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    meant = [one for one in shifts if one.person]
    if meant:
        first, last = meant[0].span.since.date(), meant[-1].span.until.date()
        calendar.add_component(
            Timezone.from_tzid(zone, first_date=first - timedelta(days=400), last_date=last + timedelta(days=400))
        )
    for one in meant:
        calendar.add_component(_event(one, post, zone, code, sequence, now, name_of))
    return bytes(calendar.to_ical())


def _event(
    shift: Shift, post: PostName, zone: Zone, code: str, sequence: int, now: datetime, name_of: Callable[[UserId], str]
) -> Event:
    person = shift.person or _NOBODY
    name = one_line(name_of(person))
    event = Event()
    event.add("uid", uid(shift, code))
    event.add("dtstamp", now)
    event.add("sequence", sequence)
    event.add("dtstart", _written(shift.span.since, zone))
    event.add("dtend", _written(shift.span.until, zone))
    event.add("summary", f"{post}: {name}")
    attendee = vCalAddress(_PERSON + quote(person[1:], safe=":@-._~"))
    attendee.params["CN"] = name
    event.add("attendee", attendee, encode=False)
    return event


def uid(shift: Shift, code: str) -> str:
    """Return what a shift is known by in calendars: the same for the same beginning, whoever is there."""
    said = f"{code}\n{shift.post}\n{shift.span.since.isoformat()}"
    return f"{sha256(said.encode()).hexdigest()[:32]}@{code.lower()}.liaison"


def _written(when: datetime, zone: Zone) -> datetime:
    """Return a moment on the clock of *zone*; in UTC where that clock shows its time twice, and means the second."""
    local = when.astimezone(ZoneInfo(zone))
    return local if moment(local.replace(tzinfo=None), ZoneInfo(zone)) == when else when.astimezone(UTC)
