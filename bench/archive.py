"""A task force's archive of incidents, made by a seed and put into an encrypted database in bulk.

However many incidents there are, as many are open at once and in as many rooms: what grows is what is over.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from bot.model.incident import EntryKind, Severity, Status, Type
from bot.model.places import Place
from bot.model.reference import ALPHABET, LENGTH, check
from bot.model.spelling import stems
from bot.store.database import Database
from bot.store.incident import where_of
from bot.store.opening import connect
from bot.store.search import key_of

ROOMS = tuple(f"!room{number}:example.org" for number in range(20))
OPEN = 25
"""Incidents of a room that are not closed."""
AGENCIES = ("PRT-GNR", "FRA-PN", None)
UNTIL = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
_YEARS = timedelta(days=5 * 365)
_LENGTHS = ((5, 9, 13, 48), (40, 35, 20, 5))
"""How many entries a timeline has, and in how many of a hundred: ten on average."""
_WORDED = 0.6
"""Share of the entries in which somebody wrote something; all of that is translated."""
_TEXTS = 40_000
_WORDS = 4_000
_SYLLABLES = [a + b for a in "bcdfglmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "os")]


@dataclass(frozen=True, slots=True)
class Text:
    """What somebody wrote in Portuguese, what it is in English, and the words by which it is found."""

    written: str
    made: str
    words: str


def vocabulary(draw: random.Random) -> list[str]:
    """Return words, the most frequent first."""
    found: dict[str, None] = {}
    while len(found) < _WORDS:
        found["".join(draw.choices(_SYLLABLES, k=draw.choice((1, 2, 2, 3, 3, 4))))] = None
    return list(found)


def texts(draw: random.Random) -> list[Text]:
    """Return sentences of six to twelve words, whose frequencies fall as in a language (Zipf)."""
    weights = list(accumulate(1 / (rank + 3) for rank in range(_WORDS)))
    ours, theirs = vocabulary(draw), vocabulary(draw)
    found = []
    for _ in range(_TEXTS):
        count = draw.randint(6, 12)
        written = " ".join(draw.choices(ours, cum_weights=weights, k=count))
        made = " ".join(draw.choices(theirs, cum_weights=weights, k=count))
        found.append(Text(written, made, " ".join(stems(written, made))))
    return found


def references(draw: random.Random, count: int) -> list[str]:
    """Return *count* references of the task force, sorted."""
    bodies = draw.sample(range(len(ALPHABET) ** LENGTH), count)
    return [f"BRAVO-{body}{check(body)}" for body in sorted(_body(number) for number in bodies)]


def _body(number: int) -> str:
    drawn = ""
    for _ in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        drawn += ALPHABET[digit]
    return drawn


async def fill(path: Path, key: str, incidents: int, entries: int, seed: int = 5) -> None:
    """Make the database of *incidents* with *entries* in all."""
    async with Database.open(path, key):
        pass
    connection = connect(path, key, read_only=False)
    for pragma in ("journal_mode = DELETE", "journal_mode = OFF", "synchronous = OFF", "cache_size = -300000"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    # The index is made at once when all words are there.
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'searched' AND type = 'trigger'"
    )
    kept = [(row["name"], row["sql"]) for row in triggers.fetchall()]
    connection.execute("BEGIN")
    for name, _sql in kept:
        connection.execute(f"DROP TRIGGER {name}")
    _insert(connection, random.Random(seed), incidents, entries)
    connection.execute("INSERT INTO found (found) VALUES ('rebuild')")
    for _name, sql in kept:
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.close()


def _insert(connection: Any, draw: random.Random, incidents: int, entries: int) -> None:
    pool = texts(draw)
    refs = references(draw, incidents)
    ages = draw.sample(range(incidents), incidents)
    titles = [draw.choice(pool) for _ in refs]
    rows = (_incident(draw, ref, age, title, incidents) for ref, age, title in zip(refs, ages, titles, strict=True))
    connection.executemany(
        "INSERT INTO incident (ref, title, language, room_id, declared_by, agency, declared_at, type, severity, status,"
        " reason, place, latitude, longitude, band, handling, revision)"
        " VALUES (?, ?, 'pt', ?, '@ana:gnr.example', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 3)",
        rows,
    )
    lengths = _lengths(draw, incidents, entries)
    said: list[tuple[str, int, Text]] = []
    told = _entries(draw, refs, ages, titles, lengths, pool, incidents, said)
    connection.executemany(
        "INSERT INTO entry (ref, number, kind, author, agency, entered_at, received_at, sent_at, event_id, text,"
        " language, data) VALUES (?1, ?2, ?3, '@ana:gnr.example', 'PRT-GNR', ?4, ?4, ?4, ?1 || '/' || ?2, ?5, ?6, ?7)",
        told,
    )
    connection.executemany(
        "INSERT INTO wording (ref, number, target, text, route, engine, flags, provenance)"
        " VALUES (?, ?, 'en', ?, '[\"pt\", \"en\"]', 'bergamot', '[]', '{}')",
        ((ref, number, text.made) for ref, number, text in said),
    )
    keys = dict(zip(refs, (key_of(_room(age)) for age in ages), strict=True))
    when = dict(zip(refs, ages, strict=True))
    said.sort(key=lambda one: (-when[one[0]], one[1]))  # as they came, the oldest incident first
    connection.executemany(
        "INSERT INTO searched (ref, number, room, words) VALUES (?, ?, ?, ?)",
        ((ref, number, keys[ref], text.words) for ref, number, text in said),
    )


def _room(age: int) -> str:
    return ROOMS[age % len(ROOMS)]


def _declared(age: int, incidents: int) -> datetime:
    """Return when the incident was declared that is the *age*th from the newest."""
    return UNTIL - _YEARS * (age / incidents)


def _incident(draw: random.Random, ref: str, age: int, title: Text, incidents: int) -> tuple[Any, ...]:
    ended = age >= OPEN * len(ROOMS)
    place = Place(draw.uniform(36.9, 42.1), draw.uniform(-9.5, -6.2), 10.0) if draw.random() < 0.7 else None
    return (
        ref,
        title.written,
        _room(age),
        draw.choice(AGENCIES),
        _declared(age, incidents).isoformat(),
        draw.choice(list(Type)),
        draw.choice(list(Severity)),
        Status.CLOSED if ended else Status.OPEN,
        "resolved" if ended else None,
        json.dumps(astuple(place)) if place else None,
        *(where_of(place) if place else (None, None, None)),
    )


def _lengths(draw: random.Random, incidents: int, entries: int) -> list[int]:
    """Return how many entries each incident has, *entries* in all."""
    found = draw.choices(_LENGTHS[0], _LENGTHS[1], k=incidents)
    over = sum(found) - entries
    while over:
        at = draw.randrange(incidents)
        step = 1 if over > 0 else -1
        if found[at] > step:
            found[at] -= step
            over -= step
    return found


def _entries(
    draw: random.Random, refs: list[str], ages: list[int], titles: list[Text], lengths: list[int], pool: list[Text],
    incidents: int, said: list[tuple[str, int, Text]],
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    """Yield the rows of all timelines; what somebody wrote in them goes into *said*."""
    for ref, age, title, length in zip(refs, ages, titles, lengths, strict=True):
        began = _declared(age, incidents)
        for number in range(1, length + 1):
            text = title if number == 1 else draw.choice(pool) if draw.random() < _WORDED else None
            at = (began + timedelta(minutes=7 * (number - 1))).isoformat()
            if text:
                said.append((ref, number, text))
                kind = EntryKind.DECLARED if number == 1 else EntryKind.NOTE
                yield (ref, number, kind, at, text.written, "pt", "{}")
            else:
                yield (ref, number, EntryKind.SEVERITY, at, "", None, '{"severity": "high"}')
