"""The duress word: said again nowhere, and heard whatever becomes of what it was said in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from ..duties import replied
from ..fakes import configuration
from ..rosters import LEADS
from .test_duress import FORCED, NAMED, USUAL, WORD, Scene, _scene, agencies, plays
from .test_sir import everything


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
