"""The approved terms as one value: found in a text in time that grows with the text alone, however many they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from bot.model.term.inflection import Said, folded
from bot.model.term.term import ANY, Term

_TERMS = ""
"""Where a tree of stems holds the terms that end there: no stem is empty."""


@dataclass(frozen=True, slots=True)
class Found:
    """A term in a text, and where it stands."""

    start: int
    end: int
    term: Term


class Rules:
    """Terms out of one language, as a tree of stems: at each word of a text it is gone down once."""

    def __init__(self, language: str, terms: Iterable[Term]) -> None:
        self._language = language
        self._tree: dict[str, Any] = {}
        for term in terms:
            node = self._tree
            for stem in Said(term.source, language).stems:
                node = node.setdefault(stem, {})
            node.setdefault(_TERMS, []).append(term)

    def find(self, text: str) -> list[Found]:
        """Return the terms of *text* in order, the longest first where they overlap."""
        if not self._tree:
            return []
        said = Said(text, self._language)
        found: list[Found] = []
        at = 0
        while at < len(said.words):
            last, term = self._longest(said, at)
            if term is not None:
                found.append(Found(said.words[at].start, said.words[last].end, term))
            at = last + 1
        return found

    def _longest(self, said: Said, at: int) -> tuple[int, Term | None]:
        """Return the longest term that begins at the word *at*, and its last word; else that word itself."""
        best: tuple[int, Term | None] = (at, None)
        node = self._tree
        for last in range(at, len(said.words)):
            if last > at and not said.joined(last - 1, last):
                break
            node = node.get(said.words[last].stem, {})
            if not node:
                break
            if term := self._meant(node.get(_TERMS, ()), said.text[said.words[at].start : said.words[last].end]):
                best = (last, term)
        return best

    def _meant(self, terms: Sequence[Term], text: str) -> Term | None:
        """Return which of *terms*, alike but for their inflection, *text* is: the one that is written so, if any.

        What is written in capitals alone, such as US, is meant only so.
        """
        meant = [term for term in terms if not _abbreviated(term.source) or text == term.source]
        wanted = folded(text, self._language)
        return next((term for term in meant if folded(term.source, self._language) == wanted), next(iter(meant), None))


def _abbreviated(source: str) -> bool:
    return source.isupper() and " " not in source


@dataclass(frozen=True, slots=True)
class Glossary:
    """The approved terms of one version."""

    version: int = 0
    terms: tuple[Term, ...] = ()
    _pairs: dict[tuple[str, str], Rules] = field(default_factory=dict, init=False, repr=False, compare=False)
    _hashes: dict[tuple[str, str], str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # All at once: whoever makes a glossary of thousands does so in a thread, and nobody waits for it later.
        for pair, terms in groupby(sorted(self.terms, key=lambda term: term.content), _pair):
            self._pairs[pair] = Rules(pair[0], terms)

    def find(self, text: str, source: str, target: str) -> list[Found]:
        """Return the terms of *text* that have a wording of their own between these two languages."""
        rules = self._pairs.get((_base(source), _base(target)))
        return rules.find(text) if rules else []

    def kept(self, text: str, source: str) -> list[Found]:
        """Return the terms of *text* that are to be left as they are, whatever the target language."""
        found = [
            one for language in (_base(source), ANY) if (r := self._pairs.get((language, ANY))) for one in r.find(text)
        ]
        ends = 0
        kept = []
        for one in sorted(found, key=lambda one: (one.start, -one.end)):
            if one.start >= ends:
                kept.append(one)
                ends = one.end
        return kept

    def hash(self, source: str, target: str) -> str:
        """Return the SHA-256, in hex, of all that holds between these two languages."""
        pair = _base(source), _base(target)
        if pair not in self._hashes:
            sides = (pair, (pair[0], ANY), (ANY, ANY))
            self._hashes[pair] = digest(term for term in self.terms if _pair(term) in sides)
        return self._hashes[pair]


def digest(terms: Iterable[Term]) -> str:
    """Return the SHA-256, in hex, of *terms* in their canonical form: sorted, as JSON in UTF-8."""
    content = sorted(term.content for term in terms)
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _pair(term: Term) -> tuple[str, str]:
    return term.source_language, term.target_language


def _base(code: str) -> str:
    return code.replace("_", "-").split("-")[0].lower()


NO_TERMS = Glossary()
"""The glossary of who has none."""
