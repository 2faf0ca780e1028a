"""The gate of the handover story: three watches of three agencies, and how the hours pass there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo.heard import Heard
from bot.store.database import Database

from .incident_story import ISOLATES, Vessel
from .rooms import asks, record

AGENCY = {"kate": "GBR-BF", "ana": "PRT-GNR", "eleni": "GRC-HP", "olena": "UKR-SBGS"}
"""Who is of which. Kate reads English, Ana Portuguese, Eleni Greek, Olena Ukrainian; the last two read English too."""
WATCHES = ("ana", "eleni", "olena")
AGENCIES = [
    {"code": "GBR-BF", "country": "GB", "language": "en", "timezone": "Europe/London"},
    {"code": "PRT-GNR", "country": "PT", "language": "pt", "timezone": "Europe/Lisbon"},
    {"code": "GRC-HP", "country": "GR", "language": "el", "timezone": "Europe/Athens"},
    {"code": "UKR-SBGS", "country": "UA", "language": "uk", "timezone": "Europe/Kyiv"},
]
_MOMENT = re.compile(r"\d{1,2}(?:/\d\d/|\s\S+\s)\d{4}(?:\sр\.)?, \d{1,2}:\d\d (UTC(?:[+-]\d)?)")
_HERE = {"UTC-6": "<moment here>", "UTC+8": "<moment here>"}
"""The clocks that the task force may go by: see `by_day`."""
_DIGEST = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{16})\b")
_WALL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
_KINDS = ("shift.post", "shift.watch", "shift.rotation", "shift.override", "handover.", "checkin.")
_VARYING = ("digest", "room", "zone", "start", "since", "until", "shift")


@dataclass
class Gate(Vessel):
    """The story as it goes on in one room; `read` is what each of them has read so far."""

    zone: str = "UTC"
    read: dict[str, str] = field(default_factory=dict)

    def room_of(self, who: str) -> str:
        return self.rooms["gate"]

    async def does(self, who: str, what: str, line: str, **extra: Any) -> Heard:
        """Say a command that is to be done, and keep what the bot says to it."""
        reply = await self.asks(who, line, **extra)
        self.read[f"{who} {what}"] = self.plain(reply)
        return reply

    async def tries(self, who: str, what: str, line: str) -> None:
        """Say a command that is not to be done, and keep what the bot says to it."""
        reply = await asks(self.officers[who], self.room_of(who), line)
        assert not record(reply)["ok"], reply.body
        self.read[f"{who} {what}"] = self.plain(reply)

    async def rings(self, who: str, of: str, times: int, what: str = "") -> Heard:
        """Return what rings *who* the so manieth time about *of*; keep it, and what it is about, if it is named."""
        ring = await self.rung(who, of, times)
        if what:
            about = next((one for one in self.officers[who].heard if one.event_id == ring.replies_to), None)
            if about is not None and record(about)["kind"] == "notice":
                self.read[f"{who} {what}, before"] = self.plain(about)
            self.read[f"{who} {what}"] = self.plain(ring)
        return ring

    async def judges(self, who: str, times: int, right: bool, what: str) -> None:
        """Let *who* say whether what was read back the so manieth time is right."""
        question = await self.rings(who, "handover readback", times, what)
        answer = await self.answers(who, question, "right" if right else "wrong")
        self.read[f"{who} {what}, answered"] = self.plain(answer)

    async def board(self, who: str, ref: str, status: str) -> dict[str, Any]:
        """Keep the card of a handover once it stands so; return its record."""

        def stands(one: Heard) -> bool:
            return [record(one).get(key) for key in ("kind", "ref", "status")] == ["card", ref, status]

        card = await self.officers[who].hears(stands)
        self.read[f"{self.names[ref]} {status}"] = self.plain(card)
        return record(card)

    async def hours_pass(self, hours: timedelta) -> None:
        """Kill the bot, and start it when so much time has passed at the gate.

        Nobody waits for that: the watches and the roster are moved into the past, and looked at anew.
        """
        await self.bot.kill()

        def earlier(at: str) -> str:
            return (datetime.fromisoformat(at) - hours).isoformat()

        async with self.database() as database, database.transaction():
            for row in await database.rows("SELECT post, number, since FROM watch"):
                moved = earlier(row["since"]), row["post"], row["number"]
                await database.execute("UPDATE watch SET since = ? WHERE post = ? AND number = ?", *moved)
            for row in await database.rows("SELECT position, start FROM rotation"):
                await database.execute(
                    "UPDATE rotation SET start = ? WHERE position = ?", earlier(row["start"]), row["position"]
                )
            for row in await database.rows("SELECT position, since, until FROM override"):
                span = earlier(row["since"]), earlier(row["until"]), row["position"]
                await database.execute("UPDATE override SET since = ?, until = ? WHERE position = ?", *span)
        await self.passes("handover")

    def database(self) -> AbstractAsyncContextManager[Database]:
        """Open the database of the bot, which must not run."""
        key = (self.bot.folder / "secrets" / "storage-key").read_text().strip()
        return Database.open(self.bot.folder / "data" / "liaison.db", key)

    async def logged(self) -> tuple[list[str], dict[str, str]]:
        """Return what the log holds of all this, and the digests in it by their handovers. The bot must not run."""
        async with self.database() as database:
            rows = await database.rows(
                "SELECT envelope, content FROM audit_entry JOIN audit_content USING (position) ORDER BY position"
            )
        lines, digests = [], {}
        for row in rows:
            envelope, content = json.loads(row["envelope"]), json.loads(row["content"])
            if envelope["kind"].startswith(_KINDS):
                kept = {key: value for key, value in content.items() if key not in _VARYING}
                lines.append(self.named(f"{envelope['kind']} {json.dumps(kept, ensure_ascii=False)}"))
            if "digest" in content:
                digests[envelope["ref"]] = content["digest"]
        return lines, digests

    async def frozen(self, ref: str) -> str:
        """Return the record of an accepted handover. The bot must not run."""
        async with self.database() as database:
            [row] = await database.rows("SELECT record FROM handover WHERE ref = ?", ref)
        return str(row["record"])

    def named(self, text: str) -> str:
        """Return *text* with the names of people and records in place of their ids."""
        for ref, name in self.names.items():
            text = text.replace(ref, name)
        for name, officer in self.officers.items():
            text = text.replace(officer.user_id, name)
        return text

    def plain(self, heard: Heard, clock: str = "") -> str:
        """Return what was heard, with names for references, moments and digests."""
        content: Mapping[str, Any] = heard.content.get("m.new_content", heard.content)
        text = self.named(str(content["body"]).translate(ISOLATES))
        text = _DIGEST.sub("<digest>", _MOMENT.sub(_moment, text)).replace(self.zone, "<zone>")
        return _WALL.sub("<wall>", text)


def by_day(now: datetime) -> str:
    """Return the zone of the task force: one in which no day ends while the story lasts, and that is nobody's own."""
    return "Etc/GMT+6" if now.hour >= 12 else "Etc/GMT-8"


def _moment(found: re.Match[str]) -> str:
    """Return the name of a moment: it says by whose clocks it is told."""
    now, there = datetime.now(UTC), {**_HERE}
    for name, zone in (("<moment>", "Europe/Lisbon"), ("<moment in the east>", "Europe/Athens")):
        hours = (now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()) // timedelta(hours=1)
        there[f"UTC{hours:+d}" if hours else "UTC"] = name
    return there[found[1]]
