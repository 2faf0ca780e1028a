"""chrF, as sacrebleu counts it by default: characters in runs of one to six, blanks left out, recall twice as heavy.

Source: M. Popović, "chrF: character n-gram F-score for automatic MT evaluation", 2015.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

_LONGEST = 6
_RECALL = 2


def chrf(made: Sequence[str], expected: Sequence[str]) -> float:
    """Return the score of the texts *made* against those *expected*, 0 to 100, over all of them together."""
    precision = recall = 0.0
    orders = 0
    for size in range(1, _LONGEST + 1):
        pairs = [(_runs(a, size), _runs(b, size)) for a, b in zip(made, expected, strict=True)]
        ours, theirs = (sum(side.total() for side in sides) for sides in zip(*pairs, strict=True))
        if not ours or not theirs:
            continue
        same = sum((a & b).total() for a, b in pairs)
        precision += same / ours
        recall += same / theirs
        orders += 1
    if not precision or not recall:
        return 0.0
    precision, recall = precision / orders, recall / orders
    weight = _RECALL**2
    return 100 * (1 + weight) * precision * recall / (weight * precision + recall)


def _runs(text: str, size: int) -> Counter[str]:
    letters = "".join(text.split())
    return Counter(letters[at : at + size] for at in range(len(letters) - size + 1))
