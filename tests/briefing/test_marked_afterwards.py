"""A message that is marked afterwards: what minutes and agendas have of it follows the mark, and nothing is erased."""

from __future__ import annotations

import json

import pytest
import pytest_asyncio

from ..commands.test_duty_retention import PERIOD, purged
from ..duties import logged, replied
from ..rosters import answer
from ..world import Person, World
from .held import Held, meeting
from .test_minutes import closed, minuted, read

SECRET = "O informador vive no porto"
GONE = "1. This is not for everyone in this room any more."


@pytest_asyncio.fixture
async def held(world: World) -> Held:
    return await meeting(world)


async def marks(person: Person, event: str, label: str) -> None:
    await person.says(label, **replied(label, event))


def standing(held: Held) -> list[str]:
    """Return what the room can read of the bot's posts now."""
    posts = [(f"$sent{n}", one.post) for n, one in enumerate(held.world.heard, 1) if one.post]
    return [post.body for event, post in posts if event not in held.world.redacted]


@pytest.mark.parametrize("label", ["TLP:RED", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:GREEN H2"])
@pytest.mark.parametrize("who", ["ana", "nikos"])
async def test_a_line_that_is_marked_afterwards_is_withheld(held: Held, label: str, who: str) -> None:
    await held.begun()
    event = await minuted(held, SECRET)
    await minuted(held, "Outra coisa")
    assert SECRET in await read(held, held.luis)
    await marks(getattr(held, who), event, label)
    for person in (held.ana, held.luis):
        body = await read(held, person)
        assert GONE in body and SECRET not in body and "2. Outra coisa" in body, body
    said = [body for body in standing(held) if "marked this message" not in body]
    assert [body for body in said if SECRET in body] == [], "posts that had said it are taken back"
    assert "briefing.marked" in await logged(held.world)
    [row, _other] = await held.world.database.rows("SELECT text FROM minute ORDER BY number")
    assert row["text"] == SECRET, "nothing is erased"


async def test_only_who_has_written_it_lets_it_be_read_again(held: Held) -> None:
    await held.begun()
    event = await minuted(held, SECRET)
    await marks(held.nikos, event, "TLP:AMBER")
    await marks(held.luis, event, "TLP:CLEAR")
    assert GONE in await read(held, held.luis)
    await marks(held.ana, event, "TLP:CLEAR")
    assert SECRET in await read(held, held.luis)


async def test_what_may_be_read_everywhere_stays(held: Held) -> None:
    await held.begun()
    event = await minuted(held, SECRET)
    await marks(held.ana, event, "TLP:GREEN")
    assert SECRET in await read(held, held.luis)


async def test_closed_minutes_still_prove_themselves_and_are_read_anew(held: Held) -> None:
    await held.begun()
    event = await minuted(held, f"decision {SECRET}")
    await held.say(held.ana, "!briefing attend")
    _ref, since = await closed(held)
    assert any(SECRET in one for one in held.notices(since))
    before = len(held.world.heard)
    await marks(held.ana, event, "TLP:AMBER")
    assert any(GONE in one for one in held.notices(before)), "who is to read them reads what is left"
    body = await read(held, held.luis)
    assert GONE in body and "have changed the database" not in body and "not what was closed" not in body, body
    assert [one for one in standing(held) if SECRET in one] == []


async def test_a_decision_that_is_withheld_is_asked_about_no_more(held: Held) -> None:
    await held.begun()
    event = await minuted(held, f"decision {SECRET}")
    since = len(held.world.heard)
    await marks(held.ana, event, "TLP:AMBER")
    settled = [one for one in held.world.heard[since:] if one.kind == "settled"]
    assert len(settled) == 2


async def test_an_item_of_the_agenda_is_withheld_as_well(held: Held) -> None:
    ref = await held.planned()
    event = await held.ana.says(f'!briefing agenda add:"{SECRET}"')
    assert SECRET in answer(held.ana).body
    await marks(held.nikos, event, "TLP:AMBER")
    body = (await held.say(held.luis, f"!briefing agenda {ref}")).body
    assert GONE in body and SECRET not in body, body
    before = await held.at("2026-11-24T08:00:00")
    pack = [one for one in held.notices(before) if ref in one]
    assert pack and all(SECRET not in one for one in pack), pack
    assert [one for one in standing(held) if SECRET in one] == []
    await marks(held.ana, event, "TLP:CLEAR")
    assert SECRET in (await held.say(held.luis, f"!briefing agenda {ref}")).body


async def test_a_mark_of_another_room_follows_nothing(held: Held) -> None:
    await held.begun()
    event = await minuted(held, SECRET)
    alone = held.alone(held.luis)
    await held.luis.says("TLP:RED", room=alone, **replied("TLP:RED", event))
    assert SECRET in await read(held, held.luis)
    assert await held.world.database.rows("SELECT * FROM line_mark") == []


async def test_marks_go_with_what_they_mark(held: Held) -> None:
    await held.begun()
    event = await minuted(held, SECRET)
    await marks(held.ana, event, "TLP:AMBER")
    assert len(await held.world.database.rows("SELECT * FROM line_mark")) == 1
    await purged(held.world, PERIOD + 40)
    assert await held.world.database.rows("SELECT * FROM line_mark") == []
    assert json.dumps(SECRET) not in str(await held.world.database.rows("SELECT * FROM minute"))
