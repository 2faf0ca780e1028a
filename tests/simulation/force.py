"""A task force of three agencies on three clocks, with twelve posts, and the real services over a real database."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.errors import UserError
from bot.model.incident import Words
from bot.model.person import Actor, LanguageCode, UserId, Zone
from bot.model.shift import DutyPost, Plan
from bot.model.told import Told

from ..fakes import BOT, ROOM, configuration
from ..world import World
from .reference import MINUTE, Reference

T = TypeVar("T")
AGENCIES = (
    ("PRT-GNR", "PT", "Europe/Lisbon"),
    ("USA-CBP", "US", "America/New_York"),
    ("MAR-GR", "MA", "Africa/Casablanca"),
)
FIRST = ((6, 0), (0, 0), (2, 0), (1, 30))
"""When the first watch of the day begins, post by post: some of these times are not there when the clocks change."""
ROWS = range(len(FIRST))
STAFF = 5


@dataclass(frozen=True, slots=True)
class Sent:
    """What Liaison would have sent: no text, but to whom and why."""

    id: int
    room: str
    kind: str
    cause: str
    payload: dict[str, Any]


class Force:
    """The posts and people of one agency, or of all, and every lead; people by number from 1 on, 0 is nobody.

    *rows* are which of an agency's posts there are: each has a time of its own at which its watches begin.
    """

    def __init__(
        self, path: Path, zero: datetime, minutes: int, only: str | None = None, rows: Collection[int] = ROWS
    ) -> None:
        agencies = [
            {
                "code": code,
                "country": country,
                "language": "en",
                "timezone": zone,
                "members": [f"@*-{country.lower()}:example.org"],
            }
            for code, country, zone in AGENCIES
        ]
        self.leads = {code: UserId(f"@lead-{country.lower()}:example.org") for code, country, _zone in AGENCIES}
        roles = {"lead": [*self.leads.values()], "admin": ["@admin:example.org"]}
        taskforce = {"code": "BRAVO", "name": "Bravo", "languages": ["en"], "timezone": "Europe/Lisbon"}
        self.world = World(path, configuration(agencies=agencies, roles=roles, taskforce=taskforce))
        self.world.clock.at = zero
        self.zero = zero
        self.reference = Reference(zero, minutes)
        self.people: list[UserId] = [UserId("")]
        self.agency: dict[str, str] = {}
        self.zone: dict[str, str] = {}
        self.staff: dict[str, list[int]] = {}
        self.posts: dict[str, DutyPost] = {}
        self._told = 0
        self._seen = 0
        self._actors: dict[UserId, Actor] = {}
        for number in range(len(AGENCIES) * len(FIRST)):
            code, country, zone = AGENCIES[number % len(AGENCIES)]
            if only not in (None, code) or number // len(AGENCIES) not in rows:
                continue
            name = f"post{number}"
            self.agency[name], self.zone[name], self.staff[name] = code, zone, []
            for _ in range(STAFF):
                self.staff[name].append(len(self.people))
                self.people.append(UserId(f"@o{len(self.people)}-{country.lower()}:example.org"))
        everyone = [*self.leads.values(), *self.people[1:]]
        self.world.rooms.joined[ROOM] += everyone
        for user in everyone:
            self.world.rooms.joined[f"!direct-{user[1:].partition(':')[0]}"] = [UserId(BOT), user]

    @property
    def minute(self) -> float:
        """The minutes since the beginning."""
        return (self.world.clock.now() - self.zero) / MINUTE

    def at(self, minute: float) -> datetime:
        """Return the moment of a minute."""
        return self.zero + minute * MINUTE

    async def does(self, user: UserId, act: Callable[[Actor, Told], Awaitable[T]]) -> tuple[T | None, str]:
        """Let somebody do something as a command does; return what came of it, None if refused, and its event."""
        now = self.world.clock.now()
        self._told += 1
        told = Told(ROOM, f"$told{self._told}", now, now, now)
        if user not in self._actors:
            self._actors[user] = await self.world.services.person.actor(user, ROOM)
        try:
            async with self.world.store.transaction():
                return await act(self._actors[user], told), told.event_id
        except UserError as error:
            self.refused = error
            return None, told.event_id

    async def starts(self) -> None:
        """Start Liaison, on a database that is used without threads: the way to them takes most of the time."""
        await self.world.start()
        database: Any = self.world.database
        writer = database._writer

        async def run(work: Callable[..., Any], *statements: Any) -> Any:
            return work(writer._conn, statements)

        # Nothing of it has to survive a power cut.
        writer._conn.execute("PRAGMA synchronous = OFF")
        writer.run = run
        database._reader = writer

    async def begins(self) -> None:
        """Set up the posts, who follows whom at them, and who answers for each first."""
        services = self.world.services
        for name, staff in self.staff.items():
            hour, minute = FIRST[int(name.removeprefix("post")) // len(AGENCIES)]
            first = (self.zero + timedelta(days=1)).replace(tzinfo=None, hour=hour, minute=minute)
            lead, zone = self.leads[self.agency[name]], Zone(self.zone[name])
            post, _ = await self.does(lead, lambda a, t, n=name, z=zone: services.shift.add_post(a, t, n, z, a.agency))
            assert post
            self.posts[name] = post
            for watch in range(3):
                turns = tuple(self.people[staff[(3 * day + watch) % STAFF]] for day in range(STAFF))
                plan = Plan(turns, first + watch * timedelta(hours=8), zone, timedelta(hours=8), "FREQ=DAILY")
                done, _ = await self.does(lead, lambda a, t, p=post, q=plan: services.roster.rotate(a, t, p, q))
                assert done and not done.against, done or self.refused
            self.reference.rotates(name, zone, first, staff)
            await self.does(
                lead,
                lambda a, t, p=post, u=self.people[staff[-1]]: services.handover.pass_on(
                    a, t, p, u, words("the first")
                ),
            )

    async def sent(self) -> list[Sent]:
        """Return what waits to be sent, and take it as sent."""
        rows = await self.world.database.rows(
            "SELECT position, room_id, kind, cause, payload FROM outbox WHERE state = 'waiting' AND position > ?"
            " ORDER BY position",
            self._seen,
        )
        if rows:
            async with self.world.store.transaction():
                await self.world.database.execute(
                    "UPDATE outbox SET state = 'sent', event_id = '$sent' || position,"
                    " payload = json_object('ref', payload ->> '$.ref') WHERE state = 'waiting' AND position > ?",
                    self._seen,
                )
            self._seen = rows[-1]["position"]
        return [Sent(r["position"], r["room_id"], r["kind"], r["cause"], json.loads(r["payload"])) for r in rows]

    async def wakes(self) -> None:
        """Do all that is due by now."""
        now = self.world.clock.now()
        for _ in range(20):
            following = await self.world.services.due.wake(now)
            if following is None or following > now:
                return
        raise AssertionError(f"what is due does not come to an end at {now}")


def words(text: str) -> Words:
    """Return what somebody wrote in English."""
    return Words(text, LanguageCode("en"))
