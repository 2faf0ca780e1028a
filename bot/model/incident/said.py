"""Where and when something happened, as the text that tells of it says."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model.person import LanguageCode, Zone
from bot.model.places import Place
from bot.model.places import find as find_places
from bot.model.times import Aim, Span, Understood
from bot.model.times import find as find_times

WATCHES = timedelta(minutes=2)
"""By how much a watch may be ahead of the homeserver's clock: at 14:04 and half, 14:05 is not yesterday's."""

SOON = timedelta(hours=2)
"""Within which a clock time that has not come yet is taken for a slip, and not for yesterday's."""

_GROUP = re.compile(r"\d{6}[A-Z]\s?[A-Z]{3}\s?\d\d(?!\w)", re.IGNORECASE)
_HEAD = re.compile(r"(\S.{0,38}?\S)\s*[:–—-]\s+(?!\d)")
"""What stands before a colon or a dash, as in a log; with a number behind it, it may be a stretch of time."""
_DIGITS = re.compile(
    r"([01]\d|2[0-3])([0-5]\d)[:,.]?\s+(?!(?:km|m|kg|g|t|l|%|€|\$|eur\w*|h)(?!\w))(?=\S)", re.IGNORECASE
)
"""Four digits with which a note begins, as in a log, if no measure stands behind them."""


def place_in(text: str, language: LanguageCode) -> Place | None:
    """Return the first grid reference or pair of degrees in *text*, or None."""
    found = find_places(text, language=language, sought=True)
    return found[0].place if found else None


@dataclass(frozen=True, slots=True)
class Began:
    """The time of day with which somebody's words begin: the last such moment; the next one, if no day is said.

    `moment` is in the zone of who says it. `digits`: of four digits alone, which may be a number of something.
    """

    moment: datetime
    next: datetime | None
    digits: bool = False

    def early(self, sent: datetime) -> bool:
        """Return whether it seems to be a time that is just to come, and not yesterday's."""
        return self.next is not None and self.next - sent <= SOON

    def yesterday(self, sent: datetime) -> bool:
        """Return whether it is taken for another day's than that on which it was said, which nobody named."""
        return self.next is not None and self.moment.date() != sent.astimezone(self.moment.tzinfo).date()


def moment_in(text: str, language: LanguageCode, zone: Zone, sent: datetime) -> datetime | None:
    """Return the first past time of day in *text*, or None; a day without a time of day is none.

    *sent* is when it was said. Nor is a clock time that is just to come.
    """
    began = (_began(text, span, language, zone, sent) for span in _times(text, language, zone, sent))
    return next((one.moment.astimezone(UTC) for one in began if one and not one.early(sent)), None)


def moment_before(text: str, language: LanguageCode, zone: Zone, sent: datetime) -> datetime | None:
    """Return the past time of day with which *text* begins (“14:05 two boats”), or None; none that is just to come."""
    began = began_with(text, language, zone, sent)
    return began.moment.astimezone(UTC) if began and not began.early(sent) else None


def began_with(text: str, language: LanguageCode, zone: Zone, sent: datetime) -> Began | None:
    """Return the time of day with which *text* begins, or None."""
    said = text.lstrip()
    if group := _GROUP.match(said):
        said = group[0]
    elif head := _HEAD.match(said):
        spans = _times(head[1], language, zone, sent)
        said = head[1] if spans and spans[0].end == len(head[1]) else said
    spans = _times(said, language, zone, sent)
    return _began(said, spans[0], language, zone, sent) if spans and spans[0].start == 0 else None


def began_with_digits(text: str, language: LanguageCode, zone: Zone, sent: datetime) -> Began | None:
    """Return the time of day that four digits at the beginning of *text* are (“1420 two boats”), or None."""
    found = _DIGITS.match(text.lstrip())
    began = began_with(f"{found[1]}:{found[2]}", language, zone, sent) if found else None
    return began and replace(began, digits=True)


def _times(text: str, language: LanguageCode, zone: Zone, sent: datetime, aim: Aim = Aim.BEHIND) -> list[Span]:
    return find_times(text, now=sent + WATCHES, zone=zone, language=language, aim=aim)


def _began(text: str, span: Span, language: LanguageCode, zone: Zone, sent: datetime) -> Began | None:
    moment = _past(span)
    if moment is None:
        return None
    coming = _times(text[span.start : span.end], language, zone, sent, Aim.AHEAD)
    following = _past(coming[0]) if coming else None
    bare = following is not None and abs(following - moment - timedelta(days=1)) <= timedelta(hours=1)
    return Began(moment.astimezone(ZoneInfo(zone)), following if bare else None)


def _past(span: Span) -> datetime | None:
    """Return the moment of *span*, if it is one. A day without a time of day is not found in running text."""
    found = span.outcome
    return found.utc if isinstance(found, Understood) else None
