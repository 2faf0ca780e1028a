"""The demo, as `make demo ONCE=1` plays it."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from bot.demo import story
from bot.demo.stage import cast


async def demo(*arguments: str, folder: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | {"TMPDIR": str(folder), "COLUMNS": "110"},
    )


@pytest.mark.timeout(200)
async def test_the_story_is_played_and_every_step_holds(tmp_path: Path) -> None:
    process = await demo("--once", folder=tmp_path)
    output, _ = await asyncio.wait_for(process.communicate(), 180)
    transcript = output.decode()
    assert process.returncode == 0, transcript
    for act in ("Act 1", "Act 2", "Act 3", "Every step was checked"):
        assert act in transcript
    assert not [name for name in os.listdir(tmp_path) if name.startswith("liaison-")]


@pytest.mark.timeout(60)
async def test_ctrl_c_ends_all_of_it(tmp_path: Path) -> None:
    process = await demo(folder=tmp_path)
    assert process.stdout is not None
    async with asyncio.timeout(40):
        async for line in process.stdout:
            if b"Synapse homeserver runs" in line:
                break
    process.send_signal(signal.SIGINT)
    output, _ = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 130
    assert "Stopped." in output.decode()
    assert not [name for name in os.listdir(tmp_path) if name.startswith("liaison-")]


def test_a_recovery_key_is_one_line_of_a_narrow_terminal(tmp_path: Path) -> None:
    printed = io.StringIO()
    console = Console(file=printed, width=80)
    key = " ".join(["EsTX"] * 12)
    stage: Any = SimpleNamespace(
        console=console,
        people=cast(),
        officers={person.name: SimpleNamespace(recovery_key=key) for person in cast()},
        homeserver=SimpleNamespace(url="http://127.0.0.1:1"),
        folder=tmp_path,
        heading=lambda title, explanation: None,
    )
    story._invite(stage)
    assert sum(key in line for line in printed.getvalue().splitlines()) == 3


def test_whoever_writes_something_is_told_what_the_small_models_are_good_for(tmp_path: Path) -> None:
    printed = io.StringIO()
    console = Console(file=printed, width=1000)
    stage: Any = SimpleNamespace(
        console=console,
        people=cast(),
        officers={person.name: SimpleNamespace(recovery_key="key") for person in cast()},
        homeserver=SimpleNamespace(url="http://127.0.0.1:1"),
        folder=tmp_path,
        heading=lambda title, explanation: console.print(explanation),
    )
    story._invite(stage)
    asked, _, told = printed.getvalue().partition("Write something")
    assert asked and "small model that knows sentences about borders only" in told and "are better" in told
