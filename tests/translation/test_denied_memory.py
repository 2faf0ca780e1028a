"""Translating where memory that is written may not be run, as the unit has it (`MemoryDenyWriteExecute=`)."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from bot.translation import child

# prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN), of Linux 6.3 and newer: what is started from there on inherits it.
_DENYING = """
import ctypes, os, sys
if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0): sys.exit(77)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="elsewhere nothing writes machine code")


def denied(*arguments: str, typed: str = "") -> str:
    """Run Python where it is denied; return what it printed."""
    environment = {name: value for name, value in os.environ.items() if name != "CT2_USE_MKL"}
    command = [sys.executable, "-c", _DENYING, *arguments]
    ended = subprocess.run(
        command, input=typed, capture_output=True, text=True, timeout=120, env=environment, check=False
    )
    if ended.returncode == 77:
        pytest.skip("this kernel cannot deny it by itself")
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_worker_does_without_code_of_its_own_only_where_that_is_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CT2_USE_MKL", raising=False)
    asked = (
        "from pathlib import Path; from bot.translation import child; print(child.environment(Path())['CT2_USE_MKL'])"
    )
    assert denied("-c", asked) == "1\n"
    assert "CT2_USE_MKL" not in child.environment(Path())


def test_a_sentence_is_translated_all_the_same(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIAISON_MODELS", str(models))
    said = denied("-m", "bot", "translate", "--from", "en", "--to", "es", typed="The driver is not armed.\n")
    assert json.loads(said)["text"] == "El conductor no lleva armas."
