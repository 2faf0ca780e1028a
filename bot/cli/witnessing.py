"""What a witness keeps in its own folder: its key, and what it has seen of the log. Written whole or not at all."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.model.checkpoint import NotACheckpoint, Verifier, decoded, encoded, key_of, key_text, verifier
from bot.model.cosignature import COSIGNATURE, WitnessKey
from bot.model.extension import Extension, written
from bot.model.merkle import HASH_BYTES
from bot.model.witness import Raised, Seen

VERSION = 1
_PRIVATE = "PRIVATE+KEY+"
_ALARM = "alarm-"
MOST_ALARMS = 100
"""Files of alarms: more of them tell nothing new."""


class Unusable(Exception):
    """The folder cannot be used as it is; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class State:
    """What a witness knows: its name, the log's key, what it has seen, and the last note that it has cosigned."""

    name: str
    log: Verifier
    seen: Seen
    cosigned: str = ""


class Folder:
    """The folder of one witness of one log, owned by one process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state, self._key = path / "state.json", path / "key"

    @contextmanager
    def owned(self) -> Iterator[None]:
        """Own the folder, which is made if it is not there; raises Unusable if another process has it."""
        try:
            self._path.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = (self._path / "lock").open("w")
        except OSError as error:
            raise Unusable(f"{self._path} cannot be made or written to: {error.strerror}") from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Unusable(f"another witness works in {self._path}") from error
            yield

    def load(self) -> State | None:
        """Return what is known, or None at the first start; raises Unusable if it was lost or damaged."""
        if not self._state.exists():
            if self._key.exists():
                raise Unusable(
                    f"{self._key} is there, but {self._state} is gone: what this witness has seen. Bring it back from a"
                    " copy. Without it, begin in a new folder under a new name: whoever relied on this one must know."
                )
            return None
        data = _read(self._state)
        try:
            return _state(data)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Unusable(
                f"{self._state} is damaged. Bring it back from a copy; do not begin anew with the same key: what this"
                " witness has seen would be forgotten."
            ) from error

    def key(self, state: State) -> WitnessKey:
        """Return the witness's key, made at the first start; raises Unusable if it is gone or not its own."""
        if not self._key.exists():
            if state.seen.roots:
                raise Unusable(f"{self._key} is gone. Bring it back from a copy; others do not know any other.")
            made = WitnessKey.make(state.name)
            self._write(self._key, _PRIVATE + key_text(made.name, COSIGNATURE, made.seed) + "\n")
        try:
            text = _read(self._key).decode("utf-8").strip()
            name, seed = key_of(text.removeprefix(_PRIVATE), COSIGNATURE)
        except (NotACheckpoint, UnicodeDecodeError) as error:
            raise Unusable(f"{self._key} holds no key of a witness. Bring it back from a copy.") from error
        if name != state.name:
            raise Unusable(f"{self._key} is the key of {name}, not of {state.name}.")
        return WitnessKey(name, seed)

    def save(self, state: State) -> None:
        """Keep *state*: after a kill there is the old one or the new one; raises Unusable if it cannot be kept."""
        shape = {
            "version": VERSION,
            "name": state.name,
            "log": state.log.text,
            "seen": [[size, encoded(root)] for size, root in state.seen.roots.items()],
            "cosigned": state.cosigned,
        }
        self._write(self._state, json.dumps(shape, ensure_ascii=False, separators=(",", ":")) + "\n")

    def keep(self, raised: Raised, shown: Extension) -> Path | None:
        """Keep what has raised an alarm, as it was given: two signed notes prove to others what one alone does not.

        Returns where; None if there are too many already. Raises Unusable if it cannot be written.
        """
        head = shown.checkpoint
        file = self._path / f"{_ALARM}{raised.alarm}-{head.size}-{head.head}.txt"
        if not file.exists():
            if len(self.alarms()) >= MOST_ALARMS:
                return None
            self._write(file, f"{raised.text}\n\n{written(shown.old, shown.proof, shown.note)}")
        return file

    def alarms(self) -> list[Path]:
        """Return what has raised alarms so far, by name."""
        return sorted(self._path.glob(f"{_ALARM}*.txt"))

    def _write(self, file: Path, text: str) -> None:
        new = file.with_name(f"{file.name}.new")
        try:
            new.unlink(missing_ok=True)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
                opened.write(text)
                opened.flush()
                os.fsync(opened.fileno())
            new.replace(file)
            handle = os.open(self._path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise Unusable(f"{file} cannot be written: {error.strerror}") from error


def seen(state: State, size: int, root: bytes) -> State:
    """Return *state* once the checkpoint of that size and root has been seen."""
    return state if size in state.seen.roots else replace(state, seen=state.seen.with_(size, root))


def _read(file: Path) -> bytes:
    """Return what is in *file*; raises Unusable if it cannot be read: that is no alarm, and must not look like one."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unusable(f"{file} cannot be read: {error.strerror}") from error


def _state(data: bytes) -> State:
    """Return the state that *data* is; raises ValueError, KeyError or TypeError for anything but what was written."""
    found = json.loads(data)
    name, log, cosigned = found["name"], found["log"], found["cosigned"]
    if found["version"] != VERSION or not all(isinstance(one, str) for one in (name, log, cosigned)):
        raise ValueError("another version, or other values")
    pairs = [(size, decoded(root)) for size, root in found["seen"]]
    sizes = [size for size, _root in pairs]
    if any(type(size) is not int or size < 0 for size in sizes) or sizes != sorted({*sizes}):
        raise ValueError("what was seen is in no order")
    if any(len(root) != HASH_BYTES for _size, root in pairs):
        raise ValueError("what was seen has other roots than a log has")
    return State(name, verifier(log), Seen(dict(pairs)), cosigned)
