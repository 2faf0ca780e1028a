"""Text to a place, and the places within a text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import islice

from bot.model.places.degrees import read_degrees
from bot.model.places.grid import read_grid
from bot.model.places.place import NotPlace, Place, PlaceFault

LONGEST = 80
"""Characters of the longest place."""

_REACH, _MOST = 8_000, 40

_SPOKEN = {
    **dict.fromkeys(map(ord, "º˚"), "°"),
    **dict.fromkeys(map(ord, "’‘′´`ʹ"), "'"),
    **dict.fromkeys(map(ord, "”“″ʺ"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-"),
    **dict.fromkeys(map(ord, "\u200b\u200e\u200f\u061c\ufeff\u2066\u2067\u2068\u2069"), None),
    **{start + digit: str(digit) for start in (0x660, 0x6F0) for digit in range(10)},
    ord("\u066b"): ".",
    ord("،"): ",",
    ord("؛"): ";",
}
_SPACES = re.compile(r"\s+")
_LOOSE = re.compile(r" ?([,;/°'\"]) ?")
# In running text a place is one beyond doubt: a grid with digits, angles with signs, four decimals.
_MONTHS = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
_DATE = re.compile(rf"\d{{1,2}} ?(?:{_MONTHS}) ?\d{{4}}")  # 04 MAR 2026 is a square of 10 km south of the equator too
_SQUARE = r"\d{1,2} ?[C-HJ-NP-X] ?[A-HJ-NP-Z][A-HJ-NP-V](?: ?\d{2,5} \d{2,5}| ?\d{4,10})"
_GEO = r"geo:-?\d{1,2}(?:\.\d{1,12})?,-?\d{1,3}(?:\.\d{1,12})?(?:;u=\d{1,6})?"
_DECIMAL = r"[+-]?\d{1,2}[.,]\d{4,12}°? ?[NS]? ?[,;/]? ?[+-]?\d{1,3}[.,]\d{4,12}°?(?: ?[EWO](?!\w))?"
_COARSE = (
    r"(?P<coarse>[+\u2212-]?\d{1,2}\.\d{2,12}°?(?: ?[NS](?!\w))? ?[,;/] ?"
    r"[+\u2212-]?\d{1,3}\.\d{2,12}°?(?: ?[EWO](?!\w))?)(?![.,]\d)"
)
_POINTED = re.compile(r"[+\u2212-]|[NS]\W.*[EWO]\Z", re.IGNORECASE)
_HUNDREDTHS = re.compile(r"(\d+)\.(\d\d)(?!\d)")
_SIXTIETHS = r"\d{1,3} ?[°º] ?[\d.,]{1,9} ?['’′](?: ?[\d.,]{1,9} ?(?:[\"”″]|''|′′))? ?[^\W\d_]{1,2}"
_FOUND = re.compile(
    rf"(?<![\w.,-])(?:{_SQUARE}|{_GEO}|{_DECIMAL}|{_COARSE}|{_SIXTIETHS}[ ,;/]{{0,3}}{_SIXTIETHS})(?!\w)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PlaceSpan:
    """A place in a text, where it stands, and what it comes to."""

    start: int
    end: int
    place: Place


def read(text: str, *, language: str = "en") -> Place | NotPlace:
    """Return the place that the whole of *text* says, or why it is none; letters as in the BCP 47 *language*."""
    if len(text) > LONGEST:
        return NotPlace(PlaceFault.NOT_UNDERSTOOD)
    folded = _folded(text)
    found = read_grid(folded) or read_degrees(folded, language)
    if isinstance(found, Place):
        return replace(found, text=text.strip())
    return found or NotPlace(PlaceFault.NOT_UNDERSTOOD)


def find(text: str, *, language: str = "en", sought: bool = False) -> list[PlaceSpan]:
    """Return the places in running *text*, from left to right: the first 40 in its first 8,000 characters.

    Degrees with few decimals are some that say where they point; where a place is *sought*, if they are no clock times.
    """
    spans = []
    for found in islice(_FOUND.finditer(text[:_REACH]), _MOST):
        if found["coarse"] and not (_POINTED.search(found[0]) or (sought and _no_times(found[0]))):
            continue
        place = read(found[0], language=language)
        if isinstance(place, Place) and not _DATE.fullmatch(found[0].upper()):
            spans.append(PlaceSpan(found.start(), found.end(), place))
    return spans


def _no_times(pair: str) -> bool:
    """Return whether two numbers with two decimals each cannot both be clock times (`41.15, 26.30`)."""
    numbers = _HUNDREDTHS.findall(pair)
    return len(numbers) == 2 and any(int(hour) > 24 or int(minute) > 59 for hour, minute in numbers)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text.translate(_SPOKEN)).upper().replace("''", '"')
    return _SPACES.sub(" ", plain).strip()
