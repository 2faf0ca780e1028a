"""The `argos` engine: installed Argos packages, decoded by CTranslate2 directly.

Argos's own `translate()` splits sentences with data that it would download, decodes one paragraph at
a time with a beam of four, and logs every message; none of that is used, only its packages.
Imported by the worker alone.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path

import ctranslate2
from argostranslate.package import Package

from bot.translation import models
from bot.translation.engine import BEAM, Model, Output, Pair
from bot.translation.tokens import Tokens, cut

_BATCH = 16
_THREADS = min(2, os.cpu_count() or 1)

logging.getLogger("argostranslate").setLevel(logging.CRITICAL)  # it logs the text of every message
logging.getLogger("argostranslate").propagate = False
logging.getLogger("argostranslate.utils").setLevel(logging.CRITICAL)


class Argos:
    """Loads Argos packages."""

    def load(self, pair: Pair) -> Model:
        """Return the loaded package; raises ValueError if it is not the one that was installed."""
        if models.digest(pair.path) != pair.digest:
            raise ValueError("the model is not the one that was installed")
        return ArgosModel(pair.path)


class ArgosModel:
    """One Argos package."""

    def __init__(self, folder: Path) -> None:
        package = Package(folder)
        self._prefix = str(package.target_prefix or "")
        self._tokens = _Tokens(package, folder)
        self._translator = ctranslate2.Translator(
            str(folder / "model"), device="cpu", inter_threads=_THREADS, intra_threads=1
        )

    def translate(self, texts: Sequence[str]) -> list[Output]:
        """Return one output for each of *texts*, in order."""
        encoded = [self._tokens.encode(text) for text in texts]
        runs = [(i, run) for i, pieces in enumerate(encoded) for run in cut(pieces)]
        decoded: list[list[str]] = [[] for _ in texts]
        scores = [0.0] * len(texts)
        for (i, _), (pieces, score) in zip(runs, self._decode([run for _, run in runs]), strict=True):
            decoded[i].append(self._tokens.decode(pieces))
            scores[i] = min(scores[i], score)
        return [
            Output(" ".join(parts), self._tokens.unknown(pieces), score)
            for parts, pieces, score in zip(decoded, encoded, scores, strict=True)
        ]

    def _decode(self, runs: list[list[str]]) -> list[tuple[list[str], float]]:
        if not runs:
            return []
        results = self._translator.translate_batch(
            runs,
            target_prefix=[[self._prefix]] * len(runs) if self._prefix else None,
            beam_size=BEAM,
            max_batch_size=_BATCH,
            max_decoding_length=2 * max(map(len, runs)) + 16,
            disable_unk=True,
            return_scores=True,
        )
        skip = 1 if self._prefix else 0
        return [(result.hypotheses[0][skip:], float(result.scores[0])) for result in results]


class _Tokens:
    """The package's tokens: SentencePiece without Argos's habit of turning `_` into a blank, or BPE."""

    def __init__(self, package: Package, folder: Path) -> None:
        sentencepiece = folder / "sentencepiece.model"
        self._pieces = Tokens(sentencepiece) if sentencepiece.exists() else None
        self._package = package

    def encode(self, text: str) -> list[str]:
        if self._pieces:
            return self._pieces.encode(text)
        return list(self._package.tokenizer.encode(text))

    def decode(self, pieces: Sequence[str]) -> str:
        if self._pieces:
            return self._pieces.decode(pieces)
        return str(self._package.tokenizer.decode(list(pieces))).strip()

    def unknown(self, pieces: Sequence[str]) -> float:
        return self._pieces.unknown(pieces) if self._pieces else 0.0
