"""Posts, what their rosters are made of, and who answers for them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.model.person import UserId, Zone
from bot.model.reference import Reference
from bot.model.shift import (
    Absence,
    DutyPost,
    Override,
    PostName,
    Presence,
    Reason,
    Roster,
    Rotation,
    Shift,
    Span,
    Swap,
    SwapState,
    Watch,
)
from bot.store.database import Database, Row


class ShiftStore:
    """The tables of shifts, posts and watches. Moments are UTC; a rotation's start is wall time."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # Posts

    async def add_post(self, post: DutyPost) -> None:
        """Record a post; one of that name that was given up before gives way."""
        self._db.write(
            "INSERT OR REPLACE INTO duty_post (name, room_id, zone, agency, added_by, added_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            post.name,
            post.room_id,
            post.zone,
            post.agency,
            post.added_by,
            post.added_at.isoformat(),
        )

    async def find_post(self, name: PostName) -> DutyPost | None:
        """Return the post, or None."""
        row = await self._db.row("SELECT * FROM duty_post WHERE name = ? AND ended_at IS NULL", name)
        return _post(row) if row else None

    async def list_posts(self, room_id: str | None = None) -> list[DutyPost]:
        """Return the posts of a room, or all, by name."""
        rows = await self._db.rows(
            "SELECT * FROM duty_post WHERE ended_at IS NULL AND (? IS NULL OR room_id = ?) ORDER BY name",
            room_id,
            room_id,
        )
        return [_post(row) for row in rows]

    # Rosters

    async def roster(self, since: datetime, until: datetime, posts: Iterable[PostName] | None = None) -> Roster:
        """Return what counts for shifts in [*since*, *until*): all rotations, and the changes near that stretch."""
        names = None if posts is None else json.dumps(list(posts))
        rotations = await self._db.rows(
            "SELECT * FROM rotation WHERE (ended IS NULL OR ended > ?) AND people != '[]'"
            " AND (? IS NULL OR post IN (SELECT value FROM json_each(?))) ORDER BY position",
            (since - _MARGIN).isoformat(),
            names,
            names,
        )
        overrides = await self._db.rows(
            "SELECT * FROM override WHERE since < ? AND until > ? AND ended_at IS NULL"
            " AND (? IS NULL OR post IN (SELECT value FROM json_each(?))) ORDER BY position",
            (until + _MARGIN).isoformat(),
            (since - _MARGIN).isoformat(),
            names,
            names,
        )
        absences = await self._db.rows(
            "SELECT * FROM absence WHERE since < ? AND until > ? AND ended_at IS NULL ORDER BY since",
            (until + _MARGIN).isoformat(),
            (since - _MARGIN).isoformat(),
        )
        return Roster(
            tuple(map(_rotation, rotations)), tuple(map(_override, overrides)), tuple(map(_absence, absences))
        )

    async def add_rotation(self, rotation: Rotation, by: UserId, now: datetime) -> None:
        """Record a rotation."""
        self._db.write(
            "INSERT INTO rotation (id, post, agency, people, start, zone, minutes, rule, turn, by, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rotation.id,
            rotation.post,
            rotation.agency,
            json.dumps(rotation.people),
            rotation.start.isoformat(),
            rotation.zone,
            rotation.length // timedelta(minutes=1),
            rotation.rule,
            rotation.turn,
            by,
            now.isoformat(),
        )

    async def list_rotations(self, post: PostName, now: datetime) -> list[tuple[int, Rotation]]:
        """Return the rotations of *post* that have not ended, each with its number."""
        rows = await self._db.rows(
            "SELECT * FROM rotation WHERE post = ? AND (ended IS NULL OR ended > ?) ORDER BY position",
            post,
            now.isoformat(),
        )
        return [(row["position"], _rotation(row)) for row in rows]

    async def number_of(self, id: str) -> int:
        """Return the number of the rotation, override or absence *id*."""
        row = await self._db.row(
            "SELECT position FROM rotation WHERE id = ? UNION ALL SELECT position FROM override WHERE id = ?"
            " UNION ALL SELECT position FROM absence WHERE id = ?",
            id,
            id,
            id,
        )
        if row is None:
            raise LookupError(f"nothing of a roster is {id}")
        return int(row["position"])

    async def find_override(self, number: int) -> Override | None:
        """Return the override of that number that was not taken back, or None."""
        row = await self._db.row("SELECT * FROM override WHERE position = ? AND ended_at IS NULL", number)
        return _override(row) if row else None

    async def same_absence(self, person: UserId, span: Span) -> int | None:
        """Return the number of an absence of that person that holds *span*, ends with it and was not taken back."""
        row = await self._db.row(
            "SELECT position FROM absence WHERE person = ? AND since <= ? AND until = ? AND ended_at IS NULL",
            person,
            span.since.isoformat(),
            span.until.isoformat(),
        )
        return int(row["position"]) if row else None

    async def find_absence(self, number: int) -> Absence | None:
        """Return the absence of that number that was not taken back, or None."""
        row = await self._db.row("SELECT * FROM absence WHERE position = ? AND ended_at IS NULL", number)
        return _absence(row) if row else None

    async def revision(self, post: PostName) -> int:
        """Return how often what a roster of *post* is made of has changed: it never falls."""
        row = await self._db.row(
            "SELECT (SELECT count(*) + count(ended) FROM rotation WHERE post = ?)"
            " + (SELECT count(*) + count(ended_at) FROM override WHERE post = ?)"
            " + (SELECT count(*) + count(ended_at) FROM absence) AS n",
            post,
            post,
        )
        return int(row["n"]) if row else 0

    async def end_rotation(self, id: str, at: datetime) -> None:
        """Record that a rotation has no shifts any more that begin at *at* or later."""
        self._db.write("UPDATE rotation SET ended = ? WHERE id = ?", at.isoformat(), id)

    async def add_override(self, override: Override) -> None:
        """Record an override; it counts before all that were recorded earlier."""
        self._db.write(
            "INSERT INTO override (id, post, person, since, until, reason, by, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            override.id,
            override.post,
            override.person,
            override.span.since.isoformat(),
            override.span.until.isoformat(),
            override.reason,
            override.by,
            override.at.isoformat(),
        )

    async def end_override(self, id: str, now: datetime) -> None:
        """Record that an override was taken back."""
        self._db.write("UPDATE override SET ended_at = ? WHERE id = ?", now.isoformat(), id)

    async def add_absence(self, absence: Absence) -> None:
        """Record an absence."""
        self._db.write(
            "INSERT INTO absence (id, person, since, until, by, at) VALUES (?, ?, ?, ?, ?, ?)",
            absence.id,
            absence.person,
            absence.span.since.isoformat(),
            absence.span.until.isoformat(),
            absence.by,
            absence.at.isoformat(),
        )

    async def end_absence(self, id: str, now: datetime) -> None:
        """Record that an absence was taken back."""
        self._db.write("UPDATE absence SET ended_at = ? WHERE id = ?", now.isoformat(), id)

    # Swaps

    async def save_swap(self, swap: Swap) -> None:
        """Record a swap as it stands."""
        self._db.write(
            "INSERT OR REPLACE INTO swap (ref, room_id, asked_by, asked, own, theirs, at, ends, state, approved)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            str(swap.ref),
            swap.room_id,
            swap.asked_by,
            swap.asked,
            _written(swap.own),
            _written(swap.theirs),
            swap.at.isoformat(),
            swap.ends.isoformat(),
            swap.state,
            json.dumps(swap.approved),
        )

    async def find_swap(self, ref: Reference) -> Swap | None:
        """Return the swap, or None."""
        row = await self._db.row("SELECT * FROM swap WHERE ref = ?", str(ref))
        return _swap(row) if row else None

    async def list_swaps(self, person: UserId) -> list[Swap]:
        """Return the swaps that *person* takes part in and that still wait."""
        rows = await self._db.rows(
            "SELECT * FROM swap WHERE state IN ('asked', 'agreed') AND ? IN (asked_by, asked) ORDER BY at", person
        )
        return [_swap(row) for row in rows]

    # Who is there

    async def come(self, post: PostName, person: UserId, now: datetime) -> None:
        """Record that *person* is at *post* from now on."""
        self._db.write("INSERT INTO presence (post, person, since) VALUES (?, ?, ?)", post, person, now.isoformat())

    async def go(self, post: PostName, person: UserId, now: datetime) -> None:
        """Record that *person* is not at *post* any more."""
        self._db.write(
            "UPDATE presence SET until = ? WHERE post = ? AND person = ? AND until IS NULL",
            now.isoformat(),
            post,
            person,
        )

    async def list_presence(self, post: PostName, since: datetime, until: datetime) -> list[Presence]:
        """Return who was at *post* at a moment of [*since*, *until*), the earliest first."""
        rows = await self._db.rows(
            "SELECT * FROM presence WHERE post = ? AND since < ? AND coalesce(until, '9') > ? ORDER BY since",
            post,
            until.isoformat(),
            since.isoformat(),
        )
        return [
            Presence(
                UserId(row["person"]),
                datetime.fromisoformat(row["since"]),
                datetime.fromisoformat(row["until"]) if row["until"] else None,
            )
            for row in rows
        ]

    async def list_present(self, post: PostName) -> dict[UserId, datetime]:
        """Return who has come to *post* and not gone, and since when."""
        rows = await self._db.rows(
            "SELECT person, since FROM presence WHERE post = ? AND until IS NULL ORDER BY since", post
        )
        return {UserId(row["person"]): datetime.fromisoformat(row["since"]) for row in rows}

    # Who answers for a post

    async def begin_watch(self, watch: Watch) -> None:
        """Record who answers for a post from now on. Nothing ends a watch but the next one."""
        self._db.write(
            "INSERT INTO watch (post, number, person, since, handover) VALUES (?, ?, ?, ?, ?)",
            watch.post,
            watch.number,
            watch.person,
            watch.since.isoformat(),
            str(watch.handover) if watch.handover else None,
        )

    async def watch(self, post: PostName, at: datetime | None = None) -> Watch | None:
        """Return who answers for *post*, now or at a moment; None where nobody ever has."""
        row = await self._db.row(
            "SELECT * FROM watch WHERE post = ? AND (? IS NULL OR since <= ?) ORDER BY number DESC LIMIT 1",
            post,
            at.isoformat() if at else None,
            at.isoformat() if at else None,
        )
        return _watch(row) if row else None

    async def last_watched(
        self, person: UserId, post: PostName, now: datetime
    ) -> tuple[datetime | None, datetime | None]:
        """Return until when *person* answered last for *post*, and for any post; None: never, *now*: still."""
        rows = await self._db.rows(
            "SELECT w.post, coalesce((SELECT since FROM watch n WHERE n.post = w.post AND n.number = w.number + 1), ?)"
            " AS until FROM (SELECT post, max(number) AS number FROM watch WHERE person = ? GROUP BY post) w",
            now.isoformat(),
            person,
        )
        ended = [(row["post"], datetime.fromisoformat(row["until"])) for row in rows]
        here = max((until for name, until in ended if name == post), default=None)
        return here, max((until for _name, until in ended), default=None)

    async def list_watches(self, post: PostName, since: datetime, until: datetime) -> list[Watch]:
        """Return the watches of *post* that have a moment in [*since*, *until*), in their order."""
        rows = await self._db.rows(
            "SELECT * FROM watch WHERE post = ? AND since < ? AND number >= coalesce("
            "(SELECT max(number) FROM watch WHERE post = ? AND since <= ?), 0) ORDER BY number",
            post,
            until.isoformat(),
            post,
            since.isoformat(),
        )
        return [_watch(row) for row in rows]

    # Retention

    async def purge(self, before: datetime) -> int:
        """Delete who was on rosters, absent, there or swapped, of all that was over before *before*; return how much.

        The rows of rosters stay, without anybody: `revision` counts them.
        """
        return sum(
            [
                await self._db.execute(sql, before.isoformat())
                for sql in (
                    "UPDATE rotation SET people = '[]', by = '' WHERE ended < ? AND by != ''",
                    "UPDATE override SET person = NULL, by = '' WHERE until < ? AND by != ''",
                    "UPDATE absence SET person = '', by = '' WHERE until < ? AND by != ''",
                    "DELETE FROM presence WHERE until < ?",
                    "DELETE FROM swap WHERE ends < ? AND state NOT IN ('asked', 'agreed')",
                )
            ]
        )


