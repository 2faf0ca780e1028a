"""Approved phrases: what people say to each other and to others in words that no machine has put."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from bot.model.times.folding import fold

MOST_GUESSES = 5
"""Phrases that are suggested at once: more are not read under stress."""
_MOST_WORDS = 12
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_BEGUN = 3
_SLIPS = ((4, 0), (8, 1))
"""Slips of the fingers that a word shorter than so many letters may hold; longer ones may hold two."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase: its code, such as `halt.vehicle`, and its wording by language (BCP 47)."""

    code: str
    wordings: Mapping[str, str]

    @property
    def topic(self) -> str:
        """The first part of the code."""
        return self.code.partition(".")[0]

    def language(self, *wanted: str) -> str | None:
        """Return the first of the languages *wanted* that there is a wording in: itself, or without its region."""
        return next((code for one in wanted if (code := _known(one, self.wordings))), None)

    def wording(self, *wanted: str) -> str:
        """Return the wording in the first of *wanted* that has one, else in English, else in whatever there is."""
        found = self.language(*wanted, "en") or next(iter(self.wordings))
        return self.wordings[found]


@dataclass(frozen=True, slots=True)
class Topic:
    """Phrases that belong together, and what they are called by language."""

    code: str
    names: Mapping[str, str]
    phrases: tuple[Phrase, ...]

    def name(self, *wanted: str) -> str:
        """Return the name in the first of *wanted* that has one, else in English, else the code."""
        found = next((code for one in (*wanted, "en") if (code := _known(one, self.names))), None)
        return self.names[found] if found else self.code


class Phrasebook:
    """All phrases, found by their codes; and those that somebody may have meant."""

    def __init__(self, names: Mapping[str, Mapping[str, str]], wordings: Mapping[str, Mapping[str, str]]) -> None:
        """Take the *names* of topics and the *wordings* of codes, each by language."""
        self._phrases = {code: Phrase(code, texts) for code, texts in wordings.items()}
        # Looked up at each guess, and slow to make: the loop must not wait for it.
        self._words = {code: _Words.of(phrase) for code, phrase in self._phrases.items()}
        topics = dict.fromkeys(phrase.topic for phrase in self._phrases.values())
        self.topics = tuple(
            Topic(topic, names.get(topic, {}), tuple(p for p in self._phrases.values() if p.topic == topic))
            for topic in topics
        )

    def __iter__(self) -> Iterator[Phrase]:
        return iter(self._phrases.values())

    def find(self, typed: str) -> Phrase | None:
        """Return the phrase whose code was *typed*, in any case, with a space or a hyphen for the full stop."""
        return self._phrases.get(".".join(_words(typed)))

    def near(self, typed: str, *languages: str) -> tuple[Phrase, ...]:
        """Return the phrases that may be meant, best first: by a slip in the code, or by words in *languages*.

        English and the codes are always looked at.
        """
        words = _words(typed)
        if not words:
            return ()
        code = ".".join(words)
        slips = [phrase for phrase in self if _slip(code, phrase.code)]
        if slips:
            return tuple(sorted(slips, key=lambda phrase: OSA.distance(code, phrase.code)))[:MOST_GUESSES]
        words = [word for word in words if len(word) > 1]
        found = [(self._words[phrase.code].shared(words, phrase, languages), phrase) for phrase in self]
        best = max((shared[0] for shared, _ in found), default=0)
        meant = [(shared, phrase) for shared, phrase in found if best and shared[0] == best]
        return tuple(phrase for _, phrase in sorted(meant, key=lambda one: one[0], reverse=True))[:MOST_GUESSES]


def _known(wanted: str, texts: Mapping[str, str]) -> str | None:
    base = wanted.partition("-")[0].lower()
    return wanted if wanted in texts else base if base in texts else None


def _words(text: str) -> list[str]:
    """Return the words of *text* in plain letters."""
    return _WORD.findall(fold(" ".join(_WORD.findall(text))))[:_MOST_WORDS]


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a phrase: those of its code, and those of its wordings by language."""

    code: frozenset[str]
    wordings: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, phrase: Phrase) -> _Words:
        """Return the words of *phrase*."""
        return cls(
            frozenset(_words(phrase.code)), {code: frozenset(_words(text)) for code, text in phrase.wordings.items()}
        )

    def shared(self, words: Iterable[str], phrase: Phrase, languages: Iterable[str]) -> tuple[int, int, float]:
        """Return how many of *words* the phrase has, how many to the letter, and how much of it they are."""
        read = [self.wordings[code] for one in (*languages, "en") if (code := phrase.language(one))]
        alike = [(word, own) for word in words for own in self.code.union(*read) if _alike(word, own)]
        typed, met = {word for word, _ in alike}, {own for _, own in alike}
        return len(typed), len(typed & met), max(len(met & one) / len(one) for one in (self.code, *read) if one)


def _alike(one: str, other: str) -> bool:
    """Return whether two words are the same, one begins the other, or a slip of the fingers lies between them."""
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) >= _SHORTEST_BEGUN and longer.startswith(shorter)) or _slip(one, other)


def _slip(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    allowed = next((slips for length, slips in _SLIPS if shorter < length), 2)
    return OSA.distance(one, other, score_cutoff=allowed) <= allowed
