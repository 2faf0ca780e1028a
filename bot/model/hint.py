"""What a sender says of the language of a message: `?pt ` at its beginning."""

from __future__ import annotations

import re
from collections.abc import Callable

_HINT = re.compile(r"\s{0,20}\?([A-Za-z]{2,3})[ \u00a0]+(?=\S)")


def hinted(text: str, known: Callable[[str], bool]) -> tuple[str | None, str]:
    """Return the language that *text* begins with as `?pt `, if it is *known*, and the text without it."""
    found = _HINT.match(text)
    code = found[1].lower() if found else ""
    return (code, text[found.end() :]) if found and known(code) else (None, text)
