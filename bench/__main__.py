"""`python -m bench [NAME…]`, from a source checkout: measure, print the table, write `bench/results.md`.

Without names everything is measured and the file is written; with names only those, and only printed.
Exits 1 if something could not be measured; a mark that is missed stands in the table.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import structlog
from rich.console import Console

from bench import (
    briefing,
    burst,
    catchup,
    digest,
    drain,
    handover,
    incidents,
    lag,
    leads,
    machine,
    manyrooms,
    memory,
    modes,
    pack,
    pairs,
    quality,
    report,
    roundtrip,
    servers,
    stream,
    translation,
    trust,
)
from bench.row import Row

BENCHMARKS: dict[str, tuple[Callable[[], Awaitable[list[Row]]], float]] = {
    "roundtrip": (roundtrip.measure, 300.0),
    "translation": (translation.measure, 300.0),
    "trust": (trust.measure, 240.0),
    "servers": (servers.measure, 600.0),
    "quality": (quality.measure, 240.0),
    "stream": (stream.measure, 240.0),
    "lag": (lag.measure, 120.0),
    "memory": (memory.measure, 300.0),
    "pairs": (pairs.measure, 240.0),
    "drain": (drain.measure, 600.0),
    "catchup": (catchup.measure, 600.0),
    "manyrooms": (manyrooms.measure, 600.0),
    "modes": (modes.measure, 120.0),
    "incidents": (incidents.measure, 600.0),
    "leads": (leads.measure, 240.0),
    "handover": (handover.measure, 240.0),
    "briefing": (briefing.measure, 240.0),
    "burst": (burst.measure, 300.0),
    "digest": (digest.measure, 600.0),
    "pack": (pack.measure, 240.0),
}
"""Each benchmark and the seconds that it may take."""


async def _all(names: list[str], console: Console) -> tuple[list[Row], bool]:
    rows: list[Row] = []
    whole = True
    for name in names:
        measure, seconds = BENCHMARKS[name]
        console.print(f"measuring {name} …")
        try:
            others = machine.Others()
            async with asyncio.timeout(seconds):
                measured = await measure()
            used = f"{others.cores():.1f} cores"
            rows += [replace(row, others=used) for row in measured]
        except Exception as error:  # one benchmark that fails must not take the others' figures along
            whole = False
            console.print_exception()
            rows.append(Row(name, f"could not be measured: {type(error).__name__}", reached=False))
    return rows, whole


def main() -> int:
    """Measure what the command line asks for; return the exit code."""
    known = ", ".join(BENCHMARKS)
    parser = argparse.ArgumentParser(prog="python -m bench", description="Liaison's benchmarks.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {known}; default: all")
    names = parser.parse_args().names
    if unknown := [name for name in names if name not in BENCHMARKS]:
        parser.error(f"{unknown[0]} is none of {known}")
    logging.basicConfig(level=logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    rows, whole = asyncio.run(_all(names or list(BENCHMARKS), Console(stderr=True)))
    report.show(rows)
    if not names:
        report.write(rows, machine.describe(), datetime.now(UTC))
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
