"""What each mode costs its readers: posts that a message brings about, and lines that a reader is shown.

Counted, not timed: outbox rows of the real intake, with a translator that only says the way it took.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from bench.row import Row
from bot.model.person import LanguageCode, UserId
from bot.model.room import Mode
from tests.fakes import ROOM, configuration
from tests.world import World

LANGUAGES = ("en", "pt", "es", "fr", "de")
PEOPLE = 40
MESSAGES = 40
LINE = "A ponte está livre até às 22:45"


async def measure() -> list[Row]:
    """Return a row for each mode."""
    return [await _counted(mode) for mode in Mode]


async def _counted(mode: Mode) -> Row:
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as name:
        world = World(Path(name) / "liaison.db", configuration())
        await world.start()
        try:
            people = await _people(world, mode)
            for number in range(MESSAGES):
                user, room = people[number % PEOPLE]
                await world.receives(user, f"{LINE} {number}", room=room)
                await world.settles()
            return _row(world, mode, people)
        finally:
            await world.stop()


async def _people(world: World, mode: Mode) -> list[tuple[UserId, str]]:
    """Return who speaks in which room: all in one, or those of each language in one of their own."""
    people: list[tuple[UserId, str]] = []
    for number in range(PEOPLE):
        language = LANGUAGES[number % len(LANGUAGES)]
        room = f"!{language}:example.org" if mode is Mode.COMPANION else ROOM
        people.append((world.person(f"officer{number}", room=room).user_id, room))
    rooms = dict.fromkeys(room for _user, room in people)
    async with world.store.transaction():
        for number, (user, _room) in enumerate(people):
            code = LanguageCode(LANGUAGES[number % len(LANGUAGES)])
            await world.services.person.set_language(user, code, None, world.clock.now())
        for room in rooms:
            settings = await world.store.room.find(room)
            await world.store.room.save(room, replace(settings, mode=mode), world.clock.now())
        if mode is Mode.COMPANION:
            spoken = {room: LanguageCode(room[1:3]) for room in rooms}
            await world.store.companion.link("circle", spoken, world.clock.now())
    return people


def _row(world: World, mode: Mode, people: list[tuple[UserId, str]]) -> Row:
    """Return what was posted, and what a reader sees of it: in the rooms' timelines, and in threads beside them."""
    posts = [heard for heard in world.heard if heard.kind in ("translation", "relay")]
    shown = threads = 0
    for user, room in people:
        shown += sum(1 for number in range(MESSAGES) if people[number % PEOPLE][1] == room)
        for heard in posts:
            if heard.post and user in world.rooms.audience(heard.room):
                lines = heard.post.body.count("\n") + 1
                shown, threads = (shown, threads + lines) if heard.post.thread else (shown + lines, threads)
    each = PEOPLE * MESSAGES
    beside = f", and {threads / each:.1f} in a thread" if threads else ""
    rung = sum(heard.post is not None and heard.post.msgtype == "m.text" for heard in posts)
    return Row(
        what=f"Mode {mode.value}: {PEOPLE} people, {len(LANGUAGES)} languages, {MESSAGES} messages of one line",
        ours=f"{len(posts) / MESSAGES:.1f} posts a message ({rung / MESSAGES:.1f} may ring),"
        f" {shown / each:.1f} lines a reader and message{beside}",
    )
