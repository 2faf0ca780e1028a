"""The faults that made bots on this stack deaf, fooled or forgetful, each provoked on a real homeserver."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nio
import pytest

from bot.demo.heard import PATIENCE_SECONDS, Heard
from bot.demo.homeserver import Homeserver
from bot.demo.officer import Officer
from bot.store.database import Database
from bot.store.outbox import Outbox

from .conftest import PASSWORD, LiaisonFactory, OfficerFactory
from .hostile import hostile, timelines
from .rooms import asks, border_north, of_kind, record, translation


async def device_of(homeserver: Homeserver, asker: Officer, user_id: str) -> str:
    answer = await homeserver.request(
        "POST", "/_matrix/client/v3/keys/query", token=asker.access_token, body={"device_keys": {user_id: []}}
    )
    [device] = answer["device_keys"][user_id]
    return str(device)


async def claim(homeserver: Homeserver, asker: Officer, user_id: str, device: str) -> tuple[str, dict[str, Any]] | None:
    """Claim one key of a device; return its id and itself, or None when there is none left."""
    body = {"one_time_keys": {user_id: {device: "signed_curve25519"}}}
    answer = await homeserver.request("POST", "/_matrix/client/v3/keys/claim", token=asker.access_token, body=body)
    keys = answer["one_time_keys"].get(user_id, {}).get(device, {})
    return next(iter(keys.items()), None)


async def test_when_all_one_time_keys_are_claimed_new_devices_still_reach_it(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver
) -> None:
    ana = await officer("ana", "PRT-GNR")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot)
    await asks(ana, room, "!status")
    device = await device_of(homeserver, ana, bot.user_id)
    await bot.stop()
    claimed = [await claim(homeserver, ana, bot.user_id, device) for _ in range(60)]
    assert all(claimed), "one-time keys, then the fallback key again and again"
    fallback, key = claimed[-1] or ("", {})
    assert key.get("fallback") is True
    assert (claimed[-2] or ("",))[0] == fallback

    kate = await officer("kate", "GBR-BF")
    await ana.invite(room, kate.user_id)
    await kate.join(room)
    asked = await kate.say(room, "!status")
    await bot.start()
    await kate.hears(lambda heard: record(heard).get("to") == asked)

    renewed = [await claim(homeserver, ana, bot.user_id, device) for _ in range(60)]
    assert all(renewed), "one-time keys are there again, and behind them a new fallback key"
    assert not (renewed[0] or ("", {}))[1].get("fallback")
    last, _key = renewed[-1] or ("", {})
    assert last != fallback


async def test_more_room_keys_than_one_sync_brings(liaison: LiaisonFactory, officer: OfficerFactory) -> None:
    ana = await officer("ana", "PRT-GNR")
    bot = await liaison(roles={"lead": [ana.user_id]}, limits={"commands_per_person": 1000, "commands_per_room": 1000})
    room = await border_north(ana, bot)
    await asks(ana, room, "!status")
    await bot.stop()
    asked = []
    for _ in range(130):
        await ana.forget_room_key(room)
        asked.append(await ana.say(room, "!status"))
    await bot.start()
    answered: dict[str, Heard] = {}
    for event in asked:
        answered[event] = await ana.hears(lambda h, event=event: record(h).get("to") == event, timeout=60)
    assert [record(h)["to"] for h in of_kind(ana, "reply")][1:] == asked


async def test_what_waited_is_sent_after_a_restart_before_the_room_says_anything(
    liaison: LiaisonFactory, officer: OfficerFactory
) -> None:
    ana = await officer("ana", "PRT-GNR")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot)
    await asks(ana, room, "!status")
    await bot.stop()
    key = (bot.folder / "secrets" / "storage-key").read_text().strip()
    async with Database.open(bot.folder / "data" / "liaison.db", key) as database, database.transaction():
        payload = {"to": ana.user_id, "blocks": [], "command": "planned", "ok": True}
        await Outbox(database).add(room, "reply", "$cause", payload, datetime.now(UTC))
    await bot.start()
    await ana.hears(lambda heard: record(heard).get("command") == "planned")


async def test_what_may_have_been_sent_a_day_ago_is_looked_for_before_it_is_sent_again(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver
) -> None:
    ana = await officer("ana", "PRT-GNR")
    async with hostile(homeserver.url) as server:
        server.forgetful = True
        bot = await liaison(homeserver_url=server.url, roles={"lead": [ana.user_id]})
        room = await border_north(ana, bot)
        asked = record(await asks(ana, room, "!status"))["to"]
        await bot.kill()
        # As if it had been killed a day ago, after sending and before it wrote down that it had sent.
        key = (bot.folder / "secrets" / "storage-key").read_text().strip()
        yesterday = (datetime.now(UTC) - timedelta(hours=21)).isoformat()
        payload = {"to": ana.user_id, "blocks": [], "command": "status", "ok": True}
        async with Database.open(bot.folder / "data" / "liaison.db", key) as database, database.transaction():
            await database.execute(
                "UPDATE outbox SET state = 'waiting', event_id = NULL, sent_at = NULL, payload = ?, created_at = ?"
                " WHERE cause = ?",
                json.dumps(payload), yesterday, asked,
            )  # fmt: skip
            await Outbox(database).add(room, "reply", "$other", payload, datetime.now(UTC) - timedelta(hours=21))
        await bot.start()
        await ana.hears(lambda heard: "id" in record(heard) and record(heard).get("to") == "$other")
        assert [record(h)["to"] for h in of_kind(ana, "reply")] == [asked, "$other"]
        await bot.kill()


@pytest.fixture
async def injected(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[Any]:
    """Make a device of an account as a homeserver's administrator can: logged in, but signed by nobody."""
    made: list[nio.AsyncClient] = []

    async def make(user_id: str) -> nio.AsyncClient:
        config = nio.AsyncClientConfig(encryption_enabled=True)
        client = nio.AsyncClient(homeserver.url, user_id, store_path=str(tmp_path), config=config)
        made.append(client)
        await client.login(PASSWORD, device_name="injected")
        await client.sync(full_state=True)
        await client.keys_upload()
        await client.sync()
        return client

    yield make
    for client in made:
        await client.close()


