"""Verifications by emoji among people: who is asked, who counts, and how each of them ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.errors import UserError
from bot.model.direct import DirectRoom
from bot.model.person import UserId
from bot.model.told import Told

from ..fakes import BOT, NOON, ROOM, configuration
from ..incident.marked import direct, logged
from ..world import Person, World
from .verified import UNSIGNED, Phone, Scene, master_of

ROLES = {"lead": ["@kate:example.org", "@luc-pn:example.org"], "admin": []}


@pytest_asyncio.fixture
async def scene(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    """A task force with two leads, each of whom may confirm anybody's keys."""
    access = {"servers": ["example.org", "gnr.example"], **getattr(request, "param", {})}
    world = World(tmp_path / "liaison.db", configuration(roles=ROLES, access=access))
    await world.start()
    scene = Scene(world)
    await scene.prepare()
    yield scene
    await world.stop()


@pytest.fixture
def ana(scene: Scene) -> Person:
    return scene.world.person("ana", "PRT-GNR")


@pytest.fixture
def kate(scene: Scene) -> Person:
    return _lead(scene.world.person("kate"))


@pytest.fixture
def luc(scene: Scene) -> Person:
    return _lead(scene.world.person("luc", "FRA-PN"))


def _lead(person: Person) -> Person:
    direct(person)
    return person


@pytest_asyncio.fixture(params=[True, False], ids=["in a room", "to devices"])
async def phone(scene: Scene, ana: Person, kate: Person, request: pytest.FixtureRequest) -> Phone:
    """Ana's, in her direct room or from device to device."""
    await scene.shows(ana)
    room = direct(ana)
    return Phone(scene, ana, room if request.param else None)


async def in_room(scene: Scene, person: Person) -> Phone:
    await scene.shows(person)
    return Phone(scene, person, direct(person))


def said(scene: Scene, person: Person) -> list[str]:
    """Return what the bot has said in the person's direct room, oldest first."""
    return [h.post.body for h in scene.world.heard if h.post and h.room == direct(person)]


async def test_on_a_leads_word_the_bot_proves_itself_and_records_it(
    scene: Scene, ana: Person, kate: Person, phone: Phone
) -> None:
    await phone.asks()
    numbers = await phone.compares()
    shown = next(text for text in said(scene, kate) if "As numbers" in text)
    assert numbers in shown and ana.user_id in shown and shown.count("\n• ") == 7
    assert "Read the seven emoji in your app to Kate" in said(scene, ana)[-1]
    await phone.sends(phone.app.mac())
    assert phone.kinds == ["ready", "accept", "key"]
    await scene.answers(kate, "confirm")
    assert phone.kinds == ["ready", "accept", "key", "mac", "done"]
    assert phone.app.proves(dict(phone.heard)["mac"])
    assert "confirmed by @kate:example.org" in said(scene, ana)[-1]
    assert "confirmed by @kate:example.org" in "".join(said(scene, kate)[-2:])
    identity = await scene.world.store.identity.find(ana.user_id)
    assert identity and (identity.master_key, identity.confirmed_by) == (master_of(ana.user_id), kate.user_id)
    assert await logged(scene.world, "identity.confirmed") == [
        {"user": ana.user_id, "key": master_of(ana.user_id), "method": "sas"}
    ]
    assert await scene.world.store.verifying.find_all() == []


async def test_a_new_identity_counts_once_it_is_verified(scene: Scene, ana: Person, phone: Phone, kate: Person) -> None:
    await scene.shows(ana, "HerNewMaster")
    phone.me = replace(phone.me, master="HerNewMaster")
    await phone.asks()
    await phone.compares()
    await phone.sends(phone.app.mac())
    await ana.says("!status")
    assert ana.hears("is not the one that I know", error="not_allowed")
    await scene.answers(kate, "confirm")
    await ana.says("!status")
    assert ana.hears(ok=True)


