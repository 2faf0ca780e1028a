"""How texts are laid out over messages, each short enough for one event: pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.model.translation import Translation

PART_BYTES = 4_000
"""Most text in one message, in UTF-8: with its HTML and its machine-readable copy it stays within 12 KiB."""

HTML_BYTES = 6_000
"""Most HTML of a translation in UTF-8; of one that has more, the plain text is posted."""

ENTRY_BYTES = 100
"""What an entry of a summary takes beside its text: a name, a time, an event id."""

CROSSING = frozenset({"room", "source", "sender", "language", "doubt", "answers", "thread", "at", "to", "label"})
"""What each post that stands for a message of another room has in common with the others for it."""

Part = list[str | int]
Json = dict[str, Any]


def posts(translations: Sequence[Translation]) -> Iterator[list[Part]]:
    """Yield what goes into each message: all languages in one if that is short enough, else one a language, in parts.

    A part is `[target, start, end]`, characters of the translation's text.
    """
    if not translations:
        return
    if sum(max(len(t.text.encode()), len(t.html.encode())) for t in translations) <= PART_BYTES:
        yield [[t.target, 0, len(t.text)] for t in translations]
        return
    for translation in translations:
        for start, end in cuts(translation.text):
            yield [[translation.target, start, end]]


def again(said: Sequence[Mapping[str, Any]], target: str, made: Mapping[str, Translation]) -> list[Json]:
    """Return what the posts that *said* translations say now that these are *made*; empty if *target* is none of them.

    What is said of the original beside them is left out: it was said for what a machine had made.
    """
    shown = dict.fromkeys(part[0] for one in said for part in one.get("parts", ()))
    if target in shown:
        common = {name: value for name, value in said[0].items() if name not in ("parts", "post")}
        return [{**common, "parts": parts} for parts in posts([made[one] for one in shown if one in made])]
    if said and target in (said[0].get("part", [None])[0], said[0].get("of")):
        common = {name: value for name, value in said[0].items() if name in CROSSING}
        return [{**common, "part": [target, start, end]} for start, end in cuts(made[target].text)]
    return []


def paged(entries: Sequence[tuple[Json, int]]) -> Iterator[list[Json]]:
    """Yield what of *entries*, each with its bytes, goes into one message."""
    page: list[Json] = []
    size = 0
    for entry, length in entries:
        weight = length + ENTRY_BYTES
        if page and size + weight > PART_BYTES:
            yield page
            page, size = [], 0
        page.append(entry)
        size += weight
    if page:
        yield page


def cuts(text: str) -> Iterator[tuple[int, int]]:
    """Yield the bounds of parts of at most PART_BYTES, cut at a line or a space where there is one."""
    start = 0
    while True:
        window = text[start : start + PART_BYTES].encode()[:PART_BYTES].decode("utf-8", "ignore")
        end = start + len(window)
        if end >= len(text):
            yield start, len(text)
            return
        cut = max(window.rfind("\n"), window.rfind(" "))
        end = start + cut + 1 if cut > len(window) // 2 else end
        yield start, end
        start = end
