"""A worker that speaks our frames and no language: it upper-cases, and fails on request.

`crash` ends the process, `hang` never answers, `slow` takes nine tenths of a second, `error` is a broken model, `says
JSON` answers with that, `strays` answers somebody who did not ask and ends. Each start and each batch is a line in the
file `log` of the models' folder.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from bot.translation import wire

FOLDER = Path(sys.argv[sys.argv.index("--models") + 1])


def note(line: str) -> None:
    with (FOLDER / "log").open("a") as log:
        log.write(line + "\n")


def answer(text: str) -> Any:
    if text == "crash":
        os._exit(3)
    if text == "hang":
        time.sleep(3600)
    if text == "slow":
        time.sleep(0.9)
    if text == "error":
        return {"error": "ValueError"}
    if text.startswith("says "):
        return json.loads(text.removeprefix("says "))
    return {"text": text.upper(), "unknown": 0.0}


def main() -> None:
    note("start")
    if (FOLDER / "broken").exists():
        os._exit(4)
    out = os.fdopen(1, "wb", 0)
    made = {"source": "en", "target": "pt", "engine": "argos", "name": "fake", "sha256": "", "path": "."}
    out.write(wire.pack({"pairs": [made], "faults": []}))
    while True:
        jobs = wire.read(sys.stdin.buffer)
        note(f"batch {len(jobs)}")
        results = [[i, answer(job["text"])] for i, job in enumerate(jobs)]
        if any(job["text"] == "strays" for job in jobs):
            out.write(wire.pack({"results": [[999, {"text": ""}]]}))
            os._exit(5)
        out.write(wire.pack({"results": results}))
        out.write(wire.pack({"done": True}))


main()
