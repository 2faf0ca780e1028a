"""Too much at once: what is left out, and that being behind is said, once, and when it is over."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.intake.messages import READ_AHEAD

from ..fakes import ROOM, configuration
from ..world import Person, World


def notices(world: World, room: str = ROOM) -> list[str]:
    """Return what the room was told, in order."""
    return [
        heard.post.body
        for heard in world.heard
        if heard.post and heard.room == room and heard.post.record["kind"] == "notice"
    ]


async def held_up(world: World, ana: Person, seconds: int) -> None:
    """Let translation stand still for *seconds* after the first messages, while as many again are said."""
    gate = world.translator.hold("say 0")
    await world.receives(ana.user_id, *(f"say {n}" for n in range(3 * READ_AHEAD)))
    for _turn in range(20):
        await world.idle()
    world.clock.passes(seconds=seconds)
    gate.set()
    await world.settles()


async def test_being_behind_is_said_once_and_so_is_catching_up(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    world.person("tom")
    await held_up(world, ana, seconds=31)
    said = notices(world)
    assert len(said) == 2
    assert "I am behind with translating" in said[0] and "I have caught up" in said[1]
    texts = [heard.post.record["texts"]["en"] for heard in world.heard if heard.kind == "translation" and heard.post]
    assert texts == [f"say {n} (pt to en)" for n in range(3 * READ_AHEAD)], "all of them, in their order"
    await ana.says("e agora")
    assert len(notices(world)) == 2


async def test_a_short_wait_is_not_worth_a_word(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    world.person("tom")
    await held_up(world, ana, seconds=29)
    assert notices(world) == []


async def test_one_room_behind_holds_up_no_other(world: World) -> None:
    ana, eva = world.person("ana", "PRT-GNR"), world.person("eva", "PRT-GNR", room="!other:example.org")
    world.person("tom"), world.person("tim", room="!other:example.org")
    gate = world.translator.hold("say 0")
    await world.receives(ana.user_id, *(f"say {n}" for n in range(2 * READ_AHEAD)))
    await world.receives(eva.user_id, "outra sala", room="!other:example.org")
    for _turn in range(50):
        await world.idle()
    await world.delivers()
    assert [heard.room for heard in world.heard if heard.kind == "translation"] == ["!other:example.org"]
    gate.set()
    await world.settles()


async def test_what_waited_for_its_key_is_no_backlog(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    world.person("tom")
    await world.receives(ana.user_id, "um", "dois", "três", "quatro", session="s1")
    for _turn in range(20):
        await world.idle()
    world.clock.passes(seconds=60)
    world.reader.keys.add("s1")
    await world.intake.keys_arrived({"s1"})
    await world.settles()
    assert len([heard for heard in world.heard if heard.kind == "translation"]) == 4
    assert notices(world) == []


async def test_who_was_told_before_a_restart_is_told_when_it_is_over(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    world.person("tom")
    gate = world.translator.hold("say 0")
    await world.receives(ana.user_id, *(f"say {n}" for n in range(3 * READ_AHEAD)))
    world.translator.hold(f"say {READ_AHEAD + 3}")
    for _turn in range(20):
        await world.idle()
    world.clock.passes(seconds=31)
    gate.set()
    for _turn in range(100):
        await world.idle()
    await world.delivers()
    assert len(notices(world)) == 1
    await world.stop()
    world.translator.held.clear()
    await world.start()
    await world.settles()
    for _turn in range(50):
        await world.idle()
    await world.delivers()
    said = notices(world)
    assert len(said) == 2 and "I have caught up" in said[1]


@pytest.mark.parametrize("late", [False, True])
async def test_a_room_that_writes_too_much_is_told_once(tmp_path: Path, late: bool) -> None:
    world = World(tmp_path / "liaison.db", configuration(limits={"messages_per_room": 3}))
    await world.start()
    people = [world.person(name, "PRT-GNR") for name in ("ana", "rui")]
    world.person("tom")
    allowed = 30 if late else 3
    for n in range(allowed + 3):
        await world.receives(people[n % 2].user_id, f"isto é {n}", late=late)
    await world.settles()
    [said] = notices(world)
    assert "More is written here than I can translate" in said
    outcomes = list((await world.outcomes()).values())
    assert outcomes == ["summed up" if late else "relayed"] * allowed + ["rate_limited"] * 3
    await world.stop()


async def test_a_backdated_flood_is_limited_too(tmp_path: Path) -> None:
    world = World(tmp_path / "liaison.db", configuration(limits={"messages_per_person": 2}))
    await world.start()
    ana = world.person("ana", "PRT-GNR")
    world.person("tom")
    await world.receives(ana.user_id, *(f"isto é {n}" for n in range(30)), late=True)
    await world.settles()
    outcomes = list((await world.outcomes()).values())
    assert outcomes == ["summed up"] * 20 + ["rate_limited"] * 10
    assert len([heard for heard in world.heard if heard.kind == "reply"]) == 1
    await world.receives(ana.user_id, "agora")
    await world.settles()
    assert list((await world.outcomes()).values())[-1] == "relayed", "what is said now has an allowance of its own"
    await world.stop()
