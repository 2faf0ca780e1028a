"""Messages missed while the bot was down: how fast it decrypts and records them, against bare nio decryption."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence

from bench import messages
from bench.bare import Bare
from bench.drain import OFFICERS, ROOMS, greet
from bench.officer import Officer
from bench.records import Records
from bench.row import Row
from bench.tap import Tap
from bench.world import RAISED, world
from bot.demo.liaison import Liaison

COUNT = 1_500
ROUNDS = 2
MUST = 0.5
_SYNC = b"GET /_matrix/client/v3/sync?"
_READ = "SELECT count(*) FROM inbox WHERE state = 'done' AND outcome = 'no need'"


async def measure() -> list[Row]:
    """Return the row: from the question for what was missed until the last message is decrypted (and recorded).

    All officers read the one language of the task force, so that nothing has to be translated.
    """
    async with world() as here, Tap.before(here.homeserver.port, _SYNC) as tap:
        officers = await here.officers(OFFICERS)
        liaison = await here.liaison(officers[0].user_id, tap.url, limits=RAISED, taskforce={"languages": ["en"]})
        peer = await here.bare("peer")
        making = asyncio.create_task(here.rooms(ROOMS, officers, liaison.user_id, peer.user_id))
        while not making.done():
            await peer.do("join")
            await asyncio.sleep(0.5)
        rooms = await making
        ours = theirs = 0.0
        with Records.of(liaison) as records:
            await greet(officers, rooms, records)
            for _ in range(2):  # a sync brings 100 room keys at the most
                await peer.do("read")
            for _ in range(ROUNDS):
                before = records.count(_READ)
                await liaison.stop()
                await _say(officers, rooms)
                theirs += await _read(peer)
                ours += await _catch_up(liaison, tap, records, before + COUNT)
    return [_row(ours, theirs)]


async def _say(officers: Sequence[Officer], rooms: Sequence[str]) -> None:
    """Have the officers say `COUNT` messages, each in all rooms in turn."""
    each = COUNT // len(officers)

    async def all_of(officer: Officer) -> None:
        for room_id, text in zip(itertools.cycle(rooms), messages.english(each), strict=False):
            await officer.say(room_id, text)

    async with asyncio.timeout(200):
        await asyncio.gather(*map(all_of, officers))


async def _read(peer: Bare) -> float:
    answer = await peer.do("read")
    if answer["messages"] != COUNT:
        raise RuntimeError(f"the peer read {answer['messages']} messages of {COUNT}")
    return float(answer["seconds"])


async def _catch_up(liaison: Liaison, tap: Tap, records: Records, count: int) -> float:
    """Start the bot; return the seconds from its first sync until *count* messages are done."""
    tap.heard = None
    await liaison.launch()
    done = await records.reach(_READ, count, 120)
    assert tap.heard is not None
    return done - tap.heard


def _row(ours: float, theirs: float) -> Row:
    return Row(
        what=f"Catch-up on {COUNT:,} messages of {OFFICERS} officers in {ROOMS} rooms, missed while down, from the"
        " first sync until the last is decrypted and recorded, nothing to translate; peer: bare matrix-nio, sync and"
        f" decryption of the same; {ROUNDS} times",
        ours=f"{ROUNDS * COUNT / ours:.0f} messages/s",
        peer=f"{ROUNDS * COUNT / theirs:.0f} messages/s",
        ratio=f"{theirs / ours:.2f} ×",
        must=f"≥ {MUST} ×",
        reached=theirs / ours >= MUST,
        threads="ours 1 and SQLite's 3, the worker apart; peer 1",
    )
