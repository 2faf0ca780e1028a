"""Whether a message is in two languages at once, each with a real share of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from bot.translation import detect
from bot.translation.route import base

Ranks = Sequence[tuple[str, float]]

_CLAUSES = re.compile(r"[.!?;:,()\n\u2013\u2014\u060c\u061f\u061b]+")
_WORDS = 5
_LEAST_WORDS = 4
_MOST_PIECES = 12
_SHARE = 0.25
_CLEAR = 7.4
"""How many times likelier a piece must be in its language than in the next: e-squared."""


def pieces(sample: str) -> list[str]:
    """Return clauses of *sample*, long ones in runs of five words, that can tell a language; none of a short one."""
    found: list[str] = []
    for clause in _CLAUSES.split(sample):
        words = clause.split()
        runs = max(1, len(words) // _WORDS)
        for run in range(runs):
            piece = words[run * _WORDS : (run + 1) * _WORDS if run < runs - 1 else None]
            if len(piece) >= _LEAST_WORDS:
                found.append(" ".join(piece))
    return found[:_MOST_PIECES] if len(found) > 1 else []


def mixed(sample: str, ranked: Iterable[tuple[str, Ranks]], candidates: Sequence[str]) -> str | None:
    """Return the one of *candidates* that most of *sample* is in, if another has a share of it as well; else None.

    *ranked* are its pieces with their ranks.
    """
    letters: Counter[str] = Counter()
    for piece, ranks in ranked:
        if language := _clear(piece, ranks, candidates):
            letters[language] += _letters(piece)
    least = _SHARE * _letters(sample)
    shares = [language for language, count in letters.most_common() if count >= least]
    return shares[0] if len(shares) > 1 else None


def _clear(piece: str, ranks: Ranks, candidates: Sequence[str]) -> str | None:
    """Return the one of *candidates* that *piece* is clearly in, or None."""
    known = dict(ranks)
    possible = detect.narrow(piece, candidates)
    if not possible:
        return None
    best, *others = sorted(possible, key=lambda code: -known.get(base(code), 0.0))
    second = known.get(base(others[0]), 0.0) if others else 0.0
    return best if known.get(base(best), 0.0) >= _CLEAR * second else None


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))
