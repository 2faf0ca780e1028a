"""Digests that come by themselves: for whose authority is in doubt, without whom, and what the log says of each."""

from __future__ import annotations

from typing import Any

import pytest

from ..fakes import ROOM
from ..incident.marked import comes, direct, logged
from ..incident.marked import marks as marks_unlogged
from ..incident.scene import ref_of
from ..intake.test_trust import NEW_KEY, OLD_KEY, seen
from ..world import Person, World
from .conftest import COORDINATOR
from .test_digests import digests


async def daily(world: World, rui: Person, room: str = ROOM) -> None:
    """Let a digest come to the room each day, and the clock stand at the first."""
    await rui.says("!incident declare Barco type:vessel severity:high")
    await rui.says("!digest daily 06:00", room=room)
    assert rui.last.record["ok"], rui.last.body
    due = await world.store.due.find("digest", room)
    assert due
    world.clock.at = due.at


def told(world: World, room: str = ROOM) -> list[Any]:
    """Return what was said of digests in a room, beside these and answers."""
    posts = [one.post for one in world.heard if one.post and one.room == room]
    return [one for one in posts if one.record.get("of") == "digest"]


async def shown(world: World) -> list[dict[str, Any]]:
    """Return what the log says that digests have shown."""
    found = await logged(world, "record.shown")
    return [one for one in found if one["event"].startswith("digest ")]


@pytest.mark.parametrize("alone", [True, False])
async def test_none_comes_for_whose_keys_nobody_has_confirmed(world: World, rui: Person, alone: bool) -> None:
    room = direct(rui) if alone else ROOM
    world.person("eva", "FRA-PN")
    await seen(world, rui.user_id, OLD_KEY)
    await daily(world, rui, room)
    await seen(world, rui.user_id, NEW_KEY)
    await world.wakes()
    assert not digests(world)
    said = [one.body for one in told(world, room)]
    assert (
        said == []
        if alone
        else [
            "ninguém confirmou as novas chaves" in one and "personne n’a confirmé ses nouvelles clés" in one
            for one in said
        ]
        == [True]
    ), said
    # The keys that are known are shown again, or a second person confirms the new ones: it comes as before.
    await seen(world, rui.user_id, OLD_KEY)
    world.clock.passes(days=1)
    await world.wakes()
    assert len(digests(world)) == 1


async def test_where_only_confirmed_people_count_none_comes_by_the_word_of_another(world: World, rui: Person) -> None:
    world.person("eva", "FRA-PN")
    await seen(world, rui.user_id, OLD_KEY)
    await daily(world, rui)
    access = world.config.access.model_copy(update={"device_trust": "verified"})
    world.current.now = world.config.model_copy(update={"access": access})
    await world.wakes()
    assert not digests(world) and len(told(world)) == 1
    world.current.now = world.config
    world.clock.passes(days=1)
    await world.wakes()
    assert len(digests(world)) == 1


async def test_those_who_lead_there_hear_that_none_comes_any_more(world: World, rui: Person) -> None:
    lead = world.person("lead", "PRT-GNR")
    roles = world.config.roles.model_copy(update={"lead": [COORDINATOR, lead.user_id]})
    world.current.now = world.config.model_copy(update={"roles": roles})
    await daily(world, rui)
    await comes(world, rui.user_id, "leave")
    await world.wakes()
    notice, alert = told(world)
    assert "Esta sala deixa de receber o resumo" in notice.body and "!resumo diário 06:00" in notice.body, notice.body
    assert alert.mentions == (lead.user_id,) and "Veja a mensagem acima" in alert.body
    assert not digests(world)
    [entry] = await logged(world, "digest.ended")
    assert entry["by"] == rui.user_id and entry["room"] == ROOM
    await world.wakes()
    assert len(told(world)) == 2, "said once"


async def test_who_has_no_part_any_more_hears_it_in_their_own_room(world: World, rui: Person) -> None:
    room = direct(rui)
    await daily(world, rui, room)
    roles = world.config.roles.model_copy(update={"lead": [], "coordinator": []})
    world.current.now = world.config.model_copy(update={"roles": roles})
    await world.wakes()
    [post] = told(world, room)
    assert post.msgtype == "m.notice" and not digests(world)


