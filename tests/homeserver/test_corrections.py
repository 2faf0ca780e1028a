"""A correction among officers: seen by their clients, approved by a second one, and what is remembered afterwards."""

from __future__ import annotations

import asyncio

from bot.demo.heard import PATIENCE_SECONDS
from bot.demo.officer import Heard, Officer

from ..sealing import tail_in
from .conftest import LiaisonFactory, OfficerFactory
from .rooms import asks, border_north, of_kind, record, translation
from .test_edits import shown, shows

BETTER = "The bridge has been closed off."


async def ringing(officer: Officer) -> Heard:
    """Return the question that rings *officer*, which names nothing."""
    heard = await officer.hears(
        lambda heard: record(heard).get("kind") == "question" and officer.user_id in str(heard.content["m.mentions"])
    )
    assert heard.content["msgtype"] == "m.text" and "bridge" not in heard.body
    return heard


async def test_a_correction_is_shown_approved_and_used_again(liaison: LiaisonFactory, officer: OfficerFactory) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot, kate)
    await asks(ana, room, "!language pt reads:en")

    said = await ana.say(room, "A ponte está fechada.")
    first = await translation(kate, said)
    wrong = await asks(kate, room, "!translate fix The bridge is not closed.", reply_to=first.event_id)
    assert not record(wrong)["ok"] and "“not”" in wrong.body
    assert record(await asks(kate, room, f"!translate fix {BETTER}", reply_to=first.event_id))["ok"]
    await shows(kate, BETTER)
    [(event, post)] = shown(kate).items()
    assert event == first.event_id and post["org.liaison"]["corrected"] == {"en": kate.user_id}
    assert post["org.liaison"]["machine"] == {"en": "The bridge is closed."} and "Kate" in post["body"]

    await bot.kill()
    await bot.start()
    asked = await ringing(ana)
    bare = await asks(ana, room, "1", reply_to=asked.event_id)
    assert record(bare)["error"] == "bad_argument", bare.body
    answer = await asks(ana, room, f"1 {tail_in(asked.body)}", reply_to=asked.event_id)
    assert record(answer)["ok"], answer.body

    # In another room, where nobody ever corrected anything.
    other = await border_north(ana, bot, kate)
    again = await ana.say(other, "A ponte está fechada.")
    assert record(await translation(kate, again))["texts"] == {"en": BETTER}
    back = await asks(ana, room, "!translate check", reply_to=said)
    assert record(back)["ok"] and "ponte" in back.body

    await ana.redact(room, said)
    await asks(ana, room, "!about")
    forgotten = await ana.say(other, "A ponte está fechada.")
    assert record(await translation(kate, forgotten))["texts"] == {"en": "The bridge is closed."}
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len([one for one in shown(kate).values() if one["org.liaison"]["source"] == said]):
            await asyncio.sleep(0.1)
    assert of_kind(kate, "question")
