"""The file of named points: every fault with its line, and what a point is found by."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Config, ConfigError, load
from bot.config.gazetteer import MOST, read_points
from bot.model.places import NOWHERE, Gazetteer, NotPlace, Place, Point
from bot.services.place import gazetteer

from .test_config import LEAST

AGENCY = """
[[agencies]]
code = "PRT-GNR"
country = "PT"
language = "pt"
timezone = "Europe/Lisbon"
members = ["@*:gnr.example"]
post = "{post}"
"""


def written(folder: Path, csv: bytes, more: str = "") -> Path:
    (folder / "secrets").mkdir(exist_ok=True)
    (folder / "secrets" / "password").write_text("hunter2\n")
    (folder / "places.csv").write_bytes(csv)
    path = folder / "liaison.toml"
    path.write_text(LEAST.replace("[privacy]", 'gazetteer = "places.csv"\n[privacy]') + more, encoding="utf-8")
    return path


def loaded(folder: Path, csv: bytes, more: str = "") -> Config:
    return load(written(folder, csv, more))


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ["line 1: has no column “name”", "line 1: has no column “latitude”", "line 1: has no column “longitude”"]),
        ("name,latitude\nA,1", ["line 1: has no column “longitude”"]),
        ("name,name,latitude,longitude", ["line 1: has the column “name” twice"]),
        (
            "name,latitude,longitude,colour",
            ["line 1: “colour” is neither name, latitude, longitude, kind nor a language code such as pt"],
        ),
        ("name,latitude,longitude\nA,1", ["line 2: has 2 values; the first line names 3"]),
        ("name,latitude,longitude\nA,1,2,3", ["line 2: has 4 values; the first line names 3"]),
        ('name;latitude;longitude\nA;"41,1";2', ["line 2: latitude “41,1” is not in decimal degrees such as 41.1496"]),
        ("name,latitude,longitude\nA,91,2", ["line 2: latitude 91 is more than 90 degrees"]),
        ("name,latitude,longitude\nA,1,-180.5", ["line 2: longitude -180.5 is more than 180 degrees"]),
        ("name,latitude,longitude\nA,٤١,nan", [
            "line 2: latitude “٤١” is not in decimal degrees such as 41.1496",
            "line 2: longitude “nan” is not in decimal degrees such as 41.1496",
        ]),
        ("name,latitude,longitude\n,1,2", ["line 2: has no name"]),
        ("name,latitude,longitude\n123,1,2", ["line 2: the name “123” has no letter"]),
        (f"name,latitude,longitude\n{'x' * 61},1,2", ["line 2: a name has 61 characters; 60 are the most"]),
        (
            "name,latitude,longitude\nA\u202eB,1,2",
            ["line 2: a name must be one line without invisible characters"],
        ),
        ('name,latitude,longitude\n"A\nB",1,2', ["line 3: a name must be one line without invisible characters"]),
        ("name,latitude,longitude,kind\nA,1,2,pub", [
            "line 2: kind “pub” is none of post, crossing, bridge, port, airfield, beach, landmark"
        ]),
        ("name,latitude,longitude,pt\nÉtang,1,2,\nB,1,2,etang", [
            "line 3: “etang” is a name of the point on line 2 too"
        ]),
        ('name,latitude,longitude\nA,1,2\n"B,1,2', ["line 3: is not CSV: unexpected end of data"]),
    ],
)  # fmt: skip
def test_each_fault_is_said_with_its_line(text: str, faults: list[str]) -> None:
    assert read_points(text)[1] == faults


def test_what_is_right_has_no_fault() -> None:
    points, faults = read_points("Name;Latitude;Longitude;kind;pt\r\nA;1.5;-2;post;B|C\r\n\r\nD;1;2;;\r\n")
    assert faults == [] and [(p.line, p.name, p.aliases, p.kind) for p in points] == [
        (2, "A", ("B", "C"), "post"),
        (4, "D", (), ""),
    ]


def test_there_is_a_most() -> None:
    rows = "".join(f"P{number}x,1,2\n" for number in range(MOST + 1))
    assert read_points("name,latitude,longitude\n" + rows)[1] == [
        f"line {MOST + 2}: is point {MOST + 1}; {MOST} are the most"
    ]


@pytest.mark.parametrize(
    ("csv", "fault"),
    [
        (b"name,latitude,longitude\nA,x,2\n", "line 2: latitude “x” is not in decimal degrees"),
        (b"name,latitude,longitude\nA\xff,1,2\n", "is not a text file (UTF-8)"),
        (b"x" * 2_000_001, "is larger than 2000000 bytes"),
        (b"name,latitude,longitude\n" + b"A,x,2\n" * 60, "and 10 more"),
    ],
)
def test_a_start_with_a_broken_file_is_refused(tmp_path: Path, csv: bytes, fault: str) -> None:
    with pytest.raises(ConfigError) as refused:
        loaded(tmp_path, csv)
    assert any(one.startswith("taskforce.gazetteer: ") and fault in one for one in refused.value.faults)
    assert len(refused.value.faults) <= 51


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, b"")
    (tmp_path / "places.csv").unlink()
    with pytest.raises(ConfigError, match="there is no such file"):
        load(path)


@pytest.mark.parametrize(
    ("post", "fault"),
    [("Nowhere", "is no place that I can read"), ("95.0000, 10.0000", "is no place on earth")],
)
def test_a_post_that_is_no_place_is_said(tmp_path: Path, post: str, fault: str) -> None:
    config = loaded(tmp_path, b"name,latitude,longitude\nGuarda,40.5,-7.2\n", AGENCY.format(post=post))
    with pytest.raises(ConfigError) as refused:
        gazetteer(config)
    assert refused.value.faults[0].startswith("agencies.1.post: ") and fault in refused.value.faults[0]
    assert gazetteer(loaded(tmp_path, b"name,latitude,longitude\nGuarda,40.5,-7.2\n", AGENCY.format(post="GUARDA")))


def test_of_coordinates_and_names_each_is_read() -> None:
    known = Gazetteer([Point("Guarda", Place(40.5, -7.2, 10.0, "Guarda", "Guarda"), aliases=("Ponte İçi",))])
    for typed in ("guarda", "  GUARDA ", "ponte ici", "PONTE İÇİ"):
        found = known.read(typed)
        assert isinstance(found, Place) and found.name == "Guarda" and found.text == typed.strip()
    assert isinstance(known.read("29T NF 12345 67890"), Place)
    assert isinstance(known.read("Guarda " * 5_000), NotPlace)


def test_names_in_running_text_are_found_the_longest_first() -> None:
    here = Place(40.5, -7.2, 10.0)
    known = Gazetteer([Point("Ponte", here), Point("Ponte Velha", here, aliases=("Vieux Pont",)), Point("A", here)])
    for text, names in (
        ("A caminho da PONTE-VELHA, depois ponte.", ["PONTE-VELHA", "ponte"]),
        ("au vieux pont", ["vieux pont"]), ("pontes", []), ("ponte ponte velha", ["ponte", "ponte velha"]), ("", []),
    ):  # fmt: skip
        assert [text[one.start : one.end] for one in known.within(text)] == names, text
        assert [one.place.text for one in known.within(text)] == names
    assert NOWHERE.within("Ponte Velha") == []
