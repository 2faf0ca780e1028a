"""Files that an operator names: read no further than they may be long, and TOML that is not nested beyond use."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

DEEPEST = 8
"""Brackets within each other, or parts of a dotted key: what goes deeper costs more than it can hold."""
LONGEST_WORD = 100
"""Characters of a key or a number."""
MOST_FAULTS = 50
_STRING = re.compile(
    r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*'  # and comments
)
_DOTTED = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{DEEPEST}}}")
_WORD = re.compile(rf"[\w-]{{{LONGEST_WORD + 1},}}")


def read_bounded(path: Path, largest: int, encoding: str = "utf-8") -> tuple[str, list[str]]:
    """Return what is in a file, and what is wrong with it, a sentence: it may be *largest* bytes long."""
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except FileNotFoundError:
        return "", [missing(path)]
    except OSError as error:
        return "", [f"{path}: cannot be read: {error.strerror}"]
    if len(data) > largest:
        return "", [f"{path}: is larger than {largest} bytes"]
    try:
        return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n"), []
    except UnicodeDecodeError:
        return "", [f"{path}: is not a text file (UTF-8)"]


def missing(path: Path) -> str:
    """Return the sentence that no file is there."""
    return f"{path}: there is no such file"


def read_toml(text: str) -> tuple[Mapping[str, Any], list[str]]:
    """Return the table that *text* is, and what is wrong with it, a sentence with its line."""
    if fault := _overdone(text):
        return {}, [fault]
    try:
        return tomllib.loads(text), []
    except ValueError as error:  # a date or number that does not exist is no TOMLDecodeError
        return {}, [f"is not TOML: {error}"]


def shortened(faults: Sequence[str]) -> list[str]:
    """Return the first of *faults*, and how many more there are."""
    shown = [*faults[:MOST_FAULTS]]
    return [*shown, f"and {len(faults) - len(shown)} more"] if len(faults) > len(shown) else shown


def unquoted(text: str) -> str:
    """Return TOML, line by line, without what stands in its quotes and comments."""
    return _STRING.sub(lambda found: "_" * (found[0][0] != "#") + "\n" * found[0].count("\n"), text)


def _overdone(text: str) -> str | None:
    """Return what would cost a reader of TOML more than the text is worth; what stands in quotes is free."""
    bare = unquoted(text)
    if line := _too_deep(bare):
        return f"line {line}: has more than {DEEPEST} brackets within each other"
    for pattern, fault in (
        (_DOTTED, f"a key has more than {DEEPEST} parts"),
        (_WORD, f"a key or a number has more than {LONGEST_WORD} characters"),
    ):
        if found := pattern.search(bare):
            return f"line {bare.count(chr(10), 0, found.start()) + 1}: {fault}"
    return None


def _too_deep(bare: str) -> int | None:
    """Return the first line on which brackets stand more than DEEPEST within each other, None if there is none."""
    depth, line = 0, 1
    for sign in bare:
        if sign == "\n":
            line += 1
        elif sign in "[{":
            depth += 1
            if depth > DEEPEST:
                return line
        elif sign in "]}":
            depth = max(depth - 1, 0)
    return None