async def test_emoji_that_differ_freeze_the_keys(scene: Scene, ana: Person, phone: Phone, kate: Person) -> None:
    await phone.asks()
    await phone.compares()
    await scene.answers(kate, "refuse")
    await phone.sends(phone.app.mac())
    assert phone.kinds == ["ready", "accept", "key", "cancel"] and phone.code == "m.mismatched_sas"
    await _frozen(scene, ana, kate)
    assert [entry["user"] for entry in await logged(scene.world, "identity.doubted")] == [ana.user_id]
    # A colleague who compares the keys in person gives them back.
    await kate.says(f"!identity confirm {ana.user_id}", room=direct(kate))
    await scene.answers(kate, "confirm")
    await ana.says("!status")
    assert ana.hears(ok=True)


async def test_an_app_that_is_told_that_they_differ_freezes_the_keys_too(
    scene: Scene, ana: Person, phone: Phone, kate: Person
) -> None:
    await phone.asks()
    await phone.compares()
    await phone.sends(phone.app.event("cancel", code="m.mismatched_sas", reason=""))
    assert phone.kinds == ["ready", "accept", "key"]
    await _frozen(scene, ana, kate)
    await scene.answers(kate, "confirm")
    assert kate.hears(error="conflict") and phone.kinds == ["ready", "accept", "key"]


async def _frozen(scene: Scene, ana: Person, kate: Person) -> None:
    warned = [h.post for h in scene.world.heard if h.post and h.room == ROOM and h.kind in ("notice", "alert")]
    assert "are not the same. Somebody may be between us" in warned[0].body and warned[1].mentions == (kate.user_id,)
    await scene.shows(ana)
    await ana.says("!timezone Europe/Athens")
    assert ana.hears("encryption identity is not the one that I know", error="not_allowed")


async def test_one_that_takes_too_long_is_ended(scene: Scene, ana: Person, phone: Phone, kate: Person) -> None:
    await phone.asks()
    await phone.compares()
    scene.world.clock.passes(minutes=9, seconds=59)
    await scene.settles()
    assert phone.code is None
    scene.world.clock.passes(seconds=1)
    await scene.settles()
    assert phone.code == "m.timeout" and "longer than ten minutes" in said(scene, ana)[-1]
    await scene.answers(kate, "confirm")
    assert kate.hears(error="conflict") and "mac" not in phone.kinds
    assert not (await scene.world.store.identity.find(ana.user_id)).confirmed_by  # type: ignore[union-attr]


async def test_a_restart_ends_it_in_words(scene: Scene, ana: Person, phone: Phone, kate: Person) -> None:
    await phone.asks()
    await phone.compares()
    await scene.restarts()
    assert phone.code == "m.unknown_transaction" and "I was restarted" in said(scene, ana)[-1]
    await scene.answers(kate, "confirm")
    await phone.sends(phone.app.mac())
    assert kate.hears(error="conflict") and phone.kinds.count("cancel") == 1 and "mac" not in phone.kinds
    await phone.asks()
    assert phone.kinds == ["ready"]


async def test_a_match_that_a_restart_cut_off_confirms_nothing(
    scene: Scene, ana: Person, phone: Phone, kate: Person
) -> None:
    await phone.asks()
    await phone.compares()
    await scene.answers(kate, "confirm")
    assert phone.kinds[-1] == "mac"
    await scene.restarts()
    await phone.sends(phone.app.mac())
    assert phone.code == "m.unknown_transaction" and "done" not in phone.kinds
    assert "is over" in said(scene, kate)[-1]
    assert not await logged(scene.world, "identity.confirmed")


async def test_keys_without_a_proof_are_not_confirmed(scene: Scene, ana: Person, phone: Phone, kate: Person) -> None:
    await phone.asks()
    await phone.compares()
    await scene.answers(kate, "confirm")
    await phone.sends(phone.app.mac({f"ed25519:{phone.me.device_id}": phone.me.key}))
    assert phone.code == "m.key_mismatch" and not await logged(scene.world, "identity.confirmed")
    assert "without a result" in said(scene, ana)[-1] and "is over" in said(scene, kate)[-1]


async def test_keys_that_change_meanwhile_are_not_confirmed(
    scene: Scene, ana: Person, phone: Phone, kate: Person
) -> None:
    await phone.asks()
    await phone.compares()
    await phone.sends(phone.app.mac())
    await scene.shows(ana, "ofSomebodyElse")
    await scene.answers(kate, "confirm")
    assert phone.code == "m.key_mismatch" and "mac" not in phone.kinds
    assert not await logged(scene.world, "identity.confirmed")


