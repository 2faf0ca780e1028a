"""A task force in one room: people who speak and hear, over all that is ours but the homeserver and the engines."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from bot.command import Command
from bot.config import Config, Current
from bot.i18n import Catalogues
from bot.intake import Intake, Unreadable, Waiting
from bot.model.direct import DirectRoom
from bot.model.file import File
from bot.model.incoming import Incoming, MegolmIndex, Trust
from bot.model.person import UserId
from bot.model.sequel import EVENT
from bot.render import Elsewhere, Post, Renderer
from bot.router import Router
from bot.services import Services
from bot.services.assembly import Outside, assemble
from bot.services.checklist import checklists
from bot.services.original import Fetched
from bot.services.phrase import phrasebook
from bot.services.place import gazetteer
from bot.services.pulse import Pulse
from bot.store import Store
from bot.store.database import Database
from bot.store.inbox import InboxRow
from bot.store.outbox import OutboxRow
from commands import COMMANDS

from .fakes import (
    BOT,
    ROOM,
    FakeClock,
    FakeDevices,
    FakeMedia,
    FakeModels,
    FakeRooms,
    FakeTranslator,
    compiled,
    configuration,
    opened,
)

SERVERS = {"PRT-GNR": "{}:gnr.example", "FRA-PN": "{}-pn:example.org", None: "{}:example.org"}
PORTUGUESE = compiled(
    "pt",
    'msgid "Your language is {language}."\nmsgstr "A sua língua é {language}."',
    'msgid "Machine translation, {route}, of what {sender} wrote."\n'
    'msgstr "Tradução automática, {route}, do que {sender} escreveu."',
)
CATALOGUES = Catalogues({"pt": PORTUGUESE})


MIGRATED: list[bytes] = []
"""The file of an empty database: migrating a new one for each test would be most of its time."""


async def _new(path: Path) -> None:
    if not MIGRATED:
        async with opened(path):
            pass
        MIGRATED.append(path.read_bytes())
    path.write_bytes(MIGRATED[0])


CHECKLISTS = checklists(configuration())
PHRASES = phrasebook(configuration())
"""The phrases that come with Liaison, read once."""
ROUTERS: dict[tuple[str, ...], Router] = {}


def _router(commands: tuple[Command, ...], catalogues: Catalogues) -> Router:
    """Return the router of *commands*, made once: it holds no state, and takes 0.2 s to make."""
    names = (*catalogues.languages, *(command.name for command in commands))
    if names not in ROUTERS:
        ROUTERS[names] = Router(commands, catalogues)
    return ROUTERS[names]


class FakeReader:
    """Reads rows that tests wrote: what is encrypted and trusted stands in the row."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        """The room keys that have come."""
        self.false: set[str] = set()
        """People whose devices were found false after they were read."""
        self.unlearned: list[str] = []
        """What is not to be read again."""

    def read(self, row: InboxRow) -> Incoming | Waiting | Unreadable:
        """Return the event as the test described it."""
        raw = row.raw
        session = raw.get("session")
        if session and session not in self.keys:
            return Waiting(session)
        if "unreadable" in raw:
            return Unreadable(raw["unreadable"])
        return Incoming(
            row.event_id,
            row.room_id,
            UserId(raw["sender"]),
            raw["type"],
            raw["content"],
            row.received_at - timedelta(seconds=raw.get("age", 0)),
            row.received_at,
            trust=_trust(raw),
            megolm=MegolmIndex("curve", *raw["megolm"]) if "megolm" in raw else None,
            state_key=raw.get("state_key"),
        )

    async def refresh(self, user_id: str) -> None:
        """Do nothing: nobody's device lists change here."""

    def unlearn(self, incoming: Incoming) -> None:
        """Note it."""
        self.unlearned.append(incoming.event_id)

    def still_trusts(self, incoming: Incoming) -> bool:
        """Return whether the sender's device has not been found false."""
        return incoming.sender not in self.false


