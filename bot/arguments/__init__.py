"""Words to typed values, and the usage line.

`Reader` reads commands as one language writes them; `Vocabulary` knows every name that can be typed.
Parts, lowest first: `folding` (when two spellings are one word), `names`, `scanning` (text to words), `kinds`
(a word to a value: one function a type), `zones` and `languages` (two large kinds), `reading` (a command).
"""

from __future__ import annotations

from bot.arguments.folding import cited, key
from bot.arguments.names import Index, Vocabulary
from bot.arguments.reading import LONGEST, Reader, names_of
from bot.arguments.scanning import Pill, Scanner, Word

__all__ = [
    "LONGEST",
    "Index",
    "Pill",
    "Reader",
    "Scanner",
    "Vocabulary",
    "Word",
    "cited",
    "key",
    "names_of",
]
