"""An incident among officers: declared with a siren, noted, pinned; an independent client joins in the middle of it."""

from __future__ import annotations

import asyncio
import hashlib
from urllib.parse import quote

from bot.demo.heard import PATIENCE_SECONDS, Heard
from bot.demo.homeserver import Homeserver
from bot.demo.officer import Officer

from .conftest import JsOfficerFactory, LiaisonFactory, OfficerFactory
from .js_officer import JsOfficer
from .rooms import asks, border_north, joined, record
from .test_descriptions import may_set_state

ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")


async def pinned(homeserver: Homeserver, officer: Officer, room: str) -> list[str]:
    """Return what is pinned in the room."""
    where = f"/_matrix/client/v3/rooms/{quote(room)}/state/m.room.pinned_events"
    return list((await homeserver.request("GET", where, token=officer.access_token))["pinned"])


async def card(reader: Officer | JsOfficer, revision: int) -> Heard:
    """Return the card as it is posted or edited to say that *revision*."""
    return await reader.hears(
        lambda heard: record(heard).get("kind") == "card" and record(heard).get("revision") == revision
    )


async def answers(officer: Officer | JsOfficer, room: str, question: Heard, name: str) -> Heard:
    """Answer a question with the digit of that choice; return what the bot says to it."""
    digit = next(digit for digit, choice in record(question)["choices"].items() if choice == name)
    said = await officer.say(room, digit, reply_to=question.event_id)
    return await officer.hears(lambda heard: record(heard).get("to") == said)


async def asked(officer: JsOfficer) -> Heard:
    """Return the question about a pin that rings *officer*."""
    return await officer.hears(lambda heard: record(heard).get("of") == "incident pin")


async def test_who_joins_in_the_middle_reads_notes_and_pins(
    liaison: LiaisonFactory, officer: OfficerFactory, js_officer: JsOfficerFactory, homeserver: Homeserver
) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await js_officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot)
    await may_set_state(homeserver, ana, room, bot.user_id)
    await asks(ana, room, "!language pt reads:en")

    question = await asks(ana, room, "🚨 Barco na praia 29S ND 12345 67890")
    ref = record(question)["ref"]
    second = await answers(ana, room, question, "high")
    assert record(await answers(ana, room, second, "vessel"))["ok"]
    first = await card(ana, 1)
    await card(ana, 3)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await pinned(homeserver, ana, room) != [first.event_id]:
            await asyncio.sleep(0.1)
    await ana.say(room, "Duas pessoas a bordo.", reply_to=first.event_id)
    await card(ana, 4)
    photo = await ana.attach(room, "praia.jpg", b"the photo", "Vista da praia")

    await ana.invite(room, kate.user_id)
    await kate.join(room)
    await joined(ana, room, kate.user_id)
    fresh = await card(kate, 4)
    assert fresh.error is None and fresh.encrypted and fresh.event_id != first.event_id
    assert "29S ND 12345 67890" in fresh.body and ref in fresh.body
    await ana.hears(lambda h: h.type == "m.room.redaction" and h.content.get("redacts") == first.event_id)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await pinned(homeserver, ana, room) != [fresh.event_id]:
            await asyncio.sleep(0.1)

    note = await kate.say(room, "They turned south.", reply_to=fresh.event_id)
    await card(kate, 5)
    shown = [post for post in await kate.shown(room, bot.user_id) if post["event_id"] == fresh.event_id]
    assert "5 entries" in shown[0]["content"]["body"].translate(ISOLATES), shown

    await kate.react(room, photo, "📌")
    answer = await answers(kate, room, await asked(kate), ref)
    assert record(answer)["ok"], answer.body
    await kate.redact(room, note)
    await card(kate, 7)
    timeline = (await asks(ana, room, "!incident timeline", reply_to=fresh.event_id)).body.translate(ISOLATES)
    digest = hashlib.sha256(b"the photo").hexdigest()[:16]
    assert "praia.jpg" in timeline and digest in timeline and "Duas pessoas a bordo." in timeline
    assert "They turned south" not in timeline, timeline

    await bot.kill()
    await ana.redact(room, photo)
    await bot.start()
    await card(kate, 8)
    timeline = (await asks(ana, room, "!incident timeline", reply_to=fresh.event_id)).body
    assert "praia.jpg" in timeline and "Vista da praia" in timeline, "a pin outlives a redaction"
    code, output = await bot.command("audit", "verify", "--config", str(bot.config))
    assert code == 0, output
