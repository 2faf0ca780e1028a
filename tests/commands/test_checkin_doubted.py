"""A call for help from somebody whose keys have changed: it is heard, with a caution, and grants them nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.intake.commands import STALE
from bot.model.checkin import Patrol
from bot.model.identity import Method
from bot.model.person import UserId

from ..duties import chooses, logged, replied, rings
from ..fakes import ROOM
from ..rosters import GATE, led
from ..world import Person, World

OLD_KEY, NEW_KEY = "o" * 43, "n" * 43
CAUTION = "Caution: the encryption identity of Kate (@kate:example.org) has changed."


@pytest.fixture
async def lead(world: World) -> Person:
    return await led(world)


@pytest.fixture
async def eva(world: World, lead: Person) -> Person:
    """Return who is on duty at the gate as well."""
    eva = world.person("eva")
    await eva.says("!checkin gate every:12h")
    return eva


@pytest.fixture
async def kate(world: World, eva: Person) -> Person:
    """Return who is on duty at the gate, and whose keys have changed since."""
    kate = world.person("kate")
    post = await world.services.shift.post(ROOM, "gate")
    async with world.store.transaction():
        await world.services.shift.begin_watch(None, post, kate.user_id, world.clock.now())
    await shows(world, kate, OLD_KEY)
    await kate.says("!checkin gate A12")
    await kate.says("!checkin status out at the ford")
    await shows(world, kate, NEW_KEY)
    return kate


async def shows(world: World, person: Person, key: str) -> None:
    """Let the homeserver show *key* as the person's."""
    await world.intake.identities_seen({UserId(person.user_id): key})
    await world.settles()
    await world.delivers()


async def after(world: World, **period: float) -> list[tuple[str, ...]]:
    """Let time pass; return who is rung then."""
    world.clock.passes(**period)
    since = len(world.heard)
    await world.wakes()
    return [ring.mentions for ring in rings(world, since)]


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


def told(world: World) -> list[str]:
    """Return what the notices about check-ins said, each as its lines."""
    return [
        plain(h.post.body) for h in world.heard if h.kind == "notice" and h.post and h.post.record["of"] == "welfare"
    ]


async def state(world: World) -> tuple[Any, ...]:
    """Return what is known of how Kate is, by her own word alone."""
    [row] = await world.database.rows("SELECT * FROM checkin WHERE person = '@kate:example.org'")
    return tuple(row[name] for name in ("status", "place", "heard_at", "status_at", "ended_at", "wrote_at"))


async def asked(world: World, kate: Person) -> Any:
    """Let Kate be asked whether she is well; return the question."""
    assert await after(world, hours=1) == [(kate.user_id,)]
    return rings(world)[-1]


@pytest.mark.parametrize("text", ["2", "2 quick", "help!! shots fired"])
async def test_the_answer_that_calls_for_help_raises_the_alarm_with_a_caution_before_all(
    world: World, lead: Person, eva: Person, kate: Person, text: str
) -> None:
    question = await asked(world, kate)
    before = await state(world)
    await kate.says("", **replied(text, world.event_of(question)))
    assert kate.hears("I call for help", ok=True, command="checkin")
    assert "a colleague has compared your keys with you" in plain(kate.last.body), "what she lacks, and what to do"
    assert await after(world) == [(eva.user_id,)]
    ring, notice = rings(world)[-1], told(world)[-1]
    assert "needs help. Please see to it at once." in ring.body and "Kate" not in ring.body
    assert notice.startswith(CAUTION) and "It may be a new phone, or somebody else." in notice
    assert "Kate needs help, said 22 Nov 2026, 13:00 UTC." in notice
    assert "out on patrol, 22 Nov 2026, 12:00 UTC: “at the ford”" in notice, "where she herself was last"
    assert await state(world) == before, "by her own word she is as before"
    assert await after(world, minutes=5) == [(lead.user_id,)]
    assert told(world)[-1].startswith(CAUTION)
    await after(world, minutes=5)
    assert told(world)[-1].startswith(CAUTION) and "Nobody has answered" in told(world)[-1]
    assert "needs help" in rings(world)[-1].body
    assert "checkin.called" in await logged(world)


async def test_the_command_calls_for_help_as_well_and_its_place_stands_apart(
    world: World, lead: Person, eva: Person, kate: Person
) -> None:
    await kate.says("!checkin status help at the old bridge")
    assert kate.hears("I call for help", ok=True, command="checkin status")
    assert await after(world) == [(eva.user_id,)]
    notice = told(world)[-1]
    assert "“at the ford”" in notice and "needs help, 22 Nov 2026, 12:00 UTC: “at the old bridge”" in notice
    assert "bridge" not in str(await world.database.rows("SELECT * FROM checkin_said"))
    assert notice.index("ford") < notice.index("bridge"), "her own word comes first"


@pytest.mark.parametrize("line", ["TLP:RED !checkin status help X", f"!checkin status help {'x' * 101}"])
async def test_a_place_that_may_not_be_recorded_keeps_nobody_from_being_called(
    world: World, eva: Person, kate: Person, line: str
) -> None:
    await kate.says(line)
    assert await after(world) == [(eva.user_id,)]
    assert "needs help, 22" not in told(world)[-1], "nothing is said of it"


