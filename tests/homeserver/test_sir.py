"""A report to the rights monitors, from an officer to the monitor's own desk, with other clients on both sides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from bot.backup import make_key
from bot.demo.heard import Heard
from bot.demo.officer import Officer

from .conftest import LiaisonFactory, OfficerFactory
from .rooms import asks, border_north, joined, record

TEXT = "Batanoga: três presos foram batidos às 14:30"


async def accepting(monitor: Officer, wanted: Callable[[Heard], bool]) -> Heard:
    """Return what is wanted of what the monitor hears in the rooms that the bot asks them into.

    These may be two: the first one's making may have been broken off.
    """
    async with asyncio.timeout(45):
        while not (found := [heard for heard in monitor.heard if wanted(heard)]):
            for room in [*monitor.invitations]:
                await monitor.join(room)
            await asyncio.sleep(0.2)
    return found[0]


async def test_a_report_reaches_the_monitor_alone(
    liaison: LiaisonFactory, officer: OfficerFactory, tmp_path: Path
) -> None:
    ana, lead, monitor = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF"), await officer("monitor")
    key = tmp_path / "monitor.key"
    bot = await liaison(
        roles={"lead": [lead.user_id]}, monitors=[{"user_id": monitor.user_id, "public_key": make_key(key)}]
    )
    room = await border_north(lead, bot, ana)
    direct = await ana.create_room("", [bot.user_id], direct=True)
    await joined(ana, direct, bot.user_id)

    refused = await asks(ana, room, f"!sir {TEXT}")
    assert record(refused)["error"] == "not_allowed" and "Batanoga" not in refused.body
    receipt = await asks(ana, direct, f"!sir {TEXT}")
    ref = record(receipt)["ref"]
    await bot.kill()
    await bot.start()
    file = await accepting(
        monitor, lambda heard: record(heard).get("kind") == "file" and record(heard).get("ref") == ref
    )
    ring = await monitor.hears(lambda heard: record(heard).get("kind") == "alert" and record(heard).get("ref") == ref)
    assert file.encrypted and (file.error, file.replies_to) == (None, None)
    assert await monitor.members(file.room_id) == {monitor.user_id, bot.user_id}
    assert ring.content["msgtype"] == "m.text" and ring.content["m.mentions"] == {"user_ids": [monitor.user_id]}
    assert ring.replies_to == file.event_id and "Ana" not in ring.body

    data = await monitor.read_file(file)
    assert sha256(data).hexdigest() in receipt.body
    sealed = tmp_path / f"{ref}.age"
    sealed.write_bytes(data)
    code, report = await bot.command("unseal", "--key", str(key), str(sealed))
    assert code == 0 and TEXT in report and ana.user_id in report
    assert "Batanoga" not in bot.log and " sir" not in bot.log
    assert record(await asks(ana, direct, "!about"))["ok"], "what comes after it by the same room key is read"
    about = await asks(lead, room, f"!incident show {ref}")
    assert record(about)["error"] == "not_found"
    assert not any("sealed" in heard.body or ref in heard.body for heard in lead.heard if heard.sender == bot.user_id)
    files = [file for file in (bot.config.parent / "data").glob("liaison.db*")]
    assert files and not any(b"Batanoga" in file.read_bytes() for file in files)
