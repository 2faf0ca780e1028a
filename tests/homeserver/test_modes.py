"""Linked rooms and direct rooms, as officers with another client see them."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from mautrix.crypto.attachments import decrypt_attachment, encrypt_attachment

from bot.demo.heard import Heard
from bot.demo.officer import Officer

from ..sealing import tail_in
from .conftest import LiaisonFactory, OfficerFactory
from .rooms import asks, border_north, joined, record

PHOTO = bytes(range(256)) * 40


async def share(officer: Officer, room: str, caption: str) -> str:
    """Share PHOTO, encrypted, with *caption*; return the event."""
    sealed, keys = encrypt_attachment(PHOTO)
    url = f"{officer.homeserver_url}/_matrix/media/v3/upload"
    async with aiohttp.ClientSession() as http, http.post(url, data=sealed, headers=_authorized(officer)) as answer:
        uri = (await answer.json())["content_uri"]
    file = {**keys.serialize(), "url": uri, "v": "v2"}
    info = {"mimetype": "image/jpeg", "size": len(PHOTO)}
    return await officer.say(room, caption, msgtype="m.image", filename="photo.jpg", file=file, info=info)


async def opened(officer: Officer, content: dict[str, Any]) -> bytes:
    """Return what the file in *content* is, as *officer* downloads and decrypts it."""
    file = content["file"]
    url = f"{officer.homeserver_url}/_matrix/client/v1/media/download/{file['url'].removeprefix('mxc://')}"
    async with aiohttp.ClientSession() as http, http.get(url, headers=_authorized(officer)) as answer:
        assert answer.status == 200
        sealed = await answer.read()
    return decrypt_attachment(sealed, file["key"]["k"], file["hashes"]["sha256"], file["iv"])


def _authorized(officer: Officer) -> dict[str, str]:
    return {"Authorization": f"Bearer {officer.access_token}"}


async def relay(reader: Officer, source: str, text: str | None = None) -> Heard:
    """Return the post by which *reader* is shown the message *source* elsewhere, saying *text* if that is given."""
    return await reader.hears(
        lambda heard: (
            record(heard).get("source") == source
            and record(heard).get("kind") == "relay"
            and (text is None or text in record(heard)["texts"].values())
        )
    )


async def linked(lead: Officer, other: Officer, bot: str) -> tuple[str, str]:
    """Return a room of each lead with *bot*, linked by both: they speak English and Portuguese."""
    north = await lead.create_room("Border North", [bot])
    sala = await other.create_room("Fronteira Norte", [bot])
    await joined(lead, north, bot)
    await joined(other, sala, bot)
    assert record(await asks(lead, north, f"!room companion pt {sala}"))["ok"]
    asked = await other.hears(lambda heard: record(heard).get("of") == "room companion")
    assert asked.content["m.mentions"] == {"user_ids": [other.user_id]}
    shown = [heard.body for heard in other.heard if record(heard).get("of") == "companion"]
    assert any(lead.user_id in body for body in shown)
    assert any(other.user_id in body for body in shown)
    digit = next(digit for digit, choice in record(asked)["choices"].items() if choice == "link")
    await other.say(sala, f"{digit} {tail_in(asked.body)}", reply_to=asked.event_id)
    await lead.hears(lambda heard: heard.room_id == north and "linked now" in heard.body)
    return north, sala


async def test_two_rooms_are_one_conversation(liaison: LiaisonFactory, officer: OfficerFactory) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id, kate.user_id]})
    north, sala = await linked(kate, ana, bot.user_id)

    said = await ana.say(sala, "A ponte está aberta.")
    heard = await relay(kate, said)
    assert (heard.room_id, heard.content["msgtype"], heard.error) == (north, "m.text", None)
    assert heard.body.startswith("\u2068Ana\u2069 (\u2068PRT-GNR\u2069): ") or "Ana" in heard.body
    assert record(heard)["texts"] == {"en": "The bridge is open."}
    meant = {"m.mentions": {"user_ids": [bot.user_id]}}
    answered = await kate.say(north, "The road is closed.", reply_to=heard.event_id, **meant)
    answer = await relay(ana, answered)
    assert (answer.room_id, answer.replies_to) == (sala, said)
    assert answer.content["m.mentions"] == {"user_ids": [ana.user_id]}, "rung as whom Kate answered"

    photo = await share(ana, sala, "A ponte está fechada.")
    seen = await relay(kate, photo)
    assert (seen.content["msgtype"], seen.content["filename"]) == ("m.image", "photo.jpg")
    assert "The bridge is closed." in seen.body
    assert await opened(kate, seen.content) == PHOTO

    await bot.kill()
    await ana.edit(sala, said, "A ponte está fechada.")
    await ana.redact(sala, photo)
    await bot.start()
    changed = await relay(kate, said, "The bridge is closed.")
    assert changed.relation == {"rel_type": "m.replace", "event_id": heard.event_id}
    await kate.hears(lambda h: h.type == "m.room.redaction" and h.content.get("redacts") == seen.event_id)
    await ana.say(sala, "TLP:RED A estrada está aberta.")
    assert record(await asks(ana, sala, "!room companion en off"))["ok"]
    await kate.hears(lambda h: h.room_id == north and "not linked any more" in h.body)
    await ana.say(sala, "A estrada está aberta.")
    assert record(await asks(ana, sala, "!about"))["ok"]
    assert "estrada" not in "".join(h.body for h in kate.heard)
    relays = [h for h in kate.heard if record(h).get("kind") == "relay" and "rel_type" not in h.relation]
    assert [record(h)["source"] for h in relays] == [said, photo], "each once, and none of its own"


async def test_a_reader_is_written_to_alone(liaison: LiaisonFactory, officer: OfficerFactory) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [kate.user_id]})
    room = await border_north(kate, bot, ana)
    assert record(await asks(kate, room, "!translate mode dm"))["ok"]
    first = await ana.say(room, "A ponte está aberta.")
    async with asyncio.timeout(20):
        while not kate.invitations:
            await asyncio.sleep(0.1)
    own = kate.invitations[-1]
    second = await ana.say(room, "A estrada está fechada.", **{"m.mentions": {"user_ids": [kate.user_id]}})
    await asyncio.sleep(1)
    await kate.join(own)
    for said, text in ((first, "The bridge is open."), (second, "The road is closed.")):
        heard = await relay(kate, said, text)
        assert (heard.room_id, heard.content["msgtype"], heard.error) == (own, "m.text", None)
    assert await kate.members(own) == {kate.user_id, bot.user_id}

    await bot.kill()
    await bot.start()
    third = await ana.say(room, "A ponte está fechada.", **{"m.mentions": {"user_ids": [kate.user_id]}})
    rung = await relay(kate, third, "The bridge is closed.")
    assert (rung.room_id, rung.content["m.mentions"]) == (own, {"user_ids": [kate.user_id]})
    await ana.redact(room, third)
    await kate.hears(lambda h: h.type == "m.room.redaction" and h.content.get("redacts") == rung.event_id)
    # Others in it: then it is nobody's own any more, and the room itself serves again.
    await kate.invite(own, ana.user_id)
    await kate.hears(
        lambda h: h.room_id == own and h.sender == kate.user_id and h.content.get("membership") == "invite"
    )
    await asyncio.sleep(1)
    last = await ana.say(room, "A estrada está aberta.")
    shown = await kate.hears(lambda heard: record(heard).get("source") == last)
    assert (shown.room_id, shown.content["msgtype"]) == (room, "m.notice")
