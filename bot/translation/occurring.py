"""Where known tokens stand in a text, in a time that does not grow with how many tokens there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

_LONGEST = 500
"""Characters of a token that is looked for at every place; of a longer one the first occurrence alone."""

_Tree = dict[str, Any]


def occurring(text: str, tokens: Collection[str]) -> Iterator[tuple[int, str]]:
    """Yield where *tokens* stand in *text*, none overlapping, none within a longer word, the longest at each place."""
    tree = _tree(token for token in tokens if len(token) <= _LONGEST)
    long = {at: token for token in tokens if len(token) > _LONGEST and (at := text.find(token)) >= 0}
    at = 0
    while at < len(text):
        token = long.get(at) or (_longest(text, at, tree) if text[at] in tree else None)
        if token:
            yield at, token
        at += len(token) if token else 1


def _tree(tokens: Iterator[str]) -> _Tree:
    """Return *tokens* letter by letter; where one ends, it stands under the empty text."""
    tree: _Tree = {}
    for token in tokens:
        node = tree
        for letter in token:
            node = node.setdefault(letter, {})
        node[""] = token
    return tree


def _longest(text: str, start: int, tree: _Tree) -> str | None:
    """Return the longest token that stands at *start*, or None."""
    found: str | None = None
    if text[start].isalnum() and start and _in_word(text[start - 1]):
        return None
    node = tree
    for at in range(start, len(text)):
        if text[at] not in node:
            break
        node = node[text[at]]
        ends = at + 1 == len(text) or not (text[at].isalnum() and _in_word(text[at + 1]))
        if "" in node and ends:
            found = node[""]
    return found


def _in_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"
