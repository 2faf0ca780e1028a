"""Who comes to a briefing, asked in a poll in an encrypted room: what an independent client votes counts."""

from __future__ import annotations

import re
from typing import Any

from bot.demo.heard import Heard
from bot.demo.officer import Officer

from .conftest import JsOfficerFactory, LiaisonFactory, OfficerFactory
from .js_officer import JsOfficer
from .rooms import asks, border_north, record

START, RESPONSE, END = (f"org.matrix.msc3381.poll.{kind}" for kind in ("start", "response", "end"))
TEXT = "org.matrix.msc1767.text"
ISOLATES = re.compile("[\u2066-\u2069\u200e\u200f]")


async def answers(person: Officer, room: str, asked: Heard, choice: str) -> Heard:
    """Answer what the bot has asked, and return its reply."""
    digit = next(digit for digit, name in record(asked)["choices"].items() if name == choice)
    return await asks(person, room, digit, reply_to=asked.event_id)


async def votes(person: Officer | JsOfficer, room: str, poll: Heard, *numbers: int) -> str:
    """Vote for the answers of those numbers of *poll*, none of them for none; return the vote."""
    shown = poll.content[START]["answers"]
    content: dict[str, Any] = {
        "m.relates_to": {"rel_type": "m.reference", "event_id": poll.event_id},
        RESPONSE: {"answers": [shown[number - 1]["id"] for number in numbers]},
    }
    return await person.send(room, RESPONSE, content)


async def tallied(person: Officer, line: str, since: int) -> None:
    """Wait until the card, as it was posted after *since* things were heard, says *line*."""

    def says(heard: Heard) -> bool:
        newly = heard in person.heard[since:]
        return newly and record(heard).get("kind") == "card" and line in ISOLATES.sub("", heard.body)

    await person.hears(says)


async def test_an_independent_client_votes_who_comes(
    liaison: LiaisonFactory, officer: OfficerFactory, js_officer: JsOfficerFactory
) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await js_officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot, kate)
    planned = await answers(
        ana,
        room,
        await asks(ana, room, '!briefing schedule "Rusga no porto" tomorrow 09:00 for:30m every:week'),
        "save",
    )
    assert record(planned)["ok"], planned.body
    ref = record(planned)["ref"]
    assert record(await asks(ana, room, f"!briefing rsvp {ref} ask"))["ok"]
    polls = [
        await person.hears(lambda heard: heard.type == START and record(heard).get("kind") == "poll")
        for person in (ana, kate)
    ]
    poll = polls[1]
    assert poll.encrypted and poll.error is None and polls[0].event_id == poll.event_id
    question = ISOLATES.sub("", poll.content[START]["question"][TEXT])
    assert f"Are you coming to {ref}?" in question and f"{ref}" in question.split("\n")[2], question
    assert "Rusga" not in str(poll.content) and "porto" not in str(poll.content)
    labels = [ISOLATES.sub("", one[TEXT]) for one in poll.content[START]["answers"]]
    assert len(labels) == 3 and "I am coming" in labels[0] and "Vou" in labels[0], labels

    since = len(ana.heard)
    await votes(kate, room, poll, 1)
    await tallied(ana, "GBR-BF: coming 1, perhaps 0, not coming 0, no answer 0", since)
    await bot.kill()
    since = len(ana.heard)
    changed = await votes(kate, room, poll, 3)
    await bot.start()
    await tallied(ana, "GBR-BF: coming 0, perhaps 0, not coming 1, no answer 0", since)
    since = len(ana.heard)
    await kate.redact(room, changed)
    await tallied(ana, "GBR-BF: coming 0, perhaps 0, not coming 0, no answer 1", since)
    since = len(ana.heard)
    await votes(ana, room, poll, 2)
    await tallied(ana, "PRT-GNR: coming 0, perhaps 1", since)
    emptied = await votes(ana, room, poll)
    withdrawn = await ana.hears(lambda heard: record(heard).get("to") == emptied)
    assert record(withdrawn)["ok"] and record(withdrawn)["ref"] == ref

    assert record(await asks(ana, room, f"!briefing rsvp {ref} ask"))["ok"]
    moved = await answers(ana, room, await asks(ana, room, f"!briefing move {ref} tomorrow 15:00"), "save")
    assert record(moved)["ok"], moved.body
    end = await kate.hears(lambda heard: heard.type == END)
    assert end.encrypted and end.relation["event_id"] == poll.event_id
    late = await votes(kate, room, poll, 1)
    refused = await kate.hears(lambda heard: record(heard).get("to") == late)
    assert record(refused)["error"] == "conflict" and "changed meanwhile" in refused.body, refused.body
    assert [heard.event_id for heard in kate.heard if heard.type == START] == [poll.event_id], "there is one poll"
