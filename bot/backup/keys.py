"""The key pair that backups are encrypted to and opened with, in the files of the program `age`."""

from __future__ import annotations

from pathlib import Path

from pyrage import IdentityError
from pyrage.x25519 import Identity

from bot.backup.archive import BackupRefused
from bot.config import keep_secret


def make_key(file: Path) -> str:
    """Write a new private key to *file*, which must not exist, and return its public half."""
    identity = Identity.generate()
    public = str(identity.to_public())
    try:
        keep_secret(file, f"# public key: {public}\n{identity}")
    except FileExistsError:
        raise BackupRefused(f"{file} exists; a private key is never overwritten") from None
    except OSError as error:
        raise BackupRefused(f"{file} cannot be written: {error.strerror}") from error
    return public


def read_key(file: Path) -> Identity:
    """Return the private key in *file*; comments and empty lines are passed over."""
    try:
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise BackupRefused(f"the key {file} cannot be read: {getattr(error, 'strerror', 'not a text')}") from error
    for line in lines:
        if line and not line.startswith("#"):
            try:
                return Identity.from_str(line)
            except IdentityError:
                break
    raise BackupRefused(f"{file} holds no private key of age (AGE-SECRET-KEY-1…)")
