"""The approved terms as one value: found in a text in time that grows with the text alone, however many they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from bot.model.term.inflection import Said, folded
from bot.model.term.term import ANY, Term

MOST_FOUND = 1_000
"""Terms of one text that are looked for: who writes more of them wants to keep us busy."""
_NONE: dict[str, Any] = {}
_TERMS = ""
"""Where a tree of stems holds the terms that end there: no stem is empty."""


class Found(NamedTuple):
    """A term in a text, and where it stands."""

    start: int
    end: int
    term: Term


@dataclass(frozen=True, slots=True)
class _Written:
    """A term as it is written: folded, and whether it is meant only in just these capitals."""

    term: Term
    folded: str
    exactly: bool


class Rules:
    """Terms out of one language, as a tree of stems: at each word of a text it is gone down once."""

    def __init__(self, language: str, terms: Iterable[Term]) -> None:
        self._language = language
        self._tree: dict[str, Any] = {}
        for term in terms:
            node = self._tree
            for stem in Said(term.source, language).stems:
                node = node.setdefault(stem, {})
            written = _Written(term, folded(term.source, language), _abbreviated(term.source))
            node.setdefault(_TERMS, []).append(written)

    def find(self, text: str) -> list[Found]:
        """Return the terms of *text* in order, the longest first where they overlap."""
        if not self._tree:
            return []
        said = Said(text, self._language)
        found: list[Found] = []
        at = 0
        while at < len(said.words) and len(found) < MOST_FOUND:
            if said.words[at].stem not in self._tree:
                at += 1
                continue
            last, term = self._longest(said, at)
            if term is not None:
                found.append(Found(said.words[at].start, said.words[last].end, term))
            at = last + 1
        return found

    def _longest(self, said: Said, at: int) -> tuple[int, Term | None]:
        """Return the longest term that begins at the word *at*, and its last word; else that word itself."""
        words, start = said.words, said.words[at].start
        best: tuple[int, Term | None] = (at, None)
        node = self._tree
        for last in range(at, len(words)):
            node = node.get(words[last].stem, _NONE)
            if node is _NONE or (last > at and not said.follows(last)):
                break
            if term := self._meant(node.get(_TERMS, ()), said.text[start : words[last].end]):
                best = (last, term)
        return best

    def _meant(self, terms: Sequence[_Written], text: str) -> Term | None:
        """Return which of *terms*, alike but for their inflection, *text* is: the one that is written so, if any.

        What is written in capitals alone, such as US, is meant only so.
        """
        meant: Term | None = None
        wanted = folded(text, self._language) if len(terms) > 1 else ""
        for one in terms:
            if one.exactly and text != one.term.source:
                continue
            if one.folded == wanted:
                return one.term
            meant = meant or one.term
        return meant


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
