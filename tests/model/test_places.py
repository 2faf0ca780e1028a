"""Places: grids and angles, read, printed, and turned into one another."""

from __future__ import annotations

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.places import NotPlace, Place, PlaceFault, bearing, decimal, distance, find, grid, read, sexagesimal

from ..cost import takes_under

# Latitude, longitude and reference as GEOTRANS (NGA), through the package mgrs 1.6.0, gives them.
REFERENCES = [
    (48.24949, 16.41449, "33UXP0500344997"),  # Vienna
    (41.1496, -8.611, "29TNF3264155437"),  # Porto
    (38.7223, -9.1393, "29SMC8789085969"),  # Lisbon
    (37.9715, 23.7267, "34SGH3951106160"),  # Athens
    (41.6771, 26.5557, "35TMG6301814021"),  # Edirne
    (40.6892, -74.0445, "18TWL8073504695"),  # New York
    (-33.8568, 151.2153, "56HLH3490052288"),  # Sydney
    (-22.9519, -43.2105, "23KPQ8347660687"),  # Rio
    (0.0001, 0.0001, "31NAA6603200011"),  # the equator
    (-0.0001, -0.0001, "30MZE3396799988"),  # south of it
    (60.3913, 5.3221, "32VKN9735300648"),  # Bergen: zone 32, not 31
    (78.2232, 15.6267, "33XWG1427883355"),  # Longyearbyen: zone 33
    (78.9, 8.5, "31XFH1803964377"),  # 31X
    (79.0, 22.0, "35XLH9361974533"),  # 35X
    (80.0, 35.0, "37XDJ2251684250"),  # 37X
    (83.9, 179.9, "60XWU3439017795"),  # far north
    (-79.9, -179.9, "01CDM4324728161"),  # far south
    (52.2297, 21.0122, "34UEC0083386586"),  # Warsaw
    (44.4268, 26.1025, "35TMK2856119670"),  # Bucharest
    (49.8397, 24.0297, "35UKR8643625040"),  # Lviv
    (33.8938, 35.5018, "36SYC3135053198"),  # Beirut
]

# Distances in metres and initial bearings as GeographicLib 2.1 gives them on WGS 84.
GEODESICS = [
    ((41.1496, -8.611), (41.1579, -8.6291), 1777.06, 301.251),
    ((38.7223, -9.1393), (40.4168, -3.7038), 503412.58, 66.344),
    ((37.9715, 23.7267), (41.6771, 26.5557), 477359.82, 29.587),
    ((60.3913, 5.3221), (60.3913, 5.4221), 5513.97, 89.957),
    ((-33.8568, 151.2153), (-22.9519, -43.2105), 13535407.59, 164.444),
    ((0.0, 0.0), (0.5, 0.5), 78451.25, 45.191),
    ((52.0, 179.9), (52.0, -179.9), 13735.60, 89.921),
    ((70.0, 20.0), (70.001, 20.001), 117.92, 18.895),
]


def place(text: str, language: str = "en") -> Place:
    found = read(text, language=language)
    assert isinstance(found, Place), (text, found)
    return found


@pytest.mark.parametrize(("latitude", "longitude", "reference"), REFERENCES)
def test_published_points_have_their_grid_and_back(latitude: float, longitude: float, reference: str) -> None:
    printed = grid(Place(latitude, longitude, 1))
    assert printed is not None
    assert printed.replace(" ", "") == reference
    back = place(reference)
    assert distance(back, Place(latitude, longitude, 1)) < 0.8
    assert grid(back) == printed


@pytest.mark.parametrize(("one", "other", "metres", "degrees"), GEODESICS)
def test_distance_and_bearing(
    one: tuple[float, float], other: tuple[float, float], metres: float, degrees: float
) -> None:
    start, end = Place(*one, 1), Place(*other, 1)
    assert isclose(distance(start, end), metres, rel_tol=1e-4)
    assert abs((bearing(start, end) - degrees + 180) % 360 - 180) < 0.2


def test_a_place_is_no_way_from_itself_and_half_the_world_from_its_antipode() -> None:
    here, there = Place(41.0, -8.0, 1), Place(-41.0, 172.0, 1)
    assert distance(here, here) == 0
    assert isclose(distance(here, there), 20_004_000, rel_tol=0.005)


