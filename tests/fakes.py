"""Fakes of our own protocols, and the configuration and database that tests run on."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.config import Config
from bot.model.file import Enclosed
from bot.model.identity import DeviceKey
from bot.model.person import UserId
from bot.model.term import Glossary
from bot.model.translation import Aids, Failure, Flag, Provenance, Translation
from bot.services.file import Unfetched
from bot.store import Store
from bot.store.database import Database
from bot.translation.load import Load

BOT = "@liaison:example.org"
ROOM = "!room:example.org"
KEY = "x'" + "5c" * 32 + "'"
"""A storage key that SQLCipher takes as it is: deriving one from a pass phrase takes 0.2 s each time."""
NO_AIDS = Aids()
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def configuration(**sections: Any) -> Config:
    """Return a configuration of a small task force, with *sections* in place of its own."""
    table: dict[str, Any] = {
        "matrix": {"homeserver": "http://127.0.0.1:8008", "user_id": BOT},
        "taskforce": {
            "code": "BRAVO",
            "name": "Joint Task Force Bravo",
            "languages": ["en", "pt", "es"],
            "timezone": "Europe/Madrid",
        },
        "privacy": {"controller": "Joint Operations Centre", "contact": "privacy@example.org"},
        "agencies": [
            {
                "code": "PRT-GNR",
                "country": "PT",
                "language": "pt",
                "timezone": "Europe/Lisbon",
                "members": ["@*:gnr.example"],
            },
            {
                "code": "FRA-PN",
                "country": "FR",
                "language": "fr",
                "timezone": "Europe/Paris",
                "members": ["@*-pn:example.org"],
            },
        ],
        "roles": {"lead": ["@lead:example.org", "@chief:elsewhere.net"], "admin": ["@admin:example.org"]},
        "access": {"servers": ["example.org", "gnr.example"]},
    }
    return Config.model_validate(table | sections)


class FakeDevices:
    """Everyone has one device, whose key is made of their user id, and what tests add."""

    def __init__(self) -> None:
        self.refused: frozenset[tuple[str, str]] = frozenset()
        self.more: dict[UserId, list[DeviceKey]] = {}
        """Further devices that people have signed."""

    def signed(self, user_id: UserId) -> list[DeviceKey]:
        """Return those that were not lost."""
        return [one for one in self.known(user_id) if (user_id, one.key) not in self.refused]

    def known(self, user_id: UserId) -> list[DeviceKey]:
        """Return all of them."""
        return [DeviceKey("PHONE", user_id.strip("@").replace(":", "")), *self.more.get(user_id, ())]


class FakeClock:
    """A clock that is moved by hand."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the moment that the clock stands at."""
        return self.at

    def passes(self, **period: float) -> None:
        """Move the clock on."""
        self.at += timedelta(**period)


@dataclass
class FakeRooms:
    """Rooms as tests fill them: members by room, names by user."""

    joined: dict[str, list[UserId]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)
    in_clear: set[str] = field(default_factory=set)
    admitted: tuple[str, ...] = ("*",)
    titles: dict[str, str] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    invited: dict[str, list[UserId]] = field(default_factory=dict)
    descriptions: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=dict)

    def admits(self, room_id: str) -> tuple[str, ...]:
        """Return the servers that the test admits."""
        return self.admitted

    def members(self, room_id: str) -> tuple[UserId, ...]:
        """Return who has joined the room."""
        return tuple(self.joined.get(room_id, ()))

    def name_of(self, room_id: str, user_id: str) -> str:
        """Return the display name of somebody in the room, or the user id."""
        return self.names.get(user_id, user_id) if user_id in self.audience(room_id) else user_id

    def own_name(self, room_id: str, user_id: str) -> str:
        """Return the person's display name, or an empty text."""
        return self.names.get(user_id, "")

    def title(self, room_id: str) -> str:
        """Return the name that the test gave the room, or an empty text."""
        return self.titles.get(room_id, "")

    def find(self, name: str) -> str | None:
        """Return the room of that id, if anybody is in it."""
        return name if name in self.joined else None

    def own(self, room_id: str) -> bool:
        """Return whether the test lets the bot have made the room."""
        return room_id in self.made

    def encrypted(self, room_id: str) -> bool:
        """Return whether the room is not one of those in clear."""
        return room_id not in self.in_clear

    def audience(self, room_id: str) -> tuple[UserId, ...]:
        """Return who has joined the room or is invited to it."""
        return (*self.members(room_id), *self.invited.get(room_id, ()))

    def of(self, user_id: str) -> tuple[str, ...]:
        """Return the rooms that the person has joined."""
        return tuple(room for room, members in self.joined.items() if user_id in members)

    def described(self, room_id: str) -> Mapping[str, Mapping[str, Any]]:
        """Return what the test put into the room's state."""
        return self.descriptions.get(room_id, {})

    def may_describe(self, room_id: str) -> bool:
        """Return whether the bot's level is not one that the test took away."""
        return self.levels.get(BOT, 100) >= 50

    def power_level(self, room_id: str, user_id: str) -> int:
        """Return the level that the test gave the person, 100 for everyone else."""
        return self.levels.get(user_id, 100)


@dataclass(frozen=True)
class FakeDetected:
    """A language, known for certain."""

    language: str
    certain: bool = True
    doubtful: bool = False


