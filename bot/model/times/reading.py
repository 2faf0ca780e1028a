"""Text to a moment: the whole of it, or its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.model.person import Zone
from bot.model.times.edges import hangs_on
from bot.model.times.folding import fold
from bot.model.times.grammar import phrases
from bot.model.times.lexicon import Kind, lexicon
from bot.model.times.line import Line
from bot.model.times.outcome import Aim, Fault, NotRead, Outcome, Understood
from bot.model.times.resolving import resolve
from bot.model.times.said import Phrase
from bot.model.times.walls import Here

LONGEST = 120
"""Characters of the longest phrase."""

WORDS = 12
"""Words of the longest phrase."""

_SAME_MOMENT = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Tail:
    """The time phrase at the end of some words: how many words it has, and what it comes to."""

    count: int
    outcome: Outcome


def read(
    text: str, *, now: datetime, zone: str, language: str, sent: datetime | None = None, aim: Aim = Aim.AHEAD
) -> Outcome:
    """Return the moment that the whole of *text* says, or why it is none.

    *now* and *sent* (when the message was sent) are aware; “in 2h” counts from *sent* if *now* is no more than
    two minutes away, else from *now*. *zone* is the person's IANA zone, *language* their BCP 47 code.
    """
    if len(text) > LONGEST:
        return NotRead(Fault.NOT_UNDERSTOOD)
    folded = fold(text)
    found = phrases(Line(folded, lexicon(language))).get(len(folded), []) if len(folded) <= LONGEST else []
    return one_of(found, here_of(now, zone, sent, aim))


def longest_tail(
    words: Sequence[str],
    *,
    now: datetime,
    zone: str,
    language: str,
    sent: datetime | None = None,
    aim: Aim = Aim.AHEAD,
) -> Tail | None:
    """Return the longest time phrase that ends *words*, or None. One that is a fault is a phrase too.

    A part of the day before it (“night patrol tomorrow at 8”) belongs to the title, or makes the time ambiguous.
    """
    here, known = here_of(now, zone, sent, aim), lexicon(language)
    ways: list[Phrase] = []
    for count in range(min(len(words), WORDS), 0, -1):
        tail = words[-count:]
        if sum(map(len, tail)) + count > LONGEST:
            continue
        line = Line(fold(" ".join(tail)), known)
        if found := [one for one in phrases(line).get(len(line.text), []) if one.closing]:
            ways += found
            if more := hangs_on(words[:-count], line):
                return Tail(count + more, NotRead(Fault.AMBIGUOUS))
            if not _begins_with_part(line):
                return Tail(count, one_of(ways, here))
    return None


def _begins_with_part(line: Line) -> bool:
    """Return whether the line may begin with the end of a title: “night patrol” or “at night”."""
    return next(line.of(0, Kind.PART), None) is not None


def here_of(now: datetime, zone: str, sent: datetime | None, aim: Aim) -> Here:
    """Return where and when a phrase is said; *now* without a zone is a ValueError."""
    if now.tzinfo is None:
        raise ValueError("now needs a zone")
    now = now.astimezone(UTC)
    start = sent.astimezone(UTC) if sent and abs(now - sent) <= _SAME_MOMENT else now
    return Here(now, start, Zone(zone), aim)


def one_of(found: Sequence[Phrase], here: Here) -> Outcome:
    """Return the one outcome of all ways to read a phrase, or that they differ."""
    outcomes = [resolve(phrase, here) for phrase in found]
    understood = {one.utc: one for one in reversed(outcomes) if isinstance(one, Understood)}
    faults = {one.fault: one for one in reversed(outcomes) if isinstance(one, NotRead)}
    doubtful = {one.utc: one for fault in faults.values() for one in fault.choices} | understood
    late = Fault.PAST in faults or Fault.FUTURE in faults
    if Fault.AMBIGUOUS in faults or len(understood) > 1 or (understood and late):
        cause = faults[Fault.AMBIGUOUS].cause if Fault.AMBIGUOUS in faults else None
        return NotRead(Fault.AMBIGUOUS, tuple(doubtful[moment] for moment in sorted(doubtful)), cause)
    if understood:
        return next(iter(understood.values()))
    for fault in (Fault.PAST, Fault.FUTURE, Fault.IMPOSSIBLE):
        if fault in faults:
            return faults[fault]
    return faults.get(Fault.NOT_UNDERSTOOD, NotRead(Fault.NOT_UNDERSTOOD))
