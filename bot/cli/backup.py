"""`liaison backup` and `liaison restore`."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot import backup as backups
from bot import logs
from bot.backup import BackupRefused
from bot.cli.faults import configuration, fail
from bot.clock import SystemClock

_Config = typer.Option("--config", help="The configuration file (TOML).")
STORAGE_KEY = "LIAISON_STORAGE_KEY"


def backup(
    config: Annotated[Path | None, _Config] = None,
    dest: Annotated[Path | None, typer.Argument(help="The file to write; it must not exist.")] = None,
    new_key: Annotated[
        Path | None,
        typer.Option(
            "--new-key", help="Instead: make a key pair, write the private half to this file, print the other."
        ),
    ] = None,
) -> None:
    """Write everything that cannot be made again to one file, encrypted to storage.backup_recipient."""
    logs.configure()
    try:
        if new_key is not None:
            if dest is not None:
                fail("--new-key makes a key pair and no backup: leave the file name away")
            print(f'backup_recipient = "{backups.make_key(new_key)}"')
            return
        if config is None or dest is None:
            fail("say which bot and where to: liaison backup --config FILE DEST")
        made = backups.backup(configuration(config), dest, SystemClock().now(), os.environ.get(STORAGE_KEY))
    except BackupRefused as error:
        fail(str(error))
    print(f"{dest}: {made.user_id} as of {made.taken_at:%Y-%m-%d %H:%M:%S} UTC, {dest.stat().st_size:,} bytes")


def restore(
    config: Annotated[Path, _Config],
    src: Annotated[Path, typer.Argument(help="The backup.")],
    key: Annotated[Path, typer.Option("--key", help="The private key that opens it (AGE-SECRET-KEY-1…).")],
) -> None:
    """Bring a backup back into an empty data folder; the next `run` is a new device of the same identity."""
    logs.configure()
    settings = configuration(config)
    try:
        done = backups.restore(settings, src, key, SystemClock().now(), os.environ.get(STORAGE_KEY))
    except BackupRefused as error:
        fail(str(error))
    print(f"Restored {settings.matrix.user_id} as of {done.taken_at:%Y-%m-%d %H:%M:%S} UTC.")
    gap = _age(done.restored_at - done.taken_at)
    print(f"What was said and done in the {gap} since then is not in it, and is not answered any more.")
    print("Nor is what is said before the next `liaison run`: no device of the bot's has the room keys for it.")
    if done.unprocessed:
        print(f"Not processed when the backup was made, and closed: events {done.unprocessed}.")
    if done.unsent:
        print("Not sent when the backup was made, and not sent now:")
    for unsent in done.unsent:
        print(f"  {unsent.room_id}  {unsent.kind}  {_age(done.restored_at - unsent.created_at)} old")
    print("The next `liaison run` reads in its rooms what was held, marked and redacted since then, and does it again.")
    print("The next `liaison run` logs in as a new device and signs it with the same identity.")
    if done.lost_device:
        print(f"Sign the lost device {done.lost_device} out of the account from another client.")


def _age(period: timedelta) -> str:
    minutes, seconds = divmod(max(int(period.total_seconds()), 0), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s"
