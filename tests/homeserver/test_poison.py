"""Keys and to-device messages that are none: anybody on the server can send them, and nobody may suffer from them."""

from __future__ import annotations

import json
import os
import signal
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from unpaddedbase64 import encode_base64

from bot.demo.homeserver import Homeserver
from bot.demo.liaison import Liaison
from bot.store.database import Database
from bot.store.outbox import Outbox

from .conftest import PASSWORD, LiaisonFactory, OfficerFactory, localpart
from .rooms import asks, border_north, record

CLIENT = "/_matrix/client/v3"


async def poison(homeserver: Homeserver, bot: Liaison) -> None:
    """Send the bot an Olm message that is none, from somebody who shares no room with it."""
    user = localpart("mallory")
    await homeserver.register(user, PASSWORD)
    mallory = await homeserver.login(user, PASSWORD)
    token = mallory.access_token
    body = {"device_keys": {bot.user_id: []}}
    found = await homeserver.request("POST", f"{CLIENT}/keys/query", token=token, body=body)
    [(device, keys)] = found["device_keys"][bot.user_id].items()
    message = {
        "algorithm": "m.olm.v1.curve25519-aes-sha2",
        "sender_key": "x",
        "ciphertext": {keys["keys"][f"curve25519:{device}"]: {"type": 0, "body": "garbage"}},
    }
    where = f"{CLIENT}/sendToDevice/m.room.encrypted/{os.urandom(4).hex()}"
    await homeserver.request("PUT", where, token=token, body={"messages": {bot.user_id: {device: message}}})


async def add_device(
    homeserver: Homeserver, user_id: str, *, ed25519: str = "", curve25519: str = "", one_time_key: str = ""
) -> None:
    """Give an account one more device, with keys that may be garbage."""
    session = await homeserver.login(user_id, PASSWORD)
    device = session.device_id
    private = Ed25519PrivateKey.generate()

    def signed(thing: dict[str, Any]) -> dict[str, Any]:
        text = json.dumps(thing, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        return {**thing, "signatures": {user_id: {f"ed25519:{device}": encode_base64(private.sign(text))}}}

    keys = {
        f"ed25519:{device}": ed25519 or encode_base64(private.public_key().public_bytes_raw()),
        f"curve25519:{device}": curve25519 or encode_base64(os.urandom(32)),
    }
    algorithms = ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"]
    body = {
        "device_keys": signed({"user_id": user_id, "device_id": device, "algorithms": algorithms, "keys": keys}),
        "one_time_keys": {
            f"signed_curve25519:AAAA{i}": signed({"key": one_time_key or encode_base64(os.urandom(32))})
            for i in range(5)
        },
    }
    await homeserver.request("POST", f"{CLIENT}/keys/upload", token=session.access_token, body=body)


async def test_an_olm_message_that_is_none_takes_nothing_with_it(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver
) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot, kate)
    await asks(ana, room, "!status")
    assert bot.pid
    # The garbage and Kate's room key come in one sync.
    os.kill(bot.pid, signal.SIGSTOP)
    await poison(homeserver, bot)
    asked = await kate.say(room, "!status")
    os.kill(bot.pid, signal.SIGCONT)
    await kate.hears(lambda heard: record(heard).get("to") == asked)
    await bot.stop()
    await poison(homeserver, bot)
    await bot.start()
    assert record(await asks(ana, room, "!status"))["ok"] is True


async def test_keys_that_are_none_neither_end_nor_mute_it(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver
) -> None:
    ana, kate, mal = (
        await officer("ana", "PRT-GNR"),
        await officer("kate", "GBR-BF"),
        await officer("mal", "GBR-BF"),
    )
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot, kate)
    await asks(ana, room, "!status")
    for garbage in ("ed25519", "curve25519", "one_time_key"):
        await add_device(homeserver, mal.user_id, **{garbage: "garbage"})
    await bot.stop()
    await ana.invite(room, mal.user_id)
    await mal.join(room)
    # The officers' own clients stumble over such devices when they speak, so the bot speaks first.
    key = (bot.folder / "secrets" / "storage-key").read_text().strip()
    async with Database.open(bot.folder / "data" / "liaison.db", key) as database, database.transaction():
        payload = {"to": ana.user_id, "blocks": [], "command": "planned", "ok": True}
        await Outbox(database).add(room, "reply", "$cause", payload, datetime.now(UTC))
    await bot.start()
    for officer_ in (ana, mal):
        await officer_.hears(lambda heard: record(heard).get("command") == "planned")
    assert bot.running
    assert "outbox.given_up" not in bot.log


async def test_state_that_stuns_its_library_makes_it_deaf_in_no_room(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver
) -> None:
    ana, rui = await officer("ana", "PRT-GNR"), await officer("rui", "PRT-GNR")
    bot = await liaison(roles={"lead": [ana.user_id, rui.user_id]})
    room, other = await border_north(ana, bot), await border_north(rui, bot)
    await asks(rui, other, "!status")
    content = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "A", "session_id": "", "sender_key": "k"}
    content["device_id"] = "PHONE"
    where = f"{CLIENT}/rooms/{room}/state/m.room.encrypted/"
    await homeserver.request("PUT", where, token=ana.access_token, body=content)
    assert record(await asks(rui, other, "!status"))["ok"] is True
    await bot.stop()
    await bot.start()
    assert record(await asks(rui, other, "!status"))["ok"] is True
    assert '"event": "matrix.fault"' not in bot.log
