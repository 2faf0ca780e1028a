"""What a clumsy or hostile member, homeserver or machine does: no crash, no stall, and afterwards it still answers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from pathlib import Path
from typing import Any

import aiohttp

from bot.demo.heard import PATIENCE_SECONDS
from bot.demo.homeserver import Homeserver, HomeserverRefused

from .conftest import LiaisonFactory, OfficerFactory
from .hostile import hostile
from .rooms import asks, border_north, record, translation

JUNK: list[Any] = [None, True, 0, -1, 2**53 - 1, "", "x" * 3000, [], ["x"], {}, {"a": {"b": []}}]


def deep(levels: int) -> dict[str, Any]:
    nested: dict[str, Any] = {"end": "here"}
    for _ in range(levels):
        nested = {"deeper": nested}
    return nested


async def test_malformed_events_of_every_kind(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver
) -> None:
    ana, rui = await officer("ana", "PRT-GNR"), await officer("rui", "PRT-GNR")
    kate = await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id, rui.user_id]})
    room = await border_north(ana, bot)

    async def raw(kind: str, content: dict[str, Any], state_key: str | None = None) -> None:
        where = f"/_matrix/client/v3/rooms/{room}"
        path = (
            f"{where}/send/{kind}/{os.urandom(6).hex()}" if state_key is None else f"{where}/state/{kind}/{state_key}"
        )
        # The homeserver itself refuses some of it; what it lets through must not harm.
        with contextlib.suppress(HomeserverRefused):
            await homeserver.request("PUT", path, token=ana.access_token, body=content)

    for junk in JUNK:
        for key in ("body", "msgtype", "formatted_body", "m.relates_to", "m.mentions", "m.new_content"):
            await raw("m.room.message", {"msgtype": "m.text", "body": "y", key: junk})
        for key in ("algorithm", "ciphertext", "session_id", "sender_key", "device_id"):
            whole = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AAAA", "session_id": "s", "sender_key": "k"}
            await raw("m.room.encrypted", {**whole, key: junk})
        await raw("m.room.member", {"membership": "join", "displayname": junk}, ana.user_id)
        await raw("m.room.power_levels", {"users": junk}, "")
        await raw("m.reaction", {"m.relates_to": junk})
    for levels in (90, 300, 480, 900):
        await raw("m.room.message", {"msgtype": "m.text", "body": "y", "deep": deep(levels)})
        await raw("m.room.member", {"membership": "join", "deep": deep(levels)}, ana.user_id)
    await raw("m.room.member", {"membership": "join", "displayname": "<b>x</b>\n\u202e\u2066" * 200}, ana.user_id)

    # Ana's own client gave up on some of it, so others look whether the bot did.
    other = await border_north(rui, bot, kate)
    for levels in (90, 200):
        await kate.send(other, "m.room.message", {"msgtype": "m.text", "body": "y", "deep": deep(levels)})
    assert record(await asks(kate, other, "!status"))["ok"] is True
    said = await kate.say(other, "The road to the bridge is closed.")
    assert record(await translation(rui, said))["texts"]["pt"]
    assert '"event": "event.unreadable"' in bot.log
    assert '"event": "event.failed"' not in bot.log
    async with aiohttp.ClientSession() as http, asyncio.timeout(PATIENCE_SECONDS):
        while 'liaison_queue_depth{queue="inbox"} 0.0' not in await (await http.get(f"{bot.url}/metrics")).text():
            await asyncio.sleep(0.2)


async def test_a_homeserver_behind_a_broken_proxy(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver
) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    async with hostile(homeserver.url) as server:
        bot = await liaison(homeserver_url=server.url, roles={"lead": [ana.user_id]})
        room = await border_north(ana, bot, kate)
        for mood in ("502", "garbage", "not a sync", "429", "truncated"):
            server.mood = mood
            asked = await ana.say(room, "!language")
            said = await kate.say(room, "The road to the bridge is closed.")
            await asyncio.sleep(1.5)
            server.mood = None
            await ana.hears(lambda h, asked=asked: record(h).get("to") == asked, timeout=15)
            await translation(ana, said)
        # Waiting between tries, not spinning: a second and a half is a handful of them each time.
        assert bot.log.count('"event": "matrix.away"') < 20
        await bot.kill()


async def test_a_translation_worker_that_hangs(liaison: LiaisonFactory, officer: OfficerFactory) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot, kate)
    [worker] = Path(f"/proc/{bot.pid}/task/{bot.pid}/children").read_text().split()
    os.kill(int(worker), signal.SIGSTOP)
    said = await ana.say(room, "O camião está perto do rio.")
    assert record(await asks(kate, room, "!status"))["ok"] is True
    heard = await kate.hears(lambda h: record(h).get("source") == said, timeout=60)
    assert "river" in record(heard)["texts"]["en"]
