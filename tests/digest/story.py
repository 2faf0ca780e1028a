"""`python -m tests.digest.story FROM FOLDER`: how the digest of the incident story looks on a phone and on a desk.

FROM is what `STORY_DIGEST=FROM pytest tests/homeserver/test_incident_story.py` has kept: a text, a picture and a file
in each language, as they came through the homeserver. What is
wider than its screen or has a cut label is a fault.

Needs Chromium (Debian and Ubuntu: apt-get install chromium).
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from .browser import browser
from .day.__main__ import WIDTHS, keep
from .test_browser import CUT, TOO_WIDE

LANGUAGES = ("en", "el", "pt")


async def main(kept: Path, folder: Path) -> None:
    """Write the pictures into *folder*."""
    with tempfile.TemporaryDirectory(prefix="liaison-story-", ignore_cleanup_errors=True) as work:
        async with browser(Path(work)) as page:
            for language in LANGUAGES:
                for kind, width in WIDTHS.items():
                    await page.opens((kept / f"{language}.html").resolve(), width)
                    if page.complaints or await page.evaluates(TOO_WIDE) or (await page.evaluates(CUT)):
                        raise SystemExit(f"{language} {kind}: too wide, cut, or not allowed: {page.complaints}")
                    await keep(folder / f"story-{language}-{kind}.webp", await page.screenshot())
                shutil.copyfile(kept / f"{language}.png", folder / f"story-{language}-picture.png")


if __name__ == "__main__":
    asyncio.run(main(*map(Path, sys.argv[1:3])))
