"""As many models stay loaded as there is memory for: where they did not, each batch loaded them anew."""

from __future__ import annotations

import os
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


@pytest.mark.parametrize("name", ["memory.max", "memory.high"])
def test_what_a_service_or_container_may_have_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    free = loaded.room()
    monkeypatch.setattr(loaded, "_CGROUPS", tmp_path)
    (tmp_path / name).write_text("max\n")
    whole = loaded.room()
    assert whole >= free > 0
    (tmp_path / name).write_text(f"{6 * SIZE}\n")
    assert loaded.room() == SIZE


@pytest.mark.parametrize("name", ["/", "/docker/1f", "/não/está", "/../.."])
def test_older_control_groups_count_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Version 1, as RHEL 8 has it: a hierarchy of its own for memory, beside that of version 2 in some systems."""
    groups = tmp_path / "own"
    groups.write_text(f"11:cpuset:/\n4:memory:{name}\n1:name=systemd:{name}\n0::/init.scope\n")
    monkeypatch.setattr(loaded, "_OWN", groups)
    monkeypatch.setattr(loaded, "_CGROUPS", tmp_path)
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory" / "memory.limit_in_bytes").write_text(f"{(1 << 63) - 4096}\n")
    assert loaded.room() > SIZE
    (tmp_path / "memory" / "memory.limit_in_bytes").write_text(f"{6 * SIZE}\n")
    assert loaded.room() == SIZE
    groups.write_text("")
    assert loaded.room() == SIZE


@pytest.mark.parametrize("fault", [OSError(), ValueError(), -1])
def test_a_machine_that_does_not_say_how_much_memory_it_has_keeps_eight(
    monkeypatch: pytest.MonkeyPatch, fault: Exception | int
) -> None:
    def sysconf(_name: str) -> int:
        if isinstance(fault, Exception):
            raise fault
        return fault

    monkeypatch.setattr(os, "sysconf", sysconf)
    monkeypatch.setattr(loaded, "_limits", list)
    assert loaded.room() <= 0
