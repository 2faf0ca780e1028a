"""After an outage: what is said now goes first, and what was missed comes as one summary a language."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model.incoming import Incoming
from bot.render import Post
from bot.services.relay import Relayed

from ..fakes import NOON, ROOM
from ..world import World


def catchups(world: World) -> list[Post]:
    return [heard.post for heard in world.heard if heard.kind == "catchup" and heard.post]


async def away(world: World) -> None:
    """Let the bot have been away for 25 minutes until now."""
    async with world.store.transaction():
        await world.store.account.save(away_from=(NOON - timedelta(minutes=25)).isoformat(), away_to=NOON.isoformat())


async def test_what_was_missed_comes_as_one_summary_a_language(world: World) -> None:
    ana, _rui, _luc = world.person("ana", "PRT-GNR"), world.person("rui"), world.person("luc", "FRA-PN")
    await away(world)
    events = await world.receives(ana.user_id, "Olá", "Tudo bem", "12", late=True, age=900)
    await world.settles()
    assert [heard.kind for heard in world.heard] == ["catchup", "catchup"]
    english = next(post for post in catchups(world) if "en" in post.record["texts"])
    assert english.record == {
        "kind": "catchup",
        "sources": events[:2],
        "texts": {"en": ["Olá (pt to en)", "Tudo bem (pt to en)"]},
        "away": ["2026-11-22T11:35Z", "2026-11-22T12:00Z"],
    }
    assert english.body.startswith("I was away from 22 Nov 2026, 12:35 UTC+1 to 22 Nov 2026, 13:00 UTC+1.")
    assert "Ana, 22 Nov 2026, 12:45 UTC+1:" in english.body
    assert set((await world.outcomes()).values()) == {"summed up", "no need"}


async def test_what_is_said_now_does_not_wait_for_what_was_missed(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    go_on = world.translator.hold("Antigo")
    await world.receives(ana.user_id, "Antigo", late=True, age=900)
    [now] = await world.receives(ana.user_id, "Agora")
    while (await world.outcomes())[now] is None:
        await world.delivers()
    await world.delivers()
    assert [heard.kind for heard in world.heard] == ["translation"]
    go_on.set()
    await world.settles()
    assert [heard.kind for heard in world.heard] == ["translation", "catchup"]


async def test_commands_among_it_are_answered_one_by_one_and_not_done(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    await world.receives(ana.user_id, "Olá", "!status", "Adeus", "!timezone Asia/Tokyo", late=True, age=900)
    await world.settles()
    kinds = sorted(heard.kind for heard in world.heard)
    assert kinds == ["catchup", "reply", "reply"]
    assert all(h.post.record["error"] == "stale" for h in world.heard if h.kind == "reply" and h.post)
    assert (await world.store.person.find(ana.user_id)).zone is None


async def test_a_long_summary_is_cut_between_messages(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    texts = [f"Mensagem {i} " + "x" * 300 for i in range(60)]
    events = await world.receives(ana.user_id, *texts, late=True, age=900)
    await world.settles()
    posts = catchups(world)
    assert len(posts) > 4
    assert [source for post in posts for source in post.record["sources"]] == events
    assert all(len(post.body.encode()) + len(post.html.encode()) < 12_000 for post in posts)


async def test_a_stop_in_the_middle_neither_loses_nor_doubles_what_was_missed(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    world.translator.hold("a3")
    ids = await world.receives(ana.user_id, "a1", "a2", "a3", "a4", late=True, age=900)
    world.translator.held.clear()
    await world.stop()
    await world.start()
    await world.settles()
    assert [source for post in catchups(world) for source in post.record["sources"]] == ids


async def test_what_was_left_lying_is_late_after_a_restart(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    world.translator.hold("Olá")
    await world.receives(ana.user_id, "Olá", "Adeus")
    await world.stop()
    world.translator.held.clear()
    world.clock.passes(minutes=6)
    await world.start()
    await world.settles()
    assert [heard.kind for heard in world.heard] == ["catchup"]


async def test_doubt_and_failure_show_in_the_summary(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    await world.receives(ana.user_id, "Olá", late=True, age=900, trusted=False)
    await world.settles()
    assert "⚠ Ana (not sure that it was)" in catchups(world)[0].body


async def test_a_translation_that_fails_is_said_in_its_place(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    world.translator.broken["mau"] = RuntimeError("engine died")
    events = await world.receives(ana.user_id, "Olá", "mau", "Adeus", late=True, age=900)
    await world.settles()
    [summary] = catchups(world)
    assert summary.record["sources"] == events
    assert "translation unavailable, please read the original" in summary.body.splitlines()[2]


async def test_a_replay_among_it_is_left_out(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    await ana.says("Olá", megolm=["s1", 0])
    [again] = await world.receives(ana.user_id, "Olá", megolm=["s1", 0], late=True, age=900)
    await world.settles()
    assert catchups(world) == []
    assert (await world.outcomes())[again] == "replay"


async def test_the_receipt_moves_only_past_what_is_done_and_sent(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    inbox = world.store.inbox
    first = await ana.says("Olá")
    assert await inbox.read_up_to(ROOM) == first
    go_on = world.translator.hold("Espera")
    await world.receives(ana.user_id, "Espera")
    [after] = await world.receives(ana.user_id, "Depois")
    assert await inbox.read_up_to(ROOM) == first
    go_on.set()
    while (await world.outcomes())[after] is None:
        await world.idle()
    assert await inbox.read_up_to(ROOM) == first, "recorded, but not sent"
    await world.delivers()
    assert await inbox.read_up_to(ROOM) == after
    await world.receives(ana.user_id, "Sem chave", session="never")
    last = await ana.says("Olá")
    assert await inbox.read_up_to(ROOM) == after, "what waits for its key is not read"
    assert last != after


async def test_one_message_that_cannot_be_summed_up_takes_no_other_with_it(world: World) -> None:
    """Nor the bot: it would begin with the same message at each start."""
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    sum_up = world.services.relay.sum_up

    async def broken(missed: Sequence[tuple[Incoming, Relayed]], now: datetime) -> None:
        if any(incoming.body == "mau" for incoming, _ in missed):
            raise ValueError("no such thing")
        await sum_up(missed, now)

    world.services.relay.sum_up = broken  # type: ignore[method-assign]
    events = await world.receives(ana.user_id, "Olá", "mau", "Adeus", late=True, age=900)
    await world.settles()
    outcomes = await world.outcomes()
    assert [outcomes[event] for event in events] == ["summed up", "fault", "summed up"]
    assert [post.record["sources"] for post in catchups(world)] == [[events[0]], [events[2]]]


async def test_the_receipt_waits_for_the_summary(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    await ana.says("Bom dia")
    first = (await world.outcomes()).popitem()[0]
    [missed] = await world.receives(ana.user_id, "Olá", late=True, age=900)
    async with asyncio.timeout(5):
        while (await world.outcomes())[missed] is None:
            await world.idle()
    assert await world.store.inbox.read_up_to(ROOM) == first, "recorded, and not in the room yet"
    await world.delivers()
    assert await world.store.inbox.read_up_to(ROOM) == missed
