"""`liaison translate` as another program calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

KEYS = {"text", "flags", "route", "engine", "protected"}


def translate(models: Path, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "translate", *arguments],
        input=text, capture_output=True, text=True, timeout=50, check=False,
        env=os.environ | {"LIAISON_MODELS": str(models)},
    )  # fmt: skip


def test_a_line_in_a_line_of_json_out_in_order(models: Path) -> None:
    lines = ["Posição 33UXP0500444998, hora 14:30.", "", *(f"Temos {n} carros." for n in range(3, 70))]
    done = translate(models, "\n".join(lines) + "\n", "--from", "pt", "--to", "es")
    made = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0 and len(made) == len(lines) and all(set(one) == KEYS for one in made)
    assert made[0]["text"] == "Posición 33UXP0500444998, hora 14:30."
    assert (made[0]["route"], made[0]["engine"]) == (["pt", "en", "es"], "bergamot+argos")
    assert made[0]["protected"] == ["33UXP0500444998", "14:30"] and made[1]["text"] == ""


def test_no_way_is_said_on_standard_error(models: Path) -> None:
    done = translate(models, "x\n", "--from", "pt", "--to", "el")
    assert done.returncode == 2 and done.stdout == "" and "no way from pt to el" in done.stderr
    assert translate(models, "x\n", "--from", "pt").returncode == 2
