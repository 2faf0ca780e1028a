"""A command's round trip: an officer sends `!status` and hears the answer, against a bare nio echo bot."""

from __future__ import annotations

import asyncio
import sys

from bench.echo import READY
from bench.row import Row, milliseconds, percentile
from bench.world import RAISED, World, world
from bot.demo.process import Program

WARM_UP = 10
COUNT = 80
MUST = 1.25
COMMAND = "!status"


async def measure() -> list[Row]:
    """Return the row; both bots run throughout and are asked in turns, each in a room of its own."""
    async with world() as here:
        officer = await here.officer("eve-bf")
        echo = await _echo(here)
        liaison = (await here.liaison(officer.user_id, limits=RAISED)).user_id
        rooms = {user: await officer.room_with(user) for user in (liaison, echo)}
        taken: dict[str, list[float]] = {liaison: [], echo: []}
        for turn in range(WARM_UP + COUNT):
            for user in (liaison, echo) if turn % 2 else (echo, liaison):
                seconds = await officer.ask(rooms[user], COMMAND, user, reply=user == liaison)
                if turn >= WARM_UP:
                    taken[user].append(seconds)
    return [_row(taken[liaison], taken[echo])]


def _row(ours: list[float], peer: list[float]) -> Row:
    ratio = percentile(ours, 0.5) / percentile(peer, 0.5)
    return Row(
        what=f"Command round trip p50, `{COMMAND}` sent until its answer is decrypted, {COUNT} each in turns;"
        " peer: bare matrix-nio echo bot",
        ours=_figures(ours),
        peer=_figures(peer),
        ratio=f"{ratio:.2f} ×",
        must=f"≤ {MUST} ×",
        reached=ratio <= MUST,
        threads="ours 1 and SQLite's 2; peer 1",
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
