"""The program from outside: exit codes, and what it says on standard error."""

from __future__ import annotations

import asyncio
import fcntl
import json
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer

from bot import app as bot_app
from bot import cli, logs
from bot.cli import machine
from bot.config import load
from bot.rehearsal import rehearse
from bot.store import opening
from bot.store.database import Database
from bot.store.opening import connect
from bot.store.schema import MIGRATIONS

from ..fakes import KEY, NOON, FakeClock, opened
from ..translation.libretranslate import libretranslate

GOOD = """
[matrix]
homeserver = "http://127.0.0.1:1"
user_id = "@liaison:example.org"
password_file = "password"
[storage]
key_file = "key"
[taskforce]
code = "BRAVO"
name = "Joint Task Force Bravo"
languages = ["en", "pt", "es"]
[privacy]
controller = "Joint Operations Centre"
contact = "privacy@example.org"
[access]
servers = ["example.org"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "password").write_text("secret")
    path = tmp_path / "liaison.toml"
    path.write_text(GOOD)
    return path


def liaison(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "bot", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)


def with_key(config: Path, section: str, line: str) -> None:
    head = f"[{section}]\n"
    text = config.read_text()
    config.write_text(text.replace(head, head + line + "\n") if head in text else text + head + line + "\n")


def test_check_lists_each_language_and_changes_nothing(config: Path) -> None:
    done = liaison("check", "--config", config)
    assert (done.returncode, done.stderr) == (0, "")
    assert "does not answer now" in done.stdout
    rows = [line.split("│")[1:5] for line in done.stdout.splitlines() if line.startswith("│")]
    assert [[cell.strip() for cell in row] for row in rows] == [
        ["en", "yes", "pt", "pt"],
        ["pt", "yes", "en", "en"],
        ["es", "yes", "–", "–"],
    ]
    assert sorted(path.name for path in config.parent.iterdir()) == ["liaison.toml", "password"]


def test_check_says_how_to_install_what_is_missing_and_which_secrets_others_can_read(config: Path) -> None:
    (config.parent / "password").chmod(0o640)
    (config.parent / "key").write_text("a key")
    (config.parent / "key").chmod(0o600)
    with_key(config, "storage", 'directory = "data of ours"')
    done = liaison("check", "--config", config)
    assert done.returncode == 0
    [hint] = [line for line in done.stdout.splitlines() if "models install" in line]
    assert hint.endswith(f": liaison models install en-es es-en --config {config}")
    [warning] = [line for line in done.stdout.splitlines() if line.startswith("warning: ") and "(mode " in line]
    assert warning.startswith("warning: matrix.password_file: ") and "(mode 0640)" in warning


def test_check_lists_languages_that_only_an_agency_speaks(config: Path) -> None:
    members = 'members = ["@*:hp.example"]'
    with config.open("a", encoding="utf-8") as file:
        file.write('\n[[agencies]]\ncode = "GRC-HP"\ncountry = "GR"\nlanguage = "el"\n')
        file.write(f'timezone = "Europe/Athens"\n{members}\n')
    done = liaison("check", "--config", config)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [[cell.strip() for cell in line.split("│")[1:5]] for line in done.stdout.splitlines() if "│" in line]
    assert ["el", "yes", "–", "–"] in rows
    [hint] = [line for line in done.stdout.splitlines() if "models install" in line]
    assert {"el-en", "en-el"} <= set(hint.split())


def test_check_says_what_is_wrong_with_named_points_and_posts(config: Path) -> None:
    places = config.parent / "places.csv"
    places.write_text("name,latitude,longitude\nGuarda,40.5,-7.2\nPorto,91,x\n", encoding="utf-8")
    with_key(config, "taskforce", 'gazetteer = "places.csv"')
    done = liaison("check", "--config", config)
    assert done.returncode == 2
    assert "line 3: latitude 91 is more than 90 degrees" in done.stderr
    assert "line 3: longitude “x” is not in decimal degrees" in done.stderr
    places.write_text("name,latitude,longitude\nGuarda,40.5,-7.2\n", encoding="utf-8")
    agency = (
        'code = "PRT-GNR"\ncountry = "PT"\nlanguage = "pt"\ntimezone = "Europe/Lisbon"\nmembers = ["@*:gnr.example"]'
    )
    with config.open("a", encoding="utf-8") as file:
        file.write(f'\n[[agencies]]\n{agency}\npost = "Porto"\n')
    done = liaison("check", "--config", config)
    assert done.returncode == 2 and "agencies.1.post: “Porto” is no place that I can read" in done.stderr


def test_check_gives_no_command_that_would_not_help(config: Path) -> None:
    with_key(config, "translation", 'engines = ["bergamot"]')
    done = liaison("check", "--config", config)
    assert "install Firefox models for en-es, es-en" in done.stdout and "models install" not in done.stdout


async def test_check_lists_each_translation_server_and_sends_it_no_text(config: Path) -> None:
    languages = [{"code": code, "targets": ["en", "es", "uk"]} for code in ("en", "es", "uk")]
    async with libretranslate(languages=languages) as server:
        with_key(config, "translation", f'servers = ["{server.url}", "http://127.0.0.1:1"]')
        with_key(config, "translation", 'engines = ["bergamot", "libretranslate"]')
        done = await asyncio.to_thread(liaison, "check", "--config", config)
        assert (done.returncode, server.asked) == (0, [])
    servers = [line for line in done.stdout.splitlines() if line.startswith("translator ")]
    assert servers == [
        f"translator  {server.url}: answers, 6 pairs; of ours: en-es es-en",
        "translator  http://127.0.0.1:1: does not answer as it should (ClientConnectorError)",
    ]
    [spanish] = [line for line in done.stdout.splitlines() if line.startswith("│ es ")]
    assert [cell.strip() for cell in spanish.split("│")[3:5]] == ["en pt", "en pt"]
    assert "translation.servers" not in done.stdout and "missing" not in done.stdout


def test_check_warns_of_a_translation_server_to_which_texts_go_in_the_open(config: Path) -> None:
    here = ["http://localhost:1", "http://127.0.0.9:1", "http://[::1]:1"]
    with_key(
        config, "translation", f'servers = ["http://translate.invalid:1", "https://127.0.0.1:1", {str(here)[1:-1]}]'
    )
    with_key(config, "translation", 'engines = ["bergamot", "libretranslate"]')
    done = liaison("check", "--config", config)
    warnings = [line for line in done.stdout.splitlines() if line.startswith("warning: translation.servers: ")]
    assert [line.split()[2] for line in warnings] == ["http://translate.invalid:1"]


def test_check_warns_of_translation_servers_that_are_not_used(config: Path) -> None:
    with_key(config, "translation", 'servers = ["http://translate.invalid:1"]')
    done = liaison("check", "--config", config)
    [warning] = [line for line in done.stdout.splitlines() if line.startswith("warning: translation.servers: ")]
    assert "are not used" in warning and "translator " not in done.stdout


def test_check_says_what_no_server_has(config: Path) -> None:
    with_key(config, "translation", 'servers = ["http://127.0.0.1:1"]')
    with_key(config, "translation", 'engines = ["libretranslate"]')
    done = liaison("check", "--config", config)
    assert "missing: no server has en-pt, en-es, pt-en, es-en." in done.stdout


@pytest.mark.parametrize("command", ["run", "check"])
@pytest.mark.parametrize("folder", ["password", "password/below", "/proc/liaison/data"])
def test_a_data_folder_that_cannot_be_is_one_line_that_names_its_key(config: Path, command: str, folder: str) -> None:
    with_key(config, "storage", f'directory = "{folder}"')
    done = liaison(command, "--config", config)
    [line] = done.stderr.splitlines()
    assert (done.returncode, line.startswith("liaison: storage.directory: ")) == (2, True)
    assert "at the first start" not in done.stdout


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_health_port_that_is_taken_is_one_line_that_names_its_key(config: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        with_key(config, "health", f'listen = "127.0.0.1:{other.getsockname()[1]}"')
        done = liaison(command, "--config", config)
    [line] = done.stderr.splitlines()
    assert (done.returncode, line.startswith("liaison: health.listen: ")) == (2, True)


@pytest.mark.parametrize("command", ["run", "check"])
def test_every_fault_of_a_configuration_is_told_at_once_and_nothing_starts(config: Path, command: str) -> None:
    config.write_text(
        GOOD.replace('"http://127.0.0.1:1"', '"somewhere"')
        .replace('code = "BRAVO"', 'code = "b"\ncolour = 3')
        .replace('contact = "privacy@example.org"', "")
    )
    done = liaison(command, "--config", config)
    assert done.returncode == 2
    assert done.stdout == ""
    for key in ("matrix.homeserver", "taskforce.code", "taskforce.colour", "privacy.contact"):
        assert f"liaison: {key}: " in done.stderr
    assert not (config.parent / "data").exists()


async def test_a_wrong_storage_key_is_refused(config: Path) -> None:
    async with Database.open(config.parent / "data" / "liaison.db", "another key"):
        pass
    (config.parent / "key").write_text("not that key")
    for command in ("check", "run"):
        done = liaison(command, "--config", config)
        [line] = done.stderr.splitlines()
        assert (done.returncode, "cannot be opened with this storage key" in line) == (2, True)


@pytest.mark.parametrize("command", ["run", "check"])
def test_what_cannot_be_a_recovery_key_is_told_before_anything_is_sent(config: Path, command: str) -> None:
    with_key(config, "matrix", 'recovery_key_file = "recovery-key"')
    (config.parent / "recovery-key").write_text("hello")
    done = liaison(command, "--config", config)
    last = done.stderr.splitlines()[-1]
    assert (done.returncode, last.startswith("liaison: matrix.recovery_key_file: ")) == (2, True)


def test_one_process_owns_the_data_folder(config: Path) -> None:
    with bot_app.only_process(config.parent / "data"):
        done = liaison("run", "--config", config)
    [line] = done.stderr.splitlines()
    assert (done.returncode, line.startswith("liaison: another Liaison runs")) == (2, True)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    done = liaison("run", "--config", tmp_path / "none.toml")
    assert done.returncode == 2
    assert "there is no such file; start from config.example.toml" in done.stderr


def test_the_health_port_of_the_bot_that_runs_is_no_fault(config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        with_key(config, "health", f'listen = "127.0.0.1:{other.getsockname()[1]}"')
        (config.parent / "data").mkdir()
        with (config.parent / "data" / "lock").open("w") as lock:
            assert machine.unbound(load(config)) is not None
            fcntl.flock(lock, fcntl.LOCK_EX)
            assert machine.unbound(load(config)) is None
    assert machine.unbound(load(config)) is None


def test_a_storage_key_that_cannot_be_made_is_told(config: Path) -> None:
    config.write_text(config.read_text().replace('key_file = "key"', 'key_file = "password/key"'))
    done = liaison("run", "--config", config)
    [line] = done.stderr.splitlines()
    assert (done.returncode, line.startswith("liaison: storage")) == (2, True)


def test_what_the_homeserver_says_at_the_end_needs_no_second_full_stop(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def ends(*_: object) -> None:
        raise bot_app.SessionEnded("Token is not known.")

    monkeypatch.setattr(bot_app, "run", ends)
    monkeypatch.setattr(logs, "configure", lambda: None)
    with pytest.raises(typer.Exit) as ended:
        cli.run(config)
    assert ended.value.exit_code == 3
    assert "Token is not known. The device" in capsys.readouterr().err


UNFORESEEN = """
import sys
from bot import app, cli


