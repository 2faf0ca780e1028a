"""`liaison models`: what is installed, and putting models in, out and to the test."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot import logs
from bot.cli.faults import configuration, fail
from bot.translation import Pair, Translator, install, mask, trial
from bot.translation import models as installed
from bot.translation.pool import Unavailable
from bot.translation.translator import servers_of

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="The bot's configuration; its data folder holds the models.")
]

_WIDTH = 140

app = typer.Typer(no_args_is_help=True, help="Translation models.")


def directory(config: Path | None) -> Path:
    """Return the models' folder: of *config*, else $LIAISON_MODELS, else the platform's data folder.

    Exits with 2 if the configuration cannot be used.
    """
    if config is not None:
        return configuration(config).storage.directory / "models"
    if named := os.environ.get("LIAISON_MODELS"):
        return Path(named)
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "liaison" / "models"


def _own_folder(config: Path | None) -> None:
    """Say, without a *config*, that these are no bot's models."""
    if config is None:
        typer.echo("A bot reads the models of its own storage.directory: --config FILE works on those.", err=True)


@app.command("list")
def list_models(config: ConfigOption = None) -> None:
    """List the installed models, the starter pair included."""
    place = directory(config)
    inventory = installed.scan(place)
    table = Table("Pair", "Engine", "Model", "Masks", "SHA-256", "Note", title=f"Models in {place}")
    for column in table.columns:
        column.overflow = "fold"
    for pair in inventory.pairs:
        note = ", ".join(filter(None, (pair.variant, "built in" if pair.fixed else "")))
        table.add_row(str(pair), pair.engine, pair.name, pair.mask, pair.sha256[:12], note)
    console = Console()
    console.print(table, width=None if console.is_terminal else _WIDTH)
    for fault in inventory.faults:
        typer.echo(f"liaison: {fault.name} cannot be used: {fault.reason}", err=True)
    _own_folder(config)


@app.command("install")
def install_models(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE…",
            help="A pair such as en-es, an .argosmodel file, a folder of them, or one with a Firefox model.",
        ),
    ],
    config: ConfigOption = None,
) -> None:
    """Install models from files, or by their pair from the Argos index on a connected machine.

    Which mask survives each of them is measured, as `models test` does.
    """
    place = directory(config)
    logs.configure()
    faults: list[str] = []
    done: list[Pair] = []
    for source in sources:
        try:
            for pair in install.install(source, place):
                typer.echo(f"{pair} {pair.engine} {pair.name} sha256:{pair.sha256}")
                done.append(pair)
        except install.InstallError as error:
            faults.append(str(error))
        except OSError as error:
            faults.append(f"{source}: {error.strerror or error}")
    if done:
        typer.echo(f"installed in {place}")
        asyncio.run(_test(Translator(place), done))
        _own_folder(config)
    if faults:
        fail(*faults)


@app.command("remove")
def remove_model(
    pair: Annotated[str, typer.Argument(metavar="PAIR", help="The pair, such as en-es.")],
    config: ConfigOption = None,
) -> None:
    """Remove the models of a pair."""
    place = directory(config)
    try:
        for removed in install.remove(pair, place):
            typer.echo(f"removed {removed} {removed.engine} {removed.name} from {place}")
    except install.InstallError as error:
        _own_folder(config)
        fail(f"{error} (looked in {place})")
    _own_folder(config)


@app.command("test")
def test_model(
    pair: Annotated[str, typer.Argument(metavar="PAIR", help="The pair, such as en-es.")],
    config: ConfigOption = None,
) -> None:
    """Measure which masks survive a pair's models, and use the best from now on. Exits 1 if none does.

    A mask stands for a plate, a grid or a time while its sentence is translated; the percentage says how many came
    back. Near 100 for one of the masks is good, under 50 fails; each that is lost costs a second attempt.
    """
    logs.configure()
    place = directory(config)
    chosen = [one for one in installed.scan(place).pairs if str(one) == pair]
    servers = servers_of(configuration(config)) if config else None
    _own_folder(config)
    passed = asyncio.run(_test(Translator(place, servers=servers), chosen, pair))
    if passed is None:
        fail(f"{pair}: not installed in {place}" + (", and no server has it" if servers and servers.servers else ""))
    if not passed:
        raise typer.Exit(1)


async def _test(translator: Translator, pairs: list[Pair], of_servers: str = "") -> bool | None:
    """Return whether a mask survives each of *pairs* and of the pairs *of_servers*; None if there are none."""
    await translator.start()
    try:
        known = {pair.key for pair in pairs}
        pairs = pairs + [one for one in translator.pairs if one.key not in known and str(one) == of_servers]
        return all([await _measure(translator, pair) for pair in pairs]) if pairs else None
    finally:
        await translator.close()


async def _measure(translator: Translator, pair: Pair) -> bool:
    try:
        result = await translator.trial(pair)
    except (Unavailable, LookupError) as error:
        typer.echo(f"{pair} {pair.engine}: {error}", err=True)
        return False
    # One line: that the mask which is not used fails is no fault of the model.
    tried = ", ".join(
        f"{style} ({mask.STYLES[style]}1) {kept} of {result.tokens} came back" for style, kept in result.kept.items()
    )
    typer.echo(f"{pair} {pair.engine}: masks for plates, grids and times tried: {tried}; {result.best} from now on")
    if not result.passed:
        typer.echo(f"{pair} {pair.engine}: no mask keeps {trial.PASS:.0%} of the tokens", err=True)
    translator.remember(pair, result.best)
    return result.passed
