"""What `make` says and how it ends, on a copy of the Makefile with stand-ins for what it runs."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(CHECKOUT / "Makefile", folder)
    (folder / "requirements-dev.lock").touch()
    return subprocess.run(["make", *arguments], cwd=folder, capture_output=True, text=True, timeout=30, check=False)


def test_only_the_first_set_up_is_announced(tmp_path: Path) -> None:
    first = make(tmp_path, "-n", ".venv/.locked").stdout
    assert first.index("about two minutes") < first.index("venv .venv")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / ".locked").touch()
    (tmp_path / "requirements-dev.lock").unlink()
    assert "about two minutes" not in make(tmp_path, "-n", "-W", "requirements-dev.lock", ".venv/.locked").stdout


@pytest.mark.parametrize(("arguments", "code", "ended"), [([], 130, 0), ([], 1, 2), (["ONCE=1"], 130, 2)])
def test_an_interrupted_demo_is_no_error_of_make(tmp_path: Path, arguments: list[str], code: int, ended: int) -> None:
    program = tmp_path / ".venv" / "bin" / "liaison"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\nexit {code}\n")
    program.chmod(0o755)
    done = make(tmp_path, "--old-file=setup", "demo", *arguments)
    assert done.returncode == ended
    assert ("Error" in done.stderr) == bool(ended)


@pytest.mark.parametrize("python", ["", "false"])
def test_an_installation_without_a_usable_python_says_what_to_install(tmp_path: Path, python: str) -> None:
    done = make(tmp_path, "install", f"PYTHON={python}", f"PREFIX={tmp_path / 'opt'}")
    assert done.returncode == 2
    assert "apt install python3-venv" in done.stderr
    assert "make install PYTHON=" in done.stderr
    assert not (tmp_path / "opt").exists()


@pytest.mark.parametrize("ended", [0, 1])
def test_an_installation_from_wheels_that_do_not_fit_says_so(tmp_path: Path, ended: int) -> None:
    installed = tmp_path / "opt" / "bin" / "python"
    installed.parent.mkdir(parents=True)
    installed.write_text(f"#!/bin/sh\nexit {ended}\n")
    installed.chmod(0o755)
    done = make(tmp_path, "install", "PYTHON=true", f"PREFIX={tmp_path / 'opt'}", "OFFLINE=/media/stick")
    assert bool(done.returncode) == bool(ended)
    assert ("/media/stick has not all that is needed" in done.stderr) == bool(ended)


def test_what_packages_and_the_program_are_built_with_is_pinned_and_whole() -> None:
    [named] = re.findall(r"^BUILDERS := (\S+)$", (CHECKOUT / "Makefile").read_text("utf-8"), re.MULTILINE)
    builders = set(named.split("|"))
    pinned: dict[str, set[str]] = {}
    for block in re.split(r"^(?=[a-z])", (CHECKOUT / "requirements-dev.lock").read_text("utf-8"), flags=re.MULTILINE)[
        1:
    ]:
        pinned[block.partition("==")[0]] = set(re.findall(r"^    #(?:   | via) ([a-z][\w-]*)$", block, re.MULTILINE))
    assert builders <= pinned.keys()
    assert [name for name, needed_by in pinned.items() if needed_by & builders and name not in builders] == []
