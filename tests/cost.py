"""What a piece of work costs: processor time beside a peer's, because machines differ and other programs share them."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable

TRIES = 8
_PEER_SECONDS = 0.006
"""What `_peer` takes on the machine for which limits are written: a quiet Intel Xeon."""
_LINE = "Ana: viatura branca, 3 ocupantes, às 14:30 na ponte. " * 80
_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]+(?=\s|[.,:])")


def takes_under(seconds: float, work: Callable[[], object]) -> bool:
    """Return whether *work* takes less processor time than that, at its best; in proportion on a slower machine."""
    return any(_once(work) < seconds * max(1, slowness()) for _ in range(TRIES))


def slowness() -> float:
    """Return how many times as long as on the machine for which limits are written something known takes just now."""
    return _once(_peer) / _PEER_SECONDS


def _peer() -> None:
    """Do what scanners of texts do: expressions, normal forms, a loop over characters."""
    for _ in range(8):
        _WORD.findall(unicodedata.normalize("NFKD", _LINE))
        "".join(c for c in _LINE if unicodedata.category(c) != "Cf")
        [fold for word in _LINE.split() if (fold := unicodedata.normalize("NFKC", word).casefold())]


def _once(work: Callable[[], object]) -> float:
    start = time.thread_time()
    work()
    return time.thread_time() - start
