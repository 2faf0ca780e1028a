"""The program `liaison`: arguments in, exit codes out."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path
from typing import Annotated

import structlog
import typer

from bot import __version__, logs
from bot import app as bot_app
from bot.cli import audit, models, pack
from bot.cli import check as checking
from bot.cli.backup import backup, restore
from bot.cli.faults import configuration, fail
from bot.cli.rehearsing import dry_run
from bot.cli.translate import translate
from bot.cli.unseal import unseal
from bot.cli.when import when
from bot.cli.witness import witness

log = structlog.get_logger(__name__)

ConfigOption = Annotated[Path, typer.Option("--config", help="The configuration file (TOML).")]

app = typer.Typer(
    name="liaison",
    help="A Matrix bot for multi-national task forces.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(models.app, name="models", help="Translation models.")
app.add_typer(audit.app, name="audit", help="The audit log.")
app.add_typer(pack.app, name="pack", help="Evidence packs.")


@app.command()
def run(
    config: ConfigOption,
    safe: Annotated[
        bool, typer.Option("--safe", help="Only say why the bot cannot start, to administrators and at /readyz.")
    ] = False,
    dry: Annotated[
        bool, typer.Option("--dry-run", help="Rehearse the start on a copy, say what it would do, and end.")
    ] = False,
) -> None:
    """Run the bot; at SIGHUP it reads its configuration again.

    Exit codes: 0 stopped by a signal, 2 configuration or start refused, 3 session ended by the homeserver,
    1 anything else.
    """
    if safe and dry:
        fail("--safe and --dry-run exclude each other.")
    settings = configuration(config)
    key = os.environ.get("LIAISON_STORAGE_KEY")
    if dry:
        logs.configure(logging.WARNING)
        return asyncio.run(dry_run(settings, config, key))
    logs.configure()
    try:
        asyncio.run(bot_app.run_safely(settings, key) if safe else bot_app.run(settings, config, key))
    except bot_app.StartRefused as error:
        fail(str(error))
    except bot_app.SessionEnded as error:
        fail(f"the homeserver ended the session: {str(error).rstrip('.')}. {SESSION_ENDED}", code=3)
    except bot_app.StorageFailed as error:
        fail(str(error), code=1)
    # The edge of the program: Python's own traceback would hold the error's words, which may quote a message.
    except Exception:
        log.exception("run.failed")
        fail(UNFORESEEN, code=1)


UNFORESEEN = (
    "an error that nobody foresaw has ended the bot; what kind and where, says the log on standard error, in the line"
    " run.failed."
)

SESSION_ENDED = (
    "The device was signed out or deleted. Take a backup if you can, move the data folder away, and bring the backup"
    " back with `liaison restore`, or begin as a new device: the recovery key brings the identity back."
)


@app.command()
def check(config: ConfigOption) -> None:
    """Check everything that `run` needs, and list it; nothing is started or sent. Exits 0 or 2."""
    settings = configuration(config)
    logs.configure(logging.WARNING)
    faults = asyncio.run(checking.check(settings, config))
    if faults:
        fail(*faults)


app.command()(backup)
app.command()(restore)
app.command()(translate)
app.command()(unseal)
app.command()(when)
app.command()(witness)


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Play the story and end.")] = False,
    port: Annotated[int | None, typer.Option(help="The homeserver's port; a free one by default.")] = None,
) -> None:
    """Play a short story: a homeserver, the bot, and three officers who share no language."""
    try:
        from bot.demo import story
    except ImportError as error:
        fail(f"the demo needs a source checkout with its test dependencies ({error}): run `make setup`")
    raise typer.Exit(asyncio.run(story.play(once, port)))


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"liaison {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and exit.")
    ] = False,
) -> None:
    """A Matrix bot for multi-national task forces."""


def main() -> None:
    """Run the program."""
    app()
