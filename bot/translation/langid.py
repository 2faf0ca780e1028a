"""The language detector: py3langid with a model object of its own. Imported by the worker alone."""

from __future__ import annotations

import numpy as np
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier
from py3langid.modelio import load_model

from bot.translation.words import words

LANGUAGES = words(
    "am ar az be bg bn bs ca cs da de el en es et eu fa fi fr ga gl he hi hr hu hy is it ja "
    "ka ko ku lb lt lv mk mt nb nl nn no pl ps pt ro ru sk sl so sq sr sv sw th ti tr uk ur "
    "vi zh"
)
"""Languages that are told apart; the model knows more, and each costs 0.2 MiB."""


class Langid:
    """Ranks languages by likelihood."""

    def __init__(self) -> None:
        features, priors, classes, moves, rows, outputs = load_model(MODEL_DIR / MODEL_FILE)
        kept = [i for i, code in enumerate(classes) if code in LANGUAGES]
        self._identifier = LanguageIdentifier(
            np.ascontiguousarray(features[:, kept]),
            np.asarray(priors)[kept],
            [classes[i] for i in kept],
            moves,
            outputs,
            norm_probs=True,
            tk_row=rows,
        )

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Return (ISO 639-1 code, probability) of every language kept, likeliest first."""
        return [(str(code), float(value)) for code, value in self._identifier.rank(text)]