async def test_a_second_one_takes_the_place_of_the_first(scene: Scene, ana: Person, phone: Phone, kate: Person) -> None:
    await phone.asks()
    await phone.compares()
    first = phone.app
    [before] = await scene.world.store.verifying.find_all()
    await phone.asks()
    second, phone.app = phone.app, first
    assert phone.code == "m.user" and "nothing to compare any more" in scene.world.heard[-1].post.body  # type: ignore[union-attr]
    phone.app = second
    await scene.answers(kate, "confirm")
    assert kate.hears(error="conflict") and phone.kinds == ["ready"]
    await phone.compares()
    # What was said of the first, and is taken only now, says nothing of the second.
    scene.running.judged(before, True)
    await scene.settles()
    assert phone.kinds[-1] == "key"
    await phone.sends(first.mac())
    await phone.sends(phone.app.mac())
    await scene.answers(kate, "confirm")
    assert phone.kinds == ["ready", "accept", "key", "mac", "done"]


async def test_too_many_are_left(scene: Scene, phone: Phone) -> None:
    for _time in range(3):
        await phone.asks()
        assert phone.kinds == ["ready"]
    await phone.asks()
    assert phone.kinds == []
    scene.world.clock.passes(minutes=2)
    await phone.asks()
    assert phone.kinds == ["ready"]


async def test_a_device_that_its_owner_has_not_signed_is_refused(scene: Scene, ana: Person, phone: Phone) -> None:
    evil = Phone(scene, ana, phone.room, UNSIGNED)
    await evil.asks()
    assert evil.kinds == ["cancel"] and evil.code == "m.user"


async def test_strangers_are_refused_and_the_lost_are_told_nothing(scene: Scene, kate: Person) -> None:
    eve = await in_room(scene, scene.world.person("eve"))
    await eve.asks()
    assert (eve.kinds, eve.code) == (["cancel"], "m.user")
    rui = await in_room(scene, scene.world.person("rui", "PRT-GNR"))
    await kate.says("!lost @rui:gnr.example", room=direct(kate))
    await rui.asks()
    for_devices = Phone(scene, rui.person, None)
    await for_devices.asks()
    assert rui.kinds == for_devices.kinds == []


async def test_a_room_of_more_than_two_is_no_place_for_it(scene: Scene, ana: Person, phone: Phone) -> None:
    there = Phone(scene, ana, ROOM)
    await there.asks()
    assert (there.kinds, there.code) == (["cancel"], "m.user")


@pytest.mark.parametrize("other", [{"to": "@another:example.org"}, {"timestamp": 0, "age": 601}, {"methods": None}])
async def test_what_is_not_meant_for_now_or_us_is_left(phone: Phone, other: dict[str, Any]) -> None:
    age = other.pop("age", 0) if phone.room else 0
    if phone.room and age:
        content = {"msgtype": "m.key.verification.request", "from_device": "PHONE", "methods": ["m.sas.v1"]}
        await phone.sends(("m.room.message", content), age=age)
        assert not phone.scene.world.protocol
        return
    await phone.asks(**other)
    assert phone.kinds == []


async def test_what_others_say_of_it_changes_nothing(scene: Scene, ana: Person, phone: Phone, kate: Person) -> None:
    await phone.asks()
    await phone.compares()
    await phone.sends(phone.app.event("cancel", code="m.mismatched_sas"), sender=kate.user_id)
    await phone.sends(phone.app.mac(), sender=kate.user_id)
    await scene.answers(kate, "confirm")
    assert phone.kinds == ["ready", "accept", "key", "mac"]
    assert not await logged(scene.world, "identity.confirmed")


async def test_what_came_encrypted_counts_from_the_device_itself(scene: Scene, ana: Person, kate: Person) -> None:
    phone = await in_room(scene, ana)
    await phone.asks()
    await phone.compares()
    await scene.answers(kate, "confirm")
    mac = phone.app.mac()
    await phone.sends(mac, encrypted=True, trusted=False)
    await phone.sends(mac, encrypted=True, trust="forged")
    assert phone.kinds[-1] == "mac"
    other = {"PHONE": replace_id(scene, ana)}
    scene.client.nio.device_store[ana.user_id] = other
    await phone.sends(mac, encrypted=True, trusted=True, megolm=["s", 1])
    assert phone.kinds[-1] == "mac"
    del scene.client.nio.device_store[ana.user_id]
    await phone.sends(mac, encrypted=True, trusted=True, megolm=["s", 2])
    assert phone.kinds[-1] == "done"


