"""What is marked TLP:RED within a record: no translation of it is kept, and no answer to an undo names it."""

from __future__ import annotations

from ..world import Person, World
from .marked import ana, asks, cards, direct, luc, ref, world
from .scene import replied
from .test_marked_afterwards import WORDS, card_of, marks, notes

__all__ = ["ana", "luc", "ref", "world"]


async def worded(world: World, ref: str) -> list[str]:
    rows = await world.database.rows("SELECT text FROM wording WHERE ref = ? AND number > 1", ref)
    return [row["text"] for row in rows]


async def test_its_translations_go_and_are_not_kept_again(world: World, ana: Person, luc: Person, ref: str) -> None:
    world.translator.spoken[WORDS] = "pt"
    await ana.says("!language en")
    note = await notes(luc)
    await asks(ana, f"!incident timeline {ref}")
    assert await worded(world, ref)
    await marks(luc, "TLP:RED", note)
    assert await worded(world, ref) == []
    await luc.says("!language en", room=direct(luc))
    said = (await asks(luc, f"!incident timeline {ref}", room=direct(luc))).body
    assert WORDS in said and " to en)" in said.split(WORDS)[1][:12] and await worded(world, ref) == [], (
        "who is named reads it translated"
    )
    await marks(luc, "TLP:GREEN", note)
    await asks(ana, f"!incident timeline {ref}")
    assert await worded(world, ref)


async def test_what_is_undone_is_not_named_where_it_is_withheld(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    place = await luc.says("", **replied("!incident place 38SMB4488", card_of(world)))
    assert luc.hears(ok=True) and "38S MB" in cards(world)[0].body
    await marks(luc, "TLP:RED", place)
    assert "38S MB" not in cards(world)[0].body
    answer = await asks(luc, f"!incident undo {ref}")
    assert answer.record["ok"] and "38S MB" not in answer.body and "withheld under its label (TLP:RED)" in answer.body
