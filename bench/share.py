"""Processor time that a message costs each program while a server translates: what no server elsewhere takes over."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Sequence
from pathlib import Path

from bench import messages
from bench.drain import OFFICERS, ROOMS
from bench.memory import child_of
from bench.officer import Officer
from bench.records import Records
from bench.row import Row, milliseconds
from bench.world import RAISED, World, world
from bot.matrix.api import path

FIRST = ROOMS * OFFICERS
"""Messages that are not counted: with the first of each officer in a room its key goes round."""

COUNT = 300
_POSTED = "SELECT count(*) FROM outbox WHERE state = 'sent' AND kind = 'translation'"


async def measure(url: str) -> Row:
    """Return the row; the server at *url* translates."""
    async with world() as here:
        officers = await here.officers(OFFICERS)
        translation = {"engines": ["libretranslate"], "servers": [url]}
        liaison = await here.liaison(officers[0].user_id, limits=RAISED, translation=translation)
        rooms = await here.rooms(ROOMS, officers, liaison.user_id)
        await _reader(here, officers[0], rooms)
        for officer in officers:
            await officer.sync()
        said = iter(messages.english(FIRST + COUNT))
        assert liaison.pid is not None and here.homeserver.pid is not None
        pids = liaison.pid, child_of(liaison.pid), here.homeserver.pid
        with Records.of(liaison) as records:
            await _say(officers, rooms, list(itertools.islice(said, FIRST)))
            await records.reach(_POSTED, FIRST, 120)
            before = [_worked(pid) for pid in pids]
            await _say(officers, rooms, list(said))
            await records.reach(_POSTED, FIRST + COUNT, 180)
            after = [_worked(pid) for pid in pids]
    bot, worker, homeserver = ((later - earlier) / COUNT for earlier, later in zip(before, after, strict=True))
    return Row(
        what=f"Processor time a message, {COUNT} of {OFFICERS} officers in {ROOMS} rooms of {OFFICERS + 2}, from sync"
        " to post, a server translating en→es: of the bot's own process",
        ours=f"{milliseconds(bot)}; of the worker, for its language, {milliseconds(worker)};"
        f" of the homeserver (Synapse, SQLite), for message and post, {milliseconds(homeserver)}",
        threads="1 and SQLite's 3, the worker apart",
    )


async def _reader(here: World, lead: Officer, rooms: Sequence[str]) -> None:
    """Have somebody in every room who reads Spanish only."""
    user_id, password = await here.account("luis-gc")
    session = await here.homeserver.login("luis-gc", password)
    for room_id in rooms:
        await lead.invite(room_id, user_id)
        await here.homeserver.request("POST", path("join", room_id), token=session.access_token, body={})


async def _say(officers: Sequence[Officer], rooms: Sequence[str], texts: Sequence[str]) -> None:
    """Have the officers say *texts*, each officer in one room after the other."""
    share = -(-len(texts) // len(officers))

    async def all_of(officer: Officer, own: Sequence[str]) -> None:
        for room_id, text in zip(itertools.cycle(rooms), own, strict=False):
            await officer.say(room_id, text)

    parts = [texts[start : start + share] for start in range(0, len(texts), share)]
    await asyncio.gather(*itertools.starmap(all_of, zip(officers, parts, strict=True)))


def _worked(pid: int) -> float:
    """Return the processor seconds of a process since it started, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
