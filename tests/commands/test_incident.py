"""Incidents: open at once, asked for by digits, one card each, every change an entry."""

from __future__ import annotations

from typing import Any

import pytest

from ..fakes import ROOM, configuration
from ..world import Person, World


def reply(text: str, to: str) -> dict[str, Any]:
    return {"content": {"msgtype": "m.text", "body": text, "m.relates_to": {"m.in_reply_to": {"event_id": to}}}}


def cards(world: World) -> list[Any]:
    return [heard.post for heard in world.heard if heard.kind == "card" and heard.post]


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


async def test_it_is_open_the_moment_its_title_is_there(world: World, ana: Person) -> None:
    world.person("kate")
    await ana.says("!incident declare Barco na praia")
    [card] = cards(world)
    print(card.body)
    print(ana.last.body)
    assert card.record["status"] == "open"
