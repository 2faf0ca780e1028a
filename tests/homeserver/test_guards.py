"""What else a homeserver, a network and people do to a bot: each guard on a real homeserver."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bot.demo.heard import PATIENCE_SECONDS
from bot.demo.homeserver import Homeserver
from bot.demo.liaison import Liaison
from bot.demo.officer import Officer

from .conftest import PASSWORD, JsOfficerFactory, LiaisonFactory, OfficerFactory, localpart, tables
from .hostile import hostile, timelines
from .rooms import asks, border_north, of_kind, record


async def test_a_device_that_logged_in_since_the_last_sync_reads_the_next_message(
    liaison: LiaisonFactory, officer: OfficerFactory, js_officer: JsOfficerFactory
) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot, kate)
    await asks(ana, room, "!status")
    assert bot.pid
    # What is asked and the new device reach the bot in one sync: it has shared its room key, but not with that one.
    os.kill(bot.pid, signal.SIGSTOP)
    tablet = await js_officer("kate", user_id=kate.user_id, recovery_key=kate.recovery_key)
    asked = await ana.say(room, "!status")
    os.kill(bot.pid, signal.SIGCONT)
    heard = await tablet.hears(lambda h: record(h).get("to") == asked and h.error is None)
    assert (heard.encrypted, heard.trust) == (True, "none")


async def test_an_access_token_with_its_device_id_is_a_way_in(
    officer: OfficerFactory, homeserver: Homeserver, tmp_path: Path
) -> None:
    ana = await officer("ana", "PRT-GNR")
    name = localpart("liaison")
    await homeserver.register(name, PASSWORD)
    session = await homeserver.login(name, PASSWORD)
    token = tmp_path / "token"
    token.write_text(session.access_token)

    def made(folder: str, device_id: str) -> Liaison:
        matrix = {"access_token_file": str(token), "device_id": device_id}
        changes: dict[str, Any] = {"roles": {"lead": [ana.user_id]}, "matrix": matrix}
        return Liaison(tmp_path / folder, homeserver.url, session.user_id, "", tables(**changes))

    wrong = made("wrong", "NOTTHATONE")
    await wrong.launch()
    assert await wrong.ends(30) == 2
    assert f"device {session.device_id}, not to {session.user_id}, device NOTTHATONE" in wrong.log
    bot = made("right", session.device_id)
    try:
        await bot.start()
        room = await border_north(ana, bot)
        heard = await asks(ana, room, "!status")
        assert (record(heard)["ok"], heard.trust) == (True, "cross-signed-tofu")
        await bot.stop()
        await bot.start()
        assert record(await asks(ana, room, "!status"))["ok"] is True
    finally:
        await bot.kill()


async def test_members_of_an_unlisted_server_are_said_once(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver
) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    async with hostile(homeserver.url) as server:
        bot = await liaison(homeserver_url=server.url, roles={"lead": [kate.user_id]})
        room = await border_north(kate, bot, ana)
        await asks(ana, room, "!status")
        coming = ["@eve:elsewhere.example", "@mal:elsewhere.example"]

        def come(news: dict[str, Any]) -> None:
            for events in timelines(news):
                while events and coming:
                    user = coming.pop()
                    joined = {"sender": user, "state_key": user, "content": {"membership": "join"}}
                    events.insert(0, {"type": "m.room.member", "event_id": f"${user}", "origin_server_ts": 1, **joined})

        server.twist = come
        await ana.say(room, "Bom dia")
        await kate.hears(lambda h: record(h).get("of") == "server" and record(h)["kind"] == "alert")
        assert record(await asks(ana, room, "!status"))["ok"] is True
        assert len([h for h in of_kind(kate, "alert") if record(h)["of"] == "server"]) == 1
        said = [h for h in of_kind(kate, "notice") if record(h)["of"] == "server"]
        assert len(said) == 1
        assert "elsewhere.example" in said[0].body
        await bot.kill()


async def test_names_that_mislead_are_said_once_and_what_is_genuine_is_told(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver
) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    async with hostile(homeserver.url) as server:
        bot = await liaison(homeserver_url=server.url, roles={"lead": [ana.user_id]})
        room = await border_north(ana, bot, kate)
        await asks(kate, room, "!status")

        async def named(name: str) -> None:
            known = {h.event_id for h in ana.heard}
            where = f"/_matrix/client/v3/profile/{kate.user_id}/displayname"
            await homeserver.request("PUT", where, token=kate.access_token, body={"displayname": name})
            await ana.hears(lambda h: h.event_id not in known and h.content.get("displayname") == name)

        for name in ("\u0410na", "Kate", "\u0410na"):
            await named(name)
        warned = await ana.hears(lambda h: record(h).get("of") == "name")
        assert ana.user_id in warned.body
        assert kate.user_id in warned.body

        async def genuine(of: str) -> str:
            said = await kate.say(room, "!genuine", reply_to=of)
            return (await kate.hears(lambda h: record(h).get("to") == said)).body

        posted = await asks(kate, room, "!status")
        assert (await genuine(posted.event_id)).startswith("Yes. I posted")
        assert (await genuine(await ana.say(room, "!status"))).startswith("No. I did not post")

        def delay(news: dict[str, Any]) -> None:
            for events in timelines(news):
                for event in events:
                    event["unsigned"] = {"age": 150_000}

        server.twist = delay
        question = await asks(kate, room, "!timezone Asia/Tokyo")
        server.twist = None
        assert record(question)["choices"] == {"1": "run", "2": "leave"}
        assert (await genuine(question.event_id)).startswith("Yes. I posted")
        answered = await kate.say(room, "2", reply_to=question.event_id)
        await kate.hears(lambda h: record(h).get("to") == answered)
        assert "no longer stands" in await genuine(question.event_id)
        assert len([h for h in of_kind(ana, "notice") if record(h)["of"] == "name"]) == 1
        await bot.kill()


async def test_a_room_that_the_homeserver_slows_down_delays_no_other(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver
) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    async with hostile(homeserver.url) as server:
        bot = await liaison(homeserver_url=server.url, roles={"lead": [ana.user_id]})
        slow, free = await border_north(ana, bot, kate), await border_north(ana, bot, kate)

        async def seconds() -> float:
            began = time.monotonic()
            await asks(kate, free, "!status")
            return time.monotonic() - began

        await asks(kate, slow, "!status")
        await seconds()
        usual = [await seconds() for _ in range(5)]
        server.slowed.add(f"{slow}/send")
        waiting = [await ana.say(slow, "!language") for _ in range(5)]
        beside = [await seconds() for _ in range(5)]
        assert [h for h in ana.heard if record(h).get("to") in waiting] == []
        # A pause for the other room is 0.3 s at least; a tenth more is noise.
        assert min(beside) < min(usual) + 0.1
        assert max(beside) < max(usual) + 1
        server.slowed.clear()
        for asked in waiting:
            await ana.hears(lambda h, asked=asked: record(h).get("to") == asked)
        assert [record(h)["to"] for h in of_kind(ana, "reply") if record(h)["to"] in waiting] == waiting
        await bot.kill()


async def test_it_answers_within_6_s_of_the_homeservers_return(tmp_path: Path) -> None:
    async with Homeserver(tmp_path / "homeserver") as own:
        for name in ("liaison", "ana-gnr"):
            await own.register(name, PASSWORD)
        ana = Officer(own.url, own.user_id("ana-gnr"), PASSWORD, tmp_path / "ana", "Ana")
        bot = Liaison(
            tmp_path / "bot", own.url, own.user_id("liaison"), PASSWORD, tables(roles={"lead": [ana.user_id]})
        )
        try:
            await ana.start()
            await bot.start()
            room = await border_north(ana, bot)
            await asks(ana, room, "!status")
            await own.stop()
            await asyncio.sleep(10)
            await own.start()
            back = time.monotonic()
            await ana.say(room, "!status")
            # Asked of the homeserver itself: the officer's own client may come back later than the bot.
            where = f"/_matrix/client/v3/rooms/{quote(room)}/messages?dir=b&limit=1"
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    [last] = (await own.request("GET", where, token=ana.access_token))["chunk"]
                    if last["sender"] == bot.user_id:
                        break
                    await asyncio.sleep(0.1)
            assert time.monotonic() - back < 6
            assert "matrix.back" in bot.log
        finally:
            await bot.kill()
            await ana.stop()


async def test_a_wrong_password_ends_the_start_with_the_keys_to_look_at(liaison: LiaisonFactory) -> None:
    bot = await liaison(start=False)
    file = bot.folder / "secrets" / "password"
    right = file.read_text()
    file.write_text("not it")
    await bot.launch()
    assert await bot.ends(30) == 2
    assert "M_FORBIDDEN" in bot.log
    assert "matrix.user_id and matrix.password_file (or LIAISON_MATRIX_PASSWORD) have to be" in bot.log
    file.write_text(right)
    await bot.start()
