"""Polls under attack: votes that are none, ends that others forge, foreign devices, kills, people who come and go."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.poll import PollState
from bot.model.reference import Reference

from ..duties import chooses, logged
from ..rosters import answer
from .polls import RESPONSE, agencies, ballots, polled, state, ticks, votes
from .scene import Scene, utc

__all__ = ["agencies"]

HOSTILE: list[Any] = [
    None, 7, True, "yes", [], {}, {"answers": None}, {"answers": {}}, {"answers": "{ref} 1 yes"}, {"answers": [None]},
    {"answers": [["{ref} 1 yes"]]}, {"answers": [{"id": "{ref} 1 yes"}]}, {"answers": ["x"] * 10_000},
    {"answers": ["{ref} 1 yes" + " " * 60_000]}, {"answers": ["\u202e{ref} 1 yes"]}, {"answers": ["{ref} \uff11 yes"]},
    {"answers": ["{ref} 1e0 yes"]}, {"answers": ["{ref} -1 yes"]}, {"answers": ["{ref} 1 yes\n"]},
    {"answers": ["{ref} " + "9" * 5_000 + " yes"]}, {"answers": ["{ref} 1 YES"]}, {"answers": ["{ref}  1 yes"]},
    {"answers": ["'; DROP TABLE poll; --"]}, {"answers": ["x", "{ref} 1 yes"]},
]  # fmt: skip


def _with(value: Any, ref: str) -> Any:
    """Return *value* with the reference wherever it names one."""
    if isinstance(value, str):
        return value.replace("{ref}", ref)
    if isinstance(value, list):
        return [_with(one, ref) for one in value]
    if isinstance(value, dict):
        return {name: _with(one, ref) for name, one in value.items()}
    return value


async def test_what_is_no_vote_counts_as_none_and_breaks_nothing(scene: Scene) -> None:
    ref, _found = await polled(scene)
    for hostile in HOSTILE:
        content = {RESPONSE: _with(hostile, ref)}
        await scene.eva.says("", type=RESPONSE, content=content)
        assert await scene.world.store.poll.cast(Reference(ref)) == [], hostile
    rows = await scene.world.database.rows(
        "SELECT outcome FROM inbox WHERE outcome LIKE '%fault%' OR outcome LIKE '%internal%'"
    )
    assert rows == []
    await ticks(scene.eva, ballots(scene, ref)[0], 1)
    assert len(await scene.world.store.poll.cast(Reference(ref))) == 1, "a vote still counts"


async def test_ten_thousand_answers_of_which_the_first_is_one(scene: Scene) -> None:
    ref, _found = await polled(scene)
    ids = [f"{ref} 1 yes", *(f"{ref} {n} no" for n in range(9_999))]
    await scene.eva.says("", type=RESPONSE, content={RESPONSE: {"answers": ids}})
    cast = await scene.world.store.poll.cast(Reference(ref))
    assert [(one.slot, int(one.answer)) for one in cast] in ([], [(1, 1)]), "one at most, as the poll says"


@pytest.mark.parametrize("type", ["org.matrix.msc3381.poll.end", "m.poll.end"])
async def test_a_member_cannot_end_a_poll_of_the_bot(scene: Scene, type: str) -> None:
    ref, found = await polled(scene)
    before, kinds = len(scene.world.heard), await logged(scene.world)
    for post in ballots(scene, ref):
        relation = {"rel_type": "m.reference", "event_id": scene.world.event_of(post)}
        await scene.eva.says("", type=type, content={type: {}, "m.relates_to": relation, "body": "ended"})
    assert await state(scene, ref) is PollState.OPEN and await logged(scene.world) == kinds
    assert [one for one in scene.world.heard[before:] if one.kind == "poll end"] == []
    await votes(scene.ana, found["ana"], "yes", "yes", "yes")
    assert len(await scene.world.store.poll.cast(Reference(ref))) == 3


async def test_votes_for_a_poll_that_was_cancelled_are_refused(scene: Scene) -> None:
    ref, found = await polled(scene)
    shown = ballots(scene, ref)
    await scene.confirms(scene.ana, f"!briefing cancel {ref}")
    await ticks(scene.eva, shown[0], 1)
    assert scene.eva.hears("has ended", ok=False, error="conflict"), answer(scene.eva).body
    await chooses(scene.lead, found["lead"], "yes")
    assert scene.lead.hears(ok=False), answer(scene.lead).body
    assert await scene.world.store.poll.cast(Reference(ref)) == []


async def test_who_has_left_says_nothing_any_more_and_is_not_waited_for(scene: Scene) -> None:
    ref, found = await polled(scene)
    await votes(scene.eva, found["eva"], "no", "no", "no")
    await votes(scene.ana, found["ana"], "yes", "yes", "yes")
    await scene.left(scene.eva)
    await ticks(scene.eva, ballots(scene, ref)[0], 1)
    assert await state(scene, ref) is PollState.OPEN, "the lead has not answered"
    await votes(scene.lead, found["lead"], "yes", "yes", "yes")
    assert await state(scene, ref) is PollState.CHOSEN, "what who has left had refused holds nobody up"


async def test_a_kill_between_the_last_answer_and_what_comes_of_it_plans_once(scene: Scene) -> None:
    ref, found = await polled(scene)
    await votes(scene.eva, found["eva"], "yes", "yes", "yes")
    await votes(scene.lead, found["lead"], "yes", "yes", "yes")
    await votes(scene.ana, found["ana"], "yes", "yes")
    last = answer(scene.ana)
    fails = scene.world.store.briefing.save

    async def dies(*_: Any) -> None:
        raise RuntimeError("killed")

    scene.world.store.briefing.save = dies  # type: ignore[method-assign]
    await chooses(scene.ana, last, "yes")
    assert await state(scene, ref) is PollState.OPEN, "all of it or nothing"
    assert len(await scene.world.store.poll.cast(Reference(ref))) == 8
    scene.world.store.briefing.save = fails  # type: ignore[method-assign]
    await scene.world.stop()
    await scene.world.start()
    await ticks(scene.ana, ballots(scene, ref)[2], 1)
    assert await state(scene, ref) is PollState.CHOSEN
    assert len(await scene.world.database.rows("SELECT * FROM briefing")) == 1
    assert (await logged(scene.world)).count("briefing.scheduled") == 1


async def test_a_clock_that_jumps_over_the_end_and_back_ends_it_once(scene: Scene) -> None:
    ref, found = await polled(scene)
    for person in (scene.lead, scene.ana):
        await votes(person, found[person.user_id[1:].partition(":")[0].partition("-")[0]], "yes", "yes", "yes")
    await scene.wakes_at("2026-11-23T18:00:00")
    await scene.wakes_at("2026-11-23T18:06:00")
    ended = await state(scene, ref)
    scene.world.clock.at = utc("2026-11-22T10:00:00")
    await scene.world.wakes()
    await scene.wakes_at("2026-11-23T18:06:00")
    assert await state(scene, ref) is ended is not PollState.OPEN
    assert (await logged(scene.world)).count("poll.ended") == 1
