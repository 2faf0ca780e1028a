"""The tools of the other tests in this folder do what those tests rely on."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tomllib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import nio
import pytest

from bot.demo.heard import Heard
from bot.demo.homeserver import Homeserver, HomeserverMissing, HomeserverRefused
from bot.demo.liaison import toml

from .conftest import PASSWORD, JsOfficerFactory, LiaisonFactory, OfficerFactory, localpart, tables


def is_event(event_id: str) -> Callable[[Heard], bool]:
    return lambda heard: heard.event_id == event_id


async def test_two_officers_understand_each_other(officer: OfficerFactory) -> None:
    ana, diego = await officer("ana", "PRT-GNR"), await officer("diego", "ESP-GC")
    room = await ana.create_room("Border North", [diego.user_id])
    await diego.join(room)

    said = await ana.say(room, "Matrícula 12-AB-34", **{"org.example": {"any": ["thing"]}})
    heard = await diego.hears(is_event(said))
    assert (heard.body, heard.encrypted, heard.trust) == ("Matrícula 12-AB-34", True, "cross-signed-tofu")
    assert heard.content["org.example"] == {"any": ["thing"]}
    assert heard.raw["type"] == "m.room.encrypted"

    answer = await diego.say(room, "Entendido", html="<p>Entendido</p>", reply_to=said)
    assert (await ana.hears(is_event(answer))).replies_to == said
    assert await ana.members(room) == {ana.user_id, diego.user_id}


async def test_an_officer_edits_reacts_and_redacts(officer: OfficerFactory) -> None:
    ana, diego = await officer("ana"), await officer("diego", auto_join=True)
    room = await ana.create_room("Border North", [diego.user_id])
    await diego.hears(lambda heard: heard.type == "m.room.member" and heard.sender == diego.user_id)
    said = await ana.say(room, "Tow van")

    edited = await diego.hears(is_event(await ana.edit(room, said, "Two vans")))
    assert edited.content["m.new_content"]["body"] == "Two vans"
    assert edited.relation == {"rel_type": "m.replace", "event_id": said}
    reaction = await ana.hears(is_event(await diego.react(room, said, "🌐")))
    assert (reaction.type, reaction.encrypted) == ("m.reaction", False)
    redaction = await diego.hears(is_event(await ana.redact(room, said)))
    assert redaction.content["redacts"] == said


async def test_a_late_officer_hears_what_is_said_at_once(officer: OfficerFactory) -> None:
    ana, diego, kate = await officer("ana"), await officer("diego"), await officer("kate")
    room = await ana.create_room("Border North", [diego.user_id, kate.user_id])
    await diego.join(room)
    await diego.hears(is_event(await ana.say(room, "one")))
    await kate.join(room)
    assert (await kate.hears(is_event(await ana.say(room, "two")))).body == "two"


async def test_an_officer_comes_back_and_misses_nothing(officer: OfficerFactory) -> None:
    ana, diego = await officer("ana"), await officer("diego")
    room = await ana.create_room("Border North", [diego.user_id])
    await diego.join(room)
    device = diego.device_id
    await diego.stop()
    said = [await ana.say(room, f"message {number}") for number in range(20)]
    await diego.start()
    assert [(await diego.hears(is_event(event))).error for event in said] == [None] * 20
    assert diego.device_id == device


async def test_the_js_officer_understands_and_is_understood(
    officer: OfficerFactory, js_officer: JsOfficerFactory
) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await js_officer("kate", "GBR-BF")
    room = await ana.create_room("Border North", [kate.user_id])
    await kate.join(room)

    said = await ana.say(room, "Matrícula 12-AB-34", **{"org.example": {"any": ["thing"]}})
    heard = await kate.hears(lambda heard: heard.event_id == said and heard.error is None)
    assert (heard.body, heard.encrypted, heard.trust) == ("Matrícula 12-AB-34", True, "none")
    assert heard.content["org.example"] == {"any": ["thing"]}
    assert await kate.devices(ana.user_id) == {ana.device_id: True}

    answer = await ana.hears(is_event(await kate.say(room, "Understood", reply_to=said)))
    assert (answer.body, answer.replies_to, answer.trust) == ("Understood", said, "cross-signed-tofu")


async def test_another_client_joins_an_identity_by_its_recovery_key(
    officer: OfficerFactory, js_officer: JsOfficerFactory
) -> None:
    ana, diego = await officer("ana"), await officer("diego")
    second = await js_officer("ana", user_id=ana.user_id, recovery_key=ana.recovery_key)
    assert await second.devices(ana.user_id) == {ana.device_id: True, second.device_id: True}
    room = await ana.create_room("Border North", [diego.user_id])
    await diego.join(room)
    said = await diego.say(room, "To both")
    assert (await ana.hears(is_event(said))).body == "To both"
    assert (await second.hears(lambda heard: heard.event_id == said and heard.error is None)).body == "To both"


@pytest.fixture
async def stranger(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[nio.AsyncClient]:
    """A nio client whose device nobody has cross-signed."""
    user = localpart("stranger")
    await homeserver.register(user, PASSWORD)
    client = nio.AsyncClient(
        homeserver.url, homeserver.user_id(user), store_path=str(tmp_path), config=nio.AsyncClientConfig()
    )
    await client.login(PASSWORD)
    yield client
    await client.close()


async def _keys_of(homeserver: Homeserver, client: nio.AsyncClient, refusals: int) -> tuple[dict[str, str], int]:
    """Return who refused the client a room key and why, and how many encrypted to-device messages came."""
    refused: dict[str, str] = {}
    keys = 0
    since = client.next_batch
    async with asyncio.timeout(15):
        while len(refused) < refusals:
            path = f"/_matrix/client/v3/sync?timeout=1000&since={since}"
            news = await homeserver.request("GET", path, token=client.access_token)
            since = news["next_batch"]
            for event in news.get("to_device", {}).get("events", []):
                keys += event["type"] == "m.room.encrypted"
                if event["type"] == "m.room_key.withheld":
                    refused[event["sender"]] = event["content"]["code"]
    return refused, keys


async def test_an_unsigned_device_is_refused(
    homeserver: Homeserver,
    officer: OfficerFactory,
    js_officer: JsOfficerFactory,
    stranger: nio.AsyncClient,
) -> None:
    ana, kate = await officer("ana"), await js_officer("kate")
    room = await ana.create_room("Border North", [kate.user_id, stranger.user_id])
    await kate.join(room)
    await stranger.join(room)
    await stranger.sync(full_state=True)
    await stranger.keys_upload()

    for sender in (ana, kate):
        await sender.say(room, "Not for strangers")
    refusals, keys = await _keys_of(homeserver, stranger, refusals=2)
    assert refusals == {ana.user_id: "m.unverified", kate.user_id: "m.unverified"}
    assert keys == 0

    sent = await stranger.room_send(
        room, "m.room.message", {"msgtype": "m.text", "body": "Trust me"}, ignore_unverified_devices=True
    )

    def refused(heard: Heard) -> bool:
        return heard.event_id == sent.event_id and heard.error == "UNSIGNED_SENDER_DEVICE"

    assert (await kate.hears(refused)).content == {}
    assert (await ana.hears(is_event(sent.event_id))).trust == "unverified"


async def test_waiting_in_vain_tells_what_was_heard(officer: OfficerFactory) -> None:
    ana = await officer("ana")
    room = await ana.create_room("Border North")
    await ana.hears(is_event(await ana.say(room, "All quiet.")))
    with pytest.raises(AssertionError, match=r"(?s)did not hear it within 0\.1 s.*All quiet\."):
        await ana.hears(lambda heard: heard.body == "never", timeout=0.1)


async def test_an_outage_ends(tmp_path: Path) -> None:
    async with Homeserver(tmp_path) as homeserver:
        await homeserver.register("ana", PASSWORD)
        first = await homeserver.login("ana", PASSWORD, "PHONE")
        await homeserver.stop()
        assert not homeserver.running
        await homeserver.start()
        who = await homeserver.request("GET", "/_matrix/client/v3/account/whoami", token=first.access_token)
        assert (who["user_id"], who["device_id"]) == ("@ana:example.org", "PHONE")
        with pytest.raises(HomeserverRefused, match="M_FORBIDDEN"):
            await homeserver.login("ana", "wrong")


def test_without_synapse_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(HomeserverMissing, match="make setup"):
        Homeserver(tmp_path, python=tmp_path / "none")


_ABANDON = """
import asyncio, os, pathlib, signal, sys
from bot.demo.process import Program
async def main():
    program = Program(["sleep", "600"], pathlib.Path(sys.argv[1]))
    await program.start()
    print(program.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
async def test_no_program_is_left_when_we_are_killed(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _ABANDON, str(tmp_path / "log")), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == -signal.SIGKILL
    async with asyncio.timeout(5):
        while _lives(int(output)):
            await asyncio.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"


def test_configuration_is_toml() -> None:
    changed = tables(roles={"lead": ["@ana:example.org"]}, access={"require_encryption": False})
    read = tomllib.loads(toml(changed))
    assert read == changed
    assert read["access"] == {"servers": ["example.org"], "require_encryption": False}


async def test_a_bot_is_stopped_started_and_killed(liaison: LiaisonFactory, officer: OfficerFactory) -> None:
    ana = await officer("ana", "PRT-GNR")
    bot = await liaison(roles={"lead": [ana.user_id]})
    assert bot.running
    assert await bot.stop() == 0
    await bot.start()
    room = await ana.create_room("Border North", [bot.user_id])
    await ana.hears(lambda heard: heard.type == "m.room.member" and heard.sender == bot.user_id)
    assert await ana.members(room) == {ana.user_id, bot.user_id}
    await bot.kill()
    assert (bot.running, bot.returncode) == (False, -signal.SIGKILL)
    assert "matrix.ready" in bot.log
