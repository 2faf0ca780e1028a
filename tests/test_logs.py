"""The log: one JSON object a line, and never what people wrote."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from bot import logs

SCRIPT = """
import logging
import structlog
from bot import logs

logs.configure()
log = structlog.get_logger("bot.intake")


def translate(text):
    raise ValueError(f"cannot translate {text!r}")


log.info("sync", room="!room:example.org", count=2)
try:
    translate("camião azul, 12-AB-34")
except ValueError:
    log.exception("relay.failed", event_id="$event")
try:
    try:
        translate("camião azul, 12-AB-34")
    except ValueError as error:
        raise RuntimeError("while handling 12-AB-34") from error
except RuntimeError:
    log.exception("command.failed")
log.error("nothing is being handled", exc_info=True)
log.error("given", exc_info=ValueError("12-AB-34"))
for name in ("nio.client", "argostranslate.utils", "peewee", "apscheduler.executors"):
    library = logging.getLogger(name)
    library.error("event: %s", "12-AB-34")
    try:
        translate("12-AB-34")
    except ValueError:
        library.exception("failed on 12-AB-34")
"""


@pytest.fixture(scope="module")
def written() -> str:
    """Return what a process writes to standard error when libraries and we fail on a message."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=20, check=True)
    assert done.stdout == ""
    return done.stderr


def test_the_words_of_a_message_never_reach_the_log(written: str) -> None:
    assert "12-AB-34" not in written
    assert "camião" not in written


def test_every_line_is_one_json_object(written: str) -> None:
    lines: list[dict[str, Any]] = [json.loads(line) for line in written.splitlines()]
    assert all(line["level"] in ("info", "error") and line["event"] for line in lines)


def test_an_exception_is_its_kind_and_the_way_that_it_took(written: str) -> None:
    lines = [json.loads(line) for line in written.splitlines()]
    [failed] = [line for line in lines if line["event"] == "relay.failed"]
    assert failed["exception"] == "ValueError"
    assert [at.split(" ")[-1] for at in failed["at"]] == ["<module>", "translate"]
    assert failed["event_id"] == "$event"
    assert failed["timestamp"].endswith("Z")


def test_a_line_without_an_exception_is_left_as_it_is() -> None:
    event = {"event": "sync", "count": 2}
    assert logs._where_it_broke(None, "info", dict(event)) == event