async def test_without_a_change_of_keys_the_alarm_is_as_ever(world: World, eva: Person, kate: Person) -> None:
    await shows(world, kate, OLD_KEY)
    await chooses(kate, await asked(world, kate), "help")
    assert await after(world) == [(eva.user_id,)]
    assert "Caution" not in told(world)[-1] and told(world)[-1].startswith("Kate needs help")
    assert (await state(world))[0] == Patrol.HELP


@pytest.mark.parametrize("said", ["1", "1 ok", "all quiet", "!checkin status back", "!checkin end", "!checkin list"])
async def test_nothing_else_is_taken_from_keys_that_nobody_has_confirmed(
    world: World, lead: Person, eva: Person, kate: Person, said: str
) -> None:
    question = await asked(world, kate)
    await chooses(kate, question, "help")
    await after(world)
    before, due = await state(world), await world.store.due.find("welfare", kate.user_id)
    raw: dict[str, Any] = {} if said.startswith("!") else replied(said, world.event_of(question))
    await kate.says(said, **raw)
    assert kate.hears("encryption identity is not the one that I know", ok=False, error="not_allowed")
    assert not kate.hears("ford"), "it reads nothing by it"
    assert await state(world) == before and await world.store.due.find("welfare", kate.user_id) == due
    assert not any("says themselves" in post.body for post in rings(world))
    assert await after(world, minutes=5) == [(lead.user_id,)], "the search goes on"


async def test_a_well_from_keys_in_doubt_does_not_calm_those_who_ask(world: World, eva: Person, kate: Person) -> None:
    question = await asked(world, kate)
    await chooses(kate, question, "well")
    assert kate.hears(ok=False, error="not_allowed")
    assert await after(world, minutes=5) == [(kate.user_id,)], "asked twice"
    assert await after(world, minutes=5) == [(eva.user_id,)], "then the others"
    assert told(world)[-1].startswith("Kate does not answer."), "no alarm was raised"


@pytest.mark.parametrize("line", ["!checkin status help", "!checkin status out", "!status"])
async def test_who_is_not_checked_in_calls_nobody(world: World, lead: Person, eva: Person, line: str) -> None:
    kate = world.person("kate")
    await shows(world, kate, OLD_KEY)
    await shows(world, kate, NEW_KEY)
    await kate.says(line)
    assert kate.hears("encryption identity", ok=False, error="not_allowed") and not kate.hears("I call for help")
    assert await after(world) == [] and "checkin.called" not in await logged(world)


@pytest.mark.parametrize("raw", [{"trusted": False}, {"encrypted": False}, {"trust": "forged"}])
async def test_what_is_not_even_of_a_device_of_theirs_calls_nobody(
    world: World, eva: Person, kate: Person, raw: dict[str, Any]
) -> None:
    await kate.says("!checkin status help", **raw)
    assert not kate.hears("I call for help")
    assert await after(world) == []


async def test_of_whom_a_device_is_lost_nothing_is_heard(world: World, lead: Person, eva: Person, kate: Person) -> None:
    await lead.says(f"!lost {kate.user_id}")
    await after(world)
    await kate.says("!checkin status help")
    assert not kate.hears("I call for help")
    assert await after(world) == []


@pytest.mark.parametrize("looked", [0, 1])
async def test_whose_device_is_found_false_before_the_call_is_recorded_is_not_heard(
    world: World, eva: Person, kate: Person, monkeypatch: pytest.MonkeyPatch, looked: int
) -> None:
    found = iter([True] * looked)
    monkeypatch.setattr(world.reader, "still_trusts", lambda incoming: next(found, False))
    await kate.says("!checkin status help")
    assert kate.hears(ok=False, error="not_allowed") and not kate.hears("I call for help")
    assert await after(world) == []


async def test_a_call_that_came_late_is_none_only_if_something_was_heard_since(
    world: World, eva: Person, kate: Person
) -> None:
    await kate.says("!checkin status help", age=3600 * 24)
    assert kate.hears(ok=False, error="not_allowed")
    assert await after(world) == [], "before they were checked in"
    await after(world, minutes=20)
    sent = world.clock.now() - STALE - timedelta(seconds=1)
    await kate.says("!checkin status help", age=STALE.total_seconds() + 1)
    assert kate.hears("I call for help", ok=True)
    one = await world.store.checkin.find(kate.user_id)
    assert one and one.call and one.call.at == sent, "who goes there reads how old it is"
    assert await after(world) == [(eva.user_id,)]


async def test_a_call_again_rings_nobody_more_often_and_begins_nothing_anew(
    world: World, lead: Person, eva: Person, kate: Person
) -> None:
    question = await asked(world, kate)
    rung = []
    for _time in range(8):
        for text in ("2", "help"):
            await kate.says("", **replied(text, world.event_of(question)))
            assert kate.hears("I call for help", ok=True), "it is not thrown away"
        rung += await after(world, minutes=1)
    assert rung == [(eva.user_id,), (lead.user_id,)], "at first, and five minutes later who is next"
    assert (await logged(world)).count("checkin.called") == 1