class FakeTranslator:
    """A translator that writes the way it took after the text, and waits where a test asks it to."""

    def __init__(self) -> None:
        self.spoken: dict[str, str] = {}
        """The language of a text; of any other, the one that is guessed from its sender."""
        self.engine = "fake"
        self.flags: dict[str, tuple[Flag, ...]] = {}
        """Flags of the translations of a text."""
        self.failed: dict[str, Failure] = {}
        """Why a text has no translation."""
        self.doubted: set[str] = set()
        """Texts of whose language the detector is not sure."""
        self.held: dict[str, asyncio.Event] = {}
        self.broken: dict[str, Exception] = {}
        self.lacking: set[tuple[str, str]] = set()
        """Pairs from which there is no way to translate."""
        self.pivots: dict[tuple[str, str], str] = {}
        """The language that the way of a pair passes through."""
        self.made: list[str] = []
        """The texts that were not remembered in every language."""
        self.asked: list[tuple[str, str, tuple[str, ...], tuple[str, ...]]] = []
        self.glossaries: list[Glossary] = []
        """What each text was to be worded by."""

    def hold(self, text: str) -> asyncio.Event:
        """Let the translation of *text* wait for the event that is returned."""
        return self.held.setdefault(text, asyncio.Event())

    def worth(self, text: str) -> bool:
        """Return whether *text* holds a letter."""
        return any(c.isalpha() for c in text)

    def lacks(self, source: str, target: str) -> bool:
        """Return whether the test says that there is no way."""
        return (source, target) in self.lacking

    async def detect(self, text: str, candidates: Sequence[str], fallback: str) -> FakeDetected:
        """Return the language that the test gave *text*, else *fallback*."""
        return FakeDetected(self.spoken.get(text, fallback), text not in self.doubted, text in self.doubted)

    def route(self, source: str, target: str) -> tuple[str, ...] | None:
        """Return the way from *source* to *target*; into Dutch there is none."""
        if target == "nl" or (source, target) in self.lacking:
            return None
        return (source, pivot, target) if (pivot := self.pivots.get((source, target))) else (source, target)

    def keys(self, text: str, source: str, targets: Sequence[str], aids: Aids = NO_AIDS) -> list[str]:
        """Return one key for the whole text, and how it is formatted, in each of *targets*."""
        return [f"{source} {target} {text} {aids.html}" for target in targets]

    async def translate(
        self, text: str, source: str, targets: Sequence[str], aids: Aids = NO_AIDS
    ) -> dict[str, Translation]:
        """Return *text* with the way it took, in each of *targets*."""
        self.asked.append((text, source, tuple(targets), aids.names))
        self.glossaries.append(aids.glossary)
        if text in self.held:
            await self.held[text].wait()
        if text in self.broken:
            raise self.broken[text]
        if all(key in aids.remembered for key in self.keys(text, source, targets)):
            return {target: self._remembered(text, source, target, aids) for target in targets}
        self.made.append(text)
        return {target: self._made(text, source, target, aids) for target in targets}

    def _made(self, text: str, source: str, target: str, aids: Aids) -> Translation:
        flags = (Flag.UNAVAILABLE,) if (source, target) in self.lacking else self.flags.get(text, ())
        done = Flag.UNAVAILABLE not in flags
        said = f"{text} ({source} to {target})"
        return Translation(
            said if done else text,
            source,
            target,
            (self.route(source, target) or ()) if done and self.engine else (),
            self.engine if done else "",
            flags,
            html=f"{aids.html}<p>({source} to {target})</p>" if aids.html and done and self.engine else "",
            provenance=Provenance(failed=self.failed.get(text)),
            learned=() if flags else ((f"{source} {target} {text} {aids.html}", said),),
        )

    def _remembered(self, text: str, source: str, target: str, aids: Aids) -> Translation:
        [key] = self.keys(text, source, [target], aids)
        return Translation(aids.remembered[key], source, target, (source, target), "fake", recalled=(key,))


class FakeMedia:
    """Files by the address under which a test posted them, in clear."""

    def __init__(self) -> None:
        self.files: dict[str, bytes | Unfetched] = {}

    async def fetch(self, file: Enclosed, most: int) -> bytes:
        """Return the file, or raise what the test put in its place."""
        found = self.files.get(file.url, Unfetched.away())
        if isinstance(found, Unfetched):
            raise found
        if len(found) > most:
            raise Unfetched.too_large(most)
        return found


class NothingFetched:
    """A homeserver that has lost everything."""

    async def fetch(self, room_id: str, event_id: str) -> None:
        """Return that there is no such event."""


class FakeModels:
    """Models between English and everything but French."""

    load = Load()

    def route(self, source: str, target: str) -> tuple[str, ...] | None:
        """Return the way from *source* to *target*, by English."""
        if "fr" in (source, target):
            return None
        return (source, target) if "en" in (source, target) else (source, "en", target)


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[tuple[Database, Store]]:
    """Open the database at *path*, with its tables."""
    async with Database.open(path, KEY) as database:
        yield database, Store(database)


def compiled(language: str, *entries: str) -> GNUTranslations:
    """Return a catalogue of *entries* as they stand in a .po file."""
    text = "\n\n".join(['msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"', *entries])
    file = io.BytesIO()
    write_mo(file, read_po(io.BytesIO(text.encode()), locale=language))
    file.seek(0)
    return GNUTranslations(file)
