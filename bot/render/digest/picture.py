"""The picture of a digest: its charts one below the other, as a phone shows them, as PNG."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.render.digest.charts import WIDTH, band, bars, key, tiles
from bot.render.digest.sheet import Sheet, lines, short
from bot.render.digest.view import View

SECONDS = 20.0
"""How long drawing may take: a picture that takes longer is not posted."""
ZOOM = 2.5
MOST_TYPES = 5
"""Bars of the picture: the file has more."""
MEDIA_TYPE = "image/png"
_EDGE = 20.0
_INDENT = 12.0
_RASTER = Path(__file__).with_name("raster.py")
_STYLE = (
    "text{font-family:'Noto Sans','Noto Sans Arabic',sans-serif;fill:#16202b}"
    ".head{font-size:19px;font-weight:700}.line{font-size:13px;fill:#4a5866}.part{font-size:15px;font-weight:700}"
    ".number{font-size:32px;font-weight:700}.label{font-size:13px}.small{font-size:12px;fill:#4a5866}"
    ".value{font-size:14px;font-weight:700}.tile{fill:#f2f5f8}.track{fill:#e8edf2}.accent{fill:#1f5fa8}"
    ".alarm{fill:#a3173a}.mark{fill:#16202b;stroke:#fff;stroke-width:1}.hair{fill:#d5dde5}"
    ".s4{fill:#f3d58a}.s3{fill:#e58a3c}.s2{fill:#bd3a3a}.s1{fill:#5c0f2e}"
    ".s4,.s3,.s2,.s1{stroke:#16202b;stroke-width:.6}"
)


class NotDrawn(Exception):
    """A picture that could not be drawn, and why."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as PNG, and its size in pixels."""

    data: bytes
    width: int
    height: int


def drawn(view: View) -> tuple[str, float]:
    """Return the charts of a digest as SVG, and how high they are in units."""
    sheet = Sheet(WIDTH, view.language)
    down = 16.0
    for line in lines(view.taskforce, WIDTH, 20.0, 2):
        sheet.text(0, down, line, "head")
        down += 25
    for said in (view.heading, *view.labels):
        for line in lines(said, WIDTH, 13.0, 4):
            sheet.text(0, down - 2, line, "line")
            down += 18
    down = tiles(sheet, down + 8, view.tiles) + 12
    for said in view.quiet:
        sheet.text(0, down + 8, "•", "label")
        for line in lines(said, WIDTH - _INDENT, 13.0, 2):
            sheet.text(_INDENT, down + 8, line, "label")
            down += 20
    down += 16 if view.quiet else 0
    if view.severities:
        sheet.text(0, down + 8, view.by_severity, "part")
        down = band(sheet, down + 22, view.severities) + 14
    # What a phone shows at once: agencies and all else stand in the file.
    if view.types:
        sheet.text(0, down + 10, view.by_type, "part")
        down = bars(sheet, down + 24, view.types[:MOST_TYPES]) + 4
        if any(bar.before for bar in view.types[:MOST_TYPES]):
            down = key(sheet, down, view.week_before)
    width, height = WIDTH + 2 * _EDGE, down + 2 * _EDGE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{short(width)}" height="{short(height)}"'
        f' viewBox="0 0 {short(width)} {short(height)}"><style>{_STYLE}</style>'
        f'<rect width="100%" height="100%" fill="#fff"/><g transform="translate({_EDGE} {_EDGE})">{sheet}</g></svg>',
        height,
    )


async def picture(view: View) -> Picture:
    """Return the picture of a digest; raises NotDrawn if it cannot be had in time."""
    svg, _height = drawn(view)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(_RASTER), str(ZOOM),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(SECONDS):
            data, _nothing = await process.communicate(svg.encode())
    except TimeoutError as error:
        raise NotDrawn(f"not within {SECONDS:.0f} s") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode or not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise NotDrawn(f"the program that draws ended with {process.returncode}")
    return Picture(data, *(int.from_bytes(data[at : at + 4]) for at in (16, 20)))
