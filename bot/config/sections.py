"""The tables of the configuration file, each a frozen model, and the whole."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, Strict

from bot.config.values import (
    Code,
    Country,
    DuressWord,
    EngineName,
    Gate,
    KeyFile,
    Language,
    Listen,
    Members,
    Minutes,
    NoneOrUserId,
    OptionalFile,
    Quiet,
    ReaderName,
    Recipient,
    ReviewFrom,
    RoleName,
    Said,
    SecretFile,
    SensitiveClass,
    Server,
    ServerUrl,
    StorePath,
    Switch,
    TwoUserIds,
    Url,
    UserId,
    Welfare,
    WitnessKey,
    Zone,
    some,
)


class Section(BaseModel):
    """A table of the file: frozen, and a key that it does not know is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Matrix(Section):
    """`[matrix]`: the bot's account. Either a password, or an access token with its device id."""

    homeserver: Url
    user_id: UserId
    password_file: SecretFile = None
    access_token_file: SecretFile = None
    device_id: str | None = None
    recovery_key_file: SecretFile = Path("secrets/recovery-key")


class Storage(Section):
    """`[storage]`: where the database, the crypto store, models and keys are."""

    directory: StorePath = Path("data")
    key_file: KeyFile = Path("secrets/storage-key")
    backup_recipient: Recipient = ""


class Taskforce(Section):
    """`[taskforce]`: who we are when nothing better is known."""

    code: Code
    name: Said
    language: Language = "en"
    languages: tuple[Language, ...] = ("en",)
    timezone: Zone = "UTC"
    phrases_file: OptionalFile = None
    gazetteer: OptionalFile = None
    map_lines: OptionalFile = None


class Privacy(Section):
    """`[privacy]`: what `privacy` and the notice on joining say."""

    controller: Said
    contact: Said
    retention_days: Annotated[int, Strict(), Field(ge=1, le=36500)] = 365


Days = Annotated[int, Strict(), Field(ge=1, le=36500)]


class Classes(Section):
    """After how many days records of each class are purged; left out: only where two persons purge one."""

    incident: Days | None = None
    report: Days | None = None
    handover: Days | None = None
    minutes: Days | None = None


class Retention(Classes):
    """`[retention]`: the rules for all, those of single agencies, how much may go at once, and where backups lie."""

    agencies: Mapping[Code, Classes] = Field(default_factory=dict)
    at_once_percent: Annotated[int, Strict(), Field(ge=1, le=100)] = 20
    backups: OptionalFile = None
    backup_days: Days = 30

    def days(self, kind: str, agency: str | None) -> int | None:
        """Return after how many days a record of that class and originator is purged; None: never by itself."""
        own = self.agencies.get(agency) if agency else None
        found: int | None = (getattr(own, kind) if own else None) or getattr(self, kind)
        return found

    def least(self, kind: str) -> int | None:
        """Return after how many days a record of that class is purged at the earliest; None: never by itself."""
        rules = [getattr(one, kind) for one in (self, *self.agencies.values())]
        return min((days for days in rules if days is not None), default=None)


class Duress(Section):
    """`duress` of an agency: the word that says that somebody is forced, and who learns of it."""

    users: TwoUserIds
    word: DuressWord


class Agency(Section):
    """`[[agencies]]`: an agency and whose user ids belong to it."""

    code: Code
    country: Country
    language: Language
    timezone: Zone
    members: tuple[Members, ...]
    keeper: NoneOrUserId = ""
    post: str = ""
    contact: str = ""
    duress: Duress | None = None


class Roles(Section):
    """`[roles]`: exact user ids; everyone else who may be in the room is an officer."""

    lead: tuple[UserId, ...] = ()
    coordinator: tuple[UserId, ...] = ()
    auditor: tuple[UserId, ...] = ()
    admin: tuple[UserId, ...] = ()


class Access(Section):
    """`[access]`: who is served and whose devices are trusted."""

    servers: tuple[Server, ...] = ()
    invites_from: tuple[RoleName, ...] = ("lead", "coordinator", "admin")
    require_encryption: Switch = True
    device_trust: Literal["cross-signed", "verified", "any"] = "cross-signed"
    describe_commands: Switch = False


class Translation(Section):
    """`[translation]`: engines in order of preference, and the servers of the one that is elsewhere."""

    engines: Annotated[tuple[EngineName, ...], AfterValidator(some)] = ("argos", "bergamot")
    servers: tuple[ServerUrl, ...] = ()
    api_key_file: SecretFile = None
    timeout_seconds: Annotated[int, Strict(), Field(ge=1, le=120)] = 10


