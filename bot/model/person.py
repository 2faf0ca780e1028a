"""Who is speaking: roles, agencies and what a person reads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class LanguageCode(str):
    """A language as BCP 47 names it: `pt`, `pt-BR`."""

    @property
    def base(self) -> LanguageCode:
        """The language alone, without script or region: who reads `pt-BR` reads `pt`."""
        return _base(self)


@lru_cache(1024)
def _base(code: LanguageCode) -> LanguageCode:
    return LanguageCode(code.partition("-")[0].lower())


class Zone(str):
    """A time zone as the IANA database names it: `Europe/Lisbon`."""


class UserId(str):
    """A Matrix user id: `@ana:example.org`."""


class Role(StrEnum):
    """What one may do. Roles stand beside one another; everyone who may be in the room is an officer."""

    OFFICER = "officer"
    LEAD = "lead"
    COORDINATOR = "coordinator"
    AUDITOR = "auditor"
    MONITOR = "monitor"
    KEEPER = "keeper"
    """Whoever receives the log's checkpoints for an agency."""
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person's languages and zone.

    `language` is a BCP 47 code, `zone` an IANA name; None means: not set by the person.
    `also_reads` are further languages that need no translation. Unless `translated`, nothing is made for this person.
    `heard` are the languages of the last messages that told something, and `learned` the one that they taught.
    """

    user_id: UserId
    language: LanguageCode | None = None
    zone: Zone | None = None
    also_reads: tuple[LanguageCode, ...] = ()
    translated: bool = True
    learned: LanguageCode | None = None
    heard: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Learned:
    """The language that a person was served in, and the one from now on."""

    before: LanguageCode
    now: LanguageCode


@dataclass(frozen=True, slots=True)
class Reader:
    """A person as a translator sees them: the language that they write, all that they read, whether they want more."""

    user_id: UserId
    language: LanguageCode
    reads: frozenset[LanguageCode]
    translated: bool = True

    def needs(self, source: str) -> bool:
        """Return whether what is said in *source* is to be translated for this person."""
        return self.translated and LanguageCode(source).base not in _bases(self.reads)


@lru_cache(1024)
def _bases(reads: frozenset[LanguageCode]) -> frozenset[LanguageCode]:
    return frozenset(language.base for language in reads)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as a command sees them: identity, roles, and the language and zone to answer in.

    `language` is what the person reads; `menus` is the interface language nearest to it, for answers and commands.
    `withheld` are roles that the configuration gives and the person's power level in the room takes away.
    """

    user_id: UserId
    name: str
    roles: frozenset[Role]
    agency: str | None
    language: LanguageCode
    menus: LanguageCode
    zone: Zone
    reads: frozenset[LanguageCode]
    withheld: frozenset[Role] = frozenset()

    def may(self, role: Role) -> bool:
        """Return whether this person has *role*. Everyone is an officer whom the room has not silenced."""
        return role in self.roles
