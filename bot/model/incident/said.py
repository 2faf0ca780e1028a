"""Where and when something happened, as the text that tells of it says."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.model.person import LanguageCode, Zone
from bot.model.places import Place
from bot.model.places import find as find_places
from bot.model.times import Aim, Span, Understood
from bot.model.times import find as find_times

WATCHES = timedelta(minutes=2)
"""By how much a watch may be ahead of the homeserver's clock: at 14:04 and half, 14:05 is not yesterday's."""

_GROUP = re.compile(r"\d{6}[A-Z]\s?[A-Z]{3}\s?\d\d(?!\w)", re.IGNORECASE)
_HEAD = re.compile(r"(\S.{0,38}?\S)\s*[:–—-]\s+(?!\d)")
"""What stands before a colon or a dash, as in a log; with a number behind it, it may be a stretch of time."""


def place_in(text: str, language: LanguageCode) -> Place | None:
    """Return the first grid reference or pair of degrees in *text*, or None."""
    found = find_places(text, language=language)
    return found[0].place if found else None


def moment_in(text: str, language: LanguageCode, zone: Zone, sent: datetime) -> datetime | None:
    """Return the first past time of day in *text*, or None; a day without a time of day is none.

    *sent* is when it was said.
    """
    return next(filter(None, map(_past, _times(text, language, zone, sent))), None)


def moment_before(text: str, language: LanguageCode, zone: Zone, sent: datetime) -> datetime | None:
    """Return the past time of day with which *text* begins (“14:05 two boats”), or None."""
    said = text.lstrip()
    if group := _GROUP.match(said):
        said = group[0]
    elif head := _HEAD.match(said):
        spans = _times(head[1], language, zone, sent)
        said = head[1] if spans and spans[0].end == len(head[1]) else said
    spans = _times(said, language, zone, sent)
    return _past(spans[0]) if spans and spans[0].start == 0 else None


def _times(text: str, language: LanguageCode, zone: Zone, sent: datetime) -> list[Span]:
    return find_times(text, now=sent + WATCHES, zone=zone, language=language, aim=Aim.BEHIND)


def _past(span: Span) -> datetime | None:
    """Return the moment of *span*, if it is one. A day without a time of day is not found in running text."""
    found = span.outcome
    return found.utc if isinstance(found, Understood) else None
