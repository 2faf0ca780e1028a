"""`liaison audit`: the file is altered in each way, and the first bad entry is named."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.backup import backup, make_key, restore
from bot.cli import app
from bot.config import Current, load
from bot.model.audit import canonical
from bot.model.checkpoint import LogKey, parse
from bot.model.merkle import Tree, leaf_hash
from bot.services.audit import AuditService
from bot.store import Store
from bot.store.database import Database
from bot.store.opening import connect
from bot.store.schema import MIGRATIONS

from ..fakes import KEY, NOON
from .test_program import GOOD, liaison

SIZE = 20
CUTS = (5, 12, 18)
"""The sizes at which a checkpoint was cut."""


class Bot:
    """A data folder with a log of SIZE entries, and what others have kept of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "liaison.toml"
        self.config.write_text(GOOD)
        (folder / "password").write_text("secret")
        (folder / "key").write_text(KEY + "\n")
        self.path = folder / "data" / "liaison.db"

    def alter(self, *statements: str, guarded: bool = False) -> None:
        """Change the file as one who has its key can, its triggers taken away."""
        connection = connect(self.path, KEY, read_only=False)
        connection.execute("PRAGMA foreign_keys = OFF")
        if not guarded:
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {row['name']}")
        for statement in statements:
            connection.execute(statement)
        connection.close()

    def rewrite(self, change: Callable[[list[bytes]], None], *, sign: bool = False) -> None:
        """Change envelopes and make all hashes above them anew; *sign* the kept checkpoints anew, too."""
        connection = connect(self.path, KEY, read_only=False)
        self.alter("DELETE FROM audit_node")
        envelopes = [row[0] for row in connection.execute("SELECT envelope FROM audit_entry ORDER BY position")]
        change(envelopes)
        connection.execute("DELETE FROM audit_entry")
        tree, roots = Tree(), {}
        for position, envelope in enumerate(envelopes):
            leaf = leaf_hash(envelope)
            connection.execute("INSERT INTO audit_entry VALUES (?, ?, ?)", (position, envelope, leaf))
            for node in tree.add(leaf)[1:]:
                connection.execute("INSERT INTO audit_node VALUES (?, ?, ?)", (node.at.level, node.at.place, node.hash))
            roots[tree.size] = tree.root
        if sign:
            [row] = connection.execute("SELECT name, seed FROM audit_key").fetchall()
            connection.execute("DELETE FROM audit_checkpoint WHERE size > ?", (len(envelopes),))
            for size in [size for size in CUTS if size in roots]:
                note = LogKey(row["name"], row["seed"]).sign(size, roots[size])
                connection.execute(
                    "UPDATE audit_checkpoint SET root = ?, note = ? WHERE size = ?", (roots[size], note, size)
                )
        connection.close()

    def kept(self, size: int) -> Path:
        return self.folder / f"checkpoint-{size}"

    def verify(self, *arguments: str | Path) -> tuple[int, str]:
        """Return the exit code and what was said on standard error, or else on standard output."""
        done = CliRunner().invoke(app, ["audit", "verify", "--config", str(self.config), *map(str, arguments)])
        return done.exit_code, done.stderr or done.stdout

    def fault(self, *arguments: str | Path) -> dict[str, Any]:
        done = CliRunner().invoke(
            app, ["audit", "verify", "--json", "--config", str(self.config), *map(str, arguments)]
        )
        found = json.loads(done.stdout)
        assert done.exit_code == (0 if found["ok"] else 1)
        fault: dict[str, Any] = found["fault"] or {}
        return fault


@pytest.fixture
async def bot(tmp_path: Path) -> Bot:
    made = Bot(tmp_path)
    async with Database.open(made.path, KEY) as database:
        store = Store(database)
        audit = AuditService(Current(load(made.config)), store)
        await audit.begin(NOON)
        for index in range(SIZE):
            async with store.transaction():
                await audit.append("incident.note", None, "BRAVO-7K3Q0", {"n": index}, NOON)
            if index + 1 in CUTS:
                cut = await audit.cut(NOON + timedelta(minutes=index))
                assert cut
                made.kept(cut.size).write_text(cut.note)
    return made


