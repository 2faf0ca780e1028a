"""What the pipeline must know of a language: negations, units, abbreviations; one data file each, its people to check.

`[negation]`: `cues` are words that negate a clause, `patterns` regular expressions of such words; `implied` are words
that carry a "not" in themselves, so that the other language may do without one; `no_cue` are phrases that only look
like a negation; `joins` begin another clause; `common` are words that give the language away, and those of them that
other lists hold too (a language with a script of its own needs none). `shared` are the cues that are everyday words of
another language as well ("no" is "in the" in Portuguese): in a text of that one they are a "not" only behind a word of
`before` or in front of one of `behind`, which hold no word that other languages use. `[sentence]`: `abbreviations` end
no sentence with their full stop, `before_numbers` none before a number (`-str` is the end of a word); nor does a number
before `after_numbers`, as in "3. Stock"; `questions` are question marks besides "?". `[units]`: what each unit of
measure, time or money may be called.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.translation.mask import SLOT
from bot.translation.words import words

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_BREAK = re.compile(r"[.,;:!?¿¡()\n،؛؟·]|\s[–—-]\s")


@dataclass(frozen=True, slots=True)
class Sentence:
    """How one language ends its sentences: which full stops do not, and by what else one may end."""

    abbreviations: frozenset[str]
    before_numbers: frozenset[str]
    compounds: tuple[str, ...]
    """Ends of words that are abbreviations before a number."""
    after_numbers: frozenset[str]
    questions: str


@dataclass(frozen=True, slots=True)
class Cues:
    """What one language says "not" and its units by."""

    negations: frozenset[str]
    negating: re.Pattern[str] | None
    implied: frozenset[str]
    no_cue: re.Pattern[str] | None
    joins: frozenset[str]
    common: frozenset[str]
    shared: frozenset[str]
    before: frozenset[str]
    behind: frozenset[str]
    units: Mapping[str, str]
    """Every name of a unit to the unit."""
    measured: re.Pattern[str]
    """A number, or the slot of one, and the unit after it."""
    never_last: frozenset[str]
    copulas: frozenset[str]
    sentence: Sentence

    def negated(self, text: str) -> int:
        """Return how many clauses of *text* are negated."""
        if self.no_cue:
            text = self.no_cue.sub(" ", text)
        return sum(self._negated_clauses(stretch) for stretch in _BREAK.split(text))

    def _negated_clauses(self, stretch: str) -> int:
        clauses, negated = 0, False
        for word in _said(stretch):
            if word in self.joins:
                negated = False
            elif not negated and self.negates(word):
                clauses += 1
                negated = True
        return clauses

    def negates(self, word: str) -> bool:
        """Return whether *word*, folded, is a "not"."""
        return word in self.negations or (self.negating is not None and self.negating.fullmatch(word) is not None)

    def small(self, word: str) -> bool:
        """Return whether *word* is one that stands in any sentence of the language."""
        folded = word.casefold()
        return len(folded) > 1 and (folded in self.common or folded in self.joins or self.negates(folded))

    def leads_on(self, word: str) -> bool:
        """Return whether something must follow *word*, or usually does."""
        return word in self.never_last or word in self.copulas or word in self.joins

    def implies(self, text: str) -> bool:
        """Return whether *text* holds a word that carries a "not" in itself."""
        return not self.implied.isdisjoint(_said(text))

    def measures(self, text: str) -> Counter[str]:
        """Return how often each unit stands behind a number in *text*."""
        return Counter(self.units[match[1]] for match in self.measured.finditer(text.casefold()))

    def unmeasured(self, text: str) -> str:
        """Return *text*, folded, without its units behind numbers."""
        return self.measured.sub(" ", text.casefold())

    def named(self, text: str, units: Container[str]) -> list[str]:
        """Return how *text* names those of its units that are among *units*, each once."""
        found = (match[1] for match in self.measured.finditer(text.casefold()))
        return list(dict.fromkeys(name for name in found if self.units[name] in units))


LANGUAGES = ("en", "pt", "es", "fr", "de", "it", "pl", "ro", "el", "uk", "tr", "ar")
"""The languages whose words are written down."""

_STRANGERS = 2


@dataclass(frozen=True, slots=True)
class Strangers:
    """Words of other languages in a text: whether there are enough to say so, and how many of them are a "not"."""

    mixed: bool
    negations: int


def strangers(text: str, language: str) -> Strangers:
    """Return what of *text*, which is in *language*, is said in another."""
    own = cues_of(language)
    if own is None:
        return Strangers(False, 0)
    stretches = [_said(stretch) for stretch in _BREAK.split(text)]
    said = [word for stretch in stretches for word in stretch if not own.small(word)]
    mixed, negations = False, 0
    for cues in (cues for code in LANGUAGES if code != language and (cues := cues_of(code))):
        found = [word for word in said if word in cues.common]
        mixed = mixed or len(set(found)) >= _STRANGERS
        shared = sum(_shared_negations(stretch, cues, own) for stretch in stretches)
        negations = max(negations, sum(map(cues.negates, found)) + shared)
    return Strangers(mixed or negations > 0, negations)


def _shared_negations(stretch: Sequence[str], cues: Cues, own: Cues) -> int:
    """Return how many words of *stretch* are a "not" by *cues*, and in *own* something else, by their neighbours."""
    if cues.shared.isdisjoint(stretch):
        return 0
    around = [None, *(None if own.small(word) else word for word in stretch), None]
    return sum(
        (before in cues.before or behind in cues.behind)
        for before, word, behind in zip(around, stretch, around[2:], strict=False)
        if word in cues.shared and not own.negates(word) and (own.small(word) or word not in cues.common)
    )


@cache
def cues_of(language: str) -> Cues | None:
    """Return the cues of *language*, or None where nobody has written them down."""
    file = files(__name__).joinpath(f"{language}.toml")
    if not file.is_file():
        return None
    table = tomllib.loads(file.read_text("utf-8"))
    negation = table["negation"]
    units = {
        name.replace("_", " ").casefold(): unit for unit, names in table["units"].items() for name in names.split()
    }
    longest_first = "|".join(re.escape(name) for name in sorted(units, key=len, reverse=True))
    return Cues(
        negations=words(negation["cues"].casefold()),
        negating=_any(negation["patterns"]),
        implied=words(negation["implied"].casefold()),
        no_cue=_any(negation["no_cue"]),
        joins=words(negation["joins"].casefold()),
        common=words(negation["common"].casefold()),
        shared=words(negation.get("shared", "")),
        before=words(negation.get("before", "")),
        behind=words(negation.get("behind", "")),
        units=units,
        measured=re.compile(rf"(?:\d|{SLOT})[ \u00a0\u202f]?({longest_first})(?!\w)"),
        never_last=words(table["ending"]["never"]),
        copulas=words(table["ending"]["copulas"]),
        sentence=_sentence(table["sentence"]),
    )


def _sentence(table: Mapping[str, str]) -> Sentence:
    before = words(table["before_numbers"])
    return Sentence(
        abbreviations=words(table["abbreviations"]),
        before_numbers=before,
        compounds=tuple(word.removeprefix("-") for word in before if word.startswith("-")),
        after_numbers=words(table["after_numbers"]),
        questions=table["questions"],
    )


def _any(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE) if patterns else None


def _said(text: str) -> list[str]:
    # The dot that Python leaves of İ belongs to no other letter.
    folded = text.casefold().replace("\u0307", "")
    return [word.replace("’", "'") for word in _WORD.findall(folded)]
