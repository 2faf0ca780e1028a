"""Figures by area, by type and by agency: in the text, and in the tables of the file."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.model.digest import area_of, called, squares
from bot.model.places import Place, Point

from ..fakes import NOON
from ..incident.scene import ref_of
from ..world import Person, World
from .test_attached import page
from .test_digests import digests


@pytest.mark.parametrize(
    ("place", "area"),
    [
        (Place(37.176, -7.405, 10.0), "29S PB 4 1"),
        (Place(37.19, -7.405, 1_000.0), "29S PB 4 1"),
        (Place(37.176, -7.405, 100_000.0), "29S PB"),
        (Place(-33.87, 151.2, 1.0), "56H LH 3 5"),
        (Place(85.5, -12.5, 1.0), "85°00′N 13°00′W"),
        (None, None),
    ],
)
def test_the_area_of_a_place_is_its_square_of_ten_kilometres(place: Place | None, area: str | None) -> None:
    assert area_of(place) == area


def test_a_square_is_called_by_the_first_point_in_it_that_is_known_so_well() -> None:
    points = [
        Point("Province", Place(37.176, -7.405, 100_000.0)),
        Point("Ayamonte", Place(37.21, -7.40, 100.0)),
        Point("Ponte", Place(37.215, -7.41, 100.0)),
    ]
    names = squares(points)
    assert names == {"29S PB 4 1": "Ayamonte"}
    assert (called("29S PB 4 1", names), called("29S PB 5 1", names)) == ("29S PB 4 1 (Ayamonte)", "29S PB 5 1")


@pytest.fixture
async def quiet(world: World, rui: Person) -> World:
    """The world a week after an incident of smuggling, which was closed."""
    await rui.says('!incident declare Carga type:smuggling severity:low at:"37.176, -7.405"')
    world.clock.passes(minutes=20)
    await rui.says(f"!incident close {ref_of(world)} resolved")
    world.clock.at = NOON + timedelta(days=7)
    return world


async def test_new_ones_are_counted_by_the_square_where_they_are(quiet: World, rui: Person) -> None:
    places = {"Barco": "37.176, -7.405", "Fardos": "37.18, -7.41", "Vedação": "38.71, -9.13", "Camião": ""}
    for title, place in places.items():
        at = f' at:"{place}"' if place else ""
        await rui.says(f"!incident declare {title} type:vessel severity:high{at}")
    await rui.says("!digest now lang:en")
    [line] = [one for one in digests(quiet)[0].body.splitlines() if one.startswith("New by area")]
    assert line == "New by area: 29S PB 4 1: 2, place not said: 1, and 29S MC 8 8: 1", line
    text = page(quiet)
    assert re.search(r'<h2>New by area</h2><figure><svg [^>]*aria-label="29S PB 4 1: 2, ', text)


def rows(text: str, title: str) -> dict[str, list[str]]:
    """Return what stands in a table of figures of the file: its cells by the name of the row."""
    table = text.split(f">{title}</h2>")[1].split("</table>")[0]
    found: dict[str, list[str]] = {}
    for line in re.findall(r'<tr><th scope="row">.*', table):
        name, rest = re.findall(r'<th scope="row">(.*?)</th>(.*)</tr>', line)[0]
        found[name] = [re.sub("^[^>]*>|<[^>]+>", "", cell).strip() for cell in rest.split("<td")[1:]]
    return found


async def test_the_file_has_all_figures_by_type_agency_and_area(quiet: World, rui: Person) -> None:
    eva = quiet.person("eva", "FRA-PN")
    await rui.says('!incident declare Barco type:vessel severity:high at:"37.176, -7.405"')
    first = ref_of(quiet, -1)
    quiet.clock.passes(minutes=10)
    await eva.says(f"!incident note {first} Vu")
    await eva.says("!incident declare Colis type:smuggling severity:low")
    quiet.clock.passes(minutes=20)
    await rui.says(f"!incident close {first} resolved")
    await rui.says("!digest now lang:en")
    text = page(quiet)
    new, changed, contained, closed, reopened, carried, overdue, seen, checked, ended = range(10)
    types = rows(text, "By type")
    assert [*types] == ["vessel", "smuggling of goods"]
    assert types["vessel"][new] == "1" and types["vessel"][closed] == "1" and types["vessel"][seen] == "10 min"
    assert types["vessel"][ended] == "30 min"
    assert types["smuggling of goods"][new] == "1 (1)" and types["smuggling of goods"][closed] == "(1)", types
    assert types["smuggling of goods"][ended] == "(20 min)"
    assert not any(
        row[at] for row in types.values() for at in (changed, contained, reopened, carried, overdue, checked)
    )
    agencies, areas = rows(text, "By agency"), rows(text, "By area")
    assert [row[new] for row in (agencies["PRT-GNR"], agencies["FRA-PN"])] == ["1 (1)", "1"]
    assert areas["29S PB 4 1"][new] == "1 (1)" and areas["place not said"][new] == "1"


async def test_of_what_is_cut_nothing_stands_in_these_tables(world: World, rui: Person) -> None:
    world.person("eva", "FRA-PN")
    await rui.says('!incident declare Segredo type:drugs severity:high at:"37.176, -7.405"')
    await rui.says(f"!mark {ref_of(world)} TLP:GREEN H3 rel:PRT-GNR,FRA-PN")
    await rui.says("!digest now lang:en")
    assert digests(world)[0].record["counts"]["opened"] == 1
    for said in (digests(world)[0].body, page(world)):
        assert "29S" not in said and "New by area" not in said and "By type" not in said and "By area" not in said


async def test_what_was_closed_and_is_open_again_is_named_and_counted(world: World, rui: Person) -> None:
    await rui.says("!incident declare Barco type:vessel severity:low")
    ref = ref_of(world)
    await rui.says(f"!incident close {ref} resolved")
    world.clock.passes(days=1)
    await rui.says(f"!incident reopen {ref} Visto outra vez")
    await rui.says("!digest now lang:en")
    [post] = digests(world)
    assert post.record["counts"]["reopened"] == 1 and post.record["counts"]["carried"] == 0
    assert "Reopened: 1 (a week before: 0)" in post.body
    assert re.search(rf"Reopened:\n\n• {ref}", post.body), post.body
    assert re.search(rf"<tr><th scope=row>{ref}.*<td>Reopened\n", page(world))