@given(st.floats(-79.99, 83.99), st.floats(-180, 180), st.integers(2, 5))
def test_a_printed_grid_is_read_back_to_the_same_square(latitude: float, longitude: float, digits: int) -> None:
    printed = grid(Place(latitude, longitude, 1), digits)
    assert printed is not None
    back = place(printed)
    size = 10 ** (5 - digits)
    assert back.precision_m == size
    assert distance(back, Place(latitude, longitude, 1)) <= size * 0.71
    again = grid(back)
    # The middle of a square across the edge of a zone or a band may lie in the next one.
    assert again == printed or (again is not None and again[:3] != printed[:3])


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("33UXP", 100_000),
        ("33UXP04", 10_000),
        ("33UXP0544", 1_000),
        ("33UXP050449", 100),
        ("33UXP05004499", 10),
        ("33UXP0500444998", 1),
        ("33u xp 05004 44998", 1),
        ("33U XP 0500444998", 1),
        ("33 U XP 050 449", 100),
        ("３３UXP٠٥٠٤٤٩", 100),
    ],
)
def test_a_grid_keeps_its_precision_and_its_text(text: str, precision: int) -> None:
    found = place(text)
    assert (found.precision_m, found.text) == (precision, text)
    printed = grid(found)
    assert printed is not None
    assert printed.startswith("33U XP")
    assert len(printed.replace(" ", "")) == 5 + 2 * (5 - len(str(precision)) + 1)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("33UXP050044499", PlaceFault.NOT_UNDERSTOOD),  # seven digits and eight
        ("33UXP 0500 449", PlaceFault.NOT_UNDERSTOOD),
        ("33UXP050044499805", PlaceFault.NOT_UNDERSTOOD),
        ("00UXP0544", PlaceFault.IMPOSSIBLE),
        ("61UXP0544", PlaceFault.IMPOSSIBLE),
        ("33IXP0544", PlaceFault.IMPOSSIBLE),
        ("33OXP0544", PlaceFault.IMPOSSIBLE),
        ("33UAP0544", PlaceFault.IMPOSSIBLE),  # A is no column of zone 33
        ("33UXI0544", PlaceFault.IMPOSSIBLE),
        ("33UXW0544", PlaceFault.IMPOSSIBLE),
        ("33UXF0544", PlaceFault.IMPOSSIBLE),  # a row that band U does not have
        ("32XNJ0544", PlaceFault.IMPOSSIBLE),  # Svalbard has no zone 32
        ("31VGC0544", PlaceFault.IMPOSSIBLE),  # that part of Norway is zone 32's
        ("33YXP0544", PlaceFault.POLAR),
        ("ZAH0000", PlaceFault.POLAR),
        ("41 8", PlaceFault.NOT_UNDERSTOOD),
        ("41.1496", PlaceFault.NOT_UNDERSTOOD),
        ("41.1496N 8.6110", PlaceFault.NOT_UNDERSTOOD),
        ("41.1496N 8.6110N", PlaceFault.NOT_UNDERSTOOD),
        ("-41.1496N 8.6110W", PlaceFault.NOT_UNDERSTOOD),
        ("41.5°30'N 8°W", PlaceFault.NOT_UNDERSTOOD),
        ("91.0, 8.0", PlaceFault.IMPOSSIBLE),
        ("41.0, 181.0", PlaceFault.IMPOSSIBLE),
        ("geo:91,8", PlaceFault.IMPOSSIBLE),
        ("40°61'N 8°10'W", PlaceFault.IMPOSSIBLE),
        ("40°10'N 8°10'O", PlaceFault.AMBIGUOUS),
        ("the bridge", PlaceFault.NOT_UNDERSTOOD),
        ("", PlaceFault.NOT_UNDERSTOOD),
    ],
)
def test_what_is_no_place_and_why(text: str, fault: PlaceFault) -> None:
    assert read(text) == NotPlace(fault)


PORTO = (41.1496, -8.6110)


@pytest.mark.parametrize(
    "text",
    [
        "41.1496, -8.6110",
        "41.1496 -8.6110",
        "41.1496,-8.6110",
        "41.1496° −8.6110°",
        "41,1496; -8,6110",
        "41,1496, -8,6110",
        "41.1496N 8.6110W",
        "41.1496 N, 8.6110 W",
        "8.6110W 41.1496N",
        "N41.1496 W8.6110",
        "41°08'58.56\"N 8°36'39.6\"W",
        "41° 08′ 58.56″ N, 8° 36′ 39.6″ W",
        "41º08’58,56”n 8º36’39,6”w",
        "41 08 58.56 N 8 36 39.6 W",
        "41°08.976'N 8°36.66'W",
        "41 08.976 N 8 36.66 W",
        "geo:41.1496,-8.6110",
        "geo:41.1496,-8.6110;u=35",
        "٤١٫١٤٩٦, -٨٫٦١١٠",
    ],
)
def test_the_ways_to_write_an_angle(text: str) -> None:
    found = place(text)
    assert (round(found.latitude, 6), round(found.longitude, 6)) == PORTO