class FakeFetching:
    """Fetches what a test sent from its world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def fetch(self, room_id: str, event_id: str) -> Fetched | None:
        """Return the event if the world still has it in that room, and the last edit of it."""
        found = self._world.events
        if found.get(event_id, ("",))[0] != room_id:
            return None
        edits = [id for id, (_room, raw) in found.items() if _relation(raw) == ("m.replace", event_id)]
        row = InboxRow(0, event_id, room_id, found[event_id][1], self._world.said_at[event_id])
        read = self._world.reader.read(row)
        return Fetched(read, edits[-1] if edits else None) if isinstance(read, Incoming) else None


def _relation(raw: Mapping[str, Any]) -> tuple[str, str] | None:
    relation = raw["content"].get("m.relates_to")
    return (relation.get("rel_type"), relation.get("event_id")) if isinstance(relation, dict) else None


def _trust(raw: Mapping[str, Any]) -> Trust:
    if "trust" in raw:
        return Trust(raw["trust"])
    if not raw.get("encrypted", False):
        return Trust.PLAIN
    return Trust.CHECKED if raw.get("trusted", False) else Trust.UNCHECKED


@dataclass(frozen=True)
class Heard:
    """One thing that the bot posted, or did, in a room."""

    id: str
    room: str
    kind: str
    cause: str
    post: Post | None


class Person:
    """Someone in the room."""

    def __init__(self, world: World, user_id: str) -> None:
        self.world = world
        self.user_id = UserId(user_id)
        self._from = 0

    async def says(self, text: str, **raw: Any) -> str:
        """Say *text* from a trusted device and wait for what comes of it; return the event id."""
        self._from = len(self.world.heard)
        [event_id] = await self.world.receives(self.user_id, text, **raw)
        await self.world.settles()
        return event_id

    @property
    def last(self) -> Post:
        """The last thing that the bot posted since this person spoke."""
        return [h.post for h in self.world.heard[self._from :] if h.post][-1]

    def hears(self, text: str = "", **record: Any) -> bool:
        """Return whether the bot posted something with *text* and that *record* since this person spoke."""
        return any(
            text in heard.post.body and record.items() <= heard.post.record.items()
            for heard in self.world.heard[self._from :]
            if heard.post
        )


class World:
    """Everything but the homeserver and the engines; `start` and `stop` as often as a test likes."""

    def __init__(self, path: Path, config: Config | None = None, commands: tuple[Command, ...] = COMMANDS) -> None:
        self.path = path
        self.config = config or configuration()
        self.events: dict[str, tuple[str, dict[str, Any]]] = {}
        """What the homeserver has: the room and the raw event of each id."""
        self.said_at: dict[str, datetime] = {}
        self.commands = commands
        self.clock = FakeClock()
        self.rooms = FakeRooms({ROOM: [UserId(BOT)]}, {BOT: "Liaison"})
        self.translator = FakeTranslator()
        self.models = FakeModels()
        self.phrases = phrasebook(self.config) if self.config.taskforce.phrases_file else PHRASES
        self.checklists = checklists(self.config) if self.config.incident.checklists_file else CHECKLISTS
        self.devices = FakeDevices()
        self.media = FakeMedia()
        self.reader = FakeReader()
        self.pulse = Pulse(self.clock.now())
        self.catalogues = CATALOGUES
        self.heard: list[Heard] = []
        self.redacted: list[str | None] = []
        """The posts that the bot took back; None for one that it had never posted."""
        self.pinned: set[str | None] = set()
        """The posts that stand pinned."""
        self.sequels: list[str] = []
        """What the bot posted, sealed, for a bot that is restored."""
        self.protocol: list[tuple[str, str, dict[str, Any]]] = []
        """What the bot posted for verifications of keys: room, type and content."""
        self.files: list[File] = []
        """The files that the bot posted."""
        self._ids = itertools.count(1)
        self._closing = AsyncExitStack()

    current: Current
    database: Database
    store: Store
    services: Services
    intake: Intake
    renderer: Renderer

    async def start(self) -> None:
        """Open the database and begin to work."""
        if not self.path.exists():
            await _new(self.path)
        self.database, self.store = await self._closing.enter_async_context(opened(self.path))
        self.current = Current(self.config)
        outside = Outside(
            self.current,
            self.store,
            self.rooms,
            self.catalogues,
            devices=self.devices,
            translator=self.translator,
            pairs=self.models,
            originals=FakeFetching(self),
            media=self.media,
            phrases=self.phrases,
            checklists=self.checklists,
            pulse=self.pulse,
            gazetteer=gazetteer(self.config),
            clock=self.clock,
        )
        self.services = assemble(outside)
        self.renderer = Renderer(self.catalogues, self.services)
        self.intake = Intake(
            self.current,
            self.store,
            self.reader,
            _router(self.commands, self.catalogues),
            self.services,
            self.clock,
            self.pulse,
        )  # fmt: skip
        self.store.identity.on_lost = self._loses
        self.current.lose(await self.store.identity.list_lost())
        self.devices.refused = await self.store.identity.list_refused()
        self._work = asyncio.create_task(self.intake.run())
        self._closing.push_async_callback(_ended, self._work)

    def _loses(self, people: frozenset[str], devices: frozenset[tuple[str, str]]) -> None:
        self.current.lose(people)
        self.devices.refused = devices

    async def stop(self) -> None:
        """Stop in the midst of whatever is under way."""
        await self._closing.aclose()

    def person(self, name: str, agency: str | None = None, room: str = ROOM, shown: str | None = None) -> Person:
        """Return someone of *agency* who has joined *room*."""
        user_id = UserId("@" + SERVERS[agency].format(name))
        self.rooms.joined.setdefault(room, [UserId(BOT)]).append(user_id)
        self.rooms.names[user_id] = shown or name.capitalize()
        return Person(self, user_id)

    async def receives(self, sender: str, *texts: str, room: str = ROOM, late: bool = False, **raw: Any) -> list[str]:
        """Put *texts* into the inbox as one sync does, each its own event; return their ids."""
        ids = []
        async with self.store.transaction():
            for text in texts or ("",):
                event_id = f"$event{next(self._ids)}"
                event: dict[str, Any] = {
                    "type": "m.room.message",
                    "sender": sender,
                    "content": {"msgtype": "m.text", "body": text},
                    "encrypted": True,
                    "trusted": True,
                    **raw,
                }
                await self.store.inbox.add(room, event_id, event, self.clock.now(), late=late)
                self.events[event_id] = (room, event)
                self.said_at[event_id] = self.clock.now()
                self.events.pop(event["content"].get("redacts", ""), None)
                ids.append(event_id)
        self.intake.wake(set() if late else {room}, {room} if late else set())
        return ids

    async def wakes(self) -> None:
        """Do what is due at this moment, as the scheduler does, and deliver what is to be posted."""
        await self.services.due.wake(self.clock.now())
        await self.delivers()

    async def idle(self) -> None:
        """Let the others work for a moment."""
        await asyncio.sleep(0.001)

    async def settles(self) -> None:
        """Wait until nothing is left to do, then deliver what is to be posted."""
        async with asyncio.timeout(5):
            while (await self.store.inbox.depth())[0] and not self._work.done():
                await asyncio.sleep(0.001)
        await self.delivers()

    async def delivers(self) -> None:
        """Post what waits in the outbox, room by room, as the sender does."""
        while rooms := await self.store.outbox.list_rooms():
            await self._deliver(sorted(rooms))

    async def opens(self, row: OutboxRow) -> None:
        """Open a direct room for whom *row* is, if there is none, and let what waits go there."""
        user_id = UserId(row.room_id)
        room = await self.services.direct.find(user_id)
        async with self.store.transaction():
            if room is None:
                room = f"!direct{len(self.rooms.joined)}:example.org"
                self.rooms.joined[room], self.rooms.invited[room] = [UserId(BOT)], [user_id]
                await self.store.direct.save(DirectRoom(user_id, room, self.clock.now()))
            await self.store.outbox.sent(row.id, "", self.clock.now())
            await self.store.outbox.move(user_id, room)
            await self.store.question.move(user_id, room)

    async def _deliver(self, rooms: list[str]) -> None:
        for room in rooms:
            while row := await self.store.outbox.next(room):
                if row.kind == "open":
                    await self.opens(row)
                    continue
                acts = row.kind in ("join", "leave", "describe", "redact", "pin", "verification", EVENT)
                try:
                    post = None if acts else await self.renderer.post(row)
                except Elsewhere:
                    async with self.store.transaction():
                        await self.store.outbox.turn_back(row)
                    continue
                if post is None and not acts:
                    async with self.store.transaction():
                        await self.store.outbox.failed(row.id, "withdrawn")
                    continue
                if row.kind == "file" and (file := await self.store.file.find(row.id)):
                    self.files.append(file)
                if post and post.enclosed:
                    self.files.append(post.enclosed)
                if row.kind == "pin":
                    self.pinned -= {await self.store.outbox.event_of(post) for post in row.payload.get("unpins", ())}
                    self.pinned |= {await self.store.outbox.event_of(post) for post in row.payload.get("pins", ())}
                if row.kind == EVENT:
                    self.sequels.append(row.payload["sealed"])
                if row.kind == "verification":
                    self.protocol.append((room, row.payload["type"], row.payload["content"]))
                if row.kind == "redact":
                    self.redacted.append(await self.store.outbox.event_of(row.payload["post"]))
                self.heard.append(Heard(row.id, room, row.kind, row.cause, post))
                async with self.store.transaction():
                    await self.store.outbox.sent(row.id, f"$sent{len(self.heard)}", self.clock.now())
                    await self.services.recall.posted(row, self.clock.now())
                    await self.store.file.forget(row.id)
                    if post and "post" in row.payload:
                        await self.store.outbox.stands_in(
                            row.payload["post"], f"$sent{len(self.heard)}", self.clock.now()
                        )
                await self.store.scrub()

    def shows(self) -> dict[str, Post]:
        """Return the translations as the room shows them now, by the event of each post."""
        shown: dict[str, Post] = {}
        for i, heard in enumerate(self.heard, 1):
            if heard.post and heard.kind in ("translation", "catchup"):
                shown[heard.post.replaces or f"$sent{i}"] = heard.post
        return {event: post for event, post in shown.items() if event not in self.redacted}

    def event_of(self, post: Post | None) -> str:
        """Return the event id under which *post* was delivered."""
        return next(f"$sent{i}" for i, heard in enumerate(self.heard, 1) if post and heard.post is post)

    async def outcomes(self) -> dict[str, str | None]:
        """Return what came of each event, None for one that is still open."""
        rows = await self.database.rows("SELECT event_id, outcome FROM inbox ORDER BY position")
        return {row["event_id"]: row["outcome"] for row in rows}


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    [error] = await asyncio.gather(task, return_exceptions=True)
    if not isinstance(error, asyncio.CancelledError):
        raise AssertionError("the intake did not work to its end") from error


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Return a world at work."""
    world = World(tmp_path / "liaison.db")
    await world.start()
    yield world
    await world.stop()
