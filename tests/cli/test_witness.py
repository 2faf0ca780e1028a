"""`liaison witness`: its folder at the first start, after kills, torn, lost, and what it makes of garbage."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import app
from bot.cli.witnessing import MOST_ALARMS
from bot.model.checkpoint import LogKey, parse
from bot.model.cosignature import cosigner
from bot.model.extension import written
from bot.model.merkle import Address, Tree, consistency, leaf_hash, proof

KEY = LogKey("BRAVO", bytes(range(32)))
NAMED = ("--log", KEY.verifier.text, "--name", "gnr-witness")
NODES: dict[Address, bytes] = {}
ROOTS: dict[int, bytes] = {}
TREE = Tree()
for number in range(40):
    for node in TREE.add(leaf_hash(b"%d" % number)):
        NODES[node.at] = node.hash
    ROOTS[TREE.size] = TREE.root


def handed(old: int, size: int) -> str:
    """Return the checkpoint of that size, as the bot hands it out after that of *old* entries."""
    hashes = proof(consistency(old, size), NODES.__getitem__) if old else []
    return written(old, hashes, KEY.sign(size, ROOTS[size]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for old, size in ((0, 10), (10, 20), (20, 30)):
        (tmp_path / f"{size}.txt").write_text(handed(old, size))
    return tmp_path


def run(folder: Path, *arguments: str | Path, given: str | None = None) -> Result:
    line = ["witness", "--state", str(folder / "state"), *map(str, arguments)]
    return CliRunner().invoke(app, line, input=given)


def seen(folder: Path) -> list[int]:
    return [size for size, _root in json.loads((folder / "state" / "state.json").read_text())["seen"]]


def test_the_first_start_makes_a_key_for_its_owner_alone(folder: Path) -> None:
    assert "at the first start" in run(folder).stderr
    done = run(folder, *NAMED)
    own = cosigner(done.stdout)
    assert done.exit_code == 0 and own.name == "gnr-witness" and run(folder).stdout == done.stdout
    for name in ("key", "state.json"):
        assert (folder / "state" / name).stat().st_mode & 0o777 == 0o600
    assert (folder / "state").stat().st_mode & 0o777 == 0o700
    assert (folder / "state" / "key").read_text().startswith("PRIVATE+KEY+gnr-witness+")
    assert run(folder, *NAMED, name := folder / "10.txt").exit_code == 0 and name.exists()


def test_it_is_for_one_log_and_has_one_name(folder: Path) -> None:
    run(folder, *NAMED)
    other = run(folder, "--log", LogKey.make("BRAVO").verifier.text)
    assert other.exit_code == 1 and "another log, or was made anew" in other.stderr
    assert "another witness needs a folder of its own" in run(folder, "--name", "other").stderr
    assert run(folder, "--log", "BRAVO").exit_code == 2
    for name in ("two words", "a+b", " "):
        done = CliRunner().invoke(app, ["witness", "--state", str(folder / "new"), *NAMED[:3], name])
        assert done.exit_code == 2 and not (folder / "new" / "key").exists()


def test_a_folder_and_standard_input_are_read(folder: Path) -> None:
    run(folder, *NAMED)
    files = folder / "files"
    files.mkdir()
    for size in (30, 10, 20):
        (folder / f"{size}.txt").rename(files / f"{size}.txt")
    done = run(folder, files)
    assert (done.exit_code, seen(folder)) == (0, [10, 20, 30])
    assert done.stderr == "BRAVO: 30 entries, the first that was seen.\n"
    assert run(folder, files).stdout == done.stdout, "what is cosigned stays as it is"
    # As an editor on Windows keeps what a client has copied.
    text = "\ufeff\u2068" + handed(30, 40).replace("\n", " \r\n").replace("— ", "—\xa0") + "\u2069\r\n\r\n"
    done = run(folder, "-", given=text)
    assert done.exit_code == 0 and KEY.verifier.verify(parse(done.stdout.encode()))


def test_all_before_the_bad_one_is_kept(folder: Path) -> None:
    run(folder, *NAMED)
    (folder / "30.txt").write_text(written(20, [bytes(32)] * 4, KEY.sign(30, ROOTS[30])))
    done = run(folder, *(folder / f"{size}.txt" for size in (10, 20, 30)))
    assert done.exit_code == 1 and "ALARM (rewritten): " in done.stderr and f"{folder / '30.txt'}: " in done.stderr
    assert seen(folder) == [10, 20] and parse(done.stdout.encode()).size == 20


def test_what_has_raised_an_alarm_is_kept_and_named_from_then_on(folder: Path) -> None:
    """A second signed note of that size is the proof: it may have come by a pipe, and is gone otherwise."""
    run(folder, *NAMED, folder / "10.txt")
    other = KEY.sign(10, bytes(32))
    done = run(folder, "-", given=other)
    [file] = (folder / "state").glob("alarm-*.txt")
    assert done.exit_code == 1 and f"what was given is kept in {file}" in done.stderr
    assert file.name == "alarm-forked-10-00000000.txt" and file.read_text().endswith(other)
    assert file.stat().st_mode & 0o777 == 0o600
    done = run(folder, folder / "20.txt")
    assert done.exit_code == 0 and f"An alarm was raised here before: {file}" in done.stderr


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version":2}', "null", "\x00"])
def test_a_torn_state_is_never_begun_anew(folder: Path, text: str) -> None:
    run(folder, *NAMED, folder / "10.txt")
    whole = (folder / "state" / "state.json").read_text()
    for torn in (text, whole[: len(whole) // 2], whole.replace("[10,", "[-1,").replace("=", "")):
        (folder / "state" / "state.json").write_text(torn)
        done = run(folder, *NAMED, folder / "20.txt")
        assert (done.exit_code, done.stdout) == (2, "") and "state.json is damaged" in done.stderr
        assert (folder / "state" / "state.json").read_text() == torn


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("log", 5),
        ("log", {}),
        ("name", None),
        ("cosigned", 3),
        ("seen", [[float("inf"), "AAAA"]]),
        ("seen", [["10", "root"]]),
        ("seen", [[10.5, "root"]]),
        ("seen", [[-10, "root"]]),
        ("seen", [[10, "root"], [10, "root"]]),
    ],
)
def test_a_state_of_other_values_is_damaged_and_no_alarm(folder: Path, name: str, value: object) -> None:
    run(folder, *NAMED, folder / "10.txt")
    state = folder / "state" / "state.json"
    known = json.loads(state.read_text())
    root = known["seen"][0][1]
    if isinstance(value, list):
        value = [[size, root if text == "root" else text] for size, text in value]
    state.write_text(json.dumps({**known, name: value}))
    done = run(folder, folder / "20.txt")
    assert (done.exit_code, done.stdout) == (2, "") and "state.json is damaged" in done.stderr


@pytest.mark.parametrize("name", ["state.json", "key"])
def test_what_cannot_be_read_is_no_alarm(folder: Path, name: str) -> None:
    run(folder, *NAMED, folder / "10.txt")
    (folder / "state" / name).unlink()
    (folder / "state" / name).mkdir()
    done = run(folder, folder / "20.txt")
    assert (done.exit_code, done.stdout) == (2, "") and "cannot be read" in done.stderr


def test_what_was_seen_or_the_key_is_gone(folder: Path) -> None:
    run(folder, *NAMED, folder / "10.txt")
    state, key = folder / "state" / "state.json", folder / "state" / "key"
    state.rename(folder / "state.json")
    done = run(folder, *NAMED, folder / "20.txt")
    assert done.exit_code == 2 and "what this witness has seen" in done.stderr and not state.exists()
    (folder / "state.json").rename(state)
    key.rename(folder / "key")
    done = run(folder, folder / "20.txt")
    assert done.exit_code == 2 and "key is gone" in done.stderr and not key.exists()
    key.write_text("PRIVATE+KEY+gnr-witness+00000000+AAAA\n")
    assert "holds no key of a witness" in run(folder, folder / "20.txt").stderr
    (folder / "key").replace(key)
    assert run(folder, folder / "20.txt").exit_code == 0


KILLED = """
import os, sys
from pathlib import Path
from bot.cli import app, witnessing
witness = sys.modules["bot.cli.witness"]
def kill(*_arguments, **_named): os.kill(os.getpid(), 9)
match sys.argv[1]:
    case "before saving": witnessing.Folder.save = kill
    case "while saving": Path.replace = kill
    case "after saving": witness._say = kill