@pytest.mark.parametrize(
    ("language", "text", "east"),
    [
        ("pt", "41°08'N 8°36'O", False),
        ("pt", "41°08'S 8°36'L", True),
        ("es", "41°08'N 8°36'O", False),
        ("fr", "41°08'N 8°36'O", False),
        ("it", "41°08'N 8°36'O", False),
        ("de", "41°08'N 8°36'O", True),
        ("de-AT", "41°08'N 8°36'O", True),
        ("ro", "41°08'N 8°36'V", False),
        ("el", "41°08'Β 8°36'Δ", False),
        ("tr", "41°08'K 28°36'D", True),
        ("uk", "41°08' пн 28°36' сх", True),
        ("ar", "41°08' شمال 28°36' شرق", True),
    ],
)
def test_the_letters_of_a_language(language: str, text: str, east: bool) -> None:
    assert (place(text, language).longitude > 0) is east


def test_a_greek_nu_is_not_taken_for_north() -> None:
    assert read("41°08'Ν 8°36'Δ", language="el") == NotPlace(PlaceFault.AMBIGUOUS)


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("41.1496, -8.6110", 11.132),
        ("41.15, -8.61", 1113.2),
        ("41°08'59\"N 8°36'40\"W", 30.9),
        ("41°08'N 8°36'W", 1855.0),
        ("geo:41.1496,-8.6110;u=35", 35.0),
    ],
)
def test_an_angle_is_as_precise_as_its_last_digit(text: str, precision: float) -> None:
    assert isclose(place(text).precision_m, precision)


def test_a_place_is_printed_in_three_forms_no_finer_than_it_is_known() -> None:
    vienna = place("33UXP0500444998")
    assert grid(vienna) == "33U XP 05004 44998"
    assert decimal(vienna) == "48.24950, 16.41450"
    assert sexagesimal(vienna) == "48°14′58.2″N 16°24′52.2″E"
    porto = place("41.1496, -8.6110")
    assert (grid(porto), decimal(porto)) == ("29T NF 3264 5543", "41.1496, -8.6110")
    assert sexagesimal(porto) == "41°08′59″N 8°36′40″W"
    assert sexagesimal(place("-41.99, 8.99")) == "41°59′S 8°59′E"
    assert grid(Place(85.0, 10.0, 1)) is None
    assert grid(Place(-80.1, 10.0, 1)) is None


def test_sixty_seconds_are_a_minute() -> None:
    assert sexagesimal(Place(40.99999, 8.9999999, 30.9)) == "41°00′00″N 9°00′00″E"


def test_places_in_running_text() -> None:
    text = (
        "Seen at 29T NF 12345 67890 near 41.1496, -8.6110 and 41°08′59″N 8°36′40″W; 38TNL12345678. On 04 MAR 2026 we"
        " paid 1.250, 3.500 for 12 AB 3456, see 33UAP0544."
    )
    assert [text[one.start : one.end] for one in find(text)] == [
        "29T NF 12345 67890",
        "41.1496, -8.6110",
        "41°08′59″N 8°36′40″W",
        "38TNL12345678",
    ]


@pytest.mark.parametrize(
    ("text", "found", "sought"),
    [
        ("Boat at 41.15, -8.61 now", "41.15, -8.61", True), ("Boat at 41.15N, 8.61W.", "41.15N, 8.61W", True),
        ("Boat -8.61,41.15", "-8.61,41.15", True), ("Boat 41.1496, −8.61", "41.1496, −8.61", True),
        ("Boat at 41.15, 26.30", "41.15, 26.30", False), ("Boats at 12.30, 14.50", None, False),
        ("paid 1.250, 3.500", None, False), ("from 2.50 -3.50 m", None, False), ("12.5, -3.2", None, False),
    ],
)  # fmt: skip
def test_degrees_with_few_decimals_are_found_where_they_plainly_are_some(
    text: str, found: str | None, sought: bool
) -> None:
    """`sought`: found in any text, not only where a place is sought."""
    assert [text[one.start : one.end] for one in find(text, sought=True)] == ([found] if found else [])
    assert [text[one.start : one.end] for one in find(text)] == ([found] if found and sought else [])


@given(st.text(max_size=80))
def test_any_text_has_an_outcome(text: str) -> None:
    assert isinstance(read(text), Place | NotPlace)
    find(text)


@pytest.mark.parametrize("piece", ["1 ", "41.1496 ", "41°08'59\"N ", "33UXP05004 ", "1", "33U XP ", "41,", "°'", "-"])
def test_a_hostile_line_costs_little(piece: str) -> None:
    line = piece * (100_000 // len(piece))
    assert takes_under(0.05, lambda: (read(line), find(line)))
