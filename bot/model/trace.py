"""Traces of a record that goes: what people have set, called or asked elsewhere that names it, or repeats its words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from bot.model.reference import naming

LEAST_WORDS, LEAST_LETTERS = 4, 20
"""What has fewer repeats nothing: anybody may have come upon the same words."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Trace:
    """What the message `event` has said in a room outside of all records: of a reminder, an agenda, a name."""

    event: str
    room_id: str
    text: str


class Sought:
    """What tells of records that go: their references, and all that is written in them."""

    def __init__(self, refs: Iterable[str], texts: Iterable[str], held: Iterable[str] = ()) -> None:
        """*held* are records that are kept by a hold: what names one of them stays, whatever else it names."""
        self._named, self._held = naming(refs), naming(held)
        self._texts = tuple(dict.fromkeys(filter(None, map(_phrase, texts))))

    def tells(self, text: str) -> bool:
        """Return whether *text* names one of the records or repeats what is written there, or a piece of that."""
        text = unicodedata.normalize("NFKC", text)
        if self._held.search(text):
            return False
        return self._named.search(text) is not None or self._repeats(text)

    def _repeats(self, text: str) -> bool:
        words, piece = _words(text), _phrase(text)
        return any(one in words or (piece and piece in one) for one in self._texts)


def _words(text: str) -> str:
    """Return the words of *text* alone, so that only whole ones are found in it."""
    return f" {' '.join(_WORD.findall(unicodedata.normalize('NFKC', text).casefold()))} "


def _phrase(text: str) -> str:
    """Return the words of *text*, or nothing if they are too few to be anybody's own."""
    words = _words(text)
    return words if len(words.strip()) >= LEAST_LETTERS and len(words.split()) >= LEAST_WORDS else ""
