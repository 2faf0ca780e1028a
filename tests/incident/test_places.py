"""Where an incident is: named points, shared places, both systems of coordinates, the way from the reader's post."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.model.incident import EntryKind
from bot.model.places import read

from ..fakes import configuration
from ..intake.test_redactions import redacts
from ..intake.test_wishes import reacts
from ..world import Person, World
from .scene import TITLE, card_of, cards, entries, kinds, ref_of, stands

PLACES = """name,latitude,longitude,kind,pt,es
Vilar Formoso Bridge,40.6152,-6.8330,bridge,Ponte de Vilar Formoso|Ponte Velha,Puente Viejo
Guarda Post,40.5371,-7.2678,post,Posto da Guarda,
Étang d'Urt,43.4950,-1.2870,,,
"""
GEO = "geo:40.6152,-6.8330;u=10"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A task force with named points, of which one agency has its post at one."""
    (tmp_path / "places.csv").write_text(PLACES, encoding="utf-8")
    config = configuration()
    agencies = [one.model_dump() | {"post": "guarda post"} if one.code == "PRT-GNR" else one for one in config.agencies]
    taskforce = config.taskforce.model_copy(update={"gazetteer": tmp_path / "places.csv"})
    world = World(tmp_path / "liaison.db", configuration(agencies=agencies, taskforce=taskforce))
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def kate(world: World, ana: Person) -> Person:
    return world.person("kate")


def shared(uri: str, answers: str | None = None, description: str | None = None) -> dict[str, Any]:
    """Return a place that is shared, as a reply to *answers*."""
    content: dict[str, Any] = {"msgtype": "m.location", "body": f"Location at {uri}", "geo_uri": uri}
    if description:
        content["org.matrix.msc3488.location"] = {"uri": uri, "description": description}
    if answers:
        content["m.relates_to"] = {"m.in_reply_to": {"event_id": answers}}
    return {"content": content}


@pytest.mark.parametrize(
    "typed",
    ["Vilar Formoso Bridge", "VILAR FORMOSO BRIDGE", "ponte de vilar formoso", "puente viejo", "Ponte-Velha"],
)
async def test_a_named_point_is_a_place(world: World, ana: Person, kate: Person, typed: str) -> None:
    await ana.says(f'!incident declare {TITLE} at:"{typed}"')
    [card] = cards(world).values()
    assert "Place: Vilar Formoso Bridge, 29T PE 8" in card.body and "(40.6152, -6.8330)" in card.body
    found = (await stands(world)).place
    assert found and (found.name, found.text, round(found.precision_m)) == ("Vilar Formoso Bridge", typed, 11)


async def test_accents_may_be_left_out(world: World, ana: Person, kate: Person) -> None:
    await ana.says(f'!incident declare {TITLE} at:"etang d’urt"')
    found = (await stands(world)).place
    assert found and found.name == "Étang d'Urt"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Vilar Formosa Brigde", "I know no place called “Vilar Formosa Brigde”. Did you mean Vilar Formoso Bridge?"),
        ("ponte v", "Did you mean Vilar Formoso Bridge?"),
        ("Xanadu", "I do not understand “Xanadu” as a place."),
        ("x" * 3_000, "as a place"),
        ("95.0000, 200.0000", "There is no such place as “95.0000, 200.0000”."),
        ("29T ZZ 12345 67890", "There is no such place"),
        ("geo:91,0", "There is no such place as “geo:91,0”."),
        ("40,6152 O 6,8330 N", "can be read in more than one way"),
    ],
)
async def test_a_place_that_is_none_is_said(world: World, ana: Person, kate: Person, typed: str, words: str) -> None:
    await kate.says(f'!incident declare {TITLE} at:"{typed}"')
    assert kate.hears(words, ok=False, error="bad_argument"), kate.last.body
    assert await world.database.rows("SELECT * FROM incident") == []


async def test_its_place_is_said_later_and_how_far_that_is(world: World, ana: Person, kate: Person) -> None:
    await kate.says(f"!incident declare {TITLE}")
    await ana.says(f"!incident place {ref_of(world)} ponte velha")
    assert ana.hears("Vilar Formoso Bridge, 29T PE", ok=True)
    assert "From Guarda Post: 37,8 km, bearing 077° (east)" in ana.last.body
    assert (await kinds(world))[-1] is EntryKind.PLACE
    [card] = cards(world).values()
    assert "Vilar Formoso Bridge" in card.body and "From" not in card.body
    await kate.says(f"!incident show {ref_of(world)}")
    assert "Vilar Formoso Bridge" in kate.last.body and "From" not in kate.last.body, "she has no post"
    await ana.says(f"!incident show {ref_of(world)}")
    assert "From Guarda Post: 37,8 km, bearing 077° (east)" in ana.last.body
    await ana.says(f"!incident timeline {ref_of(world)}")
    assert "place: Vilar Formoso Bridge, 29T PE" in ana.last.body
    await ana.says(f"!incident place {ref_of(world)}")
    assert ana.hears("Say where it is", ok=False, error="bad_argument")


