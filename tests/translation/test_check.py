"""`translate check` with real models: what is right raises no alarm, however it was formatted or worded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
import pytest_asyncio

from bot.translation import Translator

from ..commands.test_translate_fix import reply
from ..fakes import FakeTranslator
from ..world import Person, World

pytestmark = pytest.mark.asyncio(loop_scope="session")

RIGHT = "Numbers, units and “not” are as in the original."


@pytest_asyncio.fixture(loop_scope="session")
async def room(translator: Translator, tmp_path: Path) -> AsyncIterator[World]:
    """A room in which people of two languages talk, with real models."""
    world = World(tmp_path / "liaison.db")
    world.translator = cast(FakeTranslator, translator)
    await world.start()
    yield world
    await world.stop()


async def says(world: World, person: Person, content: dict[str, Any]) -> str:
    """Let *person* say something, and wait until the bot is done with it."""
    [event] = await world.receives(person.user_id, "", content=content)
    async with asyncio.timeout(60):
        while (await world.store.inbox.depth())[0]:
            await asyncio.sleep(0.02)
    await world.delivers()
    return event


def formatted(html: str) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": "-", "format": "org.matrix.custom.html", "formatted_body": html}


@pytest.mark.parametrize(
    "html",
    [
        'The <b>bridge</b> is closed, see <a href="https://maps.example.org/?q=1">the map</a> at 14:30.',
        "<p>North <b>route</b></p><ul><li>a car</li><li><span data-mx-spoiler>two armed men</span></li></ul>",
        '<span data-mx-spoiler="where">Lorry 12-AB-34 is 5 km away.</span>',
        '<a href="https://example.org/plan">https://example.org/plan</a> is the plan.',
        "<blockquote>There are no 3 people here.</blockquote><p>Yes, <em>there are</em>.</p>",
    ],
)
async def test_a_formatted_message_raises_no_false_alarm(room: World, html: str) -> None:
    kate, _ana = room.person("kate"), room.person("ana", "PRT-GNR")
    said = await says(room, kate, formatted(html))
    await says(room, kate, **reply("!translate check", said))
    assert kate.hears(RIGHT, command="translate check", ok=True), kate.last.body


async def test_a_link_that_was_lost_is_still_missed(room: World) -> None:
    kate, _ana = room.person("kate"), room.person("ana", "PRT-GNR")
    said = await says(room, kate, {"msgtype": "m.text", "body": "The plan is at https://example.org/plan."})
    posted = next(heard.post for heard in room.heard if heard.kind == "translation")
    assert posted and "https://example.org/plan" in posted.body
    async with room.store.transaction():
        [made] = await room.store.translation.list_of(said)
        await room.store.translation.add(said, [replace(made, text="O plano está aqui.")], room.clock.now())
    await says(room, kate, **reply("!translate check", said))
    assert kate.hears("Only in the original: https://example.org/plan.", ok=True), kate.last.body


@pytest.mark.parametrize(
    ("said", "better"),
    [
        ("There is nothing in the car.", "No carro não há nada."),
        ("Nobody said anything.", "Ninguém disse nada."),
        ("We have neither water nor food.", "Não temos nem água nem comida."),
    ],
)
async def test_a_negation_that_a_person_worded_anew_raises_no_false_alarm(room: World, said: str, better: str) -> None:
    kate, ana = room.person("kate"), room.person("ana", "PRT-GNR")
    event = await says(room, kate, {"msgtype": "m.text", "body": said})
    await says(room, ana, **reply(f"!translate fix {better}", event))
    assert better in [made.text for made in await room.store.translation.list_of(event)]
    await says(room, kate, **reply("!translate check", event))
    assert kate.hears(RIGHT, command="translate check", ok=True), kate.last.body