class Monitor(Section):
    """`[[monitors]]`: a rights monitor and the key that reports to them are sealed with."""

    user_id: UserId
    public_key: Annotated[Recipient, AfterValidator(some)]


class Witness(Section):
    """`[[witnesses]]`: the key with which another agency's `liaison witness` cosigns the log's checkpoints."""

    key: WitnessKey


class Health(Section):
    """`[health]`: where /healthz, /readyz and /metrics are served; empty is nowhere."""

    listen: Listen = ""
    token_file: SecretFile = None

    @property
    def address(self) -> tuple[str, int] | None:
        """The host and port to listen on, or None."""
        host, _, port = self.listen.rpartition(":")
        return (host.strip("[]"), int(port)) if self.listen else None


class Incidents(Section):
    """`[incident]`: when somebody is asked how one stands. The first of four numbers is for very high severity."""

    cadence_minutes: Minutes = (30, 120, 480, 1440)
    answer_minutes: Minutes = (5, 10, 30, 60)
    quiet: Quiet = "22:00-06:00"
    unvalidated: Annotated[tuple[ReaderName, ...], AfterValidator(some)] = ("officer",)
    checklists_file: OptionalFile = None
    review_from: ReviewFrom = "high"
    review_days: Annotated[int, Strict(), Field(ge=1, le=90)] = 7

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        """When nobody is asked what can wait: from the first time of day to the second; None: never."""
        since, _dash, until = self.quiet.partition("-")
        return (time.fromisoformat(since), time.fromisoformat(until)) if self.quiet else None


class Shifts(Section):
    """`[shift]`: commands that wait until a post is taken over, what rosters are held against, welfare checks.

    With `welfare_minutes` 0 nobody who is checked in is asked how they are but who wishes it.
    """

    gate: Gate = ()
    rest_hours: Annotated[int, Strict(), Field(ge=0, le=24)] = 11
    week_hours: Annotated[int, Strict(), Field(ge=1, le=168)] = 48
    welfare_minutes: Welfare = 60


class HandlingRules(Section):
    """`[handling]`: of which classes of records the reader has to state a purpose first, and how long that holds.

    A colour stands for itself and all that are stricter.
    """

    purpose_for: tuple[SensitiveClass, ...] = ()
    purpose_hours: Annotated[int, Strict(), Field(ge=1, le=720)] = 24


class Limits(Section):
    """`[limits]`: how much is taken in a minute before the rest is left undone."""

    commands_per_person: Annotated[int, Field(ge=1)] = 30
    commands_per_room: Annotated[int, Field(ge=1)] = 120
    messages_per_person: Annotated[int, Field(ge=1)] = 120
    messages_per_room: Annotated[int, Field(ge=1)] = 600


class Config(Section):
    """The whole file."""

    matrix: Matrix
    storage: Storage = Storage()
    taskforce: Taskforce
    privacy: Privacy
    retention: Retention = Retention()
    agencies: tuple[Agency, ...] = ()
    roles: Roles = Roles()
    access: Access = Access()
    translation: Translation = Translation()
    monitors: tuple[Monitor, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    health: Health = Health()
    limits: Limits = Limits()
    incident: Incidents = Incidents()
    shift: Shifts = Shifts()
    handling: HandlingRules = HandlingRules()
    _lost: frozenset[str] = PrivateAttr(default=frozenset())
    """Not of the file: who has lost a device, as the database knows it."""

    def agency(self, user_id: str) -> Agency | None:
        """Return the first agency with a member glob that *user_id* matches, or None."""
        for agency in self.agencies:
            if any(fnmatch.fnmatchcase(user_id, glob) for glob in agency.members):
                return agency
        return None

    def serves(self, user_id: str) -> bool:
        """Return whether the person is of the task force's homeservers, and no device of theirs is lost."""
        return user_id not in self._lost and self.lists(user_id)

    def lists(self, user_id: str) -> bool:
        """Return whether the person's homeserver is listed in `access.servers`, or the person is a rights monitor."""
        listed = user_id.partition(":")[2] in self.access.servers
        return listed or any(user_id == monitor.user_id for monitor in self.monitors)

    def lost(self, user_id: str) -> bool:
        """Return whether the person was reported to have lost a device, which nobody has lifted since."""
        return user_id in self._lost

    def without(self, lost: frozenset[str]) -> Config:
        """Return the same, in which nobody of *lost* is served or has a role."""
        roles = {name: tuple(user for user in users if user not in lost) for name, users in self.roles}
        made = self.model_copy(update={"roles": self.roles.model_copy(update=roles)})
        made._lost = lost
        return made
