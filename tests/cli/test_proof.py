"""`liaison audit prove` and `audit verify --proof`: entries of one record, shown without the log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.config import Current, load
from bot.model.checkpoint import LogKey, parse
from bot.services.audit import AuditService
from bot.store import Store
from bot.store.database import Database

from ..fakes import KEY, NOON
from .test_audit import Bot, bot, forget

__all__ = ["bot"]
OTHER = "BRAVO-9MD2X"


def liaison(*arguments: str | Path) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(map(str, arguments)))
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
async def proof(bot: Bot) -> Path:
    """Return the proof of one record of two entries among those of another, in a log that has gone on since."""
    async with Database.open(bot.path, KEY) as database:
        store = Store(database)
        audit = AuditService(Current(load(bot.config)), store)
        for n in range(4):
            async with store.transaction():
                await audit.append(
                    "incident.note", None, OTHER if n % 2 else "BRAVO-7K3Q0", {"said": f"words {n}"}, NOON
                )
        cut = await audit.cut(NOON)
        assert cut and cut.size == 24
        bot.kept(24).write_text(cut.note)
        async with store.transaction():
            await audit.append("incident.note", None, OTHER, {}, NOON)
    file = bot.folder / "proof.json"
    code, said, _error = liaison("audit", "prove", "--config", bot.config, OTHER.lower(), "--out", file)
    assert code == 0 and said == f"{file}: 2 entries of {OTHER.lower()}, proved by the checkpoint of 24 entries.\n"
    return file


def key(bot: Bot) -> str:
    return liaison("audit", "key", "--config", bot.config)[1].strip()


def test_it_holds_one_record_and_nothing_of_the_others(bot: Bot, proof: Path) -> None:
    found = json.loads(proof.read_text())
    assert [one["index"] for one in found["entries"]] == [21, 23]
    assert "words 1" in proof.read_text() and "words 0" not in proof.read_text() and "7K3Q0" not in proof.read_text()


def test_it_is_checked_without_the_log(bot: Bot, proof: Path, tmp_path: Path) -> None:
    printed = key(bot)
    bot.path.unlink()
    for given in (("--checkpoint", bot.kept(24)), ("--key", printed), ("--checkpoint", bot.kept(24), "--key", printed)):
        code, said, error = liaison("audit", "verify", "--proof", proof, *given)
        assert (code, error) == (0, ""), error
        assert said.startswith("BRAVO: in the log of 24 entries, head ")
        assert f"entry 21: incident.note, 2026-11-22T12:00:00.000Z, {OTHER}\n" in said


def test_it_is_worth_what_it_is_held_against(bot: Bot, proof: Path) -> None:
    code, _said, error = liaison("audit", "verify", "--proof", proof)
    assert code == 2 and "give a checkpoint (--checkpoint) or the log's key (--key)" in error
    code, _said, error = liaison("audit", "verify", "--proof", proof, "--checkpoint", bot.kept(18))
    assert code == 2 and "the proof is for the checkpoint of 24 entries, not for that of 18 entries" in error
    code, _said, error = liaison("audit", "verify", "--proof", proof, "--key", LogKey.make("BRAVO").verifier.text)
    assert code == 1 and "not signed with the key" in error
    for arguments in (("--proof", proof, "--config", bot.config), ()):
        assert "give either --config" in liaison("audit", "verify", *arguments)[2]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: one.update(content=one["content"].replace("1", "2")), "The content of entry 21 was altered."),
        (lambda one: one.update(salt="00" * 32), "The content of entry 21 was altered."),
        (lambda one: one.update(envelope=one["envelope"].replace("note", "nope")), "Entry 21 is not in the log"),
        (lambda one: one.update(index=20), "Entry 20 is not in the log"),
        (lambda one: one["path"].pop(), "Entry 21 is not in the log"),
        (lambda one: one["path"].reverse(), "Entry 21 is not in the log"),
    ],
)  # fmt: skip
def test_whatever_is_changed_in_it_is_found(bot: Bot, proof: Path, change: Any, said: str) -> None:
    found = json.loads(proof.read_text())
    change(found["entries"][0])
    proof.write_text(json.dumps(found))
    code, _said, error = liaison("audit", "verify", "--proof", proof, "--checkpoint", bot.kept(24))
    assert code == 1 and said in error


def test_an_entry_of_a_log_that_was_rewritten_is_in_no_log_that_others_know(bot: Bot, proof: Path) -> None:
    other = bot.folder / "other"
    other.write_text(LogKey.make("BRAVO").sign(24, bytes(32)))
    code, _said, error = liaison("audit", "verify", "--proof", proof, "--checkpoint", other)
    assert code == 1 and "Entry 21 is not in the log of 24 entries, or was altered." in error


def test_one_entry_and_an_earlier_checkpoint_can_be_asked_for(bot: Bot, proof: Path) -> None:
    code, said, _error = liaison("audit", "prove", "--config", bot.config, "3", "--size", "5")
    found = json.loads(said)
    assert code == 0 and [one["index"] for one in found["entries"]] == [3]
    assert (found["size"], parse(found["checkpoint"].encode()).size) == (5, 5)
    for wanted in (("3", "--size", "6"), (OTHER, "--size", "5"), ("BRAVO-00000",), ("24",), ("9" * 40,)):
        code, said, error = liaison("audit", "prove", "--config", bot.config, *wanted)
        assert (code, said) == (2, "") and error


async def test_an_emptied_entry_is_shown_without_what_it_said(bot: Bot, proof: Path) -> None:
    await forget(bot, 21)
    file = bot.folder / "emptied.json"
    assert liaison("audit", "prove", "--config", bot.config, OTHER, "--out", file)[0] == 0
    assert "words 1" not in file.read_text() and "words 3" in file.read_text()
    code, said, _error = liaison("audit", "verify", "--proof", file, "--checkpoint", bot.kept(24))
    assert code == 0 and "entry 21: " in said and f"{OTHER}, emptied by a purge\n" in said


def test_no_file_is_written_over(bot: Bot, proof: Path) -> None:
    before = proof.read_bytes()
    code, _said, error = liaison("audit", "prove", "--config", bot.config, OTHER, "--out", proof)
    assert code == 2 and "cannot be written" in error and proof.read_bytes() == before


START = '{"kind":"liaison inclusion proof","version":1'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        "[" * 100_000,
        START + "}",
        START + ',"size":-1,"checkpoint":"","entries":[]}',
        START + ',"size":true,"checkpoint":"","entries":[]}',
        START + ',"size":1,"checkpoint":"","entries":[1]}',
    ],
)
def test_what_is_no_proof_is_said(bot: Bot, text: str) -> None:
    file = bot.folder / "file"
    file.write_text(text)
    code, _said, error = liaison("audit", "verify", "--proof", file, "--checkpoint", bot.kept(18))
    assert code == 2 and "is no proof" in error
