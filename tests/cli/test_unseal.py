"""`liaison unseal`: a monitor reads a report with the private key, and with no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyrage import encrypt
from pyrage.x25519 import Identity
from typer.testing import CliRunner

from bot.backup import make_key
from bot.cli import app
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.sealed import seal

MONITOR = UserId("@monitor:rights.example")
REF = Reference("BRAVO-7K3Q0")


@pytest.fixture
def key(tmp_path: Path) -> tuple[Path, str]:
    """A private key in a file, and the public one."""
    file = tmp_path / "monitor.key"
    return file, make_key(file)


def run(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["unseal", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


def test_a_report_is_printed_from_a_file_and_from_standard_input(
    tmp_path: Path, key: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, public = key
    sealed = tmp_path / "BRAVO-7K3Q0.age"
    sealed.write_bytes(seal(REF, "Report\n\nOs presos são batidos \x1b[2J\n", {MONITOR: public}).data)
    printed = "Report\n\nOs presos são batidos \ufffd[2J\n"
    assert run("--key", file, sealed) == (0, printed, "")
    done = CliRunner().invoke(app, ["unseal", "--key", str(file)], input=sealed.read_bytes())
    assert (done.exit_code, done.stdout) == (0, printed)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"no report", "cannot be opened"),
        (bytes(1 << 21), "larger than any report"),
        ("other", "cannot be opened: this is not its key"),
        ("cut", "cannot be opened"),
        ("binary", "holds no text"),
        (None, "cannot be read"),
    ],
)
def test_what_cannot_be_opened_is_said(
    tmp_path: Path, key: tuple[Path, str], data: bytes | str | None, said: str
) -> None:
    file, public = key
    sealed = tmp_path / "x.age"
    match data:
        case "other":
            sealed.write_bytes(seal(REF, "secret", {MONITOR: str(Identity.generate().to_public())}).data)
        case "cut":
            sealed.write_bytes(seal(REF, "secret", {MONITOR: public}).data[:-3])
        case "binary":
            from pyrage.x25519 import Recipient

            sealed.write_bytes(encrypt(b"\xff\xfe", [Recipient.from_str(public)]))
        case bytes():
            sealed.write_bytes(data)
    code, printed, error = run("--key", file, sealed)
    assert (code, printed) == (2, "") and said in error and "secret" not in error


def test_a_key_that_is_none_is_said(tmp_path: Path) -> None:
    for name, text in (("none", None), ("public", "age1xyz")):
        if text:
            (tmp_path / name).write_text(text)
        (tmp_path / "x.age").write_bytes(b"x")
        code, _printed, error = run("--key", tmp_path / name, tmp_path / "x.age")
        assert code == 2 and str(tmp_path / name) in error
