"""One row of the table, and the figures that rows are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured, as it is printed. `reached` is None where nothing must be reached."""

    what: str
    ours: str
    peer: str = ""
    ratio: str = ""
    must: str = ""
    reached: bool | None = None
    threads: str = ""
    others: str = ""

    @property
    def verdict(self) -> str:
        """`yes`, `no`, or nothing."""
        return "" if self.reached is None else "yes" if self.reached else "no"

    @property
    def cells(self) -> tuple[str, ...]:
        """The row's texts, in the order of `HEADINGS`."""
        measured = (self.what, self.ours, self.peer, self.ratio, self.must)
        return (*measured, self.verdict, self.threads, self.others)


HEADINGS = ("What", "Liaison", "Peer", "Ratio", "Must reach", "Reached", "Threads", "Others")


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest of *values* that at least *share* (0 to 1) of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def milliseconds(seconds: float) -> str:
    """Return *seconds* as milliseconds with three digits that count."""
    value = seconds * 1000
    return f"{value:.0f} ms" if value >= 100 else f"{value:.1f} ms" if value >= 10 else f"{value:.2f} ms"