async def test_the_compass_says_how_far_it_is_from_ones_post(world: World, ana: Person, kate: Person) -> None:
    said = await kate.says("A boat at 40.6152, -6.8330")
    await reacts(ana, said, "🧭")
    assert ana.hears("From Guarda Post: 37,8 km, bearing 077° (east)", command="compass", ok=True)
    await reacts(kate, said, "🧭")
    assert kate.hears("29T PE", command="compass") and "From" not in kate.last.body, "she has no post"


async def test_a_shared_place_in_reply_to_the_card_is_its_place(world: World, ana: Person, kate: Person) -> None:
    await ana.says(f"!incident declare {TITLE}")
    await kate.says("", **shared(GEO, card_of(world), "the old bridge"))
    assert kate.hears("the place is entered", ok=True, command="incident place", ref=str(ref_of(world)))
    entry = (await entries(world))[-1]
    assert (entry.kind, entry.text, entry.author) == (EntryKind.PLACE, "the old bridge", kate.user_id)
    found, meant = (await stands(world)).place, read(GEO)
    assert found and found == meant
    assert not [heard for heard in world.heard if heard.kind == "notice"], "it is answered once"


async def test_in_reply_to_what_was_asked_of_it_too(world: World, ana: Person, kate: Person) -> None:
    await ana.says(f"!incident declare {TITLE}")
    assert "How bad is it?" in ana.last.body
    await ana.says("", **shared(GEO, world.event_of(ana.last)))
    assert ana.hears("the place is entered", ok=True) and (await stands(world)).place == read(GEO)


async def test_it_counts_only_from_a_device_that_counts(world: World, ana: Person, kate: Person) -> None:
    await ana.says(f"!incident declare {TITLE}")
    await kate.says("", **shared(GEO, card_of(world)), trusted=False)
    assert kate.hears("verified", ok=False, error="not_allowed") and (await stands(world)).place is None
    await kate.says("", **shared("geo:95,0", card_of(world)))
    assert kate.hears("no such place", ok=False, error="bad_argument") and (await stands(world)).place is None


async def test_another_rooms_card_is_not_meant(world: World, ana: Person, kate: Person) -> None:
    await ana.says(f"!incident declare {TITLE}")
    eva = world.person("eva", room="!other:example.org")
    await world.receives(eva.user_id, "", room="!other:example.org", **shared(GEO, card_of(world)))
    await world.settles()
    assert (await stands(world)).place is None and world.heard[-1].kind == "notice"


async def test_any_other_shared_place_is_answered_in_both_systems(world: World, ana: Person, kate: Person) -> None:
    said = await ana.says("", **shared(GEO, description="Barco"))
    [notice] = [heard.post for heard in world.heard if heard.kind == "notice" and heard.post]
    assert (notice.msgtype, notice.mentions, notice.reply_to) == ("m.notice", (), said)
    assert notice.body.count("29T PE 83") == 1 and "(40.6152, -6.8330)" in notice.body
    assert notice.record["of"] == "place"
    assert len(world.shows()) == 1, "what it is called is translated as before"
    await redacts(world, said)
    assert world.event_of(notice) in world.redacted


@pytest.mark.parametrize("uri", ["geo:95,0", "geo:", "http://x", "geo:1", "geo:1,2" + "0" * 90, "geo:1,2;u=x"])
async def test_what_is_no_place_is_not_answered(world: World, ana: Person, kate: Person, uri: str) -> None:
    await ana.says("", **shared(uri))
    assert not [heard for heard in world.heard if heard.kind == "notice" and uri != "geo:1,2;u=x"]


async def test_too_many_shared_places_are_left(world: World, ana: Person, kate: Person) -> None:
    await world.receives(ana.user_id, *([""] * 130), **shared(GEO))
    await world.settles()
    assert len([h for h in world.heard if h.post and h.post.record.get("of") == "place"]) == 120
