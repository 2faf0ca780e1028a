"""What a sender says of the language of a message: `?pt ` at its beginning, before its label or behind it."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.model.handling import unlabelled

_HINT = re.compile(r"\s{0,20}\?([A-Za-z]{2,3})[ \u00a0]+(?=\S)")


def hinted(text: str, known: Callable[[str], bool]) -> tuple[str | None, str]:
    """Return the language that *text* begins with as `?pt `, if it is *known*, and the text without it."""
    for before in ("", text[: len(text) - len(unlabelled(text))]):
        found = _HINT.match(text, len(before))
        if found and known(code := found[1].lower()):
            rest = text[found.end() :]
            return code, f"{before} {rest}" if before else rest
    return None, text


def unhinted(html: str, hint: str) -> str:
    """Return *html* without the first `?pt ` for the *hint* `pt`; nothing where it does not stand in one piece."""
    pieces = re.split(r"(<[^<>]*>)", html)  # every second piece is a tag
    mark = re.compile(rf"\?{hint}[ \u00a0]+", re.IGNORECASE)
    for index in range(0, len(pieces), 2):
        pieces[index], found = mark.subn("", pieces[index], count=1)
        if found:
            return "".join(pieces)
    return ""
