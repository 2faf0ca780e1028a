"""`liaison backup`: beside the running bot, without its lock and without touching what it writes."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from pyrage.x25519 import Recipient

from bot import __version__
from bot.backup import archive
from bot.backup.archive import BackupRefused, Manifest, Member
from bot.config import Config, secret
from bot.matrix.cryptostore import copy_room_keys
from bot.matrix.recovery import VARIABLE
from bot.store.backup import PARTIAL
from bot.store.opening import DatabaseError, storage_key
from bot.store.scratch import BACKUP, scratch
from bot.store.snapshot import snapshot


def backup(config: Config, dest: Path, now: datetime, environment_key: str | None = None) -> Manifest:
    """Write a backup of the data folder as it is at *now* to *dest*, and return its manifest.

    Raises BackupRefused when there is nobody to encrypt it to, nothing to back up, or something in its place.
    """
    recipient = config.storage.backup_recipient
    if not recipient:
        raise BackupRefused(
            "storage.backup_recipient is empty, so nobody could open the backup: make a key pair with"
            " `liaison backup --new-key FILE`, put the public key there and keep FILE on another machine."
        )
    try:
        there = dest.exists() or dest.is_symlink()
    except OSError as error:  # a name that no disk takes
        raise BackupRefused(f"the backup cannot be written: {dest}: {error.strerror}") from error
    if there:
        raise BackupRefused(f"{dest} exists; a backup overwrites nothing.")
    folder = config.storage.directory
    path = folder / "liaison.db"
    if not path.exists():
        raise BackupRefused(f"there is nothing to back up yet: {path} does not exist.")
    try:
        key = storage_key(config.storage.key_file, path, environment_key)
        with scratch(folder, BACKUP) as temporary:
            return _backed_up(config, key, temporary, dest, now)
    except DatabaseError as error:
        raise BackupRefused(str(error)) from error
    except OSError as error:
        raise BackupRefused(f"the backup cannot be written: {error.filename or dest}: {error.strerror}") from error


def _backed_up(config: Config, key: str, temporary: Path, dest: Path, now: datetime) -> Manifest:
    folder = config.storage.directory
    members: dict[str, Member] = {archive.STORAGE_KEY: key.encode()}
    if recovery := secret(config.matrix.recovery_key_file, VARIABLE):
        members[archive.RECOVERY_KEY] = recovery.encode()
    # The database first: room keys are kept before the events that need them, so the later copy has them all.
    taken = snapshot(folder / "liaison.db", key, temporary / archive.DATABASE)
    copy_room_keys(folder, key, temporary / archive.ROOM_KEYS)
    members |= {name: temporary / name for name in archive.FILES}
    digests = {name: archive.digest(member) for name, member in members.items()}
    manifest = Manifest(archive.FORMAT, __version__, now, config.matrix.user_id, taken.device_id, taken.schema, digests)
    _write(manifest, members, Recipient.from_str(config.storage.backup_recipient), dest)
    return manifest


def _write(manifest: Manifest, members: dict[str, Member], recipient: Recipient, dest: Path) -> None:
    """Write to a name of its own first: what stands at *dest* is always whole."""
    partial = dest.with_name(f".{dest.name}.{token_hex(4)}{PARTIAL}")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            archive.write(manifest, members, recipient, file)
            file.flush()
            os.fsync(file.fileno())
        if dest.exists():
            raise BackupRefused(f"{dest} exists; a backup overwrites nothing.")
        partial.rename(dest)
        sync_folder(dest.parent)
    finally:
        partial.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Have the names in *folder* on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
