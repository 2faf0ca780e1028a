"""Much of everything: what is posted fits into an event."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.matrix.sender import content_of
from bot.model.handover import Item, ItemKind, Said
from bot.model.person import LanguageCode
from bot.render import Post
from bot.store.outbox import OutboxRow

from ..fakes import NOON, ROOM
from .scene import Scene


def fits(post: Post) -> bool:
    try:
        content_of(post, OutboxRow("id", ROOM, "reply", "$event", {}, NOON))
    except ValueError:
        return False
    return True


async def _noted(scene: Scene, items: int, notes: int) -> str:
    """Return a handover with so many items, each with so many notes, written over many watches."""
    ref = await scene.started()
    handover = await scene.handover(ref)
    store, now, number = scene.world.store.handover, scene.world.clock.now(), 0
    async with scene.world.store.transaction():
        for n in range(1, items + 1):
            number += 1
            await store.say(Said(handover.ref, number, f"Item {n}", LanguageCode("pt"), scene.ana.user_id, now), "item")
            item = Item(
                n, f"note {ref} {number}", ItemKind.NOTE, words=(handover.ref, number), first=handover.ref, since=now
            )
            for _note in range(notes):
                number += 1
                text = "O barco foi visto outra vez perto da praia, ninguém a bordo, seguimos de longe"
                await store.say(Said(handover.ref, number, text, LanguageCode("pt"), scene.ana.user_id, now), "note")
                item = replace(item, notes=(*item.notes, (handover.ref, number)))
            await store.save_item(handover.ref, item)
    return ref


@pytest.mark.parametrize(("items", "notes"), [(1, 30), (5, 30), (12, 8), (1, 90), (1, 400)])
async def test_a_handover_with_many_notes_is_shown(scene: Scene, items: int, notes: int) -> None:
    ref = await _noted(scene, items, notes)
    await scene.ana.says("!handover ready")
    assert scene.ana.last.record.get("ok"), scene.ana.last.body
    assert fits(scene.cards(ref)[-1]), "the card is given up"
    await scene.ana.says("!handover show")
    assert scene.ana.last.record.get("ok"), scene.ana.last.body
    assert fits(scene.ana.last), "so is the answer"
