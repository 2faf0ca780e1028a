"""The sentences that the pipeline is held to, as people write them; none of them was looked at when it was made."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

_NOT = {
    "en": re.compile(
        r"\b(?:not|never|no|nobody|none|nothing|neither|nor|without|cannot|unable|un(?:armed|hurt|known))\b|n['’]t\b"
    ),
    "pt": re.compile(
        r"\b(?:não|nunca|jamais|ninguém|nada|nenhum|nenhuma|nenhuns|nenhumas|nem|sem|tampouco|desarmad[oa]|incapaz)\b"
    ),
}
"""How each language says "not": written apart from the gate's own words, which these sentences test."""


@dataclass(frozen=True, slots=True)
class Item:
    """A token in a sentence, and the names that are to be kept in it."""

    kind: str
    token: str
    text: str
    names: tuple[str, ...] = ()

    def kept(self, output: str) -> bool:
        """Return whether *output* holds the token exactly once."""
        return output.count(self.token) == 1


@dataclass(frozen=True, slots=True)
class Negation:
    """A sentence with so many negated clauses, and where it comes from."""

    text: str
    clauses: int
    how: str

    def kept(self, output: str, target: str) -> bool:
        """Return whether *output* says "not" as often, in *target*."""
        return len(_NOT[target].findall(output.lower())) >= self.clauses


def kinds() -> dict[str, dict[str, Any]]:
    """Return the items and sentences by kind."""
    return tomllib.loads(_read("critical.toml"))


def critical(source: str) -> list[Item]:
    """Return every item in every sentence of its kind, in *source*."""
    return [
        Item(kind, token, sentence.replace("{}", token), (token,) if entry.get("names") else ())
        for kind, entry in kinds().items()
        for token in entry["items"]
        for sentence in entry[source]
    ]


def negations(source: str) -> list[Negation]:
    """Return the negated sentences in *source*: plain, in capitals, and mixed with another language."""
    column = ("en", "pt").index(source)
    plain = [(fields[column], int((*fields, "1")[2])) for fields in _fields("negation.txt")]
    mixed = [fields[1:] for fields in _fields("mixed.txt") if fields[0] == source]
    return [
        *(Negation(text, clauses, "plain") for text, clauses in plain),
        *(Negation(text.upper(), clauses, "capitals") for text, clauses in plain),
        *(Negation(text, int(rest[0]) if rest else 1, "mixed") for text, *rest in mixed),
    ]


def clean() -> list[tuple[str, str]]:
    """Return everyday sentences, English and Portuguese."""
    return [(english, portuguese) for english, portuguese in _fields("clean.txt")]


def _fields(name: str) -> list[list[str]]:
    lines = (line for line in _read(name).splitlines() if line and not line.startswith("#"))
    return [[field.strip() for field in line.split(" | ")] for line in lines]


def _read(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8")
