"""Names that may be taken for one another.

Source: UTS #39, "Unicode Security Mechanisms", skeletons of confusable characters.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice

LONGEST = 60
_COMPARED = 4 * LONGEST
"""Visible characters of a name that are looked at: somebody may have one of 60 kB, in a room of hundreds."""
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and symbols, as Unicode has it, of which nothing is seen."""
_USER_ID = re.compile(r"@[^\s:@()]{1,255}:[\w.\-]{1,255}")


def confusable(one: str, other: str) -> bool:
    """Return whether two display names look alike, or are the same."""
    return bool(one.strip()) and skeleton(one) == skeleton(other)


def shown(name: str, user_id: str) -> str:
    """Return a display name as it may stand in a sentence: one line, no control or direction marks, not too long.

    A name that holds somebody else's user id would speak for them: then the user id stands instead.
    """
    plain = one_line(name[:_COMPARED])
    if not plain or any(found != user_id for found in _USER_ID.findall(plain)):
        return one_line(user_id)
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1].rstrip() + "…"


def one_line(text: str) -> str:
    """Return *text* on one line, without control or direction marks: a user id of another server can hold any."""
    kinds = {c: unicodedata.category(c) for c in set(text)}
    blank = dict.fromkeys((ord(c) for c, kind in kinds.items() if kind in ("Cc", "Zl", "Zp")), " ")
    gone = dict.fromkeys(ord(c) for c, kind in kinds.items() if kind in ("Cf", "Cs", "Co"))
    return " ".join(text.translate(blank | gone).split())


def visible(text: str) -> bool:
    """Return whether a reader sees anything of *text*: not spaces, marks or fillers alone."""
    return any(unicodedata.category(c)[0] not in "CMZ" and c not in _FILLERS for c in text)


@lru_cache(1024)
def skeleton(name: str) -> str:
    """Return what a name looks like: equal for names that a reader may take for one another."""
    visible = (c for c in name if unicodedata.category(c) not in ("Cf", "Mn", "Cc"))
    plain = unicodedata.normalize("NFKD", "".join(islice(visible, _COMPARED)))
    seen = "".join(_looks_like(c) for c in plain if unicodedata.category(c) not in ("Cf", "Mn", "Cc"))
    return " ".join(seen.casefold().replace("rn", "m").replace("vv", "w").split())


def _looks_like(character: str) -> str:
    """Return the plainest character that *character* looks like."""
    return "l" if character in "1|I" else _letters().get(character, character)


@cache
def _letters() -> Mapping[str, str]:
    """Return the characters that look like an ASCII letter or digit, with that: what is needed of a big table."""
    table = json.loads(files("confusable_homoglyphs").joinpath("confusables.json").read_text("utf-8"))
    found = {}
    for character, alike in table.items():
        plain = sorted(entry["c"] for entry in alike if len(entry["c"]) == 1 and entry["c"].isascii())
        letters = [c for c in plain if c.isalnum() or c == "|"]
        if letters and not character.isascii():
            found[character] = "l" if letters[0] in "1|Il" else letters[0]
    return found
