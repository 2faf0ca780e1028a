"""A disk that is full and files that are damaged, under the real program."""

from __future__ import annotations

import asyncio
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import LiaisonFactory, OfficerFactory
from .rooms import asks, border_north, of_kind, record

MIB = 1024**2


async def test_when_no_file_can_grow_nothing_is_lost_or_doubled(
    liaison: LiaisonFactory, officer: OfficerFactory
) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot, kate)
    await asks(ana, room, "!status")
    await bot.stop()
    await bot.start()
    assert bot.pid
    # Room for the log, and for no more than the beginning of a new write-ahead log.
    most = len(bot.log.encode()) + 64 * 1024
    soft, hard = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (most, hard))
    asked, said = [], []
    for number in range(20):
        asked.append(await ana.say(room, "!language"))
        said.append(await ana.say(room, f"O camião {number} está perto do rio."))
    async with asyncio.timeout(30):
        while bot.running and '"event": "lane.waits"' not in bot.log and '"event": "matrix.fault"' not in bot.log:
            await asyncio.sleep(0.2)
    assert "Traceback" not in bot.log
    if bot.running:
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (soft, hard))
    else:
        # What nio holds and cannot save would be lost if it went on.
        [line] = [line for line in bot.log.splitlines() if line.startswith("liaison: ")]
        assert "cannot be written" in line and "make room" in line
        await bot.start()
    for event in asked:
        await kate.hears(lambda h, event=event: record(h).get("to") == event, timeout=40)
    for event in said:
        await kate.hears(lambda h, event=event: record(h).get("source") == event, timeout=40)
    assert [record(h)["to"] for h in of_kind(kate, "reply")][1:] == asked
    assert [record(h)["source"] for h in of_kind(kate, "translation")] == said
    mine = [h for h in kate.heard if h.sender == bot.user_id and h.type == "m.room.message"]
    assert all(h.encrypted for h in mine)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of its own, of 64 MiB."""
    folder = tmp_path / "small disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)], check=False)
    if done.returncode:
        pytest.skip("only root may mount a disk of its own")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


async def test_while_the_disk_is_nearly_full_it_waits_and_then_goes_on(
    liaison: LiaisonFactory, officer: OfficerFactory, small_disk: Path
) -> None:
    ana = await officer("ana", "PRT-GNR")
    bot = await liaison(roles={"lead": [ana.user_id]}, storage={"directory": str(small_disk / "data")})
    room = await border_north(ana, bot)
    await asks(ana, room, "!status")
    (small_disk / "filler").write_bytes(b"x" * 40 * MIB)
    await ana.say(room, "!status")  # ends the question for news that was under way, if one was
    await asyncio.sleep(1)
    asked = await ana.say(room, "!language")
    await asyncio.sleep(3)
    assert [h for h in ana.heard if record(h).get("to") == asked] == []
    assert bot.running
    (small_disk / "filler").unlink()
    await ana.hears(lambda h: record(h).get("to") == asked)
    assert bot.log.count('"event": "storage.full"') == 1
    assert "Traceback" not in bot.log
    await bot.stop()


async def test_a_damaged_database_is_refused_and_never_begun_anew(
    liaison: LiaisonFactory, officer: OfficerFactory
) -> None:
    ana = await officer("ana", "PRT-GNR")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot)
    await asks(ana, room, "!status")
    await bot.stop()
    file = bot.folder / "data" / "liaison.db"
    whole = file.read_bytes()
    broken = bytearray(whole)
    broken[len(broken) // 2] ^= 1
    file.write_bytes(broken)
    await bot.launch()
    assert await bot.ends(30) == 2
    [line] = [line for line in bot.log.splitlines() if line.startswith("liaison: ")]
    assert f"{file} is damaged" in line
    assert "liaison restore" in line
    assert file.read_bytes() == broken

    # Nor is a database that is gone begun anew: the keys beside it are of a device that it must know.
    file.write_bytes(b"")
    await bot.launch()
    assert await bot.ends(30) == 2
    file.write_bytes(whole)
    await bot.start()
    assert record(await asks(ana, room, "!status"))["ok"] is True
