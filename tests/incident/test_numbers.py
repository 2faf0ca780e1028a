"""The numbers of a timeline: whoever may not read of another incident misses none, and reads no count of it."""

from __future__ import annotations

import re

import pytest

from ..world import Person, World
from .marked import ana, asks, cards, luc, marks, ref, world
from .scene import replied

__all__ = ["ana", "luc", "ref", "world"]


def numbers(text: str) -> list[int]:
    """Return the numbers of the lines of a timeline."""
    return [int(number) for number in re.findall(r"^• (\d+)\. ", text, re.MULTILINE)]


async def test_what_tells_of_a_hidden_incident_leaves_no_gap(world: World, ana: Person, luc: Person, ref: str) -> None:
    await ana.says("!incident declare Grey van severity:low type:other")
    other = str(ana.last.record["ref"])
    await ana.says(f"!incident link {ref} {other}")
    await ana.says(f"!incident note {ref} two people left it")
    shown = (await asks(luc, f"!incident timeline {ref}")).body
    assert "linked with" in shown and numbers(shown) == [1, 2]
    await marks(world, other, "TLP:AMBER", ("PRT-GNR",))
    shown = (await asks(luc, f"!incident timeline {ref}")).body
    assert "linked" not in shown and "two people left it" in shown and numbers(shown) == [1, 2]
    await ana.says(f"!incident note {ref} they are gone")
    [card] = [card.body for card in cards(world) if card.record["ref"] == ref]
    assert "3 entries" in card.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize("label", ["TLP:AMBER", "TLP:RED"])
async def test_a_label_for_what_tells_of_a_hidden_incident_leaves_none_either(
    world: World, ana: Person, luc: Person, ref: str, label: str
) -> None:
    await ana.says("!incident declare Grey van severity:low type:other")
    other = str(ana.last.record["ref"])
    message = await ana.says(f"!incident link {ref} {other}")
    await ana.says("", **replied(label, message))
    await ana.says(f"!incident note {ref} two people left it")
    shown = (await asks(luc, f"!incident timeline {ref}")).body
    assert f"marked {label}" in shown and numbers(shown) == [1, 2]
    await marks(world, other, "TLP:AMBER", ("PRT-GNR",))
    shown = (await asks(luc, f"!incident timeline {ref}")).body
    answer = await asks(luc, f"!incident show {ref}")
    assert "handling" not in answer.record
    assert label not in shown and "withheld" not in shown and numbers(shown) == [1, 2]
    assert len([line for line in shown.splitlines() if line.startswith("•")]) == 2, shown


async def test_a_decision_is_named_by_the_number_that_is_seen(world: World, ana: Person, luc: Person, ref: str) -> None:
    await ana.says("!incident declare Grey van severity:low type:other")
    await ana.says(f"!incident link {ref} {ana.last.record['ref']}")
    await ana.says(f"!incident decide {ref} Close the gate")
    assert "decision 2" in ana.last.body.replace("\u2068", "").replace("\u2069", "")
    await ana.says(f"!incident decide {ref} Open the gate corrects:2")
    assert ana.hears(ok=True, command="incident decide")
