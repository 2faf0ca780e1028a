"""A thousand commands that waited for the bot: how fast it answers them, against bare nio sending as many messages."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Sequence

from nio import RoomMessage

from bench.bare import Bare
from bench.officer import Officer, answered
from bench.records import Records
from bench.row import Row
from bench.world import RAISED, World, world

ROOMS = 10
OFFICERS = 10
EACH = 10
"""Commands of each officer in each room."""

COUNT = ROOMS * OFFICERS * EACH

COMMANDS = ("!status", "!help", "!timezone Europe/London", "!language")
"""What is asked for, in turns; one in four changes something."""

FRESH_SECONDS = 110.0
"""Older commands the bot would not do but ask about."""

MUST = 0.7
_ANSWERED = "SELECT count(*) FROM outbox WHERE state = 'sent' AND kind = 'reply'"
_GREETED = "SELECT count(*) FROM inbox WHERE state = 'done' AND outcome = 'no need'"


async def measure() -> list[Row]:
    """Return the row; the peer sends half of its messages before the bot drains, and half after."""
    async with world() as here:
        officers = await here.officers(OFFICERS)
        liaison = await here.liaison(officers[0].user_id, limits=RAISED)
        rooms = await here.rooms(ROOMS, officers, liaison.user_id)
        peer, apart = await _peer(here, officers)
        with Records.of(liaison) as records:
            await greet(officers, rooms, records)
            await liaison.stop()
            await _send(peer, apart)
            began = time.perf_counter()
            asked = await _ask(officers, rooms)
            start = time.perf_counter()
            await liaison.start()
            ready = time.perf_counter()
            if ready - began > FRESH_SECONDS:
                raise RuntimeError(f"the first command was {ready - began:.0f} s old when the bot was ready")
            await records.reach(_ANSWERED, len(asked), 180)
            await asyncio.sleep(1)  # an answer too many would come now
        await liaison.stop()
        await _send(peer, apart)
        await officers[0].sync()
        heard = [event for event in officers[0].heard() if event.decrypted]
    ours = _rate(_answers(heard, liaison.user_id, asked))
    sent = sorted((e for e in heard if e.sender == peer.user_id), key=lambda event: event.server_timestamp)
    theirs = _rate(sent[: len(sent) // 2], sent[len(sent) // 2 :])
    return [_row(ours, theirs, ready - start)]


async def greet(officers: Sequence[Officer], rooms: Sequence[str], records: Records) -> None:
    """Have every officer say something in every room, and wait until the bot has read it: then all have the keys."""
    for officer in officers:
        await officer.sync()
    for officer in officers:
        for room_id in rooms:
            await officer.say(room_id, "Hello.")
    await records.reach(_GREETED, len(officers) * len(rooms), 60)
    for officer in officers:
        await officer.sync()
        officer.heard()


async def _peer(here: World, officers: Sequence[Officer]) -> tuple[Bare, list[str]]:
    """Return the peer and rooms of its own, with the same people in them."""
    peer = await here.bare("peer")
    making = asyncio.create_task(here.rooms(ROOMS, officers, peer.user_id))
    while not making.done():
        await peer.do("join")
        await asyncio.sleep(0.5)
    await peer.do("meet")
    return peer, await making


async def _send(peer: Bare, rooms: Sequence[str]) -> None:
    await peer.do("send", rooms=rooms, count=COUNT // ROOMS // 2)


async def _ask(officers: Sequence[Officer], rooms: Sequence[str]) -> list[str]:
    """Have all officers send their commands, each one after the other; return the events' ids."""

    async def all_of(officer: Officer) -> list[str]:
        turns = zip(itertools.cycle(COMMANDS), list(rooms) * EACH, strict=False)
        return [await officer.say(room_id, command) for command, room_id in turns]

    async with asyncio.timeout(FRESH_SECONDS):
        return list(itertools.chain(*await asyncio.gather(*map(all_of, officers))))


def _answers(heard: Sequence[RoomMessage], bot: str, asked: Sequence[str]) -> list[RoomMessage]:
    """Return the bot's answers; RuntimeError unless each command was done and answered once."""
    answers = [event for event in heard if event.sender == bot and answered(event)]
    if Counter(map(answered, answers)) != Counter(asked):
        raise RuntimeError(f"{len(asked)} commands, {len(answers)} answers: not each once")
    if refused := [event for event in answers if not event.source["content"]["org.liaison"]["ok"]]:
        raise RuntimeError(f"{len(refused)} commands were refused: {refused[0].source['content']}")
    return answers


def _rate(*times: Sequence[RoomMessage]) -> float:
    """Return messages a second from the first to the last, by the homeserver's clock, of several times together."""
    stamps = [[event.server_timestamp for event in events] for events in times]
    seconds: float = sum(max(found) - min(found) for found in stamps) / 1000
    return sum(len(found) - 1 for found in stamps) / seconds


def _row(ours: float, theirs: float, ready: float) -> Row:
    return Row(
        what=f"{COUNT:,} commands of {OFFICERS} officers in {ROOMS} rooms that waited for the bot, each answered once,"
        f" first answer to last; peer: bare matrix-nio sending {COUNT:,} messages into {ROOMS} such rooms at once",
        ours=f"{ours:.0f} answers/s (from the start to ready {ready:.1f} s)",
        peer=f"{theirs:.0f} messages/s",
        ratio=f"{ours / theirs:.2f} ×",
        must=f"≥ {MUST} ×",
        reached=ours / theirs >= MUST,
        threads="ours 1 and SQLite's 3, the worker apart; peer 1",
    )