async def withheld(homeserver: Homeserver, client: nio.AsyncClient, sender: str) -> tuple[str, int]:
    """Return why *sender* gives the client no key, and how many encrypted to-device messages came from it."""
    keys, since = 0, ""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            where = f"/_matrix/client/v3/sync?timeout=1000{since and f'&since={since}'}"
            news = await homeserver.request("GET", where, token=client.access_token)
            since = news["next_batch"]
            for event in news.get("to_device", {}).get("events", []):
                if event["sender"] != sender:
                    continue
                keys += event["type"] == "m.room.encrypted"
                if event["type"] == "m.room_key.withheld":
                    return event["content"]["code"], keys


async def test_a_hostile_homeserver_is_refused_step_by_step(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver, injected: Any
) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    async with hostile(homeserver.url) as server:
        bot = await liaison(homeserver_url=server.url, roles={"lead": [kate.user_id]})
        room = await border_north(kate, bot, ana)
        await asks(ana, room, "!timezone Europe/Lisbon")
        seen: dict[str, dict[str, Any]] = {}

        def look(news: dict[str, Any]) -> None:
            for events in timelines(news):
                seen.update({event["event_id"]: copy.deepcopy(event) for event in events})

        server.twist = look
        # A command in plain text, in Ana's name.
        forged = await ana.send(room, "m.room.message", {"msgtype": "m.text", "body": "!timezone Asia/Tokyo"},
                                in_clear=True)  # fmt: skip
        line = await kate.hears(lambda h: record(h).get("to") == forged)
        assert (record(line)["error"], "sem cifra" in line.body) == ("not_allowed", True)

        # A device of Ana's that the homeserver made: it gets no key, and its commands do nothing.
        device = await injected(ana.user_id)
        refusal = asyncio.create_task(withheld(homeserver, device, bot.user_id))
        await asyncio.sleep(1)
        await asks(ana, room, "!status")
        assert await refusal == ("m.unverified", 0)
        sent = await device.room_send(
            room, "m.room.message", {"msgtype": "m.text", "body": "!timezone Asia/Tokyo"},
            ignore_unverified_devices=True,
        )  # fmt: skip
        line = await kate.hears(lambda h: record(h).get("to") == sent.event_id)
        assert record(line)["error"] == "not_allowed"

        # An old command of Ana's under a new id, after the bot was killed.
        asked = await ana.say(room, "!timezone Europe/Madrid")
        await ana.hears(lambda h: record(h).get("to") == asked)
        await asks(ana, room, "!timezone Europe/Lisbon")
        await bot.kill()
        served: list[str] = []

        def replay(news: dict[str, Any]) -> None:
            for events in timelines(news):
                if events and not served:
                    served.append("$replayed")
                    events.append({**seen[asked], "event_id": "$replayed"})

        server.twist = replay
        await bot.start()
        await kate.say(room, "Anything new?")
        await kate.hears(lambda h: record(h).get("of") == "replay" and record(h)["kind"] == "notice")

        # A message of Kate's, delivered as one of Ana's.
        served.clear()

        def forge(news: dict[str, Any]) -> None:
            for events in timelines(news):
                for event in events:
                    if event["type"] == "m.room.encrypted" and event["sender"] == kate.user_id and not served:
                        served.append(event["event_id"])
                        event["sender"] = ana.user_id

        server.twist = forge
        await kate.say(room, "!timezone Asia/Tokyo")
        await kate.hears(lambda h: record(h).get("of") == "forged" and record(h)["kind"] == "notice")
        await kate.hears(lambda h: record(h).get("kind") == "alert" and record(h)["of"] == "forged")

        # Two questions to Ana; the homeserver chooses what her digit, sent without a relation of its own, replies to.
        def delay(news: dict[str, Any]) -> None:
            for events in timelines(news):
                for event in events:
                    if event["type"] == "m.room.encrypted" and event["sender"] == ana.user_id:
                        event["unsigned"] = {"age": 150_000}

        server.twist = delay
        first = await asks(ana, room, "!timezone Asia/Tokyo")
        second = await asks(ana, room, "!timezone Asia/Seoul")
        assert (record(first)["error"], record(second)["choices"]) == ("stale", {"3": "run", "4": "leave"})

        def repoint(news: dict[str, Any]) -> None:
            for events in timelines(news):
                for event in events:
                    if event["type"] == "m.room.encrypted" and event["sender"] == ana.user_id:
                        event["content"]["m.relates_to"] = {"m.in_reply_to": {"event_id": first.event_id}}

        server.twist = repoint
        answer = await ana.say(room, "3")
        line = await ana.hears(lambda h: record(h).get("to") == answer)
        assert record(line)["error"] == "conflict"

        # After all that Ana's zone is the one that she set.
        server.twist = None
        assert "Europe/Lisbon" in (await asks(ana, room, "!timezone")).body
        await bot.kill()


