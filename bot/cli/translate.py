"""`liaison translate`: the whole pipeline without Matrix, a line in, a line of JSON out."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Annotated, TextIO

import typer

from bot import logs
from bot.cli.faults import configuration, fail
from bot.cli.models import ConfigOption, directory
from bot.model.translation import Flag, Translation
from bot.translation import Translator
from bot.translation.route import base

_TOGETHER = 64


def translate(
    source: Annotated[str, typer.Option("--from", help="The language of the text, such as pt.")],
    target: Annotated[str, typer.Option("--to", help="The language to translate into, such as es.")],
    config: ConfigOption = None,
) -> None:
    """Translate standard input, one text a line, to one JSON object a line on standard output.

    A line that cannot be translated has the flag `unavailable`.
    """
    logs.configure()  # to standard error: standard output is JSON only
    place = directory(config)
    translator = Translator.configured(configuration(config)) if config else Translator(place)
    # A byte that is not UTF-8 becomes half of a pair, which no text has; see _line.
    lines = TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="surrogateescape")
    asyncio.run(_translate(translator, source, target, lines, place))


async def _translate(translator: Translator, source: str, target: str, lines: TextIO, place: Path) -> None:
    await translator.start()
    try:
        if base(source) != base(target) and translator.route(source, target) is None:
            fail(
                f"no way from {source} to {target} with the models in {place}; see `liaison models list`."
                " --config FILE takes those of a bot."
            )
        texts = (line.rstrip("\r\n") for line in lines)
        for together in _chunks(texts):
            for made in await asyncio.gather(*(_line(translator, text, source, target) for text in together)):
                typer.echo(json.dumps(_shape(made), ensure_ascii=False))
    finally:
        await translator.close()


async def _line(translator: Translator, text: str, source: str, target: str) -> Translation:
    """Return *text* translated; what is not UTF-8 comes back marked, and never reaches the texts beside it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        shown = text.encode(errors="surrogateescape").decode(errors="replace")
        return Translation(shown, source, target, (), "", (Flag.UNAVAILABLE,))
    return (await translator.translate(text, source, [target]))[target]


def _chunks(texts: Iterator[str]) -> Iterator[list[str]]:
    while together := list(islice(texts, _TOGETHER)):
        yield together


def _shape(made: Translation) -> dict[str, object]:
    return {
        "text": made.text,
        "flags": [flag.value for flag in made.flags],
        "differs": list(made.differs),
        "route": list(made.route),
        "engine": made.engine,
        "protected": list(made.protected),
        "provenance": asdict(made.provenance),
    }
