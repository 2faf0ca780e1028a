"""The text of a translation as it stands in a post."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.i18n import isolate, turns
from bot.model.handling import unlabelled
from bot.model.translation import Translation

_FIRST = "<p>"


def part_of(translation: Translation, start: int, end: int, label: str = "") -> Translation:
    """Return a translation of which only a part goes into one post; such a part is plain text.

    The first stands behind the *label* that its message was given afterwards, as if it had begun with it.
    """
    part = translation
    if (start, end) != (0, len(translation.text)):
        part = replace(translation, text=translation.text[start:end], html="")
    if not label or start:
        return part
    return replace(part, text=behind(label, part.text), html=_html_behind(label, part))


def behind(label: str, text: str) -> str:
    """Return *text* behind *label*, in place of the one that it has; as it is without one."""
    return f"{label} {unlabelled(text).lstrip()}".rstrip() if label else text


def _html_behind(label: str, part: Translation) -> str:
    """Return the HTML of *part* behind *label*; empty where there is none, or where it has a label already."""
    if not part.html or unlabelled(part.text) != part.text:
        return ""
    if part.html.startswith(_FIRST):
        return f"{_FIRST}{label} {part.html.removeprefix(_FIRST)}"
    return f"<p>{label}</p>{part.html}"


def embedded(translation: Translation) -> str:
    """Return the text with every token isolated that could be read in the wrong order where it stands."""
    tokens = [token for token in translation.protected if turns(token, translation.target) and "\n" not in token]
    if not tokens:
        return translation.text
    longest_first = sorted(set(tokens), key=len, reverse=True)
    found = re.compile("|".join(map(re.escape, longest_first)))
    return found.sub(lambda match: isolate(match[0]), translation.text)