app(sys.argv[2:])
"""


@pytest.mark.parametrize(
    ("when", "kept"), [("before saving", [10]), ("while saving", [10]), ("after saving", [10, 20])]
)
def test_a_kill_between_cosigning_and_saving_forgets_nothing_that_was_shown(
    folder: Path, when: str, kept: list[int]
) -> None:
    run(folder, *NAMED, folder / "10.txt")
    line = [sys.executable, "-c", KILLED, when, "witness", "--state", folder / "state", folder / "20.txt"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-9, "") and seen(folder) == kept
    again = run(folder, folder / "20.txt")
    assert again.exit_code == 0 and seen(folder) == [10, 20] and parse(again.stdout.encode()).size == 20


def test_a_kill_at_the_first_start_leaves_a_folder_that_can_be_begun(folder: Path) -> None:
    line = [sys.executable, "-c", KILLED, "while saving", "witness", "--state", folder / "state", *NAMED]
    assert subprocess.run(line, capture_output=True, check=False).returncode == -9
    assert run(folder, *NAMED).exit_code == 0
    (folder / "state" / "key").unlink()
    assert run(folder).exit_code == 0, "nothing was cosigned with the one that is gone"


def test_one_process_owns_the_folder(folder: Path) -> None:
    run(folder, *NAMED)
    holder = (
        "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); input()"
    )
    line = [sys.executable, "-c", holder, folder / "state" / "lock"]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout and other.stdout.readline()
        done = run(folder, folder / "10.txt")
        assert done.exit_code == 2 and "another witness works in" in done.stderr
        other.communicate(b"\n")


def test_what_is_no_checkpoint_is_said(folder: Path) -> None:
    run(folder, *NAMED)
    signed = KEY.sign(10, ROOTS[10])
    for text in ("", "hello", "old 5\n", "old 5\n\n", "old -1\n\n" + signed, "old 5\nAAAA\n\n" + signed,
                 "old 5\n" + "AAAA\n" * 70 + "\n" + signed, "x" * 70_000):  # fmt: skip
        done = run(folder, "-", given=text)
        assert done.exit_code == 2 and "standard input is no checkpoint" in done.stderr
    (folder / "bytes").write_bytes(b"\xff")
    assert run(folder, folder / "bytes").exit_code == 2
    assert "cannot be read" in run(folder, folder / "absent").stderr
    (folder / "file").write_text("")
    assert (
        "cannot be made or written to" in CliRunner().invoke(app, ["witness", "--state", str(folder / "file")]).stderr
    )


@pytest.mark.parametrize("grown", [False, True])
def test_an_alarm_is_raised_also_where_nothing_can_be_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch, grown: bool
) -> None:
    run(folder, *NAMED, folder / "10.txt")
    forged = folder / "forged.txt"
    forged.write_text(written(0, [], KEY.sign(20 if grown else 10, bytes(32))))
    given = [folder / "20.txt", forged] if grown else [forged]

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        done = run(folder, *given)
    assert done.exit_code == 1 and "ALARM (forked)" in done.stderr and "No space left" in done.stderr
    assert "is kept in" not in done.stderr and done.stdout == ""


def test_a_full_disk_is_no_alarm_and_nothing_is_cosigned(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(folder, *NAMED, folder / "10.txt")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        done = run(folder, folder / "20.txt")
    assert (done.exit_code, done.stdout, seen(folder)) == (2, "", [10]) and "No space left" in done.stderr


def test_what_is_not_kept_for_many_alarms_is_not_said_to_be(folder: Path) -> None:
    run(folder, *NAMED, folder / "10.txt")
    for number in range(MOST_ALARMS):
        (folder / "state" / f"alarm-{number}.txt").write_text("before")
    done = run(folder, "-", given=KEY.sign(10, bytes(32)))
    assert done.exit_code == 1 and "ALARM (forked)" in done.stderr and "is kept in" not in done.stderr
