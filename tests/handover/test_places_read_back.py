"""Places that are read back: the same one in another notation or language is no difference, another one is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from ..fakes import configuration
from .scene import Scene, World, begun
from .test_read_back import noted, read_back

PLACES = """name,latitude,longitude,kind,pt,fr
Vilar Formoso Bridge,40.6152,-6.8330,bridge,Ponte Velha,Vieux Pont
Post 7,40.5371,-7.2678,post,Posto 7,Poste 7
"""
AGREES = "agree with the item"


@pytest_asyncio.fixture
async def named(tmp_path: Path) -> AsyncIterator[Scene]:
    """Return the scene of a task force that has named two points."""
    (tmp_path / "places.csv").write_text(PLACES, encoding="utf-8")
    taskforce = configuration().taskforce.model_copy(update={"gazetteer": tmp_path / "places.csv"})
    world = World(tmp_path / "liaison.db", configuration(taskforce=taskforce))
    await world.start()
    yield await begun(world)
    await world.stop()


@pytest.mark.parametrize(
    "said",
    [
        "29T PE 83308 98302", "29tpe8330898302", "40.61523, -6.83302", "40.61523 N 6.83302 W",
        "40°36′54.8″N 6°49′58.9″W", "40°36.914'N 6°49.981'O", "geo:40.61523,-6.83302",
    ],
)  # fmt: skip
async def test_coordinates_in_another_notation_of_the_same_place_are_no_difference(scene: Scene, said: str) -> None:
    await noted(scene, "Barco em 29T PE 83308 98302, 3 pessoas")
    found = await read_back(scene, f"Bateau à {said}, 3 personnes")
    assert AGREES in found and "Only in the original" not in found and "Not in the original" not in found


@pytest.mark.parametrize(
    "said",
    [
        "29T PE 83308 98303", "29T PE 8330 9830", "29T PE 83318 98302", "40.61533, -6.83302", "40.61523, 6.83302",
        "40°36′54.8″N 6°48′58.9″W",
    ],
)  # fmt: skip
async def test_another_place_is_marked_whole(scene: Scene, said: str) -> None:
    await noted(scene, "Barco em 29T PE 83308 98302, 3 pessoas")
    found = await read_back(scene, f"Bateau à {said}, 3 personnes")
    assert "Only in the original: 29T PE 83308 98302." in found and f"Not in the original: {said}." in found


async def test_a_place_that_was_left_out_is_marked(scene: Scene) -> None:
    await noted(scene, "Barco em 40°36′54.8″N 6°49′58.9″W")
    found = await read_back(scene, "Bateau")
    assert "Only in the original: 40°36′54.8″N 6°49′58.9″W." in found and "Not in the original" not in found


async def test_a_named_point_may_be_called_by_its_name_in_either_language(named: Scene) -> None:
    await noted(named, "Encontro na Ponte Velha, depois no posto 7, 3 pessoas")
    for said in ("au vieux pont, puis au Poste 7", "à Vilar Formoso Bridge, puis Posto-7"):
        found = await read_back(named, f"Rendez-vous {said}, 3 personnes")
        assert AGREES in found, found
    found = await read_back(named, "Rendez-vous à 40.6152, -6.8330, puis au Poste 7, 3 personnes")
    assert AGREES in found, "its coordinates are the same place"


async def test_another_named_point_is_marked(named: Scene) -> None:
    await noted(named, "Encontro na Ponte Velha, 3 pessoas")
    found = await read_back(named, "Rendez-vous au Poste 7, 3 personnes")
    assert "Only in the original: Ponte Velha." in found and "Not in the original: Poste 7." in found
    found = await read_back(named, "Rendez-vous, 3 personnes")
    assert "Only in the original: Ponte Velha." in found and "Not in the original" not in found
