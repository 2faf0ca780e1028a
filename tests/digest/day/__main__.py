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
from ..shots import WIDTHS, keep, shoot
from . import Watched, digest, lived

LANGUAGES = ("en", "el", "ar")


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
                await shoot(page, shown, folder, language)
                await keep(folder / f"{language}-picture.png", picture.data)
            await page.opens(work / "en.html", WIDTHS["desktop"], dark=True)
            await keep(folder / "en-desktop-dark.webp", await page.screenshot(1_600))
        await keep(folder / "example.html", made["en"][1].data)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
