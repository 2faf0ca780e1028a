"""`python -m tests.digest.shots FROM TO`: each digest of a folder as a phone and as a desk show it.

FROM holds `NAME.html`, and beside it `NAME.png`, the picture that a room shows. Needs Chromium (Debian and Ubuntu:
apt-get install chromium).
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from .browser import Page, browser

WIDTHS = {"phone": 390, "desktop": 1280}
LONGEST = {"phone": 4_600, "desktop": 3_300}
"""Pixels from above that are kept of each: the table goes on as it begins."""


async def shoot(page: Page, file: Path, folder: Path, name: str) -> None:
    """Keep what *file* looks like at each width in *folder*."""
    for kind, width in WIDTHS.items():
        await page.opens(file, width)
        await keep(folder / f"{name}-{kind}.webp", await page.screenshot(LONGEST[kind]))


async def keep(file: Path, data: bytes) -> None:
    """Write *file*, and say how large it is."""
    await asyncio.to_thread(file.write_bytes, data)
    sys.stdout.write(f"{file} {len(data) / 1000:.0f} kB\n")


async def main(made: Path, folder: Path) -> None:
    """Keep what each digest in *made* looks like in *folder*."""
    with tempfile.TemporaryDirectory(prefix="liaison-shots-", ignore_cleanup_errors=True) as name:
        async with browser(Path(name)) as page:
            for file in sorted(made.glob("*.html")):
                await shoot(page, file, folder, file.stem)
                await keep(folder / f"{file.stem}-picture.png", file.with_suffix(".png").read_bytes())


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
