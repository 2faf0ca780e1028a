"""🌐 in a room that is switched off: who asked, who asks no longer, what is said meanwhile, over a restart."""

from __future__ import annotations

from .conftest import LiaisonFactory, OfficerFactory
from .rooms import asks, border_north, record, translation
from .test_edits import shown, shows


async def test_a_reaction_brings_a_translation_and_takes_it_along(
    liaison: LiaisonFactory, officer: OfficerFactory
) -> None:
    ana, kate, tom = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF"), await officer("tom", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot, kate, tom)
    off = await ana.say(room, "!translate off room")
    announced = await kate.hears(lambda heard: record(heard).get("of") == "translation")
    assert announced.replies_to == off
    assert "has switched translation off" in announced.body

    said = await ana.say(room, "A ponte está aberta.")
    hers = await kate.react(room, said, "🌐")
    first = await translation(kate, said)
    assert first.replies_to == said
    assert first.encrypted
    assert "Machine translation, pt → en" in first.body
    await shows(kate, "The bridge is open.")
    his = await tom.react(room, said, "🌐\ufe0f")
    await ana.edit(room, said, "A ponte está fechada.")
    await shows(kate, "The bridge is closed.")
    await kate.redact(room, hers)
    await ana.edit(room, said, "A estrada está aberta.")
    await shows(kate, "The road is open.")
    assert list(shown(kate)) == [first.event_id], "one post, that Tom still wants"

    await bot.kill()
    await ana.edit(room, said, "A estrada está fechada.")
    await tom.redact(room, his)
    await bot.start()
    await shows(kate)
    after = await ana.say(room, "O camião está perto do rio.")
    again = await kate.react(room, said, "🌐")
    await shows(kate, "The road is closed.")
    assert [record(heard).get("source") for heard in kate.heard if record(heard).get("source") == after] == []

    reply = await asks(tom, room, "!translate status")
    assert "Translation is off in this room." in reply.body
    await ana.redact(room, said)
    await shows(kate)
    await kate.redact(room, again)
    await kate.react(room, said, "🌐")
    refused = await kate.hears(lambda heard: record(heard).get("error") == "not_found")
    assert refused.replies_to == said
