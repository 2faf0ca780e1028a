"""`liaison audit prove`, and `audit verify --proof`: single entries of the log, shown without the rest of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.faults import fail
from bot.cli.opened import ConfigOption, opened
from bot.model.checkpoint import Checkpoint, NotACheckpoint, Verifier
from bot.model.extension import read
from bot.model.faulty import counted
from bot.model.inclusion import MOST_BYTES, Included, Inclusion, NotAProof, fault, parsed, proved, written
from bot.model.verification import Kept


def prove(
    config: ConfigOption,
    ref: Annotated[
        str, typer.Argument(help="The reference of a record, such as BRAVO-7K3Q0, or the number of an entry.")
    ],
    out: Annotated[Path | None, typer.Option("--out", help="The file to write; standard output without it.")] = None,
    size: Annotated[
        int | None, typer.Option("--size", help="The size of the checkpoint to prove it by; the last one without it.")
    ] = None,
) -> None:
    """Write the proof that the entries of one record are in the log: with what they say, and nothing of any other.

    Exits with 0, or 2 if there is nothing to prove. `liaison audit verify --proof` checks the file, without the log.
    """
    with opened(config) as log:
        cuts = [cut for cut in log.cuts() if size in (None, cut.size)]
        if not cuts:
            fail("there is no checkpoint of that size." if size is not None else "there is no checkpoint yet.")
        cut = cuts[-1]
        found = [log.entry(int(ref))] if ref.isdecimal() and ref.isascii() else log.entries_of(ref.upper())
        entries = [one for one in found if one and one.index < cut.size]
        if not entries:
            fail(f"the log has nothing of {ref} among the {counted(cut.size)} of that checkpoint.")
        text = written(proved(cut.size, cut.note, entries, log.hash_of))
    if out is None:
        sys.stdout.write(text)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}.")
    typer.echo(f"{out}: {counted(len(entries))} of {ref}, proved by the checkpoint of {counted(cut.size)}.")


def verify_proof(file: Path, apart: list[Kept], key: Verifier | None) -> None:
    """Say whether the proof in *file* holds by a checkpoint kept *apart*, or by its own and the log's *key*."""
    shown = _shown(file)
    head = _head(file, shown, apart, key)
    if head.size != shown.size:
        fail(f"the proof is for the checkpoint of {counted(shown.size)}, not for that of {counted(head.size)}.")
    if key and not key.verify(head):
        fail("the checkpoint was not signed with the key that was given with --key.", code=1)
    if wrong := fault(shown, head.root):
        fail(f"{file}: {wrong}", code=1)
    typer.echo(f"{head.origin}: in the log of {counted(head.size)}, head {head.head}, as they were written:")
    for one in shown.entries:
        typer.echo(_line(one))
    typer.echo("Whether these are all entries of that record, and whether their times are true, no proof can show.")


def _line(one: Included) -> str:
    said = one.envelope
    content = "" if one.entry.content else ", emptied by a purge"
    parts = [said.get("kind"), said.get("time"), said.get("ref"), said.get("agency")]
    return f"entry {one.entry.index}: {', '.join(str(part) for part in parts if part)}{content}"


def _head(file: Path, shown: Inclusion, apart: list[Kept], key: Verifier | None) -> Checkpoint:
    """Return the checkpoint to prove it by: one that was kept apart, else the proof's own if its key is known."""
    if apart:
        return next((kept.checkpoint for kept in apart if kept.checkpoint.size == shown.size), apart[0].checkpoint)
    if key is None:
        fail("a proof is worth what it is held against: give a checkpoint (--checkpoint) or the log's key (--key).")
    try:
        return read(shown.note.encode()).checkpoint
    except NotACheckpoint as error:
        fail(f"{file} holds no checkpoint: {error}.")


def _shown(file: Path) -> Inclusion:
    try:
        with file.open("rb") as opened_file:
            return parsed(opened_file.read(MOST_BYTES + 1))
    except NotAProof as error:
        fail(f"{file} is no proof: {error}.")
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.")
