"""Corrected words go from everywhere when their correction ends, or when their message is marked RED."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.services.relay import repeats

from ..fakes import ROOM
from ..intake.test_edits import edits
from ..intake.test_labels import holds
from ..intake.test_redactions import redacts
from ..intake.test_wishes import reacts
from ..world import Person, World
from .test_translate_fix import BETTER, OTHER, SAID, decides, fixes, question, reads_english, replies, reply, shown

MACHINES = f"{SAID} (pt to en)"


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def kate(world: World, ana: Person) -> Person:
    return world.person("kate")


def said_still(world: World) -> list[str]:
    """Return the events by which the room holds the corrected words: posts that they stand in, and edits not gone."""
    edited = {heard.post.replaces for heard in world.heard if heard.post and heard.post.replaces}
    found = []
    for number, heard in enumerate(world.heard, 1):
        if heard.post and heard.kind in ("translation", "relay", "catchup") and BETTER in heard.post.body:
            event = f"$sent{number}"
            if event not in world.redacted and event not in edited:
                found.append(event)
    return found


async def kept(world: World) -> list[str]:
    """Return each table that holds the corrected words."""
    tables = ("translation", "correction", "memory", "outbox", "question", "inbox")
    rows = {table: await world.database.rows(f"SELECT * FROM {table}") for table in tables}
    return [table for table, found in rows.items() if BETTER in json.dumps([dict(row) for row in found])]


async def restarts(world: World) -> None:
    await world.stop()
    await world.start()


async def plays(world: World, ana: Person, kate: Person, order: str) -> str:
    """Do what *order* names, one after the other; return the message."""
    said = await ana.says(SAID)
    command = ""
    for step in order.split():
        match step:
            case "fix":
                command = await fixes(world, kate, BETTER, said)
            case "approve":
                await decides(world, ana, "1", question(world, ana))
            case "refuse":
                await decides(world, ana, "2", question(world, ana))
            case "red":
                await replies(ana, "TLP:RED", said)
            case "amber":
                await replies(ana, "TLP:AMBER", said)
            case "restore":
                await kate.says("", **reply("!translate restore", said))
            case "redact":
                await redacts(world, command, kate.user_id)
            case "edit":
                await edits(ana, said, f"{SAID}.")
            case "restart":
                await restarts(world)
    return said


@pytest.mark.parametrize(
    "order",
    [
        "fix red",
        "fix approve red",
        "fix red restore",
        "fix red redact",
        "fix approve restart red restart restore",
        "fix amber red",
        "fix amber restore red",
        "fix restore",
        "fix restore red",
        "fix refuse",
        "fix redact",
        "fix redact red",
        "fix approve redact red",
        "fix restart redact restart red",
        "fix edit redact",
        "fix red fix",
        "red fix restore",
    ],
)
async def test_no_words_of_a_correction_outlive_it(world: World, ana: Person, kate: Person, order: str) -> None:
    await reads_english(ana)
    await plays(world, ana, kate, order)
    assert said_still(world) == [] and await kept(world) == []
    [post] = world.shows().values()
    label = "TLP:RED " if "red" in order.split() else ("TLP:AMBER " if "amber" in order else "")
    assert post.record["texts"] == {"en": f"{label}{SAID}. (pt to en)" if "edit" in order else f"{label}{MACHINES}"}
    if "red" in order.split():
        assert not holds(world, MACHINES)
        # A command that is refused leaves its text in the log of this world, where events come in clear.
        assert order.rfind("fix") > order.find("red ") >= 0 or not holds(world, "The lorry")
    await ana.says(SAID)
    assert ana.last.record["texts"] == {"en": MACHINES}


async def test_red_before_the_correction_was_posted(world: World, ana: Person, kate: Person) -> None:
    said = await ana.says(SAID)
    await world.receives(kate.user_id, "", **reply(f"!translate fix {BETTER}", said))
    while (await world.store.inbox.depth())[0]:
        await world.idle()
    await replies(ana, "TLP:RED", said)
    assert said_still(world) == [] and await kept(world) == []
    assert shown(world) == [{"en": f"TLP:RED {MACHINES}"}]


@pytest.mark.parametrize("how", ["restore", "redact", "red", "amber", "message"])
@pytest.mark.parametrize("approved", [False, True])
async def test_what_repeated_it_is_worded_again(
    world: World, ana: Person, kate: Person, how: str, approved: bool
) -> None:
    await reads_english(ana)
    eva, _tom = world.person("eva", "FRA-PN", OTHER), world.person("tom", room=OTHER)
    world.translator.spoken |= {SAID: "pt"}
    said = await ana.says(SAID)
    command = await fixes(world, kate, BETTER, said)
    if approved:
        await decides(world, ana, "1", question(world, ana))
    await ana.says(SAID)
    await eva.says(SAID, room=OTHER)
    assert [post.record["texts"]["en"] == BETTER for post in world.shows().values()] == [True, True, approved]
    await restarts(world)
    match how:
        case "restore":
            await kate.says("", **reply("!translate restore", said))
        case "redact":
            await redacts(world, command, kate.user_id)
        case "message":
            await redacts(world, said)
        case _:
            await replies(ana, f"TLP:{how.upper()}", said)
    texts = [post.record["texts"]["en"] for post in world.shows().values()]
    own = {"red": [f"TLP:RED {MACHINES}"], "amber": [f"TLP:AMBER {BETTER}"], "message": []}.get(how, [MACHINES])
    assert texts == [*own, MACHINES, MACHINES]
    assert all("Machine translation" in post.body for post in [*world.shows().values()][-2:])
    if how != "amber":
        assert await kept(world) == []


async def test_so_many_at_the_most(world: World, ana: Person, kate: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "MOST_REPEATS", 2)
    said = await ana.says(SAID)
    await fixes(world, kate, BETTER, said)
    for _again in range(3):
        world.clock.passes(seconds=1)
        await ana.says(SAID)
    await kate.says("", **reply("!translate restore", said))
    assert [text["en"] for text in shown(world)] == [MACHINES, BETTER, MACHINES, MACHINES], "the newest"


async def test_what_was_being_translated_when_it_ended(world: World, ana: Person, kate: Person) -> None:
    said = await ana.says(SAID)
    await fixes(world, kate, BETTER, said)
    go_on = world.translator.hold(SAID)
    await world.receives(ana.user_id, SAID)
    await world.idle()
    async with world.store.transaction():
        [correction] = await world.store.correction.list_of(said)
        await world.store.correction.forget(correction.id)
    go_on.set()
    await world.settles()
    assert world.heard[-1].post and world.heard[-1].post.record["texts"] == {"en": MACHINES}


async def test_a_correction_over_a_repeated_one_gives_way_to_that(world: World, ana: Person, kate: Person) -> None:
    said = await ana.says(SAID)
    await fixes(world, kate, BETTER, said)
    again = await ana.says(SAID)
    best = BETTER.replace("lorry", "truck")
    await fixes(world, kate, best, again)
    assert shown(world) == [{"en": BETTER}, {"en": best}]
    await kate.says("", **reply("!translate restore", again))
    assert shown(world) == [{"en": BETTER}, {"en": BETTER}]
    await kate.says("", **reply("!translate restore", said))
    assert shown(world) == [{"en": MACHINES}, {"en": MACHINES}]


@pytest.mark.parametrize("approved", [False, True])
@pytest.mark.parametrize("gone", ["reaction", "post"])
async def test_what_was_asked_for_takes_its_correction_with_it(
    world: World, ana: Person, kate: Person, approved: bool, gone: str
) -> None:
    marie = world.person("marie", "FRA-PN")
    await ana.says("!language pt reads:fr")
    async with world.store.transaction():
        settings = await world.store.room.find(ROOM)
        await world.store.room.save(ROOM, replace(settings, on=False), world.clock.now())
    said = await ana.says(SAID)
    by = await reacts(marie, said)
    post = world.event_of(marie.last)
    french = "Le camion 12-AB-34 est sur le pont"
    world.translator.spoken[french] = "fr"
    await fixes(world, marie, french, said)
    if approved:
        await decides(world, ana, "1", question(world, ana))
    await redacts(world, by if gone == "reaction" else post, marie.user_id)
    assert shown(world) == [] or gone == "post", "somebody else took that away"
    rows = await world.database.rows("SELECT * FROM correction")
    assert len(rows) == approved, "what serves other rooms stays"
    assert {row["outcome"] for row in await world.database.rows("SELECT * FROM question")} == {
        "answered" if approved else "settled"
    }
    assert approved or french not in json.dumps(
        [dict(row) for row in await world.database.rows("SELECT * FROM translation")]
    )
    await reacts(marie, said)
    assert shown(world)[-1:] == [{"fr": french if approved else f"{SAID} (pt to fr)"}]


async def test_what_comes_back_is_as_doubtful_as_it_was(world: World, ana: Person, kate: Person) -> None:
    said = await ana.says(SAID)
    await fixes(world, kate, BETTER, said)
    world.translator.doubted.add(SAID)
    await ana.says(SAID)
    assert ana.last.record["flags"] == {"en": []}
    await kate.says("", **reply("!translate restore", said))
    assert [post.record["flags"] for post in world.shows().values()] == [{"en": []}, {"en": ["language"]}]
