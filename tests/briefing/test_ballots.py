"""Polls that clients show (MSC3381): which votes count, and what is left of those that come late."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.reference import Reference

from ..duties import replied
from ..fakes import BOT
from ..rosters import answer
from ..world import Person
from .polls import RESPONSE, agencies, ballots, polled, ticks, votes
from .scene import Scene, utc

__all__ = ["agencies"]


async def test_clients_show_a_poll_for_each_time_whose_votes_count(scene: Scene) -> None:
    ref, found = await polled(scene)
    shown = ballots(scene, ref)
    assert [post.record["slot"] for post in shown] == [1, 2, 3]
    start = shown[0].content["org.matrix.msc3381.poll.start"]
    assert start["max_selections"] == 1 and "24 Nov 2026, 15:00" in start["question"]["org.matrix.msc1767.text"]
    assert [one["org.matrix.msc1767.text"] for one in start["answers"]] == ["Yes", "If need be", "No"]
    assert "Morning" not in str(shown[0].content), "it needs not to be taken back with the title"
    since = len(scene.world.heard)
    for person, numbers in ((scene.eva, (3, 2, 3)), (scene.lead, (1, 1, 3))):
        for post, number in zip(shown, numbers, strict=True):
            await ticks(person, post, number, type=RESPONSE if person is scene.eva else "m.poll.response")
    said = [h.post.body for h in scene.world.heard[since:] if h.post and h.kind == "reply"]
    assert len(said) == 2 and all("answered to all times" in one for one in said), said
    assert await scene.world.store.question.list_open(scene.eva.user_id) == [], "that question is answered too"
    since = len(scene.world.heard)
    await votes(scene.ana, found["ana"], "yes", "yes", "yes")
    assert (await scene.briefing(ref)).begins.isoformat() == "2026-11-26T12:00:00"
    ends = [h.post for h in scene.world.heard[since:] if h.kind == "poll end" and h.post]
    assert [post.content["m.relates_to"]["event_id"] for post in ends] == [scene.world.event_of(one) for one in shown]
    assert all(post.type == "org.matrix.msc3381.poll.end" for post in ends)
    await ticks(scene.eva, shown[0], 1)
    assert scene.eva.hears("has ended", ok=False, error="conflict"), answer(scene.eva).body


async def test_the_last_vote_counts(scene: Scene) -> None:
    ref, found = await polled(scene)
    first, second, third = ballots(scene, ref)
    for post in (first, second, third):
        await ticks(scene.eva, post, 1)
    await ticks(scene.eva, first, 3)
    await votes(scene.ana, found["ana"], "yes", "yes", "no")
    await votes(scene.lead, found["lead"], "yes", "maybe", "no")
    assert (await scene.briefing(ref)).begins.isoformat() == "2026-11-26T12:00:00"


async def test_a_vote_put_below_another_poll_says_what_it_said(scene: Scene) -> None:
    ref, _found = await polled(scene)
    first, second, _third = ballots(scene, ref)
    id = first.content["org.matrix.msc3381.poll.start"]["answers"][2]["id"]
    relation = {"rel_type": "m.reference", "event_id": scene.world.event_of(second)}
    await scene.eva.says("", type=RESPONSE, content={"m.relates_to": relation, RESPONSE: {"answers": [id]}})
    [cast] = await scene.world.store.poll.cast(Reference(ref))
    assert cast.slot == 1 and cast.answer == 3


@pytest.mark.parametrize(
    ("id", "raw", "said"),
    [
        ("{ref} 1 yes", {"encrypted": False, "trusted": False}, None),
        ("{ref} 1 yes", {"trusted": False}, "not_allowed"),
        ("{ref} 9 yes", {}, "not_found"),
        ("BRAVO-00000 1 yes", {}, "not_found"),
        ("{ref} 1 perhaps", {}, None),
        ("", {}, None),
    ],
)
async def test_votes_that_do_not_count(scene: Scene, id: str, raw: dict[str, Any], said: str | None) -> None:
    ref, _found = await polled(scene)
    since = len(scene.world.heard)
    await scene.eva.says("", type=RESPONSE, content={RESPONSE: {"answers": [id.format(ref=ref)]}}, **raw)
    errors = [h.post.record.get("error") for h in scene.world.heard[since:] if h.post and h.kind == "reply"]
    assert errors == ([said] if said else [])
    assert await scene.world.store.poll.cast(Reference(ref)) == []


async def test_of_a_stranger_or_in_another_room_no_vote_counts(scene: Scene) -> None:
    ref, _found = await polled(scene)
    first = ballots(scene, ref)[0]
    stranger = Person(scene.world, "@x:elsewhere.net")
    await ticks(stranger, first, 1)
    scene.world.rooms.joined["!other:example.org"] = [scene.eva.user_id, type(scene.eva.user_id)(BOT)]
    await ticks(scene.eva, first, 1, room="!other:example.org")
    assert scene.eva.hears("no such poll", ok=False, error="not_found")
    assert await scene.world.store.poll.cast(Reference(ref)) == []


async def test_an_answer_that_comes_late_counts_unless_it_would_change_one(scene: Scene) -> None:
    ref, found = await polled(scene)
    await scene.world.stop()
    await scene.world.start()
    scene.world.clock.at = utc("2026-11-22T15:00:00")
    digit = next(digit for digit, name in found["eva"].record["choices"].items() if name == "no")
    await scene.eva.says(digit, **replied(digit, scene.world.event_of(found["eva"])), age=1800)
    assert scene.eva.hears("Noted", ok=True), answer(scene.eva).body
    first, second, _third = ballots(scene, ref)
    await ticks(scene.eva, second, 1, age=1800)
    await ticks(scene.eva, first, 1, age=1800)
    assert scene.eva.hears("too late to change", ok=False, error="stale"), answer(scene.eva).body
    said = {one.slot: int(one.answer) for one in await scene.world.store.poll.cast(Reference(ref))}
    assert said == {1: 3, 2: 1}
    await ticks(scene.eva, first, 2)
    assert int((await scene.world.store.poll.cast(Reference(ref)))[0].answer) == 2
    await scene.ana.says("!briefing poll Other 2026-11-24 09:00, 15:00")
    asked = answer(scene.ana)
    digit = next(digit for digit, name in asked.record["choices"].items() if name == "ask")
    await scene.ana.says(digit, **replied(digit, scene.world.event_of(asked)), age=1800)
    assert scene.ana.hears("too late", ok=False, error="stale"), "what opens one does not wait"
