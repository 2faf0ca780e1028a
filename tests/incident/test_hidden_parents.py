"""An incident under another that not everyone may read of: nothing tells those of it, and nothing is refused for it."""

from __future__ import annotations

from ..world import Person, World
from .marked import ana, asks, cards, direct, luc, marks, ref, world

__all__ = ["ana", "luc", "ref", "world"]


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


async def declares(person: Person, title: str) -> str:
    await person.says(f"!incident declare {title} severity:low type:other")
    return str(person.last.record["ref"])


async def sees(person: Person, ref: str) -> str:
    """Return all that somebody is shown of an incident directly."""
    said = [(await asks(person, f"!incident {word} {ref}", direct(person))).body for word in ("show", "timeline")]
    return plain("\n".join(said))


async def test_nothing_tells_of_a_parent_that_is_withheld(world: World, ana: Person, luc: Person, ref: str) -> None:
    parent = await declares(ana, "Grey van")
    await ana.says(f"!incident parent {ref} {parent}")
    await ana.says(f"!incident note {ref} it lands")
    assert parent in await sees(luc, ref) and ref in await sees(luc, parent)
    await marks(world, parent, "TLP:AMBER", ("PRT-GNR",))
    assert parent not in await sees(luc, ref) and "part of" not in (await sees(luc, ref)).lower()
    assert f"Part of {parent}" in await sees(ana, ref) and f"Its parts: {ref}" in await sees(ana, parent)
    absent = (await asks(luc, f"!incident parent {ref} BRAVO-7K3Q0")).body
    assert (await asks(luc, f"!incident parent {ref} {parent}")).body == absent
    of_none = plain((await asks(luc, f"!incident parent {ref} none")).body)
    assert of_none == f"{ref} is a part of no other incident.", of_none
    assert f"Part of {parent}" in await sees(ana, ref), "nobody takes out what they may not read of"


async def test_a_parent_that_is_withheld_gives_way_to_another(world: World, ana: Person, luc: Person, ref: str) -> None:
    hidden, other = await declares(ana, "Grey van"), await declares(ana, "Two men")
    await ana.says(f"!incident parent {ref} {hidden}")
    await marks(world, hidden, "TLP:AMBER", ("PRT-GNR",))
    await luc.says(f"!incident parent {ref} {other}")
    assert plain(luc.last.body) == f"{ref} is a part of {other} now." and hidden not in await sees(luc, ref)
    [card] = [plain(card.body) for card in cards(world) if card.record["ref"] == ref]
    assert f"Part of {other}" in card and hidden not in card
    seen = await sees(ana, ref)
    assert f"Part of {other}" in seen and f"not part of {hidden} any more" in seen
    assert f"{ref} is not a part of it any more" in await sees(ana, hidden)


async def test_a_circle_through_what_is_withheld_is_opened_there(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    hidden, other = await declares(ana, "Grey van"), await declares(ana, "Two men")
    await ana.says(f"!incident parent {other} {hidden}")
    await ana.says(f"!incident parent {hidden} {ref}")
    await marks(world, hidden, "TLP:AMBER", ("PRT-GNR",))
    await luc.says(f"!incident parent {ref} {other}")
    assert luc.hears(ok=True, ref=ref) and plain(luc.last.body) == f"{ref} is a part of {other} now."
    seen = await sees(ana, other)
    assert f"Its parts: {ref}" in seen and f"not part of {hidden} any more" in seen and "Part of" not in seen
    assert f"Part of {ref}" in await sees(ana, hidden), "the tie that closes no circle stays"
