"""A report to the rights monitors, from an officer to the monitor's own desk, with other clients on both sides."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from pathlib import Path

from bot.backup import make_key

from .conftest import LiaisonFactory, OfficerFactory
from .rooms import asks, border_north, joined, record

TEXT = "Batanoga: três presos foram batidos às 14:30"


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
    async with asyncio.timeout(20):
        while not monitor.invitations:
            await asyncio.sleep(0.1)
    own = monitor.invitations[-1]
    await monitor.join(own)
    file = await monitor.hears(lambda heard: record(heard).get("kind") == "file" and record(heard).get("ref") == ref)
    ring = await monitor.hears(lambda heard: record(heard).get("kind") == "alert" and record(heard).get("ref") == ref)
    assert (file.room_id, file.error, file.replies_to) == (own, None, None) and file.encrypted
    assert ring.content["msgtype"] == "m.text" and ring.content["m.mentions"] == {"user_ids": [monitor.user_id]}
    assert ring.replies_to == file.event_id and "Ana" not in ring.body

    data = await monitor.read_file(file)
    assert sha256(data).hexdigest() in receipt.body
    sealed = tmp_path / f"{ref}.age"
    sealed.write_bytes(data)
    code, report = await bot.command("unseal", "--key", str(key), str(sealed))
    assert code == 0 and TEXT in report and ana.user_id in report
    assert "Batanoga" not in bot.log and " sir" not in bot.log
    about = await asks(lead, room, f"!incident show {ref}")
    assert record(about)["error"] == "not_found"
    assert not any("sealed" in heard.body or ref in heard.body for heard in lead.heard if heard.sender == bot.user_id)
    files = [file for file in (bot.config.parent / "data").glob("liaison.db*")]
    assert files and not any(b"Batanoga" in file.read_bytes() for file in files)
