"""What people wrote and no machine can translate is shown as it is, and in which language; who wrote it has a name."""

from __future__ import annotations

from bot.model.translation import Flag

from ..fakes import ROOM
from ..world import World
from .scene import TITLE, card_of, cards, ref_of, replied

NOTE = "Duas pessoas a bordo"


def plain(text: str) -> str:
    return text.translate(str.maketrans("", "", "\u2066\u2067\u2068\u2069"))


async def test_what_is_not_translated_is_said_to_be(world: World) -> None:
    ana, kate = world.person("ana", "PRT-GNR"), world.person("kate")
    world.translator.flags = dict.fromkeys((TITLE, NOTE), (Flag.UNAVAILABLE,))
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high")
    await ana.says(NOTE, **replied(NOTE, card_of(world)))
    await ana.says(f"!incident task {ref_of(world)} {NOTE}")
    incident, task = [plain(post.body) for post in cards(world).values()]
    assert f"{TITLE} (in Portuguese, not translated)\n" in incident and f"\n{TITLE}\n" in incident
    assert f"{NOTE} (in Portuguese, not translated)\n" in task and f"\n{NOTE}\n" in task
    await kate.says(f"!incident show {ref_of(world)}")
    assert f"{TITLE} (in Portuguese, not translated)" in plain(kate.last.body)
    await kate.says(f"!incident timeline {ref_of(world)}")
    assert f"note: {NOTE} (in Portuguese, not translated)" in plain(kate.last.body)
    await kate.says("!language en reads:pt")
    await kate.says(f"!incident timeline {ref_of(world)}")
    assert NOTE in kate.last.body and "not translated" not in kate.last.body
    await ana.says(f"!incident timeline {ref_of(world)}")
    assert NOTE in ana.last.body and "traduzido" not in ana.last.body


async def test_who_is_in_another_of_our_rooms_has_a_name(world: World) -> None:
    ana, kate = world.person("ana", "PRT-GNR"), world.person("kate")
    world.person("kate", room="!other:example.org")
    await kate.says(f"!incident declare {TITLE} type:vessel severity:high")
    world.rooms.joined[ROOM].remove(kate.user_id)
    await ana.says(f"!incident timeline {ref_of(world)}")
    assert kate.user_id not in ana.last.body and "Kate" in plain(ana.last.body)
