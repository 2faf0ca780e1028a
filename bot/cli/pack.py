"""`liaison pack rerun`: the translations of an evidence pack made again, with the models that are here."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import logs
from bot.cli.faults import configuration, fail
from bot.cli.models import ConfigOption, directory
from bot.model.person import LanguageCode
from bot.model.term import Glossary, Term
from bot.model.translation import Aids
from bot.services.export import verify
from bot.translation import Translator

app = typer.Typer(no_args_is_help=True, help="Evidence packs.")


@app.callback()
def root() -> None:
    """Evidence packs; `liaison audit verify --pack` checks one."""


@app.command("rerun")
def rerun(
    pack: Annotated[Path, typer.Argument(help="The pack.")],
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a translation.")] = False,
) -> None:
    """Translate again what the pack holds translations of, and say which show the same words.

    Exits with 0 if all do, 1 if one does not or cannot be made again, 2 if the file is no pack.
    """
    logs.configure()
    try:
        found = verify.opened(pack.read_bytes(), None)
        found.check([])
        # Of several records in one file, each has its own glossary.
        packs = found.packs() if isinstance(found, verify.Set) else [found]
        wanted = [(_wanted(one), Glossary(1, tuple(map(_term, one.json("glossary.json"))))) for one in packs]
    except OSError as error:
        fail(f"{pack} cannot be read: {error.strerror}.")
    except (verify.Wrong, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        fail(f"{pack} is no pack that holds: {error}.")
    place = directory(config)
    translator = Translator.configured(configuration(config)) if config else Translator(place)
    results = asyncio.run(_again(translator, wanted))
    for one in results:
        typer.echo(json.dumps(one, ensure_ascii=False) if as_json else _line(one))
    same = sum(one["same"] for one in results)
    if not as_json:
        typer.echo(f"{same} of {len(results)} translations show the same words.")
    if same < len(results):
        raise typer.Exit(1)


def _wanted(pack: verify.Sealed) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the translations of a pack, each with the text that it is of and the record."""
    texts = {one["number"]: one for one in pack.json("record.json")["entries"]}
    ref = pack.records[0]
    return [(texts[one["number"]]["text"], {**one, "record": ref}) for one in pack.json("translations.json")]


async def _again(
    translator: Translator, wanted: list[tuple[list[tuple[str, Mapping[str, Any]]], Glossary]]
) -> list[dict[str, Any]]:
    await translator.start()
    try:
        return [await _one(translator, text, one, glossary) for made, glossary in wanted for text, one in made]
    finally:
        await translator.close()


async def _one(translator: Translator, text: str, kept: Mapping[str, Any], glossary: Glossary) -> dict[str, Any]:
    """Return whether one translation comes out in the same words, and if it does not, what is another than then."""
    aids = Aids(names=tuple(kept["provenance"]["names"]), glossary=glossary)
    made = (await translator.translate(text, kept["source"], [kept["target"]], aids))[kept["target"]]
    then, now = kept["provenance"], made.provenance
    models = [[step["model"] for step in then["steps"]], [step.model for step in now.steps]]
    return {
        "record": kept["record"],
        "number": kept["number"],
        "target": kept["target"],
        "same": made.text == kept["text"],
        "text": made.text,
        "model": models[0] == models[1],
        "version": [step["version"] for step in then["steps"]] == [step.version for step in now.steps],
        "pipeline": then["pipeline"] == now.pipeline,
        "glossary": then["glossary"] == now.glossary,
    }


def _line(one: Mapping[str, Any]) -> str:
    said = (
        f"{one['record']} entry {one['number']}, {one['target']}: {'the same words' if one['same'] else 'OTHER WORDS'}"
    )
    other = [name for name in ("model", "version", "pipeline", "glossary") if not one[name]]
    return f"{said}; another {', '.join(other)} than then" if other else said


def _term(shape: Mapping[str, Any]) -> Term:
    return Term(
        LanguageCode(shape["source_language"]),
        LanguageCode(shape["target_language"]),
        shape["source"],
        shape["target"],
        tuple(shape["forbidden"]),
    )
