"""Backups go once they are too old, and `check` says which still hold what was purged."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli.outlived import outlived
from bot.config import Config
from bot.store.backup import MAGIC, expire, kept
from bot.store.scratch import MARK

from ..fakes import KEY, NOON, configuration
from ..purges import purges
from ..world import Person, World


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "backups").mkdir()
    return configuration(
        storage={"directory": tmp_path}, retention={"backups": tmp_path / "backups", "backup_days": 30}
    )


def backup(config: Config, name: str, days: float, begins: bytes = MAGIC) -> Path:
    """Return a file that is that many days old at noon."""
    assert config.retention.backups
    path = config.retention.backups / name
    path.write_bytes(begins + b"-> X25519")
    at = (NOON - timedelta(days=days)).timestamp()
    os.utime(path, (at, at))
    return path


def test_what_is_too_old_goes_and_nothing_else(config: Config) -> None:
    old, older = backup(config, "a", 31), backup(config, "b", 300)
    new, no_backup = backup(config, "c", 29), backup(config, "d", 300, b"something else")
    outside = config.storage.directory / "outside"
    outside.write_bytes(MAGIC)
    assert config.retention.backups
    (config.retention.backups / "link").symlink_to(outside)
    assert expire(config, NOON) == 2
    assert not old.exists() and not older.exists() and new.exists() and no_backup.exists() and outside.exists()


def test_the_last_backup_stays(config: Config) -> None:
    backup(config, "a", 400)
    last = backup(config, "b", 300)
    assert expire(config, NOON) == 1 and [one.path for one in kept(config)] == [last]


def test_no_folder_is_no_fault() -> None:
    assert kept(configuration()) == [] and expire(configuration(), NOON) == 0


async def test_check_says_which_hold_what_was_purged(
    config: Config, world: World, ana: Person, vera: Person, luc: Person, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIAISON_STORAGE_KEY", KEY)
    backup(config, "a", 3)
    await ana.says(f"!incident close {ref} resolved")
    assert list(outlived(config)) == []
    await purges(vera, luc, ref)
    [said] = outlived(config)
    assert "1 backup there still holds what was purged on 2026-11-22" in said and "by 2026-12-19" in said, said
    assert "The last of them stays" in said
    backup(config, "b", -1)
    [said] = outlived(config)
    assert "The last of them stays" not in said


def test_what_a_killed_backup_left_is_never_the_last(config: Config) -> None:
    whole = backup(config, "a", 300)
    torn = backup(config, ".b.0a1b2c3d.partial", 200)
    assert expire(config, NOON) == 1
    assert whole.exists() and not torn.exists()


def test_the_copy_that_a_killed_backup_left_goes_with_the_daily_look(config: Config) -> None:
    left = config.storage.directory / ".backup-killed"
    left.mkdir()
    (left / MARK).touch()
    (left / "liaison.db").write_bytes(b"all that was purged")
    expire(config, NOON)
    assert not left.exists()


def test_a_folder_that_somebody_has_put_there_stays_whatever_it_is_called(config: Config) -> None:
    copied = config.storage.directory / ".backup-20261129"
    copied.mkdir()
    (copied / "liaison.db").write_bytes(b"copied by hand before an upgrade")
    expire(config, NOON)
    assert (copied / "liaison.db").exists()
