"""An evidence pack on a machine that has nothing but Python, and what one byte does to it."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import zipfile
from pathlib import Path

from ..export.test_every_byte import other, places

AT_ONCE = os.cpu_count() or 1


def unpacked(pack: bytes, folder: Path) -> Path:
    """Write the pack into an empty *folder*, and beside it the program that it holds; return the pack's path."""
    folder.mkdir()
    path = folder / "pack.zip"
    path.write_bytes(pack)
    with zipfile.ZipFile(path) as found:
        (folder / "verify.py").write_bytes(found.read("verify.py"))
    return path


def checked(path: Path) -> subprocess.CompletedProcess[str]:
    """Run the program beside *path*: no packages, no environment, nothing of ours on its path."""
    line = [sys.executable, "-I", "-S", "verify.py", path.name]
    return subprocess.run(line, capture_output=True, text=True, timeout=60, cwd=path.parent, env={}, check=False)


async def stands_by_no_other_byte(pack: bytes, path: Path) -> int:
    """See that the program fails for each of many packs in which one byte is another; return of how many."""
    chance = random.Random(len(pack))
    changed = [(what, at) for what, at in places(pack) if "byte of" in what]
    changed += [("anywhere", at) for at in chance.sample(range(len(pack)), 40)]
    turns = asyncio.Semaphore(AT_ONCE)

    async def fails(number: int, what: str, at: int) -> None:
        async with turns:
            file = path.with_name(f"{number}.zip")
            await asyncio.to_thread(file.write_bytes, other(pack, at, chance))
            done = await asyncio.to_thread(checked, file)
            await asyncio.to_thread(file.unlink)
        assert (done.returncode, done.stderr) == (1, ""), f"{what}, {at}: {done}"
        assert done.stdout.startswith("WRONG"), f"{what}, {at}: {done.stdout}"

    await asyncio.gather(*(fails(number, what, at) for number, (what, at) in enumerate(changed)))
    return len(changed)