def test_a_log_that_is_as_it_was_written(bot: Bot) -> None:
    before = {path: path.read_bytes() for path in bot.folder.rglob("*") if path.is_file()}
    done = liaison("audit", "verify", "--config", bot.config, "--checkpoint", bot.kept(12))
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "BRAVO: 20 entries. All of them are as they were written."
    assert lines[2].startswith("checkpoints  3 kept, all signed by BRAVO+")
    assert lines[3].startswith("the last     18 entries, head ") and lines[3].endswith("cut 2026-11-22 12:17:00 UTC")
    assert lines[4] == f"kept apart   12 entries in {bot.kept(12)}: the log begins with them"
    assert {path: path.read_bytes() for path in bot.folder.rglob("*") if path.is_file()} == before


def test_without_a_checkpoint_it_says_what_that_cannot_show(bot: Bot) -> None:
    code, said = bot.verify()
    assert code == 0 and "cut off at the end would not show" in said


def test_the_result_can_be_read_by_programs(bot: Bot) -> None:
    done = CliRunner().invoke(app, ["audit", "verify", "--json", "--config", str(bot.config)])
    found = json.loads(done.stdout)
    assert (found["ok"], found["log"], found["size"], found["checkpoints"]) == (True, "BRAVO", 20, 3)
    assert found["last"]["head"] == parse(bot.kept(18).read_bytes()).head and found["fault"] is None


async def test_it_reads_beside_the_running_bot(bot: Bot) -> None:
    async with Database.open(bot.path, KEY) as database:
        store = Store(database)
        async with store.transaction():
            await AuditService(Current(load(bot.config)), store).append("incident.note", None, None, {}, NOON)
        assert bot.verify()[1].startswith("BRAVO: 21 entries.")


async def forget(bot: Bot, *indices: int) -> None:
    """Purge what entries are about, as the bot does."""
    async with Database.open(bot.path, KEY) as database:
        store = Store(database)
        for index in indices:
            async with store.transaction():
                await AuditService(Current(load(bot.config)), store).forget(index, {}, NOON)


async def test_a_purge_leaves_a_log_that_verifies(bot: Bot) -> None:
    await forget(bot, 3, 4, 4)
    code, said = bot.verify("--checkpoint", bot.kept(18))
    assert code == 0 and said.startswith("BRAVO: 22 entries, 2 of them emptied by a purge. All")


async def test_a_content_that_nobody_purged_is_missing(bot: Bot) -> None:
    await forget(bot, 3)
    bot.alter("DELETE FROM audit_content WHERE position IN (3, 11)", guarded=True)
    found = bot.fault("--checkpoint", bot.kept(18))
    assert (found["what"], found["first"], found["last"]) == ("content_missing", 11, 11)
    assert found["text"] == "The content of entry 11 is missing, and no later entry says that it was forgotten."


async def test_what_says_that_it_was_forgotten_counts_only_where_it_was_written(bot: Bot) -> None:
    """An entry is forgotten after it was made: one before it says nothing of it, nor does a purge hide itself."""
    async with Database.open(bot.path, KEY) as database:
        store = Store(database)
        audit = AuditService(Current(load(bot.config)), store)
        for ref in ("21", "20", "-1", "٣", "9" * 5_000):
            async with store.transaction():
                await audit.append("log.forgotten", None, ref, {}, NOON)
    bot.alter("DELETE FROM audit_content WHERE position IN (20, 21)", guarded=True)
    assert (bot.fault()["what"], bot.fault()["first"]) == ("content_missing", 21)