_MARGIN = timedelta(days=2)
"""How far outside a stretch a change may lie that cuts a shift which has a moment in it."""


def _post(row: Row) -> DutyPost:
    return DutyPost(
        PostName(row["name"]),
        row["room_id"],
        Zone(row["zone"]),
        row["agency"],
        UserId(row["added_by"]),
        datetime.fromisoformat(row["added_at"]),
    )


def _span(row: Row) -> Span:
    return Span(datetime.fromisoformat(row["since"]), datetime.fromisoformat(row["until"]))


def _rotation(row: Row) -> Rotation:
    return Rotation(
        row["id"],
        PostName(row["post"]),
        row["agency"],
        tuple(map(UserId, json.loads(row["people"]))),
        datetime.fromisoformat(row["start"]),
        Zone(row["zone"]),
        timedelta(minutes=row["minutes"]),
        row["rule"],
        row["turn"],
        datetime.fromisoformat(row["ended"]) if row["ended"] else None,
    )


def _override(row: Row) -> Override:
    return Override(
        row["id"],
        PostName(row["post"]),
        UserId(row["person"]) if row["person"] else None,
        _span(row),
        Reason(row["reason"]),
        UserId(row["by"]),
        datetime.fromisoformat(row["at"]),
    )


def _absence(row: Row) -> Absence:
    return Absence(row["id"], UserId(row["person"]), _span(row), UserId(row["by"]), datetime.fromisoformat(row["at"]))


def _written(shift: Shift) -> str:
    return json.dumps([shift.post, shift.span.since.isoformat(), shift.span.until.isoformat(), shift.person])


def _shift(text: str) -> Shift:
    post, since, until, person = json.loads(text)
    return Shift(PostName(post), Span(datetime.fromisoformat(since), datetime.fromisoformat(until)), UserId(person))


def _swap(row: Row) -> Swap:
    return Swap(
        Reference(row["ref"]),
        row["room_id"],
        UserId(row["asked_by"]),
        UserId(row["asked"]),
        _shift(row["own"]),
        _shift(row["theirs"]),
        datetime.fromisoformat(row["at"]),
        datetime.fromisoformat(row["ends"]),
        SwapState(row["state"]),
        tuple(json.loads(row["approved"])),
    )


def _watch(row: Row) -> Watch:
    return Watch(
        PostName(row["post"]),
        row["number"],
        UserId(row["person"]),
        datetime.fromisoformat(row["since"]),
        Reference(row["handover"]) if row["handover"] else None,
    )
