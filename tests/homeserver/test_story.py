"""Thirty messages in each mode, and what every room holds in the end, as an independent client shows it."""

from __future__ import annotations

import asyncio
import difflib
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio

from bot.demo.heard import PATIENCE_SECONDS, Heard
from bot.demo.homeserver import Homeserver
from bot.demo.liaison import Liaison
from bot.demo.officer import Officer
from bot.model.room import Mode

from ..sealing import tail_in
from .conftest import PASSWORD, LiaisonFactory, localpart, tables
from .js_officer import JsOfficer
from .reading import of_html, of_text
from .rooms import asks, border_north, joined, record, with_spanish
from .story import (
    AGENCIES,
    CRASH,
    DOWN_FROM,
    DOWN_TO,
    FIX,
    GLOBE,
    HANG,
    HARBOUR,
    LANGUAGES,
    LINES,
    TERM,
    TERMS,
    Line,
    Shown,
    link,
    stated,
)


@dataclass(frozen=True)
class Cast:
    """The officers, who act with one client and look with another (`eyes`), and the folder of installed models."""

    officers: dict[str, Officer]
    eyes: dict[str, JsOfficer]
    models: Path


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def cast(homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cast]:
    folder = tmp_path_factory.mktemp("story")
    officers: dict[str, Officer] = {}
    eyes: dict[str, JsOfficer] = {}
    async with AsyncExitStack() as stack:

        async def enter(name: str, agency: str) -> None:
            user = localpart(name, agency)
            await homeserver.register(user, PASSWORD)
            user_id = homeserver.user_id(user)
            one = officers[name] = Officer(
                homeserver.url, user_id, PASSWORD, folder / user, name.capitalize(), auto_join=True
            )
            stack.push_async_callback(one.stop)
            await one.start()
            other = eyes[name] = JsOfficer(homeserver.url, user_id, PASSWORD, folder / f"js-{user}", one.recovery_key)
            stack.push_async_callback(other.stop)
            await other.start()

        never_run = Liaison(folder / "models", homeserver.url, "@nobody:example.org", PASSWORD, tables())
        await asyncio.gather(with_spanish(never_run), *(enter(*one) for one in AGENCIES.items()))
        yield Cast(officers, eyes, never_run.folder / "data" / "models")