async def test_a_call_again_hastens_those_who_rest(world: World, lead: Person, eva: Person, kate: Person) -> None:
    await kate.says("!checkin status help")
    await after(world)
    await chooses(eva, rings(world)[-1], "seen")
    assert await after(world, minutes=1) == []
    for _time in range(5):
        await kate.says("!checkin status help")
        assert await after(world, seconds=30) == [], "not at once"
    assert (eva.user_id,) in await after(world, minutes=3), "but before the half hour is over"


async def test_an_alarm_that_somebody_has_ended_is_raised_anew_only_after_a_while(
    world: World, lead: Person, eva: Person, kate: Person
) -> None:
    rung = []
    for minute in range(10):
        await kate.says("!checkin status help")
        assert kate.hears("I call for help", ok=True), "it is not thrown away"
        if mentioned := [*await after(world), *await after(world, minutes=1)]:
            rung += [(minute, *mentions) for mentions in mentioned]
            await chooses(eva, rings(world)[-1], "safe")
            assert eva.hears("I ask nobody else about", ok=True)
    assert rung == [(0, eva.user_id), (5, eva.user_id)], "five minutes after she was said to be well"


async def test_a_search_that_was_on_goes_on_louder_and_nothing_that_was_asked_is_settled(
    world: World, lead: Person, eva: Person, kate: Person
) -> None:
    await asked(world, kate)
    assert await after(world, minutes=5) == [(kate.user_id,)]
    question = rings(world)[-1]
    assert await after(world, minutes=5) == [(eva.user_id,)]
    assert await after(world, minutes=5) == [(lead.user_id,)]
    lead_question = rings(world)[-1]
    await chooses(kate, question, "help")
    assert not any(h.kind == "settled" for h in world.heard)
    assert await after(world) == [(eva.user_id,)], "those at the post, now for help"
    await chooses(lead, lead_question, "seen")
    assert lead.hears("You see to it.", ok=True), "whoever was asked before may still answer"


async def test_their_own_word_for_help_stands_whatever_is_called_later_by_other_keys(
    world: World, eva: Person, kate: Person
) -> None:
    await shows(world, kate, OLD_KEY)
    await kate.says("!checkin status help at the ford")
    await shows(world, kate, NEW_KEY)
    await kate.says("!checkin status help at the bridge")
    assert await after(world) == [(eva.user_id,)]
    assert told(world)[-1].startswith("Kate needs help"), "nobody casts doubt on it afterwards"
    assert "bridge" not in told(world)[-1]


async def test_the_caution_goes_once_the_keys_are_confirmed_and_not_before(
    world: World, lead: Person, eva: Person, kate: Person
) -> None:
    await kate.says("!checkin status help")
    await after(world)
    await shows(world, kate, OLD_KEY)
    await after(world, minutes=5)
    assert told(world)[-1].startswith(CAUTION), "the keys that called are nobody's yet"
    await shows(world, kate, NEW_KEY)
    async with world.store.transaction():
        by = await world.services.person.actor(lead.user_id, ROOM)
        assert await world.services.identity.confirm(kate.user_id, NEW_KEY, by, Method.FINGERPRINT, world.clock.now())
    await after(world, minutes=5)
    assert told(world)[-1].startswith("Kate needs help")
    await kate.says("!checkin status back")
    [ring] = [post for post in rings(world, kate._from) if post.mentions]
    assert "says themselves that it is over" in ring.body, "those who were rung hear that it is over"
    one = await world.store.checkin.find(kate.user_id)
    assert one and one.doubted is None and not one.needs_help


async def test_a_colleague_who_vouches_ends_it_and_the_room_is_asked_no_more(
    world: World, eva: Person, kate: Person
) -> None:
    await kate.says("!checkin status help")
    await after(world)
    await chooses(eva, rings(world)[-1], "safe")
    assert eva.hears("I ask nobody else about", ok=True)
    assert await after(world, minutes=30) == []
    one = await world.store.checkin.find(kate.user_id)
    assert one and not one.needs_help and one.status is Patrol.OUT
    assert (one.post, one.place) == (GATE, "at the ford")


async def test_a_clock_that_was_ahead_delays_no_call(world: World, eva: Person, kate: Person) -> None:
    await kate.says("!checkin status help")
    await after(world)
    world.clock.passes(hours=20)
    await chooses(eva, rings(world)[-1], "safe")
    world.clock.passes(hours=-20)
    await kate.says("!checkin status help")
    assert (eva.user_id,) in await after(world, minutes=5)


async def test_a_restart_forgets_no_call(world: World, lead: Person, eva: Person, kate: Person) -> None:
    await kate.says("!checkin status help at the bridge")
    await world.stop()
    await world.start()
    world.current.now = world.config
    assert await after(world) == [(eva.user_id,)]
    assert told(world)[-1].startswith(CAUTION) and "“at the bridge”" in told(world)[-1]
