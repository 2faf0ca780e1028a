"""As many models stay loaded as there is memory for: where they did not, each batch loaded them anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.translation import loaded
from bot.translation.engine import Model, Output, Pair
from bot.translation.loaded import ALWAYS, Loaded

SIZE = 1000
MANY = 22


@dataclass
class Made:
    """A model that only says which one it is."""

    key: str

    def translate(self, texts: Sequence[str]) -> list[Output]:
        return [Output(self.key) for _ in texts]


@pytest.fixture
def pairs(tmp_path: Path) -> list[Pair]:
    """Return pairs of all files together `SIZE` bytes each."""
    found = []
    for number in range(MANY):
        folder = tmp_path / str(number)
        (folder / "model").mkdir(parents=True)
        (folder / "model" / "model.bin").write_bytes(b"." * (SIZE - 10))
        (folder / "vocabulary").write_bytes(b"." * 10)
        found.append(Pair("en", f"x{chr(97 + number)}", "argos", str(number), "", folder))
    return found


def asked(pairs: Sequence[Pair], room: int, turns: int = 3) -> tuple[Loaded, list[str]]:
    """Return what is loaded once all of *pairs* were asked in turn, and which were loaded, in order."""
    made: list[str] = []

    def load(pair: Pair) -> Model:
        made.append(pair.key)
        return Made(pair.key)

    models = Loaded(load, room)
    for pair in pairs * turns:
        [output] = models.get(pair).translate([""])
        assert output.text == pair.key
    return models, made


def test_all_pairs_of_twelve_languages_are_loaded_once(pairs: list[Pair]) -> None:
    models, made = asked(pairs, MANY * SIZE)
    assert (len(models), made) == (MANY, [pair.key for pair in pairs])


def test_what_there_is_no_memory_for_takes_the_place_of_what_was_unused_for_longest(pairs: list[Pair]) -> None:
    models, made = asked(pairs[:12], 12 * SIZE)
    assert (len(models), len(made)) == (12, 12)
    for number in (0, 12, 0, 1):  # the first was used again, so the second makes room
        models.get(pairs[number])
    assert made[12:] == [pairs[12].key, pairs[1].key]
    assert len(models) == 12


def test_eight_stay_loaded_whatever_their_size(pairs: list[Pair]) -> None:
    models, made = asked(pairs[:ALWAYS], 0)
    assert (len(models), len(made)) == (ALWAYS, ALWAYS)
    models, made = asked(pairs, 0)
    assert len(models) == ALWAYS


def test_what_a_service_or_container_may_have_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = loaded.room()
    monkeypatch.setattr(loaded, "_CGROUPS", tmp_path)
    (tmp_path / "memory.max").write_text("max\n")
    whole = loaded.room()
    assert whole >= free > 0
    (tmp_path / "memory.max").write_text(f"{6 * SIZE}\n")
    lines = Path("/proc/self/cgroup").read_text().splitlines()
    assert not any(line.startswith("0::") for line in lines) or loaded.room() == SIZE