@dataclass
class Play:
    """One story as it goes on: who speaks in which room, and the event of each line."""

    cast: Cast
    bot: Liaison
    mode: Mode
    rooms: dict[str, str]
    said: list[str] = field(default_factory=list)

    def source(self, number: int) -> str:
        return self.said[number - 1]

    async def all(self) -> None:
        for number, line in enumerate(LINES, 1):
            self.said.append(await self._say(line))
            await self._changes(number)
            await self._events(number)

    async def _say(self, line: Line) -> str:
        officer, room = self.cast.officers[line.who], self.rooms[line.who]
        answered = await self._answered(line) if line.answers else {}
        if line.photo:
            return await officer.attach(room, line.photo, b"\xff\xd8\xff", line.text, **answered)
        return await officer.say(room, line.text, **answered)

    async def _answered(self, line: Line) -> dict[str, Any]:
        """Return how an answer says what it answers: in a linked room, the post that stands for it there."""
        event = self.source(line.answers)
        if self.rooms[line.who] != self.rooms[LINES[line.answers - 1].who]:
            event = (await self.reads(line.who, line.answers)).event_id
        return {"m.relates_to": {"m.in_reply_to": {"event_id": event}}}

    async def reads(self, who: str, number: int) -> Heard:
        """Return the post by which *who* is shown a line in their language."""
        source, language = self.source(number), LANGUAGES[who]
        return await self.cast.officers[who].hears(
            lambda heard: (
                record(heard).get("source") == source
                and language in record(heard).get("texts", {})
                and heard.relation.get("rel_type") != "m.replace"
            )
        )

    async def _changes(self, now: int) -> None:
        """Edit and redact what is to be changed after the line *now*."""
        for number, line in enumerate(LINES[:now], 1):
            officer, room = self.cast.officers[line.who], self.rooms[line.who]
            for text in (text for after, text in line.edits if after == now):
                await officer.edit(room, self.source(number), text)
            if line.gone == now:
                await officer.redact(room, self.source(number))

    async def _events(self, now: int) -> None:
        """Let happen what happens after the line *now*."""
        kate, ana, diego = (self.cast.officers[name] for name in ("kate", "ana", "diego"))
        match now:
            case _ if now == DOWN_FROM:
                wrong = await self.reads("diego", FIX)
                asked = f"!translate fix {HARBOUR} to:es"
                await _ok(diego, wrong.room_id, asked, reply_to=wrong.event_id)
                await self.bot.kill()
            case _ if now == DOWN_TO:
                await self.bot.start()
            case _ if now == TERM:
                await _ok(ana, self.rooms["ana"], f"!term add {TERMS}")
                await _ok(kate, self.rooms["kate"], "!term approve 1")
            case _ if now == HANG:
                os.kill(worker_of(self.bot), signal.SIGSTOP)
            case _ if now == CRASH:
                os.kill(worker_of(self.bot), signal.SIGKILL)
            case _ if now == GLOBE:
                await self.reads("diego", GLOBE)
                await ana.react(self.rooms["kate"], self.source(GLOBE), "🌐")
                await ana.hears(
                    lambda heard: heard.room_id == self.rooms["kate"] and "pt" in record(heard).get("texts", {})
                    and record(heard).get("source") == self.source(GLOBE)
                )  # fmt: skip

    async def places(self) -> dict[str, tuple[str, str]]:
        """Return each room in which translations stand, and who looks at it."""
        if self.mode is Mode.COMPANION:
            return {name: (room, name) for name, room in self.rooms.items()}
        home = {"home": (self.rooms["kate"], "kate")}
        if self.mode is Mode.DM:
            return home | {name: (await self._own(name), name) for name in LANGUAGES}
        return home

    async def _own(self, name: str) -> str:
        """Return the room in which the bot writes to an officer alone."""
        home = self.rooms[name]
        heard = await self.cast.officers[name].hears(
            lambda heard: record(heard).get("room") == home and heard.room_id != home
        )
        return heard.room_id

    async def shown(self, room: str, looker: str) -> list[Shown]:
        """Return what stands of the translations in a room, as matrix-js-sdk shows it."""
        numbers = {source: number for number, source in enumerate(self.said, 1)}
        names = {officer.user_id: name for name, officer in self.cast.officers.items()}
        posts = await self.cast.eyes[looker].shown(room, self.bot.user_id)
        found = []
        for post in posts:
            said = post["content"].get("org.liaison", {"kind": "unreadable", "source": ""})
            if said["kind"] in ("reply", "notice", "question"):
                continue
            numbers[post["event_id"]] = numbers.get(said["source"], 0)
            by = "".join(names[user] for user in said.get("corrected", {}).values())
            below = _below(post["relation"], numbers)
            found.append(
                Shown(numbers[post["event_id"]], said.get("texts", {}), *below, by, self._read(post["content"]))
            )
        return found

    def _read(self, content: dict[str, Any]) -> tuple[str, ...]:
        """Return the lines that a person reads; those of both if plain and formatted text differ."""
        lines = of_text(content.get("body", ""))
        formatted = of_html(content.get("formatted_body", ""))
        shown = lines if formatted == lines else (*lines, "but formatted:", *formatted)
        return tuple(map(self._linked, shown))

    def _linked(self, line: str) -> str:
        """Return a line with the addresses of messages in it as the numbers of what was said there."""
        for number, (source, said) in enumerate(zip(self.said, LINES, strict=True), 1):
            line = line.replace(f"https://matrix.to/#/{quote(self.rooms[said.who])}/{quote(source)}", link(number))
        return line


def _below(relation: dict[str, Any], numbers: dict[str, int]) -> tuple[int, str]:
    """Return the line that a post is below, and how; -1 for something else."""
    if relation.get("rel_type") == "m.thread":
        return numbers.get(relation["event_id"], -1), "thread"
    if "m.in_reply_to" in relation:
        return numbers.get(relation["m.in_reply_to"]["event_id"], -1), "reply"
    return 0, ""


