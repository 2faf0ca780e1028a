"""An edit of what a command or an answer has entered: the record keeps what was said, and whoever edits is told so."""

from __future__ import annotations

from typing import Any

import pytest

from ..fakes import configuration
from ..world import Person, World
from .scene import TITLE, card_of, edited, entries, ref_of, replied

RUI, KATE = "@rui:gnr.example", "@kate:example.org"


@pytest.fixture
async def world(tmp_path: Any) -> Any:
    world = World(tmp_path / "liaison.db", configuration(roles={"lead": [RUI, KATE]}))
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
async def kate(world: World) -> Person:
    kate = world.person("kate")
    await kate.says(f"!incident declare {TITLE} type:vessel severity:medium")
    return kate


def told(world: World) -> list[str]:
    """Return the answers that say that the record keeps what was said."""
    return [
        one.post.body for one in world.heard if one.post and "The record keeps what you wrote first" in one.post.body
    ]


@pytest.mark.parametrize(
    "line",
    [
        "severity {ref} high They are armed", "close {ref} cancelled A drill", "decide {ref} Close the gate",
        "task {ref} Call the harbour", "note {ref} two boats",
    ],
)  # fmt: skip
@pytest.mark.parametrize("now", ["!incident {line} after all", "{line} after all"])
async def test_an_edited_command_changes_no_entry_and_that_is_said_once(
    world: World, kate: Person, line: str, now: str
) -> None:
    line = line.format(ref=ref_of(world))
    event = await kate.says(f"!incident {line}")
    before = await entries(world)
    await kate.says("", **edited(now.format(line=line), event))
    assert kate.hears("a reply to the card", ok=False, error="not_allowed")
    await kate.says("", **edited(now.format(line=line), event))
    assert await entries(world) == before and before[-1].event_id == event and len(told(world)) == 1


async def test_so_it_is_with_an_answer_and_with_each_of_several(world: World, kate: Person) -> None:
    for severity, reason in (("high", "armed"), ("low", "not armed")):
        await kate.says(f"!incident severity {ref_of(world)} {severity}")
        event = await kate.says("", **replied(reason, world.event_of(kate.last)))
        assert (await entries(world))[-1].text == reason
        await kate.says("", **edited(f"{reason}, I think", event))
    assert [one.text for one in await entries(world)][1:] == ["armed", "not armed"] and len(told(world)) == 2


async def test_whose_it_is_not_is_told_nothing_and_a_plain_note_is_corrected(world: World, kate: Person) -> None:
    event = await kate.says(f"!incident note {ref_of(world)} two boats")
    ana = world.person("ana", "PRT-GNR")
    await ana.says("", **edited("no boats", event))
    note = await kate.says("", **replied("one swimmer", card_of(world)))
    await kate.says("", **edited("two swimmers", note))
    assert not told(world) and (await entries(world))[-1].text == "two swimmers"
