"""The program from outside: exit codes, and what it says on standard error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.store.database import Database

GOOD = """
[matrix]
homeserver = "http://127.0.0.1:1"
user_id = "@liaison:example.org"
password_file = "password"
[storage]
key_file = "key"
[taskforce]
code = "BRAVO"
name = "Joint Task Force Bravo"
languages = ["en", "pt", "es"]
[privacy]
controller = "Joint Operations Centre"
contact = "privacy@example.org"
[access]
servers = ["example.org"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "password").write_text("secret")
    path = tmp_path / "liaison.toml"
    path.write_text(GOOD)
    return path


def liaison(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "bot", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)


def test_check_lists_each_language_and_changes_nothing(config: Path) -> None:
    done = liaison("check", "--config", config)
    assert (done.returncode, done.stderr) == (0, "")
    assert "does not answer now" in done.stdout
    rows = [line.split("│")[1:5] for line in done.stdout.splitlines() if line.startswith("│")]
    assert [[cell.strip() for cell in row] for row in rows] == [
        ["en", "yes", "pt", "pt"],
        ["pt", "yes", "en", "en"],
        ["es", "yes", "–", "–"],
    ]
    assert sorted(path.name for path in config.parent.iterdir()) == ["liaison.toml", "password"]


@pytest.mark.parametrize("command", ["run", "check"])
def test_every_fault_of_a_configuration_is_told_at_once_and_nothing_starts(config: Path, command: str) -> None:
    config.write_text(
        GOOD.replace('"http://127.0.0.1:1"', '"somewhere"')
        .replace('code = "BRAVO"', 'code = "b"\ncolour = 3')
        .replace('contact = "privacy@example.org"', "")
    )
    done = liaison(command, "--config", config)
    assert done.returncode == 2
    assert done.stdout == ""
    for key in ("matrix.homeserver", "taskforce.code", "taskforce.colour", "privacy.contact"):
        assert f"liaison: {key}: " in done.stderr
    assert not (config.parent / "data").exists()


async def test_a_wrong_storage_key_is_refused(config: Path) -> None:
    async with Database.open(config.parent / "data" / "liaison.db", "another key"):
        pass
    (config.parent / "key").write_text("not that key")
    for command in ("check", "run"):
        done = liaison(command, "--config", config)
        assert done.returncode == 2
        assert "cannot be opened with this storage key" in done.stderr


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    done = liaison("run", "--config", tmp_path / "none.toml")
    assert done.returncode == 2
    assert "there is no such file; start from config.example.toml" in done.stderr
