"""The duress word and the welfare ladder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from ..commands.test_duress import FORCED, NAMED, USUAL, WORD, Scene, _scene, agencies, plays
from ..commands.test_sir import everything
from ..duties import replied, rings
from ..fakes import ROOM, configuration
from ..rosters import LEADS
from ..world import Person


@pytest_asyncio.fixture
async def forced(tmp_path: Path) -> AsyncIterator[Scene]:
    scene = await _scene(tmp_path / "forced.db", FORCED)
    yield scene
    await scene.world.stop()


@pytest_asyncio.fixture
async def usual(tmp_path: Path) -> AsyncIterator[Scene]:
    scene = await _scene(tmp_path / "usual.db", USUAL)
    yield scene
    await scene.world.stop()


LINES = [
    ("!checkin falcão",),
    ("!checkin falcão gate",),
    ("!checkin gate", "!checkin status falcão"),
    ("!checkin gate", "!checkin status out", "!checkin end falcão"),
    ("!checkin gate", "!checkin list falcão"),
    ("!checkin gate every:falcão",),
    ("!checkin gate persons:falcão",),
    ("!checkin gate vehicle:falcão",),
    ("!checkin gate", "later", "> 9 falcão"),
    ("!checkin gate", "later", "> 1 falcão agora"),
    ("!checkin gate", "later", "> all is well falcão"),
    ("!checkin gate foo:falcão",),
]


@pytest.mark.parametrize("story", LINES)
async def test_the_word_stands_nowhere_and_is_heard(forced: Scene, usual: Scene, story: tuple[str, ...]) -> None:
    await plays(forced, *story)
    await plays(usual, *story)
    kept = (await everything(forced.world)).casefold()
    heard = bool(forced.alone(forced.rui))

    assert forced.room() == usual.room()
    assert not any("falcão" in post.body.casefold() for post in forced.room()), "the room is told it again"
    for word in ("falcao", "falcão", "fal\\u00e3o", "falc\\u00e3o", "falcão".encode().decode("latin-1")):
        assert word not in kept
    assert heard


async def test_it_is_heard_though_it_was_too_much_at_once(tmp_path: Path) -> None:
    config = configuration(
        roles=LEADS, agencies=agencies({"users": NAMED, "word": WORD}), limits={"commands_per_person": 3}
    )
    scene = await _scene(tmp_path / "few.db", config)
    for _n in range(4):
        await scene.ana.says("!checkin list")
    await plays(scene, "!checkin gate falcão")
    heard = scene.alone(scene.rui)
    await scene.world.stop()
    assert heard


async def test_the_log_tells_nothing_of_who_sees_to_it(forced: Scene) -> None:
    await plays(forced, "!checkin gate falcão")
    question = forced.alone(forced.rui)[-1]
    room = next(heard.room for heard in forced.world.heard if heard.post is question)
    [digit] = question.record["choices"]
    await forced.rui.says("", room=room, **replied(digit, forced.world.event_of(question)))
    after = await forced.world.database.rows("SELECT envelope FROM audit_entry ORDER BY position")
    assert not any("checkin.seen" in str(row["envelope"]) for row in after), "nobody in the room was asked about"


async def test_nobody_is_alerted_by_what_another_wrote(forced: Scene) -> None:
    await forced.ana.says("!checkin gate")
    body = "> <@ana:gnr.example> !checkin gate falcão\n\n!checkin list"
    await forced.ana.says(
        "", content={"msgtype": "m.text", "body": body, "m.relates_to": {"m.in_reply_to": {"event_id": "$x"}}}
    )
    await forced.world.wakes()
    assert not forced.alone(forced.rui)


# Welfare


async def _leaves(scene: Scene, person: Person) -> None:
    scene.world.rooms.joined[ROOM].remove(person.user_id)
    await scene.world.receives(
        person.user_id, "", type="m.room.member", state_key=person.user_id, content={"membership": "leave"}
    )
    await scene.world.settles()


async def test_somebody_who_has_left_is_not_asked_about_for_ever(usual: Scene) -> None:
    """Whoever knows that they are well cannot say that they are off duty, so it rings every hour, for years."""
    await usual.ana.says("!checkin gate")
    await _leaves(usual, usual.ana)
    world, asked = usual.world, 0
    for _hour in range(24 * 7 * 2):
        world.clock.passes(minutes=30)
        since = len(world.heard)
        await world.wakes()
        ring = next((r for r in rings(world, since) if r.record.get("choices")), None)
        if ring:
            asked += 1
            digit = next(d for d, name in ring.record["choices"].items() if name == "safe")
            who = next(p for p in (usual.lead, usual.rui, usual.eva) if p.user_id in ring.mentions)
            await who.says("", **replied(digit, world.event_of(ring)))
    assert asked < 24, f"{asked} times in a week"


async def test_a_label_stays_with_where_somebody_said_to_be(usual: Scene) -> None:
    await usual.ana.says("!checkin gate")
    await usual.ana.says("!checkin status out TLP:AMBER+STRICT Casa do informador")
    luc = usual.world.person("luc")
    await luc.says("!shift log gate")
    pages = [file.data.decode() for file in usual.world.files]
    assert pages and "Casa do informador" not in pages[-1]
