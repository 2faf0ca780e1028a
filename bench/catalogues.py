"""Sentence pairs that other programs ship: their catalogues, as they are installed on this machine."""

from __future__ import annotations

import re
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import read_mo

FOLDERS = (Path(sysconfig.get_path("purelib")), Path("/usr/share/locale"), Path("/usr/local/share/locale"))
"""Where catalogues lie: packages of this environment, and of the system."""

_PORTUGUESE = ("pt_BR", "pt")  # the starter pair's Portuguese is Brazilian
_WORD = re.compile(r"[^\W\d_]{2,}")
_TECHNICAL = re.compile(r"[%{}<>\n\\|=]|--")
_LEAST_WORDS = 4
_LONGEST = 200
_OF_ONE = 40


def pairs(most: int) -> tuple[list[tuple[str, str]], list[str]]:
    """Return at most *most* sentences, English and Portuguese, each once, and the catalogues that they are from."""
    found: dict[str, str] = {}
    names: dict[str, None] = {}
    for file in _files():
        new = [(english, portuguese) for english, portuguese in _sentences(file) if english not in found]
        for english, portuguese in new[: min(_OF_ONE, most - len(found))]:
            found[english] = portuguese
            names[file.stem] = None
    return list(found.items()), list(names)


def _files() -> Iterator[Path]:
    for folder in FOLDERS:
        for code in _PORTUGUESE:
            yield from sorted(folder.glob(f"{code}/LC_MESSAGES/*.mo"))
            yield from sorted(folder.glob(f"*/**/{code}/LC_MESSAGES/*.mo"))


def _sentences(file: Path) -> Iterator[tuple[str, str]]:
    with file.open("rb") as opened:
        for message in read_mo(opened):
            if isinstance(message.id, str) and isinstance(message.string, str) and _plain(message.id):
                yield message.id.strip(), message.string.strip()


def _plain(text: str) -> bool:
    """Return whether *text* is a sentence: no placeholders, options or markup in it."""
    words = len(_WORD.findall(text))
    return text.endswith(".") and words >= _LEAST_WORDS and len(text) <= _LONGEST and not _TECHNICAL.search(text)
