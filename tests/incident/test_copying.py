"""A copy of a pinned file: if somebody asks, held against its digest, kept with its entry, for who may read it."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest

from bot.model.incident import EntryKind
from bot.services.file import Unfetched
from bot.services.incident import copying

from ..fakes import ROOM
from ..world import Person, World
from .marked import asks, direct
from .scene import answers, entries, kinds, redacted, ref_of, replied
from .test_held_against_the_log import fault
from .test_likeness import OTHER
from .test_pinning import PHOTO, ana, declared, kate, proposed

__all__ = ["ana", "kate"]
K = EntryKind
URL = "mxc://example.org/abc"
PHOTO_BYTES = b"the photo"


@pytest.fixture
async def said(world: World, ana: Person, kate: Person) -> str:
    """Return a message whose photo is pin 2 of an incident."""
    await world.services.audit.begin(world.clock.now())
    await declared(ana)
    said = await ana.says("", content=PHOTO)
    world.media.files[URL] = PHOTO_BYTES
    await proposed(kate, said)
    await answers(kate, str(ref_of(world)))
    return said


async def copies(world: World) -> list[Any]:
    return [bytes(row["data"]) for row in await world.database.rows("SELECT data FROM copy")]


async def test_a_copy_is_kept_when_somebody_asks_and_given_again(
    world: World, ana: Person, kate: Person, said: str
) -> None:
    assert await copies(world) == []
    await kate.says(f"!incident pin {ref_of(world)} copy:2")
    assert kate.hears("the file of pin 2", ok=True, command="incident pin")
    assert await copies(world) == [PHOTO_BYTES] and [file.data for file in world.files] == [PHOTO_BYTES]
    assert world.files[0].name == "praia.jpg"
    assert fault(world) is None, "no entry of a timeline is missing"
    await ana.says("", **redacted(said))
    del world.media.files[URL]
    await kate.says("!incident pin copy:2")
    assert [file.data for file in world.files] == [PHOTO_BYTES] * 2
    assert (await kinds(world)).count(K.COPIED) == 1
    copied = next(one for one in await entries(world) if one.kind is K.COPIED)
    assert (copied.corrects, copied.author) == (2, kate.user_id)
    await kate.says(f"!incident timeline {ref_of(world)}")
    assert kate.hears("copy of the file of pin")
    rows = await world.database.rows("SELECT 1 FROM audit_entry WHERE CAST(envelope AS TEXT) LIKE '%copy.given%'")
    assert len(rows) == 2, "each giving is recorded"


@pytest.mark.parametrize(
    ("held", "error"),
    [(b"another photo", "is damaged"), (Unfetched.away(), "does not give me"), (Unfetched.too_large(1), "larger than")],
)
async def test_what_is_not_the_file_that_was_pinned_is_not_kept(
    world: World, kate: Person, said: str, held: Any, error: str
) -> None:
    world.media.files[URL] = held
    await kate.says(f"!incident pin {ref_of(world)} copy:2")
    assert kate.hears(error, ok=False) and await copies(world) == [] and world.files == []
    assert K.COPIED not in await kinds(world)


async def test_a_copy_is_bounded(world: World, kate: Person, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "MOST_BYTES", 8)
    await kate.says(f"!incident pin {ref_of(world)} copy:2")
    assert kate.hears("larger than", ok=False) and await copies(world) == []


async def test_a_copy_that_has_changed_is_not_given(world: World, kate: Person, said: str) -> None:
    await kate.says(f"!incident pin {ref_of(world)} copy:2")
    async with world.store.transaction():
        await world.database.execute("UPDATE copy SET data = x'00'")
    await kate.says(f"!incident pin {ref_of(world)} copy:2")
    assert kate.hears("is damaged", ok=False) and len(world.files) == 1


@pytest.mark.parametrize("number", [1, 3, 99, 0, -1])
async def test_what_is_no_pin_with_a_file_is_said(world: World, kate: Person, said: str, number: int) -> None:
    await kate.says(f"!incident note {ref_of(world)} x")
    await kate.says(f"!incident pin {ref_of(world)} copy:{number}")
    assert kate.hears(f"has no pin {number} with a file", ok=False, error="not_found")


async def test_nothing_is_given_where_it_may_not_be_read(world: World, ana: Person, kate: Person, said: str) -> None:
    eva = world.person("eva", room=OTHER)
    await eva.says(f"!incident pin {ref_of(world)} copy:2", room=OTHER)
    assert world.heard[-1].post and world.heard[-1].post.record["error"] == "not_found" and await copies(world) == []
    await ana.says("", **replied("TLP:RED", said))
    await kate.says(f"!incident pin {ref_of(world)} copy:2")
    assert kate.hears("has no pin 2 with a file", ok=False) and await copies(world) == []
    alone = await asks(ana, f"!incident pin {ref_of(world)} copy:2", room=direct(ana))
    assert "TLP:RED, and goes into no record" in alone.body and await copies(world) == []


async def test_a_copy_that_was_given_is_taken_back_and_deleted_once_its_pin_is_for_nobody_there(
    world: World, ana: Person, kate: Person, said: str
) -> None:
    await kate.says(f"!incident pin {ref_of(world)} copy:2")
    [given] = [world.event_of(heard.post) for heard in world.heard if heard.kind == "file" and heard.post]
    await ana.says("", **replied("TLP:RED", said))
    assert given in world.redacted and await copies(world) == []


async def test_of_what_is_no_pin_any_more_no_copy_is_given(world: World, ana: Person, kate: Person, said: str) -> None:
    await kate.says(f"!incident pin {ref_of(world)} copy:2")
    await kate.says(f"!incident undo {ref_of(world)}")
    assert K.UNPINNED in await kinds(world), kate.last.body
    await ana.says(f"!incident pin {ref_of(world)} copy:2")
    assert ana.hears("has no pin 2 with a file", ok=False)


async def test_a_copy_goes_with_its_entry(world: World, kate: Person, said: str) -> None:
    await kate.says(f"!incident pin {ref_of(world)} copy:2")
    async with world.store.transaction():
        await world.database.execute("DROP TRIGGER entry_stays")
        await world.database.execute("DELETE FROM entry WHERE number = 2")
    assert await copies(world) == []


async def test_who_was_shown_which_file_is_recorded_once_an_output(
    world: World, ana: Person, kate: Person, said: str
) -> None:
    rows = "SELECT c.content FROM audit_content c JOIN audit_entry e ON e.position = c.position"
    shown = f"{rows} WHERE CAST(e.envelope AS TEXT) LIKE '%\"file.shown\"%' ORDER BY c.position"
    await kate.says(f"!incident show {ref_of(world)}")
    assert await world.database.rows(shown) == [], "no file is told of there"
    asked = await kate.says(f"!incident timeline {ref_of(world)}")
    file = {"ref": str(ref_of(world)), "number": 2, "sha256": sha256(PHOTO_BYTES).hexdigest()}
    [row] = await world.database.rows(shown)
    assert json.loads(row["content"]) == {"files": [file], "room": ROOM, "event": asked}
    await ana.says(f"!incident note {ref_of(world)} Dois barcos")
    await ana.says(f"!incident timeline {ref_of(world)}")
    assert len(await world.database.rows(shown)) == 2 and fault(world) is None
    await ana.says("!incident declare Carro parado type:vehicle severity:low")
    await ana.says(f"!incident timeline {ref_of(world, 1)}")
    assert len(await world.database.rows(shown)) == 2
