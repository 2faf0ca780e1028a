"""The detector's model as it is used, kept in the data folder.

Its package holds it packed, which takes four times as long to load, at each start and while missed messages wait.
Imported by the worker alone.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from array import array
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple
from zipfile import BadZipFile

import numpy as np
from py3langid.langid import MODEL_DIR, MODEL_FILE
from py3langid.modelio import load_model

_DIGEST = hashlib.sha256
SIZE = _DIGEST().digest_size
"""Bytes of the digest, which stands before what it is of."""
_FREE = 1 << 30
"""Bytes that must be free for it to be kept: it is 52 MB, and what people say goes first."""


class Unpacked(NamedTuple):
    """The model of some languages: their features and priors, and the automaton that finds features in a text."""

    features: Any
    priors: Any
    classes: list[str]
    moves: array[int]
    rows: array[int]
    outputs: list[int]


def load(languages: Collection[str], folder: Path | None = None) -> Unpacked:
    """Return the model of *languages*, from *folder* if it is kept there; else it is from now on, if that can be."""
    packed = MODEL_DIR / MODEL_FILE
    if folder is None:
        return _unpack(packed, languages)
    kept = folder / f"{_DIGEST(packed.read_bytes() + ' '.join(sorted(languages)).encode()).hexdigest()[:32]}.npz"
    with suppress(OSError, ValueError, KeyError, EOFError, BadZipFile), kept.open("rb") as file:
        return _read(file)
    model = _unpack(packed, languages)
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _keep(model, kept)
    return model


def _unpack(packed: Path, languages: Collection[str]) -> Unpacked:
    features, priors, classes, moves, rows, outputs = load_model(packed)
    wanted = [i for i, code in enumerate(classes) if code in languages]
    table = np.ascontiguousarray(features[:, wanted])
    return Unpacked(table, np.asarray(priors)[wanted], [classes[i] for i in wanted], moves, rows, outputs)


def _read(file: IO[bytes]) -> Unpacked:
    """Return what *file* holds; raises ValueError if that is not what was written."""
    digest = file.read(SIZE)
    if hashlib.file_digest(file, _DIGEST).digest() != digest:  # type: ignore[arg-type]  # it has readinto
        raise ValueError("damaged")
    file.seek(SIZE)
    with np.load(file, allow_pickle=False) as held:
        moves, rows = _array(held["moves"]), _array(held["rows"])
        classes, outputs = held["classes"].tolist(), held["outputs"].tolist()
        return Unpacked(held["features"], held["priors"], classes, moves, rows, outputs)


def _array(numbers: Any) -> array[int]:
    made = array("I" if numbers.itemsize == np.dtype(np.uint32).itemsize else "H")
    made.frombytes(memoryview(numbers).cast("B"))
    return made


def _keep(model: Unpacked, kept: Path) -> None:
    """Write *model* to *kept*, whole or not at all, in place of those of other versions."""
    if shutil.disk_usage(kept.parent).free < _FREE:
        return
    part = kept.with_suffix(f".{os.getpid()}")
    try:
        with part.open("w+b") as file:
            file.write(bytes(SIZE))
            numbers = {name: np.asarray(value) for name, value in model._asdict().items()}
            np.savez(file, allow_pickle=False, **numbers)
            file.seek(SIZE)
            digest = hashlib.file_digest(file, _DIGEST).digest()
            file.seek(0)
            file.write(digest)
        part.replace(kept)
    finally:
        part.unlink(missing_ok=True)
    for other in kept.parent.iterdir():
        if other != kept:
            other.unlink()
