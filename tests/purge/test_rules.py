"""Rules purge what is over for long enough, by class and agency; a wrong clock or too much at once purges nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.model.purge import too_much
from bot.model.reference import Reference

from ..fakes import ROOM
from ..incident.test_holding import holds
from ..purges import AUDIT, answers, left, passes, retention, verified
from ..world import Person, World


def rules(world: World, **rules: Any) -> None:
    """Let these retention rules be in force."""
    table = world.config.model_dump() | {"retention": rules}
    world.current.now = type(world.config).model_validate(table)


async def there(world: World, ref: str) -> bool:
    return await world.store.incident.find(Reference(ref)) is not None


async def closed(ana: Person, ref: str) -> None:
    await ana.says(f"!incident close {ref} resolved")


async def test_what_is_over_for_long_enough_goes(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    rules(world, incident=30)
    await closed(ana, ref)
    await passes(world, days=29)
    assert await there(world, ref)
    await ana.says(f"!incident note {ref} Mais uma coisa")
    await passes(world, days=2)
    assert await there(world, ref), "not over before the last word"
    await passes(world, days=29)
    assert not await there(world, ref) and await left(world) == []
    found = verified(world)
    assert found.fault is None and found.purged[0].ref == ref
    assert any(h.room == AUDIT and h.post and "its retention period is over" in h.post.body for h in world.heard)


@pytest.mark.parametrize(
    ("rule", "goes"),
    [({"incident": 30}, True), ({}, False), ({"report": 1}, False),
     ({"incident": 30, "agencies": {"PRT-GNR": {"incident": 60}}}, False),
     ({"agencies": {"PRT-GNR": {"incident": 10}}}, True), ({"agencies": {"FRA-PN": {"incident": 10}}}, False)],
)  # fmt: skip
async def test_the_originators_rule_counts_before_that_for_all(
    world: World, ana: Person, vera: Person, ref: str, rule: dict[str, Any], goes: bool
) -> None:
    rules(world, **rule)
    await closed(ana, ref)
    await passes(world, days=31)
    assert await there(world, ref) is not goes


async def test_what_is_open_or_under_hold_stays(world: World, ana: Person, vera: Person, luc: Person, ref: str) -> None:
    rules(world, incident=1)
    await passes(world, days=100)
    assert await there(world, ref), "open"
    await closed(ana, ref)
    await holds(vera, ref)
    await passes(world, days=100)
    assert await there(world, ref) and await left(world), "under hold"


async def many(world: World, ana: Person, count: int) -> list[str]:
    """Return the references of closed incidents."""
    found = []
    for number in range(count):
        heard = len(world.heard)
        await ana.says(f"!incident declare Caso {number} distante at:3{number % 8}.{number:04d},-8.{number:04d}")
        for digit, choice in ana.last.record.get("choices", {}).items():
            if choice == "new":
                await ana.says(digit)
        ref = next(str(h.post.record["ref"]) for h in world.heard[heard:] if h.kind == "card" and h.post)
        await closed(ana, ref)
        found.append(ref)
    return found


async def test_a_clock_that_jumps_purges_nothing_without_a_word(
    world: World, ana: Person, vera: Person, luc: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.model.purge.FEW", 2)
    rules(world, incident=365)
    refs = await many(world, ana, 4)
    start = world.clock.at
    purge = retention(world)
    world.clock.passes(days=3650)
    assert await purge.purge(world.clock.now()) is None, "the homeserver's clock says another time"
    await passes(world, days=3)
    assert all([await there(world, ref) for ref in refs]), "and even if it did not, so much waits for a word"
    question = [h.post for h in world.heard if h.room == AUDIT and h.kind == "question" and h.post][-1]
    notice = [h.post for h in world.heard if h.room == AUDIT and h.post and "purge batch" in h.post.record]
    assert notice[-1].record["purge batch"] == {"class": "incident", "due": 4, "of": 4}
    tail = str(question.record["ref"])
    world.clock.at = start
    await passes(world, days=0)
    await answers(vera, question, "purge", tail, AUDIT)
    await world.wakes()
    assert vera.hears("Nothing was changed.") and all([await there(world, ref) for ref in refs]), "back: none is due"
    await passes(world, days=366)
    question = [h.post for h in world.heard if h.room == AUDIT and h.kind == "question" and h.post][-1]
    await answers(vera, question, "purge", str(question.record["ref"]), AUDIT)
    await world.wakes()
    assert not any([await there(world, ref) for ref in refs]), "a real year later, by the auditor's word"


async def test_a_yes_is_for_what_was_asked_about_and_not_for_what_became_due_since(
    world: World, ana: Person, vera: Person, luc: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.model.purge.FEW", 1)

    def last() -> Any:
        return [h.post for h in world.heard if h.room == AUDIT and h.kind == "question" and h.post][-1]

    rules(world, incident=30)
    first = await many(world, ana, 2)
    world.clock.passes(days=20)
    then = await many(world, ana, 2)
    await passes(world, days=11)
    question = last()
    rules(world, incident=1)
    await answers(vera, question, "purge", str(question.record["ref"]), AUDIT)
    await world.wakes()
    assert vera.hears("Nothing was changed.") and all([await there(world, ref) for ref in [*first, *then]])
    rules(world, incident=30)
    await passes(world, days=1)
    question = last()
    world.clock.passes(days=30)
    retention(world)  # by a clock that is believed
    await answers(vera, question, "purge", str(question.record["ref"]), AUDIT)
    await world.wakes()
    assert [await there(world, ref) for ref in [*first, *then]] == [False, False, True, True]


async def test_what_a_clock_that_was_ahead_has_planned_is_looked_at_anew(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    rules(world, incident=365)
    await closed(ana, ref)
    start = world.clock.at
    world.clock.passes(days=3650)
    await retention(world).purge(world.clock.now())
    assert await world.store.due.find("purge", ref)
    world.clock.at = start
    await world.wakes()
    assert await there(world, ref) and await world.store.due.find("purge", ref) is None


@pytest.mark.parametrize(
    ("due", "of", "percent", "much"), [(10, 10, 1, False), (11, 11, 99, True), (11, 55, 20, False), (12, 55, 20, True)]
)
def test_how_much_is_too_much(due: int, of: int, percent: int, much: bool) -> None:
    assert too_much(due, of, percent) is much


async def test_what_stopped_in_the_midst_is_done_at_the_next_start(
    world: World, ana: Person, vera: Person, luc: Person, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules(world, incident=30)
    await closed(ana, ref)
    config = world.current.now
    world.clock.passes(days=31)
    await retention(world).purge(world.clock.now())

    async def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(world.services.notice, "unsay", killed)
    with pytest.raises(KeyboardInterrupt):
        await world.services.due.wake(world.clock.now())
    await world.stop()
    await world.start()
    world.current.now = config
    world.pulse.skew, world.pulse.synced_at = 0.0, world.clock.now()
    assert await there(world, ref), "nothing or all of it"
    assert verified(world).fault is None
    await world.wakes()
    assert not await there(world, ref) and await left(world) == [] and verified(world).fault is None


async def daily(world: World) -> int | None:
    """Look for what is too old, by a clock with which the homeserver's agrees: both read the same one."""
    service = retention(world)
    world.pulse.looked_at = None  # what is kept over a restart counts
    return await service.purge(world.clock.now())


