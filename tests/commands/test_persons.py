"""A person in a command: by a full id, by its part before the colon, or by a display name that one person has."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.people import People
from bot.model.person import UserId

from ..fakes import ROOM, configuration
from ..incident.scene import TITLE, ref_of, stands
from ..world import Person, World

KATE, OTHER = UserId("@kate:example.org"), UserId("@kate:gnr.example")
PEOPLE = People(((KATE, "Kate Miller"), (UserId("@jose-gnr:example.org"), "José"), (UserId("@rui:gnr.example"), "")))


@pytest.fixture
async def world(tmp_path: Any) -> Any:
    world = World(tmp_path / "liaison.db", configuration(roles={"lead": ["@rui:gnr.example"]}))
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
async def rui(world: World) -> Person:
    rui = world.person("rui", "PRT-GNR")
    world.person("kate")
    world.rooms.names[KATE] = "Kate Miller"
    await rui.says(f"!incident declare {TITLE} type:vessel severity:medium")
    return rui


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@kate", [KATE]), ("kate", [KATE]), ("KATE", [KATE]), ("kate miller", [KATE]), ("@kate miller", [KATE]),
        ("jose", ["@jose-gnr:example.org"]), ("@jose", ["@jose-gnr:example.org"]),
        ("@jose-gnr", ["@jose-gnr:example.org"]), ("rui", ["@rui:gnr.example"]), ("miller", []), 
        ("@miller", []), ("", []), ("@", []),
    ],
)  # fmt: skip
def test_who_may_be_meant(text: str, found: list[str]) -> None:
    assert list(PEOPLE.called(text)) == found


def test_a_name_that_looks_like_anothers_is_no_name_of_one_person() -> None:
    people = People(((KATE, ""), (OTHER, ""), (UserId("@eve:example.org"), "K\u0430te")))
    assert people.called("@kate") == (KATE, OTHER)
    assert people.called("kate") == (KATE, OTHER, "@eve:example.org")
    poses = People(((KATE, "Kate"), (UserId("@eve:example.org"), "Kate"), (UserId("@eve-bf:example.org"), "kate")))
    assert poses.called("@kate") == (KATE,), "an id counts before what somebody calls themselves"
    assert poses.called("@eve") == ("@eve:example.org",)


@pytest.mark.parametrize("name", ["@kate", "kate", "Kate Miller", KATE])
@pytest.mark.parametrize(
    "line", ["incident lead {} {}", "incident assign {} deputy {}", 'incident task {} Count them for:"{}"']
)
async def test_every_command_finds_a_person_by_each_name(world: World, rui: Person, line: str, name: str) -> None:
    await rui.says(f"!{line.format(ref_of(world), name)}")
    assert rui.hears(ok=True), rui.last.body
    incident = await stands(world)
    held = {incident.lead, *(one.user_id for one in incident.roles)}
    tasks = await world.store.task.list_open([incident.ref])
    assert KATE in held | {one.owner for one in tasks}


async def test_of_two_who_are_called_so_the_id_is_asked(world: World, rui: Person) -> None:
    world.rooms.joined[ROOM].append(OTHER)
    await rui.says(f"!incident lead {ref_of(world)} @kate")
    assert rui.hears("More than one person", ok=False, error="bad_argument")
    assert KATE in rui.last.body and OTHER in rui.last.body and (await stands(world)).lead is None


async def test_nobody_of_that_name_is_nobody(world: World, rui: Person) -> None:
    await rui.says(f"!incident lead {ref_of(world)} @karl")
    assert rui.hears("not a person I can find", ok=False, error="bad_argument")


async def test_an_agency_is_not_taken_for_who_calls_themselves_so(world: World, rui: Person) -> None:
    world.rooms.names[KATE] = "FRA-PN"
    world.person("luc", "FRA-PN")
    await rui.says(f"!mark {ref_of(world)} TLP:AMBER rel:FRA-PN,PRT-GNR")
    assert rui.hears("FRA-PN", ok=True) and KATE not in rui.last.body


@pytest.mark.parametrize(
    "line", ["incident lead {} @diego", "incident assign {} scribe @diego", "mark {} TLP:RED rel:@diego"]
)
async def test_a_mention_by_the_display_name_is_found(world: World, rui: Person, line: str) -> None:
    diego = world.person("diego.g-pn", "FRA-PN", shown="Diego")
    ref = ref_of(world)
    await rui.says(f"!{line.format(ref)}")
    assert rui.hears(ok=True), rui.last.body
    incident = await world.store.incident.find(ref)
    assert incident
    marking = (await world.store.mark.list_of([incident.ref])).get(incident.ref)
    named = (marking.whole.named if marking else None) or ()
    assert diego.user_id in {incident.lead, *(one.user_id for one in incident.roles), *named}


async def test_whom_nobody_can_find_is_no_agency_in_a_mark(world: World, rui: Person) -> None:
    await rui.says(f"!mark {ref_of(world)} TLP:RED rel:@diego")
    assert rui.hears("write an id such as", ok=False, error="bad_argument")
    world.person("diego-pn", "FRA-PN", shown="Diego"), world.person("other-pn", "FRA-PN", shown="Diego")
    await rui.says(f"!mark {ref_of(world)} TLP:RED rel:@diego")
    assert rui.hears("More than one person", ok=False, error="bad_argument")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("katte", [KATE]), ("@kat", [KATE]), ("miler", [KATE]), ("@miller:example.org", [KATE]), ("Katë", [KATE]),
        ("josé-gnt", ["@jose-gnr:example.org"]), ("jos", ["@jose-gnr:example.org"]), ("ruy", ["@rui:gnr.example"]),
        ("karl", []), ("k", []), ("@", []), ("", []), ("diego", []),
    ],
)  # fmt: skip
def test_who_is_nearly_called_so(text: str, found: list[str]) -> None:
    assert list(PEOPLE.near(text)) == found


def test_the_likeliest_come_first_and_three_at_most() -> None:
    names = ("carin", "karim", "marina", "marin-gnr", "marinus")
    people = People(tuple((UserId(f"@{name}:example.org"), "") for name in names))
    assert len(people.near("marin")) == 3 and "@carin:example.org" not in people.near("marin")
    assert people.near("carim")[0] in ("@carin:example.org", "@karim:example.org")


@pytest.mark.parametrize("name", ["@katte", "katte", "@katte:example.org", "Milner"])
@pytest.mark.parametrize("line", ["incident lead {} {}", "incident assign {} deputy {}"])
async def test_a_misspelt_name_is_answered_with_those_near_it(world: World, rui: Person, line: str, name: str) -> None:
    await rui.says(f"!{line.format(ref_of(world), name)}")
    assert rui.hears(f"is not a person I can find. Did you mean {KATE}?", ok=False), rui.last.body
    assert (await stands(world)).lead is None, "a guess does nothing"
    await rui.says(f"!{line.format(ref_of(world), KATE)}")
    assert rui.hears(ok=True), "what it proposed is taken"


async def test_nobody_is_proposed_whom_the_room_does_not_show_or_whom_the_bot_does_not_serve(
    world: World, rui: Person
) -> None:
    diego = world.person("diego", "FRA-PN", room="!other:example.org")
    world.rooms.joined["!other:example.org"].append(rui.user_id)
    world.rooms.joined[ROOM].append(UserId("@dieger:elsewhere.example"))
    for name in ("@diegu", diego.user_id, "@dieger"):
        await rui.says(f"!incident lead {ref_of(world)} {name[:-1] if name == '@dieger' else name}")
        assert rui.hears(ok=False) and "Did you mean" not in rui.last.body, rui.last.body
