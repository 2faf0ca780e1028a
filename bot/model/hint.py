"""What a sender says of the language of a message: `?pt ` at its beginning, before its label or behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bot.model.handling import unlabelled

_HINT = re.compile(r"\s{0,20}\?([A-Za-z]{2,3})[ \u00a0]+(?=\S)")

_LONE = re.compile(r"\s{0,20}\?([A-Za-z]{2,3})\s{0,20}")


def hinted(text: str, known: Callable[[str], bool]) -> tuple[str | None, str]:
    """Return the language that *text* begins with as `?pt `, if it is *known*, and the text without it."""
    return next((found for found in _hints(text) if known(found[0])), (None, text))


def hint_in(text: str) -> str | None:
    """Return the code that *text* begins with as a hint, known or not; None for a question, and without one."""
    code = next((code for code, _rest in _hints(text)), None)
    return None if text.rstrip().endswith(("?", "؟")) else code


def lone_hint(text: str) -> str | None:
    """Return the code that is all *text* says, as `?pt`, known or not; None if it says anything else."""
    found = _LONE.fullmatch(text)
    return found[1].lower() if found else None


def _hints(text: str) -> Iterator[tuple[str, str]]:
    """Yield each code that may be a hint, and *text* without it."""
    for before in ("", text[: len(text) - len(unlabelled(text))]):
        if found := _HINT.match(text, len(before)):
            rest = text[found.end() :]
            yield found[1].lower(), f"{before} {rest}" if before else rest


def unhinted(html: str, hint: str) -> str:
    """Return *html* without the first `?pt ` for the *hint* `pt`; nothing where it does not stand in one piece."""
    pieces = re.split(r"(<[^<>]*>)", html)  # every second piece is a tag
    mark = re.compile(rf"\?{hint}[ \u00a0]+", re.IGNORECASE)
    for index in range(0, len(pieces), 2):
        pieces[index], found = mark.subn("", pieces[index], count=1)
        if found:
            return "".join(pieces)
    return ""
