"""Reminders: said in a notice, rung for below it, again until somebody has seen it; each moment once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model.reference import Reference
from bot.model.reminder import MOST_RINGS, Reminder, State
from bot.render import Post
from bot.services.reminder import service

from ..duties import logged, replied
from ..fakes import NOON, ROOM, configuration
from ..handover.scene import plain
from ..incident.scene import redacted
from ..rosters import accept, direct
from ..world import Person, World

TEXT = "Check the barrier"


@pytest.fixture
def kate(world: World) -> Person:
    """Kate, of no agency, who reads English on the clock of Madrid."""
    return world.person("kate")


@pytest.fixture
def ana(world: World, kate: Person) -> Person:
    """Ana of the same room, who reads Portuguese on the clock of Lisbon."""
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def lead(world: World, kate: Person, ana: Person) -> Person:
    return world.person("lead")


async def sets(person: Person, text: str = f"me in 2h {TEXT}") -> str:
    """Return the reference of a reminder."""
    await person.says(f"!remind {text}")
    assert person.last.record["ok"], person.last.body
    return str(person.last.record["ref"])


async def comes(world: World, **period: float) -> list[Post]:
    """Let time pass; return what was posted at its end."""
    since = len(world.heard)
    world.clock.passes(**period)
    await world.wakes()
    return [heard.post for heard in world.heard[since:] if heard.post]


async def at_home(world: World, person: Person) -> str:
    """Return the direct room of a person, whom one reminder has led there."""
    await sets(person, "me in 1m first")
    await comes(world, minutes=1)
    accept(world)
    ref = str(direct(world, person)[-1].record["ref"])
    await person.says(f"!ack {ref}")
    return next(heard.room for heard in world.heard[::-1] if heard.room.startswith("!direct"))


async def answers(person: Person, post: Post, choice: str, room: str = ROOM) -> None:
    digit = next(digit for digit, name in post.record["choices"].items() if name == choice)
    await person.says(digit, room=room, **replied(digit, person.world.event_of(post)))


async def stands(world: World, ref: str) -> Reminder:
    found = await world.store.reminder.find(Reference(ref))
    assert found
    return found


# For oneself


async def test_it_comes_alone_in_a_notice_with_a_ring_below_it(world: World, kate: Person, ana: Person) -> None:
    ref = await sets(kate)
    assert "15:00" in kate.last.body and TEXT not in kate.last.body, "two hours from 13:00 in Madrid"
    assert await comes(world, minutes=119) == []
    notice, ring = await comes(world, minutes=1)
    assert direct(world, kate) == [notice, ring]
    assert TEXT in notice.body and ref in plain(notice) and notice.msgtype == "m.notice" and notice.mentions == ()
    assert ring.msgtype == "m.text" and ring.mentions == (kate.user_id,) and ring.reply_to == world.event_of(notice)
    assert ring.record == {"kind": "reminder", "of": "reminder", "ref": ref}
    assert TEXT not in ring.body and f"!ack {ref}" in plain(ring)
    await kate.says(f"!ack {ref}")
    assert kate.hears("is seen", ok=True, ref=ref)
    assert await comes(world, hours=1) == [] and (await stands(world, ref)).state is State.SEEN
    kinds = await logged(world)
    assert kinds[-2:] == ["reminder.set", "reminder.seen"]


async def test_in_a_room_of_two_one_digit_is_enough(world: World, kate: Person, ana: Person) -> None:
    home = await at_home(world, kate)
    ref = await sets(kate)
    _notice, ring = await comes(world, hours=2)
    assert ring.record["kind"] == "question" and ring.mentions == (kate.user_id,) and TEXT not in ring.body
    await answers(kate, ring, "seen", home)
    assert kate.hears("is seen", ok=True, ref=ref) and (await stands(world, ref)).state is State.SEEN
    assert await comes(world, hours=1) == []


async def test_a_digit_puts_it_off(world: World, kate: Person, ana: Person) -> None:
    home = await at_home(world, kate)
    ref = await sets(kate)
    _notice, ring = await comes(world, hours=2)
    await answers(kate, ring, "later", home)
    assert kate.hears("comes again", ok=True) and await comes(world, minutes=59) == []
    notice, _ring = await comes(world, minutes=1)
    assert TEXT in notice.body and "late" not in notice.body and (await stands(world, ref)).rings == 1


async def test_it_rings_again_at_times_and_not_for_ever(world: World, kate: Person, ana: Person) -> None:
    await at_home(world, kate)
    ref = await sets(kate)
    first = await comes(world, hours=2)
    again = [post for _time in range(2 * MOST_RINGS) for post in await comes(world, minutes=10)]
    assert [post.record["kind"] for post in first] == ["notice", "question"]
    assert [post.record["kind"] for post in again] == ["question"] * (MOST_RINGS - 1)
    assert "for the last time" in again[-1].body and "for the last time" not in again[-2].body
    assert all(post.reply_to == world.event_of(first[0]) and TEXT not in post.body for post in again)
    assert await comes(world, days=1) == [] and (await stands(world, ref)).state is State.UNSEEN
    await kate.says("!remind list")
    assert ref not in kate.last.body
    await kate.says(f"!ack {ref}")
    assert kate.hears("is seen", ok=True), "it can still be answered"


async def test_it_is_said_in_the_persons_zone_and_language(world: World, kate: Person, ana: Person) -> None:
    await sets(ana, "me amanhã às 8:00 Ver a cancela")
    assert "08:00" in ana.last.body
    assert await comes(world, hours=19, minutes=59) == []
    notice, ring = await comes(world, minutes=1)
    assert "Ver a cancela" in notice.body and "machine translation" not in notice.body
    assert ring.mentions == (ana.user_id,)


async def test_who_cannot_be_reached_alone_is_reminded_where_it_was_asked(
    world: World, kate: Person, ana: Person
) -> None:
    first = await sets(kate, "me in 1m first")
    await comes(world, minutes=1)
    await kate.says(f"!ack {first}")
    for room in [room for room in world.rooms.joined if room.startswith("!direct")]:
        world.rooms.joined.pop(room)
    await sets(kate)
    notice, ring = await comes(world, hours=2)
    assert TEXT in notice.body and {heard.room for heard in world.heard if heard.post in (notice, ring)} == {ROOM}


async def test_where_it_was_not_said_yet_it_is_said_before_it_rings_again(
    world: World, kate: Person, ana: Person
) -> None:
    home = await at_home(world, kate)
    world.rooms.joined[home].remove(kate.user_id)
    await sets(kate)
    first = await comes(world, hours=2)
    world.rooms.joined[home].append(kate.user_id)
    again, twice = await comes(world, minutes=10), await comes(world, minutes=10)
    assert [post.record["kind"] for post in (*first, *again, *twice)] == ["notice", "question"] * 2 + ["question"]
    assert twice[0].reply_to == again[1].reply_to == world.event_of(again[0])


async def test_what_was_said_to_the_bot_alone_is_said_to_nobody_else(world: World, kate: Person) -> None:
    ref = await sets(kate)
    assert (await stands(world, ref)).alone
    world.person("ana", "PRT-GNR")
    posts = await comes(world, hours=2)
    assert posts and not [heard for heard in world.heard if heard.post in posts and heard.room == ROOM]


async def test_what_was_said_to_the_bot_alone_waits_while_others_are_there(
    world: World, kate: Person, ana: Person
) -> None:
    home = await at_home(world, kate)
    await kate.says(f"!remind me in 2h {TEXT}", room=home)
    world.rooms.joined[home].append(ana.user_id)
    assert await comes(world, hours=2) == []
    world.rooms.joined[home].remove(ana.user_id)
    notice, _ring = await comes(world, minutes=5)
    assert TEXT in notice.body and "late" in notice.body


async def test_once_the_room_is_there_it_is_not_said_again(world: World, kate: Person, ana: Person) -> None:
    await sets(kate)
    notice, _ring = await comes(world, hours=2)
    accept(world)
    [again] = await comes(world, minutes=10)
    assert again.record["kind"] == "question" and again.reply_to == world.event_of(notice)


async def test_what_was_seen_asks_nothing_any_more(world: World, kate: Person, ana: Person) -> None:
    home = await at_home(world, kate)
    ref = await sets(kate)
    _notice, ring = await comes(world, hours=2)
    await kate.says(f"!ack {ref}")
    assert kate.hears("is settled", kind="question", choices={})
    await answers(kate, ring, "seen", home)
    assert kate.last.record["ok"] is False


# Time


@pytest.mark.parametrize(("away", "late"), [(1, False), (3, True), (600, True)])
async def test_while_the_bot_was_away_it_comes_once_and_says_so(
    world: World, kate: Person, ana: Person, away: int, late: bool
) -> None:
    await sets(kate)
    await world.stop()
    world.clock.passes(minutes=120 + away)
    await world.start()
    notice, _ring = await comes(world)
    assert ("late" in notice.body) is late
    assert await comes(world) == [] and await comes(world, minutes=1) == []


async def test_what_is_too_old_is_said_and_does_not_ring(world: World, kate: Person, ana: Person) -> None:
    ref = await sets(kate)
    [notice] = await comes(world, days=1, hours=2, minutes=1)
    assert TEXT in notice.body and "too long ago" in notice.body and notice.msgtype == "m.notice"
    assert (await stands(world, ref)).state is State.MISSED and await comes(world, hours=1) == []
    assert (await logged(world))[-1] == "reminder.missed"


async def test_of_several_days_that_were_missed_the_last_is_said(world: World, kate: Person, ana: Person) -> None:
    ref = await sets(kate, f"me tomorrow 8:00 {TEXT} every:day")
    posts = await comes(world, days=3, hours=1)
    assert len(posts) == 2 and "late" in posts[0].body
    await kate.says(f"!ack {ref}")
    assert kate.hears("I remind of it again", ok=True)
    assert (await stands(world, ref)).at == NOON + timedelta(days=4, hours=-5)


async def test_a_clock_that_is_set_back_lets_nothing_come_twice(world: World, kate: Person, ana: Person) -> None:
    await sets(kate)
    assert len(await comes(world, hours=2)) == 2
    assert await comes(world, hours=-3) == [] and await comes(world, hours=3) == []


async def test_weekdays_leave_the_weekend_out(world: World, kate: Person, ana: Person) -> None:
    ref = await sets(kate, f"me 2026-11-27 08:00 {TEXT} every:weekdays")
    assert kate.hears("days of each week", ok=True)
    await comes(world, days=4, hours=19)
    await kate.says(f"!ack {ref}")
    assert f"{(await stands(world, ref)).at:%a %d %H:%M}" == "Mon 30 07:00"


# For a room


async def test_a_room_reads_it_in_its_languages_and_one_answer_is_enough(
    world: World, kate: Person, ana: Person
) -> None:
    ref = await sets(kate, f"room tomorrow 8:00 {TEXT}")
    notice, ring = await comes(world, hours=19)
    assert f"Kate: {TEXT}" in plain(notice) and f"{TEXT} (en to pt) (machine translation)" in plain(notice)
    assert set(ring.mentions) == {kate.user_id, ana.user_id} and ring.record["kind"] == "reminder"
    assert TEXT not in ring.body and "Kate" not in ring.body and ring.reply_to == world.event_of(notice)
    await ana.says("!ack", **replied("!ack", world.event_of(ring)))
    assert ana.hears("is seen", ok=True, ref=ref) and await comes(world, hours=1) == []


async def test_who_has_left_is_not_rung_and_who_has_come_is(world: World, kate: Person, ana: Person) -> None:
    await sets(kate, f"room in 2h {TEXT}")
    world.rooms.joined[ROOM].remove(kate.user_id)
    rui = world.person("rui", "PRT-GNR")
    _notice, ring = await comes(world, hours=2)
    assert set(ring.mentions) == {ana.user_id, rui.user_id}


async def test_a_room_that_the_bot_is_not_in_is_waited_for(world: World, kate: Person, ana: Person) -> None:
    await sets(kate, f"room in 2h {TEXT}")
    there = world.rooms.joined.pop(ROOM)
    assert await comes(world, hours=2) == []
    world.rooms.joined[ROOM] = there
    notice, _ring = await comes(world, minutes=5)
    assert "late" in notice.body


async def test_who_is_not_served_any_more_is_told_nothing(world: World, kate: Person, ana: Person) -> None:
    await sets(kate)
    world.current.now = configuration(access={"servers": ["gnr.example"]})
    assert await comes(world, hours=2) == []


# Whose it is


async def test_nobody_else_knows_of_what_is_for_oneself(world: World, kate: Person, ana: Person, lead: Person) -> None:
    ref = await sets(kate)
    for person in (ana, lead):
        for command in (f"!remind cancel {ref}", f"!remind snooze {ref}", f"!ack {ref}"):
            await person.says(command)
            assert person.last.record["error"] == "not_found"
        await person.says("!remind list")
        assert ref not in person.last.body and TEXT not in person.last.body
    assert (await stands(world, ref)).state is State.WAITING


async def test_a_rooms_reminder_is_changed_by_who_set_it_or_a_lead(
    world: World, kate: Person, ana: Person, lead: Person
) -> None:
    ref = await sets(kate, f"room in 2h {TEXT}")
    await ana.says(f"!remind cancel {ref}")
    assert ana.last.record["error"] == "not_allowed"
    await lead.says(f"!remind snooze {ref} 30m")
    assert lead.hears("comes again", ok=True)
    await kate.says(f"!remind cancel {ref}")
    assert kate.hears("is cancelled", ok=True) and await comes(world, hours=3) == []
    await kate.says(f"!remind cancel {ref}")
    assert kate.last.record["error"] == "conflict"


async def test_a_list_tells_a_room_nothing_of_elsewhere(world: World, kate: Person, ana: Person) -> None:
    home = await at_home(world, kate)
    await kate.says(f"!remind me in 3h {TEXT}", room=home)
    await sets(ana, "room in 2h Ver a cancela")
    await kate.says("!remind list")
    assert "Ver a cancela (pt to en) (machine translation)" in plain(kate.last)
    assert TEXT not in kate.last.body and "more that you have set elsewhere" in kate.last.body
    await kate.says("!remind list", room=home)
    assert TEXT in kate.last.body and "cancela" not in kate.last.body


async def test_a_list_is_translated_for_who_came_later(world: World, kate: Person, ana: Person) -> None:
    ref = await sets(kate, f"room in 2h {TEXT}")
    async with world.store.transaction():
        await world.store.wording.forget(Reference(ref), [1])
    await ana.says("!remind list")
    assert f"{TEXT} (en to pt) (machine translation)" in plain(ana.last)
    rows = await world.database.rows("SELECT target FROM wording WHERE ref = ?", ref)
    assert [row["target"] for row in rows] == ["pt"]


async def test_without_a_reference_the_only_one_is_meant(world: World, kate: Person, ana: Person) -> None:
    await kate.says("!remind cancel")
    assert kate.last.record["error"] == "not_found"
    ref = await sets(kate)
    await kate.says("!remind snooze 3h")
    assert kate.hears("comes again", ref=ref)
    await sets(kate, "me in 4h Call the harbour")
    await kate.says("!remind cancel")
    assert kate.last.record["error"] == "bad_argument"
    assert await comes(world, hours=2) == []


async def test_only_what_has_rung_is_acknowledged(world: World, kate: Person, ana: Person) -> None:
    ref = await sets(kate)
    await kate.says(f"!ack {ref}")
    assert kate.last.record["error"] == "conflict" and (await stands(world, ref)).state is State.WAITING


# What may be said, and is taken back


@pytest.mark.parametrize("label", ["TLP:RED", "TLP:AMBER+STRICT", "H2"])
@pytest.mark.parametrize("whom", ["me", "room"])
async def test_what_not_everyone_may_read_later_is_not_kept(
    world: World, kate: Person, ana: Person, label: str, whom: str
) -> None:
    await kate.says(f'!remind {whom} "in 2h" {label} {TEXT}')
    assert kate.last.record["error"] == "handling"
    assert await world.database.rows("SELECT 1 FROM reminder") == []


async def test_a_label_stays_before_the_text(world: World, kate: Person, ana: Person) -> None:
    await sets(kate, f"me in 2h TLP:AMBER {TEXT}")
    await kate.says(f"TLP:GREEN !remind me in 2h {TEXT}")
    texts = [row["text"] for row in await world.database.rows("SELECT text FROM reminder ORDER BY text")]
    assert texts == [f"TLP:AMBER {TEXT}", f"TLP:GREEN {TEXT}"]


async def test_redacting_the_command_takes_its_words_away(world: World, kate: Person, ana: Person) -> None:
    said = await kate.says(f"!remind room in 2h {TEXT} every:day")
    ref = str(kate.last.record["ref"])
    notice, ring = await comes(world, hours=2)
    await ana.says("!remind list")
    listed = ana.last
    assert TEXT in listed.body
    await kate.says("", **redacted(said))
    assert {world.event_of(notice), world.event_of(listed)} <= set(world.redacted)
    assert world.event_of(ring) not in world.redacted
    one = await stands(world, ref)
    assert one.text == "" and one.state is State.CANCELLED
    assert await world.database.rows("SELECT 1 FROM wording WHERE ref = ?", ref) == []
    assert await comes(world, days=1) == []
    assert (await logged(world))[-1] == "reminder.withdrawn"


async def test_what_waits_to_be_sent_says_nothing_of_what_is_taken_back(
    world: World, kate: Person, ana: Person
) -> None:
    said = await kate.says(f"!remind room in 2h {TEXT}")
    world.clock.passes(hours=2)
    await world.services.due.wake(world.clock.now())
    since = len(world.heard)
    await kate.says("", **redacted(said))
    assert not [heard for heard in world.heard[since:] if heard.post and TEXT in heard.post.body]


async def test_another_room_takes_nothing_back(world: World, kate: Person, ana: Person) -> None:
    said = await kate.says(f"!remind me in 2h {TEXT}")
    world.person("eve", room="!other:example.org")
    await kate.says("", room="!other:example.org", **redacted(said))
    assert len(await comes(world, hours=2)) == 2


# What is wrong


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("me", "is missing: When, then what"),
        (f"me {TEXT}", "I find no time in that"),
        ("me in 2h", "Say what I am to remind of"),
        (f'me "tomorrow" {TEXT}', "time of day"),
        (f"me 2020-01-01 10:00 {TEXT}", "is past"),
        (f"me in 2h {TEXT} every:fortnight", "I can remind again every day"),
        (f"me in 2h {'x' * 501}", "501 characters"),
        (f"me 2046-01-01 10:00 {TEXT}", "later than in 10 years"),
        ("snooze BRAVO-00000", "I know no such reminder here"),
    ],
)
async def test_what_is_wrong_is_said(world: World, kate: Person, ana: Person, text: str, fault: str) -> None:
    await kate.says(f"!remind {text}")
    assert fault in plain(kate.last) and kate.last.record["ok"] is False
    assert await world.database.rows("SELECT 1 FROM reminder") == []


async def test_nobody_has_more_than_so_many(
    world: World, kate: Person, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST", 2)
    await sets(kate)
    await sets(kate)
    await kate.says(f"!remind me in 2h {TEXT}")
    assert kate.last.record["error"] == "rate_limited"


async def test_many_at_one_moment_all_come_and_none_twice(world: World, kate: Person, ana: Person) -> None:
    refs = [await sets(kate, f"room in {120 + n // 5}m {TEXT} {n}") for n in range(10)]
    posts = await comes(world, hours=2, minutes=1, seconds=30)
    said = [post.record.get("ref") for post in posts if post.record["kind"] == "reminder"]
    assert sorted(said) == sorted(refs) and await comes(world, minutes=1) == []


async def test_what_is_over_goes_with_the_retention_period(world: World, kate: Person, ana: Person) -> None:
    over, open_ = await sets(kate, f"room in 2h {TEXT}"), await sets(kate, "me in 3h Call")
    await kate.says(f"!remind cancel {over}")
    async with world.store.transaction():
        assert await world.store.reminder.purge(NOON + timedelta(days=400)) == 1
    assert [row["ref"] for row in await world.database.rows("SELECT ref FROM reminder")] == [open_]
    assert await world.database.rows("SELECT 1 FROM wording WHERE ref = ?", over) == []
