"""The table: printed, and written as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.machine import Machine
from bench.row import HEADINGS, Row

RESULTS = Path(__file__).with_name("results.md")
"""Where a whole run is written."""

_NOTE = """\
Made by `make bench`. Another machine gives other figures; the ratios are what to compare. Each peer was
measured in the same run as Liaison, in turns. "Others" is how many cores other programs used meanwhile:
well above 0, a row is worth little. Spanish is translated by the small models in `tests/data/models`,
in their domain; "as expected" is the share of messages that came out word for word as they should."""


def show(rows: Sequence[Row]) -> None:
    """Print *rows*."""
    table = Table(*HEADINGS, title="Benchmarks", show_lines=True)
    for row in rows:
        table.add_row(*row.cells)
    Console().print(table)


def write(rows: Sequence[Row], machine: Machine, now: datetime) -> None:
    """Write *rows* to `RESULTS`."""
    lines = [
        "# Benchmarks",
        "",
        f"- Machine: {machine}",
        f"- Date: {now.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        "",
        *_NOTE.splitlines(),
        "",
        _line(HEADINGS),
        _line(["---"] * len(HEADINGS)),
        *(_line(row.cells) for row in rows),
    ]
    RESULTS.write_text("\n".join(lines) + "\n", "utf-8")


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
