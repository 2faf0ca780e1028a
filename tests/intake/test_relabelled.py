"""A label that is given afterwards stands before the translations that may stand, as if the message had had it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ..companions import CONFIG, SALA, answer, in_room, lines, link
from ..fakes import ROOM
from ..world import Person, World
from .test_edits import edits, english
from .test_labels import marks

SAID = "a carrinha branca 77-XY-01"


@pytest.fixture
def rui(world: World) -> Person:
    return world.person("rui")


@pytest.fixture
def ana(world: World, rui: Person) -> Person:
    return world.person("ana", "PRT-GNR")


def shown(world: World) -> list[str]:
    return list(english(world.shows()).values())


@pytest.mark.parametrize("label", ["TLP:AMBER", "TLP:GREEN", "TLP:RED", "H2"])
@pytest.mark.parametrize("replied", ["message", "translation"])
async def test_a_later_mark_stands_before_the_translation(
    world: World, ana: Person, rui: Person, label: str, replied: str
) -> None:
    said = await ana.says(SAID)
    await marks(rui, said if replied == "message" else "$sent1", label)
    [(event, post)] = world.shows().items()
    assert event == "$sent1" and post.record["texts"] == {"en": f"{label} {SAID} (pt to en)"}
    assert f"{label} {SAID}" in post.body and f"{label} {SAID}" in post.html
    assert [post.replaces for post in (heard.post for heard in world.heard) if post and post.replaces] == ["$sent1"]
    await world.stop()
    await world.start()
    await edits(ana, said, f"{SAID} parada")
    assert shown(world) == [f"{label} {SAID} parada (pt to en)"], "and before what an edit makes of it"
    await ana.says("!translate fr", **answer_to(said, "!translate fr"))
    assert {text for post in world.shows().values() for text in post.record["texts"].values()} == {
        f"{label} {SAID} parada (pt to en)",
        f"{label} {SAID} parada (pt to fr)",
    }


def answer_to(event_id: str, text: str) -> dict[str, Any]:
    return {"content": answer(event_id, text)}


async def test_the_label_of_the_text_gives_way_to_what_its_sender_says_later(world: World, ana: Person) -> None:
    said = await ana.says(f"TLP:AMBER {SAID}")
    await marks(ana, said, "TLP:GREEN")
    assert shown(world) == [f"TLP:GREEN {SAID} (pt to en)"]
    await marks(ana, said, "TLP:GREEN")
    assert len([heard for heard in world.heard if heard.kind == "translation"]) == 2, "once"
    await edits(ana, said, f"TLP:AMBER+STRICT {SAID}")
    assert shown(world) == [f"TLP:AMBER+STRICT {SAID} (pt to en)"], "an edit says it itself"


async def test_it_stands_in_formatted_text_too(world: World, ana: Person, rui: Person) -> None:
    html = {"format": "org.matrix.custom.html", "formatted_body": f"<p><strong>{SAID}</strong></p>"}
    said = await ana.says("", content={"msgtype": "m.text", "body": f"**{SAID}**", **html})
    await marks(rui, said, "TLP:AMBER")
    [post] = world.shows().values()
    assert "TLP:AMBER" in post.body and "TLP:AMBER" in post.html and "<strong>" in post.html


async def test_it_stands_before_a_correction_and_what_comes_back_after_it(
    world: World, ana: Person, rui: Person
) -> None:
    said = await ana.says(SAID)
    await marks(rui, said, "TLP:AMBER")
    await rui.says("", **answer_to(said, "!translate fix TLP:AMBER The white van 77-XY-01"))
    assert shown(world) == ["TLP:AMBER The white van 77-XY-01"]
    await rui.says("", **answer_to(said, "!translate restore"))
    assert shown(world) == [f"TLP:AMBER {SAID} (pt to en)"]


async def test_in_a_summary_each_message_has_its_own(world: World, ana: Person, rui: Person) -> None:
    said, other = await world.receives(ana.user_id, SAID, "dois", late=True)
    await world.settles()
    await marks(rui, said, "TLP:AMBER")
    assert [post.record["texts"] for post in world.shows().values()] == [
        {"en": [f"TLP:AMBER {SAID} (pt to en)", "dois (pt to en)"]}
    ]
    await marks(rui, other, "TLP:RED")
    assert [post.record["texts"] for post in world.shows().values()] == [
        {"en": [f"TLP:AMBER {SAID} (pt to en)"]},
        {"en": "TLP:RED dois (pt to en)"},
    ]


async def test_who_marks_a_summary_marks_each_message_in_it(world: World, ana: Person, rui: Person) -> None:
    await world.receives(ana.user_id, SAID, "dois", late=True)
    await world.settles()
    await marks(rui, next(iter(world.shows())), "TLP:RED")
    assert shown(world) == [f"TLP:RED {SAID} (pt to en)", "TLP:RED dois (pt to en)"]


async def test_in_a_linked_room_it_stands_too(tmp_path: Path) -> None:
    world = World(tmp_path / "liaison.db", CONFIG)
    await world.start()
    await link(world)
    in_room(world, "@rui:example.org", ROOM)
    ana = in_room(world, "@ana:gnr.example", SALA)
    said = await ana.says(SAID, room=SALA)
    await ana.says("", room=SALA, content=answer(said, "TLP:GREEN"))
    assert lines(world, ROOM, "relay") == [f"Ana (PRT-GNR): TLP:GREEN {SAID} (pt to en)"]
    await ana.says("", room=SALA, content=answer(said, "TLP:AMBER"))
    assert lines(world, ROOM, "relay") == []
    await world.stop()


async def test_readers_see_how_an_unknown_label_is_handled(world: World, ana: Person, rui: Person) -> None:
    said = await ana.says(f"TLP:PURPLE {SAID}")
    [post] = world.shows().values()
    sentence = "Its label is unknown, so it is handled as TLP:RED."
    assert sentence in plain(post.body) and "TLP:RED" in post.html
    assert post.record["texts"] == {"en": f"TLP:PURPLE {SAID} (pt to en)"}
    await edits(ana, said, f"TLP:AMBER STRICT {SAID}")
    assert sentence.replace("RED", "AMBER+STRICT") in plain(next(iter(world.shows().values())).body)
    await marks(ana, said, "TLP:GREEN")
    [post] = world.shows().values()
    assert post.record["texts"] == {"en": f"TLP:GREEN {SAID} (pt to en)"} and "unknown" not in post.body
    await edits(ana, said, f"TLP:AMBER {SAID}")
    assert "unknown" not in next(iter(world.shows().values())).body


def plain(text: str) -> str:
    """Return *text* without direction marks."""
    return text.translate(dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069\u200e\u200f")))