@pytest.mark.parametrize(
    ("statement", "what", "first", "last", "said"),
    [
        ("UPDATE audit_entry SET envelope = CAST(replace(envelope, 'note', 'nope') AS BLOB) WHERE position = 7",
         "altered", 7, 7, "Entry 7 was altered: it does not have the hash in the tree."),
        ("UPDATE audit_entry SET leaf = zeroblob(32) WHERE position = 7", "altered", 7, 7, "Entry 7 was altered"),
        ("UPDATE audit_content SET content = CAST('{\"n\":8}' AS BLOB) WHERE position = 7",
         "content_altered", 7, 7, "The content of entry 7 was altered."),
        ("UPDATE audit_content SET salt = zeroblob(32) WHERE position = 7", "content_altered", 7, 7, "content"),
        ("DELETE FROM audit_entry WHERE position = 7", "missing", 7, 7, "Entry 7 is missing."),
        ("DELETE FROM audit_entry WHERE position < 2", "missing", 0, 1, "The entries 0 to 1 are missing."),
        ("UPDATE audit_node SET hash = zeroblob(32) WHERE level = 2 AND place = 1",
         "hashes_altered", 4, 7, "The hash above the entries 4 to 7 was altered"),
        ("DELETE FROM audit_node WHERE level = 4", "hashes_altered", 0, 15, "above the entries 0 to 15"),
        ("UPDATE audit_checkpoint SET note = replace(note, 'BRAVO', 'ALPHA') WHERE size = 12",
         "checkpoint_not_signed", 0, 11, "of 12 entries that the log keeps was not signed with the key of this log."),
        ("UPDATE audit_checkpoint SET note = 'x' WHERE size = 12", "checkpoint_not_signed", 0, 11, "of 12 entries"),
        ("UPDATE audit_checkpoint SET root = zeroblob(32) WHERE size = 12", "checkpoint_not_signed", 0, 11, "of 12"),
        ("DELETE FROM audit_entry WHERE position > 16", "truncated", 17, 17,
         "it has 17 entries; by the checkpoint of 18 entries that the log keeps, entry 17 is missing."),
        ("DELETE FROM audit_entry WHERE position > 8", "truncated", 9, 11, "the entries 9 to 11 are missing."),
        ("DELETE FROM audit_entry WHERE position > 18", "truncated", 19, None, "it has 19 entries, and traces of more"),
    ],
)  # fmt: skip
def test_the_first_bad_entry_is_named(
    bot: Bot, statement: str, what: str, first: int, last: int | None, said: str
) -> None:
    bot.alter(statement)
    found = bot.fault()
    assert (found["what"], found["first"], found["last"]) == (what, first, last) and said in found["text"]
    code, words = bot.verify()
    assert (code, words) == (1, f"liaison: {found['text']}\n")


@pytest.mark.parametrize(
    "left", ["DELETE FROM audit_content WHERE position = 19", "DELETE FROM audit_node WHERE place = (19 >> level)"]
)
def test_either_trace_of_what_was_cut_off_is_enough(bot: Bot, left: str) -> None:
    bot.alter("DELETE FROM audit_entry WHERE position = 19", left.replace("place =", "level < 3 AND place ="))
    found = bot.fault()
    assert (found["what"], found["first"], found["last"]) == ("truncated", 19, None)


def test_a_range_of_one_is_one_entry(bot: Bot) -> None:
    bot.rewrite(lambda envelopes: envelopes.__delitem__(slice(6, None)), sign=True)
    bot.alter("DELETE FROM audit_content WHERE position >= 6")
    row = connect(bot.path, KEY, read_only=True).execute("SELECT name, seed FROM audit_key").fetchone()
    bot.kept(6).write_text(LogKey(row["name"], row["seed"]).sign(6, bytes(32)))
    found = bot.fault("--checkpoint", bot.kept(5), "--checkpoint", bot.kept(6))
    assert (found["what"], found["first"], found["last"]) == ("rewritten", 5, 5)
    assert found["text"].endswith("says. What is wrong is entry 5."), found["text"]


def test_an_entry_before_the_first_is_none(bot: Bot) -> None:
    bot.alter("INSERT INTO audit_entry SELECT -1, envelope, leaf FROM audit_entry WHERE position = 3")
    found = bot.fault()
    assert (found["what"], found["first"], found["last"]) == ("moved", -1, -1)
    assert found["text"] == (
        "The log has an entry with the number -1, which Liaison never gives: the first one is entry 0."
    )


def test_checkpoints_of_one_size_that_contradict_each_other(bot: Bot) -> None:
    row = connect(bot.path, KEY, read_only=True).execute("SELECT name, seed FROM audit_key").fetchone()
    other, nothing = bot.folder / "other", bot.folder / "nothing"
    other.write_text(LogKey(row["name"], row["seed"]).sign(12, bytes(32)))
    found = bot.fault("--checkpoint", bot.kept(12), "--checkpoint", other)
    assert (found["first"], found["last"]) == (0, 11) and found["text"] == (
        f"Two checkpoints contradict each other: the log is what the checkpoint of 12 entries in {bot.kept(12)} was"
        f" signed for, not what the checkpoint of 12 entries in {other} was signed for."
    )
    nothing.write_text(LogKey(row["name"], row["seed"]).sign(0, bytes(32)))
    text = bot.fault("--checkpoint", nothing)["text"]
    assert text == f"The checkpoint of 0 entries in {nothing} was signed for something else than an empty log."