async def test_what_is_delivered_again_or_from_a_device_found_false_changes_nothing(
    scene: Scene, ana: Person, kate: Person
) -> None:
    phone = await in_room(scene, ana)
    await phone.asks()
    start = phone.app.start()
    scene.world.reader.false.add(ana.user_id)
    await phone.sends(start, encrypted=True, trusted=True, megolm=["s", 1])
    assert phone.kinds == ["ready"]
    scene.world.reader.false.clear()
    await phone.sends(start, encrypted=True, trusted=True, megolm=["s", 2])
    await phone.sends(start, encrypted=True, trusted=True, megolm=["s", 2])
    assert phone.kinds == ["ready", "accept"]


def replace_id(scene: Scene, person: Person) -> Any:
    device = scene.client.nio.device_store[person.user_id]["PHONE"]
    device.id = "TABLET"
    return device


async def test_where_nobody_can_be_asked_that_is_said(scene: Scene, tmp_path: Path) -> None:
    kate = await in_room(scene, scene.world.person("kate"))
    await kate.asks()
    await kate.sends(kate.app.start())
    await kate.sends(kate.app.key())
    # Luc, the other lead, is not in any room of ours yet: one is opened for him.
    assert kate.code is None and "Read the seven emoji" in said(scene, kate.person)[-1]
    async with scene.world.store.transaction():
        await scene.world.store.direct.save(replace(await _opened(scene, "@luc-pn:example.org"), room_id=None))
    await kate.asks()
    await kate.sends(kate.app.start())
    await kate.sends(kate.app.key())
    assert kate.code == "m.user" and "Nobody who may confirm your keys can be asked" in said(scene, kate.person)[-1]


async def _opened(scene: Scene, user: str) -> Any:
    return await scene.world.store.direct.find(user)  # type: ignore[arg-type]


async def test_a_lead_without_a_direct_room_is_asked_in_a_new_one(scene: Scene, ana: Person) -> None:
    kate = scene.world.person("kate")
    phone = await in_room(scene, ana)
    await phone.asks()
    await phone.compares()
    [room] = [room for room, invited in scene.world.rooms.invited.items() if kate.user_id in invited]
    scene.world.rooms.invited[room].remove(kate.user_id)
    scene.world.rooms.joined[room].append(kate.user_id)
    asked = next(h.post for h in scene.world.heard if h.post and h.room == room and h.post.record["kind"] == "question")
    relation = {"m.in_reply_to": {"event_id": scene.world.event_of(asked)}}
    content = {"msgtype": "m.text", "body": next(iter(asked.record["choices"])), "m.relates_to": relation}
    await kate.says("", room=room, content=content)
    await scene.settles()
    assert phone.kinds[-1] == "mac"


async def test_colleagues_are_asked_where_nobody_with_a_role_can_be(scene: Scene, ana: Person) -> None:
    rui = _lead(scene.world.person("rui", "PRT-GNR"))
    for lead in ROLES["lead"]:
        async with scene.world.store.transaction():
            await scene.world.store.direct.save(DirectRoom(UserId(lead), None, scene.world.clock.now()))
    phone = await in_room(scene, ana)
    await phone.asks()
    await phone.compares()
    await phone.sends(phone.app.mac())
    await scene.answers(rui, "confirm")
    assert phone.kinds[-2:] == ["mac", "done"]


async def test_so_many_run_at_once_that_their_answers_leave_digits(scene: Scene, kate: Person) -> None:
    phones = [await in_room(scene, scene.world.person(name, "PRT-GNR")) for name in ("a1", "a2", "a3", "a4")]
    for phone in phones:
        await phone.asks()
    assert [phone.kinds for phone in phones] == [["ready"], ["ready"], ["ready"], ["cancel"]]
    assert "Others are being verified now" in said(scene, phones[3].person)[-1]
    await phones[0].asks()
    assert phones[0].kinds == ["ready"], "one's own is no other"


