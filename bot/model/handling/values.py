"""How something is to be handled: colours of the Traffic Light Protocol 2.0, and Europol's handling codes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class TLP(StrEnum):
    """A colour of the Traffic Light Protocol, the strictest last."""

    CLEAR = "CLEAR"
    GREEN = "GREEN"
    AMBER = "AMBER"
    AMBER_STRICT = "AMBER+STRICT"
    RED = "RED"


_ORDER = tuple(TLP)
_FREE = (None, TLP.CLEAR, TLP.GREEN)


@dataclass(frozen=True, slots=True)
class Handling:
    """How something is to be handled: its colour, if it has one, and its handling codes (`H0` to `H3`), in order."""

    tlp: TLP | None = None
    codes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the labels as they are written."""
        return " ".join([*([f"TLP:{self.tlp}"] if self.tlp else []), *self.codes])

    @classmethod
    def of(cls, written: str) -> Handling | None:
        """Return what was written by `str`, None for an empty text: what people write is read by `label_of`."""
        if not written:
            return None
        words = written.split()
        colour = next((TLP(word.removeprefix("TLP:")) for word in words if word.startswith("TLP:")), None)
        return cls(colour, tuple(word for word in words if not word.startswith("TLP:"))) if words else None

    @property
    def remembered(self) -> bool:
        """Whether it may go to the translation memory, which serves every room: only what may go to every room."""
        return self.travels

    @property
    def travels(self) -> bool:
        """Whether it may leave its room for any other: a companion room, a direct room."""
        return self.tlp in _FREE and not self.codes

    @property
    def kept(self) -> bool:
        """Whether its text may be kept after it is sent: RED is for those who were there, and for no record."""
        return self.tlp is not TLP.RED


def strictest(handlings: Iterable[Handling | None]) -> Handling | None:
    """Return how what is made of all of these is handled: the strictest colour, all codes; None if none is labelled."""
    found = [handling for handling in handlings if handling]
    if not found:
        return None
    colours = [handling.tlp for handling in found if handling.tlp]
    codes = {code for handling in found for code in handling.codes}
    return Handling(max(colours, key=_ORDER.index, default=None), tuple(sorted(codes)))