async def test_an_empty_log_and_one_of_one_entry_are_said_so(bot: Bot) -> None:
    for left in bot.path.parent.glob("liaison.db*"):
        left.unlink()
    async with Database.open(bot.path, KEY) as database:
        store = Store(database)
        audit = AuditService(Current(load(bot.config)), store)
        await audit.begin(NOON)
        code, said = bot.verify()
        lines = said.splitlines()
        assert code == 0 and lines[0] == "BRAVO: 0 entries. The log is empty: nothing was entered yet."
        assert lines[2].startswith("checkpoints  none kept yet; they will be signed by BRAVO+")
        nothing = bot.folder / "nothing"
        key = await store.audit.key()
        assert key
        nothing.write_text(key.sign(0, Tree().root))
        assert f"kept apart   0 entries in {nothing}: any log begins so" in bot.verify("--checkpoint", nothing)[1]
        async with store.transaction():
            await audit.append("incident.note", None, None, {}, NOON)
        cut = await audit.cut(NOON)
        assert cut
        nothing.write_text(cut.note)
        lines = bot.verify("--checkpoint", nothing)[1].splitlines()
        assert lines[0] == "BRAVO: 1 entry. It is as it was written."
        assert lines[2].startswith("checkpoints  1 kept, signed by BRAVO+") and lines[3].startswith(
            "the last     1 entry, head"
        )
        assert lines[4] == f"kept apart   1 entry in {nothing}: the log begins with it"


def test_entries_that_changed_places(bot: Bot) -> None:
    bot.alter(
        "UPDATE audit_entry SET position = 99 WHERE position = 7",
        "UPDATE audit_entry SET position = 7 WHERE position = 9",
        "UPDATE audit_entry SET position = 9 WHERE position = 99",
    )
    found = bot.fault()
    assert (found["what"], found["first"]) == ("moved", 7)
    assert found["text"] == "Entry 7 is not where it was written: it is entry 9."


def test_an_entry_that_was_taken_out_and_those_after_it_moved_up(bot: Bot) -> None:
    bot.rewrite(lambda envelopes: envelopes.pop(7), sign=True)  # type: ignore[arg-type, return-value]
    found = bot.fault()
    assert (found["what"], found["first"]) == ("moved", 7)


def forge(envelopes: list[bytes]) -> None:
    envelopes[7] = envelopes[7].replace(b"incident.note", b"incident.nope")


def test_a_rewritten_log_is_found_between_two_checkpoints(bot: Bot) -> None:
    bot.rewrite(forge)
    found = bot.fault()
    assert (found["what"], found["first"], found["last"]) == ("rewritten", 5, 11)
    assert found["text"] == (
        "The log was rewritten: it is not what the checkpoint of 12 entries that the log keeps was signed for. It"
        " begins as the checkpoint of 5 entries that the log keeps says. What is wrong is among the entries 5 to 11."
    )


def test_a_log_that_was_rewritten_and_signed_anew_is_found_by_what_was_kept_apart(bot: Bot) -> None:
    bot.rewrite(forge, sign=True)
    assert bot.fault() == {}
    kept = [argument for size in CUTS for argument in ("--checkpoint", bot.kept(size))]
    found = bot.fault(*kept)
    assert (found["what"], found["first"], found["last"]) == ("rewritten", 5, 11)
    assert f"of 12 entries in {bot.kept(12)} was signed for" in found["text"]
    # The log's own checkpoints, signed by whoever rewrote it, do not make the range smaller.
    found = bot.fault("--checkpoint", bot.kept(18))
    assert (found["what"], found["first"], found["last"]) == ("rewritten", 0, 17)


