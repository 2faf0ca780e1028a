"""What was said for a patrol is taken back: from its record, from every post and from the log."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ..commands.test_duty_retention import PERIOD, purged
from ..duties import replied
from ..incident.scene import redacted
from ..rosters import answer
from .scene import WHEN, Scene

WORDS = ("River", "A12", "North bank")


async def held(scene: Scene) -> str:
    """Return all that the log, the records, the questions and what is to be posted hold."""
    found = []
    for table in ("audit_content", "patrol", "question", "outbox", "audit_said"):
        for row in await scene.world.database.rows(f"SELECT * FROM {table}"):
            values: dict[str, Any] = {
                name: bytes(one) if isinstance(one, bytes) else one for name, one in dict(row).items()
            }
            found.append(f"{table} {values}")
    return "\n".join(found)


async def planned(scene: Scene) -> str:
    """Let Rui plan a patrol of Ana and Eva in one message; return that."""
    await scene.ana.says("!language pt reads:en")
    await scene.eva.says("!language fr reads:en")
    people = f"{scene.ana.user_id}, {scene.eva.user_id}"
    event = await scene.rui.says(f"!patrol plan River {WHEN} people:{people} vehicle:A12 area:North bank")
    assert answer(scene.rui).record["ok"], answer(scene.rui).body
    return event


async def test_what_it_is_called_goes_with_the_message_and_it_stays_planned(scene: Scene) -> None:
    world = scene.world
    event = await planned(scene)
    await scene.chooses(scene.luc, "agree")
    await scene.kate.says("!patrol list")
    await scene.kate.says("!patrol show")
    await scene.rui.says("!language pt reads:en")
    await scene.rui.says(f"!patrol crew add:{scene.rui.user_id}")
    posts = {f"$sent{i}" for i, h in enumerate(world.heard, 1) if h.post and "River" in h.post.body}
    before = await held(scene)
    assert len(posts) >= 7 and all(word in before for word in WORDS)
    await scene.rui.says("", **redacted(event))
    assert posts <= set(world.redacted), posts - set(world.redacted)
    left = await held(scene)
    assert not any(word in left for word in WORDS), [word for word in WORDS if word in left]
    patrol = await scene.patrol()
    assert (patrol.name, patrol.vehicle, patrol.area) == ("", "", "") and len(patrol.people) == 3
    await scene.kate.says("!patrol show")
    assert scene.kate.hears("taken back", ok=True), answer(scene.kate).body


async def test_a_message_of_another_room_takes_nothing_back(scene: Scene) -> None:
    event = await planned(scene)
    await scene.rui.says("", room="!other:example.org", **redacted(event))
    assert (await scene.patrol()).name == "River"


async def test_a_reason_is_taken_out_of_the_log_alone(scene: Scene) -> None:
    await scene.ana.says("!language pt reads:en")
    await scene.plan(scene.rui)
    await scene.ana.says("!shift absent from:2026-11-24 until:2026-11-24")
    event = await scene.rui.says(f"!patrol crew add:{scene.ana.user_id} insist:she is the only diver")
    assert answer(scene.rui).record["ok"] and "only diver" in await held(scene), answer(scene.rui).body
    await scene.rui.says("", **redacted(event))
    assert "only diver" not in await held(scene)
    assert (await scene.patrol()).name == "River" and "River" in await held(scene)


@pytest.mark.parametrize("which", ["command", "reason"])
async def test_of_a_command_and_its_reason_either_takes_both_out_of_the_log(scene: Scene, which: str) -> None:
    await scene.ana.says("!shift absent from:2026-11-24 until:2026-11-24")
    command = await scene.rui.says(f"!patrol plan River {WHEN} people:{scene.ana.user_id}")
    body = "she is the only diver"
    reason = await scene.rui.says(body, **replied(body, scene.world.event_of(answer(scene.rui))))
    assert (await scene.patrol()).name == "River"
    await scene.rui.says("", **redacted(command if which == "command" else reason))
    rows = await scene.world.database.rows("SELECT content FROM audit_content")
    logged = json.dumps([bytes(row["content"]).decode() for row in rows])
    assert "River" not in logged and body not in logged, logged
    assert (await scene.patrol()).name == ("" if which == "command" else "River")


async def test_a_question_whose_command_is_taken_back_plans_nothing(scene: Scene) -> None:
    await scene.ana.says("!shift absent from:2026-11-24 until:2026-11-24")
    command = await scene.rui.says(f"!patrol plan River {WHEN} people:{scene.ana.user_id} area:North bank")
    asked = answer(scene.rui)
    await scene.rui.says("", **redacted(command))
    body = "she is the only diver"
    await scene.rui.says(body, **replied(body, scene.world.event_of(asked)))
    left = await held(scene)
    assert await scene.patrols() == [] and not any(word in left for word in WORDS), left


async def test_nothing_that_was_said_is_in_the_log_longer_than_was_promised(scene: Scene) -> None:
    await scene.world.services.audit.begin(scene.world.clock.now())
    await planned(scene)
    await purged(scene.world, PERIOD - 1)
    assert "River" in await held(scene)
    await purged(scene.world, 5)
    left = await held(scene)
    assert not any(word in left for word in WORDS), left
    assert await scene.world.database.rows("SELECT * FROM audit_said") == []
