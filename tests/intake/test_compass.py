"""🧭 tells what the places and times of a message are for whoever asks."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.person import UserId

from ..fakes import BOT, ROOM
from ..world import Person, World
from .test_redactions import redacts
from .test_wishes import reacts


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def luc(world: World, ana: Person) -> Person:
    """Someone whose clock is an hour ahead of Ana's; the interface is in English here."""
    return world.person("luc", "FRA-PN")


async def lines(world: World, asker: Person, said: str) -> list[str]:
    """Return what *asker* is answered about that message, a line each."""
    await reacts(asker, said, "🧭")
    post = asker.last
    assert (post.msgtype, post.mentions, post.reply_to) == ("m.notice", (), said)
    return [line.removeprefix("• ") for line in post.body.split("\n")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Barco em 29S ND 12345 67890", ["29S ND 12345 67890: 29S ND 12345 67890 (39.46050, -8.85649)"]),
        ("Em 41.1496, -8.6110.", ["41.1496, -8.6110: 29T NF 3264 5543 (41.1496, -8.6110)"]),
        ("221430Z NOV 26 visto", ["221430Z NOV 26: 22 Nov 2026, 15:30 UTC+1 (221430Z NOV 26)"]),
        ("visto 220930ZNOV26", ["220930ZNOV26: 22 Nov 2026, 10:30 UTC+1 (220930Z NOV 26)"]),
        (
            "às 14:30 na ponte",
            ["às 14:30: 22 Nov 2026, 15:30 UTC+1 (221430Z NOV 26), if the day of the message is meant"],
        ),
        ("às 23:30", ["às 23:30: 23 Nov 2026, 00:30 UTC+1 (222330Z NOV 26), if the day of the message is meant"]),
        (
            "às 09:15 na ponte",
            ["às 09:15: 22 Nov 2026, 10:15 UTC+1 (220915Z NOV 26), if the day of the message is meant"],
        ),
        ("ontem às 10:00", ["ontem às 10:00: 21 Nov 2026, 11:00 UTC+1 (211000Z NOV 26)"]),
        ("1430Z", ["1430Z: 22 Nov 2026, 15:30 UTC+1 (221430Z NOV 26), if the day of the message is meant"]),
        (
            "221430J NOV 26",
            [
                "221430J NOV 26: zone letter J is the local time of whoever wrote it, so it does not say which. Ask for"
                " another letter, such as Z."
            ],
        ),
        ("às 1430J", ["1430J: zone letter J is the local time of whoever wrote it"]),
        (
            "221430Q NOV 26",
            [
                "221430Q NOV 26: 22 Nov 2026, 19:30 UTC+1 (221830Z NOV 26)",
                "Letter Q is UTC-4, but the clock of Ana shows UTC. If that is a slip, the time is another one.",
            ],
        ),
        ("311430Z NOV 26", ["311430Z NOV 26: there is no such date or time."]),
        (
            "De 29S ND 12345 67890 às 14:30, outra vez 29S ND 12345 67890",
            ["29S ND 12345 67890: 29S ND 12345 67890 (39.46050, -8.85649)", "às 14:30: 22 Nov 2026, 15:30 UTC+1"],
        ),
        ("Bom dia, 3 pessoas na sexta-feira", ["There is no grid reference, no coordinates and no time"]),
    ],
)
async def test_each_is_told_for_the_asker(world: World, ana: Person, luc: Person, text: str, told: list[str]) -> None:
    shown = await lines(world, luc, await ana.says(text))
    assert len(shown) == len(told), shown
    assert all(one.startswith(start) for one, start in zip(shown, told, strict=True)), shown


async def test_it_is_in_the_askers_zone_once_for_each(world: World, ana: Person, luc: Person) -> None:
    said = await ana.says("às 14:30")
    await reacts(luc, said, "🧭\ufe0f")
    heard = len(world.heard)
    second = await reacts(luc, said, "🧭")
    assert len(world.heard) == heard and (await world.outcomes())[second] == "stands"
    [own] = await lines(world, ana, said)
    assert own.startswith("às 14:30: 22/11/2026, 14:30 UTC (221430Z NOV 26)"), "somebody else is answered by itself"
    assert ana.last.record["command"] == "compass" and ana.last.record["ok"]


async def test_it_goes_with_the_reaction_and_with_the_message(world: World, ana: Person, luc: Person) -> None:
    said = await ana.says("às 14:30")
    first = await reacts(luc, said, "🧭")
    post = world.event_of(luc.last)
    await world.stop()
    await world.start()
    await redacts(world, first, by=luc.user_id)
    assert world.redacted == [post]
    await reacts(luc, said, "🧭")
    again = world.event_of(luc.last)
    assert again != post, "and comes again"
    await redacts(world, said)
    assert again in world.redacted


async def test_on_a_translation_it_means_the_message(world: World, ana: Person, luc: Person) -> None:
    said = await ana.says("às 14:30")
    [translation] = world.shows()
    await reacts(luc, translation, "🧭")
    assert luc.last.reply_to == said and "15:30 UTC+1" in luc.last.body


async def test_a_shared_place_is_one(world: World, ana: Person, luc: Person) -> None:
    content = {"msgtype": "m.location", "body": "x", "geo_uri": "geo:41.1496,-8.6110"}
    shown = await lines(world, luc, await ana.says("", content=content))
    assert shown == ["geo:41.1496,-8.6110: 29T NF 3264 5543 (41.1496, -8.6110)"]


async def test_of_the_bots_own_posts_too(world: World, ana: Person, luc: Person) -> None:
    [event] = await world.receives(BOT, "Place: 29S ND 12345 67890")
    await world.settles()
    assert (await lines(world, luc, event))[0].startswith("29S ND 12345 67890: ")


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        ({"encrypted": False}, "not_found"),
        ({"trust": "forged"}, "not_found"),
    ],
)
async def test_what_anyone_could_have_written_is_not_told(
    world: World, ana: Person, luc: Person, raw: dict[str, Any], error: str
) -> None:
    said = await ana.says("às 14:30", **raw)
    await reacts(luc, said, "🧭")
    assert luc.hears(ok=False, error=error) and "14:30" not in luc.last.body


async def test_nor_what_strangers_write_or_ask(world: World, ana: Person, luc: Person) -> None:
    stranger = UserId("@x:elsewhere.net")
    world.rooms.joined[ROOM].append(stranger)
    [event] = await world.receives(stranger, "às 14:30")
    await world.settles()
    await reacts(luc, event, "🧭")
    assert luc.hears("not in this task force", ok=False, error="not_allowed")
    said = await ana.says("às 14:30")
    heard = len(world.heard)
    for who in (stranger, UserId("@gone:gnr.example")):
        relation = {"rel_type": "m.annotation", "event_id": said, "key": "🧭"}
        await world.receives(who, "", type="m.reaction", content={"m.relates_to": relation}, encrypted=False)
        await world.settles()
    assert len(world.heard) == heard


async def test_many_are_left(world: World, ana: Person, luc: Person) -> None:
    said = [await ana.says(f"às 14:{10 + n}") for n in range(12)]
    for event in said:
        await reacts(luc, event, "🧭")
    assert len([h for h in world.heard if h.post and h.post.record.get("error") == "rate_limited"]) == 1
    assert len([h for h in world.heard if h.post and h.post.record.get("command") == "compass"]) == 11


async def test_a_flood_of_times_is_told_in_part(world: World, ana: Person, luc: Person) -> None:
    said = await ana.says(" ".join(f"29S ND {n:05} {n:05}," for n in range(100)) + "221430Z NOV 26 " * 400)
    assert len(await lines(world, luc, said)) == 20