def test_what_a_confirmation_told_shows_that_a_log_was_rewritten_or_cut_off(bot: Bot) -> None:
    head = parse(bot.kept(12).read_bytes()).head
    code, said = bot.verify("--head", f"12:{head}", "--checkpoint", bot.kept(18))
    assert code == 0 and f"told         12 entries, head {head}: that is what the log was then\n" in said
    assert "No checkpoint was given" not in bot.verify("--head", f"12:{head}")[1]
    found = bot.fault("--head", "12:00000000")
    assert found["what"] == "rewritten" and "the checkpoint of 12 entries that --head tells was signed" in found["text"]
    bot.rewrite(forge, sign=True)
    assert bot.fault("--head", f"12:{head}")["what"] == "rewritten"
    bot.rewrite(lambda envelopes: envelopes.__delitem__(slice(10, None)), sign=True)
    bot.alter("DELETE FROM audit_content WHERE position >= 10")
    assert bot.fault("--head", f"12:{head}")["what"] == "truncated"
    for wrong in ("12", "0:00000000", "12:0000000", "12:0000000g", "-1:00000000", "١٢:00000000"):
        assert bot.verify("--head", wrong)[0] == 2


def test_what_was_made_to_say_that_something_was_forgotten_is_found_by_what_was_kept_apart(bot: Bot) -> None:
    def say_forgotten(envelopes: list[bytes]) -> None:
        said = json.loads(envelopes[7])
        envelopes[7] = canonical({**said, "kind": "log.forgotten", "ref": "3"})

    bot.alter("DELETE FROM audit_content WHERE position = 3")
    assert bot.fault()["what"] == "content_missing"
    bot.rewrite(say_forgotten, sign=True)
    assert bot.fault() == {}
    found = bot.fault("--checkpoint", bot.kept(5), "--checkpoint", bot.kept(12))
    assert (found["what"], found["first"], found["last"]) == ("rewritten", 5, 11)


def test_a_log_that_was_cut_off_is_found_by_what_was_kept_apart(bot: Bot) -> None:
    bot.rewrite(lambda envelopes: envelopes.__delitem__(slice(10, None)), sign=True)
    bot.alter("DELETE FROM audit_content WHERE position >= 10")
    assert bot.fault() == {}
    found = bot.fault("--checkpoint", bot.kept(18))
    assert (found["what"], found["first"], found["last"]) == ("truncated", 10, 17)
    assert f"it has 10 entries; by the checkpoint of 18 entries in {bot.kept(18)}, the entries 10" in found["text"]


def test_an_envelope_that_is_none_is_altered(bot: Bot) -> None:
    for false in (b"no JSON", b"[1]", b"{}", b'{"index":"7","content":""}', b"[" * 100_000):

        def put(envelopes: list[bytes], false: bytes = false) -> None:
            envelopes[7] = false

        bot.rewrite(put)
        assert (bot.fault()["what"], bot.fault()["first"]) == ("altered", 7)


def test_a_checkpoint_of_another_log_is_refused(bot: Bot) -> None:
    other = bot.folder / "other"
    other.write_text(LogKey.make("BRAVO").sign(5, bytes(32)))
    code, said = bot.verify("--checkpoint", other)
    assert (
        code == 1
        and said == f"liaison: The checkpoint of 5 entries in {other} was not signed with the key of this log.\n"
    )


def test_a_log_whose_key_was_made_anew(bot: Bot) -> None:
    printed = CliRunner().invoke(app, ["audit", "key", "--config", str(bot.config)]).stdout.strip()
    assert printed.startswith("BRAVO+") and bot.verify("--key", printed)[0] == 0
    bot.alter("UPDATE audit_key SET seed = zeroblob(32)")
    code, said = bot.verify("--key", printed)
    assert code == 1 and "not the one that was given with --key" in said
    assert bot.fault()["what"] == "checkpoint_not_signed"
    bot.alter("DELETE FROM audit_key")
    code, said = bot.verify()
    assert code == 1 and "the key of the audit log is gone" in said


def test_a_damaged_page_is_a_fault(bot: Bot) -> None:
    data = bytearray(bot.path.read_bytes())
    connection = connect(bot.path, KEY, read_only=True)
    [root] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'audit_content'").fetchone()
    connection.close()
    data[(root - 1) * 4096 + 100] ^= 1
    bot.path.write_bytes(data)
    code, said = bot.verify()
    assert code == 1 and "is damaged" in said