def warned(world: World) -> list[str]:
    return [h.post.body for h in world.heard if h.room == AUDIT and h.post and "My clock has leapt" in h.post.body]


async def inbox(world: World) -> int:
    return len(await world.database.rows("SELECT 1 FROM inbox"))


async def test_a_year_by_which_both_clocks_leap_deletes_nothing_before_somebody_could_set_them_right(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    rules(world, incident=300)
    await closed(ana, ref)
    assert await daily(world) is not None
    start, kept = world.clock.at, await inbox(world)
    world.clock.passes(days=366)
    for hours in (0, 1, 47, 23):  # restarts, or looks every ten minutes, make it no shorter
        world.clock.passes(hours=hours)
        assert await daily(world) is None
        await world.wakes()
    assert await inbox(world) >= kept and await there(world, ref)
    [said] = warned(world)
    assert "I delete nothing" in said
    world.clock.at = start + timedelta(days=3)
    assert await daily(world) is not None, "set right, it counts again at once"
    assert await inbox(world) >= kept and await there(world, ref)
    assert len(warned(world)) == 1


async def test_what_a_clock_says_for_three_days_is_believed(world: World, ana: Person, vera: Person) -> None:
    assert await daily(world) is not None
    old = await world.receives(ana.user_id, "antes", room=ROOM)
    await world.settles()
    world.clock.passes(days=400)  # switched off so long
    for _days in range(3):
        assert await daily(world) is None
        world.clock.passes(days=1)
    assert await daily(world)
    assert not await world.database.rows("SELECT 1 FROM inbox WHERE event_id = ?", old[0])


async def test_a_bot_that_is_away_over_a_week_end_is_not_suspected(world: World, vera: Person) -> None:
    assert await daily(world) is not None
    world.clock.passes(days=2)
    assert await daily(world) is not None and warned(world) == []
