"""`liaison witness`: another agency's own check of the log, under its own key, without network."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.cli.faults import fail
from bot.cli.witnessing import Folder, State, Unusable, seen
from bot.model.checkpoint import MOST_BYTES, NotACheckpoint, Verifier, verifier
from bot.model.cosignature import WitnessKey
from bot.model.extension import Extension, read
from bot.model.faulty import counted
from bot.model.witness import Alarm, Raised, Seen, judge

STANDARD_INPUT = Path("-")


TOLD = "tell the auditors and keepers of the other agencies, and keep every checkpoint that you have."


@dataclass(frozen=True, slots=True)
class _Given:
    """A checkpoint that was given, where it was found, and whether it is presented as the last one."""

    where: str
    shown: Extension
    latest: bool


def witness(
    state: Annotated[Path, typer.Option("--state", help="The witness's own folder: its key, and what it has seen.")],
    checkpoints: Annotated[
        list[Path] | None,
        typer.Argument(help="Checkpoints as the bot posts them: files, folders of files, or - for standard input."),
    ] = None,
    log: Annotated[
        str | None, typer.Option("--log", help="The log's key, as `liaison audit key` prints it: at the first start.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="The witness's name, one word, for ever: at the first start.")
    ] = None,
) -> None:
    """Check that each checkpoint extends all that was seen before, and cosign the last one.

    Prints the cosigned checkpoint (C2SP), or without any checkpoint the witness's own key. Exits with 0; 1 with an
    alarm if the log was rewritten, cut off, forked, replayed or signed with another key, or if a proof is missing; 2 if
    it cannot be checked. What was seen is kept before anything is printed. Needs no network.
    """
    try:
        folder = Folder(state)
        with folder.owned():
            known = _begun(folder, log, name)
            if before := folder.alarms():
                typer.echo(f"An alarm was raised here before: {', '.join(map(str, before))}", err=True)
            key = folder.key(known)
            if checkpoints:
                _check(folder, known, key, _given(checkpoints))
            else:
                typer.echo(key.cosigner.text)
    except Unusable as error:
        fail(str(error))


def _begun(folder: Folder, log: str | None, name: str | None) -> State:
    """Return what the witness knows, at the first start what it is told."""
    told = _verifier(log) if log else None
    known = folder.load()
    if known is None:
        if told is None or not name:
            fail("at the first start a witness needs the log's key (--log) and a name of its own (--name).")
        if len(name.split()) != 1 or "+" in name or name != name.strip():
            fail("--name: a witness's name is one word without +.")
        known = State(name, told, Seen())
        # Before the key, which without it would be a sign that what was seen is lost.
        folder.save(known)
    if told and told != known.log:
        fail("the log's key is not the one that this witness began with: it is another log, or was made anew.", code=1)
    if name and name != known.name:
        fail(f"this witness's name is {known.name}; another witness needs a folder of its own.")
    return known


def _check(folder: Folder, known: State, key: WitnessKey, given: Iterable[_Given]) -> None:
    before, alarm, more = known.seen.size, None, list[str]()
    for one in sorted(given, key=lambda one: one.shown.checkpoint.size):
        head = one.shown.checkpoint
        if alarm := judge(known.log, known.seen, one.shown, latest=one.latest):
            alarm = replace(alarm, text=f"{one.where}: {alarm.text}")
            if alarm.alarm is not Alarm.GAP:
                more = [TOLD, *_kept(folder, alarm, one.shown)]
            break
        if head.size > known.seen.size or not known.seen.roots:
            line = key.cosign(head, datetime.now(UTC))
            known = replace(seen(known, head.size, head.root), cosigned=one.shown.note + line)
    if known.seen.size != before:
        try:
            folder.save(known)
        except Unusable as error:
            if alarm:  # it is raised whatever the disk does
                _raise(alarm, [*more, str(error)])
            raise
    if known.cosigned and (known.seen.size != before or not alarm):
        _say(known, before)
    if alarm:
        _raise(alarm, more)


def _kept(folder: Folder, alarm: Raised, shown: Extension) -> list[str]:
    """Keep what has raised an alarm; return where it is kept, or why it is not."""
    try:
        kept = folder.keep(alarm, shown)
    except Unusable as error:
        return [str(error)]
    return [f"what was given is kept in {kept}."] if kept else []


def _say(known: State, before: int) -> None:
    grown = known.seen.size > before
    began = f", extends the {counted(before)} that were seen before" if before else ", the first that was seen"
    typer.echo(f"{known.log.name}: {counted(known.seen.size)}{began if grown else ', nothing new'}.", err=True)
    typer.echo(known.cosigned, nl=False)


def _raise(alarm: Raised, more: Iterable[str]) -> NoReturn:
    fail(f"ALARM ({alarm.alarm}): {alarm.text}", *more, code=1)


def _given(paths: Sequence[Path]) -> list[_Given]:
    found = []
    for path in paths:
        if path == STANDARD_INPUT:
            found.append(_one("standard input", sys.stdin.buffer.read(MOST_BYTES + 1), latest=True))
        elif path.is_dir():
            files = sorted(one for one in path.iterdir() if one.is_file() and not one.name.startswith("."))
            found += [_one(str(file), _bytes(file), latest=False) for file in files]
        else:
            found.append(_one(str(path), _bytes(path), latest=True))
    return found


def _one(where: str, data: bytes, *, latest: bool) -> _Given:
    try:
        return _Given(where, read(data), latest)
    except NotACheckpoint as error:
        fail(f"{where} is no checkpoint: {error}.")


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.")


def _verifier(text: str) -> Verifier:
    try:
        return verifier(text)
    except NotACheckpoint as error:
        fail(f"--log: {error}.")
