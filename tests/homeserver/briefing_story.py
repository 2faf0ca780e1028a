"""The room of the briefing story: four people by four clocks, three of which change, and how the weeks pass there."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.demo.heard import Heard
from bot.demo.liaison import Liaison
from bot.demo.process import Program

from ..calendars import Readers, Taken
from .incident_story import ISOLATES, Vessel
from .rooms import asks, record

AGENCY = {"kate": "GBR-BF", "ana": "PRT-GNR", "eleni": "GRC-HP", "derya": "TUR-SG"}
"""Who is of which; the clocks of the first three change in the night to 28 March 2027, Derya's do not."""
AGENCIES = [
    {"code": "GBR-BF", "country": "GB", "language": "en", "timezone": "Europe/London"},
    {"code": "PRT-GNR", "country": "PT", "language": "pt", "timezone": "Europe/Lisbon"},
    {"code": "GRC-HP", "country": "GR", "language": "el", "timezone": "Europe/Athens"},
    {"code": "TUR-SG", "country": "TR", "language": "tr", "timezone": "Europe/Istanbul"},
]
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
PROGRAM = Path(__file__).with_name("moved.py")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Elsewhen(Liaison):
    """The program on a clock that the test moves."""

    def __init__(self, *made: Any) -> None:
        super().__init__(*made)
        self.ahead = self.folder / "ahead"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LIAISON_")}
        command = [sys.executable, str(PROGRAM), str(self.ahead), "run", "--config", str(self.config)]
        self._program = Program(command, self.folder / "liaison.log", environment)

    async def up(self, seconds: float = 90) -> None:
        """Start, and return once it has synced: nothing here needs an engine, so nobody waits for one to load."""
        before = self._syncs()
        await self.launch()
        async with asyncio.timeout(seconds):
            while self._syncs() == before:
                await asyncio.sleep(0.1)

    def _syncs(self) -> int:
        return self.log.count('"matrix.ready"')

    def stands(self, moment: str) -> None:
        """Let the clock stand at *moment* (UTC) now, and go on from there."""
        new = self.ahead.with_suffix(".new")
        new.write_text(str((utc(moment) - datetime.now(UTC)).total_seconds()))
        new.replace(self.ahead)


@dataclass
class Weeks(Vessel):
    """The story as it goes on in one room; `read` is what each of them has read so far."""

    ref: str = ""
    read: dict[str, str] = field(default_factory=dict)
    rings: dict[str, int] = field(default_factory=Counter)
    """How often each was rung about the briefing, as far as the story goes."""

    def room_of(self, who: str) -> str:
        return self.rooms["border"]

    def stands(self, moment: str) -> None:
        """Let the bot's clock stand at *moment* (UTC)."""
        assert isinstance(self.bot, Elsewhen)
        self.bot.stands(moment)

    async def down(self, moment: str | None = None) -> None:
        """Kill the bot, and start it again: at *moment* (UTC), if it is away so long."""
        assert isinstance(self.bot, Elsewhen)
        await self.bot.kill()
        if moment:
            self.bot.stands(moment)
        await self.bot.up()

    async def does(self, who: str, what: str, line: str, **extra: Any) -> Heard:
        """Say a command that is to be done, and keep what the bot says to it."""
        reply = await self.asks(who, line, **extra)
        self.read[f"{who} {what}"] = self.plain(reply)
        return reply

    async def refused(self, who: str, what: str, line: str) -> None:
        """Say a command that is not to be done, and keep what the bot says to it."""
        reply = await asks(self.officers[who], self.room_of(who), line)
        assert not record(reply)["ok"], reply.body
        self.read[f"{who} {what}"] = self.plain(reply)

    async def chooses(self, who: str, what: str, question: Heard, choice: str) -> Heard:
        """Answer a question by the digit of that choice, and keep what the bot says to it."""
        answer = await self.answers(who, question, choice)
        self.read[f"{who} {what}"] = self.plain(answer)
        return answer

    async def hear(self, what: str, *people: str) -> None:
        """Wait until each of *people* is rung once more about the briefing; keep that, and what it is about."""
        for who in people:
            self.rings[who] += 1
            ring = await self.rung(who, "briefing", self.rings[who])
            about = next(one for one in self.officers[who].heard if one.event_id == ring.replies_to)
            assert record(about)["kind"] == "notice"
            self.read[f"{who} {what}, before"] = self.plain(about)
            self.read[f"{who} {what}"] = self.plain(ring)

    async def asked(self, who: str, what: str, of: str, times: int = 1) -> Heard:
        """Return what *who* is asked about *of* the so manieth time; keep it, and what it is about."""
        question = await self.rung(who, of, times)
        about = next((one for one in self.officers[who].heard if one.event_id == question.replies_to), None)
        if about is not None and record(about).get("kind") == "notice":
            self.read[f"{who} {what}, before"] = self.plain(about)
        self.read[f"{who} {what}"] = self.plain(question)
        return question

    async def nobody_else(self) -> None:
        """See that nobody was rung about the briefing but by what the story tells."""
        await asyncio.sleep(3)
        for who, officer in self.officers.items():
            mine = [one for one in officer.heard if _rings(one, officer.user_id)]
            assert len(mine) == self.rings[who], [one.body for one in mine[self.rings[who] :]]

    async def board(self, what: str, **says: Any) -> None:
        """Keep the briefing's card once its record says *says*."""

        def stands(one: Heard) -> bool:
            found = record(one)
            return found.get("kind") == "card" and found.get("ref") == self.ref and says.items() <= found.items()

        self.read[f"card {what}"] = self.plain(await self.officers["kate"].hears(stands))

    async def exports(self, what: str, readers: Readers, until: str) -> dict[str, Taken]:
        """Let each of them get the calendar file; return what both calendars take it for, up to *until* (UTC)."""
        found = {}
        for who, officer in self.officers.items():
            before = len(_files(officer.heard))
            await self.does(who, f"{what}, file", f"!briefing ics {self.ref}")
            async with asyncio.timeout(30):
                while len(files := _files(officer.heard)) == before:
                    await asyncio.sleep(0.05)
            data = await officer.read_file(files[-1])
            found[who] = await asyncio.to_thread(readers.read, data, utc("2027-03-01"), utc(until))
        return found

    def plain(self, heard: Heard, clock: str = "") -> str:
        """Return what was heard, with names for references and people: times are what they are, on that clock."""
        content: Mapping[str, Any] = heard.content.get("m.new_content", heard.content)
        text = str(content["body"]).translate(ISOLATES)
        for ref, name in self.names.items():
            text = text.replace(ref, name)
        for name, officer in self.officers.items():
            text = text.replace(officer.user_id, name)
        return _DIGEST.sub("<digest>", text)


def _rings(heard: Heard, user_id: str) -> bool:
    meant = heard.content.get("m.mentions", {}).get("user_ids", ())
    return record(heard).get("of") == "briefing" and user_id in meant


def _files(heard: Sequence[Heard]) -> list[Heard]:
    return [one for one in heard if one.content.get("msgtype") == "m.file"]
