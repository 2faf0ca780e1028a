"""Chat messages in the domain of the Spanish test packages, and those packages installed."""

from __future__ import annotations

import importlib.util
import json
import re
import tempfile
import zipfile
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


SECOND = "it"
"""The code under which the model into Spanish is there a second time, as a second language to translate into."""


def install_spanish(directory: Path, *, back: bool = False) -> Path:
    """Install the package from English into Spanish under *directory*, and the one *back*, and return that."""
    for pair in ("en_es", "es_en") if back else ("en_es",):
        install(str(_DATA / f"translate-{pair}-1_0.argosmodel"), directory)
    return directory


def install_second(directory: Path) -> Path:
    """Install the package from English into Spanish once more under *directory*, as one into `SECOND`; return that."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / f"translate-en_{SECOND}-1_0.argosmodel"
        with zipfile.ZipFile(_DATA / "translate-en_es-1_0.argosmodel") as package, zipfile.ZipFile(copy, "w") as made:
            for member in package.infolist():
                content = package.read(member)
                if member.filename.endswith("metadata.json"):
                    content = json.dumps(json.loads(content) | {"to_code": SECOND, "to_name": SECOND}).encode()
                made.writestr(member.filename.replace("en_es", f"en_{SECOND}"), content)
        install(str(copy), directory)
    return directory
