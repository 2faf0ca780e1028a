"""What other machines hand to `liaison`, and operators name, cut, doubled and flipped: taken, or refused in words."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyrage import encrypt
from pyrage.x25519 import Identity

from bot.backup import BackupRefused, read_key
from bot.cli.witnessing import Folder, State, Unusable
from bot.config.checklists import own_checklists
from bot.config.lines import read_lines
from bot.config.phrases import own_phrases
from bot.model.audit import Content
from bot.model.checkpoint import LogKey, NotACheckpoint, encoded
from bot.model.extension import read as read_checkpoint
from bot.model.extension import written
from bot.model.inclusion import KIND, VERSION, NotAProof, fault, parsed
from bot.model.sealed import NotOpened, unseal
from bot.model.witness import Seen
from bot.store.opening import DatabaseError, storage_key

from .test_files_fuzzed import SECONDS, bounded, spoilt

REFUSALS = (NotACheckpoint, NotAProof, NotOpened, BackupRefused, Unusable, DatabaseError)
LOG = LogKey.make("BRAVO")
IDENTITY = Identity.generate()


def _proof() -> str:
    content = Content(bytes(32), b'{"text":"x"}')
    envelope = json.dumps({"content": content.digest.hex(), "kind": "incident.note"})
    entry = {"index": 1, "envelope": envelope, "salt": "00" * 32, "content": '{"text":"x"}', "path": [_HASH] * 3}
    return json.dumps({"kind": KIND, "version": VERSION, "size": 5, "checkpoint": NOTE, "entries": [entry]})


_HASH = encoded(bytes(32))
NOTE = LOG.sign(5, bytes(32))
LINES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "Minho"},
            "geometry": {"type": "LineString", "coordinates": [[-8.1, 42.1], [-8.5, 41.9]]},
        }
    ],
}


def in_folder(name: str, read: Callable[[Path], Any]) -> Callable[[bytes], None]:
    def write_and_read(data: bytes) -> None:
        with TemporaryDirectory() as folder:
            file = Path(folder) / name
            file.write_bytes(data)
            read(file)

    return write_and_read


def _witness() -> bytes:
    with TemporaryDirectory() as folder:
        Folder(Path(folder)).save(State("gnr", LOG.verifier, Seen({5: bytes(32)}), NOTE))
        return (Path(folder) / "state.json").read_bytes()


def _lines(data: bytes) -> None:
    read_lines(data.decode("utf-8", "replace"))


def _inclusion(data: bytes) -> None:
    shown = parsed(data)
    fault(shown, bytes(32))


PHRASES = b'[phrases.gate]\nen = "Open the gate"\npt = "Abra o port\xc3\xa3o"\n'
READERS: dict[str, tuple[bytes, Callable[[bytes], Any]]] = {
    "checkpoint": (NOTE.encode(), read_checkpoint),
    "handed out": (written(3, [bytes(32)] * 3, NOTE).encode(), read_checkpoint),
    "proof": (_proof().encode(), _inclusion),
    "state of a witness": (_witness(), in_folder("state.json", lambda file: Folder(file.parent).load())),
    "sealed report": (encrypt("Olá".encode(), [IDENTITY.to_public()]), lambda data: unseal(data, IDENTITY)),
    "private key": (f"# x\n{IDENTITY}\n".encode(), in_folder("key", read_key)),
    "storage key": (b"0123456789abcdef\n", in_folder("key", lambda file: storage_key(file, file))),
    "map lines": (json.dumps(LINES).encode(), _lines),
    "phrases": (PHRASES, in_folder("p.toml", lambda file: own_phrases(file, ["en", "pt"]))),
    "checklists": (Path("bot/config/checklists.toml").read_bytes(), in_folder("c.toml", own_checklists)),
}


@pytest.mark.parametrize("kind", READERS)
def test_what_is_sound_is_taken(kind: str) -> None:
    whole, read = READERS[kind]
    read(whole)


def taken_or_refused(read: Callable[[bytes], Any], data: bytes) -> None:
    begun = time.perf_counter()
    try:
        read(data)
    except REFUSALS as refused:
        assert str(refused)
    assert time.perf_counter() - begun < SECONDS


@pytest.mark.parametrize("kind", READERS)
@bounded(60)
@given(data=st.data())
def test_what_is_spoilt_is_taken_or_refused_in_words(kind: str, data: st.DataObject) -> None:
    whole, read = READERS[kind]
    taken_or_refused(read, data.draw(spoilt(whole)))


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("data", [b"", b"[" * 200_000, b'{"a":' * 200_000, b"\x00" * 100_000, b"9" * 100_000])
def test_what_is_nothing_at_all_is_refused_in_words(kind: str, data: bytes) -> None:
    taken_or_refused(READERS[kind][1], data)
