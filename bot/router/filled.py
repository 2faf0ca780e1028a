"""A command that an app filled in (MSC4391), as the line that a person would have typed.

It is input like any other: its values go through the same parsing, in quotes that nothing in them closes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.arguments.scanning import quoted
from bot.arguments.wanted import wanted_by
from bot.command import Command, Option, Parameter
from bot.router.addressing import Line

_KEY = "org.matrix.msc4391.command"


def filled_in(content: Mapping[str, Any], bot: str, commands: Iterable[Command]) -> Line | None:
    """Return the command line that is filled in for *bot*, the only one mentioned; None where there is none.

    Of *commands* only the described ones are taken; any other, or what is malformed, becomes a line that is not usable.
    """
    given, mentions = content.get(_KEY), content.get("m.mentions")
    if given is None or not isinstance(mentions, Mapping):
        return None
    if mentions.get("user_ids") != [bot] or mentions.get("room"):
        return None
    text = _text(given, commands) if isinstance(given, Mapping) else None
    return Line("", True, usable=False) if text is None else Line(text, True)


def _text(given: Mapping[str, Any], commands: Iterable[Command]) -> str | None:
    name, arguments = given.get("command"), given.get("arguments", {})
    command = next((c for c in commands if c.described and c.name == name), None)
    if command is None or not isinstance(arguments, Mapping):
        return None
    known = {parameter.name: parameter for parameter in command.parameters}
    if arguments.keys() - known:
        return None
    words = list(_words(known.values(), arguments))
    return None if None in words else " ".join([command.name, *filter(None, words)])


def _words(parameters: Iterable[Parameter], arguments: Mapping[str, Any]) -> Iterator[str | None]:
    """Yield the values as words, options last; None for one that cannot be written."""
    options, left_out = [], False
    for parameter in parameters:
        value = arguments.get(parameter.name)
        if isinstance(parameter.given, Option):
            if value is not None:
                word = _word(value, parameter)
                options.append(word and f"{parameter.name}:{word}")
        elif value is None:
            left_out = True
        else:
            # The words of a line have no names: one after a gap would be taken for the one before.
            yield None if left_out else _word(value, parameter)
    yield from options


def _word(value: Any, parameter: Parameter) -> str | None:
    """Return *value* as one word in quotes; None if it is of no type that is given so."""
    if isinstance(value, list) and wanted_by(parameter).many:
        return quoted(",".join(map(str, value))) if all(map(_plain, value)) else None
    return quoted(str(value)) if _plain(value) else None


def _plain(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)
