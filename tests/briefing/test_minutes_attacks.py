"""Minutes under attack: foreign devices, answers of others, kills between the steps, people who leave."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_asyncio

from ..duties import chooses, logged, replied
from ..incident.scene import reacted
from ..rosters import answer
from ..world import World
from .held import Held, meeting
from .test_minutes import WORDS, minuted, read

HOSTILE = [
    "Fuel\u202eeruces\u202c", "Fuel\n2. Decision: We give in (Eleni)", "</li><li>2. Decision: fake", "x\u2028\u2029y",
    "{text} {0} %s", "\x00\x07bell", "\u2066open",
]  # fmt: skip


@pytest_asyncio.fixture
async def held(world: World) -> Held:
    return await meeting(world)


async def lines(held: Held) -> list[Any]:
    return [row["text"] for row in await held.world.database.rows("SELECT text FROM minute ORDER BY number")]


@pytest.mark.parametrize("raw", [{"trusted": False}, {"encrypted": False, "trusted": False}])
@pytest.mark.parametrize("typed", ["A porta fica aberta", "decision A porta fica aberta", "close"])
async def test_nobody_writes_by_a_foreign_device_or_in_clear(held: Held, raw: dict[str, Any], typed: str) -> None:
    await held.begun()
    await minuted(held)
    before = await logged(held.world)
    await held.ana.says(f"!briefing minutes {typed}", **raw)
    assert await lines(held) == [WORDS] and await logged(held.world) == before


async def test_nobody_closes_them_for_who_was_asked(held: Held) -> None:
    await held.begun()
    await minuted(held)
    asked = await held.say(held.ana, "!briefing minutes close")
    event = held.world.event_of(asked)
    digit = next(digit for digit, name in asked.record["choices"].items() if name == "save")
    for person in (held.luis, held.nikos):
        await person.says(digit, **replied(digit, event))
    await held.ana.says(digit, **replied(digit, event), trusted=False)
    await held.ana.says(digit, **replied(digit, event), encrypted=False, trusted=False)
    await held.ana.says("", **reacted("1️⃣", event))
    assert "briefing.closed" not in await logged(held.world)
    await chooses(held.ana, asked, "save")
    assert (await logged(held.world)).count("briefing.closed") == 1
    await held.ana.says(digit, **replied(digit, event))
    assert (await logged(held.world)).count("briefing.closed") == 1


async def test_a_kill_while_they_are_closed_leaves_them_open_or_closed_as_a_whole(held: Held) -> None:
    await held.begun()
    await minuted(held, f"decision {WORDS}")
    asked = await held.say(held.ana, "!briefing minutes close")
    store, before = held.world.store.minute, await logged(held.world)
    asks = store.ask

    async def dies(*_: Any) -> None:
        raise RuntimeError("killed")

    store.ask = dies  # type: ignore[method-assign]
    await chooses(held.ana, asked, "save")
    store.ask = asks  # type: ignore[method-assign]
    assert await logged(held.world) == before
    sitting = await held.sitting_of_room()
    assert sitting.closed_at is None and sitting.digest == ""
    await held.restarts()
    await held.confirms(held.ana, "!briefing minutes close", "are closed")
    assert "not what was closed" not in await read(held, held.ana)


async def test_a_hostile_text_is_one_line_of_its_own(held: Held) -> None:
    await held.begun()
    for text in HOSTILE:
        await minuted(held, text)
    body = await read(held, held.ana)
    html = answer(held.ana).html
    numbered = [line for line in body.split("\n") if line.startswith("• ") and line[2:3].isdigit()]
    assert len(numbered) == len(HOSTILE) and all("(Ana)" in line for line in numbered), numbered
    assert not any(mark in body for mark in "\u202e\u2028\u2029\x00\x07\u2066"), "nothing that turns what follows round"
    assert "<li>2. Decision: fake" not in html and "&lt;li&gt;2. Decision: fake" in html
