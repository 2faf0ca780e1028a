"""Which way words run: isolates of what could turn the words around it (UAX #9)."""

from __future__ import annotations

import re

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
"""Languages written from right to left."""

LRI, RLI, FSI, PDI, RLM = "\u2066", "\u2067", "\u2068", "\u2069", "\u200f"
_ISOLATES = re.compile(f"[{LRI}{RLI}{FSI}{PDI}]")
_RTL = r"\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe"
_RTL_LETTER = re.compile(f"[{_RTL}]")
_TURNS = re.compile(f"[{_RTL}\u200f\u202a-\u202e\u2066-\u2069]")
# In what is typed: words and values of options that hold no letter of those.
_LTR_WORD = re.compile(rf"(?<![^\s\[|:=])[^\s\[\]|{_RTL}]+(?![^\s\]|])")
_LTR_CONTENT = re.compile(r"[^\W_]")


def isolate(text: str, language: str | None = None) -> str:
    """Return each line of *text* between FSI and PDI, so that its direction stays its own (UAX #9).

    In a *language* written from right to left it is that direction, whatever letter comes first. An isolate ends with
    its line, so each has its own, and with a PDI too many, so none of these stays.
    """
    opening = RLI if language and right_to_left(language) else FSI
    lines = text.split("\n")
    if _ISOLATES.search(text):
        lines = [_balanced(line) for line in lines]
    return "\n".join([f"{opening}{line}{PDI}" if line else line for line in lines])


def _balanced(line: str) -> str:
    """Return *line* with every isolate in it closed, and nothing closed that it has not opened."""
    kept: list[str] = []
    depth = 0
    for character in line:
        depth += (character in (LRI, RLI, FSI)) - (character == PDI)
        if depth >= 0:
            kept.append(character)
        depth = max(depth, 0)
    return "".join(kept) + PDI * depth


def turns(text: str, language: str) -> bool:
    """Return whether *text* could be read in the wrong order within words of *language*, or these around it.

    Digits that follow Arabic letters are one number each: of a grid reference the parts would change places.
    """
    return right_to_left(language) or _RTL_LETTER.search(text) is not None


def right_to_left(language: str) -> bool:
    """Return whether *language* (BCP 47) is written from right to left."""
    return language.partition("-")[0].lower() in RIGHT_TO_LEFT


def typed(text: str) -> str:
    """Return *text*, which can be typed, with what stands from left to right in a line from right to left isolated.

    Otherwise the sign of `@ana:example.org` would stand at its other end. Whoever types or copies it need not mind.
    """
    if not _RTL_LETTER.search(text):
        return text
    return _LTR_WORD.sub(lambda m: f"{LRI}{m[0]}{PDI}" if _LTR_CONTENT.search(m[0]) else m[0], text)


def disturbs(text: str) -> bool:
    """Return whether *text* could change the direction of the sentence that it stands in."""
    return _TURNS.search(text) is not None
