"""`liaison audit verify --pack` and `liaison pack rerun`."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.cli import pack as pack_cli
from bot.model.export.container import Member, container
from bot.translation import Translator

from ..fakes import FakeTranslator
from ..world import Person, World
from .conftest import given
from .test_exporting import let


@pytest.fixture
async def path(world: World, ana: Person, rosa: Person, tmp_path: Path) -> Path:
    """Return a pack with translations."""
    world.person("kate")
    await rosa.says("!incident declare Barco na praia type:vessel severity:high")
    ref = next(str(h.post.record["ref"]) for h in world.heard if h.kind == "card" and h.post)
    await let(world, ref)
    found = tmp_path / "pack.zip"
    found.write_bytes((await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation")).data)
    return found


async def test_the_program_checks_a_pack_as_the_file_in_it_does(world: World, path: Path) -> None:
    runner, key = CliRunner(), await world.store.audit.key()
    assert key
    done = runner.invoke(app, ["audit", "verify", "--pack", str(path), "--key", key.verifier.text])
    assert done.exit_code == 0 and "all of it holds" in done.stdout, done.output
    path.write_bytes(path.read_bytes()[:-1])
    done = runner.invoke(app, ["audit", "verify", "--pack", str(path)])
    assert done.exit_code == 1 and "WRONG" in done.stdout
    both = runner.invoke(app, ["audit", "verify", "--pack", str(path), "--config", str(path)])
    assert both.exit_code == 2


class Again(FakeTranslator):
    """Engines that say the same again, or something else."""

    other = False

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def translate(self, text: str, source: str, targets: Any, *aids: Any) -> Any:
        return await super().translate(text if not self.other else f"{text}!", source, targets, *aids)


@pytest.mark.parametrize("other", [False, True])
async def test_translations_are_made_again_and_other_words_are_named(
    path: Path, monkeypatch: pytest.MonkeyPatch, other: bool
) -> None:

    monkeypatch.setattr(Again, "other", other)
    monkeypatch.setattr(pack_cli, "Translator", lambda place: Again())
    done = await asyncio.to_thread(CliRunner().invoke, app, ["pack", "rerun", str(path), "--json"])
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines and {one["same"] for one in lines} == {not other} and done.exit_code == int(other), done.output
    assert Translator is not pack_cli.Translator
    path.write_bytes(b"no pack")
    assert (await asyncio.to_thread(CliRunner().invoke, app, ["pack", "rerun", str(path)])).exit_code == 2


async def test_of_several_in_one_file_each_has_its_translations_made_again(
    world: World, ana: Person, rosa: Person, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rosa.says("!incident declare Camião parado type:vehicle severity:low")
    refs = sorted({str(h.post.record["ref"]) for h in world.heard if h.kind == "card" and h.post})
    for ref in refs:
        await let(world, ref)
    path.write_bytes((await given(world, rosa, ana, f"{','.join(refs)} to FRA-PN for cooperation")).data)
    monkeypatch.setattr(pack_cli, "Translator", lambda place: Again())
    done = await asyncio.to_thread(CliRunner().invoke, app, ["pack", "rerun", str(path), "--json"])
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {one["record"] for one in lines} == {*refs} and all(one["same"] for one in lines), done.output
    checked = CliRunner().invoke(app, ["audit", "verify", "--pack", str(path)])
    assert checked.exit_code == 0 and all(ref in checked.stdout for ref in refs), checked.output


def test_a_manifest_nested_without_end_is_no_pack(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(container({"manifest.json": Member.stored("manifest.json", b"[" * 200_000)}))
    done = CliRunner().invoke(app, ["pack", "rerun", str(path)])
    assert done.exit_code == 2 and "is no pack that holds" in done.stderr
