"""A read-back beside its item: numbers, units, plates, places, and how much is negated."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.model.handover import Item, ReadBack, Said, Things
from bot.model.person import LanguageCode
from bot.model.places import Gazetteer, PlaceSpan, find, same
from bot.model.translation import Flag
from bot.translation import correcting


@dataclass(frozen=True, slots=True)
class _Part:
    """A text, its language, the places that it names or gives, and what is left without these."""

    language: LanguageCode
    places: tuple[PlaceSpan, ...]
    rest: str


def compared(one: ReadBack, item: Item, things: Things, said: Said, gazetteer: Gazetteer) -> ReadBack:
    """Return the read-back with what differs.

    It is held against the item as it was written, whatever the two languages are; against a pinned message as its
    author has edited it since. The same place may be said in another notation, or by any of its names.
    """
    at = things.where(item)
    places = [*([things.newest(at)] if at else []), *([item.contingency] if item.contingency else []), *item.notes]
    first = (things.language(places[0]) if places else None) or LanguageCode("en")
    parts = [
        _part(text, things.language(at) or first, gazetteer) for at in places if (text := things.written(at))
    ]  # fmt: skip
    if not parts:
        return one
    back = _part(said.text, said.language, gazetteer)
    whole = _against(back, "\n".join(part.rest for part in parts), first)
    # Each part by itself: what stands in the item and again in a note to it need be said once only.
    missing = [word for part in parts for word in _against(back, part.rest, part.language).missing]
    there = [place for part in parts for place in part.places]
    return replace(
        one,
        missing=tuple(dict.fromkeys([*_lacking(there, back.places), *missing])),
        added=tuple(dict.fromkeys([*_lacking(back.places, there), *whole.added])),
        negation=Flag.NEGATION in whole.flags,
    )


def _part(text: str, language: LanguageCode, gazetteer: Gazetteer) -> _Part:
    text = unicodedata.normalize("NFC", text)
    given = find(text, language=language)
    named = [one for one in gazetteer.within(text) if not any(_overlap(one, other) for other in given)]
    spans = sorted([*given, *named], key=lambda span: span.start)
    rest, since = [], 0
    for span in spans:
        rest.append(text[since : span.start])
        since = span.end
    return _Part(language, tuple(spans), " ".join([*rest, text[since:]]))


def _against(back: _Part, text: str, language: LanguageCode) -> correcting.Compared:
    return correcting.compare(correcting.Original.of(text, language), back.rest, back.language)


def _lacking(these: Iterable[PlaceSpan], others: Sequence[PlaceSpan]) -> list[str]:
    """Return of *these* places, as they were written, those that are none of the *others*."""
    return [one.place.text for one in these if not any(same(one.place, other.place) for other in others)]


def _overlap(one: PlaceSpan, other: PlaceSpan) -> bool:
    return one.start < other.end and other.start < one.end
