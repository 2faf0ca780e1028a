"""Corrections that would do harm: to what stays, to what another sees, to what two people have agreed on."""

from __future__ import annotations

import pytest

from ..intake.test_redactions import redacts
from ..sealing import sealed
from ..world import Person, World
from .test_translate_fix import BETTER, SAID, decides, fixes, question, reads_english, replies, reply, shown

MACHINE = f"{SAID} (pt to en)"


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def kate(world: World, ana: Person) -> Person:
    return world.person("kate")


async def kept(world: World, *words: str) -> list[str]:
    """Return what the database holds with one of *words*, beside what waits to be read."""
    database, found = world.database, []
    for table in await database.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'inbox'"):
        for row in await database.rows(f"SELECT * FROM {table['name']}"):
            cells = dict(row).items()
            found += [
                f"{table['name']} {key} {cell}" for key, cell in cells if any(word in str(cell) for word in words)
            ]
    return found


@pytest.mark.parametrize("approved", [True, False])
@pytest.mark.parametrize("gone", ["red", "redacted"])
async def test_nothing_of_it_stays(world: World, ana: Person, kate: Person, approved: bool, gone: str) -> None:
    await reads_english(ana)
    said = await ana.says(SAID)
    await fixes(world, kate, BETTER, said)
    assert await kept(world, "lorry", "camião", "12-AB-34")
    if approved:
        await decides(world, ana, "1", question(world, ana))
    await (replies(ana, "TLP:RED", said) if gone == "red" else redacts(world, said))
    assert await kept(world, "lorry", "camião", "12-AB-34") == []
    if not approved:
        await decides(world, ana, "1", question(world, ana))
        assert ana.hears("settled already", ok=False)


async def test_each_language_is_put_back(world: World, ana: Person, kate: Person) -> None:
    marie = world.person("marie", "FRA-PN")
    await marie.says("!language fr reads:en")
    said = await ana.says(SAID)
    french = "Le camion 12-AB-34 est sur le pont"
    await marie.says("", **reply(f"!translate fix {french} to:fr", said))
    await marie.says("", **reply(f"!translate fix {BETTER} to:en", said))
    assert shown(world) == [{"en": BETTER, "fr": french}]
    await marie.says("", **reply("!translate restore", said))
    assert shown(world) == [{"en": MACHINE, "fr": f"{SAID} (pt to fr)"}] and kate


async def test_no_mark_of_direction_and_no_hidden_sign_is_shown(world: World, ana: Person, kate: Person) -> None:
    said = await ana.says(SAID)
    await fixes(world, kate, "The lorry \u202e12-AB-34\u202c is \x00on \U000f0000the bridge", said)
    assert shown(world) == [{"en": BETTER}]
    await fixes(world, kate, "TLP:GREEN The lorry 12-AB-34 stands there", said)
    assert shown(world) == [{"en": "The lorry 12-AB-34 stands there"}]


async def test_what_two_agreed_on_one_alone_does_not_end(world: World, ana: Person, kate: Person) -> None:
    await reads_english(ana)
    rui = world.person("rui", "PRT-GNR")
    await reads_english(rui)
    said = await ana.says(SAID)
    await fixes(world, kate, BETTER, said)
    await decides(world, ana, "1", question(world, ana))
    await fixes(world, rui, "The lorry 12-AB-34 stands on the bridge", said)
    assert rui.hears("Only its author", ok=False, error="not_allowed")
    await ana.says(SAID)
    assert ana.last.record["texts"] == {"en": BETTER}
    await fixes(world, kate, "The lorry 12-AB-34 stands on the bridge", said)
    assert kate.hears(ok=True, command="translate fix")


@pytest.mark.parametrize("first", ["stands", "is gone"])
async def test_before_a_correction_of_what_was_only_repeated(
    world: World, ana: Person, kate: Person, first: str
) -> None:
    said = await ana.says(f"TLP:GREEN {SAID}")
    await fixes(world, kate, BETTER, said)
    await ana.says(f"TLP:GREEN {SAID}")
    post = world.event_of(ana.last)
    await fixes(world, kate, "Lorry 12-AB-34 stands upon the bridge", post)
    if first == "is gone":
        await redacts(world, said)
    await kate.says("", **reply("!translate restore", post))
    record = world.shows()[post].record
    if first == "stands":
        assert record["texts"] == {"en": f"TLP:GREEN {BETTER}"} and record["corrected"] == {"en": kate.user_id}
    else:
        assert record["texts"] == {"en": f"TLP:GREEN {SAID} (pt to en)"} and "corrected" not in record


@pytest.mark.parametrize("gone", ["redacted", "TLP:RED"])
async def test_a_summary_is_corrected_that_lost_a_message(world: World, ana: Person, kate: Person, gone: str) -> None:
    first, second = await world.receives(ana.user_id, "O barco", SAID, late=True)
    await world.settles()
    page = next(iter(world.shows()))
    await (redacts(world, first) if gone == "redacted" else replies(ana, gone, first))
    await fixes(world, kate, BETTER, second)
    assert world.shows()[page].record["texts"] == {"en": [BETTER]}


async def test_what_serves_its_message_alone_is_approved_for_no_other(world: World, ana: Person, kate: Person) -> None:
    await reads_english(ana)
    said = await ana.says(SAID)
    await fixes(world, kate, BETTER, said)
    asked = question(world, ana)
    await replies(ana, "TLP:AMBER", said)
    await decides(world, ana, "1", asked)
    assert ana.hears("settled already", ok=False, error="conflict")
    [row] = await world.database.rows("SELECT key, approved_by FROM correction")
    assert (row["key"], row["approved_by"]) == ("", None) and shown(world) == [{"en": f"TLP:AMBER {BETTER}"}]


async def test_an_answer_to_a_settled_question_approves_nothing_where_it_is_put_below_the_next(
    world: World, ana: Person, kate: Person
) -> None:
    """What an answer replies to is the homeserver's word: it may be another question than the one that she saw."""
    await reads_english(ana)
    said = await ana.says(SAID)
    await fixes(world, kate, BETTER, said)
    answered = sealed(world, question(world, ana), "1")
    await fixes(world, kate, "The lorry 12-AB-34 has left the bridge", said)
    await replies(ana, answered, question(world, ana))
    assert ana.hears(ok=False)
    [row] = await world.database.rows("SELECT approved_by FROM correction")
    assert row["approved_by"] is None
    await decides(world, ana, "3", question(world, ana))
    assert ana.hears("Approved", ok=True)
