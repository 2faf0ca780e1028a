"""The letters of the four directions, as each language writes them."""

from __future__ import annotations

NORTH, SOUTH, EAST, WEST = (0, 1), (0, -1), (1, 1), (1, -1)
"""Which of latitude (0) and longitude (1), and its sign."""

Direction = tuple[int, int]

_EVERYWHERE: dict[str, Direction] = {"N": NORTH, "S": SOUTH, "E": EAST, "W": WEST}
_OWN: dict[str, dict[str, Direction]] = {
    "pt": {"O": WEST, "L": EAST},
    "es": {"O": WEST},
    "fr": {"O": WEST},
    "it": {"O": WEST},
    "de": {"O": EAST},
    "ro": {"V": WEST},
    "el": {"Β": NORTH, "Α": EAST, "Δ": WEST},
    "uk": {"ПН": NORTH, "ПД": SOUTH, "СХ": EAST, "ЗХ": WEST},
    "tr": {"K": NORTH, "G": SOUTH, "D": EAST, "B": WEST},
    "ar": {"شمال": NORTH, "جنوب": SOUTH, "شرق": EAST, "غرب": WEST},
}
DOUBTFUL = frozenset({"O", "Ν", "Ε"})
"""O is west or east; a Greek nu is south to its reader, and looks like the N of whoever took the wrong keyboard."""


def direction(letter: str, language: str) -> Direction | None:
    """Return the direction that *letter* (capitals) is in the BCP 47 *language*, or None."""
    own = _OWN.get(language.partition("-")[0].lower(), {})
    return own.get(letter) or _EVERYWHERE.get(letter)
