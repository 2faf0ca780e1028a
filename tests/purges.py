"""What tests of purges have in common: two people who decide one, and all bytes in which a text could still stand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from bot.config import Config
from bot.model.person import UserId
from bot.model.room import RoomSettings, Use
from bot.model.verification import Verified, verify
from bot.services.retention import RetentionService
from bot.store.auditlog import open_log

from .fakes import BOT, KEY, ROOM, configuration
from .incident.marked import LEADS
from .incident.scene import replied
from .pages import plain
from .store.test_others import ForgottenKeys
from .world import Person, World

AUDIT = "!audit:example.org"
DATABASE_KEY = bytes.fromhex(KEY[2:-1])
MARKER = "Ornitorrinco-É77"
"""A word that stands in nothing else."""


def force(*leads: str, **sections: Any) -> Config:
    """Return the configuration of a task force with two people who may purge."""
    roles = {"lead": [*LEADS, *leads], "auditor": ["@vera:gnr.example", "@luc-pn:example.org"]}
    return configuration(roles=roles, **sections)


async def audited(world: World, *people: Person) -> None:
    """Let there be an audit room with these people."""
    world.rooms.joined[AUDIT] = [UserId(BOT), *(person.user_id for person in people)]
    async with world.store.transaction():
        await world.store.room.save(AUDIT, RoomSettings(use=Use.AUDIT), world.clock.now())


def _shapes(text: str) -> Iterator[bytes]:
    for shape in {text, text.casefold(), text.upper(), text.split("-")[0], text.split("-")[0].casefold()}:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            yield shape.encode(encoding)
        # As JSON writes it where it keeps to ASCII.
        yield shape.encode("unicode-escape")


async def left(world: World, text: str = MARKER, path: Path | None = None) -> list[bytes]:
    """Return in which shapes *text* stands in any page of the database, in use or free, or of its log."""
    await world.store.scrub()
    pages = plain(path or world.path, DATABASE_KEY)
    return [shape for shape in _shapes(text) if shape in pages]


def terms(world: World) -> list[str]:
    """Return all words of the search index."""
    with closing(sqlcipher.connect(str(world.path))) as connection:
        connection.execute(f'PRAGMA key = "{KEY}"')
        connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'found', 'row')")
        return [row[0] for row in connection.execute("SELECT term FROM temp.words")]


async def answers(person: Person, post: Any, choice: str, ref: str, room: str = ROOM) -> None:
    """Answer a question with its digit and the reference's end."""
    digit = next(digit for digit, name in post.record["choices"].items() if name == choice)
    await person.says("", room=room, **replied(f"{digit} {ref[-2:]}", person.world.event_of(post)))


def asked(world: World, of: Person) -> Any:
    """Return the last question about a purge to that person."""
    posts = [h.post for h in world.heard if h.kind == "question" and h.post and h.post.record["of"] == "purge"]
    return [post for post in posts if of.user_id in post.mentions][-1]


async def purges(asker: Person, second: Person, ref: str, reason: str = "Fim do prazo", room: str = ROOM) -> None:
    """Let one ask and the other agree, and do what is due."""
    await asker.says(f"!purge {ref} {reason}", room=room)
    assert (asker.last.record["kind"] == "reply" and asker.last.record["ok"]) or asker.hears("I have asked"), asker.last
    await answers(second, asked(asker.world, second), "purge", ref, room)
    assert second.hears(f"{ref} is purged now", ok=True), second.last
    await asker.world.wakes()


def retention(world: World) -> RetentionService:
    """Return the daily look at what is too old, by a clock that is believed: the last was a day ago."""
    world.pulse.skew, world.pulse.synced_at = 0.0, world.clock.now()
    world.pulse.looked_at = world.clock.now() - timedelta(days=1)
    return RetentionService(
        world.current, world.store, ForgottenKeys(), world.pulse, world.services.audit, world.services.expiring
    )


async def passes(world: World, **time: float) -> None:
    """Let time pass, look at what is too old, and do what is due then."""
    world.clock.passes(**time)
    await retention(world).purge(world.clock.now())
    await world.wakes()


def verified(world: World) -> Verified:
    """Return what `audit verify` finds."""
    with open_log(world.path, KEY) as log:
        key = log.key()
        assert key
        return verify(log, key)