async def test_the_bot_does_not_verify_itself(scene: Scene) -> None:
    content = {"from_device": "PHONE", "methods": ["m.sas.v1"], "transaction_id": "t"}
    content["timestamp"] = scene.world.clock.now().timestamp() * 1000
    scene.running.to_device([{"type": "m.key.verification.request", "sender": BOT, "content": content}])
    await scene.settles()
    assert scene.client.to_device == []


async def test_what_is_no_event_is_left(scene: Scene) -> None:
    scene.running.to_device([None, {"type": "m.key.verification.key"}, {"type": 1}, {"type": "m.dummy", "content": {}}])
    scene.running.to_device(
        [{"type": "m.key.verification.request", "sender": "@x:y.z", "content": {"transaction_id": 1}}]
    )
    await scene.settles()
    assert scene.client.to_device == []


async def test_the_first_of_several_answers_counts(scene: Scene, ana: Person, kate: Person, luc: Person) -> None:
    phone = await in_room(scene, ana)
    await phone.asks()
    await phone.compares()
    await scene.answers(kate, "confirm")
    assert "settled already" in said(scene, luc)[-1]
    await scene.answers(luc, "refuse")
    assert luc.hears(error="conflict") and phone.kinds[-1] == "mac"


async def test_an_answer_about_another_one_or_a_second_answer_is_refused(
    scene: Scene, ana: Person, kate: Person
) -> None:
    phone = await in_room(scene, ana)
    await phone.asks()
    await phone.compares()
    service = scene.world.services.verifying
    actor = await scene.world.services.person.actor(kate.user_id, direct(kate))
    told = Told(direct(kate), "$answer", NOON, NOON, scene.world.clock.now())
    [running] = await scene.world.store.verifying.find_all()
    data = {"person": ana.user_id, "key": running.master_key, "verification": running.id}

    async def judge(**other: str) -> None:
        async with scene.world.store.transaction():
            await service.judge(actor, told, {**data, **other}, matches=True)

    for other in ({"verification": "another"}, {"key": "another"}, {"person": kate.user_id}):
        with pytest.raises(UserError):
            await judge(**other)
    await judge()
    with pytest.raises(UserError):
        await judge()
    await scene.settles()
    assert phone.kinds == ["ready", "accept", "key", "mac"]


async def test_nobody_else_answers_it(scene: Scene, ana: Person, kate: Person) -> None:
    phone = await in_room(scene, ana)
    await phone.asks()
    await phone.compares()
    asked = next(h.post for h in scene.world.heard if h.post and h.post.mentions == (kate.user_id,))
    relation = {"m.in_reply_to": {"event_id": scene.world.event_of(asked)}}
    content = {"msgtype": "m.text", "body": "1", "m.relates_to": relation}
    await ana.says("1", room=direct(kate), content=content)
    await scene.settles()
    assert ana.hears(error="not_allowed") and phone.kinds == ["ready", "accept", "key"]


async def test_where_the_app_waits_the_bot_begins(scene: Scene, ana: Person, kate: Person, phone: Phone) -> None:
    await phone.asks()
    scene.world.clock.passes(seconds=19)
    await scene.settles()
    assert phone.kinds == ["ready"]
    scene.world.clock.passes(seconds=1)
    await scene.settles()
    await phone.sends(phone.app.accept(dict(phone.heard)["start"]))
    phone.app.took(dict(phone.heard)["key"])
    await phone.sends(phone.app.key())
    numbers = " ".join(map(str, phone.app.shown()[1]))
    assert any(numbers in text for text in said(scene, kate))
    await phone.sends(phone.app.mac())
    await scene.answers(kate, "confirm")
    assert phone.kinds[-2:] == ["mac", "done"]


# Only confirmed identities

VERIFIED = pytest.mark.parametrize("scene", [{"device_trust": "verified"}], indirect=True)


async def confirmed(scene: Scene, *people: Person) -> None:
    """Let the people's keys be confirmed ones."""
    for person in people:
        await scene.shows(person)
        identity = await scene.world.store.identity.find(person.user_id)
        assert identity
        async with scene.world.store.transaction():
            await scene.world.store.identity.save(replace(identity, confirmed_by=person.user_id))


