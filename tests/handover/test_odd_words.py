"""What is typed with numbers, days and lengths that nobody means: refused in a sentence, or done, and nothing else."""

from __future__ import annotations

import pytest

from .scene import Scene, plain

NUMBER = "99999999999999999999"
TYPED = {
    f"handover item {NUMBER} ok": "bad_argument",
    f"handover note {NUMBER} x": "bad_argument",
    f"handover clear {NUMBER}": "bad_argument",
    f"handover readback {NUMBER} x": "bad_argument",
    f"shift roster gate remove:{NUMBER}": "bad_argument",
    f"shift override gate remove:{NUMBER}": "bad_argument",
    f"shift absent remove:{NUMBER}": "bad_argument",
    "shift override gate who:nobody from:2026-11-23 06:00 until:9999-12-31": "bad_argument",
    "shift absent from:0001-01-01 until:9999-12-31": "bad_argument",
    "shift roster gate people:@lead:example.org from:tomorrow 06:00 for:99999999999h": "bad_argument",
    "shift swap with:@liaison:example.org": "not_found",
    "checkin gate every:999999999999h": "bad_argument",
    "handover show from:9999": None,
    "handover statistics days:366": None,
    "handover kept": None,
    "shift card": None,
    "shift log": None,
}
DAYS = {
    "handover history on:9999-12-31": "bad_argument",
    "handover history on:0001-01-01": "bad_argument",
    "handover history on:2026-11-20T10:00+23:59": None,
    "handover history 9999-12-31": "not_found",
    "handover history 0001-01-01": "not_found",
    "handover history 2026-11-20T10:00+23:59": None,
    "shift log on:9999-12-31": "bad_argument",
    "shift log on:0001-01-01": "bad_argument",
    "shift log on:2026-11-20T10:00+23:59": "bad_argument",
    "shift log 9999-12-31": "not_found",
    "shift log 0001-01-01": "not_found",
    "shift log 2026-11-20T10:00+23:59": "not_found",
}


@pytest.mark.parametrize(("line", "error"), DAYS.items())
async def test_a_day_at_the_end_of_time_is_no_fault_of_ours(scene: Scene, line: str, error: str | None) -> None:
    await scene.ana.says(f"!{line}")
    assert scene.ana.last.record.get("error") == error, plain(scene.ana.last)


@pytest.mark.parametrize(("line", "error"), TYPED.items())
async def test_nothing_that_is_typed_is_a_fault_of_ours(scene: Scene, line: str, error: str | None) -> None:
    await scene.handed()
    for person in (scene.lead, scene.ana, scene.rui):
        since = len(scene.world.heard)
        await person.says(f"!{line}")
        [reply] = [one.post for one in scene.world.heard[since:] if one.kind == "reply" and one.post]
        assert reply.record.get("error") == error, plain(reply)
    assert await scene.answering() == scene.ana.user_id


@pytest.mark.parametrize(
    "blank", ["", '""', '" "', "\u200b", "\u2060", "\u3164", "\u2800", "\u00a0", "\u202e\u202c", "\u0301", "\U000e0041"]
)
async def test_what_nobody_can_see_is_no_text(scene: Scene, blank: str) -> None:
    ref = await scene.handed()
    typed = {
        "handover note {}": scene.ana, "handover note if:{}": scene.ana, "handover refuse {}": scene.rui,
        "handover break {}": scene.lead, f"handover pass {scene.rui.user_id} {{}}": scene.lead,
    }  # fmt: skip
    for line, person in typed.items():
        await person.says("!" + line.format(blank).strip())
        found = person.last.record
        assert (found["ok"], found["error"]) == (False, "bad_argument"), (line, plain(person.last))
        said = plain(person.last)
        assert any(
            words in said for words in ("is empty", "is missing", "has no value", "Say it in words", "Say why")
        ), said
    assert (await scene.sheet(ref)).items == ()
    assert (await scene.handover(ref)).state.open and await scene.answering() == scene.ana.user_id
