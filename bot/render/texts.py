"""The text of a translation as it stands in a post."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.i18n import isolate, turns
from bot.model.translation import Translation


def part_of(translation: Translation, start: int, end: int) -> Translation:
    """Return a translation of which only a part goes into one post; such a part is plain text."""
    if start == 0 and end == len(translation.text):
        return translation
    return replace(translation, text=translation.text[start:end], html="")


def embedded(translation: Translation) -> str:
    """Return the text with every token isolated that could be read in the wrong order where it stands."""
    tokens = [token for token in translation.protected if turns(token, translation.target) and "\n" not in token]
    if not tokens:
        return translation.text
    longest_first = sorted(set(tokens), key=len, reverse=True)
    found = re.compile("|".join(map(re.escape, longest_first)))
    return found.sub(lambda match: isolate(match[0]), translation.text)
