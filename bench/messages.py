"""Chat messages in the domain of the Spanish test packages, and those packages installed."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path

from bot.demo.homeserver import CHECKOUT
from bot.translation.install import install

_DATA = CHECKOUT / "tests" / "data" / "models"
_SEED = 20_261_122
"""Another seed than the one that the packages were trained with."""


@cache
def pairs(count: int) -> tuple[tuple[str, str], ...]:
    """Return *count* messages in English, each once, with the Spanish that is expected.

    Those with a mask of ours in them are left out: they would favour us.
    """
    spec = importlib.util.spec_from_file_location("liaison_corpus", _DATA / "corpus.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: list[tuple[str, str]] = module.corpus(3 * count, _SEED)
    return tuple(pair for pair in made if not re.search(r"XQ\d", pair[0]))[:count]


def english(count: int) -> tuple[str, ...]:
    """Return the English of `pairs`."""
    return tuple(source for source, _ in pairs(count))


def install_spanish(directory: Path) -> Path:
    """Install the package from English into Spanish under *directory*, and return that."""
    install(str(_DATA / "translate-en_es-1_0.argosmodel"), directory)
    return directory
