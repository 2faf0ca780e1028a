"""The operator's guide as it is typed: its blocks by section, and the commands that they are made of."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "operating.md").read_text("utf-8")
_ENDS = {"&&", "||", ";", "|", "(", ")", "&"}


def sections() -> list[str]:
    """Return the headings, in their order."""
    return re.findall(r"^##+ (.+)$", TEXT, re.MULTILINE)


def blocks(section: str) -> list[str]:
    """Return the indented blocks below the heading *section*, each as it is typed; ValueError if there is none."""
    _before, found, after = TEXT.partition(f"# {section}\n")
    if not found:
        raise ValueError(section)
    held: list[list[str]] = [[]]
    for line in re.split(r"^#", after, maxsplit=1, flags=re.MULTILINE)[0].splitlines():
        if line.startswith("    "):
            held[-1].append(line[4:])
        elif held[-1]:
            held.append([])
    return ["\n".join(lines) for lines in held if lines]


def shell(section: str) -> list[str]:
    """Return those blocks of the section that a shell is given, not a file."""
    return [block for block in blocks(section) if not block.startswith("[")]


def typed(block: str, instead: Mapping[str, str]) -> str:
    """Return a block of the shell as it is typed by somebody who puts something else *instead* of an example in it.

    What `&&` joins stands on lines of its own, for a shell with -e to end at the first command that fails. ValueError
    for an example that is not in the block.
    """
    for example, real in instead.items():
        if example not in block:
            raise ValueError(f"{example} is not in: {block}")
        block = block.replace(example, real)
    return block.replace(" && ", "\n")


def commands(block: str) -> Iterator[list[str]]:
    """Yield the words of each command in a block of the shell; the file behind a `>` is one of them."""
    for line in block.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        command: list[str] = []
        for word in [*lexer, ";"]:
            if word not in _ENDS:
                command.append(word)
            elif command:
                yield command
                command = []


def calls(program: str) -> list[list[str]]:
    """Return the words of every call of *program*, by name or by path, in the blocks of the whole guide."""
    return [
        command
        for section in sections()
        for block in shell(section)
        for command in commands(block)
        if command[0].rpartition("/")[2] == program
    ]
