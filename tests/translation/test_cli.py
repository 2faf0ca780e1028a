"""`liaison translate` as another program calls it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from bot.cli.models import app
from tests.cli.test_program import GOOD
from tests.translation.conftest import SPANISH

KEYS = {"text", "flags", "differs", "route", "engine", "protected", "provenance"}


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


def test_a_line_that_cannot_be_translated_is_marked_and_harms_no_other(models: Path) -> None:
    good, long = "Vemos uma carrinha branca perto da ponte.", "Temos 3 carros. " * 1300
    lines = [good, "força".encode("latin-1"), good, long, good, b"\xff\xfe", "\x00", good]
    text = b"\n".join(line.encode() if isinstance(line, str) else line for line in lines)
    done = subprocess.run(
        [sys.executable, "-m", "bot", "translate", "--from", "pt", "--to", "es"],
        input=text, capture_output=True, timeout=50, check=False,
        env=os.environ | {"LIAISON_MODELS": str(models)},
    )  # fmt: skip
    made = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert done.returncode == 0 and all(set(one) == KEYS for one in made)
    assert [one["flags"] == ["unavailable"] for one in made] == [False, True, False, True, False, True, False, False]
    assert made[1]["text"] == "for\ufffda" and made[3]["text"] == long
    assert [made[n]["text"] for n in (0, 2, 4, 7)] == ["Vemos una furgoneta blanca cerca del puente."] * 4


def test_no_way_is_said_on_standard_error(models: Path) -> None:
    done = translate(models, "x\n", "--from", "pt", "--to", "el")
    assert (
        done.returncode == 2
        and done.stdout == ""
        and "no way from pt to el" in done.stderr
        and "--config FILE" in done.stderr
    )
    assert translate(models, "x\n", "--from", "pt").returncode == 2


def test_models_without_a_configuration_say_where_they_are_and_that_a_bot_has_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "models of mine"
    done = CliRunner().invoke(app, ["install", str(SPANISH[0])], env={"LIAISON_MODELS": str(folder)})
    told = r"en-es argos: masks for plates, grids and times tried: letters \(XQ1\) \d+ of \d+ came back, "
    assert re.search(told + r"numbers \(90001\) \d+ of \d+ came back; letters from now on\n", done.output), done.output
    steps = (["install", str(SPANISH[0])], ["list"], ["test", "xx-yy"], ["remove", "en-es"], ["remove", "en-es"])
    for step in steps:
        done = CliRunner().invoke(app, step, env={"LIAISON_MODELS": str(folder), "COLUMNS": "200"})
        assert str(folder) in re.sub(r"\s*\n\s*", " ", done.output), step
        assert "--config FILE works on those" in done.output, step


def test_models_with_a_configuration_are_those_of_its_bot(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret")
    config = tmp_path / "liaison.toml"
    config.write_text(GOOD)
    done = CliRunner().invoke(app, ["install", str(SPANISH[0]), "--config", str(config)])
    assert f"installed in {tmp_path / 'data' / 'models'}" in done.output and "--config FILE" not in done.output


def test_nothing_installed_is_not_said_to_be(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["install", "nonsense"], env={"LIAISON_MODELS": str(tmp_path)})
    assert done.exit_code == 2 and "installed in" not in done.output
