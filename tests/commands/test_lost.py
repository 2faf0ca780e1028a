"""A lost device: a colleague's word freezes somebody at once, in everything, and two people lift it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.model.identity import DeviceKey
from bot.model.room import RoomSettings, Use

from ..fakes import NOON, ROOM, configuration
from ..incident.marked import direct, logged
from ..incident.scene import replied
from ..world import Person, World

AUDIT = "!audit:example.org"
ROLES = {
    "lead": ["@ana:gnr.example", "@marta:gnr.example", "@luc-pn:example.org"],
    "auditor": ["@vera:gnr.example"],
    "admin": ["@admin:example.org"],
}
NEW = DeviceKey("NEW", "n" * 43)


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A task force with leads of two agencies, an auditor and an audit room."""
    world = World(tmp_path / "liaison.db", configuration(roles=ROLES))
    await world.start()
    await world.services.audit.begin(world.clock.now())
    world.person("vera", "PRT-GNR", room=AUDIT)
    async with world.store.transaction():
        await world.services.room.save(AUDIT, RoomSettings(use=Use.AUDIT), NOON)
    yield world
    await world.stop()


@pytest.fixture
def ana(world: World) -> Person:
    """Return the lead whose telephone is gone."""
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def rui(world: World) -> Person:
    """Return a colleague of hers."""
    return world.person("rui", "PRT-GNR")


@pytest.fixture
def marta(world: World) -> Person:
    """Return another lead of her agency."""
    return world.person("marta", "PRT-GNR")


async def says(person: Person, text: str, room: str = ROOM) -> Any:
    """Let somebody give a command; return what the bot answers."""
    heard = len(person.world.heard)
    event = await person.says(text, room=room)
    found = person.world.heard[heard:]
    return next(h.post for h in found if h.post and h.post.record.get("to") == event)


async def confirms(person: Person, name: str = "yes", tail: str | None = None) -> Any:
    """Answer the last question with the end that it shows; return what the bot answers."""
    asked = next(h.post for h in reversed(person.world.heard) if h.post and h.post.record["kind"] == "question")
    digit = next(digit for digit, choice in asked.record["choices"].items() if choice == name)
    data = (await person.world.store.question.list_open(person.user_id))[-1].data
    heard = len(person.world.heard)
    end = data["tail"] if tail is None else tail
    event = await person.says("", **replied(f"{digit} {end}", person.world.event_of(asked)))
    return next(h.post for h in person.world.heard[heard:] if h.post and h.post.record.get("to") == event)


