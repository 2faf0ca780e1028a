"""Swaps: both agree, then a lead of each agency; only then does the roster change."""

from __future__ import annotations

import pytest

from bot.errors import ErrorCode, UserError
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.told import Told
from bot.render import Post

from ..duties import logged, replied
from ..fakes import ROOM
from ..rosters import accept, answer, direct, led, sets_up, utc, who
from ..world import Person, World

BEFORE = [("24T06-24T14", "kate"), ("25T06-25T14", "bo")]
AFTER = [("24T06-24T14", "bo"), ("25T06-25T14", "kate")]


@pytest.fixture
async def lead(world: World) -> Person:
    return await led(world)


@pytest.fixture
async def kate(world: World, lead: Person) -> Person:
    """Kate, who has every other shift; the others are Bo's."""
    kate, bo = world.person("kate"), world.person("bo")
    await sets_up(lead, kate, bo)
    return kate


@pytest.fixture
def bo(world: World, kate: Person) -> Person:
    return Person(world, "@bo:example.org")


def asked(world: World, person: Person) -> Post:
    """Return the last question to a person."""
    posts = [h.post for h in world.heard if h.kind == "question" and h.post and h.post.record["choices"]]
    return [post for post in posts if post.mentions == (person.user_id,)][-1]


async def chooses(person: Person, post: Post, choice: str, tail: str | None = None) -> None:
    digit = next(digit for digit, name in post.record["choices"].items() if name == choice)
    body = f"{digit} {tail if tail is not None else post.record['ref'][-2:]}"
    await person.says(body, **replied(body, person.world.event_of(post)))


async def asks(kate: Person, bo: Person, more: str = "") -> Post:
    await kate.says(f"!shift swap gate with:{bo.user_id} {more}")
    assert kate.hears("I have asked Bo", ok=True), kate.last.body
    return asked(kate.world, bo)


async def test_two_people_swap_when_both_and_a_lead_agree(world: World, lead: Person, kate: Person, bo: Person) -> None:
    question = await asks(kate, bo)
    assert "gate" not in question.body and question.record["of"] == "shift swap"
    assert await who(world) == BEFORE
    await chooses(bo, question, "agree")
    assert bo.hears("once a lead of each agency agrees") and await who(world) == BEFORE
    since = len(world.heard)
    await chooses(lead, asked(world, lead), "agree")
    assert lead.hears("is made. Both are told.", ok=True)
    assert await who(world) == AFTER
    assert len(direct(world, kate, since)) == 2 and len(direct(world, bo, since)) == 2
    kinds = await logged(world)
    assert kinds[-3:] == ["shift.swap.asked", "shift.swap.agreed", "shift.swapped"]


async def test_it_needs_the_end_of_the_reference_beside_the_digit(
    world: World, lead: Person, kate: Person, bo: Person
) -> None:
    question = await asks(kate, bo)
    await chooses(bo, question, "agree", tail="")
    await chooses(bo, question, "agree", tail="ZZ")
    assert "shift.swap.agreed" not in await logged(world)
    await chooses(bo, question, "agree")
    assert "shift.swap.agreed" in await logged(world)


@pytest.mark.parametrize("bare", ["", "ZZ"])
async def test_below_the_answer_to_a_bare_digit_the_whole_answer_is_taken(
    world: World, lead: Person, kate: Person, bo: Person, bare: str
) -> None:
    question = await asks(kate, bo)
    await chooses(bo, question, "agree", tail=bare)
    refused = answer(bo)
    assert "last two characters" in refused.body and "shift.swap.agreed" not in await logged(world)
    whole = f"1 {question.record['ref'][-2:]}"
    await kate.says(whole, **replied(whole, world.event_of(refused)))
    assert "shift.swap.agreed" not in await logged(world), "whom it was not asked"
    await bo.says("1", **replied("1", world.event_of(refused)))
    assert "shift.swap.agreed" not in await logged(world), "a bare digit is none there either"
    await bo.says(whole, **replied(whole, world.event_of(refused)))
    assert bo.hears("once a lead of each agency agrees", ok=True)
    await bo.says(whole, **replied(whole, world.event_of(refused)))
    assert (await logged(world)).count("shift.swap.agreed") == 1


async def test_an_answer_below_the_answer_to_another_swap_is_none(
    world: World, lead: Person, kate: Person, bo: Person
) -> None:
    first = await asks(kate, bo)
    await chooses(bo, first, "agree", tail="")
    refused = answer(bo)
    other = await asks(kate, bo, 'mine:"26 Nov 08:00" theirs:"27 Nov 08:00"')
    digit = next(iter(other.record["choices"]))
    whole = f"{digit} {other.record['ref'][-2:]}"
    await bo.says(whole, **replied(whole, world.event_of(refused)))
    assert "shift.swap.agreed" not in await logged(world), "somebody on the way put it there"


