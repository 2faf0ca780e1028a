"""The operator's guide: what it has people type exists as it is typed, and agrees with the unit and the image."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import typer.main

from bot.cli import app
from bot.config import load

from . import guide

DEPLOY = guide.ROOT / "deploy"
UNIT = (DEPLOY / "liaison.service").read_text("utf-8")
IMAGE = (DEPLOY / "Containerfile").read_text("utf-8")
MAKEFILE = (guide.ROOT / "Makefile").read_text("utf-8")
TASKS = {
    "Install, with the internet or without",
    "In a container",
    "Upgrade",
    "Back up",
    "Restore",
    "Move to another host",
    "Rotate keys",
    "A stolen phone",
    "A stolen host",
    "An agency joins, an agency leaves",
}


def instruction(name: str) -> list[str]:
    """Return the words behind each instruction of that name in the last stage of the image."""
    return re.findall(rf"^{name} (.+)$", IMAGE.rpartition("\nFROM ")[2], re.MULTILINE)


def test_the_guide_has_a_section_for_each_task() -> None:
    assert set(guide.sections()) >= TASKS


def test_each_call_of_the_program_parses() -> None:
    inline = [span.split() for span in re.findall(r"`(liaison [^`]*--config[^`]*)`", guide.TEXT)]
    shown = [*guide.calls("liaison"), *inline]
    assert len(shown) > 5
    for _program, *words in shown:
        command: click.Command = typer.main.get_command(app)
        while isinstance(command, click.Group) and words[:1] and words[0] in command.commands:
            command = command.commands[words.pop(0)]
        assert not isinstance(command, click.Group), words
        command.make_context(command.name, words)


def test_each_call_of_make_has_a_target_that_takes_its_variables() -> None:
    shown = guide.calls("make")
    assert len(shown) > 2
    for _make, target, *variables in shown:
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target
        for variable in variables:
            assert f"$({variable.partition('=')[0]})" in MAKEFILE, variable


def test_what_is_copied_from_the_checkout_is_in_it() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=guide.ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    copied = {words[-2] for program in ("install", "cp") for words in guide.calls(program) if "-d" not in words}
    assert copied >= {"deploy/liaison.service", "deploy/liaison", "deploy/liaison.sysusers", "config.example.toml"}
    assert copied <= set(tracked)


def test_what_is_typed_has_the_real_thing_in_place_of_an_example() -> None:
    assert guide.typed("cd liaison && make install OFFLINE=DIR", {"DIR": "/x"}) == "cd liaison\nmake install OFFLINE=/x"
    with pytest.raises(ValueError, match="DIR is not in"):
        guide.typed("cd liaison", {"DIR": "/x"})


def test_services_that_are_managed_are_ours() -> None:
    shown = guide.calls("systemctl")
    assert len(shown) > 5
    for _systemctl, verb, *words in shown:
        assert verb in {"start", "stop", "restart", "reload", "enable", "disable", "daemon-reload"}, verb
        assert [word for word in words if word != "--now"] == ([] if verb == "daemon-reload" else ["liaison"])


def test_paths_are_those_of_the_unit_and_of_the_image() -> None:
    given = set(re.findall(r"LoadCredential=([\w-]+):(\S+)", UNIT))
    assert {path for _name, path in given} == {f"/etc/liaison/secrets/{name}" for name, _path in given}
    named = set(re.findall(r"/etc/liaison/secrets/([\w-]+)", guide.TEXT))
    assert named == {name for name, _path in given}
    [program] = re.findall(r"^ExecStart=(\S+)", UNIT, re.MULTILINE)
    [(config, folder)] = [(path, Path(path).parent) for path in re.findall(r"--config (\S+)", UNIT)]
    assert [program, *json.loads(instruction("ENTRYPOINT")[0])] == [program, program]
    assert json.loads(instruction("CMD")[0]) == ["run", "--config", config]
    assert set(re.findall(r"--config (/[\w/.-]+)", guide.TEXT)) == {config}
    assert program.startswith(re.findall(r"^PREFIX \?= (\S+)", MAKEFILE, re.MULTILINE)[0] + "/")
    places = set(re.findall(r"(?<![\w/])(/(?:opt|var/lib|etc)/liaison)\b", guide.TEXT))
    assert places == {"/opt/liaison", "/var/lib/liaison", str(folder)}


@pytest.mark.parametrize("block", [block for name in guide.sections() for block in guide.blocks(name)])
def test_what_is_written_into_files_is_understood(block: str, tmp_path: Path) -> None:
    if not block.startswith("["):
        return
    if block.startswith("[Service]"):
        keys = {line.partition("=")[0] for line in block.splitlines()[1:]}
        assert keys <= set(re.findall(r"^(?:# )?(\w+)=", UNIT, re.MULTILINE))
        return
    shown = tomllib.loads(block)
    text = (guide.ROOT / "config.example.toml").read_text("utf-8")
    for table, values in shown.items():
        for key, value in values.items():
            text, changed = re.subn(rf"(?ms)(^\[{table}\]$.*?^#? ?{key} = )[^\n]*", _set(value), text, count=1)
            assert changed, f"{table}.{key}"
    (tmp_path / "liaison.toml").write_text(text, "utf-8")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "password").write_text("of the test", "utf-8")
    config = load(tmp_path / "liaison.toml")
    assert str(config.storage.directory) == shown["storage"]["directory"]


def _set(value: Any) -> str:
    return rf"\g<1>{json.dumps(value)}"


def test_the_container_is_run_as_it_is_built_and_may_do_nothing_else() -> None:
    [build] = [words for words in guide.calls("podman") if words[1] == "build"]
    assert (guide.ROOT / build[build.index("-f") + 1]).is_file()
    image = build[build.index("-t") + 1]
    runs = [words for words in guide.calls("podman") if words[1] == "run"]
    assert runs
    [volume] = instruction("VOLUME")
    for words in runs:
        assert {"--read-only", "--cap-drop=all", "--security-opt=no-new-privileges"} <= set(words)
        assert image in words
        mounted = [words[at + 1].split(":") for at, word in enumerate(words) if word == "-v"]
        assert ["/etc/liaison", "/etc/liaison", "ro"] in mounted
        assert [to for _from, to, *how in mounted if how != ["ro"]] == [volume]
    [user] = instruction("USER")
    assert f"user {user.partition(':')[0]}" in guide.TEXT
