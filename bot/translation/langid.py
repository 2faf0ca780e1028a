"""The language detector: py3langid with a model object of its own. Imported by the worker alone."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from py3langid.langid import LanguageIdentifier

from bot.translation import unpacked
from bot.translation.detect import FAMILIAR, TURNING
from bot.translation.words import words

LANGUAGES = words(
    "am ar az be bg bn bs ca cs da de el en es et eu fa fi fr ga gl he hi hr hu hy is it ja "
    "ka ko ku lb lt lv mk mt nb nl nn no pl ps pt ro ru sk sl so sq sr sv sw th ti tr uk ur "
    "vi zh"
)
"""Languages that are told apart; the model knows more, and each costs 0.2 MiB."""

_LEAST_WORDS = TURNING // 2
_MOST_WORDS = 60
_LEAST_SHARE = 0.2
_SURE = 4.5
"""How much likelier both sides of a turn must be in their language than in the other, by the root of their length.

Of 3,363 messages and 7,660 sentences of catalogues in one language one reached it, with two English words in quotes;
of 14 that turn within a clause all but one did, from Portuguese to Spanish.
"""

_OF_ANY_LANGUAGE = words("over out roger copy ok okay standby thanks")


class Langid:
    """Ranks languages by likelihood, and finds where a text turns from one into another."""

    def __init__(self, kept: Path | None = None) -> None:
        """Load the model, from the folder *kept* once it is there."""
        model = unpacked.load(LANGUAGES, kept)
        self._identifier = LanguageIdentifier(
            model.features,
            model.priors,
            model.classes,
            model.moves,
            model.outputs,
            norm_probs=True,
            tk_row=model.rows,
        )

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Return (ISO 639-1 code, probability) of every language kept, likeliest first."""
        return [(str(code), float(value)) for code, value in self._identifier.rank(text)]

    def turn(self, text: str, among: Iterable[str] = ()) -> tuple[str, str] | None:
        """Return the two languages if *text* begins in one and ends in the other, each with a real share of it.

        They are of *among* or familiar. A word of the other, a name or a greeting is no turn.
        """
        said = text.split()[:_MOST_WORDS]
        if len(said) < TURNING:
            return None
        model = self._identifier
        codes = [code for code in dict.fromkeys((*among, *FAMILIAR)) if code in LANGUAGES]
        columns = [model.nb_classes.index(code) for code in codes]
        features, ends = self._features(said)
        if not features:
            return None
        sums = np.zeros((len(features) + 1, len(columns)), np.float32)
        np.cumsum(model.nb_ptc[np.ix_(features, columns)], axis=0, dtype=np.float32, out=sums[1:])
        before = sums[ends[_LEAST_WORDS - 1 : -_LEAST_WORDS]]
        behind = sums[-1] - before
        at = int((before.max(1) + behind.max(1)).argmax())
        first, second = int(before[at].argmax()), int(behind[at].argmax())
        one, other = (len(" ".join(part)) for part in (said[: at + _LEAST_WORDS], said[at + _LEAST_WORDS :]))
        ahead = min(
            (before[at][first] - before[at][second]) / math.sqrt(one),
            (behind[at][second] - behind[at][first]) / math.sqrt(other),
        )
        if ahead < _SURE or min(one, other) < _LEAST_SHARE * (one + other):
            return None
        return codes[first], codes[second]

    def _features(self, said: Iterable[str]) -> tuple[list[int], list[int]]:
        """Return the features of words that can tell a language, and how many there are up to the end of each word."""
        model = self._identifier
        moves, outputs = model.tk_nextmove, model.tk_output
        state, features, ends = 0, list[int](), list[int]()
        for number, word in enumerate(said):
            telling = not (number and word[0].isupper()) and word.casefold().strip(".,;:!?") not in _OF_ANY_LANGUAGE
            for byte in f"{word} ".encode("utf-8", "replace"):
                state = moves[(model.tk_row[state] << 8) + byte]
                if telling and outputs[state] >= 0:
                    features.append(outputs[state])
            ends.append(len(features))
        return features, ends
