"""Formatted messages, a photograph with a caption, a poll and a voice message, as another client sees them."""

from __future__ import annotations

import re
from typing import Any

from .conftest import LiaisonFactory, OfficerFactory
from .rooms import asks, border_north, record, translation

ISOLATES = re.compile("[\u2066-\u2069]")
HTML = (
    "<p>A <strong>carrinha branca</strong> está na ponte:</p>"
    "<ul><li>matrícula <strong>AA-12-BB</strong></li><li>o condutor não está armado</li></ul>"
)
BODY = "A **carrinha branca** está na ponte:\n\n- matrícula **AA-12-BB**\n- o condutor não está armado"
POLL: dict[str, Any] = {
    "org.matrix.msc3381.poll.start": {
        "question": {"org.matrix.msc1767.text": "Que estrada está aberta?"},
        "answers": [
            {"id": "1", "org.matrix.msc1767.text": "A estrada do norte"},
            {"id": "2", "org.matrix.msc1767.text": "A estrada do sul"},
        ],
    }
}


async def test_what_is_more_than_a_line_of_text(liaison: LiaisonFactory, officer: OfficerFactory) -> None:
    ana, eva, kate = await officer("ana", "PRT-GNR"), await officer("eva", "PRT-GNR"), await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot, eva, kate)

    said = await ana.say(room, BODY, html=HTML)
    listed = (await translation(kate, said)).content
    shown = ISOLATES.sub("", listed["formatted_body"])
    assert "<strong>white van</strong> is on the bridge" in shown
    assert re.search(r"<ul><li>[^<]*<strong>AA-12-BB</strong></li><li>[^<]*driver is not armed</li></ul>", shown)
    assert listed["format"] == "org.matrix.custom.html"
    assert "**white van**" in listed["body"] and "**AA-12-BB**" in listed["body"]
    lines = ISOLATES.sub("", listed["body"]).split("\n")
    assert sum(line.startswith("- ") for line in lines) == 2

    photo = await ana.attach(room, "IMG_0412.jpg", b"\xff\xd8\xff", "O condutor não está armado.")
    caption = await translation(kate, photo)
    assert record(caption)["texts"] == {"en": "The driver is not armed."} and caption.replies_to == photo
    unnamed = await ana.attach(room, "condutor armado.jpg", b"\xff\xd8\xff")

    asked = await ana.send(room, "org.matrix.msc3381.poll.start", POLL)
    poll = record(await translation(kate, asked))["texts"]["en"].split("\n")
    assert [line[:2] for line in poll[1:]] == ["1.", "2."] and poll[0].endswith("?")
    assert "north" in poll[1].lower() and "south" in poll[2].lower()

    spoken = await ana.speak(room, 14.2)
    notice = await kate.hears(lambda heard: record(heard).get("of") == "voice")
    assert "Voice message, 0:14, from Ana, not translated." in notice.body
    assert (notice.replies_to, notice.content["msgtype"]) == (spoken, "m.notice")
    await bot.kill()
    await bot.start()
    heard = await eva.say(room, "A ponte está fechada.", reply_to=spoken)
    transcript = await translation(kate, heard)
    assert record(transcript)["texts"] == {"en": "The bridge is closed."} and record(transcript)["voice"] == spoken
    assert "What Ana says in the voice message, as Eva heard it." in transcript.body
    await ana.redact(room, spoken)
    gone = {notice.event_id, transcript.event_id}
    for event_id in gone:
        await kate.hears(lambda heard, id=event_id: heard.content.get("redacts") == id and heard.sender == bot.user_id)

    assert await asks(ana, room, "!about")
    assert unnamed not in [record(heard).get("source") for heard in kate.heard]
