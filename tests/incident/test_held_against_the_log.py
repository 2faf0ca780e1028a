"""What stands on a timeline is held against the audit log: who alters the table alone is found."""

from __future__ import annotations

import pytest
import pytest_asyncio

from bot.model.faulty import Fault
from bot.model.incident import EntryKind
from bot.model.verification import verify
from bot.store.auditlog import open_log

from ..fakes import KEY
from ..world import Person, World
from .marked import ana, asks, luc, ref, world
from .scene import redacted

__all__ = ["ana", "luc", "ref", "world"]


def fault(world: World) -> Fault | None:
    """Return the first thing that is wrong with the log, as `liaison audit verify` finds it."""
    with open_log(world.path, KEY) as log:
        own = log.key()
        assert own
        return verify(log, own, []).fault


async def alter(world: World, *statements: str) -> None:
    """Change the tables as one who has the key can, the guards taken away."""
    async with world.store.transaction():
        guards = [f"DROP TRIGGER IF EXISTS {name}" for name in ("entry_kept", "entry_stays")]
        for statement in (*guards, *statements):
            await world.database.execute(statement)


@pytest_asyncio.fixture
async def key(world: World) -> None:
    """Make the log's key, before anything is in it."""
    await world.services.audit.begin(world.clock.now())


@pytest_asyncio.fixture
async def noted(world: World, key: None, ana: Person, luc: Person, ref: str) -> int:
    """Write a note of Luc's, of some time ago, and return its index in the log; it is the second entry of three."""
    assert (await asks(luc, f"!incident note {ref} Deux hommes time:1150Z")).record["ok"]
    await asks(ana, f"!incident severity {ref} low porque sim")
    [row] = await world.database.rows("SELECT logged FROM entry WHERE number = 2")
    assert fault(world) is None
    return int(row["logged"])


@pytest.mark.parametrize(
    "change",
    [
        "text = 'Trois hommes'",
        "text = ''",
        "language = 'el'",
        "data = '{\"forged\": 1}'",
        "data = 'no JSON'",
        "author = (SELECT author FROM entry WHERE number = 1)",
        "author = '@liaison:example.org'",
        "agency = 'PRT-GNR'",
        "agency = NULL",
        "kind = 'decision'",
        "kind = 'nothing'",
        "corrects = 1",
        "event_id = '$other'",
        "happened_at = '2026-11-22T11:51:00+00:00'",
        "entered_at = '2026-11-22T11:51:00+00:00'",
        "received_at = '2026-11-22T11:51:00+00:00'",
        "sent_at = '2026-11-22T11:51:00+00:00'",
        "sent_at = 'yesterday'",
    ],
)
async def test_an_altered_entry_is_named(world: World, noted: int, ref: str, change: str) -> None:
    await alter(world, f"UPDATE entry SET {change} WHERE number = 2")
    found = fault(world)
    assert found and (found.what, found.first, found.last) == ("timeline_altered", noted, noted)
    assert found.text == (
        f"The timeline of {ref} was altered: its entry 2 does not say what entry {noted} of the log says."
    )


async def test_an_entry_that_was_taken_out_is_named(world: World, noted: int, ref: str) -> None:
    await alter(world, "DELETE FROM entry WHERE number = 2")
    found = fault(world)
    assert found and (found.what, found.first) == ("timeline_altered", noted)
    assert found.text == (
        f"The timeline of {ref} was altered: its entry 2, which is entry {noted} of the log, is missing."
    )


@pytest.mark.parametrize("logged", ["NULL", "-1"])
async def test_an_entry_that_was_put_in_is_named(world: World, noted: int, ref: str, logged: str) -> None:
    columns = "author, agency, entered_at, received_at, sent_at, event_id, happened_at, text, language, data, corrects"
    await alter(world, f"INSERT INTO entry SELECT ref, 9, kind, {columns}, {logged} FROM entry WHERE number = 2")
    found = fault(world)
    assert found and found.what == "timeline_altered"
    assert found.text == f"The timeline of {ref} was altered: its entry 9 is not in the log."


async def test_an_entry_that_says_it_is_beyond_the_log_is_a_trace_of_more(world: World, noted: int) -> None:
    columns = "author, agency, entered_at, received_at, sent_at, event_id, happened_at, text, language, data, corrects"
    await alter(world, f"INSERT INTO entry SELECT ref, 9, kind, {columns}, 99 FROM entry WHERE number = 2")
    found = fault(world)
    assert found and found.what == "truncated"


async def test_two_entries_that_changed_places_are_found(world: World, noted: int) -> None:
    await alter(
        world,
        "UPDATE entry SET number = 99 WHERE number = 2",
        "UPDATE entry SET number = 2 WHERE number = 3",
        "UPDATE entry SET number = 3 WHERE number = 99",
    )
    found = fault(world)
    assert found and (found.what, found.first) == ("timeline_altered", noted)


async def test_the_first_of_several_is_named(world: World, noted: int) -> None:
    await alter(world, "UPDATE entry SET text = 'x' WHERE number IN (2, 3)")
    found = fault(world)
    assert found and found.first == noted


async def test_what_is_taken_back_holds_and_what_is_left_of_it_cannot_be_altered(
    world: World, noted: int, luc: Person, ref: str
) -> None:
    [row] = await world.database.rows("SELECT event_id FROM entry WHERE number = 2")
    await luc.says("", **redacted(row["event_id"]))
    assert fault(world) is None
    [row] = await world.database.rows("SELECT text, kind FROM entry WHERE number = 2")
    assert (row["text"], row["kind"]) == ("", EntryKind.NOTE)
    await alter(world, "UPDATE entry SET happened_at = NULL WHERE number = 2")
    found = fault(world)
    assert found and (found.what, found.first) == ("timeline_altered", noted)


async def test_words_that_were_deleted_by_hand_were_not_forgotten(world: World, noted: int) -> None:
    await alter(
        world,
        "UPDATE entry SET text = '' WHERE number = 2",
        f"DELETE FROM audit_content WHERE position = {noted}",
    )
    found = fault(world)
    assert found and (found.what, found.first) == ("content_missing", noted)


async def test_what_an_earlier_version_has_emptied_is_said_at_the_next_start(world: World, noted: int) -> None:
    """It left no entry that says so: the upgrade notes which contents are not there, the start enters them."""
    gone = f"DELETE FROM audit_content WHERE position = {noted}"
    await alter(world, "UPDATE entry SET text = '' WHERE number = 2", gone)
    assert fault(world)
    await alter(world, f"INSERT INTO unsaid (position) VALUES ({noted})")
    await world.services.audit.begin(world.clock.now())
    assert fault(world) is None
    size = await world.store.audit.size()
    await world.services.audit.begin(world.clock.now())
    assert await world.store.audit.size() == size, "once"


async def test_an_author_is_not_altered_by_deleting_who_it_was(world: World, noted: int, luc: Person) -> None:
    await alter(
        world,
        "UPDATE entry SET author = '@kim:example.org' WHERE number = 2",
        f"DELETE FROM pseudonym WHERE user_id = '{luc.user_id}'",
    )
    found = fault(world)
    assert found and (found.what, found.first) == ("timeline_altered", noted)
