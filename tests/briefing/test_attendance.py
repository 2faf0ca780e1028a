"""Who is at a briefing is said by a command or by a digit, and shown by agencies."""

from __future__ import annotations

import pytest

from bot.model.reference import Reference
from bot.model.sitting import Presence, Sitting
from bot.render import Post

from ..duties import chooses, logged, replied
from ..incident.scene import redacted
from ..rosters import answer
from .scene import Scene

WEEKLY = "Weekly brief 2026-11-24 09:00 for:30m every:week"


def asked(scene: Scene, since: int = 0) -> list[Post]:
    """Return what asked the room who is there since the bot had posted so much."""
    return [h.post for h in scene.world.heard[since:] if h.post and h.kind == "notice" and "choices" in h.post.record]


async def sitting(scene: Scene, ref: str) -> Sitting:
    """Return the last sitting of a briefing."""
    found = await scene.world.store.attendance.last(Reference(ref))
    assert found
    return found


async def presences(scene: Scene, ref: str) -> dict[str, Presence]:
    held = await sitting(scene, ref)
    those = await scene.world.store.attendance.list_of(held.ref)
    return {one.person[1:].partition(":")[0].partition("-")[0]: one.presence for one in those}


async def test_the_room_is_asked_at_the_start_and_nobody_is_rung(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    await scene.wakes_at("2026-11-24T08:30:00")
    since = await scene.wakes_at("2026-11-24T09:00:00")
    [post] = asked(scene, since)
    assert post.msgtype == "m.notice" and not post.mentions
    assert "has begun" in post.body and "1 I am here" in post.body, post.body
    assert scene.rung(since) == {}
    assert await scene.wakes_at("2026-11-24T09:01:00") == len(scene.world.heard), "once"
    await chooses(scene.ana, post, "present")
    await chooses(scene.eva, post, "late")
    await chooses(scene.lead, post, "absent")
    assert scene.lead.hears("Noted for", ok=True), answer(scene.lead).body
    assert await presences(scene, ref) == {
        "ana": Presence.PRESENT, "eva": Presence.LATE, "lead": Presence.ABSENT,
    }  # fmt: skip
    await chooses(scene.lead, post, "present")
    assert (await presences(scene, ref))["lead"] is Presence.PRESENT, "what is said last counts"
    assert (await logged(scene.world)).count("briefing.attended") == 4
    await scene.eva.says("!briefing show")
    body = answer(scene.eva).body
    assert "PRT-GNR: here: Ana" in body and "FRA-PN: late: Eva" in body, body


async def test_the_next_one_is_asked_about_as_well_where_it_is_by_then(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    await scene.wakes_at("2026-11-24T09:00:00")
    first = await sitting(scene, ref)
    await scene.wakes_at("2026-11-24T12:00:00")
    await scene.confirms(scene.ana, f"!briefing move {ref} 11:00")
    since = await scene.wakes_at("2026-12-01T09:00:00")
    assert asked(scene, since) == []
    since = await scene.wakes_at("2026-12-01T11:00:00")
    assert len(asked(scene, since)) == 1
    assert (await sitting(scene, ref)).ref != first.ref


async def test_a_command_says_it_as_well_from_shortly_before_until_an_hour_after(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    scene.world.clock.at = scene.world.clock.at.fromisoformat("2026-11-24T08:44:00+00:00")
    await scene.ana.says(f"!briefing attend {ref} present")
    assert scene.ana.hears("has not begun yet", ok=False, error="conflict"), answer(scene.ana).body
    await scene.wakes_at("2026-11-24T08:45:00")
    await scene.ana.says("!briefing attend present")
    assert scene.ana.hears("Noted", ok=True), answer(scene.ana).body
    await scene.wakes_at("2026-11-24T10:29:00")
    await scene.eva.says(f"!briefing attend {ref} late")
    assert scene.eva.hears("Noted", ok=True), answer(scene.eva).body
    await scene.wakes_at("2026-11-24T10:31:00")
    await scene.lead.says("!briefing attend absent")
    assert scene.lead.hears("Who is there is taken from", ok=False, error="conflict"), answer(scene.lead).body
    await scene.lead.says("!briefing attend")
    body = answer(scene.lead).body
    assert "here: Ana" in body and "late: Eva" in body and "no answer yet: Lead" in body, body


async def test_only_who_leads_says_it_of_somebody_else(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    await scene.wakes_at("2026-11-24T09:00:00")
    await scene.eva.says(f"!briefing attend {ref} absent who:{scene.lead.user_id}")
    assert scene.eva.hears("Only who has scheduled", ok=False, error="not_allowed"), answer(scene.eva).body
    await scene.lead.says(f"!briefing attend {ref} absent {scene.eva.user_id}")
    assert scene.lead.hears("Noted", ok=True), answer(scene.lead).body
    assert await presences(scene, ref) == {"eva": Presence.ABSENT}
    await scene.lead.says(f"!briefing attend {ref} absent who:@nobody:gnr.example")
    assert scene.lead.hears("is not in this room", ok=False, error="not_found"), answer(scene.lead).body


async def test_a_digit_counts_no_more_an_hour_after_the_end(scene: Scene) -> None:
    await scene.scheduled(WEEKLY)
    since = await scene.wakes_at("2026-11-24T09:00:00")
    [post] = asked(scene, since)
    await scene.wakes_at("2026-11-24T10:30:00")
    await chooses(scene.ana, post, "present")
    assert scene.ana.hears("That is settled already", ok=False), answer(scene.ana).body


async def test_the_bot_that_was_down_asks_late_and_not_when_it_is_over(scene: Scene) -> None:
    await scene.scheduled(WEEKLY)
    since = await scene.wakes_at("2026-11-24T09:20:00")
    assert len(asked(scene, since)) == 1
    since = await scene.wakes_at("2026-12-01T12:00:00")
    assert asked(scene, since) == []
    since = await scene.wakes_at("2026-12-08T09:00:00")
    assert len(asked(scene, since)) == 1, "the next one is asked about again"


async def test_nobody_is_asked_about_what_is_cancelled_or_left_out(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    await scene.ana.says(f"!briefing skip {ref}")
    since = await scene.wakes_at("2026-11-24T09:00:00")
    assert asked(scene, since) == []
    await scene.ana.says(f"!briefing cancel {ref}")
    since = await scene.wakes_at("2026-12-01T09:00:00")
    assert asked(scene, since) == []


async def test_no_digit_of_the_room_s_question_is_that_of_another_open_one(scene: Scene) -> None:
    await scene.scheduled(WEEKLY)
    await scene.wakes_at("2026-11-24T08:59:00")
    await scene.eva.says("!briefing schedule Other 2026-11-25 09:00")
    mine = answer(scene.eva)
    since = await scene.wakes_at("2026-11-24T09:00:00")
    [post] = asked(scene, since)
    assert not set(post.record["choices"]) & set(mine.record["choices"])
    await scene.lead.says("!briefing schedule Third 2026-11-25 09:00")
    assert not set(post.record["choices"]) & set(answer(scene.lead).record["choices"])


async def test_a_digit_that_another_question_uses_is_not_taken_for_the_room_s(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    since = await scene.wakes_at("2026-11-24T09:00:00")
    [post] = asked(scene, since)
    digit = next(digit for digit, name in post.record["choices"].items() if name == "present")
    await scene.eva.says("!briefing schedule Other 2026-11-25 09:00")
    async with scene.world.store.transaction():
        await scene.world.database.execute(
            "UPDATE question SET choices = json_object(?, 'save') WHERE asked != ''", digit
        )
    await scene.eva.says(digit, **replied(digit, scene.world.event_of(post)))
    assert scene.eva.hears("belongs to another question", ok=False), answer(scene.eva).body
    assert await presences(scene, ref) == {}


@pytest.mark.parametrize("command", ["attend present", "attend"])
async def test_there_is_nobody_to_ask_about_where_nothing_has_begun(scene: Scene, command: str) -> None:
    await scene.ana.says(f"!briefing {command}")
    assert scene.ana.hears("No briefing has begun in this room yet.", ok=False), answer(scene.ana).body


async def test_a_title_that_is_taken_back_goes_from_the_question_too(scene: Scene) -> None:
    said = await scene.ana.says("!briefing schedule Operation Duna 2026-11-24 09:00")
    await chooses(scene.ana, answer(scene.ana), "save")
    since = await scene.wakes_at("2026-11-24T09:00:00")
    [post] = asked(scene, since)
    assert "Duna" in post.body
    await scene.ana.says("", **redacted(said))
    assert scene.world.event_of(post) in scene.world.redacted
