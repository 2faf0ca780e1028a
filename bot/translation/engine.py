"""What translates: a pair of languages, the model that serves it, and the engine that loads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

ENGINES = ("argos", "bergamot")
"""The engines on this machine, in the default order of preference."""

LIBRETRANSLATE = "libretranslate"
"""The engine that is servers elsewhere; it has no models here."""

MAX_TOKENS = 128
"""Tokens that a model is given at once; longer input makes models loop or cut silently."""

BEAM = 1

DECODING = {
    "argos": f"beam {BEAM}, no unknown words, {MAX_TOKENS} tokens at once, 2 n + 16 tokens out",
    "bergamot": f"as fxtranslate does, {MAX_TOKENS} tokens at once",
}
"""What an engine decodes with and its words depend on, as each translation's provenance says it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One installed model, or one pair of a server: what it translates, which engine runs it, and its identity.

    `sha256` is the model file's, in hexadecimal; `path` the model's folder; `mask` the name of the
    mask style that survives best (`letters`, `numbers`); `variant` what readers should know of its
    language; `fixed` is true for a model that came with a package and cannot be removed.
    `digest` is over all files of the model, vocabularies included; `version` names the programs that run it.
    Of a server nothing is known but the pair.
    """

    source: str
    target: str
    engine: str
    name: str
    sha256: str
    path: Path
    mask: str = "letters"
    variant: str = ""
    fixed: bool = False
    digest: str = ""
    version: str = ""

    def __str__(self) -> str:
        """Return the pair as one types it: `en-es`."""
        return f"{self.source}-{self.target}"

    @property
    def key(self) -> str:
        """The pair and its engine, unique among installed models: `argos:en-es`."""
        return f"{self.engine}:{self}"


@dataclass(frozen=True, slots=True)
class Output:
    """What a model made of one segment.

    `unknown` is the share of its input that it has no piece for, 0 to 1; `score` the mean logarithm of
    its words' probabilities (0 is sure, or not told).
    """

    text: str
    unknown: float = 0.0
    score: float = 0.0


class Model(Protocol):
    """A loaded model. Used only from the thread that loaded it."""

    def translate(self, texts: Sequence[str]) -> list[Output]:
        """Return one output for each of *texts* (single sentences, masked), in order."""
        ...


class Engine(Protocol):
    """What can load the models of one kind."""

    def load(self, pair: Pair) -> Model:
        """Return the loaded model of *pair*; raises OSError, ValueError or RuntimeError if it is broken."""
        ...
