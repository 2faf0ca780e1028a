"""`liaison translate`: the whole pipeline without Matrix, a line in, a line of JSON out."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, TextIO

import typer

from bot import logs
from bot.cli.models import ConfigOption, directory, fail
from bot.config import load
from bot.model.translation import Translation
from bot.translation import Translator
from bot.translation.engine import ENGINES
from bot.translation.route import base

_TOGETHER = 64


def translate(
    source: Annotated[str, typer.Option("--from", help="The language of the text, such as pt.")],
    target: Annotated[str, typer.Option("--to", help="The language to translate into, such as es.")],
    config: ConfigOption = None,
) -> None:
    """Translate standard input, one text a line, to one JSON object a line on standard output."""
    logs.configure()  # to standard error: standard output is JSON only
    place = directory(config)
    engines = load(config).translation.engines if config else ENGINES
    asyncio.run(_translate(Translator(place, engines), source, target, sys.stdin, place))


async def _translate(translator: Translator, source: str, target: str, lines: TextIO, place: Path) -> None:
    await translator.start()
    try:
        if base(source) != base(target) and translator.route(source, target) is None:
            fail(f"no way from {source} to {target} with the models in {place}; see `liaison models list`")
        texts = (line.rstrip("\r\n") for line in lines)
        for together in _chunks(texts):
            made = await asyncio.gather(*(translator.translate(text, source, [target]) for text in together))
            for result in made:
                typer.echo(json.dumps(_shape(result[target]), ensure_ascii=False))
    finally:
        await translator.close()


def _chunks(texts: Iterator[str]) -> Iterator[list[str]]:
    while together := list(islice(texts, _TOGETHER)):
        yield together


def _shape(made: Translation) -> dict[str, object]:
    return {
        "text": made.text,
        "flags": [flag.value for flag in made.flags],
        "route": list(made.route),
        "engine": made.engine,
        "protected": list(made.protected),
    }
