"""Round trips against a bare nio echo bot: a command and its answer, an incident that is declared and its card."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Iterator

from bench.archive import vocabulary
from bench.echo import READY
from bench.row import Row, milliseconds, percentile
from bench.world import RAISED, World, world
from bot.demo.process import Program

WARM_UP = 10
COUNT = 80
MUST = 1.25
MUST_CARD = 1.5
COMMAND = "!status"
DECLARE = "!incident declare {} type:other severity:low"
SEED = 3


async def measure() -> list[Row]:
    """Return both rows; both bots run throughout and are asked in turns, each in a room of its own."""
    async with world() as here:
        officer = await here.officer("eve-bf")
        echo = await _echo(here)
        liaison = (await here.liaison(officer.user_id, limits=RAISED)).user_id
        rooms = {user: await officer.room_with(user) for user in (liaison, echo)}
        asked: dict[str, list[float]] = {liaison: [], echo: []}
        declared: dict[str, list[float]] = {liaison: [], echo: []}
        # One after the other: what a declaration brings about is not over with its card, and is no part of an answer.
        for turn, user in _turns(liaison, echo):
            seconds = await officer.ask(rooms[user], COMMAND, user, reply=user == liaison)
            asked[user] += [seconds] if turn >= WARM_UP else []
        words = vocabulary(random.Random(SEED))
        for turn, user in _turns(liaison, echo):
            title = " ".join(words[turn * 3 : turn * 3 + 3])
            seconds = await officer.ask(rooms[user], DECLARE.format(title), user, reply=False, holds=title)
            declared[user] += [seconds] if turn >= WARM_UP else []
    status = f"Command round trip p50, `{COMMAND}` sent until its answer is decrypted"
    card = "Declare to card p50, `!incident declare …` sent until the incident's card is decrypted"
    return [
        _row(status, MUST, asked[liaison], asked[echo]),
        _row(card, MUST_CARD, declared[liaison], declared[echo]),
    ]


def _turns(*users: str) -> Iterator[tuple[int, str]]:
    """Yield each turn with each of *users*, another of them first each time."""
    for turn in range(WARM_UP + COUNT):
        for user in users if turn % 2 else users[::-1]:
            yield turn, user


def _row(what: str, must: float, ours: list[float], peer: list[float]) -> Row:
    ratio = percentile(ours, 0.5) / percentile(peer, 0.5)
    return Row(
        what=f"{what}, {COUNT} each in turns; peer: bare matrix-nio echo bot",
        ours=_figures(ours),
        peer=_figures(peer),
        ratio=f"{ratio:.2f} ×",
        must=f"≤ {must} ×",
        reached=ratio <= must,
        threads="ours 1 and SQLite's 3; peer 1",
    )


def _figures(taken: list[float]) -> str:
    return f"{milliseconds(percentile(taken, 0.5))} (p95 {milliseconds(percentile(taken, 0.95))})"


async def _echo(here: World) -> str:
    """Start the echo bot and return its user id once it listens."""
    user_id, password = await here.account("echo")
    folder = here.folder / "echo"
    folder.mkdir()
    secret = folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(password, "utf-8")
    arguments = [here.homeserver.url, user_id, str(secret), str(folder)]
    program = Program([sys.executable, "-m", "bench.echo", *arguments], folder / "echo.log")
    here.stack.push_async_callback(program.kill)
    await program.start()
    async with asyncio.timeout(30):
        while READY not in program.log:
            if not program.running:
                raise RuntimeError(f"the echo bot ended:\n{program.log}")
            await asyncio.sleep(0.05)
    return user_id
