"""The configuration file: one frozen model, every fault named at once.

`load()` is the only way in. Paths are made absolute against the file's folder; secrets come from
files or the environment, never from the file itself.
"""

from __future__ import annotations

import fnmatch
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pyrage import RecipientError, x25519

_USER_ID = re.compile(r"@[^\s:@]+:[^\s/]+")
_SERVER = re.compile(r"[A-Za-z0-9.\-\[\]:]+")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9\-]{0,15}")


class ConfigError(Exception):
    """The configuration cannot be used; `faults` are sentences, each naming its key."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def _matching(pattern: re.Pattern[str], what: str) -> AfterValidator:
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(f"{text!r} is not {what}")
        return text

    return AfterValidator(check)


def _language(code: str) -> str:
    try:
        Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(f"{code!r} is not a language code such as 'pt'") from error
    return code


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is not an IANA time zone such as 'Europe/Lisbon'")
    return name


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+(/[^\s]*)?", text):
        raise ValueError(f"{text!r} is not an address such as 'https://matrix.example.org'")
    return text.rstrip("/")


def _listen(text: str) -> str:
    found = re.fullmatch(r"(?:\[[0-9a-f:]+\]|[^\s:]+):(\d{1,5})", text)
    if text and not (found and int(found[1]) <= 65535):
        raise ValueError(f"{text!r} is not an address such as '127.0.0.1:9108'")
    return text


def _recipient(text: str) -> str:
    if text.upper().startswith("AGE-SECRET-KEY"):
        # Never quoted: what is refused stands in logs and terminals.
        raise ValueError("holds the private key; give the public one, which begins with age1")
    try:
        if text:
            x25519.Recipient.from_str(text)
    except RecipientError:
        raise ValueError(f"{text!r} is not a public key of age, which begins with age1") from None
    return text


_A_USER_ID = "a user id such as '@ana:example.org'"
UserId = Annotated[str, _matching(_USER_ID, _A_USER_ID)]
NoneOrUserId = Annotated[str, _matching(re.compile(f"|{_USER_ID.pattern}"), _A_USER_ID)]
Server = Annotated[str, _matching(_SERVER, "a server name such as 'example.org'")]
Code = Annotated[str, _matching(_CODE, "a code of capital letters, digits and hyphens, 16 at the most")]
Language = Annotated[str, AfterValidator(_language)]
Zone = Annotated[str, AfterValidator(_zone)]
Url = Annotated[str, AfterValidator(_url)]
Listen = Annotated[str, AfterValidator(_listen)]
Recipient = Annotated[str, AfterValidator(_recipient)]
SecretFile = Annotated[Path | None, BeforeValidator(lambda value: value or None)]
RoleName = Literal["lead", "coordinator", "auditor", "admin"]


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

    @model_validator(mode="after")
    def _one_way_in(self) -> Matrix:
        if self.password_file and self.access_token_file:
            raise ValueError("give password_file or access_token_file, not both")
        if self.access_token_file and not self.device_id:
            raise ValueError("access_token_file needs device_id, the device that the token belongs to")
        return self


class Storage(Section):
    """`[storage]`: where the database, the crypto store, models and keys are."""

    directory: Path = Path("data")
    key_file: Path = Path("secrets/storage-key")
    backup_recipient: Recipient = ""


class Taskforce(Section):
    """`[taskforce]`: who we are when nothing better is known."""

    code: Code
    name: str
    language: Language = "en"
    languages: tuple[Language, ...] = ("en",)
    timezone: Zone = "UTC"


class Privacy(Section):
    """`[privacy]`: what `privacy` and the notice on joining say."""

    controller: Annotated[str, Field(min_length=1)]
    contact: Annotated[str, Field(min_length=1)]
    retention_days: Annotated[int, Field(ge=1, le=36500)] = 365


class Agency(Section):
    """`[[agencies]]`: an agency and whose user ids belong to it."""

    code: Code
    country: Annotated[str, _matching(re.compile("[A-Z]{2}"), "a country code such as 'PT'")]
    language: Language
    timezone: Zone
    members: tuple[str, ...]
    keeper: NoneOrUserId = ""


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
    require_encryption: bool = True
    device_trust: Literal["cross-signed", "any"] = "cross-signed"


class Translation(Section):
    """`[translation]`: engines in order of preference."""

    engines: tuple[Literal["argos", "bergamot"], ...] = ("argos", "bergamot")


class Monitor(Section):
    """`[[monitors]]`: a rights monitor and the key that reports to them are sealed with."""

    user_id: UserId
    public_key: str


class Health(Section):
    """`[health]`: where /healthz, /readyz and /metrics are served; empty is nowhere."""

    listen: Listen = ""
    token_file: SecretFile = None

    @property
    def address(self) -> tuple[str, int] | None:
        """The host and port to listen on, or None."""
        host, _, port = self.listen.rpartition(":")
        return (host.strip("[]"), int(port)) if self.listen else None


class Config(Section):
    """The whole file."""

    matrix: Matrix
    storage: Storage = Storage()
    taskforce: Taskforce
    privacy: Privacy
    agencies: tuple[Agency, ...] = ()
    roles: Roles = Roles()
    access: Access = Access()
    translation: Translation = Translation()
    monitors: tuple[Monitor, ...] = ()
    health: Health = Health()

    def agency(self, user_id: str) -> Agency | None:
        """Return the first agency with a member glob that *user_id* matches, or None."""
        for agency in self.agencies:
            if any(fnmatch.fnmatchcase(user_id, glob) for glob in agency.members):
                return agency
        return None

    def serves(self, user_id: str) -> bool:
        """Return whether the person's homeserver is listed in `access.servers`."""
        return user_id.partition(":")[2] in self.access.servers


