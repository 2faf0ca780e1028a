"""The vessel of the incident story: who sees it in which room, and all that is done about it until it is closed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.demo.heard import Heard
from bot.demo.liaison import Liaison
from bot.demo.officer import Officer
from bot.store.database import Database

from .rooms import asks, record

AGENCY = {"ana": "PRT-GNR", "rui": "PRT-GNR", "kate": "GBR-BF", "diego": "ESP-GC", "olena": "ESP-GC"}
"""Who is of which; Ana reads Portuguese, Rui Greek, Kate English, Diego Spanish and Olena Ukrainian."""
CONTACTS = {"PRT-GNR": "+351 210 000 000", "ESP-GC": "+34 910 000 000"}
ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")
_MOMENT = re.compile(r"\d{1,2}(?:/\d\d/|\s\S+\s)\d{4}(?:\sр\.)?, \d{1,2}:\d\d UTC(?:[+-]\d)?")
_GROUP = re.compile(r"\d{6}Z [A-Z]{3} \d\d")
_TOOK = re.compile(r"\d+ (?:min|λ\.)(?= \()")
_DIGEST = re.compile(r"SHA-256 [0-9a-f]{16}\b")


@dataclass
class Vessel:
    """The story as it goes on: `names` is what each reference of it is called in the expected texts."""

    bot: Liaison
    officers: dict[str, Officer]
    rooms: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def room_of(self, who: str) -> str:
        return self.rooms["coast" if who in ("diego", "olena") else "north"]

    async def asks(self, who: str, line: str, **extra: Any) -> Heard:
        """Say a command that is to be done; return the bot's reply."""
        reply = await asks(self.officers[who], self.room_of(who), line, **extra)
        assert record(reply)["ok"], reply.body
        return reply

    async def says(self, who: str, line: str, **extra: Any) -> str:
        return await self.officers[who].say(self.room_of(who), line, **extra)

    async def rung(self, who: str, of: str, times: int = 1) -> Heard:
        """Return the question about *of* that rings *who* the so manieth time."""
        officer = self.officers[who]

        def meant(heard: Heard) -> bool:
            return record(heard).get("of") == of and officer.user_id in heard.content["m.mentions"].get("user_ids", ())

        async with asyncio.timeout(120):  # the machine may be busy, and the bot has just been started
            while len(found := [heard for heard in officer.heard if meant(heard)]) < times:
                await asyncio.sleep(0.05)
        return found[times - 1]

    async def answers(self, who: str, question: Heard, choice: str, tail: str = "") -> Heard:
        """Answer a question by the digit of that choice; return what the bot says to it."""
        digit = next(digit for digit, name in record(question)["choices"].items() if name == choice)
        return await self.asks(who, f"{digit} {tail}".strip(), reply_to=question.event_id)

    async def card(self, who: str, ref: str, revision: int) -> Heard:
        """Return an incident's card once it says that *revision*, or a later one: edits that wait become one."""
        return await self.officers[who].hears(
            lambda heard: (
                heard.room_id == self.room_of(who)
                and record(heard).get("kind") == "card"
                and record(heard).get("ref") == ref
                and record(heard).get("revision", 0) >= revision
            )
        )

    async def passes(self, kind: str) -> None:
        """Kill the bot, and start it when what was to be done next of that kind is due.

        The shortest step of a ladder is a minute, so it is not waited for: the moment is moved in the database.
        """
        await self.bot.kill()
        key = (self.bot.folder / "secrets" / "storage-key").read_text().strip()
        async with Database.open(self.bot.folder / "data" / "liaison.db", key) as database, database.transaction():
            now = datetime.now(UTC).isoformat(timespec="microseconds")
            await database.execute("UPDATE due SET at = ? WHERE kind = ? AND state = 'waiting'", now, kind)
        await self.bot.launch()

    async def whole(self) -> None:
        code, output = await self.bot.command("audit", "verify", "--config", str(self.bot.config))
        assert code == 0, output

    def plain(self, heard: Heard, clock: str) -> str:
        """Return what was heard, with names for references, moments, the bot and the *clock* time that was said."""
        content: Mapping[str, Any] = heard.content.get("m.new_content", heard.content)
        text = str(content["body"]).translate(ISOLATES)
        for ref, name in self.names.items():
            text = text.replace(ref, name)
        text = _GROUP.sub("<group>", _MOMENT.sub("<moment>", text))
        text = _TOOK.sub("<time>", _DIGEST.sub("SHA-256 <digest>", text))
        return text.replace(clock, "<clock>").replace(self.bot.user_id[1:].partition(":")[0], "<bot>")
