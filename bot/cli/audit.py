"""`liaison audit`: whether the log is as it was written, and the key by which others can tell."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.faults import fail
from bot.cli.opened import ConfigOption, opened
from bot.cli.proof import prove, verify_proof
from bot.model.checkpoint import MOST_BYTES, NotACheckpoint, Verifier, verifier
from bot.model.extension import read
from bot.model.faulty import Head, counted
from bot.model.verification import Kept, Named, Verified, verify
from bot.services.export.verify import main as verify_pack

app = typer.Typer(no_args_is_help=True, help="The audit log.")
app.command("prove")(prove)

MOST_NAMED = 12
"""How many entries that a purge has emptied are named in a line; --json names all of them."""
_HEAD = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{8})", re.ASCII)


@app.command("verify")
def verify_log(
    config: Annotated[Path | None, typer.Option("--config", help="The configuration file (TOML).")] = None,
    proof: Annotated[
        Path | None,
        typer.Option("--proof", help="Instead: what `liaison audit prove` wrote, checked without the log."),
    ] = None,
    pack: Annotated[
        Path | None, typer.Option("--pack", help="Instead: an evidence pack, checked without the log.")
    ] = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option("--checkpoint", help="A checkpoint that was kept apart from the log; may be given several times."),
    ] = None,
    head: Annotated[
        list[str] | None,
        typer.Option("--head", help="SIZE:HEAD as a confirmation of the bot told them; may be given several times."),
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", help="The log's key as `liaison audit key` printed it, kept apart as well.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")] = False,
) -> None:
    """Check that no entry of the audit log was altered, dropped or moved; beside a running bot, nothing is changed.

    Exits with 0 if all is as it was written, 1 if not, 2 if it cannot be checked. Only a checkpoint that was kept
    apart shows that the log was cut off, or rewritten by somebody who had its key.
    """
    apart = [_kept(file) for file in checkpoint or ()]
    if pack:
        if config or proof or head or as_json:
            fail("--pack is checked by itself: only --key and --checkpoint go with it.")
        more = [word for file in checkpoint or () for word in ("--checkpoint", str(file))]
        raise typer.Exit(verify_pack([str(pack), *(["--key", key] if key else []), *more]))
    told = [_told(text) for text in head or ()]
    expected = _verifier(key) if key else None
    if proof and config is None:
        return verify_proof(proof, apart, expected)
    if config is None or proof:
        fail("give either --config, to check the whole log, or --proof or --pack, to check one of these without it.")
    with opened(config) as log:
        own = log.key()
        if expected and own != expected:
            fail("the log's key is not the one that was given with --key: it is another log, or was made anew.", code=1)
        if own is None:
            fail(
                "the key of the audit log is gone: it is made when the bot first starts, and never taken away.", code=1
            )
        found = verify(log, own, apart, told)
    if as_json:
        typer.echo(json.dumps(_shape(found, own, apart)))
    elif found.fault is None:
        _say(found, own, apart, told)
    if found.fault:
        fail(found.fault.text, code=1)


@app.command("key")
def show_key(config: ConfigOption) -> None:
    """Print the key by which others verify the log's checkpoints (C2SP): NAME+ID+KEY. It is no secret."""
    with opened(config) as log:
        own = log.key()
    if own is None:
        fail("the audit log has no key: it is made when the bot first starts.")
    typer.echo(own.text)


def _told(text: str) -> Head:
    found = _HEAD.fullmatch(text)
    if not found:
        fail(f"--head: {text!r} is not a size and the eight digits of a head, such as 18:6f457d59.")
    size = int(found[1])
    return Head(f"of {counted(size)} that --head tells", size, bytes.fromhex(found[2]))


def _kept(file: Path) -> Kept:
    try:
        with file.open("rb") as kept:
            return Kept(str(file), read(kept.read(MOST_BYTES + 1)).checkpoint)
    except NotACheckpoint as error:
        fail(f"--checkpoint: {file} is no checkpoint: {error}.")
    except OSError as error:
        fail(f"--checkpoint: {file} cannot be read: {error.strerror}.")


def _verifier(text: str) -> Verifier:
    try:
        return verifier(text)
    except NotACheckpoint as error:
        fail(f"--key: {error}.")


def _say(found: Verified, own: Verifier, apart: list[Kept], told: list[Head]) -> None:
    last, signer = found.last, f"{own.name}+{own.id.hex()}"
    typer.echo(f"{own.name}: {_count(found.size)}{_whole(found)}")
    typer.echo(f"root         {found.root.hex()}")
    typer.echo(f"checkpoints  {_kept_in_log(found.checkpoints)} {signer}")
    if last:
        typer.echo(f"the last     {_count(last.size)}, head {last.head}, cut {last.cut_at:%Y-%m-%d %H:%M:%S} UTC")
    for one in found.purged:
        typer.echo(f"purged       {one.ref} at {one.at}: {_emptied(one)}")
    for kept in apart:
        size, begins = kept.checkpoint.size, "any log begins so"
        if size:
            begins = f"the log begins with {'it' if size == 1 else 'them'}"
        typer.echo(f"kept apart   {_count(size)} in {kept.where}: {begins}")
    for head in told:
        typer.echo(f"told         {_count(head.size)}, head {head.root.hex()}: that is what the log was then")
    if not apart and not told:
        typer.echo("No checkpoint was given (--checkpoint): that entries were cut off at the end would not show.")


def _whole(found: Verified) -> str:
    """Return what is said of a log that is as it was written, behind how long it is."""
    if found.size == 0:
        return ". The log is empty: nothing was entered yet."
    if found.size == 1:
        emptied = ", emptied by a purge" if found.emptied else ""
        return f"{emptied}. It is as it was written."
    emptied = f", {found.emptied:,} of them emptied by a purge" if found.emptied else ""
    return f"{emptied}. All of them are as they were written."


def _emptied(one: Named) -> str:
    """Return which entries were emptied by a purge: the first ones by their index, of many how many more."""
    if not one.leaves:
        return "the entries that were emptied are not named any more"
    shown = ", ".join(map(str, one.leaves[:MOST_NAMED]))
    more = len(one.leaves) - MOST_NAMED
    name = "entry" if len(one.leaves) == 1 else "entries"
    return f"{name} {shown}{f' and {more:,} more' if more > 0 else ''} emptied"


def _kept_in_log(checkpoints: int) -> str:
    if checkpoints > 1:
        return f"{checkpoints:,} kept, all signed by"
    return "1 kept, signed by" if checkpoints else "none kept yet; they will be signed by"


def _count(size: int) -> str:
    return "1 entry" if size == 1 else f"{size:,} entries"


def _shape(found: Verified, own: Verifier, apart: list[Kept]) -> dict[str, Any]:
    last, fault = found.last, found.fault
    return {
        "ok": fault is None,
        "log": own.name,
        "key": own.text,
        "size": found.size,
        "root": found.root.hex(),
        "emptied": found.emptied,
        "purged": [{"ref": one.ref, "at": one.at, "entries": list(one.leaves)} for one in found.purged],
        "checkpoints": found.checkpoints,
        "last": {"size": last.size, "head": last.head, "cut_at": last.cut_at.isoformat()} if last else None,
        "apart": [{"file": kept.where, "size": kept.checkpoint.size} for kept in apart],
        "fault": fault and {"what": fault.what, "first": fault.first, "last": fault.last, "text": fault.text},
    }
