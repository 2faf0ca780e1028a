"""Officers of three nations in an encrypted room of a real homeserver, and the real program."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import UTC, datetime
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from bot.demo.heard import PATIENCE_SECONDS
from bot.demo.homeserver import Homeserver
from bot.store.database import Database
from bot.store.outbox import Outbox

from .conftest import JsOfficerFactory, LiaisonFactory, OfficerFactory
from .rooms import asks, border_north, joined, of_kind, record, translation, with_spanish


async def test_three_languages_and_a_restart(liaison: LiaisonFactory, officer: OfficerFactory) -> None:
    ana, diego, kate = (
        await officer("ana", "PRT-GNR"),
        await officer("diego", "ESP-GC"),
        await officer("kate", "GBR-BF"),
    )
    bot = await liaison(start=False, roles={"lead": [ana.user_id]})
    await with_spanish(bot)
    await bot.start()
    room = await border_north(ana, bot, diego, kate)

    said = await ana.say(room, "Posição 29T NE 12345 67890, hora 14:30.")
    heard = await translation(kate, said)
    assert heard.encrypted
    assert heard.trust == "cross-signed-tofu"
    assert heard.content["msgtype"] == "m.notice"
    assert heard.content["m.mentions"] == {}
    assert heard.replies_to == said
    texts = record(heard)["texts"]
    assert set(texts) == {"en", "es"}
    assert all("29T NE 12345 67890" in text and "14:30" in text for text in texts.values())
    assert record(heard)["route"] == {"en": ["pt", "en"], "es": ["pt", "en", "es"]}
    assert "Machine translation" in heard.body
    assert "Traducción automática" in heard.body

    await bot.stop()
    while_down = await diego.say(room, "La carretera está cerrada.")
    await bot.start()
    heard = await translation(kate, while_down)
    assert record(heard)["texts"]["en"] == "The road is closed."
    after = await kate.say(room, "The truck has stopped at the old road.")
    assert record(await translation(diego, after))["texts"]["es"] == "El camión se ha detenido en la carretera vieja."
    assert [record(h)["source"] for h in of_kind(diego, "translation")] == [said, while_down, after]


async def test_each_is_answered_in_their_own_language(liaison: LiaisonFactory, officer: OfficerFactory) -> None:
    ana, diego = await officer("ana", "PRT-GNR"), await officer("diego", "ESP-GC")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot, diego)

    assert "O seu idioma é português" in (await asks(ana, room, "!language")).body
    assert "Su idioma es español" in (await asks(diego, room, "//LANGUAGE")).body
    reply = await asks(diego, room, "!idioma pt lee:en")
    assert record(reply) | {"id": ""} == {
        "id": "",
        "kind": "reply",
        "to": reply.replies_to,
        "command": "language",
        "ok": True,
    }
    assert "português" in reply.body
    assert "• Sessão " in (await asks(diego, room, f"!identity show {bot.user_id}")).body
    reply = await asks(diego, room, "!timezone Europe/Lisbo")
    assert record(reply)["ok"] is False
    assert record(reply)["error"] == "bad_argument"
    assert "Europe/Lisbon" in reply.body

    await bot.stop()
    await bot.start()
    assert "O seu idioma é português" in (await asks(diego, room, "!language")).body
    await ana.say(room, "Bom dia a todos")
    await asks(ana, room, "!status")
    assert of_kind(diego, "translation") == []


async def test_a_careful_independent_client(
    liaison: LiaisonFactory, officer: OfficerFactory, js_officer: JsOfficerFactory
) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await js_officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot, kate)

    said = await ana.say(room, "Não dispare.")
    heard = await kate.hears(lambda h: record(h).get("source") == said)
    assert heard.encrypted
    assert heard.error is None
    told = await kate.say(room, "The road to the bridge is closed.")
    assert record(await translation(ana, told))["texts"]["pt"]
    asked = await kate.say(room, "!about")
    reply = await kate.hears(lambda h: record(h).get("to") == asked)
    assert record(reply)["ok"] is True


async def test_the_log_holds_nothing_that_was_said(liaison: LiaisonFactory, officer: OfficerFactory) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot, kate)

    words = ["Zangberto", "quokkaberry", "plimsoll", "hartebeest", "vexillum", "narthex"]
    said = await ana.say(room, f"O {words[0]} está na ponte com {words[1]}.")
    await translation(kate, said)
    await asks(ana, room, f"!help {words[2]}")
    await asks(ana, room, f"!timezone {words[3]}")
    await kate.send(room, "m.room.message", {"msgtype": "m.text", "body": {"not": words[4]}})
    await kate.send(room, "m.room.message", {"body": ["x"], words[4]: words[4]})
    await kate.say(room, "x", html="<div>" * 2000 + words[5] + "</div>" * 2000)
    deep: dict[str, object] = {"end": words[5]}
    for _ in range(150):
        deep = {"deeper": deep}
    await kate.send(room, "m.room.message", {"msgtype": "m.text", "body": "y", "deep": deep})
    await kate.send(room, "org.example.unknown", {"a": words[4]})
    long = await kate.say(room, f"The {words[4]} is near the bridge. " * 1_200)
    heard = await translation(ana, long)
    assert record(heard)["flags"]["pt"] == ["unavailable"]
    assert record(await asks(ana, room, "!status"))["ok"] is True
    assert not [word for word in words if word.lower() in bot.log.lower()]
    assert "translation.too_long" in bot.log


async def test_only_the_invited_and_the_entitled(liaison: LiaisonFactory, officer: OfficerFactory) -> None:
    ana, stranger, diego = (
        await officer("ana", "PRT-GNR"),
        await officer("eve"),
        await officer("diego", "ESP-GC"),
    )
    bot = await liaison(roles={"lead": [ana.user_id]})

    for host, options in (
        (stranger, {}),
        (stranger, {"direct": True}),
        (diego, {}),
        (ana, {"encrypted": False}),
    ):
        room = await host.create_room("Elsewhere", [bot.user_id], **options)
        await host.hears(
            lambda h, room=room: (
                h.room_id == room and h.sender == bot.user_id and h.content.get("membership") == "leave"
            )
        )
    room = await diego.create_room("Direct", [bot.user_id], direct=True)
    await joined(diego, room, bot.user_id)
    assert record(await asks(diego, room, "!language"))["ok"] is True


async def test_plain_text_is_never_a_command_nor_relayed(liaison: LiaisonFactory, officer: OfficerFactory) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot, kate)

    forged = await ana.send(room, "m.room.message", {"msgtype": "m.text", "body": "!language es"}, in_clear=True)
    again = await ana.send(room, "m.room.message", {"msgtype": "m.text", "body": "Bom dia a todos"}, in_clear=True)
    assert "português" in (await asks(ana, room, "!language")).body
    [line] = [record(h) for h in ana.heard if record(h).get("to") in (forged, again)]
    assert (line["to"], line["ok"], line["error"]) == (forged, False, "not_allowed")
    assert of_kind(kate, "translation") == []


async def test_what_was_said_before_it_came_is_not_read(liaison: LiaisonFactory, officer: OfficerFactory) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await ana.create_room("Border North", [kate.user_id])
    await kate.join(room)
    early = await ana.say(room, "!language es")
    await ana.send(room, "m.room.message", {"msgtype": "m.text", "body": "!about"}, in_clear=True)
    await ana.invite(room, bot.user_id)
    await joined(ana, room, bot.user_id)
    assert "português" in (await asks(ana, room, "!language")).body
    assert [h for h in ana.heard if record(h).get("to") == early] == []


async def test_a_dead_translation_worker_is_replaced(liaison: LiaisonFactory, officer: OfficerFactory) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot, kate)
    assert bot.pid is not None
    [worker] = Path(f"/proc/{bot.pid}/task/{bot.pid}/children").read_text().split()
    os.kill(int(worker), signal.SIGKILL)
    said = await ana.say(room, "O camião está perto do rio.")
    assert "river" in record(await translation(kate, said))["texts"]["en"]


async def test_a_revoked_session_ends_the_program(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver
) -> None:
    bot = await liaison()
    await homeserver.register("warden", "a-password-of-tests", admin=True)
    warden = await homeserver.login("warden", "a-password-of-tests")
    devices = await homeserver.request(
        "GET", f"/_synapse/admin/v2/users/{bot.user_id}/devices", token=warden.access_token
    )
    for device in devices["devices"]:
        await homeserver.request(
            "DELETE",
            f"/_synapse/admin/v2/users/{bot.user_id}/devices/{device['device_id']}",
            token=warden.access_token,
        )
    assert await bot.ends(45) == 3
    assert "signed out" in bot.log


async def test_a_crypto_store_of_another_device_is_refused(liaison: LiaisonFactory) -> None:
    one, other = await liaison(), await liaison(start=False)
    await one.stop()
    (other.folder / "data").mkdir(parents=True)
    for name in ("data/crypto.db", "secrets/storage-key"):
        (other.folder / name).write_bytes((one.folder / name).read_bytes())
    await other.launch()
    assert await other.ends(30) == 2
    assert "crypto store" in other.log
    assert "begin as a new device" in other.log

    (one.folder / "data" / "crypto.db").unlink()
    await one.launch()
    assert await one.ends(30) == 2
    assert "is missing" in one.log


async def test_a_kill_in_the_middle_loses_and_doubles_nothing(liaison: LiaisonFactory, officer: OfficerFactory) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot, kate)
    await asks(ana, room, "!status")

    asked, said = [], []
    for number in range(15):
        asked.append(await ana.say(room, "!language"))
        said.append(await ana.say(room, f"O camião {number} está perto do rio."))
        if number == 6:
            await bot.kill()
            await bot.launch()
    for event in asked:
        await kate.hears(lambda h, event=event: record(h).get("to") == event, timeout=40)
    for event in said:
        await kate.hears(lambda h, event=event: record(h).get("source") == event, timeout=40)
    assert [record(h)["to"] for h in of_kind(kate, "reply")][1:] == asked
    assert [record(h)["source"] for h in of_kind(kate, "translation")] == said
    ids = [record(h)["id"] for h in kate.heard if record(h)]
    assert len(ids) == len(set(ids))


async def test_in_a_room_that_is_not_encrypted_it_says_so_and_leaves(
    liaison: LiaisonFactory, officer: OfficerFactory
) -> None:
    ana = await officer("ana", "PRT-GNR")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await ana.create_room("In clear", [bot.user_id], encrypted=False)
    heard = await ana.hears(lambda h: h.sender == bot.user_id and h.type == "m.room.message")
    assert "não é cifrada" in heard.body
    async with asyncio.timeout(PATIENCE_SECONDS):
        while bot.user_id in await ana.members(room):
            await asyncio.sleep(0.1)
    assert len([h for h in ana.heard if h.sender == bot.user_id and h.type == "m.room.message"]) == 1


async def test_no_plain_text_is_sent_to_a_room_that_is_not_encrypted(
    liaison: LiaisonFactory, officer: OfficerFactory
) -> None:
    ana = await officer("ana", "PRT-GNR")
    bot = await liaison(roles={"lead": [ana.user_id]}, access={"require_encryption": False})
    room = await ana.create_room("In clear", [bot.user_id], encrypted=False)
    await joined(ana, room, bot.user_id)
    await bot.stop()
    path = bot.folder / "data" / "liaison.db"
    key = (bot.folder / "secrets" / "storage-key").read_text().strip()
    async with Database.open(path, key) as database:
        outbox = Outbox(database)
        async with database.transaction():
            payload = {"to": ana.user_id, "blocks": [], "command": None, "ok": True}
            await outbox.add(room, "reply", "$cause", payload, datetime.now(UTC))
    await bot.start()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while "outbox.given_up" not in bot.log:
            await asyncio.sleep(0.1)
    assert "we send no plain text" in bot.log
    assert [h for h in ana.heard if h.sender == bot.user_id and h.type != "m.room.member"] == []


async def test_a_device_that_was_never_judged_is_judged_before_keys_are_shared(
    liaison: LiaisonFactory, officer: OfficerFactory
) -> None:
    ana = await officer("ana", "PRT-GNR")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot)
    await asks(ana, room, "!status")
    await bot.stop()
    key = (bot.folder / "secrets" / "storage-key").read_text().strip()
    crypto = sqlcipher.connect(str(bot.folder / "data" / "crypto.db"))
    crypto.execute(f"PRAGMA key = '{key}'")
    assert crypto.execute("DELETE FROM devicetruststate").rowcount == 1
    crypto.commit()
    crypto.close()
    await bot.start()
    assert record(await asks(ana, room, "!status"))["ok"] is True


async def test_what_a_long_absence_left_out_of_the_timeline_is_fetched(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver
) -> None:
    ana = await officer("ana", "PRT-GNR")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot)
    await asks(ana, room, "!status")
    await bot.stop()
    asked = await ana.say(room, "!language")
    where = f"/_matrix/client/v3/rooms/{room}/send/m.room.message"
    chatter = {"msgtype": "m.text", "body": "chatter"}
    for start in range(0, 1040, 40):
        # More than two pages beyond what one sync brings.
        await asyncio.gather(
            *(
                homeserver.request("PUT", f"{where}/{start + i}", token=ana.access_token, body=chatter)
                for i in range(40)
            )
        )
    await bot.start()
    await ana.hears(lambda heard: record(heard).get("to") == asked)
    assert len([h for h in of_kind(ana, "reply") if record(h)["to"] == asked]) == 1
