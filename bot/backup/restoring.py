"""`liaison restore`: the data comes back, the device does not.

An Olm account that is rolled back breaks the encryption for everyone who talked to it meanwhile, so the next start is
a new device, signed by the same identity: to other people it is one more device of somebody they know.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from bot.app import StartRefused, only_process
from bot.backup import archive
from bot.backup.archive import BackupRefused, Manifest, Member
from bot.backup.keys import read_key
from bot.backup.taking import sync_folder
from bot.config import Config, keep_secret, secret
from bot.matrix.cryptostore import ROOM_KEYS
from bot.matrix.recovery import VARIABLE
from bot.store.database import Database
from bot.store.failing import StorageFailed
from bot.store.opening import DatabaseError
from bot.store.schema import MIGRATIONS
from bot.store.scratch import RESTORE, scratch
from bot.store.snapshot import Unsent, begin_anew

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """What came back, and what did not."""

    taken_at: datetime
    restored_at: datetime
    lost_device: str | None
    unsent: tuple[Unsent, ...]
    unprocessed: int


def restore(config: Config, src: Path, key_file: Path, now: datetime, environment_key: str | None = None) -> Report:
    """Bring the backup *src* back into the empty data folder, opened with the private key in *key_file*.

    Raises BackupRefused, and changes nothing, when something is there already or the backup is not right.
    """
    identity = read_key(key_file)
    folder = config.storage.directory
    try:
        with src.open("rb") as file, only_process(folder):
            _refuse_to_overwrite(folder)
            with scratch(folder, RESTORE) as temporary:
                manifest, members = archive.read(file, identity, temporary)
                return _restored(config, manifest, members, temporary, now, environment_key)
    except (StartRefused, DatabaseError, StorageFailed) as error:
        raise BackupRefused(str(error)) from error
    except OSError as error:
        raise BackupRefused(f"{error.filename or folder}: {error.strerror}") from error


def _refuse_to_overwrite(folder: Path) -> None:
    # Files beside the database too: SQLite would play a left-over log into the restored one.
    for pattern in ("liaison.db*", "crypto.db*"):
        for found in folder.glob(pattern):
            raise BackupRefused(f"{found} exists; restore overwrites nothing. Move the old data folder away first.")


def _restored(
    config: Config,
    manifest: Manifest,
    members: dict[str, Member],
    temporary: Path,
    now: datetime,
    environment_key: str | None,
) -> Report:
    _judge(config, manifest)
    key = _text(members[archive.STORAGE_KEY])
    secrets = [(config.storage.key_file, key, environment_key)]
    recovery = members.get(archive.RECOVERY_KEY)
    if recovery and config.matrix.recovery_key_file and not os.environ.get(VARIABLE):
        secrets.append((config.matrix.recovery_key_file, _text(recovery), None))
    missing = [(file, text) for file, text, given in secrets if not _is_there(file, text, given)]
    done = asyncio.run(_anew(temporary / archive.DATABASE, key, manifest, now))
    for file, text in missing:
        keep_secret(file, text)
    # The database last: before it is there, the folder counts as empty, and the restore can be tried again.
    folder = config.storage.directory
    for name, to in ((archive.ROOM_KEYS, ROOM_KEYS), (archive.DATABASE, "liaison.db")):
        if name in members:
            _put(temporary / name, folder / to)
    sync_folder(folder)
    log.warning(
        "restored",
        since=manifest.taken_at.isoformat(),
        until=now.isoformat(),
        lost_device=manifest.device_id,
        unsent=len(done.unsent),
        unprocessed=done.unprocessed,
    )
    return done


def _judge(config: Config, manifest: Manifest) -> None:
    """Refuse a backup that is not of this account, or that this program cannot read or be the same device of."""
    if manifest.user_id != config.matrix.user_id:
        raise BackupRefused(
            f"the backup is of {manifest.user_id}, and this configuration is for {config.matrix.user_id}"
        )
    if manifest.schema > len(MIGRATIONS):
        raise BackupRefused(
            f"the backup was made by a newer Liaison, {manifest.program} (schema {manifest.schema}, this program knows"
            f" {len(MIGRATIONS)})"
        )
    if manifest.device_id and manifest.device_id == config.matrix.device_id:
        raise BackupRefused(
            f"matrix.device_id is {manifest.device_id}, the device that was backed up: it cannot come back. Give"
            " password_file, or the token and device_id of a new device."
        )


def _is_there(file: Path, text: str, given: str | None) -> bool:
    """Return whether the secret is in its place already; refuse another in its place."""
    if given is not None:
        if given != text:
            raise BackupRefused("LIAISON_STORAGE_KEY is not the key of this backup: unset it, or give the right one.")
        return True
    if not file.exists():
        return False
    if text not in (file.read_text(encoding="utf-8").strip(), secret(file, "")):
        raise BackupRefused(f"{file} holds another key than the backup; move it away first.")
    return True


async def _anew(path: Path, key: str, manifest: Manifest, now: datetime) -> Report:
    async with Database.open(path, key) as database:
        done = await begin_anew(database, manifest.device_id, manifest.taken_at, now)
    return Report(manifest.taken_at, now, manifest.device_id, done.unsent, done.unprocessed)


def _put(file: Path, to: Path) -> None:
    file.chmod(0o600)
    with file.open("rb") as written:
        os.fsync(written.fileno())
    file.replace(to)


def _text(member: Member) -> str:
    return member.decode("utf-8", "replace").strip() if isinstance(member, bytes) else ""
