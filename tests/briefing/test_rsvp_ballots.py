"""Who comes, in a poll that clients show (MSC3381): which votes count, until when, and how they stand beside digits."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.rsvp import answer_id, read_answer_id
from bot.render import Post
from bot.store.outbox import OutboxRow

from ..duties import chooses, logged, replied
from ..fakes import BOT, ROOM
from ..rosters import answer
from ..world import Person
from .polls import RESPONSE, ticks
from .scene import Scene, utc
from .test_rsvp import ONCE, WEEKLY, asks, open_questions, quorums

START = "org.matrix.msc3381.poll.start"
OTHER = "!other:example.org"
TEXT = "org.matrix.msc1767.text"


def shown(scene: Scene, since: int = 0) -> list[Post]:
    """Return the polls that clients show."""
    return [h.post for h in scene.world.heard[since:] if h.kind == "poll" and h.post]


def ended(scene: Scene) -> list[str]:
    """Return the events of the polls that have been ended."""
    ends = [h.post for h in scene.world.heard if h.kind == "poll end" and h.post]
    return [post.content["m.relates_to"]["event_id"] for post in ends]


def replies(scene: Scene, since: int) -> list[Post]:
    return [h.post for h in scene.world.heard[since:] if h.kind == "reply" and h.post]


async def said(scene: Scene) -> dict[str, str]:
    """Return what was said, by the names of those who said it."""
    rows = await scene.world.database.rows("SELECT person, answer FROM rsvp")
    return {row["person"][1:].partition(":")[0].partition("-")[0]: row["answer"] for row in rows}


async def empties(person: Person, ballot: Post, **raw: Any) -> None:
    """Let somebody take their vote back, as clients do."""
    relation = {"rel_type": "m.reference", "event_id": person.world.event_of(ballot)}
    await person.says("", type=RESPONSE, content={"m.relates_to": relation, RESPONSE: {"answers": []}}, **raw)


async def redacts(person: Person, event: str, **raw: Any) -> None:
    """Let somebody take an event back."""
    content = {"redacts": event}
    await person.says("", type="m.room.redaction", content=content, encrypted=False, trusted=False, **raw)


async def test_clients_show_a_poll_beside_the_questions_whose_votes_count(scene: Scene) -> None:
    ref = await scene.scheduled("TLP:GREEN Harbour raid 2026-11-24 09:00")
    await asks(scene, scene.ana)
    [ballot] = shown(scene)
    start = ballot.content[START]
    assert start["max_selections"] == 1 and start["kind"].endswith("disclosed")
    question = start["question"][TEXT]
    assert ref in question and "24 Nov 2026, 09:00" in question and "09:30" in question, question
    assert [one[TEXT] for one in start["answers"]] == ["I am coming", "Perhaps", "I am not coming"]
    assert "Harbour" not in str(ballot.content) and "GREEN" not in str(ballot.content), "a lock screen shows it"
    since = len(scene.world.heard)
    await ticks(scene.eva, ballot, 1)
    await ticks(scene.ana, ballot, 3, type="m.poll.response")
    assert await said(scene) == {"eva": "coming", "ana": "no"}
    assert replies(scene, since) == [], "their client shows them what they have said"
    card = scene.cards(ref)[-1].body
    assert "FRA-PN: coming 1, perhaps 0, not coming 0, no answer 0" in card, card
    assert (await logged(scene.world))[-2:] == ["briefing.answered"] * 2


async def test_the_poll_reads_in_the_languages_of_the_room(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    await scene.eva.says("!language pt")
    await asks(scene, scene.ana)
    [ballot] = shown(scene)
    start = ballot.content[START]
    lines = start["question"][TEXT].splitlines()
    assert len(lines) == 4 and "24 Nov 2026" in lines[1] and "24/11/2026" in lines[3], lines


async def test_there_is_one_poll_for_each_however_often_it_is_asked(scene: Scene) -> None:
    await scene.scheduled(WEEKLY)
    await asks(scene, scene.ana)
    await asks(scene, scene.ana)
    assert len(shown(scene)) == 1
    await asks(scene, scene.ana, "on:2026-12-01")
    assert len(shown(scene)) == 2
    first, second = shown(scene)
    await ticks(scene.eva, second, 1)
    rows = await scene.world.database.rows("SELECT begins FROM rsvp")
    assert [row["begins"][:10] for row in rows] == ["2026-12-01"]
    await ticks(scene.eva, first, 1)
    assert len(await scene.world.database.rows("SELECT begins FROM rsvp")) == 2


async def test_of_a_vote_and_a_digit_the_later_counts(scene: Scene) -> None:
    ref = await scene.scheduled(ONCE)
    found = await asks(scene, scene.ana)
    [ballot] = shown(scene)
    await ticks(scene.eva, ballot, 1)
    await chooses(scene.eva, found["eva"], "no")
    assert scene.eva.hears("Noted", ok=True), answer(scene.eva).body
    assert await said(scene) == {"eva": "no"}
    await ticks(scene.eva, ballot, 2)
    assert await said(scene) == {"eva": "perhaps"}
    await ticks(scene.eva, ballot, 1)
    assert await said(scene) == {"eva": "coming"}
    assert (await logged(scene.world)).count("briefing.answered") == 4, "all of them are in the log"
    assert "FRA-PN: coming 1" in scene.cards(ref)[-1].body


async def test_who_organises_hears_of_the_quorum_by_votes(scene: Scene) -> None:
    await scene.scheduled(ONCE, scene.lead)
    await asks(scene, scene.lead)
    [ballot] = shown(scene)
    await ticks(scene.eva, ballot, 1)
    since = len(scene.world.heard)
    await ticks(scene.ana, ballot, 1)
    assert len(quorums(scene, "lead", since)) == 1
    await empties(scene.ana, ballot)
    assert len(quorums(scene, "lead", since)) == 2 and any("quorum is lost" in one for one in scene.said(since))


async def test_an_empty_vote_takes_back_what_was_said(scene: Scene) -> None:
    ref = await scene.scheduled(ONCE)
    found = await asks(scene, scene.ana)
    [ballot] = shown(scene)
    await empties(scene.eva, ballot)
    assert not scene.eva.hears("withdrawn"), "there was none"
    await ticks(scene.eva, ballot, 1)
    await empties(scene.eva, ballot)
    assert scene.eva.hears("your answer is withdrawn", ok=True), answer(scene.eva).body
    assert await said(scene) == {} and "FRA-PN: coming 0" in scene.cards(ref)[-1].body
    await chooses(scene.eva, found["eva"], "perhaps")
    assert await said(scene) == {"eva": "perhaps"}, "the question is open still"
    await empties(scene.eva, ballot)
    assert await said(scene) == {}, "whatever had said it"


async def test_a_redacted_vote_is_taken_back_unless_something_else_was_said_since(scene: Scene) -> None:
    ref = await scene.scheduled(ONCE)
    found = await asks(scene, scene.ana)
    [ballot] = shown(scene)

    first, second = await ticks(scene.eva, ballot, 1), await ticks(scene.eva, ballot, 3)
    await redacts(scene.eva, first)
    assert await said(scene) == {"eva": "no"}, "the later one stands"
    await redacts(scene.eva, second)
    assert await said(scene) == {} and "FRA-PN: coming 0" in scene.cards(ref)[-1].body
    assert "no answer 1" in scene.cards(ref)[-1].body
    third = await ticks(scene.eva, ballot, 1)
    await chooses(scene.eva, found["eva"], "perhaps")
    await redacts(scene.eva, third)
    assert await said(scene) == {"eva": "perhaps"}, "the digit stands"
    digit = next(digit for digit, name in found["lead"].record["choices"].items() if name == "no")
    event = await scene.lead.says(digit, **replied(digit, scene.world.event_of(found["lead"])))
    await redacts(scene.lead, event)
    assert await said(scene) == {"eva": "perhaps", "lead": "no"}, "it is no vote"
    last = await ticks(scene.eva, ballot, 1)
    scene.world.rooms.joined[OTHER] = [scene.eva.user_id, UserId(BOT)]
    await redacts(scene.eva, last, room=OTHER)
    assert await said(scene) == {"eva": "coming", "lead": "no"}


async def test_a_vote_put_below_another_poll_says_what_it_said(scene: Scene) -> None:
    await scene.scheduled(WEEKLY)
    await asks(scene, scene.ana)
    await asks(scene, scene.ana, "on:2026-12-01")
    first, second = shown(scene)
    relation = {"rel_type": "m.reference", "event_id": scene.world.event_of(second)}
    answers = [first.content[START]["answers"][2]["id"]]
    await scene.eva.says("", type=RESPONSE, content={"m.relates_to": relation, RESPONSE: {"answers": answers}})
    [row] = await scene.world.database.rows("SELECT begins, answer FROM rsvp")
    assert row["begins"].startswith("2026-11-24") and row["answer"] == "no"


@pytest.mark.parametrize(
    ("id", "raw", "error"),
    [
        ("{ref} 20261124T090000Z coming", {"encrypted": False, "trusted": False}, None),
        ("{ref} 20261124T090000Z coming", {"trusted": False}, "not_allowed"),
        ("{ref} 20261124T100000Z coming", {}, "conflict"),
        ("BRAVO-00000 20261124T090000Z coming", {}, "not_found"),
        ("{ref} 20269924T090000Z coming", {}, None),
        ("{ref} 20261124T090000Z yes", {}, None),
        ("{ref} 1 yes", {}, "not_found"),
    ],
)
async def test_votes_that_do_not_count(scene: Scene, id: str, raw: dict[str, Any], error: str | None) -> None:
    ref = await scene.scheduled(ONCE)
    await asks(scene, scene.ana)
    since = len(scene.world.heard)
    await scene.eva.says("", type=RESPONSE, content={RESPONSE: {"answers": [id.format(ref=ref)]}}, **raw)
    errors = [post.record.get("error") for post in replies(scene, since)]
    assert errors == ([error] if error else [])
    assert await said(scene) == {}


async def test_of_a_stranger_of_who_has_left_or_in_another_room_no_vote_counts(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    await asks(scene, scene.ana)
    [ballot] = shown(scene)
    await ticks(Person(scene.world, "@x:elsewhere.net"), ballot, 1)
    scene.world.rooms.joined[OTHER] = [scene.eva.user_id, UserId(BOT)]
    await ticks(scene.eva, ballot, 1, room=OTHER)
    assert scene.eva.hears("no such briefing", ok=False, error="not_found")
    since = len(scene.world.heard)
    await empties(scene.eva, ballot, room=OTHER)
    assert scene.world.heard[since:] == []
    scene.world.rooms.joined[ROOM].remove(scene.eva.user_id)
    await ticks(scene.eva, ballot, 1)
    assert scene.eva.hears("asked somebody else", ok=False, error="not_allowed"), answer(scene.eva).body
    assert await said(scene) == {}


async def test_once_it_begins_the_poll_and_the_questions_have_ended(scene: Scene) -> None:
    await scene.scheduled(WEEKLY)
    found = await asks(scene, scene.ana)
    await asks(scene, scene.ana, "on:2026-12-01")
    first, second = shown(scene)
    await ticks(scene.eva, first, 1)
    await scene.wakes_at("2026-11-24T09:00:30")
    assert ended(scene) == [scene.world.event_of(first)]
    assert await open_questions(scene) == len(found), "of the next one"
    await ticks(scene.eva, first, 3)
    assert scene.eva.hears("Nothing was changed", ok=False, error="stale"), answer(scene.eva).body
    await empties(scene.eva, first)
    assert answer(scene.eva).record["error"] == "stale"
    await chooses(scene.eva, found["eva"], "no")
    assert scene.eva.hears("settled already", ok=False, error="conflict"), answer(scene.eva).body
    assert await said(scene) == {"eva": "coming"}
    await ticks(scene.eva, second, 2)
    assert len(await scene.world.database.rows("SELECT * FROM rsvp")) == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("skip", "changed meanwhile"), ("cancel", "is cancelled"), ("move 2026-11-24 15:00", "changed meanwhile"),
        ("move 2026-11-24 15:00 which:following", "changed meanwhile"),
    ],
)  # fmt: skip
async def test_what_does_not_take_place_then_is_asked_no_more(scene: Scene, line: str, words: str) -> None:
    world = scene.world
    await scene.scheduled(WEEKLY)
    found = await asks(scene, scene.ana)
    [ballot] = shown(scene)
    since = len(world.heard)
    await scene.confirms(scene.lead, f"!briefing {line}")
    assert scene.lead.hears(ok=True), answer(scene.lead).body
    assert await open_questions(scene) == 0 and ended(scene) == [world.event_of(ballot)]
    settled = [h.post for h in world.heard[since:] if h.kind == "settled" and h.post]
    assert {post.replaces for post in settled} >= {world.event_of(post) for post in found.values()}
    await ticks(scene.eva, ballot, 1)
    assert scene.eva.hears(words, ok=False, error="conflict"), answer(scene.eva).body
    await chooses(scene.eva, found["eva"], "coming")
    assert scene.eva.hears("settled already", ok=False, error="conflict"), answer(scene.eva).body
    assert await said(scene) == {}


async def test_of_one_that_only_lasts_longer_the_poll_goes_on(scene: Scene) -> None:
    await scene.scheduled(WEEKLY)
    await asks(scene, scene.ana)
    asked = await open_questions(scene)
    [ballot] = shown(scene)
    await scene.confirms(scene.ana, "!briefing move 2026-11-24 09:00 for:45m")
    assert ended(scene) == [] and await open_questions(scene) == asked
    await ticks(scene.eva, ballot, 1)
    assert await said(scene) == {"eva": "coming"}


async def test_a_poll_that_was_not_posted_before_it_ended_is_not(scene: Scene) -> None:
    ref = await scene.scheduled(ONCE)
    await asks(scene, scene.ana)
    payload = {"ref": ref, "begins": "2026-11-24T09:00:00+00:00", "until": "2026-11-24T09:30:00+00:00"}
    row = OutboxRow("x", ROOM, "poll", "$x", payload, scene.world.clock.now())
    assert await scene.world.renderer.post(row) is not None
    await scene.confirms(scene.ana, "!briefing cancel")
    assert await scene.world.renderer.post(row) is None


async def test_one_that_is_moved_back_is_asked_in_a_new_poll(scene: Scene) -> None:
    await scene.scheduled(WEEKLY)
    await asks(scene, scene.ana)
    await scene.confirms(scene.ana, "!briefing move 2026-11-24 15:00")
    await scene.confirms(scene.ana, "!briefing move 2026-11-24 09:00")
    await asks(scene, scene.ana)
    first, second = shown(scene)
    assert ended(scene) == [scene.world.event_of(first)]
    await ticks(scene.eva, second, 1)
    assert await said(scene) == {"eva": "coming"}


async def test_what_comes_late_counts_unless_it_was_sent_before_what_was_said_since(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    found = await asks(scene, scene.ana)
    [ballot] = shown(scene)
    scene.world.clock.at = utc("2026-11-22T15:00:00")
    await ticks(scene.eva, ballot, 1, age=3600)
    assert await said(scene) == {"eva": "coming"}, "the bot was away"
    await ticks(scene.eva, ballot, 3, age=1800)
    assert await said(scene) == {"eva": "no"}, "they were sent in that order"
    await ticks(scene.eva, ballot, 2, age=2400)
    assert scene.eva.hears("too late to change", ok=False, error="stale"), answer(scene.eva).body
    await empties(scene.eva, ballot, age=2400)
    assert answer(scene.eva).record["error"] == "stale"
    assert await said(scene) == {"eva": "no"}
    digit = next(digit for digit, name in found["ana"].record["choices"].items() if name == "coming")
    await scene.ana.says(digit, **replied(digit, scene.world.event_of(found["ana"])), age=1800)
    assert await said(scene) == {"eva": "no", "ana": "coming"}


async def test_a_vote_that_comes_once_it_has_begun_changes_nothing_and_the_questions_are_closed(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    await asks(scene, scene.ana)
    [ballot] = shown(scene)
    scene.world.clock.at = utc("2026-11-24T09:10:00")
    await ticks(scene.eva, ballot, 1, age=1200)
    assert scene.eva.hears("began", ok=False, error="stale"), answer(scene.eva).body
    await scene.world.wakes()
    assert await open_questions(scene) == 0 and ended(scene) == [scene.world.event_of(ballot)]
    assert await said(scene) == {}


async def test_the_poll_is_known_after_a_restart_and_not_posted_twice(scene: Scene) -> None:
    world = scene.world
    await scene.scheduled(ONCE)
    await asks(scene, scene.ana)
    [ballot] = shown(scene)
    await world.stop()
    await world.start()
    await ticks(scene.eva, ballot, 1)
    assert await said(scene) == {"eva": "coming"}
    await empties(scene.eva, ballot)
    assert await said(scene) == {}
    await asks(scene, scene.ana)
    assert len(shown(scene)) == 1
    await scene.confirms(scene.ana, "!briefing cancel")
    assert ended(scene) == [world.event_of(ballot)]


async def test_from_one_on_moved_the_ones_before_are_asked_still(scene: Scene) -> None:
    await scene.scheduled(WEEKLY)
    found = await asks(scene, scene.ana)
    await asks(scene, scene.ana, "on:2026-12-01")
    first, second = shown(scene)
    await scene.confirms(scene.ana, "!briefing move 2026-12-01 15:00 on:2026-12-01 which:following")
    assert scene.ana.hears(ok=True), answer(scene.ana).body
    assert ended(scene) == [scene.world.event_of(second)] and await open_questions(scene) == len(found)
    await ticks(scene.eva, second, 1)
    assert scene.eva.hears("changed meanwhile", ok=False, error="conflict"), answer(scene.eva).body
    await ticks(scene.eva, first, 1)
    assert await said(scene) == {"eva": "coming"}


async def test_a_digit_that_comes_once_it_has_begun_is_told_so_and_asked_no_more(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    found = await asks(scene, scene.ana)
    scene.world.clock.at = utc("2026-11-24T09:10:00")
    digit = next(digit for digit, name in found["eva"].record["choices"].items() if name == "coming")
    await scene.eva.says(digit, **replied(digit, scene.world.event_of(found["eva"])), age=1200)
    assert scene.eva.hears("began", ok=False, error="stale"), answer(scene.eva).body
    refused = scene.world.event_of(answer(scene.eva))
    await scene.world.wakes()
    assert await open_questions(scene) == 0
    settled = [h.post.replaces for h in scene.world.heard if h.kind == "settled" and h.post]
    assert len(settled) == len(found) and refused not in settled, "that sentence stays"


async def test_what_fails_halfway_has_asked_nobody(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    await scene.scheduled(ONCE)

    async def fails(*_args: Any) -> None:
        raise RuntimeError("the program ends here")

    with monkeypatch.context() as patch:
        patch.setattr(scene.world.store.rsvp, "add_poll", fails)
        await scene.ana.says("!briefing rsvp ask")
        assert answer(scene.ana).record["error"] == "internal"
    assert shown(scene) == [] and await open_questions(scene) == 0
    await scene.world.stop()
    await scene.world.start()
    await asks(scene, scene.ana)
    [ballot] = shown(scene)
    await ticks(scene.eva, ballot, 1)
    assert await said(scene) == {"eva": "coming"}


def test_an_id_says_what_it_was_made_of() -> None:
    begins = utc("2026-11-24T09:00:00")
    assert read_answer_id(answer_id(Reference("BRAVO-7K3Q0"), begins, "perhaps")) == (
        Reference("BRAVO-7K3Q0"), begins, "perhaps",
    )  # fmt: skip
