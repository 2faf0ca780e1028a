"""A bot that is restored from a backup does again what came after it: holds, their ends, and redactions."""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.backup import backup, make_key, restore
from bot.model.handling import Release
from bot.model.reference import Reference
from bot.model.room import RoomSettings, Use
from bot.model.sequel import opened, sealed
from bot.model.told import Told
from bot.model.verifying import Verifying

from ..fakes import BOT, KEY, NOON, ROOM, configuration
from ..purges import purges
from ..world import Heard, Person, World
from .marked import TITLE, ana, asks, direct, logged, luc, ref
from .scene import redacted
from .test_held_against_the_log import fault
from .test_holding import AUDIT, ROLES, holds, kept, lifts, records, vera
from .test_words_taken_back import WORDS

__all__ = ["ana", "luc", "ref", "vera"]


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A task force with auditors and an audit room, whose data folder is backed up."""
    (tmp_path / "storage-key").write_text(KEY)
    storage = {
        "directory": tmp_path / "data",
        "key_file": tmp_path / "storage-key",
        "backup_recipient": make_key(tmp_path / "private"),
    }
    (tmp_path / "data").mkdir()
    world = World(tmp_path / "data" / "liaison.db", configuration(roles=ROLES, storage=storage))
    await world.start()
    await world.services.audit.begin(world.clock.now())
    world.person("vera", "PRT-GNR", room=AUDIT)
    async with world.store.transaction():
        await world.services.room.save(AUDIT, RoomSettings(use=Use.AUDIT), NOON)
    yield world
    await world.stop()


def takes_a_backup(world: World, name: str = "kept.age") -> Path:
    """Back up the running bot; what comes afterwards comes a minute later."""
    dest = world.path.parent.parent / name
    backup(world.config, dest, world.clock.now())
    world.clock.passes(minutes=1)
    return dest


async def loses_all(
    world: World,
    src: Path,
    redactions: Sequence[str] = (),
    sequels: list[Any] | None = None,
    minutes: int = 0,
) -> None:
    """Lose the machine, bring the backup back, and start *minutes* later with what the rooms hold of the time since."""
    await world.stop()
    for file in world.path.parent.glob("liaison.db*"):
        file.unlink()
    world.clock.passes(minutes=1)
    await asyncio.to_thread(restore, world.config, src, src.parent / "private", world.clock.now())
    world.clock.passes(minutes=minutes)
    await world.start()
    await world.services.audit.begin(world.clock.now())
    assert await world.services.resuming.since()
    raw = [(world.events[id][0], id, world.events[id][1]) for id in redactions]
    found = world.sequels if sequels is None else sequels
    await world.services.resuming.resume(found, raw, world.clock.now())
    assert await world.services.resuming.since() is None
    world.intake.wake({room for room, _id, _raw in raw}, set())
    await world.settles()


async def test_a_hold_that_was_placed_after_the_backup_holds_after_the_restore(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    message = await ana.says(f"!incident note {ref} {WORDS}")
    src = takes_a_backup(world)
    await holds(vera, ref)
    gone = await ana.says("", **redacted(message))
    await loses_all(world, src, [gone])
    hold = await world.store.hold.find(Reference(ref))
    assert hold and (hold.by, hold.agency, hold.reason) == (vera.user_id, "PRT-GNR", "")
    assert "armados" not in await records(world), "rooms obey what was redacted after the backup"
    assert WORDS in (await kept(vera, ref)).body and fault(world) is None
    [done] = await logged(world, "log.resumed")
    assert (done["told"], done["missing"], len(done["done"])) == (1, 0, 1)
    await lifts(vera, ref)
    assert "armados" not in await records(world, "audit_content") and fault(world) is None


async def test_a_hold_that_was_lifted_after_the_backup_is_lifted_after_the_restore(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    message = await ana.says(f"!incident note {ref} {WORDS}")
    await holds(vera, ref)
    await ana.says("", **redacted(message))
    src = takes_a_backup(world)
    await lifts(vera, ref)
    await loses_all(world, src)
    assert await world.store.hold.find(Reference(ref)) is None
    assert "armados" not in await records(world, "audit_content", "held") and fault(world) is None


async def test_of_several_agencies_each_has_its_hold_as_it_was(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    await holds(vera, ref)
    src = takes_a_backup(world)
    await holds(luc, ref)
    world.clock.passes(minutes=1)
    await lifts(vera, ref)
    await loses_all(world, src)
    [hold] = await world.store.hold.list_of(Reference(ref))
    assert hold.agency == "FRA-PN"


async def test_what_was_redacted_after_the_backup_is_gone_after_the_restore(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    message = await ana.says(f"!incident note {ref} {WORDS}")
    src = takes_a_backup(world)
    gone = await ana.says("", **redacted(message))
    await loses_all(world, src, [gone])
    assert "armados" not in await records(world, "audit_content") and fault(world) is None


@pytest.mark.parametrize("line", ["!mark {ref} TLP:AMBER+STRICT", "!incident note {ref} TLP:AMBER+STRICT Lancha"])
async def test_what_was_marked_after_the_backup_is_hidden_after_the_restore(
    world: World, ana: Person, luc: Person, vera: Person, ref: str, line: str
) -> None:
    src = takes_a_backup(world)
    assert TITLE in (await asks(luc, f"!incident show {ref}", direct(luc))).body
    await ana.says(line.format(ref=ref), room=direct(ana))
    await loses_all(world, src)
    assert (await asks(luc, f"!incident show {ref}", direct(luc))).record["error"] == "not_found"
    assert "TLP:AMBER+STRICT" in (await asks(ana, f"!incident show {ref}", direct(ana))).body
    assert len(await logged(world, "incident.remarked")) == 1 and fault(world) is None


async def test_a_release_that_a_mark_has_ended_after_the_backup_does_not_come_back(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    await ana.says(f"!mark {ref} TLP:AMBER+STRICT")
    async with world.store.transaction():
        await world.store.mark.release(Reference(ref), Release("FRA-PN"))
    src = takes_a_backup(world)
    assert TITLE in (await asks(luc, f"!incident show {ref}", direct(luc))).body
    await ana.says(f"!mark {ref} TLP:AMBER+STRICT", room=direct(ana))
    await loses_all(world, src)
    assert (await asks(luc, f"!incident show {ref}", direct(luc))).record["error"] == "not_found"


async def test_each_is_done_again_in_its_order_and_what_came_before_the_backup_is_not(
    world: World, ana: Person, vera: Person, ref: str
) -> None:
    await holds(vera, ref)
    world.clock.passes(minutes=1)
    await lifts(vera, ref)
    src = takes_a_backup(world)
    await loses_all(world, src)
    assert await world.store.hold.find(Reference(ref)) is None, "placed and lifted before the backup"
    for _ in range(2):
        await holds(vera, ref)
        world.clock.passes(minutes=1)
        await lifts(vera, ref)
        world.clock.passes(minutes=1)
    await loses_all(world, src, sequels=world.sequels[::-1])
    assert await world.store.hold.find(Reference(ref)) is None, "whatever order they come in"
    await holds(vera, ref)
    again = takes_a_backup(world, "again.age")
    await loses_all(world, again)
    assert (await logged(world, "log.resumed"))[-1] == {"told": 0, "missing": 0, "done": []}
    assert await world.store.hold.find(Reference(ref)) and fault(world) is None


async def test_a_sequel_that_somebody_withholds_is_missed(world: World, ana: Person, vera: Person, ref: str) -> None:
    src = takes_a_backup(world)
    await holds(vera, ref)
    world.clock.passes(minutes=1)
    await lifts(vera, ref)
    await loses_all(world, src, sequels=[None, *world.sequels[1:]])
    [done] = await logged(world, "log.resumed")
    assert (done["told"], done["missing"]) == (1, 1)


async def test_every_audit_room_is_told_without_a_word_also_where_nobody_may_know_of_it(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    world.person("luc", "FRA-PN", room=AUDIT)
    await ana.says(f"!mark {ref} TLP:AMBER+STRICT")
    await holds(vera, ref, room=direct(vera))
    told = [heard for heard in world.heard if heard.room == AUDIT]
    assert [heard.kind for heard in told] == ["org.liaison.sequel"] * 2, "nothing that anybody there can read"
    rows = await world.database.rows("SELECT payload FROM outbox WHERE kind = 'org.liaison.sequel'")
    assert all(ref not in row["payload"] and "Inquérito" not in row["payload"] for row in rows)
    key = await world.store.audit.key()
    assert key
    found = opened(world.sequels[-1], key.seed)
    assert found and found.values["ref"] == ref and "Inquérito" not in str(found)


async def test_nobody_else_makes_or_changes_a_sequel(world: World, ana: Person, vera: Person, ref: str) -> None:
    src = takes_a_backup(world)
    await holds(vera, ref)
    key = await world.store.audit.key()
    assert key
    real = opened(world.sequels[0], key.seed)
    assert real
    data = bytearray(b64decode(world.sequels[0]))
    data[40] ^= 1
    forged = [sealed(real, bytes(32)), b64encode(data).decode(), "", None, 7, {}, "$" * 40, world.sequels[0][:40]]
    await loses_all(world, src, sequels=forged)
    assert await world.store.hold.find(Reference(ref)) is None
    assert (await logged(world, "log.resumed"))[0]["told"] == 0


async def test_what_the_backup_does_not_have_is_passed_over(world: World, ana: Person, vera: Person, ref: str) -> None:
    src = takes_a_backup(world)
    await ana.says("!incident declare Carro type:vehicle severity:low")
    rows = await world.database.rows("SELECT ref FROM incident WHERE ref != ?", ref)
    await holds(vera, rows[0]["ref"])
    await loses_all(world, src)
    assert await world.store.hold.list_all() == []
    assert (await logged(world, "log.resumed"))[0] == {"told": 1, "missing": 0, "done": []}


async def test_without_an_audit_room_the_program_says_that_nothing_could_be_told(
    world: World, ana: Person, vera: Person, ref: str, capsys: pytest.CaptureFixture[str]
) -> None:
    world.rooms.joined[AUDIT].remove(BOT)  # type: ignore[arg-type]
    await holds(vera, ref)
    assert world.sequels == [] and "sequel.nowhere_told" in capsys.readouterr().out


async def test_what_was_purged_after_the_backup_is_purged_after_the_restore(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    await ana.says(f"!incident note {ref} {WORDS}")
    await ana.says(f"!incident close {ref} resolved")
    src = takes_a_backup(world)
    await purges(vera, luc, ref)
    assert await world.store.incident.find(Reference(ref)) is None
    heard = len(world.heard)
    await loses_all(world, src)
    assert await world.store.incident.find(Reference(ref)), "the backup has brought it back"
    await world.wakes()
    assert await world.store.incident.find(Reference(ref)) is None
    assert "armados" not in await records(world, "audit_content") and fault(world) is None
    told = [one for one in world.heard[heard:] if one.room == AUDIT and one.kind == "notice"]
    assert [one.cause.partition(" ")[0] for one in told] == ["restored"], "it was told then"


async def test_whose_keys_were_doubted_after_the_backup_are_doubted_after_the_restore(
    world: World, ana: Person, vera: Person
) -> None:
    await world.intake.identities_seen({ana.user_id: "theirs"})
    kept = takes_a_backup(world)
    verifying = Verifying(ana.user_id, "t1", "PHONE", None, NOON, "theirs")
    async with world.store.transaction():
        await world.services.verifying.begin(verifying)
        await world.services.verifying.differ(verifying, world.clock.now())
    await world.delivers()
    assert await world.services.identity.changed(ana.user_id)
    await loses_all(world, kept)
    await world.intake.identities_seen({ana.user_id: "theirs"})
    assert await world.services.identity.changed(ana.user_id)
    await ana.says("!status")
    assert ana.hears(error="not_allowed")


async def test_whose_device_was_lost_after_the_backup_stays_frozen_after_the_restore(
    world: World, ana: Person, vera: Person
) -> None:
    kept = takes_a_backup(world)
    await vera.says(f"!lost {ana.user_id}")
    assert not world.current.now.serves(ana.user_id)
    lost = ana.user_id, "ana" + ana.user_id.partition(":")[2]
    await loses_all(world, kept)
    assert not world.current.now.serves(ana.user_id)
    assert lost in world.devices.refused
    event = await ana.says("!status")
    assert (await world.outcomes())[event] == "lost"
    # And whoever was lost when the backup was taken is served again, if two people have lifted it since.
    world.clock.passes(minutes=1)
    again = takes_a_backup(world, "again.age")
    world.sequels.clear()
    for person in (vera, world.person("rui", "PRT-GNR")):
        async with world.store.transaction():
            actor = await world.services.person.actor(person.user_id, ROOM)
            told = Told(ROOM, f"$lift{person.user_id}", world.clock.now(), world.clock.now(), world.clock.now())
            word = await world.services.lost.word(actor, told, ana.user_id)
            if word.second:
                keys = {"master": word.master, "keys": [one.key for one in word.devices]}
                data = {"person": ana.user_id, "tail": word.lost.tail} | keys
                await world.services.lost.lift(actor, told, data)
    await world.settles()
    assert world.current.now.serves(ana.user_id)
    await loses_all(world, again)
    assert world.current.now.serves(ana.user_id)
    assert lost in world.devices.refused


async def test_each_room_is_told_once_from_when_on_what_was_entered_is_gone(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    src = takes_a_backup(world)
    await ana.says(f"!incident note {ref} {WORDS}")
    world.heard.clear()
    await loses_all(world, src, minutes=5)
    told = restores_told(world)
    assert sorted(one.room for one in told) == sorted(world.rooms.of(world.config.matrix.user_id))
    audit = next(one.post for one in told if one.room == AUDIT)
    assert audit and "please enter it again" in audit.body
    # Until it was started, not until the backup was brought back: what is said in between reaches no device of its own.
    assert ("13:00" in audit.body, "13:07" in audit.body) == (True, True), audit.body
    # Whatever is started again, it is told once.
    await world.stop()
    await world.start()
    assert await world.services.resuming.since() is None
    await world.services.resuming.resume([], [], world.clock.now())
    await world.settles()
    assert restores_told(world) == told


def restores_told(world: World) -> list[Heard]:
    """Return what was posted of a restore."""
    return [one for one in world.heard if one.kind == "notice" and one.cause.startswith("restored ")]