async def _ok(officer: Officer, room: str, line: str, **extra: Any) -> None:
    answer = await asks(officer, room, line, **extra)
    assert record(answer)["ok"], answer.body


def worker_of(bot: Liaison) -> int:
    """Return the process id of the bot's translation worker."""
    [worker] = Path(f"/proc/{bot.pid}/task/{bot.pid}/children").read_text().split()
    return int(worker)


async def set_up(cast: Cast, bot: Liaison, mode: Mode) -> Play:
    """Bring everybody into the rooms of the *mode*."""
    kate, ana, diego = (cast.officers[name] for name in ("kate", "ana", "diego"))
    if mode is Mode.COMPANION:
        rooms = await linked(cast, bot)
    else:
        room = await border_north(kate, bot, ana, diego)
        rooms = dict.fromkeys(LANGUAGES, room)
        if mode is not Mode.REPLY:
            await _ok(kate, room, f"!translate mode {mode.value}")
    await _ok(ana, rooms["ana"], "!language pt reads:en")
    return Play(cast, bot, mode, rooms)


async def linked(cast: Cast, bot: Liaison) -> dict[str, str]:
    """Return a room for each of them, linked by all three; Ana is in Kate's too."""
    kate, ana = cast.officers["kate"], cast.officers["ana"]
    rooms = {"kate": await border_north(kate, bot, ana)}
    for name in ("ana", "diego"):
        officer = cast.officers[name]
        rooms[name] = await officer.create_room("Border", [bot.user_id])
        await joined(officer, rooms[name], bot.user_id)
    for name, asked in (("ana", ["ana"]), ("diego", ["ana", "diego"])):
        await _ok(kate, rooms["kate"], f"!room companion {LANGUAGES[name]} {rooms[name]}")
        for lead in asked:
            await agree(cast.officers[lead], rooms[lead])
    return rooms


async def agree(lead: Officer, room: str) -> None:
    """Answer the question in the *room* that the lead has not answered yet."""
    answered = {heard.replies_to for heard in lead.heard}
    asked = await lead.hears(
        lambda heard: (
            heard.room_id == room and record(heard).get("kind") == "question" and heard.event_id not in answered
        )
    )
    digit = next(digit for digit, choice in record(asked)["choices"].items() if choice == "link")
    await _ok(lead, room, f"{digit} {tail_in(asked.body)}", reply_to=asked.event_id)


@pytest.mark.parametrize("mode", list(Mode), ids=lambda mode: mode.value)
async def test_thirty_messages_a_restart_and_a_crash(mode: Mode, cast: Cast, liaison: LiaisonFactory) -> None:
    bot = await liaison(start=False, roles={"lead": [officer.user_id for officer in cast.officers.values()]})
    shutil.copytree(cast.models, bot.folder / "data" / "models")
    await bot.start()
    play = await set_up(cast, bot, mode)
    await play.all()

    places, wanted = await play.places(), written(stated(mode), mode)
    shown = ""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while shown != wanted:
                await asyncio.sleep(0.1)
                shown = await seen(play, places)
    except TimeoutError:
        pytest.fail("\n".join(difflib.unified_diff(wanted.split("\n"), shown.split("\n"), "stated", "shown", n=1)))
    for room, looker in places.values():
        await _ok(cast.officers[looker], room, "!about")
    assert await seen(play, places) == wanted, "and nothing comes after it"


async def seen(play: Play, places: dict[str, tuple[str, str]]) -> str:
    return written({name: await play.shown(*place) for name, place in places.items()}, play.mode)


def written(rooms: dict[str, list[Shown]], mode: Mode) -> str:
    """Return what stands in each room, a post a line; from several rooms, only what each says is in order."""
    return "\n".join(
        f"{name}: {shown}"
        for name, posts in rooms.items()
        for shown in (posts if mode is not Mode.COMPANION else sorted(posts, key=lambda one: LINES[one.line - 1].who))
    )
