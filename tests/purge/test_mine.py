"""`export mine`: what the bot keeps about somebody, and nothing that they may not read, in their own room."""

from __future__ import annotations

import json
from typing import Any

from bot.model.checkin import CheckIn
from bot.model.shift import PostName

from ..fakes import ROOM
from ..incident.marked import asks, direct, marks
from ..incident.scene import redacted
from ..purges import MARKER
from ..world import Person, World


async def file_of(person: Person, room: str) -> dict[str, Any]:
    before = len(person.world.files)
    await asks(person, "!export mine", room)
    await person.world.wakes()
    [file] = person.world.files[before:]
    found: dict[str, Any] = json.loads(file.data)
    return found


async def test_who_asks_gets_their_own_and_in_their_own_room(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await luc.says(f"!incident note {ref} Vu par Luc")
    await ana.says("!language pt")
    own = direct(ana)
    found = await file_of(ana, ROOM)
    assert found["of"] == ana.user_id and found["kept"]["incidents declared"][0]["title"] == f"{MARKER} na praia"
    assert found["kept"]["settings"][0]["language"] == "pt" and found["withheld"] == 0
    assert "Luc" not in json.dumps(found, ensure_ascii=False), "nothing of others"
    posted = [h for h in world.heard if h.kind == "file"]
    assert [h.room for h in posted] == [own]
    direct(luc)
    theirs = await file_of(luc, ROOM)
    assert [one["text"] for one in theirs["kept"]["entries"]] == ["Vu par Luc"]


async def test_what_is_marked_meanwhile_is_counted_and_not_shown(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await luc.says(f"!incident note {ref} Vu par Luc")
    await marks(world, ref, "TLP:AMBER", rel=("PRT-GNR",))
    direct(luc)
    found = await file_of(luc, ROOM)
    assert "Vu par Luc" not in json.dumps(found, ensure_ascii=False)
    assert found["withheld"] == 5, "the entry, and what was shown of the incident"


async def test_who_has_no_room_is_invited_and_gets_it_then(world: World, ana: Person, vera: Person, ref: str) -> None:
    await asks(ana, "!export mine")
    await world.wakes()
    assert world.files == []
    room = next(room for room, people in world.rooms.invited.items() if ana.user_id in people)
    world.rooms.invited[room], world.rooms.joined[room] = [], [*world.rooms.joined[room], ana.user_id]
    world.clock.passes(minutes=1)
    await world.wakes()
    assert len(world.files) == 1


async def test_words_that_are_taken_back_while_the_file_waits_are_not_posted(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    said, other = [await luc.says(f"!incident note {ref} {text}") for text in ("Vu par Luc", "Rien")]
    direct(luc)
    await asks(luc, "!export mine")
    await world.services.due.wake(world.clock.now())  # the homeserver is away: nothing is delivered
    [row] = await world.database.rows("SELECT data FROM file")
    assert b"Vu par Luc" in row["data"]
    await luc.says("", **redacted(said))
    await world.wakes()
    assert all(b"Vu par Luc" not in file.data for file in world.files)
    assert len(world.files) == 1, "it is made anew"
    await luc.says("", **redacted(other))
    await world.wakes()
    assert len(world.files) == 1, "what was posted stays as it was"


async def test_a_check_in_is_kept_with_all_that_is_known_of_it(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    direct(luc)
    at = world.clock.now()
    made = CheckIn("$in", luc.user_id, "FRA-PN", PostName("gate"), ROOM, at, at, wrote_at=at)
    async with world.store.transaction():
        await world.store.checkin.save(made)
        world.store.checkin.wrote("$in", at, at)
    [kept] = (await file_of(luc, ROOM))["kept"]["check-ins"]
    assert (kept["heard_at"], kept["wrote_at"]) == (at.isoformat(), at.isoformat())
