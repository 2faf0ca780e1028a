"""Answers that say something of several records: handled as the strictest, for whom all of them leave."""

from __future__ import annotations

from typing import Any

import pytest

from ..world import Person, World
from .marked import ana, asks, direct, luc, marks, ref, world

__all__ = ["ana", "luc", "ref", "world"]
ASKED = ["incident list", "incident find type:vessel", "task list", "incident timeline {ref}"]


@pytest.fixture
async def other(world: World, ana: Person, ref: str) -> str:
    """Return another incident, of which the first one has a duplicate as well; both have a task."""
    await ana.says("!incident declare Grey van type:vessel severity:low")
    other = str(ana.last.record["ref"])
    await ana.says("!incident declare Same boat type:vessel severity:low")
    await ana.says(f"!incident duplicate {ana.last.record['ref']} of:{ref}")
    for one in (ref, other):
        await ana.says(f"!incident task {one} Look at it")
    return other


def begins(post: Any) -> str:
    return str(post.body).replace("\u2068", "").replace("\u2069", "").partition("\n\n•")[0]


@pytest.mark.parametrize("line", ASKED[:3])
async def test_a_list_is_handled_as_the_strictest_in_it(
    world: World, ana: Person, luc: Person, ref: str, other: str, line: str
) -> None:
    plain = await asks(luc, f"!{line}")
    assert "Handling" not in plain.body and "handling" not in plain.record
    await marks(world, ref, "TLP:GREEN H1", ("FRA-PN", "ESP-GC"))
    await marks(world, other, "TLP:AMBER", ("FRA-PN",))
    said = await asks(luc, f"!{line}")
    assert said.body.startswith("Handling: TLP:AMBER H1\n\nWhom it is for: FRA-PN and PRT-GNR\n\n"), said.body
    assert said.record["handling"] == "TLP:AMBER H1" and "named" not in said.record
    assert list(said.record["releasable"]) == ["FRA-PN", "PRT-GNR"]


async def test_the_timeline_of_several_is_as_well(world: World, ana: Person, luc: Person, ref: str, other: str) -> None:
    same = next(h.post.record["ref"] for h in world.heard[::-1] if h.post and "Same boat" in h.post.body)
    await marks(world, str(same), "TLP:AMBER")
    said = await asks(luc, f"!incident timeline {ref}")
    assert said.body.startswith("Handling: TLP:AMBER\n\n") and said.record["handling"] == "TLP:AMBER"
    alone = await asks(luc, f"!incident show {other}")
    assert "handling" not in alone.record


async def test_what_is_not_shown_does_not_count(world: World, ana: Person, luc: Person, ref: str, other: str) -> None:
    await marks(world, ref, "TLP:AMBER", ("PRT-GNR",))
    for line in ASKED[:3]:
        said = await asks(luc, f"!{line}")
        assert "Handling" not in said.body and "handling" not in said.record, line
        own = await asks(ana, f"!{line}", direct(ana))
        assert "Handling: TLP:AMBER" in own.body and own.record["handling"] == "TLP:AMBER", line


async def test_whom_it_is_for_is_not_said_where_one_of_them_is_cut(
    world: World, ana: Person, luc: Person, ref: str, other: str
) -> None:
    await marks(world, ref, "TLP:AMBER H3", ("FRA-PN",))
    await marks(world, other, "TLP:GREEN")
    said = await asks(luc, "!incident list", direct(luc))
    assert said.body.startswith("Handling: TLP:AMBER H3\n\n") and "Whom" not in said.body
    assert "releasable" not in said.record
    own = await asks(ana, "!incident list", direct(ana))
    assert "Whom it is for: FRA-PN e PRT-GNR" in own.body.replace("\u2068", "").replace("\u2069", "")
