"""Whoever may not read a change learns of it by no question and no refusal either, nor by what is undone."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.handling import Release
from bot.model.incident import EntryKind
from bot.model.reference import Reference

from ..fakes import ROOM
from ..world import Person, World
from .marked import OTHER, TITLE, ana, asks, direct, ref_of, world
from .scene import replied

__all__ = ["ana", "world"]

STRICT = "TLP:AMBER+STRICT"
HERE, THERE = "41.15, -8.61", "43.0, 5.0"


@pytest.fixture
def rui(world: World) -> Person:
    """Return another lead of the originator."""
    return world.person("rui", "PRT-GNR")


@pytest.fixture
def luc(world: World, ana: Person) -> Person:
    """Return a lead of the agency that the incident is released to, who is not in its room."""
    return world.person("luc", "FRA-PN", room=OTHER)


async def declared(ana: Person) -> str:
    """Return an incident that the other agency has by a release."""
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high")
    ref = ref_of(ana.world)
    async with ana.world.store.transaction():
        await ana.world.store.mark.release(Reference(ref), Release("FRA-PN"))
    return ref


async def labelled(person: Person, line: str, room: str = ROOM) -> None:
    """Let somebody change something by a message that they label then."""
    said = await person.says(f"!incident {line}", room=room)
    await person.says("", room=room, **replied(STRICT, said))


def plain(posts: list[Any]) -> str:
    return " ".join(f"{post.body} {post.record}" for post in posts).replace("\u2068", "").replace("\u2069", "")


async def heard(person: Person, line: str, room: str) -> tuple[str, bool]:
    """Return all that the room hears once somebody has said *line*, and whether the answer is one that all is well."""
    world = person.world
    since = len(world.heard)
    answer = await asks(person, f"!incident {line}", room)
    return plain([one.post for one in world.heard[since:] if one.post and one.room == room]), answer.record["ok"]


@pytest.mark.parametrize(
    ("withheld", "line", "again"),
    [
        (f'place {{ref}} "{HERE}"', f'place {{ref}} "{THERE}"', 'place {ref} "38.7, -9.4"'),
        ("severity {ref} low Segredo", "severity {ref} very_high armados", "severity {ref} medium Nada"),
        (
            "assign {ref} scribe @ana:gnr.example",
            "assign {ref} scribe @luc-pn:example.org",
            "assign {ref} scribe @rui:gnr.example",
        ),
        ("status {ref} contained", "close {ref} resolved feito", "reopen {ref} Nada"),
    ],
)
async def test_what_is_withheld_contests_nothing_for_whom_it_is_withheld_from(
    world: World, ana: Person, rui: Person, luc: Person, withheld: str, line: str, again: str
) -> None:
    ref = await declared(ana)
    direct(ana)
    await labelled(ana, withheld.format(ref=ref))
    told, done = await heard(luc, line.format(ref=ref), OTHER)
    assert done, told
    assert "Ana" not in told and "just changed" not in told and "question" not in told
    authors = [one.author for one in await world.store.incident.entries(Reference(ref))]
    assert authors[-1] == luc.user_id, "it is entered as if nobody had changed it"
    [notice] = [one.post for one in world.heard if one.post and one.room == direct(ana)]
    assert ref in notice.body and "who may not read it" in notice.body and "ana" not in notice.mentions
    assert len([one for one in world.heard if one.post and "who may not read it" in one.post.body]) == 1
    told, done = await heard(rui, again.format(ref=ref), ROOM)
    assert not done and "luc-pn:example.org has just changed that" in told, (
        "and what stands in both rooms contests as ever"
    )


async def test_whoever_may_read_it_is_told_and_asked(world: World, ana: Person, rui: Person) -> None:
    ref = await declared(ana)
    await labelled(ana, f'place {ref} "{HERE}"')
    told, done = await heard(rui, f'place {ref} "{THERE}"', ROOM)
    assert not done and "Ana has just changed that" in told and "question" in told


async def test_behind_what_is_withheld_the_one_before_is_told(
    world: World, ana: Person, rui: Person, luc: Person
) -> None:
    ref = await declared(ana)
    await rui.says(f"!incident severity {ref} medium Menos")
    said = await ana.says(f"!incident severity {ref} low Segredo")
    digit = next(iter(ana.last.record["choices"]))
    await ana.says(digit, **replied(digit, world.event_of(ana.last)))
    await ana.says("", **replied(STRICT, said))
    told, done = await heard(luc, f"severity {ref} very_high armados", OTHER)
    assert not done and "rui:gnr.example has just changed that" in told and "Segredo" not in told


@pytest.mark.parametrize("later", ['place {ref} "' + HERE + '"', "note {ref} Segredo"])
async def test_an_undo_says_only_that_an_agency_has_gone_on(world: World, ana: Person, luc: Person, later: str) -> None:
    ref = await declared(ana)
    world.rooms.joined[ROOM].append(luc.user_id)
    await luc.says(f'!incident place {ref} "{THERE}"')
    world.clock.passes(seconds=40)
    await labelled(ana, later.format(ref=ref))
    before = await world.store.incident.find(Reference(ref))
    told, done = await heard(luc, f"undo {ref}", ROOM)
    assert not done and "PRT-GNR has gone on from there" in told and "Ana" not in told
    assert await world.store.incident.find(Reference(ref)) == before, "and nothing of it is lost"


async def test_what_is_undone_is_not_said_where_it_is_withheld(
    world: World, ana: Person, rui: Person, luc: Person
) -> None:
    ref = await declared(ana)
    world.rooms.joined[ROOM].append(luc.user_id)
    await labelled(luc, f'place {ref} "{THERE}"')
    told, done = await heard(luc, f"undo {ref}", ROOM)
    assert done and "43.0" not in told and "5.0" not in told and f"withheld under its label ({STRICT})" in told
    kinds = [one.kind for one in await world.store.incident.entries(Reference(ref))]
    assert kinds[-1] is EntryKind.UNDONE
    assert "43" in (await asks(luc, f"!incident timeline {ref}", direct(luc))).body


@pytest.mark.parametrize("line", ["decide {ref} Segredo", "note {ref} Segredo"])
async def test_no_decision_is_known_by_what_takes_its_place(world: World, ana: Person, luc: Person, line: str) -> None:
    ref = await declared(ana)
    await labelled(ana, line.format(ref=ref))
    told, done = await heard(luc, f"decide {ref} Outra corrects:2", OTHER)
    assert not done and f"{ref} has no decision 2" in told
    world.rooms.joined[OTHER].remove(luc.user_id)
    if "decide" in line:
        _told, done = await heard(ana, f"decide {ref} Outra corrects:2", direct(ana))
        assert done, "whoever may read it puts another in its place"


async def test_a_withheld_decision_stands_in_the_way_of_none(world: World, ana: Person, luc: Person) -> None:
    ref = await declared(ana)
    await ana.says(f"!incident decide {ref} Esperar")
    await labelled(ana, f"decide {ref} Segredo corrects:2")
    told, done = await heard(luc, f"decide {ref} Outra corrects:2", OTHER)
    assert done and "took its place" not in told


CAN = "conditions: Barco sem luzes actions: Equipa a caminho needs: Nada"


async def reports(person: Person, line: str, room: str) -> str:
    """Return all that the room hears once somebody has said a line about a report."""
    world = person.world
    since = len(world.heard)
    await person.says(f"!report {line}", room=room)
    return plain([one.post for one in world.heard[since:] if one.post and one.room == room])


@pytest.mark.parametrize("given", [CAN, "conditions: Outra actions: Outra needs: Outra"])
async def test_a_report_that_is_withheld_is_revised_by_nobody_who_may_not_read_it(
    world: World, ana: Person, luc: Person, given: str
) -> None:
    ref = await declared(ana)
    said = await ana.says(f"!report can {ref} {CAN}")
    await ana.says("", **replied(STRICT, said))
    told = await reports(luc, f"can {ref} {given}", OTHER)
    assert "revision 1 is on record" in told and "says the same" not in told
    assert given.split()[1] in told and "sem luzes" not in told.replace(given.split(" actions")[0][12:], "")
    rows = await world.database.rows("SELECT ref, revision FROM report")
    assert len({row["ref"] for row in rows}) == 2 and {row["revision"] for row in rows} == {1}
    assert "revision 2" in await reports(luc, f"can {ref} needs: Mais", OTHER), "their own is revised"


async def test_what_is_withheld_while_a_report_is_asked_for_is_not_repeated_in_it(
    world: World, ana: Person, luc: Person
) -> None:
    ref = await declared(ana)
    said = await ana.says(f"!report can {ref} {CAN}")
    asked = await reports(luc, f"can {ref}", OTHER)
    assert "sem luzes" not in asked
    await ana.says("", **replied(STRICT, said))
    for answer in ("Escuro", "Espera", "Nada"):
        event = next(f"$sent{n}" for n, h in reversed([*enumerate(world.heard, 1)]) if h.room == OTHER and h.post)
        since = len(world.heard)
        await luc.says("", room=OTHER, **replied(answer, event))
    told = plain([one.post for one in world.heard[since:] if one.post and one.room == OTHER])
    assert "revision 1 is on record" in told and "Escuro" in told and "sem luzes" not in told
    assert "sem luzes" in await reports(ana, f"show {ref}", direct(ana))


@pytest.mark.parametrize("guess", [HERE, THERE])
async def test_a_guess_that_is_undone_tells_nothing(world: World, ana: Person, luc: Person, guess: str) -> None:
    ref = await declared(ana)
    world.rooms.joined[ROOM].append(luc.user_id)
    await labelled(ana, f'place {ref} "{HERE}"')
    world.clock.passes(seconds=40)
    told, done = await heard(luc, f'place {ref} "{guess}"', ROOM)
    assert done and guess.split(",")[0].rstrip("0") in told
    told, done = await heard(luc, f"undo {ref}", ROOM)
    assert done, told
    shown, _done = await heard(luc, f"show {ref}", ROOM)
    assert HERE.split(",")[0] not in shown and "Place" not in shown
    incident = await world.store.incident.find(Reference(ref))
    assert incident and incident.place and (incident.place.latitude, incident.place.longitude) == (41.15, -8.61)
