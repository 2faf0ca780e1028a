"""A report to the rights monitors that is nearly one: how it is written is said in a direct room, and nowhere else."""

from __future__ import annotations

import pytest

from ..world import Person, World
from .test_sir import DIRECT, SECRET, ana, everything, posted, world

__all__ = ["ana", "world"]


def heard_in(world: World, room: str, since: int) -> list[str]:
    return [one.post.body for one in world.heard[since:] if one.post and one.room == room]


@pytest.mark.parametrize("begun", ["!sri", "!sirr", "!si", "/sur", "! sir", "!sir-report", "sir", "Sir,", "\\sir"])
async def test_who_misspells_it_is_told_how_it_is_written(world: World, ana: Person, begun: str) -> None:
    since = len(world.heard)
    await ana.says(f"{begun} {SECRET} strikes prisoners", room=DIRECT)
    assert heard_in(world, DIRECT, since) == ["Write it like this: !sir TEXT"] and len(world.heard) == since + 1
    assert SECRET not in await everything(world) and posted(world, "file") == []


@pytest.mark.parametrize("begun", ["!sri", "sir", "! sir"])
async def test_nobody_else_learns_of_it(world: World, ana: Person, begun: str) -> None:
    await ana.says(f"{begun} {SECRET} strikes prisoners")
    assert not any("!sir" in one.post.body for one in world.heard if one.post)


@pytest.mark.parametrize("said", ["Ser ou não ser", "si claro", "Bom dia", "!say halt.vehicle", "👍", "12"])
async def test_what_is_something_else_is_no_report(world: World, ana: Person, said: str) -> None:
    since = len(world.heard)
    await ana.says(said, room=DIRECT)
    assert not any("!sir" in body for body in heard_in(world, DIRECT, since))
