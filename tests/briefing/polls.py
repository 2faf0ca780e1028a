"""What tests of polls have in common: agencies by three clocks, and how they answer."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.poll import PollState
from bot.model.reference import Reference
from bot.render import Post

from ..duties import chooses
from ..fakes import configuration
from ..rosters import answer
from ..world import Person
from .scene import Scene
from .test_rsvp import questions

AGENCIES: list[dict[str, Any]] = [
    {"code": code, "country": code[:2], "language": "en", "timezone": zone, "members": [members]}
    for code, zone, members in (
        ("PT-GNR", "Europe/Lisbon", "@*:gnr.example"),
        ("FR-PN", "Europe/Paris", "@*-pn:example.org"),
        ("ES-GC", "Europe/Madrid", "@lead:example.org"),
        ("IT-CC", "Europe/Rome", "@*-cc:example.org"),
    )
]
RESPONSE = "org.matrix.msc3381.poll.response"
THREE = "Morning brief 2026-11-24 09:00, 15:00, 2026-11-26 12:00 by:2026-11-23 12:00"
"""By the clock of Lisbon: in New York, where Eva is, the first of it is at four in the night."""


@pytest.fixture(autouse=True)
def agencies(scene: Scene) -> None:
    """Let all in the room be of an agency: Ana by the clock of Lisbon, Eva of New York, the lead of Madrid."""
    scene.world.config = scene.world.current.now = configuration(
        agencies=AGENCIES, roles={"lead": ["@lead:example.org"]}
    )


async def polled(scene: Scene, text: str = THREE, by: Person | None = None) -> tuple[str, dict[str, Post]]:
    """Let Ana, or *by*, ask everybody; return the reference and the question to each."""
    by = by or scene.ana
    asked = await scene.confirms(by, f"!briefing poll {text}", "ask")
    assert "Nobody is asked yet" in asked.body, asked.body
    since = len(scene.world.heard) - 20
    assert by.hears(ok=True), answer(by).body
    return str(answer(by).record["ref"]), questions(scene, max(since, 0))


async def votes(person: Person, first: Post, *choices: str) -> None:
    """Answer one question after the other."""
    asked = first
    for choice in choices:
        await chooses(person, asked, choice)
        asked = answer(person)
        assert asked.record["ok"], asked.body


async def state(scene: Scene, ref: str) -> PollState:
    poll = await scene.world.store.poll.find(Reference(ref))
    assert poll
    return poll.state


def ballots(scene: Scene, ref: str) -> list[Post]:
    """Return the polls that clients show, by the number of their time."""
    posts = [h.post for h in scene.world.heard if h.kind == "poll" and h.post and h.post.record["ref"] == ref]
    return sorted(posts, key=lambda post: post.record["slot"])


async def ticks(person: Person, ballot: Post, number: int, *, type: str = RESPONSE, **raw: Any) -> str:
    """Let somebody vote in a poll that their client shows, for its answer of that number; return the vote."""
    answers = ballot.content["org.matrix.msc3381.poll.start"]["answers"]
    content: dict[str, Any] = {
        "m.relates_to": {"rel_type": "m.reference", "event_id": person.world.event_of(ballot)},
    }  # fmt: skip
    if type == RESPONSE:
        content[RESPONSE] = {"answers": [answers[number - 1]["id"]]}
    else:
        content["m.selections"] = [answers[number - 1]["id"]]
    return await person.says("", type=type, content=content, **raw)
