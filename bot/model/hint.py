"""What a sender says of the language of a message: `?pt ` at its beginning."""

from __future__ import annotations

import re
from collections.abc import Callable

_HINT = re.compile(r"\s{0,20}\?([A-Za-z]{2,3})[ \u00a0]+(?=\S)")


def behind_hint(text: str) -> int:
    """Return where *text* begins behind what may be a hint, of whatever language; 0 if it begins with none."""
    found = _HINT.match(text)
    return found.end() if found else 0


def hinted(text: str, known: Callable[[str], bool]) -> tuple[str | None, str]:
    """Return the language that *text* begins with as `?pt `, if it is *known*, and the text without it."""
    found = _HINT.match(text)
    code = found[1].lower() if found else ""
    return (code, text[found.end() :]) if found and known(code) else (None, text)
