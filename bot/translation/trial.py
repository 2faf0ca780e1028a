"""Which mask survives a model: a small built-in set of sentences, every kind of token, counted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.translation import mask, models
from bot.translation.document import Document
from bot.translation.engine import Pair
from bot.translation.leg import Source

PASS = 0.5
"""Share of tokens that the best mask must bring back. The rest costs second attempts, not tokens."""

_TOKENS = (
    "AA-12-BB", "33UXP0500444998", "14:30", "https://example.org/a?b=1", "@ana:example.org", "1,250.50",
    "BRAVO-7K3Q0", "+351 912 345 678", "221430Z NOV 26", "38.7223", "TLP:AMBER", "XA123456",
)  # fmt: skip

_SENTENCES: Mapping[str, tuple[str, ...]] = {
    "en": (
        "The registration plate is {0}.",
        "The white van with plate {0} is at the bridge.",
        "Position {0}, time {1}.",
        "Call the patrol on {0}.",
        "We need the ambulance at {0} before {1}.",
        "Two people crossed near {0}, see {1}.",
        "Grid {0}, heading north.",
        "Attention {0}, this is {1}, over.",
    ),
    "pt": (
        "A matrícula é {0}.",
        "A carrinha branca com a matrícula {0} está na ponte.",
        "Posição {0}, hora {1}.",
        "Ligue à patrulha pelo {0}.",
        "Precisamos da ambulância em {0} antes das {1}.",
        "Duas pessoas atravessaram perto de {0}, ver {1}.",
        "Quadrícula {0}, rumo a norte.",
        "Atenção {0}, aqui {1}, terminado.",
    ),
    "es": (
        "La matrícula es {0}.",
        "La furgoneta blanca con matrícula {0} está en el puente.",
        "Posición {0}, hora {1}.",
        "Llame a la patrulla al {0}.",
        "Necesitamos la ambulancia en {0} antes de las {1}.",
        "Dos personas cruzaron cerca de {0}, vea {1}.",
        "Cuadrícula {0}, rumbo norte.",
        "Atención {0}, aquí {1}, cambio.",
    ),
    "fr": ("Le véhicule {0} est arrêté à {1}.", "Appelez la patrouille au {0}."),
    "de": ("Das Fahrzeug {0} steht bei {1}.", "Rufen Sie die Streife unter {0} an."),
    "it": ("Il veicolo {0} è fermo a {1}.", "Chiamate la pattuglia al {0}."),
    "pl": ("Pojazd {0} stoi przy {1}.", "Proszę zadzwonić do patrolu pod {0}."),
    "ro": ("Vehiculul {0} este oprit la {1}.", "Sunați patrula la {0}."),
    "el": ("Το όχημα {0} είναι σταματημένο στο {1}.", "Καλέστε την περίπολο στο {0}."),
    "uk": ("Автомобіль {0} стоїть біля {1}.", "Зателефонуйте патрулю за номером {0}."),
    "tr": ("{0} plakalı araç {1} yakınında duruyor.", "Devriyeyi {0} numarasından arayın."),
    "ar": ("المركبة {0} متوقفة عند {1}.", "اتصل بالدورية على {0}."),
}


@dataclass(frozen=True, slots=True)
class Trial:
    """How many of `tokens` each mask style brought back exactly once, and the style to use."""

    tokens: int
    kept: Mapping[str, int]

    @property
    def best(self) -> str:
        """The style that kept most; letters where they are even."""
        return max(mask.STYLES, key=lambda style: self.kept[style])

    @property
    def passed(self) -> bool:
        """Whether the best style kept at least the share `PASS`."""
        return self.kept[self.best] >= PASS * self.tokens


async def run(pool: Source, caller: int, pair: Pair) -> Trial:
    """Measure *pair*; raises LookupError without sentences of its source language, and Unavailable."""
    if pair.source not in _SENTENCES:
        raise LookupError(f"no test sentences in {pair.source}")
    segments = [segment for text in _texts(_SENTENCES[pair.source]) for segment in _parse(text, pair.source)]
    kept = {}
    for style in mask.STYLES:
        masked = [mask.mask(segment, style) for segment in segments]
        outputs = await asyncio.gather(*(pool.translate(caller, pair, one.text) for one in masked))
        whole = (mask.unmask(one, made.text) for one, made in zip(masked, outputs, strict=True))
        kept[style] = sum(len(m.masks) for m, text in zip(masked, whole, strict=True) if text is not None)
    return Trial(sum(len(m.masks) for m in masked), kept)


def remember(directory: Path, pair: Pair, style: str) -> None:
    """Write the mask style *style* into the record of *pair*."""
    path = models.record_path(directory, pair)
    models.write_record(path, models.read_record(path) | {"mask": style, "sha256": pair.sha256})


def _texts(sentences: Sequence[str]) -> list[str]:
    pairs = [(_TOKENS[i], _TOKENS[(i + 1) % len(_TOKENS)]) for i in range(0, len(_TOKENS), 2)]
    return [sentence.format(a, b) for sentence in sentences for a, b in pairs]


def _parse(text: str, language: str) -> tuple[str, ...]:
    return Document.parse(text, language).segments
