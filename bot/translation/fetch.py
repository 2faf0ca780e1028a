"""Downloads one package from the Argos index: a child process of `liaison models install`, never of the bot.

Called with source, target and a folder; prints JSON with `path` and `sha256` (null where the index
tells none), or one line on standard error and exit code 1.
"""

from __future__ import annotations

import json
import logging
import shutil
import sys
from pathlib import Path

from argostranslate import package, settings

logging.getLogger("argostranslate").setLevel(logging.CRITICAL)
logging.getLogger("argostranslate.utils").setLevel(logging.CRITICAL)


def fetch(source: str, target: str, folder: Path) -> dict[str, str | None]:
    """Return where the newest package of the pair now is, and its SHA-256 if known; raises LookupError."""
    index = Path(settings.local_package_index)
    index.unlink(missing_ok=True)  # an old one would be believed where the new one cannot be had
    package.update_package_index()
    if not index.exists():
        raise LookupError(
            "the package index cannot be reached; without a connection, name a file that was carried over, not the pair"
        )
    entries = [
        entry
        for entry in json.loads(index.read_text("utf-8"))
        if (entry.get("from_code"), entry.get("to_code")) == (source, target)
    ]
    if not entries:
        raise LookupError("not in the package index")
    newest = max(entries, key=lambda entry: _version(entry.get("package_version", "")))
    available = package.AvailablePackage(newest)
    cached = Path(settings.downloads_dir) / f"{package.argospm_package_name(available)}.argosmodel"
    cached.unlink(missing_ok=True)
    path = folder / cached.name
    shutil.move(available.download(), path)
    return {"path": str(path), "sha256": newest.get("sha256")}


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def main() -> int:
    """Fetch what the arguments name; return the exit code."""
    source, target, folder = sys.argv[1:]
    try:
        sys.stdout.write(json.dumps(fetch(source, target, Path(folder))))
    except Exception as error:  # the library raises bare Exceptions; this process has nothing else to do
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
