"""A lost device on a real homeserver: it reads and commands nothing more, after a kill either."""

from __future__ import annotations

from bot.demo.heard import Heard
from bot.demo.liaison import Liaison
from bot.demo.officer import Officer

from .conftest import LiaisonFactory, OfficerFactory
from .rooms import asks, border_north, joined, record


async def alone(officer: Officer, bot: Liaison) -> str:
    room = await officer.create_room("", [bot.user_id], direct=True)
    await joined(officer, room, bot.user_id)
    return room


async def overheard(reader: Officer, asker: Officer, room: str, line: str, by: Officer) -> tuple[Heard, Heard]:
    """Let *asker* say *line*; return the answer as *by* hears it, and as *reader* does."""
    said = await asker.say(room, line)
    answer = await by.hears(lambda heard: record(heard).get("to") == said)
    return answer, await reader.hears(lambda heard: heard.event_id == answer.event_id)


async def test_a_lost_device_reads_and_commands_nothing_after_a_kill_either(
    liaison: LiaisonFactory, officer: OfficerFactory
) -> None:
    ana, rui, kate = await officer("ana", "PRT-GNR"), await officer("rui", "PRT-GNR"), await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id], "admin": [kate.user_id]})
    room = await border_north(ana, bot, rui, kate)
    assert record(await asks(ana, room, "!status"))["ok"] is True
    direct = await alone(rui, bot)
    assert record(await asks(rui, direct, f"!lost {ana.user_id}"))["ok"] is True
    told = await rui.hears(lambda heard: heard.room_id == room and record(heard).get("of") == "lost")
    assert (await ana.hears(lambda heard: heard.event_id == told.event_id)).error
    hers = await ana.say(room, "!timezone Europe/Athens")
    await bot.kill()
    await bot.start()
    _answer, seen = await overheard(ana, rui, room, "!status", rui)
    assert seen.error
    assert not seen.content
    assert not [one for one in rui.heard if record(one).get("to") == hers]

    assert record(await asks(rui, room, f"!lost lift {ana.user_id}"))["ok"] is True
    assert record(await asks(kate, room, f"!lost lift {ana.user_id}"))["ok"] is True
    question = await kate.hears(lambda heard: record(heard).get("of") == "lost lift" and "choices" in record(heard))
    end = question.body.rstrip(".").rsplit(" ", 1)[1]
    digit = next(digit for digit, name in record(question)["choices"].items() if name == "yes")
    said = await kate.say(room, f"{digit} {end}", reply_to=question.event_id)
    assert record(await kate.hears(lambda heard: record(heard).get("to") == said))["ok"] is True
    # She is served again, and that telephone is not.
    refused, seen = await overheard(ana, ana, room, "!status", rui)
    assert record(refused)["error"] == "not_allowed"
    assert seen.error
    assert "withheld" in seen.error
    await bot.kill()