def load(path: Path) -> Config:
    """Read the configuration at *path*.

    Raises ConfigError with every fault at once, each beginning with the key that it is about.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError([f"{path}: there is no such file; start from config.example.toml"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: cannot be read: {error}"]) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: is not TOML: {error}"]) from error
    folder = path.resolve().parent
    try:
        config = Config.model_validate(table)
    except ValidationError as error:
        sound = _anchored(_sound(table, {str(fault["loc"][0]) for fault in error.errors()}), folder)
        raise ConfigError([*map(_worded, error.errors()), *_faults(sound)]) from None
    config = _anchored(config, folder)
    if faults := list(_faults(config)):
        raise ConfigError(faults)
    return config


def secret(file: Path | None, variable: str) -> str | None:
    """Return the secret in the environment's *variable*, else the first line of *file*, else None."""
    if value := os.environ.get(variable):
        return value
    if file is None or not file.is_file():
        return None
    return file.read_text(encoding="utf-8").partition("\n")[0].strip() or None


def keep_secret(file: Path, text: str) -> None:
    """Write a secret to *file*, which nobody else may read and which must not exist; raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as new:
        new.write(text + "\n")
        new.flush()
        os.fsync(new.fileno())


def _worded(fault: Any) -> str:
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"])
    match fault["type"]:
        case "missing":
            return f"{key}: is missing"
        case "extra_forbidden":
            return f"{key}: is not a key that Liaison knows"
        case "value_error":
            return f"{key}: {fault['ctx']['error']}"
    return f"{key}: {fault['msg'][0].lower()}{fault['msg'][1:]}"


def _sound(table: dict[str, Any], broken: set[str]) -> Config:
    """Return what is right of a file with faults; the sections that are *broken* are None."""
    kinds: dict[str, Any] = {name: field.annotation for name, field in Config.model_fields.items()}
    right = {
        name: TypeAdapter(kinds[name]).validate_python(value)
        for name, value in table.items()
        if name in kinds and name not in broken
    }
    return Config.model_construct(**dict.fromkeys(broken & kinds.keys()), **right)


def _anchored(config: Config, folder: Path) -> Config:
    """Return *config* with its relative paths taken from *folder*."""

    def anchor(section: Section) -> Section:
        paths = {name: folder / value for name, value in section if isinstance(value, Path) and not value.is_absolute()}
        return section.model_copy(update=paths)

    sections = {name: anchor(value) for name, value in config if isinstance(value, Section)}
    return config.model_copy(update=sections)


def _faults(config: Config) -> Iterator[str]:
    """Yield what no single key can know, of the sections that are there."""
    if config.matrix:
        yield from _no_way_in(config.matrix)
    codes = [agency.code for agency in config.agencies or ()]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield f"agencies: the code {code} is used more than once"
    if config.health and config.health.token_file and secret(config.health.token_file, "") is None:
        yield f"health.token_file: {config.health.token_file} does not exist or is empty"
    if config.access and not config.access.servers:
        yield "access.servers: names no server, so nobody would be served"
    if config.taskforce and config.taskforce.language not in config.taskforce.languages:
        yield f"taskforce.language: {config.taskforce.language} is not among taskforce.languages"


def _no_way_in(matrix: Matrix) -> Iterator[str]:
    if matrix.access_token_file:
        if secret(matrix.access_token_file, "LIAISON_MATRIX_ACCESS_TOKEN") is None:
            yield f"matrix.access_token_file: {matrix.access_token_file} does not exist or is empty"
    elif not secret(matrix.password_file, "LIAISON_MATRIX_PASSWORD"):
        if matrix.password_file:
            yield f"matrix.password_file: {matrix.password_file} does not exist or is empty"
        else:
            yield "matrix.password_file: is not given, nor LIAISON_MATRIX_PASSWORD: the bot cannot log in"