@pytest.mark.parametrize("by_lead", [False, True])
async def test_whoever_does_not_agree_ends_it_and_who_asked_is_told(
    world: World, lead: Person, kate: Person, bo: Person, by_lead: bool
) -> None:
    question = await asks(kate, bo)
    if by_lead:
        await chooses(bo, question, "agree")
    since = len(world.heard)
    person, name = (lead, "Lead") if by_lead else (bo, "Bo")
    await chooses(person, asked(world, person), "refuse")
    assert await who(world) == BEFORE
    said = direct(world, kate, since)
    assert f"{name} does not agree" in said[0].body and said[1].mentions == (kate.user_id,)


async def test_answers_count_once_and_from_whom_they_were_asked(
    world: World, lead: Person, kate: Person, bo: Person
) -> None:
    question = await asks(kate, bo)
    for stranger in (kate, lead):
        await chooses(stranger, question, "agree")
        assert "shift.swap.agreed" not in await logged(world)
    await chooses(bo, question, "agree")
    await chooses(bo, question, "agree")
    approval = asked(world, lead)
    await chooses(bo, approval, "agree")
    await chooses(kate, approval, "agree")
    assert await who(world) == BEFORE
    await chooses(lead, approval, "agree")
    await chooses(lead, approval, "refuse")
    await chooses(bo, question, "refuse")
    assert await who(world) == AFTER
    assert (await logged(world)).count("shift.swapped") == 1


async def test_who_is_no_lead_any_more_does_not_agree(world: World, lead: Person, kate: Person, bo: Person) -> None:
    await chooses(bo, await asks(kate, bo), "agree")
    roles = world.config.roles.model_copy(update={"lead": ["@zoe:example.org"]})
    world.current.now = world.config.model_copy(update={"roles": roles})
    await chooses(lead, asked(world, lead), "agree")
    assert lead.hears("Only a lead of their agency", ok=False, error="not_allowed")
    assert await who(world) == BEFORE


async def test_a_lead_who_swaps_does_not_agree_for_the_agency(world: World, lead: Person, kate: Person) -> None:
    await sets_up(lead, lead, at="2026-11-24 14:00")
    await kate.says(f"!shift swap gate with:{lead.user_id} theirs:2026-11-26 15:00")
    assert kate.hears("No lead of Bravo", ok=False, error="unavailable"), kate.last.body
    zoe = world.person("zoe")
    await kate.says(f"!shift swap gate with:{lead.user_id} mine:2026-11-30 07:00 theirs:2026-11-30 15:00")
    assert kate.hears("I have asked Lead", ok=True), kate.last.body
    await chooses(lead, asked(world, lead), "agree")
    approval = asked(world, zoe)
    await chooses(lead, approval, "agree")
    assert "shift.swapped" not in await logged(world)
    actor, now = await world.services.person.actor(UserId(lead.user_id), ROOM), world.clock.now()
    with pytest.raises(UserError) as refused:
        async with world.store.transaction():
            told, ref = Told(ROOM, "$own", now, now, now), Reference(approval.record["ref"])
            await world.services.swap.answer(actor, told, ref, "agree", "")
    assert refused.value.code is ErrorCode.NOT_ALLOWED, "whoever was asked"
    await chooses(zoe, approval, "agree")
    assert "shift.swapped" in await logged(world)


async def test_across_agencies_a_lead_of_each_agrees(world: World, lead: Person, kate: Person) -> None:
    ana, rui = world.person("ana", "PRT-GNR"), world.person("rui", "PRT-GNR")
    await sets_up(rui, ana, at="2026-11-24 14:00", more="every:tue")
    assert rui.hears(ok=True), rui.last.body
    await kate.says(f"!shift swap gate with:{ana.user_id}")
    await chooses(ana, asked(world, ana), "agree")
    posts = [h.post for h in world.heard if h.kind == "question" and h.post]
    assert [post.mentions for post in posts] == [(ana.user_id,), (lead.user_id,), (rui.user_id,)]
    first, second = asked(world, lead), asked(world, rui)
    await chooses(lead, second, "agree")
    await chooses(lead, first, "agree")
    assert lead.hears("once a lead of each agency agrees", ok=True)
    assert "shift.swapped" not in await logged(world)
    await chooses(rui, second, "agree")
    assert rui.hears("is made", ok=True)
    assert (await who(world))[:2] == [("24T06-24T14", "ana"), ("24T14-24T22", "kate")]


