"""The file of lines that maps show: every fault with its feature, and what is taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.config import ConfigError, load
from bot.config.lines import MOST_POINTS, read_lines

from .test_config import LEAST


def feature(kind: str, coordinates: Any, name: Any = "River") -> dict[str, Any]:
    return {"type": "Feature", "properties": {"name": name}, "geometry": {"type": kind, "coordinates": coordinates}}


def text(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": [*features]})


def test_lines_and_outlines_are_taken_with_latitude_first() -> None:
    square = [[0, 0], [0, 1], [1, 1], [0, 0]]
    lines, faults = read_lines(
        text(
            feature("LineString", [[-7.4, 37.2], [-7.5, 37.3, 12.0]]),
            feature("MultiLineString", [[[1, 2], [3, 4]], [[5, 6], [7, 8]]], "Two\u202e  parts"),
            feature("Polygon", [square], None),
            feature("MultiPolygon", [[square], [square]]),
        )
    )
    assert faults == [] and len(lines) == 6
    assert (lines[0].name, lines[0].points) == ("River", ((37.2, -7.4), (37.3, -7.5)))
    assert [line.name for line in lines[1:4]] == ["Two parts", "Two parts", ""]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is no GeoJSON"),
        ('{"type": "FeatureCollection"}', "is no GeoJSON"),
        (text(feature("Point", [1, 2])), "feature 1: is no line and no area"),
        (text(feature("LineString", [[1, 2]])), "feature 1: has a line of fewer than two points"),
        (text(feature("LineString", [[1, 2], [3]])), "feature 1: has a position that is not [longitude, latitude]"),
        (text(feature("LineString", [[1, 2], [3, "4"]])), "feature 1: has a position that is not two numbers"),
        (text(feature("LineString", [[1, 2], [3, True]])), "feature 1: has a position that is not two numbers"),
        (text(feature("LineString", [[1, 2], [3, 1e999]])), "feature 1: has a position that is not two numbers"),
        (text(feature("LineString", [[37.2, -97.4], [1, 2]])), "feature 1: position 37.2, -97.4 is beyond"),
        (text(feature("LineString", {"a": 1})), "feature 1: its coordinates are no list"),
        (text(feature("Polygon", [[1, 2], [3, 4]])), "feature 1: has a position that is not [longitude, latitude]"),
        (text(feature("LineString", [[1, 2]] * (MOST_POINTS + 1))), f"has {MOST_POINTS + 1} points"),
        (text(7), "feature 1: is no line and no area"),
    ],
)
def test_every_fault_is_said(said: str, fault: str) -> None:
    lines, faults = read_lines(said)
    assert len(faults) == 1 and faults[0].startswith(fault), faults
    assert not lines or "points" in fault


def test_the_program_does_not_start_with_a_faulty_file(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "password").write_text("hunter2\n")
    (tmp_path / "lines.geojson").write_text(text(feature("Point", [1, 2])))
    path = tmp_path / "liaison.toml"
    path.write_text(LEAST.replace("[privacy]", 'map_lines = "lines.geojson"\n[privacy]'), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"taskforce\.map_lines: .*feature 1: is no line"):
        load(path)