async def run(*arguments):
    raise RuntimeError("the plate is 12-AB-34")


app.run = run
cli.main()
"""


def test_an_error_that_nobody_foresaw_is_in_the_log_without_its_words(config: Path) -> None:
    line = [sys.executable, "-c", UNFORESEEN, "run", "--config", str(config)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "12-AB-34" not in done.stderr
    assert "Traceback" not in done.stderr
    logged, said = done.stderr.splitlines()
    entry = json.loads(logged)
    assert (entry["event"], entry["exception"]) == ("run.failed", "RuntimeError")
    assert entry["at"][-1].endswith(" run")
    assert said.startswith("liaison: ")
    assert "run.failed" in said


def test_help_says_what_version_does_and_lists_every_exit_code() -> None:
    assert "Say the version and exit." in liaison("--help").stdout
    said = " ".join(liaison("run", "--help").stdout.split())
    assert all(code in said for code in ("0 stopped", "2 configuration", "3 session", "1 anything else"))


def test_safe_mode_is_named_by_a_failed_start_and_refuses_where_nothing_is_wrong(config: Path) -> None:
    done = liaison("run", "--safe", "--config", config)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "liaison: nothing keeps the bot from starting: run it without --safe"
    agency = (
        'code = "PRT-GNR"\ncountry = "PT"\nlanguage = "pt"\ntimezone = "Europe/Lisbon"\nmembers = ["@*:gnr.example"]'
    )
    with config.open("a", encoding="utf-8") as file:
        file.write(f'\n[[agencies]]\n{agency}\npost = "Porto"\n')
    refused = liaison("run", "--config", config)
    assert refused.returncode == 2 and "`liaison run --safe`" in refused.stderr
    both = liaison("run", "--safe", "--dry-run", "--config", config)
    assert (both.returncode, both.stderr) == (2, "liaison: --safe and --dry-run exclude each other.\n")


async def test_a_dry_run_says_what_waits_and_changes_nothing(config: Path) -> None:
    before = sorted(path.name for path in config.parent.iterdir())
    new = liaison("run", "--dry-run", "--config", config)
    assert (new.returncode, new.stderr) == (0, "") and "database: none yet" in new.stdout
    assert sorted(path.name for path in config.parent.iterdir()) == before

    (config.parent / "key").write_text(KEY)
    path = config.parent / "data" / "liaison.db"
    async with opened(path) as (_, store), store.transaction():
        await store.inbox.add("!room", "$1", {"body": "a secret"}, NOON)
        await store.outbox.add("!room", "reply", "$0", {"text": "a secret"}, NOON)
        await store.due.plan("reminder", "BRAVO-7K3Q0", NOON, {})
        await store.due.plan("rung", "BRAVO-7K3Q0", datetime.now(UTC) + timedelta(days=2), {})
    connection = connect(path, KEY, read_only=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    real = {file: file.read_bytes() for file in config.parent.rglob("*") if file.is_file()}
    done = liaison("run", "--dry-run", "--config", config)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"schema {len(MIGRATIONS)} as it is" in done.stdout
    assert "would be sent: 1 × reply to !room" in done.stdout
    assert "would be read: 1 from !room" in done.stdout
    assert "due by this time tomorrow: 1 × reminder" in done.stdout and "rung" not in done.stdout
    assert "a secret" not in done.stdout
    assert {file: file.read_bytes() for file in config.parent.rglob("*") if file.is_file()} == real

    # Beside a bot that runs, too, which is not disturbed; and what would be refused is said.
    async with opened(path) as (_, store):
        beside = liaison("run", "--dry-run", "--config", config)
        assert beside.returncode == 0 and "would be read: 1 from !room" in beside.stdout
        async with store.transaction():
            await store.inbox.add("!room", "$2", {}, NOON)
    connection = connect(path, KEY, read_only=False)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    newer = liaison("run", "--dry-run", "--config", config)
    assert newer.returncode == 2 and "newer Liaison" in newer.stderr


async def test_a_dry_run_tries_the_steps_of_an_upgrade_on_its_copy(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (config.parent / "key").write_text(KEY)
    path = config.parent / "data" / "liaison.db"
    async with opened(path):
        pass
    steps = len(MIGRATIONS)
    monkeypatch.setattr(opening, "MIGRATIONS", (*MIGRATIONS, "CREATE TABLE inbox (id INTEGER)"))
    whole = path.read_bytes()
    with pytest.raises(bot_app.StartRefused, match=f"step {steps + 1} of {steps + 1} fails"):
        await rehearse(load(config), None, FakeClock())
    assert path.read_bytes() == whole
