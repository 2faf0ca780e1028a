"""The places and times in a message, found so that each reader can be told what they are for them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.i18n import Code, Message, Verbatim, _, offset
from bot.model.person import Zone
from bot.model.places import Place, PlaceSpan, written
from bot.model.places import find as find_places
from bot.model.times import Aim, Cause, Fault, Note, NotRead, Outcome, Understood, dtg
from bot.model.times import find as find_times
from bot.model.times import read as read_time
from bot.model.times.letters import MONTHS, OFFSETS

MOST = 20
"""How many places and times of one message are told."""

_REACH = 5_000
_GROUP = re.compile(
    rf"(?<![\w.,:+-])\d{{6}} ?(?P<letter>[A-Z]) ?(?:{'|'.join(MONTHS)})(?: ?(?:20)?\d\d)?(?!\w)", re.IGNORECASE
)
_CLOCK = re.compile(r"(?<![\w.,:+-])(?:[01]\d|2[0-3])[0-5]\d(?P<letter>[A-Z])(?!\w)")


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """A place, as it is `written` in the message."""

    start: int
    written: str
    place: Place


@dataclass(frozen=True, slots=True)
class TimeFound:
    """A time, as it is `written`; its zone `letter`, if it has one.

    `ahead` and `behind` are what it comes to as a time after and before that of the message, which was `sent` then.
    """

    start: int
    written: str
    ahead: Outcome
    behind: Outcome
    sent: datetime
    letter: str = ""

    @property
    def outcome(self) -> Outcome:
        """The moment, whichever side it lies on; of a clock time alone, the one to come."""
        if isinstance(self.ahead, NotRead) and isinstance(self.behind, Understood):
            return self.behind
        return self.ahead

    @property
    def dayless(self) -> bool:
        """Whether only a time of day is sure."""
        both = isinstance(self.ahead, Understood) and isinstance(self.behind, Understood)
        return both and self.ahead != self.behind

    @property
    def of_the_day(self) -> Understood:
        """The moment that lies on the day of the message, as its writer counts days; else the one to come."""
        both = [one for one in (self.behind, self.ahead) if isinstance(one, Understood)]
        return next((one for one in both if one.wall.date() == (self.sent + _offset_of(one)).date()), both[-1])

    @property
    def observers(self) -> bool:
        """Whether it is in zone J, the local time of whoever wrote it."""
        causes = [one.cause for one in (self.ahead, self.behind) if isinstance(one, NotRead)]
        return self.letter == "J" or Cause.OBSERVER in causes


Found = PlaceFound | TimeFound


def expansion(text: str, *, language: str, zone: Zone, sent: datetime) -> list[Found]:
    """Return the places and times in *text*, in their order, each once; *zone* and *language* are its author's."""
    said = text[:_REACH]
    places = find_places(said, language=language)
    found: dict[object, Found] = {}
    for span in places:
        place = span.place
        found.setdefault((place.latitude, place.longitude), PlaceFound(span.start, said[span.start : span.end], place))
    for time in _times(said, language, zone, sent, places):
        found.setdefault((time.written, time.outcome), time)
    return sorted(found.values(), key=lambda one: one.start)[:MOST]


def _times(text: str, language: str, zone: Zone, sent: datetime, places: Sequence[PlaceSpan]) -> Iterator[TimeFound]:
    taken = [(span.start, span.end) for span in places]

    def free(start: int, end: int) -> bool:
        return not any(start < other_end and other_start < end for other_start, other_end in taken)

    for match in [*_GROUP.finditer(text), *_CLOCK.finditer(text)]:
        if free(match.start(), match.end()):
            taken.append(match.span())
            outcomes = [read_time(match[0], now=sent, zone=zone, language=language, sent=sent, aim=aim) for aim in Aim]
            if any(_sure(one) for one in outcomes) or match["letter"].upper() == "J":
                yield TimeFound(match.start(), match[0], outcomes[0], outcomes[1], sent, match["letter"].upper())
    ahead, behind = (
        {span.start: span for span in find_times(text, now=sent, zone=zone, language=language, sent=sent, aim=aim)}
        for aim in Aim
    )
    for start in sorted(ahead.keys() | behind.keys()):
        one, other = ahead.get(start), behind.get(start)
        end = max(span.end for span in (one, other) if span)
        nothing = NotRead(Fault.NOT_UNDERSTOOD)
        found = [span.outcome if span else nothing for span in (one, other)]
        time = TimeFound(start, text[start:end], found[0], found[1], sent)
        if free(start, end) and _sure(time.outcome):
            yield time


def _sure(outcome: Outcome) -> bool:
    """Return whether there is something to say of it: a day alone is no time."""
    if isinstance(outcome, NotRead):
        return outcome.fault in (Fault.AMBIGUOUS, Fault.IMPOSSIBLE)
    return outcome.note is not Note.WHOLE_DAY


def told_place(found: PlaceFound) -> Message:
    """Return where that is."""
    return _("{what}: {place}", what=Verbatim(found.written), place=written(found.place))


def told_time(found: TimeFound, entered: Collection[datetime] = ()) -> Message:
    """Return when that is, day and zone included; of a clock time alone, the one that a record has *entered*."""
    what, outcome = Verbatim(found.written), found.outcome
    if found.observers:
        return _(
            "{what}: zone letter J is the local time of whoever wrote it, so it does not say which. Ask for another"
            " letter, such as Z.",
            what=what,
        )
    if isinstance(outcome, NotRead):
        if outcome.fault is Fault.IMPOSSIBLE:
            return _("{what}: there is no such date or time.", what=what)
        return _("{what}: that can be read in more than one way. Ask when it is.", what=what)
    known = next(
        (one for one in (found.behind, found.ahead) if isinstance(one, Understood) and one.utc in entered), None
    )
    if known or not found.dayless:
        moment = (known or outcome).utc
        return _("{what}: {moment} ({group})", what=what, moment=moment, group=Code(dtg(moment)))
    day = found.of_the_day
    return _(
        "{what}: {moment} ({group}), if the day of the message is meant",
        what=what, moment=day.utc, group=Code(dtg(day.utc)),
    )  # fmt: skip


def doubt(found: TimeFound, author: Verbatim, theirs: Zone) -> Message | None:
    """Return what is odd about a zone letter that is not that of its *author*'s clock in the zone *theirs*, or None."""
    outcome = found.outcome
    if found.letter in ("", "Z", "J") or not isinstance(outcome, Understood):
        return None
    letter = timedelta(hours=OFFSETS[found.letter])
    own = outcome.utc.astimezone(ZoneInfo(theirs))
    if own.utcoffset() == letter:
        return None
    return _(
        "Letter {letter} is {offset}, but the clock of {name} shows {own}. If that is a slip, the time is another one.",
        letter=Code(found.letter),
        offset=Verbatim(_offset(found.letter)),
        name=author,
        own=Verbatim(offset(own)),
    )


def _offset_of(one: Understood) -> timedelta:
    return one.wall - one.utc.replace(tzinfo=None)


def _offset(letter: str) -> str:
    hours = OFFSETS[letter]
    return f"UTC{hours:+}" if hours else "UTC"