# What the log says that one has shown


async def marks(world: World, ref: str, tlp: str, releasable: tuple[str, ...] | None = None) -> None:
    """Let the incident be marked so; as whatever changes who may read it, that is entered into the log."""
    await marks_unlogged(world, ref, tlp, releasable)
    async with world.store.transaction():
        await world.services.audit.append("record.marked", None, ref, {}, world.clock.now())


async def test_what_is_marked_before_it_is_posted_is_in_the_log_as_shown(world: World, rui: Person) -> None:
    await daily(world, rui)
    ref = str(ref_of(world))
    await world.services.due.wake(world.clock.now())
    assert await shown(world) == [], "nothing is posted yet, and nothing is marked"
    await marks(world, ref, "TLP:AMBER")
    await world.delivers()
    assert ref in digests(world)[0].body
    [entry] = await shown(world)
    assert (entry["refs"], entry["room"], entry["purpose"]) == ([ref], ROOM, "reading")


async def test_what_the_room_may_not_read_any_more_is_not_in_the_log_as_shown(world: World, rui: Person) -> None:
    world.person("eva", "FRA-PN")
    await daily(world, rui)
    ref = str(ref_of(world))
    await marks(world, ref, "TLP:AMBER")
    await world.services.due.wake(world.clock.now())
    await marks(world, ref, "TLP:AMBER", ("PRT-GNR",))
    await world.delivers()
    assert ref not in digests(world)[0].body and await shown(world) == []


async def test_what_may_be_read_only_once_it_is_posted_goes_with_a_later_mark(world: World, rui: Person) -> None:
    world.person("eva", "FRA-PN")
    await daily(world, rui)
    ref = str(ref_of(world))
    await marks(world, ref, "TLP:AMBER", ("PRT-GNR",))
    await world.services.due.wake(world.clock.now())
    await marks(world, ref, "TLP:AMBER")
    await world.delivers()
    event = next(f"$sent{number}" for number, one in enumerate(world.heard, 1) if one.kind == "digest")
    assert ref in digests(world)[0].body and [one["refs"] for one in await shown(world)] == [[ref]]
    await rui.says(f"!mark {ref} TLP:AMBER rel:PRT-GNR")
    assert event in world.redacted


async def test_one_that_is_tried_again_is_in_the_log_once(world: World, rui: Person) -> None:
    await daily(world, rui)
    ref = str(ref_of(world))
    await marks(world, ref, "TLP:AMBER")
    await world.services.due.wake(world.clock.now())
    [caused] = await world.database.rows("SELECT DISTINCT cause FROM outbox WHERE kind = 'digest'")
    rows = await world.store.outbox.list_caused(caused["cause"], "digest")
    for row in rows * 2:
        assert await world.renderer.post(row)
    await world.stop()
    await world.start()
    await world.delivers()
    assert len(digests(world)) == 1 and len(await shown(world)) == 1


async def test_who_has_asked_for_one_is_named_as_who_was_shown_it(world: World, rui: Person) -> None:
    await daily(world, rui)
    await marks(world, str(ref_of(world)), "TLP:AMBER")
    await rui.says("!digest now")
    rows: list[Any] = await world.database.rows("SELECT envelope FROM audit_entry ORDER BY position")
    [entry] = [row["envelope"] for row in rows if b'"record.shown"' in row["envelope"]]
    assert b'"actor":null' not in entry, entry


async def test_after_a_day_without_the_bot_the_last_digest_comes_and_those_before_it_do_not(
    world: World, rui: Person
) -> None:
    await daily(world, rui)
    await world.wakes()
    assert len(digests(world)) == 1
    # Away over two of them: that of two hours ago is worth reading still, that of the day before is not.
    world.clock.passes(days=2, hours=2)
    await world.wakes()
    await world.wakes()
    assert len(digests(world)) == 2
    world.clock.passes(hours=21)
    await world.wakes()
    assert len(digests(world)) == 2
    world.clock.passes(hours=1)
    await world.wakes()
    assert len(digests(world)) == 3
