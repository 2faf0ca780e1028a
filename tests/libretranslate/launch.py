"""Starts LibreTranslate, in its own environment, with our sentence rules in place of its splitter, which downloads.

Run by `.venv-libretranslate/bin/python tests/libretranslate/launch.py`; the arguments are LibreTranslate's own.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def _package(name: str) -> None:
    """Let modules of our package *name* be imported without what it imports itself: that is not installed here."""
    module = ModuleType(name)
    module.__path__ = [str(ROOT.joinpath(*name.split(".")))]
    sys.modules[name] = module


def main() -> None:
    """Serve until killed."""
    for name in ("bot", "bot.translation"):
        _package(name)
    from argostranslate.sbd import MiniSBDSentencizer
    from libretranslate import main as serve

    from bot.translation.segment import split

    MiniSBDSentencizer.split_sentences = lambda self, text: [part.strip() for part in split(text, self.pkg.from_code)]
    serve()


if __name__ == "__main__":
    main()
