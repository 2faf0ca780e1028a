"""The demo, as `make demo ONCE=1` plays it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest


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