async def test_a_new_identity_must_be_confirmed(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver, tmp_path: Path
) -> None:
    ana, rui = await officer("ana", "PRT-GNR"), await officer("rui", "PRT-GNR")
    bot = await liaison(roles={"lead": [rui.user_id]})
    room = await border_north(rui, bot, ana)
    await asks(ana, room, "!status")
    await ana.stop()
    # Ana begins anew on another phone, without her recovery key.
    again = Officer(homeserver.url, ana.user_id, PASSWORD, tmp_path / "new phone", "Ana")
    try:
        await again.start()
        await rui.hears(lambda h: record(h).get("of") == "identity" and record(h)["kind"] == "notice", timeout=30)
        assert record(await asks(again, room, "!status"))["error"] == "not_allowed"
        await rui.say(room, f"!identity confirm {ana.user_id}")
        question = await rui.hears(lambda h: record(h).get("kind") == "question")
        said = await rui.say(room, "1", reply_to=question.event_id)
        assert record(await rui.hears(lambda h: record(h).get("to") == said))["ok"] is True
        assert record(await asks(again, room, "!status"))["ok"] is True
    finally:
        await again.stop()


async def test_a_new_identity_calls_for_help_with_a_caution_and_is_granted_nothing_else(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver, tmp_path: Path
) -> None:
    ana, rui = await officer("ana", "PRT-GNR"), await officer("rui", "PRT-GNR")
    bot = await liaison(roles={"lead": [rui.user_id]})
    room = await border_north(rui, bot, ana)
    assert record(await asks(rui, room, "!shift post gate zone:Europe/Lisbon"))["ok"] is True
    assert record(await asks(ana, room, "!checkin gate A12"))["ok"] is True
    await ana.stop()
    again = Officer(homeserver.url, ana.user_id, PASSWORD, tmp_path / "new phone", "Ana")
    try:
        await again.start()
        changed = await rui.hears(lambda h: record(h).get("of") == "identity" and record(h)["kind"] == "notice", 30)
        assert record(await asks(again, room, "!checkin end"))["error"] == "not_allowed"
        assert record(await asks(again, room, "!checkin status help"))["ok"] is True
        alarm = await rui.hears(lambda h: record(h).get("of") == "welfare", timeout=30)
        assert alarm.body.startswith(changed.body.strip()) and "A12" in alarm.body
        ring = await rui.hears(lambda h: record(h).get("of") == "checkin" and record(h)["kind"] == "question")
        assert rui.user_id in ring.content["m.mentions"]["user_ids"]
        assert record(await asks(again, room, "!checkin status back"))["error"] == "not_allowed"
    finally:
        await again.stop()


async def test_a_claim_of_keys_that_fails_loses_no_answer(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver
) -> None:
    ana = await officer("ana", "PRT-GNR")
    async with hostile(homeserver.url) as server:
        bot = await liaison(homeserver_url=server.url, roles={"lead": [ana.user_id]})
        room = await border_north(ana, bot)
        await asks(ana, room, "!status")
        server.refused.add("/keys/claim")
        kate = await officer("kate", "GBR-BF")
        await ana.invite(room, kate.user_id)
        await kate.join(room)
        asked = await kate.say(room, "!status")
        await asyncio.sleep(3)
        server.refused.clear()
        await kate.hears(lambda heard: record(heard).get("to") == asked)
        await bot.kill()


async def test_the_read_receipt_follows_what_is_done(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver
) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot, kate)
    said = await ana.say(room, "O camião está perto do rio.")
    await translation(kate, said)

    async def receipt() -> str | None:
        news = await homeserver.request("GET", "/_matrix/client/v3/sync", token=ana.access_token)
        for event in news["rooms"]["join"][room].get("ephemeral", {}).get("events", []):
            for event_id, kinds in event["content"].items():
                if bot.user_id in kinds.get("m.read", {}):
                    return str(event_id)
        return None

    async with asyncio.timeout(15):
        while await receipt() != said:
            await asyncio.sleep(0.5)
