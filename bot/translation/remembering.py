"""What a segment's translation is remembered under: never the segment itself.

A segment's protected tokens stand in slots, which are numbered anew for each segment: the same words with another
plate, or further down in another text, are the same segment.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from bot.translation import mask

_SLOT = re.compile(mask.SLOT)


@dataclass(frozen=True, slots=True)
class Neutral:
    """A segment with its slots numbered from the first on, and the slots that it had, in that order."""

    text: str
    slots: str

    @classmethod
    def of(cls, segment: str) -> Neutral:
        """Return *segment* so."""
        slots = "".join(dict.fromkeys(_SLOT.findall(segment)))
        return cls(_renumbered(segment, slots, _first(len(slots))), slots)

    def key(self, setting: str) -> str:
        """Return what its translation by *setting* is remembered under."""
        return hashlib.sha256(f"{setting}\n{self.text}".encode()).hexdigest()[:32]

    def taken(self, made: str) -> str:
        """Return a translation of the segment as it is remembered."""
        return _renumbered(made, self.slots, _first(len(self.slots)))

    def given(self, remembered: str) -> str | None:
        """Return what is remembered with the segment's own slots; None if it has not each of them once."""
        made = _renumbered(remembered, _first(len(self.slots)), self.slots)
        return made if sorted(_SLOT.findall(made)) == sorted(self.slots) else None


def _first(count: int) -> str:
    return "".join(mask.slot(index) for index in range(count))


def _renumbered(text: str, old: str, new: str) -> str:
    return text.translate(str.maketrans(old, new))
