"""`python -m tests.digest.day FOLDER`: what the day's digests look like, as pictures, and one of them as it is sent.

None is kept while the catalogues of their languages lack a sentence of theirs: they would show it in English.

Needs Chromium (Debian and Ubuntu: apt-get install chromium).
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from ..browser import browser
from . import Watched, digest, lived

LANGUAGES = ("en", "el", "ar")
WIDTHS = {"phone": 390, "desktop": 1280}
LONGEST = {"phone": 4_600, "desktop": 3_300}
"""Pixels from above that are kept of each: the table goes on as it begins."""


async def main(folder: Path) -> None:
    """Write them into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="liaison-day-", ignore_cleanup_errors=True) as name:
        work = Path(name)
        catalogues = Watched.load()
        async with lived(work, catalogues) as world:
            made = {language: await digest(world, language) for language in LANGUAGES}
        for language in LANGUAGES:
            if missing := catalogues.missing.get(language):
                raise SystemExit(f"Not translated into {language}: {', '.join(sorted(missing))}")
        async with browser(work / "browser") as page:
            for language, (picture, file) in made.items():
                shown = work / f"{language}.html"
                await asyncio.to_thread(shown.write_bytes, file.data)
                for kind, width in WIDTHS.items():
                    await page.opens(shown, width)
                    await keep(folder / f"{language}-{kind}.webp", await page.screenshot(LONGEST[kind]))
                await keep(folder / f"{language}-picture.png", picture.data)
            await page.opens(work / "en.html", WIDTHS["desktop"], dark=True)
            await keep(folder / "en-desktop-dark.webp", await page.screenshot(1_600))
        await keep(folder / "example.html", made["en"][1].data)


async def keep(file: Path, data: bytes) -> None:
    await asyncio.to_thread(file.write_bytes, data)
    sys.stdout.write(f"{file} {len(data) / 1000:.0f} kB\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