async def test_nobody_answers_in_time_and_it_is_over(world: World, lead: Person, kate: Person, bo: Person) -> None:
    accept(world)
    question = await asks(kate, bo)
    since = len(world.heard)
    world.clock.at = utc("2026-11-24T06:00")
    await chooses(bo, question, "agree")  # before the clock has woken anybody
    assert bo.hears("settled, or too old", ok=False, error="conflict")
    await world.wakes()
    assert any("nobody has answered in time" in post.body for post in direct(world, kate, since))
    await chooses(bo, question, "agree")
    assert await who(world, 2) == BEFORE


async def test_who_has_not_answered_is_asked_once_more(world: World, lead: Person, kate: Person, bo: Person) -> None:
    await asks(kate, bo)
    since = len(world.heard)
    world.clock.at = utc("2026-11-23T09:00")  # half-time between noon and the first shift
    await world.wakes()
    again = [h.post for h in world.heard[since:] if h.kind == "question" and h.post]
    assert [post.mentions for post in again] == [(bo.user_id,)]
    await chooses(bo, again[0], "agree")
    since = len(world.heard)
    world.clock.at = utc("2026-11-23T20:00")
    await world.wakes()
    [last] = [h.post for h in world.heard[since:] if h.kind == "question" and h.post]
    await chooses(lead, last, "agree")
    assert (await who(world))[:2] == AFTER


async def test_when_no_lead_is_left_in_the_room_it_lapses(world: World, lead: Person, kate: Person, bo: Person) -> None:
    accept(world)
    await chooses(bo, await asks(kate, bo), "agree")
    world.rooms.joined[ROOM].remove(lead.user_id)
    since = len(world.heard)
    for moment in ("2026-11-23T09:00", "2026-11-23T20:00", "2026-11-24T06:00"):
        world.clock.at = utc(moment)
        await world.wakes()
    assert any("nobody has answered in time" in post.body for post in direct(world, kate, since))


async def test_a_roster_that_changed_meanwhile_is_not_overwritten(
    world: World, lead: Person, kate: Person, bo: Person
) -> None:
    question = await asks(kate, bo)
    await chooses(bo, question, "agree")
    await lead.says("!shift override gate who:nobody from:2026-11-25 06:00 for:2h")
    await chooses(lead, asked(world, lead), "agree")
    assert lead.hears("changed meanwhile", ok=False, error="conflict")
    assert "shift.swapped" not in await logged(world)


@pytest.mark.parametrize(
    ("line", "error", "words"),
    [
        ("with:@kate:example.org", "bad_argument", "with yourself"),
        ("with:@away:example.org", "not_found", "not in this room"),
        ("with:@liaison:example.org", "not_found", "not in this room"),
        ("with:@lead:example.org", "not_found", "Lead has no shift"),
        ("with:@bo:example.org mine:2026-11-25 07:00", "not_found", "Kate has no shift"),
        ("with:@bo:example.org theirs:2026-11-24 07:00", "not_found", "Bo has no shift"),
        ("", "bad_argument", "with"),
    ],
)
async def test_a_swap_that_cannot_be_is_refused(world: World, kate: Person, line: str, error: str, words: str) -> None:
    await kate.says(f"!shift swap gate {line}")
    assert kate.hears(words, ok=False, error=error), kate.last.body
    assert not [h for h in world.heard if h.kind == "question"]


async def test_the_same_shift_is_not_promised_twice(world: World, lead: Person, kate: Person, bo: Person) -> None:
    await asks(kate, bo)
    await kate.says(f"!shift swap gate with:{bo.user_id}")
    assert kate.hears("asked for already", ok=False, error="conflict")


async def test_a_swap_that_leaves_too_little_rest_is_not_asked_for(world: World, lead: Person, kate: Person) -> None:
    ben = world.person("ben")
    await sets_up(lead, ben, at="2026-11-23 22:00", more="every:mon")
    await kate.says(f"!shift swap gate with:{ben.user_id} mine:2026-11-26 07:00")
    assert kate.hears("I have asked Ben", ok=True), answer(kate).body
    eva = world.person("eva")
    await sets_up(lead, eva, at="2026-11-25 17:00", more="for:5h every:wed")
    await kate.says(f"!shift swap gate with:{eva.user_id} mine:2026-11-30 07:00")
    assert kate.hears("8 hours of rest", ok=False, error="conflict"), answer(kate).body
