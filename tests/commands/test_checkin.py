"""Check-ins: who is on duty, asked whether they are well, and looked for by the others if they do not answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.model.identity import PinnedIdentity
from bot.model.ladder import Climb

from ..duties import chooses, logged, replied, rings
from ..fakes import BOT, ROOM, configuration
from ..rosters import GATE, LEADS, answer, led
from ..world import Person, World

OTHER = "!other:example.org"


@pytest.fixture
async def lead(world: World) -> Person:
    return await led(world)


@pytest.fixture
async def kate(world: World, lead: Person) -> Person:
    kate = world.person("kate")
    await answers(world, kate)
    return kate


@pytest.fixture
async def rui(world: World, lead: Person) -> Person:
    return world.person("rui", "PRT-GNR")


async def answers(world: World, person: Person) -> None:
    """Let a person answer for the gate."""
    post = await world.services.shift.post(ROOM, "gate")
    async with world.store.transaction():
        await world.services.shift.begin_watch(None, post, person.user_id, world.clock.now())


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


async def after(world: World, **period: float) -> list[tuple[str, ...]]:
    """Let time pass; return who is rung then."""
    world.clock.passes(**period)
    since = len(world.heard)
    await world.wakes()
    return [ring.mentions for ring in rings(world, since)]


def said(world: World) -> str:
    return plain("\n".join(h.post.body for h in world.heard if h.post and h.kind == "notice"))


async def test_who_checks_in_is_listed_and_asked_whether_they_are_well(world: World, kate: Person) -> None:
    await kate.says("!checkin gate A12 persons:3")
    assert kate.hears("You are checked in at gate.", ok=True, command="checkin")
    assert "22 Nov 2026, 13:00 UTC" in plain(answer(kate).body), "an hour later"
    await kate.says("!checkin list")
    assert "Kate, gate, A12: ready at the post; heard of" in plain(kate.last.body)
    assert plain(kate.last.body).endswith("· 3 persons"), "whom a unit consists of"
    one = await world.store.checkin.find(kate.user_id)
    assert one and (one.post, one.vehicle, one.persons) == (GATE, "A12", 3)
    assert await after(world, minutes=59) == []
    assert await after(world, minutes=1) == [(kate.user_id,)]
    question = rings(world)[-1]
    assert "Are you well?" in question.body and "gate" not in question.body and "Kate" not in question.body
    await chooses(kate, question, "well")
    assert kate.hears("Noted: ready at the post.", ok=True)
    assert await after(world, minutes=59) == [] and await after(world, minutes=1) == [(kate.user_id,)]
    assert (await logged(world))[-2:] == ["checkin.begun", "checkin.status"]


async def test_whoever_says_what_they_do_is_asked_later(world: World, kate: Person) -> None:
    await kate.says("!checkin gate")
    await after(world, minutes=40)
    await kate.says("!checkin status out at the ford")
    assert kate.hears("Noted: out on patrol.", ok=True)
    assert await after(world, minutes=59) == []
    one = await world.store.checkin.find(kate.user_id)
    assert one and (one.status, one.place) == ("out", "at the ford")
    assert await after(world, minutes=1) == [(kate.user_id,)]


async def test_who_does_not_answer_is_looked_for_by_one_after_the_other(
    world: World, lead: Person, kate: Person, rui: Person
) -> None:
    eva = world.person("eva")
    await eva.says("!checkin gate every:5h")
    await kate.says("!checkin gate vehicle:A12")
    await kate.says("!checkin status out at the ford")
    assert await after(world, hours=1) == [(kate.user_id,)]
    assert await after(world, minutes=5) == [(kate.user_id,)], "asked twice"
    assert await after(world, minutes=5) == [(eva.user_id,)], "who is at the post as well"
    ring, told = rings(world)[-1], said(world)
    assert "Kate" not in ring.body and "ford" not in ring.body, "a lock screen shows it"
    assert "Kate does not answer." in told and "out on patrol" in told and "“at the ford”" in told and "A12" in told
    assert set(await after(world, minutes=5)) == {(lead.user_id,), (rui.user_id,)}
    [last] = await after(world, minutes=5)
    assert set(last) == {kate.user_id, eva.user_id, lead.user_id, rui.user_id}
    assert "Nobody has answered" in said(world)
    assert await after(world, minutes=29) == [] and await after(world, minutes=1) == [(kate.user_id,)]
    assert "checkin.unanswered" in await logged(world)


async def test_the_leads_of_the_persons_agency_come_before_the_others(world: World, lead: Person, rui: Person) -> None:
    ana = world.person("ana", "PRT-GNR")
    await answers(world, ana)
    await ana.says("!checkin gate")
    await after(world, hours=1)
    await after(world, minutes=5)
    assert await after(world, minutes=5) == [(rui.user_id,)]
    assert await after(world, minutes=5) == [(lead.user_id,)]


async def test_a_colleague_sees_to_it_or_knows_that_they_are_well(world: World, lead: Person, kate: Person) -> None:
    eva = world.person("eva")
    await eva.says("!checkin gate every:5h")
    await kate.says("!checkin gate")
    await after(world, hours=1)
    await after(world, minutes=5)
    await after(world, minutes=5)
    await chooses(eva, rings(world)[-1], "seen")
    assert eva.hears("I ask again in half an hour", ok=True)
    assert await after(world, minutes=29) == [] and await after(world, minutes=1) == [(kate.user_id,)]
    await after(world, minutes=5)
    await after(world, minutes=5)
    await chooses(eva, rings(world)[-1], "safe")
    assert "I ask nobody else about Kate." in plain(answer(eva).body)
    one = await world.store.checkin.find(kate.user_id)
    assert one and one.heard_at == world.clock.now()
    assert await after(world, minutes=59) == []


async def test_who_needs_help_calls_everyone_else_at_once(world: World, lead: Person, kate: Person) -> None:
    eva = world.person("eva")
    await eva.says("!checkin gate every:5h")
    await kate.says("!checkin gate")
    await after(world, hours=1)
    await chooses(kate, rings(world)[-1], "help")
    assert kate.hears("I call for help", ok=True)
    assert await after(world) == [(eva.user_id,)]
    assert "needs help" in rings(world)[-1].body and "Kate needs help" in said(world)
    assert await after(world, minutes=5) == [(lead.user_id,)]
    await kate.says("!checkin status back")
    assert await after(world, minutes=30) == [], "over"


async def test_an_answer_by_somebody_else_is_none(world: World, lead: Person, kate: Person) -> None:
    await kate.says("!checkin gate")
    await after(world, hours=1)
    question = rings(world)[-1]
    await lead.says("1", **replied("1", world.event_of(question)))
    assert lead.hears("I asked somebody else that", ok=False, error="not_allowed")
    await lead.says("", **replied("2 boats", world.event_of(question)))
    assert not lead.hears("I asked somebody else that"), "that is said to the room"
    assert await after(world, minutes=5) == [(kate.user_id,)]


async def test_any_words_are_a_sign_of_life(world: World, kate: Person) -> None:
    await kate.says("!checkin gate")
    await after(world, hours=1)
    question = rings(world)[-1]
    await kate.says("", **replied("all quiet", world.event_of(question)))
    assert kate.hears("Noted", ok=True) and "!checkin status help" in plain(answer(kate).body)
    assert await after(world, minutes=5) == []


@pytest.mark.parametrize(
    "text",
    ["help!! shots fired", "Preciso de ajuda", "no", "Non.", "Χρειάζομαι βοήθεια", "Я поранений", "مساعدة"],
)
async def test_words_that_ask_for_help_call_for_it(world: World, lead: Person, kate: Person, text: str) -> None:
    await kate.says("!checkin gate")
    await after(world, hours=1)
    await kate.says("", **replied(text, world.event_of(rings(world)[-1])))
    assert kate.hears("I call for help", ok=True), plain(answer(kate).body)
    assert await after(world) == [(lead.user_id,)]


async def test_a_digit_with_a_word_behind_it_is_the_digit(world: World, kate: Person) -> None:
    await kate.says("!checkin gate")
    await after(world, hours=1)
    await kate.says("", **replied("2 quick", world.event_of(rings(world)[-1])))
    assert kate.hears("I call for help", ok=True)


async def test_who_checks_out_is_not_asked_any_more(world: World, kate: Person) -> None:
    await kate.says("!checkin gate")
    await after(world, hours=1)
    question = rings(world)[-1]
    await kate.says("!checkin end")
    assert kate.hears("checked out of gate", ok=True)
    assert await world.store.due.find("welfare", kate.user_id) is None
    assert await after(world, hours=5) == []
    await kate.says("1", **replied("1", world.event_of(question)))
    assert kate.hears("settled already", ok=False, error="conflict")
    await kate.says("!checkin list")
    assert kate.hears("Nobody is checked in here.")


async def test_nothing_is_asked_about_who_is_not_checked_in(world: World, kate: Person) -> None:
    async with world.store.transaction():
        await world.store.due.plan("welfare", kate.user_id, world.clock.now(), Climb().payload)
    assert await after(world) == []
    [row] = await world.database.rows("SELECT state, tries FROM due WHERE kind = 'welfare'")
    assert (row["state"], row["tries"]) == ("done", 0)


async def test_nobody_is_checked_in_twice(world: World, lead: Person, kate: Person) -> None:
    await kate.says("!checkin gate")
    await kate.says("!checkin gate B3")
    assert kate.hears("checked in at gate already", ok=False, error="conflict")
    world.rooms.joined[OTHER] = [*world.rooms.joined[ROOM]]
    await lead.says("!shift post pier", room=OTHER)
    await kate.says("!checkin pier", room=OTHER)
    assert kate.hears("somewhere else", ok=False, error="conflict")
    assert "gate" not in plain(answer(kate).body), "the other room is told nothing of it"
    assert len(await world.database.rows("SELECT * FROM checkin")) == 1


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("!checkin pier", "not_found"),
        ("!checkin gate every:1m", "bad_argument"),
        ("!checkin gate every:13h", "bad_argument"),
        ("!checkin gate persons:0", "bad_argument"),
        ("!checkin gate persons:501", "bad_argument"),
        (f"!checkin gate vehicle:{'x' * 101}", "bad_argument"),
        ('!checkin gate vehicle:"TLP:RED A12"', "handling"),
        ("!checkin status out", "conflict"),
        ("!checkin status asleep", "bad_argument"),
        ("!checkin end", "conflict"),
    ],
)
async def test_what_cannot_be_meant_is_said_and_changes_nothing(
    world: World, kate: Person, line: str, error: str
) -> None:
    await kate.says(line)
    assert kate.hears(ok=False, error=error), kate.last.body
    assert await world.database.rows("SELECT * FROM checkin") == []


async def test_who_has_left_the_room_is_asked_about_there(world: World, lead: Person, kate: Person) -> None:
    await kate.says("!checkin gate")
    world.rooms.joined[ROOM].remove(kate.user_id)
    assert await after(world, hours=1) == [(lead.user_id,)]
    assert "has left this room" in said(world)


async def test_a_bot_that_was_away_asks_once_and_says_that_it_is_late(world: World, kate: Person) -> None:
    await kate.says("!checkin gate")
    await world.stop()
    world.clock.passes(hours=3)
    await world.start()
    world.current.now = world.config
    assert await after(world) == [(kate.user_id,)]
    assert "I say that late: I should have asked at 22 Nov 2026, 13:00" in said(world)
    assert await after(world, minutes=4) == []


async def test_later_than_a_day_it_begins_with_the_person_again(world: World, kate: Person) -> None:
    eva = world.person("eva")
    await eva.says("!checkin gate every:12h")
    await kate.says("!checkin gate")
    assert await after(world, hours=1) == [(kate.user_id,)]
    assert await after(world, minutes=5) == [(kate.user_id,)]
    assert (kate.user_id,) in await after(world, hours=25)


async def test_a_clock_that_jumps_asks_nobody_twice(world: World, kate: Person) -> None:
    await kate.says("!checkin gate")
    assert await after(world, hours=20) == [(kate.user_id,)]
    world.clock.passes(hours=-20)
    assert await after(world, minutes=30) == [], "what is planned waits for its moment"
    await kate.says("!checkin status back")
    assert await after(world, minutes=59) == [] and await after(world, minutes=1) == [(kate.user_id,)]


async def test_while_the_bot_is_not_in_the_room_it_waits(world: World, kate: Person) -> None:
    await kate.says("!checkin gate")
    there = world.rooms.joined[ROOM]
    world.rooms.joined[ROOM] = []
    assert await after(world, hours=1) == []
    world.rooms.joined[ROOM] = there
    assert await after(world, minutes=5) == [(kate.user_id,)]


async def test_nobody_is_asked_where_that_is_switched_off_but_who_wishes_it(world: World, kate: Person) -> None:
    world.current.now = configuration(roles=LEADS, shift={"welfare_minutes": 0})
    await kate.says("!checkin gate")
    assert kate.hears("I do not ask whether you are well.")
    assert await after(world, hours=20) == []
    await kate.says("!checkin end")
    await kate.says("!checkin gate every:30m")
    assert await after(world, minutes=30) == [(kate.user_id,)]


async def test_one_that_comes_too_late_is_not_kept_to_be_done_later(world: World, kate: Person) -> None:
    await kate.says("!checkin gate A12", age=600)
    assert kate.hears("too late", ok=False, error="stale") and "choices" not in kate.last.record
    assert await world.database.rows("SELECT * FROM question") == []


async def test_the_present_clock_is_what_counts(world: World, kate: Person) -> None:
    await kate.says("!checkin gate every:2h")
    due = await world.store.due.find("welfare", kate.user_id)
    assert due and due.at == datetime(2026, 11, 22, 14, tzinfo=UTC) and BOT not in str(due.payload)


async def test_those_of_one_post_are_listed_alone(world: World, lead: Person, kate: Person) -> None:
    await lead.says("!shift post pier")
    await kate.says("!checkin gate")
    await lead.says("!checkin pier")
    for line, names in (("", {"Kate", "Lead"}), (" pier", {"Lead"}), (" gate", {"Kate"})):
        await lead.says(f"!checkin list{line}")
        assert {name for name in ("Kate", "Lead") if name in plain(lead.last.body)} == names, lead.last.body
    ana = world.person("ana", "PRT-GNR")
    await ana.says("!checkin pier")
    await lead.says("!checkin list pier")
    assert "Ana (PRT-GNR), pier: ready" in plain(lead.last.body), "of which agency a unit is"
    for person in (lead, ana):
        await person.says("!checkin end")
    await lead.says("!checkin list pier")
    assert lead.hears("Nobody is checked in here.")
    await lead.says("!checkin list nowhere")
    assert lead.hears(ok=False, error="not_found") and "nowhere" not in lead.last.body


async def test_a_vehicle_may_be_said_behind_the_post_as_one_says_it(world: World, lead: Person, kate: Person) -> None:
    await lead.says("!shift post post7")
    await kate.says("!checkin post7 vehicle A12")
    one = await world.store.checkin.find(kate.user_id)
    assert one and (one.post, one.vehicle) == ("post7", "A12"), kate.last.body


async def test_who_answers_for_the_post_is_among_the_first_who_are_rung(
    world: World, lead: Person, kate: Person
) -> None:
    many = [world.person(f"colleague{n}") for n in range(6)]
    zed = world.person("zed")
    await answers(world, zed)
    await kate.says("!checkin gate")
    await kate.says("!checkin status help at the bridge")
    assert await after(world) == [(zed.user_id,)]
    assert await after(world, minutes=5) == [(lead.user_id,)]
    for one in many:
        await one.says("!checkin gate every:5h")
    await kate.says("!checkin status back")
    await kate.says("!checkin status help at the bridge")
    rung = await after(world)
    assert (zed.user_id,) in rung and len(rung) == 5, rung


async def test_who_calls_again_has_those_asked_who_are_next_and_nobody_anew(
    world: World, lead: Person, kate: Person
) -> None:
    eva = world.person("eva")
    await eva.says("!checkin gate every:5h")
    await kate.says("!checkin gate")
    await kate.says("!checkin status help")
    assert await after(world) == [(eva.user_id,)]
    question = rings(world)[-1]
    await after(world, minutes=1)
    await kate.says("!checkin status help at the mill")
    assert await after(world) == [(lead.user_id,)], "at once: not Eva again, and not only in four minutes"
    assert "at the mill" in said(world)
    await chooses(eva, question, "seen")
    assert eva.hears("You see to it", ok=True), "what Eva was asked still waits"


async def test_a_call_for_help_that_comes_late_is_heeded(world: World, lead: Person, kate: Person) -> None:
    await kate.says("!checkin gate")
    await after(world, minutes=50)
    called = world.clock.now() - timedelta(minutes=20)
    await kate.says("!checkin status help at the bridge", age=20 * 60)
    assert kate.hears("I call for help", ok=True)
    assert await after(world) == [(lead.user_id,)]
    one = await world.store.checkin.find(kate.user_id)
    assert one and one.heard_at == called, "who goes there reads how old it is"


async def test_a_call_for_help_that_comes_late_is_none_if_something_was_heard_since(
    world: World, lead: Person, kate: Person
) -> None:
    await kate.says("!checkin gate")
    await after(world, minutes=50)
    await kate.says("!checkin status ready")
    await after(world, minutes=5)
    await kate.says("!checkin status help", age=20 * 60)
    assert kate.hears("too late", ok=False, error="stale")
    assert await after(world) == []


async def test_a_call_for_help_is_never_settled(world: World, lead: Person, kate: Person) -> None:
    await kate.says("!checkin gate")
    await after(world, hours=1)
    question = rings(world)[-1]
    await chooses(kate, question, "well")
    await chooses(kate, question, "well")
    assert kate.hears("settled already", ok=False, error="conflict")
    await chooses(kate, question, "help")
    assert kate.hears("I call for help", ok=True)
    assert await after(world) == [(lead.user_id,)]


@pytest.mark.parametrize("line", ["!checkin end", "!checkin status back"])
async def test_those_who_were_rung_for_help_are_rung_that_it_ended_by_the_persons_own_word(
    world: World, lead: Person, kate: Person, line: str
) -> None:
    eva = world.person("eva")
    await eva.says("!checkin gate every:5h")
    await kate.says("!checkin gate")
    await kate.says("!checkin status help at the bridge")
    assert await after(world) == [(eva.user_id,)]
    await chooses(eva, rings(world)[-1], "seen")
    await kate.says(line)
    [ring] = [post for post in rings(world, kate._from) if post.mentions]
    assert ring.mentions == (eva.user_id,) and "says themselves that it is over" in ring.body
    assert "Kate" not in ring.body and "bridge" not in ring.body, "a lock screen shows it"
    assert "Kate" in said(world).splitlines()[-1]


async def test_a_call_for_help_that_ends_before_anybody_was_rung_rings_the_leads(
    world: World, lead: Person, kate: Person
) -> None:
    await kate.says("!checkin gate")
    await kate.says("!checkin status help")
    await kate.says("!checkin end")
    assert (lead.user_id,) in [post.mentions for post in rings(world, kate._from)]


async def test_who_is_checked_out_without_having_needed_help_rings_nobody(
    world: World, lead: Person, kate: Person
) -> None:
    await kate.says("!checkin gate")
    await kate.says("!checkin status help")
    await after(world)
    await lead.says(f"!checkin end {kate.user_id}")
    assert not any("says themselves" in post.body for post in rings(world))
    await kate.says("!checkin gate")
    await kate.says("!checkin end")
    assert not any("says themselves" in post.body for post in rings(world))


@pytest.mark.parametrize("restarted", [False, True])
async def test_who_writes_and_does_not_answer_is_looked_for_as_one_who_wrote(
    world: World, lead: Person, kate: Person, restarted: bool
) -> None:
    await kate.says("!checkin gate")
    assert await after(world, hours=1) == [(kate.user_id,)]
    world.clock.passes(minutes=2)
    await kate.says("quiet here")
    one = await world.store.checkin.find(kate.user_id)
    assert one and one.wrote_at == world.clock.now() and one.heard_at < one.wrote_at, "it is no answer"
    if restarted:
        await world.stop()
        await world.start()
        world.current.now = world.config
    assert await after(world, minutes=3) == [(kate.user_id,)], "asked once more"
    assert (lead.user_id,) in await after(world, minutes=5)
    told = said(world)
    assert "Kate wrote here, 22 Nov 2026, 13:02 UTC, but has not answered" in told
    assert "does not answer. Last" not in told and "Last heard of: 22 Nov 2026, 13:02 UTC" in told
    assert "writes, but does not answer" in rings(world)[-1].body and "Kate" not in rings(world)[-1].body
    await after(world, minutes=5)
    assert "writes, but does not answer" in rings(world)[-1].body and "was not heard of" not in rings(world)[-1].body


async def test_what_was_written_before_the_question_is_only_when_they_were_heard_of_last(
    world: World, lead: Person, kate: Person
) -> None:
    await kate.says("!checkin gate")
    world.clock.passes(minutes=30)
    await kate.says("quiet here")
    assert await after(world, minutes=30) == [(kate.user_id,)], "asked when it was planned"
    await after(world, minutes=5)
    await after(world, minutes=5)
    assert "Kate does not answer. Last heard of: 22 Nov 2026, 12:30 UTC." in said(world)


@pytest.mark.parametrize(
    "raw",
    [
        {"trusted": False},
        {"encrypted": False},
        {"trust": "forged"},
        {"room": OTHER},
        {
            "type": "m.reaction",
            "content": {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$x", "key": "🌐"}},
        },
    ],
)
async def test_what_others_could_have_written_is_no_sign_of_life(
    world: World, kate: Person, raw: dict[str, object]
) -> None:
    world.rooms.joined[OTHER] = [*world.rooms.joined[ROOM]]
    await kate.says("!checkin gate")
    world.clock.passes(minutes=30)
    await kate.says("quiet here", **raw)
    one = await world.store.checkin.find(kate.user_id)
    assert one and one.wrote_at in (None, one.at)


async def test_nothing_by_who_has_lost_a_device_or_whose_keys_are_in_doubt_is_a_sign_of_life(
    world: World, kate: Person
) -> None:
    await kate.says("!checkin gate")
    identity = PinnedIdentity(kate.user_id, "one", world.clock.now(), "other", world.clock.now())
    async with world.store.transaction():
        await world.store.identity.save(identity)
    world.clock.passes(minutes=30)
    await kate.says("quiet here")
    one = await world.store.checkin.find(kate.user_id)
    assert one and one.wrote_at is None
    async with world.store.transaction():
        await world.store.identity.save(PinnedIdentity(kate.user_id, "one", world.clock.now()))
    world.current.lose(frozenset({kate.user_id}))
    await kate.says("quiet here")
    one = await world.store.checkin.find(kate.user_id)
    assert one and one.wrote_at is None


async def test_what_was_written_by_a_clock_that_was_ahead_is_no_sign_of_life_once_it_is_set_back(
    world: World, lead: Person, kate: Person
) -> None:
    await kate.says("!checkin gate")
    start = world.clock.at
    world.clock.passes(minutes=30)
    right, world.clock.at = world.clock.at, start + timedelta(days=1)
    await kate.says("quiet here")
    world.clock.at = right
    assert await after(world, minutes=30) == [(kate.user_id,)]
    await after(world, minutes=5)
    await after(world, minutes=5)
    assert "has not answered" not in said(world) and "Kate does not answer" in said(world)
    await kate.says("here again")
    one = await world.store.checkin.find(kate.user_id)
    assert one and one.wrote_at == world.clock.now(), "what is later than now does not stay"


@pytest.mark.parametrize("line", ["!checkin gate", "!checkin status ready"])
async def test_who_was_heard_of_by_a_clock_that_was_ahead_is_asked_once_it_is_set_back(
    world: World, lead: Person, kate: Person, line: str
) -> None:
    if line != "!checkin gate":
        await kate.says("!checkin gate")
    right = world.clock.at
    world.clock.passes(days=1)
    await kate.says(line)
    world.clock.at = right
    asked = [await after(world, minutes=5) for _times in range(13)]
    assert asked[:12] == [[]] * 12 and asked[12] == [(kate.user_id,)], "the next day would be too late"


@pytest.mark.parametrize("needs_help", [True, False])
async def test_a_clock_that_is_set_back_asks_about_who_needs_help_and_not_who_is_never_asked(
    world: World, lead: Person, kate: Person, needs_help: bool
) -> None:
    world.current.now = configuration(roles=LEADS, shift={"welfare_minutes": 0})
    await kate.says("!checkin gate")
    right = world.clock.at
    world.clock.passes(days=1)
    await kate.says("!checkin status help")
    if not needs_help:
        await kate.says("!checkin status ready")
    world.clock.at = right
    asked = [await after(world, minutes=5) for _times in range(3)]
    assert any(asked) is needs_help