async def test_at_once_nothing_of_hers_counts_and_nobody_answers_her(world: World, ana: Person, rui: Person) -> None:
    assert (await says(ana, "!status")).record["ok"]
    said = await says(rui, f"!lost {ana.user_id}")
    assert said.record["ok"]
    assert "Rui says that a device of @ana:gnr.example is lost." in said.body
    assert "!lost lift @ana:gnr.example" in said.body
    heard = len(world.heard)
    alone = direct(ana)
    for room in (ROOM, alone):
        for text in ("!status", "!identity confirm @rui:gnr.example", "O camião está na ponte.", "1"):
            event = await ana.says(text, room=room)
            assert (await world.outcomes())[event] == "lost"
    reaction = {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$sent1", "key": "🌐"}}
    await world.receives(ana.user_id, type="m.reaction", content=reaction, encrypted=False)
    await world.settles()
    assert len(world.heard) == heard
    actor = await world.services.person.actor(ana.user_id, ROOM)
    assert not actor.roles
    assert ana.user_id not in world.current.now.roles.lead
    assert not world.current.now.serves(ana.user_id)
    # Everybody else is served as before.
    assert (await says(rui, "!status")).record["ok"]


async def test_a_stop_forgets_nothing_and_a_file_that_is_read_again_serves_her_no_more(
    world: World, ana: Person, rui: Person
) -> None:
    await says(rui, f"!lost {ana.user_id}")
    await world.stop()
    await world.start()
    assert not world.current.now.serves(ana.user_id)
    limits = world.config.limits.model_copy(update={"commands_per_person": 31})
    world.current.renew(world.config.model_copy(update={"limits": limits}))
    assert world.current.now.limits.commands_per_person == 31
    assert not world.current.now.serves(ana.user_id)
    assert ana.user_id not in world.current.now.roles.lead
    event = await ana.says("!status")
    assert (await world.outcomes())[event] == "lost"


async def test_who_may_say_so(world: World, ana: Person, rui: Person) -> None:
    kate, luc, lea = world.person("kate"), world.person("luc", "FRA-PN"), world.person("lea", "FRA-PN")
    for stranger in (kate, lea):
        assert (await says(stranger, f"!lost {ana.user_id}")).record["error"] == "not_allowed"
    assert (await says(luc, "!lost @liaison:example.org")).record["error"] in ("not_allowed", "bad_argument")
    assert world.current.now.serves(ana.user_id)
    assert (await says(luc, f"!lost {ana.user_id}")).record["ok"], "any lead"
    assert (await says(rui, f"!lost {ana.user_id}")).record["error"] == "conflict"
    assert (await says(rui, f"!lost {rui.user_id}")).record["ok"], "of oneself, from another device"
    assert not world.current.now.serves(rui.user_id)
    assert (await says(kate, f"!lost {kate.user_id}")).record["ok"]


async def test_those_who_must_know_are_told_and_she_is_not(
    world: World, ana: Person, rui: Person, marta: Person
) -> None:
    luc = world.person("luc", "FRA-PN")
    world.person("admin")
    alone, hers = direct(ana), "!hers:example.org"
    world.person("ana", "PRT-GNR", room=hers)
    world.person("luc", "FRA-PN", room=hers)
    heard = len(world.heard)
    await says(rui, f"!lost {ana.user_id}", room=direct(rui))
    told = [h for h in world.heard[heard:] if h.post and h.post.record.get("of") == "lost"]
    rooms = {h.room for h in told}
    assert {ROOM, hers, AUDIT} <= rooms
    assert alone not in rooms
    assert direct(rui) not in rooms, "the answer says it there"
    rung = {user for h in told if h.post for user in h.post.mentions}
    assert rung == {marta.user_id, "@admin:example.org", "@vera:gnr.example"}
    rings = [h.post for h in told if h.post and h.post.mentions]
    assert all("ana" not in ring.body.lower() for ring in rings)
    assert luc.user_id not in rung
    [entry] = await logged(world, "lost.reported")
    assert (entry["user"], entry["devices"]) == (ana.user_id, [["PHONE", "anagnr.example"]])


async def test_what_she_was_asked_is_settled_and_what_is_for_her_alone_stops(
    world: World, ana: Person, rui: Person
) -> None:
    await ana.says("!timezone Europe/Athens", age=121)
    await says(ana, "!remind me in 2h Ponte", room=direct(ana))
    [question] = await world.store.question.list_open(ana.user_id)
    heard = len(world.heard)
    await says(rui, f"!lost {ana.user_id}")
    assert await world.store.question.list_open(ana.user_id) == []
    assert [h.post.body for h in world.heard[heard:] if h.post and h.kind == "settled"] == [
        "That is settled already. Nothing was changed."
    ]
    event = await ana.says("", **replied(next(iter(question.choices)), world.event_of(ana.last)))
    assert (await world.outcomes())[event] == "lost"
    assert await world.services.direct.reach(ana.user_id, world.clock.now()) is None
    heard = len(world.heard)
    world.clock.passes(hours=2)
    await world.wakes()
    assert [h.room for h in world.heard[heard:]] == []


async def test_two_people_lift_it_and_her_old_device_stays_refused(
    world: World, ana: Person, rui: Person, marta: Person
) -> None:
    await says(rui, f"!lost {ana.user_id}")
    world.devices.more[ana.user_id] = [NEW]
    first = await says(rui, f"!lost lift {ana.user_id}")
    assert "One more colleague" in first.body
    assert "Session NEW" in first.body
    assert "Session PHONE" not in first.body
    assert not world.current.now.serves(ana.user_id)
    await says(rui, f"!lost lift {ana.user_id}")
    assert not world.current.now.serves(ana.user_id), "the same person twice is one"
    await says(marta, f"!lost lift {ana.user_id}")
    asked = [h.post for h in world.heard if h.post and h.post.record["kind"] == "question"][-1]
    assert asked.record["of"] == "lost lift"
    assert "error" in (await confirms(marta, tail="ZZ")).record, "it is sealed"
    assert not world.current.now.serves(ana.user_id)
    lifted = await confirms(marta)
    assert "Marta and Rui have lifted it: I serve @ana:gnr.example again" in lifted.body
    assert world.current.now.serves(ana.user_id)
    assert ana.user_id in world.current.now.roles.lead
    assert (await says(ana, "!status")).record["ok"]
    assert world.devices.signed(ana.user_id) == [NEW]
    await world.stop()
    await world.start()
    assert world.devices.signed(ana.user_id) == [NEW]
    assert (await says(ana, "!status")).record["ok"]
    assert [entry["user"] for entry in await logged(world, "lost.lifted")] == [ana.user_id]


async def test_it_takes_one_who_decides_another_one_and_neither_is_she(
    world: World, ana: Person, rui: Person, marta: Person
) -> None:
    eva, luc, kate = world.person("eva", "PRT-GNR"), world.person("luc", "FRA-PN"), world.person("kate")
    assert (await says(rui, f"!lost lift {ana.user_id}")).record["error"] == "conflict"
    await says(rui, f"!lost {ana.user_id}")
    assert (await says(kate, f"!lost lift {ana.user_id}")).record["error"] == "not_allowed"
    event = await ana.says(f"!lost lift {ana.user_id}")
    assert (await world.outcomes())[event] == "lost"
    assert (await says(rui, f"!lost lift {ana.user_id}")).record["ok"]
    for other in (eva, luc):
        # A lead of another agency does not decide.
        assert (await says(other, f"!lost lift {ana.user_id}")).record["error"] == "not_allowed"
    assert not await world.store.question.list_open(eva.user_id)
    admin = world.person("admin")
    assert (await says(admin, f"!lost lift {ana.user_id}")).record["ok"]
    assert (await confirms(admin)).record["ok"]
    assert world.current.now.serves(ana.user_id)


async def test_the_first_ones_word_ends_with_the_day_or_with_their_own_device(
    world: World, ana: Person, rui: Person, marta: Person
) -> None:
    await says(rui, f"!lost {ana.user_id}")
    await says(rui, f"!lost lift {ana.user_id}")
    world.clock.passes(hours=25)
    assert "One more colleague" in (await says(marta, f"!lost lift {ana.user_id}")).body
    await says(rui, f"!lost lift {ana.user_id}")
    luc = world.person("luc", "FRA-PN")
    await says(luc, f"!lost {marta.user_id}")
    assert (await confirms(rui)).record["error"] == "conflict"
    assert not world.current.now.serves(ana.user_id)


async def test_the_same_person_twice_is_one_and_whoever_is_frozen_themselves_is_none(
    world: World, ana: Person, rui: Person, marta: Person
) -> None:
    luc = world.person("luc", "FRA-PN")
    await says(rui, f"!lost {ana.user_id}")
    for _time in range(2):
        assert "One more colleague" in (await says(marta, f"!lost lift {ana.user_id}")).body
    assert not await world.store.question.list_open(marta.user_id)
    world.clock.passes(hours=25)
    await says(rui, f"!lost lift {ana.user_id}")
    await says(luc, f"!lost {rui.user_id}")
    assert "One more colleague" in (await says(marta, f"!lost lift {ana.user_id}")).body
    assert not await world.store.question.list_open(marta.user_id)


async def test_what_was_not_shown_is_not_lifted(world: World, ana: Person, rui: Person, marta: Person) -> None:
    await says(rui, f"!lost {ana.user_id}")
    await says(rui, f"!lost lift {ana.user_id}")
    await says(marta, f"!lost lift {ana.user_id}")
    world.devices.more[ana.user_id] = [NEW]
    assert (await confirms(marta)).record["error"] == "conflict"
    assert not world.current.now.serves(ana.user_id)
    await says(marta, f"!lost lift {ana.user_id}")
    assert (await confirms(marta, "leave")).body == "Nothing was changed."
    assert not world.current.now.serves(ana.user_id)


async def test_a_digest_that_she_has_set_up_comes_to_the_room_and_not_to_her(
    world: World, ana: Person, rui: Person
) -> None:
    for room in (ROOM, direct(ana)):
        assert (await says(ana, "!digest daily 06:00", room=room)).record["ok"]
    await says(rui, f"!lost {ana.user_id}")
    heard = len(world.heard)
    due = await world.store.due.find("digest", ROOM)
    assert due
    world.clock.at = due.at + timedelta(minutes=1)
    await world.wakes()
    assert {h.room for h in world.heard[heard:] if h.post and h.post.record["kind"] == "digest"} == {ROOM}


async def test_who_lifts_it_confirms_the_identity_that_both_were_shown(
    world: World, ana: Person, rui: Person, marta: Person
) -> None:
    async with world.store.transaction():
        await world.services.identity.learn({ana.user_id: "o" * 43}, world.clock.now())
    await says(rui, f"!lost {ana.user_id}")
    async with world.store.transaction():
        await world.services.identity.learn({ana.user_id: "n" * 43}, world.clock.now())
    assert await world.services.identity.changed(ana.user_id)
    assert "Identity: nnnn" in (await says(rui, f"!lost lift {ana.user_id}")).body
    assert "Identity: nnnn" in (await says(marta, f"!lost lift {ana.user_id}")).body
    # Another one than was compared is not confirmed, and nothing is lifted by it.
    async with world.store.transaction():
        await world.services.identity.learn({ana.user_id: "x" * 43}, world.clock.now())
    assert (await confirms(marta)).record["error"] == "conflict"
    assert not world.current.now.serves(ana.user_id)
    assert await world.services.identity.changed(ana.user_id)
    assert "Identity: xxxx" in (await says(marta, f"!lost lift {ana.user_id}")).body
    assert (await confirms(marta)).record["ok"]
    identity = await world.services.identity.find(ana.user_id)
    assert identity and (identity.master_key, identity.changed_to) == ("x" * 43, None)
    assert identity.confirmed_by == marta.user_id
    assert (await says(ana, "!status")).record["ok"], "no third comparison"
    [entry] = await logged(world, "identity.confirmed")
    assert (entry["user"], entry["key"]) == (ana.user_id, "x" * 43)


async def test_in_a_direct_room_a_short_name_finds_whoever_shares_another_room(
    world: World, ana: Person, rui: Person
) -> None:
    far = world.person("lea", "FRA-PN", room="!far:example.org")
    world.rooms.names[ana.user_id] = "Ana Costa"
    alone = direct(rui)
    assert (await says(rui, f"!lost @{far.user_id[1:].partition(':')[0]}", room=alone)).record["error"] == (
        "bad_argument"
    ), "nobody of a room that he is not in"
    shown = await says(rui, '!identity show "Ana Costa"', room=alone)
    assert ana.user_id in shown.body
    assert (await says(rui, "!remind me in 2h @ana", room=alone)).record["ok"]
    assert (await says(rui, "!lost @ana", room=alone)).record["ok"]
    assert not world.current.now.serves(ana.user_id)
    lift = await says(rui, "!lost lift @ana", room=alone)
    assert "One more colleague" in lift.body
    # Two of one name: both are named, and neither is meant.
    other = world.person("luc", "FRA-PN", room="!both:example.org")
    world.person("rui", "PRT-GNR", room="!both:example.org")
    world.rooms.names[other.user_id] = "Ana Costa"
    refused = await says(rui, '!lost lift "Ana Costa"', room=alone)
    assert refused.record["error"] == "bad_argument"
    assert other.user_id in refused.body and ana.user_id in refused.body


async def test_in_a_room_of_several_only_who_is_there_has_a_short_name(world: World, ana: Person, rui: Person) -> None:
    world.person("rui", "PRT-GNR", room="!small:example.org")
    world.person("eva", "PRT-GNR", room="!small:example.org")
    assert (await says(rui, "!lost @ana", room="!small:example.org")).record["error"] == "bad_argument"
    assert world.current.now.serves(ana.user_id)
