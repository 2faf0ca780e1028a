"""The `bergamot` engine: Firefox models, run by fxtranslate.

It holds the interpreter's lock and panics off the thread that made it: imported by the worker alone,
which has one thread.
"""

from __future__ import annotations

from collections.abc import Sequence

import fxtranslate

from bot.translation import models
from bot.translation.engine import Model, Output, Pair
from bot.translation.tokens import Tokens, cut


class Bergamot:
    """Loads Firefox models."""

    def load(self, pair: Pair) -> Model:
        """Return the loaded model; raises ValueError if it is not the one that was installed."""
        files = models.firefox_files(pair.path)
        if models.digest(pair.path) != pair.digest:
            raise ValueError("the model is not the one that was installed")
        return BergamotModel(files.model.read_bytes(), files)


class BergamotModel:
    """One Firefox model."""

    def __init__(self, weights: bytes, files: models.FirefoxFiles) -> None:
        self._tokens = Tokens(files.source_vocabulary)
        self._translator = fxtranslate.Translator(
            weights,
            files.source_vocabulary.read_bytes(),
            files.target_vocabulary.read_bytes(),
            files.shortlist.read_bytes() if files.shortlist else None,
        )

    def translate(self, texts: Sequence[str]) -> list[Output]:
        """Return one output for each of *texts*, in order."""
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> Output:
        pieces = self._tokens.encode(text)
        runs = cut(pieces)
        parts = [text] if len(runs) < 2 else [self._tokens.decode(run) for run in runs]
        out = " ".join(self._translator.translate(part).strip() for part in parts)
        return Output(out, self._tokens.unknown(pieces))