@VERIFIED
async def test_only_who_was_confirmed_commands(scene: Scene, ana: Person, kate: Person) -> None:
    await confirmed(scene, kate)
    phone = await in_room(scene, ana)
    await ana.says("!timezone Europe/Athens")
    assert ana.hears("keys somebody has confirmed", error="not_allowed")
    assert ana.hears("!identity confirm @ana:gnr.example")
    assert (await scene.world.store.person.find(ana.user_id)).zone is None
    await phone.asks()
    await phone.compares()
    await phone.sends(phone.app.mac())
    await scene.answers(kate, "confirm")
    await ana.says("!timezone Europe/Athens")
    assert ana.hears(ok=True)


@VERIFIED
async def test_a_colleague_who_was_not_confirmed_is_not_asked_and_confirms_nobody(
    scene: Scene, ana: Person, kate: Person, luc: Person
) -> None:
    await confirmed(scene, kate)
    phone = await in_room(scene, ana)
    await phone.asks()
    await phone.compares()
    assert any("As numbers" in text for text in said(scene, kate)) and said(scene, luc) == []
    await luc.says(f"!identity confirm {ana.user_id}", room=direct(luc))
    assert luc.hears(error="not_allowed")


@VERIFIED
async def test_keys_that_never_changed_are_confirmed_in_person_as_well(scene: Scene, ana: Person, kate: Person) -> None:
    await confirmed(scene, kate)
    await scene.shows(ana)
    await kate.says(f"!identity confirm {ana.user_id}", room=direct(kate))
    await scene.answers(kate, "refuse")
    assert kate.hears("I left it as it was")
    await kate.says(f"!identity confirm {ana.user_id}", room=direct(kate))
    await scene.answers(kate, "confirm")
    assert kate.hears("was confirmed by @kate:example.org")
    assert [entry["method"] for entry in await logged(scene.world, "identity.confirmed")] == ["fingerprint"]
    await ana.says("!status")
    assert ana.hears(ok=True)
    await kate.says(f"!identity confirm {ana.user_id}", room=direct(kate))
    assert kate.hears("is not in doubt", error="conflict")


def junk(sender: str, number: int) -> list[dict[str, Any]]:
    content = {"transaction_id": "t", "key": "x" * 100}
    return [{"type": "m.key.verification.key", "sender": sender, "content": content}] * number


async def test_a_flood_of_one_crowds_nobody_out(scene: Scene, ana: Person, kate: Person) -> None:
    await scene.shows(ana)
    phone = Phone(scene, ana, None)
    scene.running.to_device(junk("@mallory:example.org", 10_000))
    assert len(scene.running._waiting) < 100, "and takes little memory"
    await phone.asks()
    assert phone.kinds == ["ready"]
    await phone.compares()
    await phone.sends(phone.app.mac())
    scene.running.to_device(junk("@mallory:example.org", 10_000))
    await scene.answers(kate, "confirm")
    assert phone.kinds[-2:] == ["mac", "done"]


async def test_a_flood_of_many_who_are_not_served_crowds_nobody_out(scene: Scene, ana: Person, kate: Person) -> None:
    await scene.shows(ana)
    phone = Phone(scene, ana, None)
    for number in range(200):
        scene.running.to_device(junk(f"@m{number}:evil.example", 50))
    await phone.asks()
    assert phone.kinds == ["ready"]


async def test_what_a_person_says_of_the_emoji_is_heard_whatever_waits(scene: Scene, ana: Person, kate: Person) -> None:
    await scene.shows(ana)
    phone = Phone(scene, ana, None)
    await phone.asks()
    await phone.compares()
    for number in range(200):
        scene.running.to_device(junk(f"@m{number}:example.org", 50))
    await scene.answers(kate, "refuse")
    assert phone.code == "m.mismatched_sas"


async def test_one_that_was_begun_by_a_clock_that_was_ahead_is_ended(scene: Scene, ana: Person, kate: Person) -> None:
    await scene.shows(ana)
    phone = Phone(scene, ana, None)
    await phone.asks()
    await phone.compares()
    scene.world.clock.passes(days=-1)
    await scene.settles()
    assert phone.code == "m.timeout"
    await phone.sends(phone.app.mac())
    await scene.answers(kate, "confirm")
    assert "mac" not in phone.kinds