async def test_log_and_key_come_back_from_a_backup(bot: Bot) -> None:
    public = make_key(bot.folder / "private")
    bot.config.write_text(GOOD.replace("[storage]\n", f'[storage]\nbackup_recipient = "{public}"\n'))
    printed = CliRunner().invoke(app, ["audit", "key", "--config", str(bot.config)]).stdout.strip()
    config, dest = load(bot.config), bot.folder / "kept.age"
    await asyncio.to_thread(backup, config, dest, NOON)
    for left in bot.path.parent.glob("liaison.db*"):
        left.unlink()
    await asyncio.to_thread(restore, config, dest, bot.folder / "private", NOON + timedelta(hours=1))
    code, said = bot.verify("--key", printed, "--checkpoint", bot.kept(18))
    assert code == 0 and said.startswith("BRAVO: 20 entries.")


def test_the_first_start_makes_the_key_and_none_goes_without(bot: Bot) -> None:
    bot.alter("DELETE FROM audit_key")
    done = liaison("run", "--config", bot.config)
    assert done.returncode == 2 and "the audit log has entries, but its signing key is gone" in done.stderr
    for left in bot.path.parent.glob("liaison.db*"):
        left.unlink()
    printed = ""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--config", bot.config], stderr=subprocess.DEVNULL
    ) as run:
        for _ in range(200):
            printed = CliRunner().invoke(app, ["audit", "key", "--config", str(bot.config)]).stdout
            if printed:
                break
            time.sleep(0.1)
        assert bot.verify("--key", printed)[1].startswith("BRAVO: 0 entries. ")
        run.terminate()
    assert printed.startswith("BRAVO+")


WRITER = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.config import Current, load
from bot.services.audit import AuditService
from bot.store import Store
from bot.store.database import Database

async def write(config, path, key):
    async with Database.open(Path(path), key) as database:
        store = Store(database)
        audit = AuditService(Current(load(Path(config))), store)
        while True:
            async with store.transaction():
                index = await audit.append("incident.note", None, None, {"text": "x" * 500}, datetime.now(UTC))
            if index % 7 == 0:
                await audit.cut(datetime.now(UTC))
            print(index, flush=True)

asyncio.run(write(*sys.argv[1:]))
"""


def test_a_kill_in_the_middle_leaves_a_log_that_verifies_and_goes_on(bot: Bot) -> None:
    last = SIZE - 1
    for _ in range(2):
        line = [sys.executable, "-c", WRITER, str(bot.config), str(bot.path), KEY]
        with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as writer:
            assert writer.stdout
            said = [int(next(lines)) for lines in [(one for one in writer.stdout if one.strip().isdigit())] * 60]
            writer.kill()
        assert said == list(range(last + 1, last + 61))
        done = CliRunner().invoke(app, ["audit", "verify", "--json", "--config", str(bot.config)])
        found = json.loads(done.stdout)
        # What was said to be written is there; of what was under way, all or nothing.
        assert found["ok"] and found["size"] >= said[-1] + 1
        last = found["size"] - 1


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"hello", "is no checkpoint: it is not signed, or cut off."), (None, "cannot be read: No such file")],
)
def test_a_file_that_is_no_checkpoint_is_a_mistake(bot: Bot, content: bytes | None, said: str) -> None:
    file = bot.folder / "file"
    if content:
        file.write_bytes(content)
    code, words = bot.verify("--checkpoint", file)
    assert code == 2 and said in words


def test_what_cannot_be_checked_is_no_fault_of_the_log(bot: Bot, tmp_path: Path) -> None:
    assert bot.verify("--key", "BRAVO")[0] == 2
    (bot.folder / "key").write_text(KEY.replace("5c", "5d"))
    code, said = bot.verify()
    assert code == 2 and "cannot be opened with this storage key" in said
    os.unlink(bot.path)
    code, said = bot.verify()
    assert code == 2 and "there is no audit log yet" in said


async def test_a_database_of_an_earlier_program_has_no_log_yet(bot: Bot) -> None:
    bot.path.unlink()
    connection = connect(bot.path, KEY, read_only=False)
    for number, statement in enumerate(MIGRATIONS[:5], 1):
        connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")
    connection.close()
    for verb in ("verify", "key"):
        done = CliRunner().invoke(app, ["audit", verb, "--config", str(bot.config)])
        assert done.exit_code == 2 and "has no audit log yet" in done.stderr
