"""Edits and redactions, as another client sees what becomes of the translations."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.demo.heard import PATIENCE_SECONDS, Heard
from bot.demo.officer import Officer

from .conftest import LiaisonFactory, OfficerFactory
from .rooms import asks, border_north, record, translation


def shown(reader: Officer) -> dict[str, dict[str, Any]]:
    """Return the content of each translation as *reader*'s client shows it now, by the event that posted it."""
    posts: dict[str, dict[str, Any]] = {}
    for heard in reader.heard:
        if record(heard).get("kind") in ("translation", "catchup"):
            if heard.relation.get("rel_type") == "m.replace":
                assert heard.body.startswith("* ")
                posts[heard.relation["event_id"]] = heard.content["m.new_content"]
            else:
                posts[heard.event_id] = heard.content
        if heard.type == "m.room.redaction":
            posts.pop(heard.content["redacts"], None)
    return posts


async def shows(reader: Officer, *texts: str) -> None:
    """Wait until *reader* is shown these English texts and no others."""

    def english() -> list[str]:
        return [post["org.liaison"]["texts"]["en"] for post in shown(reader).values()]

    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while english() != list(texts):
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"shown at last: {english()}") from None


async def test_translations_follow_what_they_translate(liaison: LiaisonFactory, officer: OfficerFactory) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot, kate)

    said = await ana.say(room, "A ponte está aberta.")
    first = await translation(kate, said)
    await shows(kate, "The bridge is open.")
    await ana.edit(room, said, "A ponte está fechada.")
    await shows(kate, "The bridge is closed.")
    assert list(shown(kate)) == [first.event_id]

    await bot.kill()
    for text in ("A estrada está aberta.", "A ponte está aberta.", "A estrada está fechada."):
        await ana.edit(room, said, text)
    await bot.start()
    await shows(kate, "The road is closed.")
    assert list(shown(kate)) == [first.event_id]

    gone = await ana.say(room, "O camião está perto do rio.")
    last = await translation(kate, gone)
    await ana.redact(room, gone)
    await shows(kate, "The road is closed.")
    assert (await redaction_of(kate, last.event_id)).sender == bot.user_id

    await bot.kill()
    await ana.redact(room, said)
    unread = await ana.say(room, "A estrada está aberta.")
    await ana.redact(room, unread)
    after = await ana.say(room, "A ponte está fechada.")
    await bot.start()
    await translation(kate, after)
    await shows(kate, "The bridge is closed.")
    assert unread not in [record(heard).get("source") for heard in kate.heard]
    assert await asks(ana, room, "!about")
    redactions = [h for h in kate.heard if h.type == "m.room.redaction" and h.sender == bot.user_id]
    taken = [heard.content.get("redacts") for heard in redactions]
    assert len(taken) == len(set(taken)) == 2 + 2, "two posts and two edits of the first: each once, none of its own"
    assert {first.event_id, last.event_id} < set(taken)


async def redaction_of(reader: Officer, event_id: str) -> Heard:
    """Return what took *event_id* away."""
    return await reader.hears(
        lambda heard: heard.type == "m.room.redaction" and heard.content.get("redacts") == event_id
    )
