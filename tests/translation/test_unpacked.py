"""The detector's model, unpacked once: kept whole, read back as it was, and made anew where it is not."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest

from bot.translation import unpacked
from bot.translation.unpacked import Unpacked, load

LANGUAGES = ("en", "pt", "es")
WHOLE = unpacked.load_model(unpacked.MODEL_DIR / unpacked.MODEL_FILE)
Usage = namedtuple("Usage", "free")


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """How often the package's own file was unpacked."""
    asked: list[Path] = []

    def load_model(path: Path) -> object:
        asked.append(path)
        return WHOLE

    monkeypatch.setattr(unpacked, "load_model", load_model)
    return asked


def same(one: Unpacked, other: Unpacked) -> bool:
    return all(np.array_equal(np.asarray(a), np.asarray(b)) for a, b in zip(one, other, strict=True))


def test_it_is_unpacked_once_and_read_back_as_it_was(loads: list[Path], tmp_path: Path) -> None:
    first = load(LANGUAGES, tmp_path / "kept")
    assert same(first, load(LANGUAGES, tmp_path / "kept")) and len(loads) == 1
    assert set(first.classes) == set(LANGUAGES) and first.features.shape[1] == len(LANGUAGES)
    assert same(first, load(LANGUAGES)) and len(loads) == 2, "without a folder nothing is kept"


def test_of_other_languages_or_another_version_it_is_made_anew_and_the_old_one_goes(
    loads: list[Path], tmp_path: Path
) -> None:
    load(LANGUAGES, tmp_path)
    [old] = tmp_path.iterdir()
    assert set(load(("en", "fr"), tmp_path).classes) == {"en", "fr"} and len(loads) == 2
    [new] = tmp_path.iterdir()
    assert new != old


@pytest.mark.parametrize("how", ["cut", "emptied", "changed", "another"])
def test_a_damaged_one_is_not_used_but_made_anew(loads: list[Path], tmp_path: Path, how: str) -> None:
    first = load(LANGUAGES, tmp_path)
    [kept] = tmp_path.iterdir()
    data = bytearray(kept.read_bytes())
    data[len(data) // 2] ^= 1
    load(("fr",), tmp_path / "other")
    [other] = (tmp_path / "other").iterdir()
    another = bytes(data[: unpacked.SIZE]) + other.read_bytes()[unpacked.SIZE :]
    shutil.rmtree(tmp_path / "other")
    kept.write_bytes({"cut": data[: len(data) // 2], "emptied": b"", "changed": data, "another": another}[how])
    loads.clear()
    assert same(first, load(LANGUAGES, tmp_path)) and len(loads) == 1
    load(LANGUAGES, tmp_path)
    assert len(loads) == 1


def test_where_it_cannot_be_kept_it_is_unpacked_each_time(
    loads: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    assert load(LANGUAGES, tmp_path / "file").classes and len(loads) == 1
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10_000_000))
    assert load(LANGUAGES, tmp_path / "full").classes and not [*(tmp_path / "full").iterdir()]
    assert load(LANGUAGES, tmp_path / "full").classes and len(loads) == 3
