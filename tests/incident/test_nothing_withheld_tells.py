"""Of two values of what is withheld, whoever may not read it gets the same answers, whatever they ask or guess."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.model.handling import Release
from bot.model.reference import Reference

from ..fakes import ROOM
from ..world import World
from .marked import OTHER, TITLE, asks, comes, direct, leads, ref_of
from .scene import replied

GUESS = "Barco azul"
VALUES = {
    "place": ('incident place {ref} "41.15, -8.61"', 'incident place {ref} "43.0, 5.0"'),
    "note": (f"incident note {{ref}} 10:00 {GUESS}", "incident note {ref} 09:00 Carro preto"),
    "report": (
        f"report can {{ref}} conditions: {GUESS} actions: azul needs: Nada",
        "report can {ref} conditions: Carro actions: preto needs: Muito",
    ),
    "severity": (f"incident severity {{ref}} very_high {GUESS}", "incident severity {ref} very_high Carro preto"),
    "decision": (f"incident decide {{ref}} {GUESS}", "incident note {ref} Carro preto"),
    "task": (f"incident task {{ref}} {GUESS}", "incident task {ref} Carro preto"),
}
ASKED = [
    'incident place {ref} "41.15, -8.61"',
    "incident undo {ref}",
    f"report can {{ref}} conditions: {GUESS} actions: azul needs: Nada",
    f"incident severity {{ref}} low {GUESS}",
    "incident decide {ref} Outra corrects:2",
    "incident show {ref}",
    "incident timeline {ref}",
    "incident find azul",
    'incident find near:"41.15, -8.61" within:5',
    "task list",
    "incident checklist {ref}",
    "report show {ref}",
    f"incident declare {GUESS} 41.15, -8.61 type:vessel severity:high",
    "incident close {ref} resolved feito",
]


async def got(world: World, line: str) -> list[str]:
    """Return all that the other agency gets once *line* was said and is withheld, its references numbered."""
    ana, luc = world.person("ana", "PRT-GNR"), world.person("luc", "FRA-PN", room=OTHER)
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high")
    ref = ref_of(world)
    async with world.store.transaction():
        await world.store.mark.release(Reference(ref), Release("FRA-PN"))
    said = await ana.says(f"!{line.format(ref=ref)}")
    await ana.says("", **replied("TLP:AMBER+STRICT", said))
    await comes(world, luc.user_id, "join")
    rooms, since = (ROOM, OTHER, direct(luc)), len(world.heard)
    for asked in ASKED:
        for room in rooms if "declare" not in asked else rooms[1:2]:  # else references, which are drawn, order them
            await asks(luc, f"!{asked.format(ref=ref)}", room)
        world.clock.passes(seconds=40)
    told = [one for one in world.heard[since:] if one.post and one.room in rooms]
    names: dict[str, str] = {}
    return [
        re.sub(
            r"BRAVO-\w{5}|\$sent\d+",
            lambda found: names.setdefault(found[0], f"{found[0][:3]}{len(names)}"),
            f"{one.room} {one.post}",
        )
        for one in told
    ]


@pytest.mark.parametrize("kind", VALUES)
async def test_two_values_of_what_is_withheld_give_the_same_answers(tmp_path: Path, kind: str) -> None:
    fast = leads(limits={"commands_per_person": 10_000, "commands_per_room": 10_000})
    found = []
    for number, line in enumerate(VALUES[kind]):
        one = World(tmp_path / f"{number}.db", fast)
        await one.start()
        found.append(await got(one, line))
        await one.stop()
    assert len(found[0]) > 2 * len(ASKED)
    assert found[0] == found[1]
